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

// Unchanged reports are one update in place, of all that wait together, and make
// no row. Each proves itself by its token in the same statement. The rows are
// locked in their order, so that two servers cannot block each other.
const reportsUnchanged = `
WITH proven AS (
  SELECT r.i, h.organization_id, h.environment_id, h.content, r.observed_at, r.reported_at
  FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::timestamptz[], $7::timestamptz[])
    WITH ORDINALITY AS r(token, organization, environment, type, content, observed_at, reported_at, i)
  JOIN tokens t ON t.hash = r.token AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > r.reported_at) AND t.role <> 'READER'
  JOIN organizations o ON o.id = t.organization_id AND o.name = r.organization
  JOIN environment_names n ON n.organization_id = t.organization_id AND n.name = r.environment
  JOIN environments en ON en.organization_id = t.organization_id AND en.id = n.environment_id AND en.type = r.type
  JOIN environment_heads h ON h.organization_id = t.organization_id AND h.environment_id = n.environment_id AND h.content = r.content AND NOT h.closed
  ORDER BY h.organization_id, h.environment_id
  FOR NO KEY UPDATE OF h
), seen AS (
  UPDATE environment_heads h
  SET observed_at = greatest(h.observed_at, p.observed_at), reported_at = greatest(h.reported_at, p.reported_at)
  FROM (SELECT organization_id, environment_id, content, max(observed_at) AS observed_at, max(reported_at) AS reported_at
        FROM proven GROUP BY organization_id, environment_id, content) p
  WHERE h.organization_id = p.organization_id AND h.environment_id = p.environment_id AND h.content = p.content
  RETURNING h.organization_id, h.environment_id, h.number
)
SELECT p.i AS parent, s.number FROM proven p JOIN seen s ON s.organization_id = p.organization_id AND s.environment_id = p.environment_id`

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

// ReportUnchanged notes that an environment was looked at, if its newest snapshot
// says what the report says and the token is one that may report it. It returns
// the number of that snapshot, and 0 if any of that does not hold: then nothing
// was done, and ApplyReport tells what to do.
func (db *DB) ReportUnchanged(ctx context.Context, r model.TokenReport) (number int, err error) {
	number, err = db.unchanged.run(ctx, r)
	return number, wrap(err, fmt.Sprintf("report of %q", r.Environment))
}

// reportAllUnchanged notes all reports that wait, and returns the number of the
// newest snapshot of each, 0 where there is none.
func (db *DB) reportAllUnchanged(ctx context.Context, reports []model.TokenReport) ([]int, error) {
	now := db.now()
	tokens, contents := make(pq.ByteaArray, len(reports)), make(pq.ByteaArray, len(reports))
	organizations, environments, types := make([]string, len(reports)), make([]string, len(reports)), make([]string, len(reports))
	observed, reported := make([]time.Time, len(reports)), make([]time.Time, len(reports))
	for i, r := range reports {
		tokens[i], contents[i], organizations[i] = r.TokenHash, r.Content, r.Organization
		environments[i], types[i] = r.Environment, r.Type.WireName()
		observed[i], reported[i] = orNow(r.ObservedAt, now), now
	}
	var rows []struct{ Parent, Number int }
	err := db.read(ctx, &rows, reportsUnchanged, tokens, pq.Array(organizations), pq.Array(environments), pq.Array(types),
		contents, pq.Array(observed), pq.Array(reported))
	if err != nil {
		return nil, err
	}
	numbers := make([]int, len(reports))
	for _, row := range rows {
		numbers[row.Parent-1] = row.Number
	}
	return numbers, nil
}

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
	observed := orNow(a.report.ObservedAt, a.now)
	switch {
	case row.Moved:
		a.db.hints.add(a.org.Key)
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
