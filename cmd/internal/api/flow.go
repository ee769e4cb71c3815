package api

import (
	"context"
	"time"
)

// Flow is the way one deliverable takes to production.
type Flow struct {
	Name             string    `graphql:"name"`
	Description      string    `graphql:"description"`
	Visibility       string    `graphql:"visibility"` // PUBLIC or PRIVATE
	Repository       *Named    `graphql:"repository"` // nil if none is set
	RequiredEvidence []string  `graphql:"requiredEvidence"`
	Paths            []string  `graphql:"paths"` // all of its repository if empty
	Tags             []Tag     `graphql:"tags"`  // by key
	CreatedAt        time.Time `graphql:"createdAt"`
}

// TagInput is a tag as it is given.
type TagInput Tag

// Flows lists the flows that have all of some tags, by name: at most limit of them, or
// all if it is 0.
func (c *Client) Flows(ctx context.Context, tags []Tag, limit int) (List[Flow], error) {
	return follow(ctx, c, limit, func(first int, after *Cursor) (page[Flow], error) {
		var q struct {
			Organization struct {
				Flows page[Flow] `graphql:"flows(tags: $tags, first: $first, after: $after)"`
			} `graphql:"organization(name: $organization)"`
		}
		err := c.query(ctx, "Flows", &q, variables{
			"organization": c.organization, "tags": tagInputs(tags), "first": first, "after": after,
		})
		return q.Organization.Flows, err
	})
}

// tagInputs are tags as they are given; never nil, of which there is no type.
func tagInputs(tags []Tag) []TagInput {
	inputs := make([]TagInput, len(tags))
	for i, t := range tags {
		inputs[i] = TagInput(t)
	}
	return inputs
}

// CreateFlowInput is a flow to create.
type CreateFlowInput struct {
	Organization     string   `json:"organization"` // set by the client
	Name             string   `json:"name"`
	Description      string   `json:"description,omitempty"`
	Repository       string   `json:"repository,omitempty"`
	RequiredEvidence []string `json:"requiredEvidence,omitempty"`
	Paths            []string `json:"paths,omitempty"`
	Tags             []Tag    `json:"tags,omitempty"`
}

// CreateFlow creates a flow, and reports whether it was not there before. It
// returns CodeConflict if it is there and says something else.
func (c *Client) CreateFlow(ctx context.Context, in CreateFlowInput) (Flow, bool, error) {
	var m struct {
		CreateFlow struct {
			Flow    Flow `graphql:"flow"`
			Created bool `graphql:"created"`
		} `graphql:"createFlow(input: $input)"`
	}
	in.Organization = c.organization
	err := c.mutate(ctx, "CreateFlow", &m, variables{"input": in})
	return m.CreateFlow.Flow, m.CreateFlow.Created, err
}

// UpdateFlowInput is a change to a flow. What is nil stays as it is.
type UpdateFlowInput struct {
	Organization     string    `json:"organization"` // set by the client
	Flow             string    `json:"flow"`
	Description      *string   `json:"description,omitempty"`
	Repository       *string   `json:"repository,omitempty"`
	RequiredEvidence *[]string `json:"requiredEvidence,omitempty"`
	Paths            *[]string `json:"paths,omitempty"`
	SetTags          []Tag     `json:"setTags,omitempty"`
	RemoveTags       []string  `json:"removeTags,omitempty"`
}

// UpdateFlow changes a flow and returns it as it is now.
func (c *Client) UpdateFlow(ctx context.Context, in UpdateFlowInput) (Flow, error) {
	var m struct {
		UpdateFlow struct {
			Flow Flow `graphql:"flow"`
		} `graphql:"updateFlow(input: $input)"`
	}
	in.Organization = c.organization
	err := c.mutate(ctx, "UpdateFlow", &m, variables{"input": in})
	return m.UpdateFlow.Flow, err
}
