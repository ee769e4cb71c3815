package db

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/lib/pq"
	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// maxReportTries bounds how often a report is tried again because another one of
// the same environment was applied meanwhile.
const maxReportTries = 100

// An unchanged report is one update in place, and makes no row.
const reportUnchanged = `
UPDATE environment_heads h
SET observed_at = greatest(h.observed_at, $5), reported_at = greatest(h.reported_at, $6)
FROM environments en
WHERE en.organization_id = $1 AND en.name = $2 AND en.type = $3
  AND h.organization_id = $1 AND h.environment_id = en.id AND h.content = $4
RETURNING h.number`

const environmentHead = `
SELECT en.id, en.type, h.number, nullif(h.observed_at, '-infinity') AS observed_at
FROM environments en
JOIN environment_heads h ON h.organization_id = $1 AND h.environment_id = en.id
WHERE en.organization_id = $1 AND en.name = $2`

// A changed report, whole, in one statement. There is no lock to wait for before
// reading: the head's row is compared and moved in one update. Who comes second
// waits there, sees another number (its row is read again, the rest of the
// statement is not), changes nothing, and has to try again.
//
// A report whose content has another hash and says the same all the same was
// hashed by another version of Landfall: the head takes the new hash.
//
// Two names of one fingerprint are two runs, but one event, of what their
// replicas add up to. Runs are closed before others are opened, or the key of the
// open ones would see both; they are closed by place, which cannot have changed,
// since whoever closes a run moves the head.
const applyReport = `
WITH head AS MATERIALIZED (
  SELECT number FROM environment_heads WHERE organization_id = $1 AND environment_id = $2
), compared AS MATERIALIZED (
  SELECT fingerprint, name, open.replicas AS was, said.replicas AS now, open.started_at, open.place, said.starts::timestamptz[] AS starts
  FROM (SELECT ctid AS place, fingerprint, name, replicas, started_at FROM runs
        WHERE organization_id = $1 AND environment_id = $2 AND till IS NULL) open
  FULL JOIN unnest($6::bytea[], $7::text[], $8::int[], $9::text[]) AS said(fingerprint, name, replicas, starts) USING (fingerprint, name)
), told AS MATERIALIZED (
  SELECT fingerprint, coalesce(sum(was), 0)::int AS was, coalesce(sum(now), 0)::int AS now,
         min(name) FILTER (WHERE now IS NOT NULL) AS name, min(name) AS any_name
  FROM compared
  GROUP BY fingerprint, CASE WHEN fingerprint = '' THEN name END
  HAVING bool_or(was IS DISTINCT FROM now)
), moved AS (
  UPDATE environment_heads h
  SET number = h.number + 1, observed_at = $3, reported_at = greatest(h.reported_at, $4), content = $5
  FROM head
  WHERE h.organization_id = $1 AND h.environment_id = $2 AND h.number = head.number AND h.observed_at < $3
    AND (h.number = 0 OR EXISTS (SELECT FROM told))
  RETURNING h.number
), refreshed AS (
  UPDATE environment_heads h
  SET observed_at = $3, reported_at = greatest(h.reported_at, $4), content = $5
  FROM head
  WHERE h.organization_id = $1 AND h.environment_id = $2 AND h.number = head.number AND h.observed_at < $3
    AND h.number > 0 AND NOT EXISTS (SELECT FROM told)
  RETURNING h.number
), closed AS (
  UPDATE runs SET till = (SELECT number FROM moved)
  WHERE organization_id = $1
    AND ctid = ANY (ARRAY(SELECT place FROM compared
                          WHERE place IS NOT NULL AND was IS DISTINCT FROM now AND EXISTS (SELECT FROM moved)))
  RETURNING 1
), opened AS (
  INSERT INTO runs (organization_id, environment_id, since, replicas, started_at, fingerprint, name, starts)
  SELECT $1, $2, moved.number, c.now, coalesce(c.started_at, c.starts[1], $3), c.fingerprint, c.name, c.starts
  FROM moved, compared c
  WHERE c.now IS NOT NULL AND c.was IS DISTINCT FROM c.now AND (SELECT count(*) FROM closed) >= 0
), snapshot AS (
  INSERT INTO snapshots (organization_id, environment_id, number, replicas, changes, observed_at, received_at, content)
  SELECT $1, $2, moved.number, (SELECT coalesce(sum(now), 0) FROM compared), (SELECT count(*) FROM told), $3, $4, $5 FROM moved
), history AS (
  INSERT INTO events (organization_id, environment_id, at, recorded_at, number, before, after, kind, fingerprint, name)
  SELECT $1, $2, $3, $4, moved.number, t.was, t.now,
         CASE WHEN t.was = 0 THEN 10 WHEN t.now = 0 THEN 12 WHEN t.was <> t.now THEN 11 ELSE 13 END,
         nullif(t.fingerprint, ''), CASE WHEN t.fingerprint = '' THEN t.any_name WHEN t.was = t.now THEN t.name END
  FROM moved, told t
  ORDER BY t.fingerprint, t.any_name
), kept AS (
  INSERT INTO deliveries (organization_id, received_at, source, key, event, state, body)
  SELECT $1, $4, 'report', $10, 'report', 'applied', $11 FROM moved WHERE $10 <> ''
)
SELECT number, true AS changed FROM moved
UNION ALL
SELECT number, false FROM refreshed`

