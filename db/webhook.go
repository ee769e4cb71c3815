package db

import (
	"context"
	"crypto/rand"

	"github.com/landfall-dev/landfall/model"
)

// CreateWebhook makes the secret by which a forge proves its webhooks, or
// replaces it by one that is given. It returns KindConflict if there is one and
// none is given, and KindInvalid for a secret that is too short or too long.
func (db *DB) CreateWebhook(ctx context.Context, org *model.Organization, in model.CreateWebhookInput) (secret string, created bool, err error) {
	secret = "whs_" + rand.Text()
	if in.Secret != nil {
		secret = *in.Secret
		if err := model.ValidateText("secret", secret, 16, 200); err != nil {
			return "", false, err
		}
	}
	var inserted []bool
	err = db.bun.NewRaw(`
		INSERT INTO webhooks (organization_id, forge, secret, created_at) VALUES (?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT webhooks_pkey DO UPDATE SET secret = excluded.secret WHERE ?
		RETURNING xmax = 0`,
		org.Key, string(in.Forge), secret, db.now(), in.Secret != nil).Scan(ctx, &inserted)
	if err != nil {
		return "", false, wrap(err, "webhook")
	}
	if len(inserted) == 0 {
		return "", false, model.Errorf(model.KindConflict, "organization %q has a %s webhook already, and its secret cannot be shown again: give a secret to replace it", org.Name, in.Forge.Title())
	}
	return secret, inserted[0], nil
}

const webhookSecret = `
SELECT o.id, o.name, w.secret
FROM organizations o
JOIN webhooks w ON w.organization_id = o.id
WHERE o.name = $1 AND w.forge = $2`

// WebhookSecret returns the organization and the secret by which a forge proves
// its webhooks. It returns KindNotFound if there is none, or no
// such organization.
func (db *DB) WebhookSecret(ctx context.Context, organization string, forge model.Forge) (*model.Organization, string, error) {
	var rows []struct {
		ID           int
		Name, Secret string
	}
	if err := db.read(ctx, &rows, webhookSecret, organization, string(forge)); err != nil {
		return nil, "", wrap(err, "webhook")
	}
	if len(rows) == 0 {
		return nil, "", model.Errorf(model.KindNotFound, "organization %q has no webhook of this forge", organization)
	}
	return &model.Organization{Key: rows[0].ID, Name: rows[0].Name}, rows[0].Secret, nil
}
