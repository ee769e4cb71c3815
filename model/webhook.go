package model

import "time"

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
	URL             string
	Secret          string
	FormerExpiresAt time.Time
}
