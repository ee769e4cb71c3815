package db

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// applyTimeout bounds the work on one delivery. It is not bounded by the forge's
// patience: who hangs up must not undo what is nearly done. keepTimeout is the time
// that is left to keep what could not be applied.
const (
	applyTimeout = 20 * time.Second
	keepTimeout  = 4 * time.Second
)

// outcome is what was made of a delivery.
type outcome struct {
	state  model.DeliveryState
	reason string
	due    *time.Time // set if it waits
}

func (o outcome) receipt(fresh bool) model.Receipt {
	return model.Receipt{Fresh: fresh, State: o.state, Reason: o.reason}
}

// afterFailure is what becomes of a delivery whose n-th attempt failed: what
// cannot become right by itself is parked at once.
func afterFailure(err error, attempts int, now time.Time) outcome {
	reason := "internal error; the server's log says more"
	e, ours := errors.AsType[*model.Error](err)
	if ours && e.Kind != model.KindInternal {
		reason = model.CleanText(e.Message, 500)
	}
	if ours && e.Kind == model.KindInvalid || attempts >= model.MaxDeliveryAttempts {
		return outcome{state: model.DeliveryFailed, reason: reason}
	}
	due := now.Add(model.DeliveryPause(attempts, rand.Float64()))
	return outcome{state: model.DeliveryWaiting, reason: reason, due: &due}
}

// ReceiveDelivery keeps a delivery and applies what it says, in one transaction.
// If that fails, it is kept all the same, and tried again later; so it returns an
// error only if it could not be kept, and then nothing has changed. One that was
// seen before, by its id or by its body, changes nothing.
func (db *DB) ReceiveDelivery(ctx context.Context, org *model.Organization, d *model.Delivery, facts *model.Facts) (model.Receipt, error) {
	ctx = context.WithoutCancel(ctx)
	receipt, err := db.receive(ctx, org, d, facts)
	if err == nil {
		return receipt, nil
	}
	// The caller is told nothing of this: it is the server's to mend.
	db.Log.WarnContext(ctx, "delivery could not be applied, and is kept", "organization", org.Name, "source", d.Source, "id", d.SourceID, "err", err)
	ctx, cancel := context.WithTimeout(ctx, keepTimeout)
	defer cancel()
	return db.keepAlone(ctx, org, d, afterFailure(err, 1, db.now()))
}

// receive keeps and applies a delivery, together with others if it can be.
func (db *DB) receive(ctx context.Context, org *model.Organization, d *model.Delivery, facts *model.Facts) (model.Receipt, error) {
	ctx, cancel := context.WithTimeout(ctx, db.applyTime)
	defer cancel()
	if isLight(facts, d) {
		receipt, err := db.received.run(ctx, received{org, d, facts})
		if err == nil && receipt != nil {
			return *receipt, nil
		}
	}
	return db.receiveAlone(ctx, org, d, facts)
}

// receiveAlone keeps and applies one delivery.
func (db *DB) receiveAlone(ctx context.Context, org *model.Organization, d *model.Delivery, facts *model.Facts) (receipt model.Receipt, err error) {
	err = db.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		now := db.now()
		// Kept first: who sends the same at the same time waits here, and is told
		// that it was seen.
		fresh, err := keepDelivery(ctx, tx, org, d, outcome{state: model.DeliveryApplied}, now)
		if err != nil || !fresh {
			receipt = model.Receipt{State: model.DeliveryApplied}
			return err
		}
		o, err := db.applyFacts(ctx, tx, org, facts, now)
		if err != nil {
			return err
		}
		receipt = o.receipt(true)
		if o == (outcome{state: model.DeliveryApplied}) {
			return nil
		}
		_, err = tx.NewRaw(`
			UPDATE deliveries SET state = ?, reason = nullif(?, ''), changed = pg_current_xact_id() WHERE organization_id = ? AND source = ? AND key = ?`,
			stateColumn(o.state), o.reason, org.Key, sourceColumn(d.Source), d.SourceID).Exec(ctx)
		return wrap(err, "delivery "+d.SourceID)
	})
	return receipt, err
}

