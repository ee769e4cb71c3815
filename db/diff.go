package db

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/landfall-dev/landfall/model"
)

// What differs between two snapshots of one environment, without reading what
// stayed: only a run that holds one of the numbers and not the other can make a
// difference. The totals of its fingerprint are then read for both.
const diffWithinEnvironment = `
WITH touched AS MATERIALIZED (
  SELECT DISTINCT fingerprint FROM runs
  WHERE organization_id = $1 AND environment_id = $2
    AND (int4range(since, till) @> $3::int OR int4range(since, till) @> $4::int)
    AND int4range(since, till) @> $3::int <> int4range(since, till) @> $4::int
), sides AS (
  SELECT int4range(r.since, r.till) @> $3::int AS was, int4range(r.since, r.till) @> $4::int AS now, r.*
  FROM touched JOIN runs r ON r.organization_id = $1 AND r.fingerprint = touched.fingerprint AND r.environment_id = $2
  WHERE int4range(r.since, r.till) @> $3::int OR int4range(r.since, r.till) @> $4::int
)`

const diffAcrossEnvironments = `
WITH sides AS (
  SELECT true AS was, false AS now, r.* FROM runs r
  WHERE r.organization_id = $1 AND r.environment_id = $2 AND int4range(r.since, r.till) @> $3::int
  UNION ALL
  SELECT false, true, r.* FROM runs r
  WHERE r.organization_id = $1 AND r.environment_id = $5 AND int4range(r.since, r.till) @> $4::int
)`

const diffOfSides = `
SELECT fingerprint,
  (array_agg(name ORDER BY name) FILTER (WHERE was))[1:50] AS names_was, (array_agg(name ORDER BY name) FILTER (WHERE now))[1:50] AS names_now,
  coalesce(sum(replicas) FILTER (WHERE was), 0) AS was, coalesce(sum(replicas) FILTER (WHERE now), 0) AS now,
  min(started_at) FILTER (WHERE was) AS started_was, min(started_at) FILTER (WHERE now) AS started_now
FROM sides
GROUP BY fingerprint, CASE WHEN fingerprint = '' THEN name END
HAVING coalesce(sum(replicas) FILTER (WHERE was), 0) <> coalesce(sum(replicas) FILTER (WHERE now), 0)`

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
	var rows []diffRow
	if from.Environment.Key == to.Environment.Key {
		err = db.read(ctx, &rows, diffWithinEnvironment+diffOfSides, org.Key, from.Environment.Key, from.Number, to.Number)
	} else {
		err = db.read(ctx, &rows, diffAcrossEnvironments+diffOfSides, org.Key, from.Environment.Key, from.Number, to.Number, to.Environment.Key)
	}
	if err != nil {
		return nil, wrap(err, fmt.Sprintf("what differs between %s and %s", from.Ref(), to.Ref()))
	}
	return newDiff(from, to, rows), nil
}

func newDiff(from, to *model.Snapshot, rows []diffRow) *model.SnapshotDiff {
	diff := &model.SnapshotDiff{From: from, To: to}
	for _, r := range rows {
		var before, after *model.RunningArtifact
		if r.Was > 0 {
			row := runningOfParent{Fingerprint: r.Fingerprint, Names: r.NamesWas, Replicas: r.Was, StartedAt: *r.StartedWas}
			before = row.running(from)
		}
		if r.Now > 0 {
			row := runningOfParent{Fingerprint: r.Fingerprint, Names: r.NamesNow, Replicas: r.Now, StartedAt: *r.StartedNow}
			after = row.running(to)
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
	return diff
}
