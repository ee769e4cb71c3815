package db

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// maxStepsByEvents is how many snapshots may lie between two of one environment for
// what differs to be found by what happened. Beyond that, what ran in them is read.
const maxStepsByEvents = 50

// runsOfEither are the runs that the snapshots a and b of the part p hold, and which of
// them does. An index finds what holds one number, but not what holds one or the other.
// Postgres takes the runs of a snapshot for few: OFFSET keeps it from reading all of
// them where only one fingerprint is asked for.
const (
	runsOfEither  = runsOfFirst + unionOfSecond
	runsOfTouched = runsOfFirst + ofTouched + unionOfSecond + ofTouched + ` OFFSET 0`

	runsOfFirst = `
      SELECT r.*, true AS was, int4range(r.since, r.till) @> p.b AS now FROM runs r
      WHERE r.organization_id = $1 AND r.environment_id = p.environment_id AND int4range(r.since, r.till) @> p.a`
	unionOfSecond = `
      UNION ALL
      SELECT r.*, false, true FROM runs r
      WHERE r.organization_id = $1 AND r.environment_id = p.environment_id AND int4range(r.since, r.till) @> p.b
        AND NOT int4range(r.since, r.till) @> p.a`
	ofTouched = ` AND ` + fingerprintInRange + ` = t.fingerprint`
)

// fingerprintInRange is the fingerprint of a run as the index has it that finds runs by
// their range: see the migration that made it. Where a question is for the range as well, it
// is to be asked in this form, and nowhere else: what goes on has an index of its own.
const fingerprintInRange = `(r.fingerprint || ''::bytea)`

// What differs between two snapshots, which are made of the parts of both: a is the
// number of the first, and b of the second, 0 where it has no such part. Of a part
// that both have, only what happened in between can make a difference, and what stayed
// is not read; unless they are so far apart that more happened than runs. The totals
// of what is touched are then read in all parts, since one of them may make up for
// another.
const diffOfParts = `
WITH parts AS MATERIALIZED (
  SELECT * FROM unnest($2::int[], $3::int[], $4::int[]) AS p(environment_id, a, b)
), touched AS MATERIALIZED (
  SELECT coalesce(e.fingerprint, '') AS fingerprint
  FROM parts p
  CROSS JOIN LATERAL (
    SELECT e.fingerprint FROM events e
    WHERE e.organization_id = $1 AND e.environment_id = p.environment_id AND e.kind BETWEEN 10 AND 13
      AND e.at > (SELECT s.observed_at FROM snapshots s
                  WHERE s.organization_id = $1 AND s.environment_id = p.environment_id AND s.number = least(p.a, p.b))
      AND e.at <= (SELECT s.observed_at FROM snapshots s
                   WHERE s.organization_id = $1 AND s.environment_id = p.environment_id AND s.number = greatest(p.a, p.b))
    OFFSET 0) e
  WHERE p.a <> p.b AND abs(p.a - p.b) <= $6
  UNION
  SELECT r.fingerprint
  FROM parts p
  CROSS JOIN LATERAL (
    SELECT r.fingerprint FROM (` + runsOfEither + `) r WHERE r.was <> r.now) r
  WHERE p.a = 0 OR p.b = 0 OR abs(p.a - p.b) > $6
), sides AS (
  SELECT r.*
  FROM touched t
  CROSS JOIN parts p
  CROSS JOIN LATERAL (` + runsOfTouched + `) r
)
SELECT fingerprint,
  (array_agg(DISTINCT name) FILTER (WHERE was))[1:50] AS names_was, (array_agg(DISTINCT name) FILTER (WHERE now))[1:50] AS names_now,
  coalesce(sum(replicas) FILTER (WHERE was), 0) AS was, coalesce(sum(replicas) FILTER (WHERE now), 0) AS now,
  min(started_at) FILTER (WHERE was) AS started_was, min(started_at) FILTER (WHERE now) AS started_now
FROM sides
GROUP BY fingerprint, CASE WHEN fingerprint = '' THEN name END
HAVING NOT ` + staysSame + `$5)`

// staysSame is true of what both snapshots have alike. Two environments may have two
// names for the same thing, so names count only within one, as is said last.
const staysSame = `(coalesce(sum(replicas) FILTER (WHERE was), 0) = coalesce(sum(replicas) FILTER (WHERE now), 0)
    AND (array_agg(DISTINCT name) FILTER (WHERE was) IS NOT DISTINCT FROM array_agg(DISTINCT name) FILTER (WHERE now)) >= `

type diffRow struct {
	Fingerprint []byte
	NamesWas    []string `bun:",array"`
	NamesNow    []string `bun:",array"`
	Was         int
	Now         int
	StartedWas  *time.Time
	StartedNow  *time.Time
}

// Diff returns what differs between two snapshots, each of which a reference
// leads to. It returns KindNotFound.
func (db *DB) Diff(ctx context.Context, org *model.Organization, fromRef, toRef model.SnapshotRef) (*model.SnapshotDiff, error) {
	from, err := db.Snapshot(ctx, org, fromRef)
	if err != nil {
		return nil, err
	}
	to, err := db.Snapshot(ctx, org, toRef)
	if err != nil {
		return nil, err
	}
	diff := &model.SnapshotDiff{From: from, To: to}
	_, environments, before, after, sameEnvironment := partsOfDiffs([]*model.SnapshotDiff{diff})
	var rows []diffRow
	err = db.read(ctx, &rows, diffOfParts, org.Key, pq.Array(environments), pq.Array(before), pq.Array(after), sameEnvironment[0], db.stepsByEvents)
	if err != nil {
		return nil, wrap(err, fmt.Sprintf("what differs between %s and %s", from.Ref(), to.Ref()))
	}
	addRows(diff, rows)
	return diff, nil
}