// KeepDelivery keeps a delivery that could not be understood, or not yet: it waits,
// or is parked if the cause is KindInvalid.
func (db *DB) KeepDelivery(ctx context.Context, org *model.Organization, d *model.Delivery, cause error) (model.Receipt, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), applyTimeout)
	defer cancel()
	return db.keepAlone(ctx, org, d, afterFailure(cause, 1, db.now()))
}

// keepAlone keeps a delivery without applying it.
func (db *DB) keepAlone(ctx context.Context, org *model.Organization, d *model.Delivery, o outcome) (receipt model.Receipt, err error) {
	err = db.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		fresh, err := keepDelivery(ctx, tx, org, d, o, db.now())
		receipt = o.receipt(fresh)
		return err
	})
	return receipt, err
}

// keepDelivery writes down what was received, once. It returns false if it was
// seen before: by its id, or by its body under another id.
func keepDelivery(ctx context.Context, idb bun.IDB, org *model.Organization, d *model.Delivery, o outcome, now time.Time) (fresh bool, err error) {
	wroteDeliveries(ctx, org.Key)
	res, err := idb.NewRaw(`
		INSERT INTO deliveries (organization_id, received_at, source, key, event, repository, state, reason, due_at, attempts, headers, content_hash, body)
		VALUES (?, ?, ?, ?, ?, nullif(?, ''), ?, nullif(?, ''), ?, 1, ?::jsonb, ?, ?)
		ON CONFLICT DO NOTHING`,
		org.Key, now, sourceColumn(d.Source), d.SourceID, d.Event, d.Repository, stateColumn(o.state), o.reason, o.due,
		headersColumn(d.Headers), contentHash(d), d.Body).Exec(ctx)
	if err != nil {
		return false, wrap(err, "delivery "+d.SourceID)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}

// contentHash is the hash of a body that a forge sent. Reports have none: the same
// one may come twice, at different times.
func contentHash(d *model.Delivery) []byte {
	if d.Source == model.SourceReport {
		return nil
	}
	sum := sha256.Sum256(d.Body)
	return sum[:]
}

func headersColumn(headers []model.Header) string {
	raw, err := json.Marshal(append([]model.Header{}, headers...))
	if err != nil {
		panic("headers have no JSON: " + err.Error())
	}
	return string(raw)
}

// Sources and states are kept in lower case.
func sourceColumn(s model.DeliverySource) string {
	if forge, ok := s.Forge(); ok {
		return forge.Slug()
	}
	return strings.ToLower(string(s))
}

func sourceOfColumn(s string) model.DeliverySource {
	if forge, ok := model.ForgeOfSlug(s); ok {
		return forge.Source()
	}
	return model.SourceReport
}

func stateColumn(s model.DeliveryState) string   { return strings.ToLower(string(s)) }
func stateOfColumn(s string) model.DeliveryState { return model.DeliveryState(strings.ToUpper(s)) }

// DueDeliveries leases deliveries that are to be tried now, of all organizations:
// until the lease ends no other server takes them. They come with their bodies,
// at most so many and the one that has waited longest first.
func (db *DB) DueDeliveries(ctx context.Context, most int, lease time.Duration) ([]*model.DueDelivery, error) {
	now := db.now()
	var rows []struct {
		Org     int
		OrgName string
		deliveryRow
	}
	err := db.bun.NewRaw(`
		WITH due AS (
		  SELECT organization_id, id, due_at FROM deliveries WHERE state = 'waiting' AND due_at <= ?
		  ORDER BY due_at LIMIT ? FOR UPDATE SKIP LOCKED),
		leased AS (
		  UPDATE deliveries d SET due_at = ?, attempts = d.attempts + 1 FROM due
		  WHERE d.organization_id = due.organization_id AND d.id = due.id
		  RETURNING d.*, due.due_at AS was_due)
		SELECT o.id AS org, o.name AS org_name, `+deliveryColumns+`, d.body AS d_body
		FROM leased d JOIN organizations o ON o.id = d.organization_id ORDER BY d.was_due, d.id`,
		now, most, now.Add(lease)).Scan(ctx, &rows)
	if err != nil {
		return nil, wrap(err, "deliveries that wait")
	}
	due := make([]*model.DueDelivery, len(rows))
	for i := range rows {
		org := &model.Organization{Key: rows[i].Org, Name: rows[i].OrgName}
		due[i] = &model.DueDelivery{Organization: org, Delivery: rows[i].delivery(org)}
	}
	return due, nil
}

// RetryDelivery applies a delivery that waits, and says what became of it. It
// changes nothing if it does not wait any more. That a delivery still cannot be
// applied is no error: it is tried again later, or parked.
func (db *DB) RetryDelivery(ctx context.Context, org *model.Organization, d *model.Delivery, facts *model.Facts) (model.Receipt, error) {
	bounded, cancel := context.WithTimeout(ctx, applyTimeout)
	defer cancel()
	var o outcome
	settled := false
	err := db.inTx(bounded, func(ctx context.Context, tx bun.Tx) (err error) {
		// Locked until the end: another server that takes it after the lease waits,
		// and finds that it waits no more.
		if settled, err = lockWaiting(ctx, tx, org, d.Key); err != nil || settled {
			return err
		}
		if o, err = db.applyFacts(ctx, tx, org, facts, db.now()); err != nil {
			return err
		}
		return settleDelivery(ctx, tx, org, d, o)
	})
	switch {
	case settled:
		return model.Receipt{State: model.DeliveryApplied}, nil
	case err == nil:
		return o.receipt(true), nil
	case ctx.Err() != nil:
		return model.Receipt{}, err // the server is stopping: another one takes it when the lease ends
	}
	return db.PostponeDelivery(context.WithoutCancel(ctx), org, d, err)
}

// PostponeDelivery says that an attempt of a delivery that waits failed: it waits
// longer, or is parked.
func (db *DB) PostponeDelivery(ctx context.Context, org *model.Organization, d *model.Delivery, cause error) (model.Receipt, error) {
	ctx, cancel := context.WithTimeout(ctx, applyTimeout)
	defer cancel()
	db.Log.WarnContext(ctx, "delivery could not be applied", "organization", org.Name, "source", d.Source, "id", d.SourceID, "attempt", d.Attempts, "err", cause)
	o := afterFailure(cause, d.Attempts, db.now())
	err := db.inTx(ctx, func(ctx context.Context, tx bun.Tx) error { return settleDelivery(ctx, tx, org, d, o) })
	return o.receipt(true), err
}

// lockWaiting locks a delivery, and reports whether it does not wait any more.
func lockWaiting(ctx context.Context, tx bun.Tx, org *model.Organization, key int64) (settled bool, err error) {
	var states []string
	err = tx.NewRaw(`SELECT state FROM deliveries WHERE organization_id = ? AND id = ? FOR UPDATE`, org.Key, key).Scan(ctx, &states)
	return len(states) == 0 || stateOfColumn(states[0]) != model.DeliveryWaiting, wrap(err, "delivery")
}

func settleDelivery(ctx context.Context, idb bun.IDB, org *model.Organization, d *model.Delivery, o outcome) error {
	wroteDeliveries(ctx, org.Key)
	_, err := idb.NewRaw(`
		UPDATE deliveries SET state = ?, reason = nullif(?, ''), due_at = ?, repository = coalesce(repository, nullif(?, '')), changed = pg_current_xact_id()
		WHERE organization_id = ? AND id = ? AND state = 'waiting'`,
		stateColumn(o.state), o.reason, o.due, d.Repository, org.Key, d.Key).Exec(ctx)
	return wrap(err, fmt.Sprintf("delivery %s", d.SourceID))
}
