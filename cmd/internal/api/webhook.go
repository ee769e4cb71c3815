package api

import "context"

// Webhook is what to paste at a forge.
type Webhook struct {
	URL     string `graphql:"url"`    // where the forge is to send its deliveries
	Secret  string `graphql:"secret"` // not shown again
	Created bool   `graphql:"created"`
}

// CreateWebhookInput is a webhook to make.
type CreateWebhookInput struct {
	Organization string `json:"organization"` // set by the client
	Forge        string `json:"forge"`        // GITHUB
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
