package api

import (
	"context"
	"time"
)

// Deployment is the statement that an artifact is to run in an environment.
type Deployment struct {
	Number      int       `graphql:"number"` // in its flow
	Flow        Named     `graphql:"flow"`
	Artifact    Artifact  `graphql:"artifact"`
	Environment Named     `graphql:"environment"`
	CreatedAt   time.Time `graphql:"createdAt"`
	URL         *string   `graphql:"url"`
}

// ReportDeploymentInput is a deployment to announce.
type ReportDeploymentInput struct {
	Organization   string     `json:"organization"` // set by the client
	Artifact       string     `json:"artifact"`     // a reference
	Environment    string     `json:"environment"`
	URL            string     `json:"url,omitempty"`
	IdempotencyKey string     `json:"idempotencyKey,omitempty"`
	At             *time.Time `json:"at,omitempty"` // now if nil
}

// ReportDeployment announces a deployment, and reports whether it is new.
func (c *Client) ReportDeployment(ctx context.Context, in ReportDeploymentInput) (Deployment, bool, error) {
	var m struct {
		ReportDeployment struct {
			Deployment Deployment `graphql:"deployment"`
			Created    bool       `graphql:"created"`
		} `graphql:"reportDeployment(input: $input)"`
	}
	in.Organization = c.organization
	err := c.mutate(ctx, "ReportDeployment", &m, variables{"input": in})
	return m.ReportDeployment.Deployment, m.ReportDeployment.Created, err
}
