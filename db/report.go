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
//
// The unions that the environment is part of move with it, locked in their order. Who
// joins a union or leaves it changes the head's unions, and so makes this statement
// try again as another report does.
//
// What takes no reports changes nothing. What is judged does so only in a
// transaction that judges it ($13).
const applyReport = `
WITH head AS MATERIALIZED (
  SELECT h.environment_id, h.number, h.replicas, h.observed_at AS known, h.closed, h.judged, h.unions, en.name, en.type,
         CASE WHEN $3::timestamptz IS NULL THEN greatest($4, h.observed_at + interval '1 microsecond') ELSE $3 END AS observed_at
  FROM environment_names n
  JOIN environments en ON en.organization_id = $1 AND en.id = n.environment_id
  JOIN environment_heads h ON h.organization_id = $1 AND h.environment_id = n.environment_id
  WHERE n.organization_id = $1 AND n.name = $2
), compared AS MATERIALIZED (
  SELECT fingerprint, name, open.replicas AS was, said.replicas AS now, open.started_at, open.place, said.starts::timestamptz[] AS starts
  FROM (SELECT ctid AS place, fingerprint, name, replicas, started_at FROM runs
        WHERE organization_id = $1 AND environment_id = (SELECT environment_id FROM head) AND till IS NULL) open
  FULL JOIN unnest($6::bytea[], $7::text[], $8::int[], $9::text[]) AS said(fingerprint, name, replicas, starts) USING (fingerprint, name)
), told AS MATERIALIZED (
  SELECT fingerprint, coalesce(sum(was), 0)::int AS was, coalesce(sum(now), 0)::int AS now,
         min(name) FILTER (WHERE now IS NOT NULL) AS name, min(name) AS any_name
  FROM compared
  WHERE fingerprint IN (SELECT fingerprint FROM compared WHERE was IS DISTINCT FROM now)
  GROUP BY fingerprint, CASE WHEN fingerprint = '' THEN name END
  HAVING bool_or(was IS DISTINCT FROM now)
), moved AS (
  UPDATE environment_heads h
  SET number = h.number + 1, observed_at = head.observed_at, reported_at = greatest(h.reported_at, $4), content = $5,
      replicas = (SELECT coalesce(sum(now), 0) FROM compared)
  FROM head
  WHERE h.organization_id = $1 AND h.environment_id = head.environment_id AND h.number = head.number AND h.observed_at < head.observed_at
    AND NOT h.closed AND (NOT h.judged OR $13) AND h.unions = head.unions
    AND head.type = $12 AND (h.number = 0 OR EXISTS (SELECT FROM told))
  RETURNING h.environment_id, h.number, h.observed_at, h.replicas, h.replicas - head.replicas AS more, h.unions
), refreshed AS (
  UPDATE environment_heads h
  SET observed_at = head.observed_at, reported_at = greatest(h.reported_at, $4), content = $5
  FROM head
  WHERE h.organization_id = $1 AND h.environment_id = head.environment_id AND h.number = head.number AND h.observed_at < head.observed_at
    AND NOT h.closed AND head.type = $12 AND h.number > 0 AND NOT EXISTS (SELECT FROM told)
  RETURNING h.number
), closed AS (
  UPDATE runs SET till = (SELECT number FROM moved)
  WHERE organization_id = $1
    AND ctid = ANY (ARRAY(SELECT place FROM compared
                          WHERE place IS NOT NULL AND was IS DISTINCT FROM now AND EXISTS (SELECT FROM moved)))
  RETURNING 1
), opened AS (
  INSERT INTO runs (organization_id, environment_id, since, replicas, started_at, fingerprint, name, starts)
  SELECT $1, moved.environment_id, moved.number, c.now, coalesce(c.started_at, c.starts[1], moved.observed_at), c.fingerprint, c.name, c.starts
  FROM moved, compared c
  WHERE c.now IS NOT NULL AND c.was IS DISTINCT FROM c.now AND (SELECT count(*) FROM closed) >= 0
), snapshot AS (
  INSERT INTO snapshots (organization_id, environment_id, number, replicas, changes, observed_at, received_at, content)
  SELECT $1, moved.environment_id, moved.number, moved.replicas, (SELECT count(*) FROM told), moved.observed_at, $4, $5 FROM moved
), unions AS MATERIALIZED (
  SELECT h.environment_id FROM environment_heads h, moved
  WHERE h.organization_id = $1 AND h.environment_id = ANY (moved.unions)
  ORDER BY h.environment_id
  FOR NO KEY UPDATE OF h
), moved_unions AS (
  UPDATE environment_heads h
  SET number = h.number + 1, observed_at = greatest(h.observed_at, moved.observed_at), reported_at = greatest(h.reported_at, $4),
      replicas = h.replicas + moved.more,
      numbers[array_position(h.members, moved.environment_id)] = moved.number
  FROM moved, unions
  WHERE h.organization_id = $1 AND h.environment_id = unions.environment_id
  RETURNING h.environment_id, h.number, h.replicas, h.observed_at, h.members, h.numbers
), union_snapshots AS (
  INSERT INTO snapshots (organization_id, environment_id, number, replicas, changes, observed_at, received_at, content, members, numbers)
  SELECT $1, u.environment_id, u.number, u.replicas, (SELECT count(*) FROM told), u.observed_at, $4, '', u.members, u.numbers FROM moved_unions u
), history AS (
  INSERT INTO events (organization_id, environment_id, at, recorded_at, number, before, after, kind, fingerprint, name)
  SELECT $1, moved.environment_id, moved.observed_at, $4, moved.number, t.was, t.now,
         CASE WHEN t.was = 0 THEN 10 WHEN t.now = 0 THEN 12 WHEN t.was <> t.now THEN 11 ELSE 13 END,
         nullif(t.fingerprint, ''), CASE WHEN t.fingerprint = '' THEN t.any_name WHEN t.was = t.now THEN t.name END
  FROM moved, told t
  ORDER BY t.fingerprint, t.any_name
), kept AS (
  INSERT INTO deliveries (organization_id, received_at, source, key, event, state, body)
  SELECT $1, $4, 'report', $10, 'report', 'applied', $11
  FROM (SELECT FROM moved UNION ALL SELECT FROM refreshed) done
  WHERE $10 <> ''
)
SELECT head.environment_id, head.name, head.type, head.closed, head.judged, nullif(head.known, '-infinity') AS known,
       (SELECT array_agg(environment_id) FROM moved_unions) AS unions,
       coalesce(moved.number, refreshed.number, head.number) AS number, moved.number IS NOT NULL AS moved, refreshed.number IS NOT NULL AS refreshed
FROM head LEFT JOIN moved ON true LEFT JOIN refreshed ON true`

