package model

import "time"

// Webhook is what a forge sends, and proves by a secret.
type Webhook struct {
	OrganizationName string
	Forge            Forge
	CreatedAt        time.Time

	FormerSecretExpiresAt *time.Time // nil if there is none
}

// IsNode marks what has an ID.
func (*Webhook) IsNode() {}

// ID is the webhook's id in the API.
func (w *Webhook) ID() ID { return NewID("webhook", w.OrganizationName, w.Forge.Slug()) }

// The pages of webhooks.
type (
	WebhookConnection = Connection[*Webhook]
	WebhookEdge       = Edge[*Webhook]
)

// CreateWebhookInput says which webhook to make; a nil Secret lets one be made.
type CreateWebhookInput struct {
	Organization string
	Forge        Forge
	Secret       *string
}

// CreateWebhookPayload holds what to paste at the forge.
type CreateWebhookPayload struct {
	Webhook *Webhook
	URL     string
	Secret  string
	Created bool
}

// RotateWebhookSecretInput says which secret to replace; a nil Secret lets one be
// made.
type RotateWebhookSecretInput struct {
	Organization   string
	Forge          Forge
	Secret         *string
	OverlapSeconds int // for how long the one before stays good
}

// Validate checks bounds. It returns KindInvalid.
func (in *RotateWebhookSecretInput) Validate() error {
	const most = 30 * 24 * 60 * 60
	if in.OverlapSeconds < 0 || in.OverlapSeconds > most {
		return Invalid("overlapSeconds", "the former secret is to stay good for %d seconds, and from 0 to %d are taken", in.OverlapSeconds, most)
	}
	return nil
}

// Overlap is for how long the former secret stays good.
func (in *RotateWebhookSecretInput) Overlap() time.Duration {
	return time.Duration(in.OverlapSeconds) * time.Second
}

// RotateWebhookSecretPayload holds what to paste at the forge.
type RotateWebhookSecretPayload struct {
	Webhook         *Webhook
	URL             string
	Secret          string
	FormerExpiresAt time.Time
}
