package model

// CreateWebhookInput says which webhook to make; a nil Secret lets one be made.
type CreateWebhookInput struct {
	Organization string
	Forge        Forge
	Secret       *string
}

// CreateWebhookPayload holds what to paste at the forge.
type CreateWebhookPayload struct {
	URL     string
	Secret  string
	Created bool
}
