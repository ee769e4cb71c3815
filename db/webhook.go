package db

import (
	"cmp"
	"context"
	"crypto/rand"
	"time"

	"github.com/landfall-dev/landfall/model"
)

const selectWebhooks = `
SELECT w.forge, w.created_at, CASE WHEN w.former_expires_at > $2 THEN w.former_expires_at END AS former_expires_at
FROM webhooks w WHERE w.organization_id = $1 AND `

type webhookRow struct {
	Forge           string
	CreatedAt       time.Time
	FormerExpiresAt *time.Time
}

func (r *webhookRow) model(org *model.Organization) *model.Webhook {
	return &model.Webhook{OrganizationName: org.Name, Forge: model.Forge(r.Forge), CreatedAt: r.CreatedAt.UTC(), FormerSecretExpiresAt: utc(r.FormerExpiresAt)}
}

// Webhook returns the webhook of a forge. It returns KindNotFound.
func (db *DB) Webhook(ctx context.Context, org *model.Organization, forge model.Forge) (*model.Webhook, error) {
	var rows []webhookRow
	if err := db.read(ctx, &rows, selectWebhooks+`w.forge = $3`, org.Key, db.now(), string(forge)); err != nil {
		return nil, wrap(err, "webhook")
	}
	if len(rows) == 0 {
		return nil, noWebhook(org, forge)
	}
	return rows[0].model(org), nil
}

// Webhooks returns a page of the webhooks of an organization, by forge.
func (db *DB) Webhooks(ctx context.Context, org *model.Organization, p model.Page) (*model.WebhookConnection, error) {
	after, err := nameAfter(p)
	if err != nil {
		return nil, err
	}
	var rows []webhookRow
	if err := db.read(ctx, &rows, selectWebhooks+`w.forge COLLATE "C" > $3 ORDER BY w.forge COLLATE "C" LIMIT $4`, org.Key, db.now(), after, p.First+1); err != nil {
		return nil, wrap(err, "webhooks")
	}
	webhooks := make([]*model.Webhook, len(rows))
	for i := range rows {
		webhooks[i] = rows[i].model(org)
	}
	return model.NewConnection(webhooks, p, func(w *model.Webhook) model.Cursor { return model.NewCursor(string(w.Forge)) }), nil
}

func noWebhook(org *model.Organization, forge model.Forge) error {
	return model.Errorf(model.KindNotFound, "organization %q has no %s webhook: make it with createWebhook (`landfall create webhook %s`)", org.Name, forge.Title(), forge.Slug())
}

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
		return "", time.Time{}, cmp.Or(err, noWebhook(org, in.Forge))
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
