package db

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// What was the newest snapshot at a moment says what a report of that moment says.
const agreesWithHistory = `
SELECT s.number FROM (
  SELECT number, content FROM snapshots
  WHERE organization_id = $1 AND environment_id = $2 AND observed_at <= $3
  ORDER BY observed_at DESC, number DESC LIMIT 1) s
WHERE s.content = $4`

// late answers for a report that is about a moment that is known already. If it
// says what is known, it was sent twice or tells nothing new; otherwise it is kept
// as stale.
func (a *reportApplication) late(ctx context.Context, head appliedRow, observed time.Time) (model.ReportResult, error) {
	var known []struct{ Number int }
	if err := a.db.read(ctx, &known, agreesWithHistory, a.org.Key, head.EnvironmentID, observed, a.content); err != nil {
		return model.ReportResult{}, err
	}
	if len(known) > 0 {
		return model.ReportResult{Outcome: model.OutcomeUnchanged, Number: head.Number}, nil
	}
	return model.ReportResult{Outcome: model.OutcomeStale, Number: head.Number}, a.keepStale(ctx, observed, *head.Known)
}

// key names the report among all of the organization; empty if it has no name.
func (a *reportApplication) key() string {
	if a.report.IdempotencyKey == "" {
		return ""
	}
	return digest("key", a.report.Environment, a.report.IdempotencyKey)
}

// keepStale keeps a report that came too late, and only once.
func (a *reportApplication) keepStale(ctx context.Context, observed, known time.Time) error {
	key := a.key()
	if key == "" {
		key = digest(a.report.Environment, observed.Format(time.RFC3339Nano), string(a.content))
	}
	d := &model.Delivery{Source: model.SourceReport, SourceID: key, Event: "report", Body: a.report.Body}
	why := fmt.Sprintf("it is about %s, and %s was looked at %s already", observed.Format(time.RFC3339Nano), a.report.Environment, known.UTC().Format(time.RFC3339Nano))
	return a.db.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		_, err := keepDelivery(ctx, tx, a.org, d, outcome{state: model.DeliveryStale, reason: why}, a.now)
		return err
	})
}
