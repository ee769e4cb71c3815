package db

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// Span is the part of the history of an environment that an interval leads to:
// snapshots, and the time in which they were the newest. Err says why there is none.
type Span struct {
	Environment int // its key
	First, Last int // numbers of snapshots; none if First is after Last
	Since       *time.Time
	Before      *time.Time
	Err         error
}

// Whole are the spans of whole environments, which their keys name.
func Whole(environments ...int) []Span {
	spans := make([]Span, len(environments))
	for i, e := range environments {
		spans[i] = Span{Environment: e, First: 1, Last: math.MaxInt32}
	}
	return spans
}

// What is before the first snapshot is 0, and nothing is after the newest.
const endsOfEnvironments = `
SELECT p.i AS parent, h.number AS newest, ends.first, ends.last,
  (SELECT s.observed_at FROM snapshots s
   WHERE s.organization_id = $1 AND s.environment_id = p.environment_id AND s.number = ends.first) AS since,
  (SELECT s.observed_at FROM snapshots s
   WHERE s.organization_id = $1 AND s.environment_id = p.environment_id AND s.number = ends.last + 1) AS before
FROM unnest($2::int[]) WITH ORDINALITY AS p(environment_id, i)
JOIN environment_heads h ON h.organization_id = $1 AND h.environment_id = p.environment_id
CROSS JOIN LATERAL (
  SELECT
    CASE WHEN $5::timestamptz IS NOT NULL THEN coalesce((
           SELECT s.number FROM snapshots s
           WHERE s.organization_id = $1 AND s.environment_id = p.environment_id AND s.observed_at <= $5
           ORDER BY s.observed_at DESC, s.number DESC LIMIT 1), 0)
         WHEN $3::int > 0 THEN $3 ELSE greatest(h.number - $4::int, 0) END AS first,
    least(h.number, CASE WHEN $8::timestamptz IS NOT NULL THEN coalesce((
           SELECT s.number FROM snapshots s
           WHERE s.organization_id = $1 AND s.environment_id = p.environment_id AND s.observed_at <= $8
           ORDER BY s.observed_at DESC, s.number DESC LIMIT 1), 0)
         WHEN $6::int > 0 THEN $6 ELSE greatest(h.number - $7::int, 0) END) AS last) ends
ORDER BY p.i`

type endsOfParent struct {
	Parent, Newest, First, Last int
	Since, Before               *time.Time
}

// Spans returns what an interval leads to in each environment. The error of a span
// is KindInvalid if the interval ends before it begins, and KindNotFound if it
// begins after the newest snapshot.
func (db *DB) Spans(ctx context.Context, org *model.Organization, environments []*model.Environment, interval model.SnapshotInterval) ([]Span, error) {
	keys := make([]int64, len(environments))
	for i, e := range environments {
		keys[i] = int64(e.Key)
	}
	from, to := interval.Moments(db.now())
	var rows []endsOfParent
	err := db.read(ctx, &rows, endsOfEnvironments, org.Key, pq.Array(keys),
		interval.From.Number, interval.From.Back, from, interval.To.Number, interval.To.Back, to)
	if err != nil {
		return nil, wrap(err, "interval")
	}
	spans := make([]Span, len(environments))
	for _, r := range rows {
		spans[r.Parent-1] = r.span(environments[r.Parent-1], interval, from, to)
	}
	return spans, nil
}

func (r *endsOfParent) span(e *model.Environment, interval model.SnapshotInterval, from, to *time.Time) Span {
	span := Span{Environment: e.Key, First: max(r.First, 1), Last: r.Last, Since: utc(r.Since), Before: utc(r.Before)}
	if span.First == 1 {
		span.Since = nil // what happened before anything ran belongs to it
	}
	if from != nil {
		span.Since = from
	}
	if to != nil {
		after := to.Add(time.Microsecond) // the moment itself is of the interval
		span.Before = &after
		if after.Year() > 9999 { // which Postgres does not read as we write it
			span.Before = nil
		}
	}
	switch {
	case interval.From.Number > max(r.Newest, 1):
		now := *e
		now.Newest = r.Newest
		span.Err = NoSuchSnapshot(&now, model.SnapshotRefOf(e.Name, interval.From.Number))
	case from != nil && to != nil && from.After(*to):
		span.Err = interval.Backwards("it begins later than it ends")
	case r.First > r.Last && r.Last > 0, interval.From.Number > 1 && r.Last < interval.From.Number:
		span.Err = interval.Backwards(fmt.Sprintf("of %s it begins at #%d and ends at #%d", e.Name, span.First, r.Last))
	}
	return span
}
