package cli

import (
	"strings"
	"time"

	"github.com/landfall-dev/landfall/cmd/internal/api"
)

// notificationDocument is a place that is told of events, in JSON.
type notificationDocument struct {
	Name         string     `json:"name"`
	Format       string     `json:"format"`
	Host         string     `json:"host"`
	Kinds        []string   `json:"kinds"`
	Environments []string   `json:"environments"`
	Flows        []string   `json:"flows"`
	CreatedAt    time.Time  `json:"createdAt"`
	Failing      bool       `json:"failing"`
	Reason       *string    `json:"reason"`
	LastSentAt   *time.Time `json:"lastSentAt"`
}

func documentOfNotification(n api.Notification) notificationDocument {
	return notificationDocument{
		Name: n.Name, Format: n.Format, Host: n.Host, Kinds: n.Kinds, Environments: n.Environments, Flows: n.Flows,
		CreatedAt: n.CreatedAt.UTC(), Failing: n.Failing, Reason: n.Reason, LastSentAt: utc(n.LastSentAt),
	}
}

// toldOf is what a place is told of, for people.
func toldOf(n api.Notification) string {
	var parts []string
	for _, list := range [][]string{n.Environments, n.Flows, n.Kinds} {
		if len(list) > 0 {
			parts = append(parts, strings.Join(list, ","))
		}
	}
	if len(parts) == 0 {
		return "everything"
	}
	return strings.Join(parts, " ")
}

// notificationState is how telling a place goes.
func notificationState(n api.Notification) string {
	if n.Failing {
		return "failing: " + deref(n.Reason)
	}
	return "ok"
}