// ApplyReport makes what an agent saw the newest state of an environment. It
// returns KindNotFound for an unknown environment, unless the organization wants
// these to be made, KindConflict for one that is archived, and KindInvalid for one
// that is logical and for a report of another type, from the future, or that says
// something that cannot be.
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
		if err == nil && result.Outcome != model.OutcomeStale && done {
			db.newest.remember(org.Name, r.Environment, applying.content, running)
		}
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

// appliedRow is what became of a report, and of what its environment was before.
type appliedRow struct {
	EnvironmentID int
	Name          string // of the environment; the report may have a former one
	Type          string
	Closed        bool
	Judged        bool
	Known         *time.Time // the newest moment that was looked at
	Unions        []int      `bun:",array"` // that moved too
	Number        int
	Moved         bool
	Refreshed     bool
}

// try applies the report, and reports false if another one came between.
func (a *reportApplication) try(ctx context.Context) (model.ReportResult, bool, error) {
	row, err := a.send(ctx)
	if brokenConstraint(err) == "deliveries_key" { // this very report was applied before
		environment, err := a.db.Environment(ctx, a.org, a.report.Environment)
		if err != nil {
			return model.ReportResult{}, true, err
		}
		return model.ReportResult{Outcome: model.OutcomeUnchanged, Number: environment.Newest}, true, nil
	}
	if err != nil {
		return model.ReportResult{}, true, err
	}
	if row.Type == model.EnvironmentLogical.WireName() {
		return model.ReportResult{}, true, a.logical(ctx, row)
	}
	if err := a.refusal(row); err != nil {
		return model.ReportResult{}, true, err
	}
	if (row.Moved || row.Refreshed) && a.key() != "" { // it was kept
		a.db.hints.add(hint{a.org.Key, ofDeliveries})
	}
	observed := orNow(a.report.ObservedAt, a.now)
	switch {
	case row.Moved:
		a.db.hints.add(hint{a.org.Key, ofEvents})
		return model.ReportResult{Outcome: model.OutcomeChanged, Number: row.Number}, true, nil
	case row.Refreshed:
		return model.ReportResult{Outcome: model.OutcomeUnchanged, Number: row.Number}, true, nil
	case a.report.ObservedAt != nil && row.Known != nil && !observed.After(*row.Known):
		result, err := a.late(ctx, row, observed)
		return result, true, err
	}
	return model.ReportResult{}, false, nil
}