// partsOfDiffs are the parts of both snapshots of each diff: its place, counting from
// 1, the environment, and the numbers, 0 where one of the two has no such part; and
// whether the two are of one environment.
func partsOfDiffs(diffs []*model.SnapshotDiff) (parents, environments, before, after []int64, sameEnvironment []bool) {
	for i, d := range diffs {
		places := map[int]int{}
		place := func(environment int) int {
			if _, ok := places[environment]; !ok {
				places[environment] = len(parents)
				parents, environments = append(parents, int64(i+1)), append(environments, int64(environment))
				before, after = append(before, 0), append(after, 0)
			}
			return places[environment]
		}
		for _, part := range d.From.Reported() {
			before[place(part.Environment)] = int64(part.Number)
		}
		for _, part := range d.To.Reported() {
			after[place(part.Environment)] = int64(part.Number)
		}
		sameEnvironment = append(sameEnvironment, d.From.Environment.Key == d.To.Environment.Key)
	}
	return parents, environments, before, after, sameEnvironment
}

func addRows(diff *model.SnapshotDiff, rows []diffRow) {
	for _, r := range rows {
		var before, after *model.RunningArtifact
		if r.Was > 0 {
			row := runningOfParent{Fingerprint: r.Fingerprint, Names: r.NamesWas, Replicas: r.Was, StartedAt: *r.StartedWas}
			before = row.running(diff.From)
		}
		if r.Now > 0 {
			row := runningOfParent{Fingerprint: r.Fingerprint, Names: r.NamesNow, Replicas: r.Now, StartedAt: *r.StartedNow}
			after = row.running(diff.To)
		}
		switch {
		case before == nil:
			diff.AddedRows = append(diff.AddedRows, after)
		case after == nil:
			diff.RemovedRows = append(diff.RemovedRows, before)
		default:
			diff.ChangedRows = append(diff.ChangedRows, &model.RunningChange{From: before, To: after})
		}
	}
	slices.SortFunc(diff.AddedRows, model.CompareRunning)
	slices.SortFunc(diff.RemovedRows, model.CompareRunning)
	slices.SortFunc(diff.ChangedRows, func(a, b *model.RunningChange) int { return model.CompareRunning(a.To, b.To) })
}

// unchangedOfDiff is what both snapshots of the diff at place diff.i have alike, as the
// second has it.
const unchangedOfDiff = `
  SELECT r.fingerprint, (array_agg(DISTINCT r.name) FILTER (WHERE now))[1:50] AS names,
         sum(r.replicas) FILTER (WHERE now) AS replicas, min(r.started_at) FILTER (WHERE now) AS started_at
  FROM (
    SELECT r.* FROM unnest($3::int[], $4::int[], $5::int[], $6::int[]) AS p(i, environment_id, a, b)
    CROSS JOIN LATERAL (` + runsOfEither + `) r
    WHERE p.i = diff.i) r
  GROUP BY r.fingerprint, CASE WHEN r.fingerprint = '' THEN r.name END
  HAVING ` + staysSame + `($7::boolean[])[diff.i])`

const unchangedOfDiffs = `
SELECT diff.i AS parent, r.*
FROM generate_series(1, $2::int) AS diff(i)
CROSS JOIN LATERAL (` + unchangedOfDiff + `
     AND (min(r.started_at) FILTER (WHERE now), r.fingerprint, min(r.name) FILTER (WHERE now)) < ($8, $9, $10)
  ORDER BY 4 DESC, 1 DESC, 2 DESC LIMIT $11) r
ORDER BY diff.i, r.started_at DESC, r.fingerprint DESC, r.names DESC`

const unchangedCounts = `
SELECT diff.i AS parent, count(*) AS n
FROM generate_series(1, $2::int) AS diff(i)
CROSS JOIN LATERAL (` + unchangedOfDiff + `) r
GROUP BY diff.i`

func unchangedArgs(org *model.Organization, diffs []*model.SnapshotDiff) []any {
	parents, environments, before, after, sameEnvironment := partsOfDiffs(diffs)
	return []any{org.Key, len(diffs), pq.Array(parents), pq.Array(environments), pq.Array(before), pq.Array(after), pq.Array(sameEnvironment)}
}

// UnchangedOfDiffs returns a page of what both snapshots of each diff have alike, as
// the second has it, the latest started first.
func (db *DB) UnchangedOfDiffs(ctx context.Context, org *model.Organization, diffs []*model.SnapshotDiff, p model.Page) ([]*model.RunningArtifactConnection, error) {
	at, fingerprint, name, err := runningBefore(p)
	if err != nil {
		return nil, err
	}
	var rows []runningOfParent
	if err := db.read(ctx, &rows, unchangedOfDiffs, append(unchangedArgs(org, diffs), at, fingerprint, name, p.First+1)...); err != nil {
		return nil, wrap(err, "what did not change")
	}
	groups := grouped(rows, len(diffs), func(r *runningOfParent) int { return r.Parent })
	return connections(groups, p, func(r *runningOfParent) *model.RunningArtifact { return r.running(diffs[r.Parent-1].To) }, model.RunningCursor), nil
}

// ReadUnchangedCounts reads into each diff how much both of its snapshots have alike.
func (db *DB) ReadUnchangedCounts(ctx context.Context, org *model.Organization, diffs []*model.SnapshotDiff) error {
	var rows []struct{ Parent, N int }
	if err := db.read(ctx, &rows, unchangedCounts, unchangedArgs(org, diffs)...); err != nil {
		return wrap(err, "what did not change")
	}
	for _, r := range rows {
		diffs[r.Parent-1].UnchangedCount = r.N
	}
	return nil
}
