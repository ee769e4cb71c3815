package cli

import (
	"strings"
	"time"

	"github.com/landfall-dev/landfall/cmd/internal/api"
)

// flowDocument is a flow in JSON.
type flowDocument struct {
	Name             string        `json:"name"`
	Description      string        `json:"description"`
	Visibility       string        `json:"visibility"`
	Repository       *string       `json:"repository"`
	RequiredEvidence []string      `json:"requiredEvidence"`
	Paths            []string      `json:"paths"`
	Tags             []tagDocument `json:"tags"`
	CreatedAt        time.Time     `json:"createdAt"`
}

func documentOfFlow(f api.Flow) flowDocument {
	return flowDocument{
		Name: f.Name, Description: f.Description, Visibility: f.Visibility, Repository: nameOf(f.Repository),
		RequiredEvidence: listOf(f.RequiredEvidence), Paths: listOf(f.Paths),
		Tags: documentsOfTags(f.Tags), CreatedAt: f.CreatedAt.UTC(),
	}
}

// wordOf is a word of the API as people write it: PUBLIC is public.
func wordOf(enum string) string { return strings.ToLower(enum) }
