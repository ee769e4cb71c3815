package api

import (
	"context"
	"time"
)

// EnvironmentTypes are the kinds of environment that the server knows.
var EnvironmentTypes = []string{"K8S", "ECS", "S3", "LAMBDA", "SERVER", "DOCKER", "AZURE_APPS", "CLOUD_RUN", "LOGICAL"}

// Environment is a place where artifacts run, or a union of such places.
type Environment struct {
	Name           string     `graphql:"name"`
	Description    string     `graphql:"description"`
	Type           string     `graphql:"type"` // one of EnvironmentTypes
	Tags           []Tag      `graphql:"tags"` // by key
	CreatedAt      time.Time  `graphql:"createdAt"`
	ArchivedAt     *time.Time `graphql:"archivedAt"`     // nil while it is in use
	LastReportedAt *time.Time `graphql:"lastReportedAt"` // nil if nothing was reported
	Reporting      Reporting  `graphql:"reporting"`
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

// Tag is a label of an environment or of a flow.
type Tag struct {
	Key   string `graphql:"key" json:"key"`
	Value string `graphql:"value" json:"value"`
}

// ReportingSilent is the state of an environment that is not reported as it should
// be.
const ReportingSilent = "SILENT"

// Reporting says whether an environment is reported as it should be.
type Reporting struct {
	State              string     `graphql:"state"` // NEVER, CURRENT or SILENT
	LastReportedAt     *time.Time `graphql:"lastReportedAt"`
	SilentAfterSeconds *int       `graphql:"silentAfterSeconds"` // nil for never
	SilentSince        *time.Time `graphql:"silentSince"`        // nil unless it is silent
}

// Reported is an environment, and how it is reported.
type Reported struct {
	Name      string    `graphql:"name"`
	Type      string    `graphql:"type"`
	Reporting Reporting `graphql:"reporting"`
}

// EnvironmentDetails is an environment with all that is known of itself.
type EnvironmentDetails struct {
	Environment
	FormerNames []string
	Members     []string
	MemberOf    []string

	Expectations []Expectation // the newest first
}

// Environment returns an environment by a name that it has or had.
func (c *Client) Environment(ctx context.Context, name string) (EnvironmentDetails, error) {
	var q struct {
		Organization struct {
			Environment struct {
				Environment
				FormerNames []string    `graphql:"formerNames"`
				Members     page[Named] `graphql:"members(first: 100)"`
				MemberOf    page[Named] `graphql:"memberOf(first: 100)"`

				Expectations page[Expectation] `graphql:"expectations(first: 100)"` // as many as there may be
			} `graphql:"environment(name: $environment)"`
		} `graphql:"organization(name: $organization)"`
	}
	err := c.query(ctx, "Environment", &q, variables{"organization": c.organization, "environment": name})
	found := q.Organization.Environment
	return EnvironmentDetails{
		Environment: found.Environment, FormerNames: found.FormerNames, Members: namesOf(found.Members.Nodes), MemberOf: namesOf(found.MemberOf.Nodes),
		Expectations: found.Expectations.Nodes,
	}, err
}

func namesOf(things []Named) []string {
	names := make([]string, len(things))
	for i, t := range things {
		names[i] = t.Name
	}
	return names
}

// EnvironmentFilter says which environments; what is empty fits all.
type EnvironmentFilter struct {
	Name     string   `json:"name,omitempty"`  // a part of it
	Types    []string `json:"types,omitempty"` // of EnvironmentTypes
	Tags     []Tag    `json:"tags,omitempty"`
	Archived bool     `json:"archived"` // those that were archived, instead of those in use
}

// Environments lists the environments that a filter fits, by name: at most limit of
// them, or all if it is 0.
func (c *Client) Environments(ctx context.Context, filter EnvironmentFilter, limit int) (List[Environment], error) {
	return follow(ctx, c, limit, func(first int, after *Cursor) (page[Environment], error) {
		var q struct {
			Organization struct {
				Environments page[Environment] `graphql:"environments(filter: $filter, first: $first, after: $after)"`
			} `graphql:"organization(name: $organization)"`
		}
		err := c.query(ctx, "Environments", &q, variables{
			"organization": c.organization, "filter": filter, "first": first, "after": after,
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
// if it is 0. It says beside that how the environment is reported.
func (c *Client) EnvironmentLog(ctx context.Context, environment string, part Part, filter LogFilter, limit int) (List[Event], Reported, error) {
	var reported Reported
	events, err := follow(ctx, c, limit, func(first int, after *Cursor) (page[event], error) {
		var q struct {
			Organization struct {
				Environment struct {
					Reported
					Events page[event] `graphql:"events(interval: $interval, filter: $filter, direction: $direction, first: $first, after: $after)"`
				} `graphql:"environment(name: $environment)"`
			} `graphql:"organization(name: $organization)"`
		}
		err := c.query(ctx, "EnvironmentLog", &q, variables{
			"organization": c.organization, "environment": environment,
			"interval": part.interval(), "filter": filter, "direction": part.direction(), "first": first, "after": after,
		})
		reported = q.Organization.Environment.Reported
		return q.Organization.Environment.Events, err
	})
	return List[Event]{Items: eventsOf(events.Items), More: events.More}, reported, err
}

// CreateEnvironmentInput is an environment to create.
type CreateEnvironmentInput struct {
	Organization string `json:"organization"` // set by the client
	Name         string `json:"name"`
	Type         string `json:"type"` // one of EnvironmentTypes
	Description  string `json:"description,omitempty"`

	Members            []string `json:"members,omitempty"` // of a logical one
	Tags               []Tag    `json:"tags,omitempty"`
	SilentAfterSeconds *int     `json:"silentAfterSeconds,omitempty"` // nil for what the server takes; 0 for never
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

// UpdateEnvironmentInput is a change to an environment. What is nil stays as it is.
type UpdateEnvironmentInput struct {
	Organization       string   `json:"organization"` // set by the client
	Environment        string   `json:"environment"`
	Name               *string  `json:"name,omitempty"`
	Description        *string  `json:"description,omitempty"`
	SilentAfterSeconds *int     `json:"silentAfterSeconds,omitempty"` // 0 for never
	AddMembers         []string `json:"addMembers,omitempty"`
	RemoveMembers      []string `json:"removeMembers,omitempty"`
	SetTags            []Tag    `json:"setTags,omitempty"`
	RemoveTags         []string `json:"removeTags,omitempty"`
}

// UpdateEnvironment changes an environment and returns it as it is now.
func (c *Client) UpdateEnvironment(ctx context.Context, in UpdateEnvironmentInput) (Environment, error) {
	var m struct {
		UpdateEnvironment struct {
			Environment Environment `graphql:"environment"`
		} `graphql:"updateEnvironment(input: $input)"`
	}
	in.Organization = c.organization
	err := c.mutate(ctx, "UpdateEnvironment", &m, variables{"input": in})
	return m.UpdateEnvironment.Environment, err
}

// ArchiveEnvironmentInput says which environment to put away or to bring back.
type ArchiveEnvironmentInput struct {
	Organization string `json:"organization"`
	Environment  string `json:"environment"`
	Archived     bool   `json:"archived"`
}

// ArchiveEnvironment puts an environment away, or brings it back, and returns it as
// it is now.
func (c *Client) ArchiveEnvironment(ctx context.Context, name string, archived bool) (Environment, error) {
	var m struct {
		ArchiveEnvironment struct {
			Environment Environment `graphql:"environment"`
		} `graphql:"archiveEnvironment(input: $input)"`
	}
	in := ArchiveEnvironmentInput{Organization: c.organization, Environment: name, Archived: archived}
	err := c.mutate(ctx, "ArchiveEnvironment", &m, variables{"input": in})
	return m.ArchiveEnvironment.Environment, err
}
