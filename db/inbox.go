package db

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"
	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// deliveryColumns are the columns of a delivery d but for its body.
const deliveryColumns = `
  d.id AS d_id, d.source AS d_source, d.key AS d_key, d.event AS d_event, d.repository AS d_repository, d.received_at AS d_received_at,
  d.state AS d_state, d.reason AS d_reason, d.due_at AS d_due_at, d.attempts AS d_attempts, d.headers AS d_headers, length(d.body) AS d_size`

type deliveryRow struct {
	DID         int64          `bun:"d_id"`
	DSource     string         `bun:"d_source"`
	DKey        string         `bun:"d_key"`
	DEvent      string         `bun:"d_event"`
	DRepository *string        `bun:"d_repository"`
	DReceivedAt time.Time      `bun:"d_received_at"`
	DState      string         `bun:"d_state"`
	DReason     *string        `bun:"d_reason"`
	DDueAt      *time.Time     `bun:"d_due_at"`
	DAttempts   int            `bun:"d_attempts"`
	DHeaders    []model.Header `bun:"d_headers,type:jsonb"`
	DSize       int            `bun:"d_size"`
	DBody       []byte         `bun:"d_body"`
}

func (r *deliveryRow) delivery(org *model.Organization) *model.Delivery {
	d := &model.Delivery{
		OrganizationName: org.Name, Key: r.DID, Source: sourceOfColumn(r.DSource), SourceID: r.DKey, Event: r.DEvent,
		ReceivedAt: r.DReceivedAt.UTC(), State: stateOfColumn(r.DState), NextAttemptAt: utc(r.DDueAt), Attempts: r.DAttempts,
		Headers: r.DHeaders, Size: r.DSize, Body: r.DBody,
	}
	if r.DRepository != nil {
		d.Repository = *r.DRepository
	}
	if r.DReason != nil {
		d.Reason = *r.DReason
	}
	return d
}

// deliveryCursor is the place of a delivery in a list by time.
func deliveryCursor(d *model.Delivery) model.Cursor {
	return model.NewCursor(model.TimeKey(d.ReceivedAt), model.IntKey(d.Key))
}

// whichDeliveries limits a query of deliveries d to those that a filter fits.
func whichDeliveries(q *bun.SelectQuery, org *model.Organization, f *model.DeliveryFilter) *bun.SelectQuery {
	q = q.Where("d.organization_id = ?", org.Key)
	if f == nil {
		return q
	}
	sources := f.Sources
	if f.SourceID != nil {
		q = q.Where("d.key = ?", *f.SourceID)
		if len(sources) == 0 { // all of them, for the index that finds an id by its source
			sources = model.DeliverySources()
		}
	}
	if len(sources) > 0 {
		q = q.Where("d.source IN (?)", bun.List(columns(sources, sourceColumn)))
	}
	if len(f.States) > 0 {
		q = q.Where("d.state IN (?)", bun.List(columns(f.States, stateColumn)))
	}
	if len(f.Events) > 0 {
		q = q.Where("d.event IN (?)", bun.List(f.Events))
	}
	if f.Repository != nil {
		q = q.Where("d.repository = ?", *f.Repository)
	}
	if f.Since != nil {
		q = q.Where("d.received_at >= ?", f.Since.UTC())
	}
	if f.Until != nil {
		q = q.Where("d.received_at < ?", f.Until.UTC())
	}
	return q
}

// columns are values as they are kept.
func columns[T any](values []T, column func(T) string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = column(v)
	}
	return out
}

// Deliveries returns a page of the deliveries that a filter fits, without their
// bodies, newest first. It returns KindInvalid for a filter out of bounds.
func (db *DB) Deliveries(ctx context.Context, org *model.Organization, filter *model.DeliveryFilter, p model.Page) (*model.DeliveryConnection, error) {
	if err := filter.Validate(); err != nil {
		return nil, err
	}
	at, key, err := timeAndNumberBefore(p)
	if err != nil {
		return nil, err
	}
	var rows []deliveryRow
	err = whichDeliveries(db.bun.NewSelect().TableExpr("deliveries AS d").ColumnExpr(deliveryColumns), org, filter).
		Where("(d.received_at, d.id) < (?, ?)", at, key).
		OrderExpr("d.received_at DESC, d.id DESC").Limit(int64(p.First)+1).Scan(ctx, &rows)
	if err != nil {
		return nil, wrap(err, "deliveries")
	}
	deliveries := make([]*model.Delivery, len(rows))
	for i := range rows {
		deliveries[i] = rows[i].delivery(org)
	}
	return model.NewConnection(deliveries, p, deliveryCursor), nil
}