// send sends the report, in a transaction of its own if what it changes has to be
// judged.
func (a *reportApplication) send(ctx context.Context) (row appliedRow, err error) {
	var rows []appliedRow
	if err := a.db.read(ctx, &rows, applyReport, a.parameters(false)...); err != nil {
		return row, err
	}
	if len(rows) == 0 {
		if err := a.db.createForReport(ctx, a.org, a.report.Environment, a.report.Type); err != nil {
			return row, err
		}
		return a.send(ctx) // it is there now, whoever made it
	}
	if row = rows[0]; !row.Judged || row.Moved || row.Refreshed || a.refuses(row) {
		return row, nil
	}
	err = a.db.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		rows = nil
		if err := a.db.readIn(ctx, tx, &rows, applyReport, a.parameters(true)...); err != nil {
			return err
		}
		if row = rows[0]; !row.Moved {
			return nil
		}
		return a.db.judge(ctx, tx, a.org, append(row.Unions, row.EnvironmentID), a.now)
	})
	return row, err
}

func (a *reportApplication) refuses(row appliedRow) bool { return a.refusal(row) != nil }

// refusal is why an environment takes no such report.
func (a *reportApplication) refusal(row appliedRow) error {
	switch {
	case row.Type != a.report.Type.WireName():
		return model.Invalid("type", "environment %q is of type %s, and this is a report of type %s", row.Name, row.Type, a.report.Type.WireName())
	case row.Closed:
		return model.EnvironmentIsArchived(row.Name)
	}
	return nil
}

// logical is why a logical environment takes no reports, and says which do.
func (a *reportApplication) logical(ctx context.Context, row appliedRow) error {
	pages, err := a.db.MembersOfEnvironments(ctx, a.org, []*model.Environment{{Key: row.EnvironmentID}}, model.Page{First: model.MaxMembers})
	if err != nil {
		return err
	}
	var members []string
	for _, m := range pages[0].Nodes {
		members = append(members, m.Name)
	}
	return model.TakesNoReports(row.Name, members)
}

// parameters are what applyReport takes; judging says that it is sent in a
// transaction that judges what it changes.
func (a *reportApplication) parameters(judging bool) []any {
	fingerprints, names := make(pq.ByteaArray, len(a.running)), make([]string, len(a.running))
	replicas, starts := make([]int64, len(a.running)), make([]string, len(a.running))
	for i, r := range a.running {
		fingerprints[i], names[i], replicas[i] = []byte(r.Fingerprint), r.Name, int64(len(r.Starts))
		starts[i] = timesLiteral(r.Starts)
	}
	var observed *time.Time
	if a.report.ObservedAt != nil {
		at := orNow(a.report.ObservedAt, a.now)
		observed = &at
	}
	kind := a.report.Type.WireName()
	if a.report.Type == model.EnvironmentLogical {
		kind = "" // what is logical takes no reports of any type
	}
	key, body := a.key(), a.report.Body
	if key == "" {
		body = nil // it would be sent only to be thrown away
	}
	return []any{
		a.org.Key, a.report.Environment, observed, a.now, a.content, fingerprints, pq.Array(names), pq.Array(replicas), pq.Array(starts),
		key, body, kind, judging,
	}
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
