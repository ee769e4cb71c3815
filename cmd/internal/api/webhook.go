package api

import (
	"context"
	"time"
)

// Forges are what sends webhooks.
var Forges = []string{"GITHUB", "GITLAB", "GITEA", "BITBUCKET", "DOCKER_HUB"}

// Webhook is what to paste at a forge.
type Webhook struct {
	URL     string `graphql:"url"`    // where the forge is to send its deliveries
	Secret  string `graphql:"secret"` // not shown again
	Created bool   `graphql:"created"`
}

// CreateWebhookInput is a webhook to make.
type CreateWebhookInput struct {
	Organization string `json:"organization"` // set by the client
	Forge        string `json:"forge"`        // one of Forges
	Secret       string `json:"secret,omitempty"`
}

// CreateWebhook makes the secret by which a forge proves its webhooks; the
// server chooses one if none is given.
func (c *Client) CreateWebhook(ctx context.Context, in CreateWebhookInput) (Webhook, error) {
	var m struct {
		CreateWebhook Webhook `graphql:"createWebhook(input: $input)"`
	}
	in.Organization = c.organization
	err := c.mutate(ctx, "CreateWebhook", &m, variables{"input": in})
	return m.CreateWebhook, err
}

// RotatedWebhook is what to paste at a forge in place of what is there.
type RotatedWebhook struct {
	URL             string    `graphql:"url"`
	Secret          string    `graphql:"secret"`          // not shown again
	FormerExpiresAt time.Time `graphql:"formerExpiresAt"` // until when the one before is good
}

// RotateWebhookSecretInput is a secret to replace.
type RotateWebhookSecretInput struct {
	Organization   string `json:"organization"` // set by the client
	Forge          string `json:"forge"`        // one of Forges
	Secret         string `json:"secret,omitempty"`
	OverlapSeconds int    `json:"overlapSeconds"` // for how long the one before stays good
}

// RotateWebhookSecret makes a new secret for a webhook, or takes one that is given.
func (c *Client) RotateWebhookSecret(ctx context.Context, in RotateWebhookSecretInput) (RotatedWebhook, error) {
	var m struct {
		RotateWebhookSecret RotatedWebhook `graphql:"rotateWebhookSecret(input: $input)"`
	}
	in.Organization = c.organization
	err := c.mutate(ctx, "RotateWebhookSecret", &m, variables{"input": in})
	return m.RotateWebhookSecret, err
}