const (
	deliverySettled = `d.changed < pg_snapshot_xmin(pg_current_snapshot())` // see settled

	newestDelivery = `
SELECT d.changed::text::bigint AS transaction, d.id AS key FROM deliveries d
WHERE d.organization_id = $1 AND ` + deliverySettled + `
ORDER BY d.changed DESC, d.id DESC LIMIT 1`

	deliveriesAfter = `
SELECT ` + deliveryColumns + `, d.changed::text::bigint AS d_changed, ` + deliverySettled + ` AS d_settled
FROM deliveries d
WHERE d.organization_id = $1 AND (d.changed, d.id) > ($2::text::xid8, $3)
ORDER BY d.changed, d.id LIMIT $4`
)

// DeliveryPosition returns the place of the delivery that was kept last, or of which
// something became last.
func (db *DB) DeliveryPosition(ctx context.Context, org *model.Organization) (model.Position, error) {
	var rows []model.Position
	if err := db.read(ctx, &rows, newestDelivery, org.Key); err != nil {
		return model.Position{}, wrap(err, "deliveries")
	}
	if len(rows) == 0 {
		return model.Position{}, nil
	}
	return rows[0], nil
}

// DeliveriesAfter returns deliveries without their bodies, so many at most, that were kept
// after a place or of which something became after it, in that order. It ends before the
// first that is not settled.
func (db *DB) DeliveriesAfter(ctx context.Context, org *model.Organization, after model.Position, most int) (*model.DeliveryPart, error) {
	var rows []struct {
		deliveryRow
		DChanged int64 `bun:"d_changed"`
		DSettled bool  `bun:"d_settled"`
	}
	if err := db.read(ctx, &rows, deliveriesAfter, org.Key, model.IntKey(after.Transaction), after.Key, most); err != nil {
		return nil, wrap(err, "deliveries")
	}
	part := &model.DeliveryPart{More: len(rows) == most}
	for i := range rows {
		if !rows[i].DSettled {
			part.More, part.Unsettled = false, true
			break
		}
		d := rows[i].delivery(org)
		d.Place = model.Position{Transaction: rows[i].DChanged, Key: d.Key}
		part.Deliveries = append(part.Deliveries, d)
	}
	return part, nil
}

const deliveriesOfWebhooks = `
SELECT p.i AS parent, ` + deliveryColumns + `
FROM unnest($2::text[]) WITH ORDINALITY AS p(source, i)
CROSS JOIN LATERAL (
  SELECT * FROM deliveries d
  WHERE d.organization_id = $1 AND d.source = p.source AND (d.received_at, d.id) < ($3, $4)
  ORDER BY d.received_at DESC, d.id DESC LIMIT $5) d
ORDER BY p.i, d.received_at DESC, d.id DESC`

// DeliveriesOfWebhooks returns a page of the deliveries of each webhook, without their
// bodies, newest first.
func (db *DB) DeliveriesOfWebhooks(ctx context.Context, org *model.Organization, webhooks []*model.Webhook, p model.Page) ([]*model.DeliveryConnection, error) {
	at, key, err := timeAndNumberBefore(p)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Parent int
		deliveryRow
	}
	sources := columns(webhooks, func(w *model.Webhook) string { return sourceColumn(w.Forge.Source()) })
	if err := db.read(ctx, &rows, deliveriesOfWebhooks, org.Key, pq.Array(sources), at, key, p.First+1); err != nil {
		return nil, wrap(err, "deliveries")
	}
	groups := make([][]*model.Delivery, len(webhooks))
	for i := range rows {
		groups[rows[i].Parent-1] = append(groups[rows[i].Parent-1], rows[i].delivery(org))
	}
	pages := make([]*model.DeliveryConnection, len(webhooks))
	for i, group := range groups {
		pages[i] = model.NewConnection(group, p, deliveryCursor)
	}
	return pages, nil
}

// Delivery returns a delivery by its key, without its body. It returns
// KindNotFound.
func (db *DB) Delivery(ctx context.Context, org *model.Organization, key int64) (*model.Delivery, error) {
	return db.delivery(ctx, org, "the delivery", "id = ?", key)
}

// DeliveryBySource returns a delivery by the id that its source gave it, without
// its body. It returns KindNotFound, and KindInvalid for what is no id.
func (db *DB) DeliveryBySource(ctx context.Context, org *model.Organization, source model.DeliverySource, id string) (*model.Delivery, error) {
	if err := model.ValidateText("sourceId", id, 1, 200); err != nil {
		return nil, err
	}
	what := fmt.Sprintf("delivery %q of %s", id, source)
	return db.delivery(ctx, org, what, "source = ? AND key = ?", sourceColumn(source), id)
}

