package db

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// keepDelivery writes down what was received, once. It reports false if it was
// seen before.
func keepDelivery(ctx context.Context, idb bun.IDB, org *model.Organization, d *model.Delivery, state string, now time.Time) (bool, error) {
	var reason *string
	if d.Ignored != "" {
		reason = &d.Ignored
	}
	res, err := idb.NewRaw(`
		INSERT INTO deliveries (organization_id, received_at, source, key, event, state, reason, body)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT deliveries_key DO NOTHING`,
		org.Key, now, d.Source, d.Key, d.Event, state, reason, d.Body).Exec(ctx)
	if err != nil {
		return false, wrap(err, fmt.Sprintf("delivery %s", d.Key))
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// ApplyDelivery keeps a delivery and applies what it says, in one transaction. It
// reports false, and changes nothing, if it was seen before.
func (db *DB) ApplyDelivery(ctx context.Context, org *model.Organization, d *model.Delivery) (fresh bool, err error) {
	now := db.now()
	state := "applied"
	if d.Ignored != "" {
		state = "ignored"
	}
	err = db.bun.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		if fresh, err = keepDelivery(ctx, tx, org, d, state, now); err != nil || !fresh || d.Ignored != "" {
			return err
		}
		repository, err := ensureRepository(ctx, tx, org, d.Repository.Name, d.Repository.URL, now)
		if err != nil {
			return err
		}
		if len(d.Commits) > 0 {
			facts := make([]commitFact, len(d.Commits))
			for i, c := range d.Commits {
				facts[i] = commitFact{sha: c.SHA, subject: c.Subject, author: c.AuthorName, committedAt: c.CommittedAt}
			}
			if _, err := insertCommits(ctx, tx, org, repository.Key, facts); err != nil {
				return err
			}
		}
		if d.Build != nil {
			return applyBuild(ctx, tx, org, repository.Key, d.Build)
		}
		return nil
	})
	return fresh, err
}
