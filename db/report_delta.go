package db

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// deltasAtOnce is how many statements apply differences at one time: while one waits
// for the disk, another one can work.
const deltasAtOnce = 2

// Changed reports of which the server still knows what was reported before them:
// only what differs is sent, for all environments that wait together. Each proves
// itself by its token. It costs what changed, and not what runs.
//
// That what is known is still so is told by the content of the head, and that
// nothing came between by its number: it is read as it was when the statement began
// (seen) and as it is now that the row is locked (h). The rows are locked in their
// order, so that two servers cannot block each other. Environments that are part of
// a union, or have something to meet, are left to applyReport.
const applyDeltas = `
WITH said AS MATERIALIZED (
  SELECT r.i, h.organization_id, h.environment_id, h.number, r.content, r.replicas, r.changes,
         coalesce(r.observed_at, greatest($10, h.observed_at + interval '1 microsecond')) AS observed_at
  FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::bytea[], $7::timestamptz[], $8::int[], $9::int[])
    WITH ORDINALITY AS r(token, organization, environment, type, known, content, observed_at, replicas, changes, i)
  JOIN tokens t ON t.hash = r.token AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $10) AND t.role <> 'READER'
  JOIN organizations o ON o.id = t.organization_id AND o.name = r.organization
  JOIN environment_names n ON n.organization_id = t.organization_id AND n.name = r.environment
  JOIN environments en ON en.organization_id = t.organization_id AND en.id = n.environment_id AND en.type = r.type
  JOIN environment_heads seen ON seen.organization_id = t.organization_id AND seen.environment_id = n.environment_id
  JOIN environment_heads h ON h.organization_id = t.organization_id AND h.environment_id = n.environment_id AND h.number = seen.number
  WHERE h.content = r.known AND h.number > 0 AND NOT h.closed AND NOT h.judged AND h.unions = '{}'
    AND (r.observed_at IS NULL OR r.observed_at > h.observed_at)
  ORDER BY h.organization_id, h.environment_id
  FOR NO KEY UPDATE OF h
), moved AS (
  UPDATE environment_heads h
  SET number = h.number + 1, replicas = said.replicas, observed_at = said.observed_at, reported_at = greatest(h.reported_at, $10), content = said.content
  FROM said
  WHERE h.organization_id = said.organization_id AND h.environment_id = said.environment_id
  RETURNING said.i, h.organization_id, h.environment_id, h.number, h.observed_at, h.content, h.replicas, said.changes
), differing AS MATERIALIZED (
  SELECT m.organization_id, m.environment_id, m.number, m.observed_at, d.fingerprint, d.name, d.was, d.now, d.starts::timestamptz[] AS starts
  FROM moved m
  JOIN unnest($11::bigint[], $12::bytea[], $13::text[], $14::int[], $15::int[], $16::text[]) AS d(i, fingerprint, name, was, now, starts) USING (i)
), closed AS (
  UPDATE runs r SET till = d.number FROM differing d
  WHERE d.was > 0 AND r.organization_id = d.organization_id AND r.environment_id = d.environment_id
    AND r.fingerprint = d.fingerprint AND r.name = d.name AND r.till IS NULL
  RETURNING r.organization_id, r.environment_id, r.fingerprint, r.name, r.started_at
), opened AS (
  INSERT INTO runs (organization_id, environment_id, since, replicas, started_at, fingerprint, name, starts)
  SELECT d.organization_id, d.environment_id, d.number, d.now, coalesce(c.started_at, d.starts[1], d.observed_at), d.fingerprint, d.name, d.starts
  FROM differing d LEFT JOIN closed c USING (organization_id, environment_id, fingerprint, name)
  WHERE d.now > 0 AND (SELECT count(*) FROM closed) >= 0
), snapshot AS (
  INSERT INTO snapshots (organization_id, environment_id, number, replicas, changes, observed_at, received_at, content)
  SELECT m.organization_id, m.environment_id, m.number, m.replicas, m.changes, m.observed_at, $10, m.content FROM moved m
), history AS (
  INSERT INTO events (organization_id, environment_id, at, recorded_at, number, before, after, kind, fingerprint, name)
  SELECT m.organization_id, m.environment_id, m.observed_at, $10, m.number, e.was, e.now, e.kind, nullif(e.fingerprint, ''), nullif(e.name, '')
  FROM moved m
  JOIN unnest($17::bigint[], $18::int[], $19::bytea[], $20::int[], $21::int[], $22::text[]) WITH ORDINALITY AS e(i, kind, fingerprint, was, now, name, place) USING (i)
  ORDER BY e.place
)
SELECT i AS parent, number, organization_id FROM moved`

// deltaReport is a changed report, as far as it differs from what is known.
type deltaReport struct {
	model.TokenReport
	known []byte // content that it differs from
	delta model.RunningDelta
}

