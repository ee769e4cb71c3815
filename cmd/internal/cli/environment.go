package cli

import (
	"time"

	"github.com/landfall-dev/landfall/cmd/internal/api"
)

// environmentDocument is an environment in JSON.
type environmentDocument struct {
	Name           string     `json:"name"`
	Type           string     `json:"type"`
	Description    string     `json:"description"`
	CreatedAt      time.Time  `json:"createdAt"`
	LastReportedAt *time.Time `json:"lastReportedAt"`
	Snapshot       *string    `json:"snapshot"`
}

func documentOfEnvironment(e api.Environment) environmentDocument {
	return environmentDocument{
		Name: e.Name, Type: e.Type, Description: e.Description, CreatedAt: e.CreatedAt.UTC(),
		LastReportedAt: utc(e.LastReportedAt), Snapshot: known(e.Snapshot()),
	}
}
