package api

import (
	"context"
	"time"
)

// EnvironmentTypes are the kinds of environment that the server knows.
var EnvironmentTypes = []string{"K8S", "ECS", "S3", "LAMBDA", "SERVER", "DOCKER", "AZURE_APPS", "CLOUD_RUN", "LOGICAL"}

// Environment is a place where artifacts run.
type Environment struct {
	Name           string     `graphql:"name"`
	Description    string     `graphql:"description"`
	Type           string     `graphql:"type"` // one of EnvironmentTypes
	CreatedAt      time.Time  `graphql:"createdAt"`
	LastReportedAt *time.Time `graphql:"lastReportedAt"` // nil if nothing was reported
	Newest         struct {
		Nodes []struct {
			Ref string `graphql:"ref"`
		} `graphql:"nodes"`
	} `graphql:"snapshots(first: 1)"`
}

// Snapshot is the reference to the newest snapshot; empty if there is none.
func (e *Environment) Snapshot() string {
	if len(e.Newest.Nodes) == 0 {
		return ""
	}
	return e.Newest.Nodes[0].Ref
}

// Environments lists the environments by name: at most limit of them, or all if
// it is 0.
func (c *Client) Environments(ctx context.Context, limit int) (List[Environment], error) {
	return follow(ctx, c, limit, func(first int, after *Cursor) (page[Environment], error) {
		var q struct {
			Organization struct {
				Environments page[Environment] `graphql:"environments(first: $first, after: $after)"`
			} `graphql:"organization(name: $organization)"`
		}
		err := c.query(ctx, "Environments", &q, variables{
			"organization": c.organization, "first": first, "after": after,
		})
		return q.Organization.Environments, err
	})
}

// LogFilter says which events of a log; what is empty fits all.
type LogFilter struct {
	Flows        []string `json:"flows,omitempty"`
	Repositories []string `json:"repositories,omitempty"`
}

// EnvironmentLog lists what happened in an environment: at most limit events, or all
// if it is 0.
func (c *Client) EnvironmentLog(ctx context.Context, environment string, part Part, filter LogFilter, limit int) (List[Event], error) {
	events, err := follow(ctx, c, limit, func(first int, after *Cursor) (page[event], error) {
		var q struct {
			Organization struct {
				Environment struct {
					Events page[event] `graphql:"events(interval: $interval, filter: $filter, direction: $direction, first: $first, after: $after)"`
				} `graphql:"environment(name: $environment)"`
			} `graphql:"organization(name: $organization)"`
		}
		err := c.query(ctx, "EnvironmentLog", &q, variables{
			"organization": c.organization, "environment": environment,
			"interval": part.interval(), "filter": filter, "direction": part.direction(), "first": first, "after": after,
		})
		return q.Organization.Environment.Events, err
	})
	return List[Event]{Items: eventsOf(events.Items), More: events.More}, err
}

// CreateEnvironmentInput is an environment to create.
type CreateEnvironmentInput struct {
	Organization string `json:"organization"` // set by the client
	Name         string `json:"name"`
	Type         string `json:"type"` // one of EnvironmentTypes
	Description  string `json:"description,omitempty"`
}

// CreateEnvironment creates an environment, and reports whether it was not there
// before. It returns CodeConflict if it is there and says something else.
func (c *Client) CreateEnvironment(ctx context.Context, in CreateEnvironmentInput) (Environment, bool, error) {
	var m struct {
		CreateEnvironment struct {
			Environment Environment `graphql:"environment"`
			Created     bool        `graphql:"created"`
		} `graphql:"createEnvironment(input: $input)"`
	}
	in.Organization = c.organization
	err := c.mutate(ctx, "CreateEnvironment", &m, variables{"input": in})
	return m.CreateEnvironment.Environment, m.CreateEnvironment.Created, err
}