// ApplyReport makes what an agent saw the newest state of an environment. It
// returns KindNotFound for an unknown environment, and KindInvalid for a report of
// another type, from the future, or that says something that cannot be.
func (db *DB) ApplyReport(ctx context.Context, org *model.Organization, r *model.Report) (model.ReportResult, error) {
	now := db.now()
	if err := r.CheckTime(now); err != nil {
		return model.ReportResult{}, err
	}
	running, err := r.Running()
	if err != nil {
		return model.ReportResult{}, err
	}
	applying := &reportApplication{db: db, org: org, report: r, running: running, content: model.ContentHash(running), now: now}
	for range maxReportTries {
		result, done, err := applying.try(ctx)
		if err != nil || done {
			return result, wrap(err, fmt.Sprintf("report of %q", r.Environment))
		}
	}
	return model.ReportResult{}, fmt.Errorf("report of %q: overtaken %d times", r.Environment, maxReportTries)
}

// reportApplication is a report on its way into the database.
type reportApplication struct {
	db      *DB
	org     *model.Organization
	report  *model.Report
	running []model.Running
	content []byte
	now     time.Time
}

type headRow struct {
	ID         int
	Type       string
	Number     int
	ObservedAt *time.Time
}

// try applies the report, and reports false if another one came between.
func (a *reportApplication) try(ctx context.Context) (model.ReportResult, bool, error) {
	if n, err := a.unchanged(ctx); err != nil || n > 0 {
		return model.ReportResult{Outcome: model.OutcomeUnchanged, Number: n}, true, err
	}
	head, err := a.head(ctx)
	if err != nil {
		return model.ReportResult{}, true, err
	}
	observed := orNow(a.report.ObservedAt, a.now)
	if head.ObservedAt != nil && !observed.After(*head.ObservedAt) {
		if a.report.ObservedAt != nil {
			result, err := a.late(ctx, head, observed)
			return result, true, err
		}
		// Two servers' clocks differ: who says no time is the newest all the same.
		observed = head.ObservedAt.Add(time.Microsecond)
	}
	var moved []struct {
		Number  int
		Changed bool
	}
	err = a.db.read(ctx, &moved, applyReport, a.parameters(head.ID, observed)...)
	if brokenConstraint(err) == "deliveries_key" { // this very report was applied before
		return model.ReportResult{Outcome: model.OutcomeUnchanged, Number: head.Number}, true, nil
	}
	if err != nil || len(moved) == 0 {
		return model.ReportResult{}, err != nil, err
	}
	if !moved[0].Changed {
		return model.ReportResult{Outcome: model.OutcomeUnchanged, Number: moved[0].Number}, true, nil
	}
	return model.ReportResult{Outcome: model.OutcomeChanged, Number: moved[0].Number}, true, nil
}

