package api

import (
	"context"
	"time"
)

// Expectation is something that must hold in an environment.
type Expectation struct {
	Summary   string    `graphql:"summary"` // as people write it: `runner: at least 3`
	Kind      string    `graphql:"kind"`
	State     string    `graphql:"state"` // MET, BREACHED or UNKNOWN
	CreatedAt time.Time `graphql:"createdAt"`
	Breach    *Breach   `graphql:"breach"` // that goes on; nil if none does
}

// Breach is a time in which an expectation was not met.
type Breach struct {
	Summary     string      `graphql:"summary"`
	Found       int         `graphql:"found"`
	Environment Named       `graphql:"environment"`
	StartedAt   time.Time   `graphql:"startedAt"`
	StartedIn   *referenced `graphql:"startedIn"`
	EndedAt     *time.Time  `graphql:"endedAt"` // nil while it goes on
	EndedIn     *referenced `graphql:"endedIn"`
}

type referenced struct {
	Ref string `graphql:"ref"`
}

// Snapshot is the reference to the first snapshot that shows it.
func (b *Breach) Snapshot() string {
	if b.StartedIn == nil {
		return ""
	}
	return b.StartedIn.Ref
}

// End is the reference to the first snapshot that no longer shows it; empty if there
// is none.
func (b *Breach) End() string {
	if b.EndedIn == nil {
		return ""
	}
	return b.EndedIn.Ref
}

// CreateExpectation says what must hold in an environment, and reports whether that
// was not expected before.
func (c *Client) CreateExpectation(ctx context.Context, environment, expect string) (Expectation, bool, error) {
	var m struct {
		CreateExpectation struct {
			Expectation Expectation `graphql:"expectation"`
			Created     bool        `graphql:"created"`
		} `graphql:"createExpectation(input: $input)"`
	}
	err := c.mutate(ctx, "CreateExpectation", &m, variables{"input": CreateExpectationInput{c.organization, environment, expect}})
	return m.CreateExpectation.Expectation, m.CreateExpectation.Created, err
}

// RemoveExpectation says what is no longer expected of an environment.
func (c *Client) RemoveExpectation(ctx context.Context, environment, expect string) (Expectation, error) {
	var m struct {
		RemoveExpectation struct {
			Expectation Expectation `graphql:"expectation"`
		} `graphql:"removeExpectation(input: $input)"`
	}
	err := c.mutate(ctx, "RemoveExpectation", &m, variables{"input": RemoveExpectationInput{c.organization, environment, expect}})
	return m.RemoveExpectation.Expectation, err
}

// CreateExpectationInput is something to expect.
type CreateExpectationInput struct {
	Organization string `json:"organization"` // set by the client
	Environment  string `json:"environment"`
	Expect       string `json:"expect"`
}

// RemoveExpectationInput is something to expect no longer.
type RemoveExpectationInput CreateExpectationInput

// Expectations lists what must hold in an environment, newest first: at most limit
// of it, or all if that is 0.
func (c *Client) Expectations(ctx context.Context, environment string, limit int) (List[Expectation], error) {
	return follow(ctx, c, limit, func(first int, after *Cursor) (page[Expectation], error) {
		var q struct {
			Organization struct {
				Environment struct {
					Expectations page[Expectation] `graphql:"expectations(first: $first, after: $after)"`
				} `graphql:"environment(name: $environment)"`
			} `graphql:"organization(name: $organization)"`
		}
		err := c.query(ctx, "Expectations", &q, variables{
			"organization": c.organization, "environment": environment, "first": first, "after": after,
		})
		return q.Organization.Environment.Expectations, err
	})
}

// Breaches lists when expectations of any environment were not met, newest first.
func (c *Client) Breaches(ctx context.Context, ongoing bool, limit int) (List[Breach], error) {
	return follow(ctx, c, limit, func(first int, after *Cursor) (page[Breach], error) {
		var q struct {
			Organization struct {
				Breaches page[Breach] `graphql:"breaches(ongoing: $ongoing, first: $first, after: $after)"`
			} `graphql:"organization(name: $organization)"`
		}
		err := c.query(ctx, "Breaches", &q, variables{"organization": c.organization, "ongoing": ongoing, "first": first, "after": after})
		return q.Organization.Breaches, err
	})
}

// BreachesOf is Breaches of one environment.
func (c *Client) BreachesOf(ctx context.Context, environment string, ongoing bool, limit int) (List[Breach], error) {
	return follow(ctx, c, limit, func(first int, after *Cursor) (page[Breach], error) {
		var q struct {
			Organization struct {
				Environment struct {
					Breaches page[Breach] `graphql:"breaches(ongoing: $ongoing, first: $first, after: $after)"`
				} `graphql:"environment(name: $environment)"`
			} `graphql:"organization(name: $organization)"`
		}
		err := c.query(ctx, "BreachesOf", &q, variables{
			"organization": c.organization, "environment": environment, "ongoing": ongoing, "first": first, "after": after,
		})
		return q.Organization.Environment.Breaches, err
	})
}