func (db *DB) delivery(ctx context.Context, org *model.Organization, what, where string, args ...any) (*model.Delivery, error) {
	var rows []deliveryRow
	err := db.bun.NewSelect().TableExpr("deliveries AS d").ColumnExpr(deliveryColumns).
		Where("organization_id = ?", org.Key).Where(where, args...).Scan(ctx, &rows)
	if err != nil {
		return nil, wrap(err, what)
	}
	if len(rows) == 0 {
		return nil, model.Errorf(model.KindNotFound, "%s does not exist, or was pruned", what)
	}
	return rows[0].delivery(org), nil
}

// ReadDeliveryBodies reads the bodies of deliveries into them: each may have 26
// MiB, so few should be asked for.
func (db *DB) ReadDeliveryBodies(ctx context.Context, org *model.Organization, deliveries []*model.Delivery) error {
	keys := make([]int64, len(deliveries))
	for i, d := range deliveries {
		keys[i] = d.Key
	}
	var rows []struct {
		ID   int64
		Body []byte
	}
	err := db.bun.NewRaw(`SELECT id, body FROM deliveries WHERE organization_id = ? AND id = ANY (?::bigint[])`, org.Key, pgArray(keys)).Scan(ctx, &rows)
	if err != nil {
		return wrap(err, "bodies of deliveries")
	}
	bodies := make(map[int64][]byte, len(rows))
	for _, r := range rows {
		bodies[r.ID] = append([]byte{}, r.Body...) // never nil: it was read
	}
	for _, d := range deliveries {
		d.Body = bodies[d.Key]
	}
	return nil
}

// RequeueDelivery lets one delivery wait, due now, whatever became of it, and
// returns it without its body. It returns KindNotFound, and KindInvalid for a report
// of an agent, which cannot be applied again.
func (db *DB) RequeueDelivery(ctx context.Context, org *model.Organization, key int64) (*model.Delivery, error) {
	return db.putBack(ctx, org, key, db.now(), 0, deliveryColumns)
}

// LeaseDelivery lets one delivery wait, whatever became of it, and leases it as
// DueDeliveries does. It returns it with its body, and the errors of
// RequeueDelivery.
func (db *DB) LeaseDelivery(ctx context.Context, org *model.Organization, key int64, lease time.Duration) (*model.Delivery, error) {
	return db.putBack(ctx, org, key, db.now().Add(lease), 1, deliveryColumns+`, d.body AS d_body`)
}

// putBack lets one delivery wait until it is due, and returns some of its columns.
func (db *DB) putBack(ctx context.Context, org *model.Organization, key int64, due time.Time, attempts int, columns string) (*model.Delivery, error) {
	var rows []deliveryRow
	err := db.bun.NewRaw(`
		UPDATE deliveries d SET state = 'waiting', due_at = ?, attempts = ?, changed = pg_current_xact_id()
		WHERE d.organization_id = ? AND d.id = ? AND d.source <> 'report'
		RETURNING `+columns, due, attempts, org.Key, key).Scan(ctx, &rows)
	if err != nil {
		return nil, wrap(err, "delivery")
	}
	if len(rows) > 0 {
		db.hints.add(hint{org.Key, ofDeliveries})
		return rows[0].delivery(org), nil
	}
	if _, err := db.Delivery(ctx, org, key); err != nil {
		return nil, err
	}
	return nil, model.Errorf(model.KindInvalid, "the report of an agent cannot be replayed: the agent reports again by itself, and what runs now is known from that")
}