// unchanged notes that the environment was looked at, and returns the number of
// its newest snapshot, if that says what the report says; otherwise 0.
func (a *reportApplication) unchanged(ctx context.Context) (int, error) {
	var heads []headRow
	err := a.db.read(ctx, &heads, reportUnchanged, a.org.Key, a.report.Environment, a.report.Type.WireName(),
		a.content, orNow(a.report.ObservedAt, a.now), a.now)
	if err != nil || len(heads) == 0 {
		return 0, err
	}
	return heads[0].Number, nil
}

func (a *reportApplication) head(ctx context.Context) (*headRow, error) {
	var heads []headRow
	if err := a.db.read(ctx, &heads, environmentHead, a.org.Key, a.report.Environment); err != nil {
		return nil, err
	}
	if len(heads) == 0 {
		return nil, NoSuchEnvironment(a.org, a.report.Environment)
	}
	if heads[0].Type != a.report.Type.WireName() {
		return nil, model.Invalid("type", "environment %q is of type %s, and this is a report of type %s", a.report.Environment, heads[0].Type, a.report.Type.WireName())
	}
	return &heads[0], nil
}

// NoSuchEnvironment is the error that agents get for an unknown environment, in
// the words that they know.
func NoSuchEnvironment(org *model.Organization, name string) error {
	return model.Errorf(model.KindNotFound, "Environment named '%s' does not exist for organization '%s'", name, org.Name)
}

func (a *reportApplication) parameters(environment int, observed time.Time) []any {
	fingerprints, names := make(pq.ByteaArray, len(a.running)), make([]string, len(a.running))
	replicas, starts := make([]int64, len(a.running)), make([]string, len(a.running))
	for i, r := range a.running {
		fingerprints[i], names[i], replicas[i] = []byte(r.Fingerprint), r.Name, int64(len(r.Starts))
		starts[i] = timesLiteral(r.Starts)
	}
	return []any{
		a.org.Key, environment, observed, a.now, a.content, fingerprints, pq.Array(names), pq.Array(replicas), pq.Array(starts),
		a.key(), a.report.Body,
	}
}

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
func (a *reportApplication) late(ctx context.Context, head *headRow, observed time.Time) (model.ReportResult, error) {
	var known []headRow
	if err := a.db.read(ctx, &known, agreesWithHistory, a.org.Key, head.ID, observed, a.content); err != nil {
		return model.ReportResult{}, err
	}
	if len(known) > 0 {
		return model.ReportResult{Outcome: model.OutcomeUnchanged, Number: head.Number}, nil
	}
	return model.ReportResult{Outcome: model.OutcomeStale, Number: head.Number}, a.keepStale(ctx, observed, *head.ObservedAt)
}

// key names the report among all of the organization; empty if it has no name.
func (a *reportApplication) key() string {
	if a.report.IdempotencyKey == "" {
		return ""
	}
	return digest("key", a.report.Environment, a.report.IdempotencyKey)
}

// timesLiteral writes the times that were told as an array literal: an array of
// arrays of several lengths is no parameter that Postgres takes.
func timesLiteral(times []time.Time) string {
	parts := make([]string, 0, len(times))
	for _, t := range times {
		if t.Unix() <= 0 { // not told
			continue
		}
		parts = append(parts, t.UTC().Truncate(time.Microsecond).Format(time.RFC3339Nano))
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// keepStale keeps a report that came too late, and only once.
func (a *reportApplication) keepStale(ctx context.Context, observed, known time.Time) error {
	key := a.key()
	if key == "" {
		key = digest(a.report.Environment, observed.Format(time.RFC3339Nano), string(a.content))
	}
	d := &model.Delivery{
		Source: "report", Key: key, Event: "report", Body: a.report.Body,
		Ignored: fmt.Sprintf("it is about %s, and %s was looked at %s already", observed.Format(time.RFC3339Nano), a.report.Environment, known.UTC().Format(time.RFC3339Nano)),
	}
	return a.db.bun.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		_, err := keepDelivery(ctx, tx, a.org, d, "stale", a.now)
		return err
	})
}