// ReportChanged applies a report if the server still knows what was reported for the
// environment before it, nobody else has changed that, and the token is one that may
// report it. It returns the number of the snapshot that it made, and 0 if any of
// that does not hold: then nothing was done, and ApplyReport tells what to do.
func (db *DB) ReportChanged(ctx context.Context, r model.TokenReport, running []model.Running) (number int, err error) {
	known, ok := db.newest.get(environmentName{r.Organization, r.Environment})
	if !ok {
		return 0, nil
	}
	report := deltaReport{TokenReport: r, known: known.content, delta: model.DeltaOf(known.counts, running)}
	if len(report.delta.Events) == 0 {
		return 0, nil
	}
	number, err = db.deltas.run(ctx, report)
	if err == nil && number > 0 {
		db.newest.remember(r.Organization, r.Environment, r.Content, running)
	}
	return number, wrap(err, fmt.Sprintf("report of %q", r.Environment))
}

// KnowsOther reports whether the newest that the server knows of an environment is
// something else than this content.
func (db *DB) KnowsOther(organization, environment string, content []byte) bool {
	known, ok := db.newest.get(environmentName{organization, environment})
	return ok && string(known.content) != string(content)
}

// applyAllDeltas applies the reports that wait, one of each environment. It returns
// the number of the snapshot of each, 0 where it was not applied.
func (db *DB) applyAllDeltas(ctx context.Context, reports []deltaReport) ([]int, error) {
	var rows []struct{ Parent, Number, OrganizationID int }
	if err := db.read(ctx, &rows, applyDeltas, deltaParameters(reports, db.now())...); err != nil {
		return nil, err
	}
	numbers := make([]int, len(reports))
	for _, row := range rows {
		numbers[row.Parent-1] = row.Number
		db.hints.add(hint{row.OrganizationID, ofEvents})
	}
	return numbers, nil
}

// deltaParameters are what applyDeltas takes. A second report of one environment is
// sent with a content that nothing has, so that it is not applied.
func deltaParameters(reports []deltaReport, now time.Time) []any {
	type place struct{ organization, environment string }
	said := map[place]bool{}
	n := len(reports)
	tokens, known, content := make(pq.ByteaArray, n), make(pq.ByteaArray, n), make(pq.ByteaArray, n)
	organizations, environments, types := make([]string, n), make([]string, n), make([]string, n)
	observed := make([]*time.Time, n)
	replicas, changes := make([]int64, n), make([]int64, n)
	var runs runDeltas
	var events runningEvents
	for i, r := range reports {
		tokens[i], known[i], content[i] = r.TokenHash, r.known, r.Content
		organizations[i], environments[i], types[i] = r.Organization, r.Environment, r.Type.WireName()
		if r.ObservedAt != nil {
			at := orNow(r.ObservedAt, now)
			observed[i] = &at
		}
		replicas[i], changes[i] = int64(r.delta.Replicas), int64(len(r.delta.Events))
		here := place{r.Organization, r.Environment}
		if said[here] {
			known[i] = []byte("nothing")
			continue
		}
		said[here] = true
		runs.add(int64(i+1), r.delta.Runs)
		events.add(int64(i+1), r.delta.Events)
	}
	return append(append([]any{
		tokens, pq.Array(organizations), pq.Array(environments), pq.Array(types), known, content, pq.Array(observed), pq.Array(replicas), pq.Array(changes), now,
	}, runs.parameters()...), events.parameters()...)
}

// runDeltas are the differences of several reports, column by column.
type runDeltas struct {
	report       []int64
	fingerprints pq.ByteaArray
	names        []string
	was, now     []int64
	starts       []string
}

func (d *runDeltas) add(report int64, runs []model.RunDelta) {
	for _, r := range runs {
		d.report = append(d.report, report)
		d.fingerprints, d.names = append(d.fingerprints, []byte(r.Fingerprint)), append(d.names, r.Name)
		d.was, d.now = append(d.was, int64(r.Was)), append(d.now, int64(r.Now))
		d.starts = append(d.starts, timesLiteral(r.Starts))
	}
}

func (d *runDeltas) parameters() []any {
	return []any{pq.Array(d.report), d.fingerprints, pq.Array(d.names), pq.Array(d.was), pq.Array(d.now), pq.Array(d.starts)}
}

// runningEvents are the events of several reports, column by column.
type runningEvents struct {
	report, kinds []int64
	fingerprints  pq.ByteaArray
	was, now      []int64
	names         []string
}

func (e *runningEvents) add(report int64, events []model.RunningEvent) {
	for _, v := range events {
		e.report, e.kinds = append(e.report, report), append(e.kinds, int64(v.Kind.Code()))
		e.fingerprints = append(e.fingerprints, []byte(v.Fingerprint))
		e.was, e.now = append(e.was, int64(v.Was)), append(e.now, int64(v.Now))
		e.names = append(e.names, v.Name)
	}
}

func (e *runningEvents) parameters() []any {
	return []any{pq.Array(e.report), pq.Array(e.kinds), e.fingerprints, pq.Array(e.was), pq.Array(e.now), pq.Array(e.names)}
}