// RequeueDeliveries lets all deliveries of forges wait, due now, that a filter
// fits: the oldest first, and at most model.MaxDeliveriesAtOnce. Those that are
// being tried this moment are left alone. It returns KindInvalid for a filter that
// says nothing or is out of bounds.
func (db *DB) RequeueDeliveries(ctx context.Context, org *model.Organization, in model.ReplayDeliveriesInput) (*model.ReplayDeliveriesPayload, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	at, key, err := deliveryAfter(in.After)
	if err != nil {
		return nil, err
	}
	fitting := whichDeliveries(db.bun.NewSelect().TableExpr("deliveries AS d").ColumnExpr("d.id, d.received_at"), org, in.Filter).
		Where("d.source <> 'report' AND (d.received_at, d.id) > (?, ?)", at, key).
		OrderExpr("d.received_at, d.id").Limit(model.MaxDeliveriesAtOnce + 1).For("UPDATE SKIP LOCKED")
	var rows []struct {
		Fitting    int
		Requeued   int
		ReceivedAt *time.Time
		ID         int64
	}
	err = db.bun.NewRaw(`
		WITH fitting AS MATERIALIZED (?), chosen AS MATERIALIZED (
		  SELECT * FROM fitting ORDER BY received_at, id LIMIT ?
		), requeued AS (
		  UPDATE deliveries d SET state = 'waiting', due_at = ?, attempts = 0, changed = pg_current_xact_id()
		  FROM chosen WHERE d.organization_id = ? AND d.id = chosen.id RETURNING d.id
		)
		SELECT (SELECT count(*) FROM fitting) AS fitting, (SELECT count(*) FROM requeued) AS requeued, newest.received_at, newest.id
		FROM (VALUES (1)) AS always
		LEFT JOIN (SELECT received_at, id FROM chosen ORDER BY received_at DESC, id DESC LIMIT 1) newest ON true`,
		fitting, model.MaxDeliveriesAtOnce, db.now(), org.Key).Scan(ctx, &rows)
	if err != nil {
		return nil, wrap(err, "deliveries")
	}
	db.hints.add(hint{org.Key, ofDeliveries})
	out := &model.ReplayDeliveriesPayload{Count: rows[0].Requeued, More: rows[0].Fitting > model.MaxDeliveriesAtOnce}
	if newest := rows[0]; newest.ReceivedAt != nil {
		cursor := deliveryCursor(&model.Delivery{ReceivedAt: newest.ReceivedAt.UTC(), Key: newest.ID})
		out.EndCursor = &cursor
	}
	return out, nil
}

// deliveryAfter is the place after which deliveries are looked for, the oldest
// first.
func deliveryAfter(after *model.Cursor) (at any, key int64, err error) {
	if after == nil || *after == "" {
		return "-infinity", 0, nil
	}
	return timeAndNumberBefore(model.Page{After: *after})
}

// PruneDeliveries forgets deliveries that were received before a moment: at most
// model.MaxDeliveriesAtOnce, the oldest first. One that is forgotten and sent again
// is new. It returns KindInvalid if those are named that wait.
func (db *DB) PruneDeliveries(ctx context.Context, org *model.Organization, in model.PruneDeliveriesInput) (*model.PruneDeliveriesPayload, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	states := in.States
	if len(states) == 0 {
		states = model.SettledStates()
	}
	before := in.Before
	fitting := whichDeliveries(db.bun.NewSelect().TableExpr("deliveries AS d").ColumnExpr("d.id, d.received_at"), org,
		&model.DeliveryFilter{States: states, Until: &before}).
		OrderExpr("d.received_at, d.id").Limit(model.MaxDeliveriesAtOnce + 1).For("UPDATE SKIP LOCKED")
	var rows []struct{ Fitting, Pruned int }
	err := db.bun.NewRaw(`
		WITH fitting AS MATERIALIZED (?), pruned AS (
		  DELETE FROM deliveries d USING (SELECT id FROM fitting ORDER BY received_at, id LIMIT ?) f
		  WHERE d.organization_id = ? AND d.id = f.id RETURNING d.id
		)
		SELECT (SELECT count(*) FROM fitting) AS fitting, (SELECT count(*) FROM pruned) AS pruned`,
		fitting, model.MaxDeliveriesAtOnce, org.Key).Scan(ctx, &rows)
	if err != nil {
		return nil, wrap(err, "deliveries")
	}
	return &model.PruneDeliveriesPayload{Count: rows[0].Pruned, More: rows[0].Fitting > model.MaxDeliveriesAtOnce}, nil
}

// PruneOldDeliveries forgets deliveries of all organizations that were received
// before a moment and need nothing any more, at most so many. What failed stays
// until somebody has seen it.
func (db *DB) PruneOldDeliveries(ctx context.Context, before time.Time, most int) (pruned int, err error) {
	res, err := db.bun.NewRaw(`
		DELETE FROM deliveries d USING (
		  SELECT old.* FROM organizations o
		  CROSS JOIN LATERAL (
		    SELECT d.organization_id, d.id FROM deliveries d
		    WHERE d.organization_id = o.id AND d.received_at < ? AND d.state IN (?)
		    ORDER BY d.received_at, d.id LIMIT ? FOR UPDATE SKIP LOCKED) old
		  LIMIT ?) old
		WHERE d.organization_id = old.organization_id AND d.id = old.id`,
		before.UTC(), bun.List(columns(model.SettledStates(), stateColumn)), most, most).Exec(ctx)
	if err != nil {
		return 0, wrap(err, "deliveries")
	}
	n, err := res.RowsAffected()
	return int(n), err
}
