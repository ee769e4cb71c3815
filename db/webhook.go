package db

import (
	"cmp"
	"context"
	"crypto/rand"
	"time"

	"github.com/landfall-dev/landfall/model"
)

// CreateWebhook makes the secret by which a forge proves its webhooks, or
// replaces it by one that is given. It returns KindConflict if there is one and
// none is given, and KindInvalid for a secret that is too short or too long.
func (db *DB) CreateWebhook(ctx context.Context, org *model.Organization, in model.CreateWebhookInput) (secret string, created bool, err error) {
	secret, err = webhookSecretOr(in.Secret)
	if err != nil {
		return "", false, err
	}
	var inserted []bool
	err = db.bun.NewRaw(`
		INSERT INTO webhooks (organization_id, forge, secret, created_at) VALUES (?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT webhooks_pkey DO UPDATE SET secret = excluded.secret, former_secret = NULL, former_expires_at = NULL WHERE ?
		RETURNING xmax = 0`,
		org.Key, string(in.Forge), secret, db.now(), in.Secret != nil).Scan(ctx, &inserted)
	if err != nil {
		return "", false, wrap(err, "webhook")
	}
	if len(inserted) == 0 {
		return "", false, model.Errorf(model.KindConflict, "organization %q has a %s webhook already, and its secret cannot be shown again: make a new one with rotateWebhookSecret (`landfall rotate webhook %s`), which loses nothing", org.Name, in.Forge.Title(), in.Forge.Slug())
	}
	return secret, inserted[0], nil
}

// RotateWebhookSecret makes a new secret, or takes one that is given, and leaves the
// one before good for a while, so that nothing is lost that was sent with it. Two
// are good at a time: of a third the oldest ends. It returns KindNotFound if there
// is no webhook and KindInvalid for a secret or a while out of bounds.
func (db *DB) RotateWebhookSecret(ctx context.Context, org *model.Organization, in model.RotateWebhookSecretInput) (secret string, formerExpiresAt time.Time, err error) {
	secret, err = webhookSecretOr(in.Secret)
	if err != nil {
		return "", time.Time{}, err
	}
	if err := in.Validate(); err != nil {
		return "", time.Time{}, err
	}
	formerExpiresAt = db.now().Add(in.Overlap())
	res, err := db.bun.NewRaw(`
		UPDATE webhooks SET
		  former_secret = CASE WHEN secret = ? THEN former_secret ELSE secret END,
		  former_expires_at = CASE WHEN secret = ? THEN former_expires_at ELSE ? END, secret = ?
		WHERE organization_id = ? AND forge = ?`,
		secret, secret, formerExpiresAt, secret, org.Key, string(in.Forge)).Exec(ctx)
	if err != nil {
		return "", time.Time{}, wrap(err, "webhook")
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return "", time.Time{}, cmp.Or(err, error(model.Errorf(model.KindNotFound, "organization %q has no %s webhook: make it with createWebhook (`landfall create webhook %s`)", org.Name, in.Forge.Title(), in.Forge.Slug())))
	}
	return secret, formerExpiresAt, nil
}

// webhookSecretOr is the secret that was given, or a new one.
func webhookSecretOr(given *string) (string, error) {
	if given == nil {
		return "whs_" + rand.Text(), nil
	}
	return *given, model.ValidateText("secret", *given, 16, 200)
}

const webhookSecrets = `
SELECT o.id, o.name, w.secret, CASE WHEN w.former_expires_at > $3 THEN w.former_secret END AS former
FROM organizations o
JOIN webhooks w ON w.organization_id = o.id
WHERE o.name = $1 AND w.forge = $2`

// WebhookSecrets returns the organization and the secrets by which a forge may
// prove its webhooks: one, or two while one takes the place of the other. It
// returns KindNotFound if there is none, or no such organization.
func (db *DB) WebhookSecrets(ctx context.Context, organization string, forge model.Forge) (*model.Organization, []string, error) {
	var rows []struct {
		ID           int
		Name, Secret string
		Former       *string
	}
	if err := db.read(ctx, &rows, webhookSecrets, organization, string(forge), db.now()); err != nil {
		return nil, nil, wrap(err, "webhook")
	}
	if len(rows) == 0 {
		return nil, nil, model.Errorf(model.KindNotFound, "organization %q has no webhook of this forge", organization)
	}
	secrets := []string{rows[0].Secret}
	if rows[0].Former != nil {
		secrets = append(secrets, *rows[0].Former)
	}
	return &model.Organization{Key: rows[0].ID, Name: rows[0].Name}, secrets, nil
}
