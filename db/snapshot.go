package db

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// snapshotColumns are the columns of a snapshot s, of its environment, and of
// the moment at which the next one took its place.
const snapshotColumns = `
  s.number AS s_number, s.observed_at AS s_observed_at, s.received_at AS s_received_at, s.replicas AS s_replicas, s.changes AS s_changes,
  (SELECT n.observed_at FROM snapshots n
   WHERE n.organization_id = $1 AND n.environment_id = s.environment_id AND n.number = s.number + 1) AS s_until,
  ` + environmentColumns

const snapshotJoins = `
JOIN environments en ON en.organization_id = $1 AND en.id = s.environment_id
JOIN environment_heads h ON h.organization_id = $1 AND h.environment_id = s.environment_id`

type snapshotRow struct {
	SNumber     int        `bun:"s_number"`
	SObservedAt time.Time  `bun:"s_observed_at"`
	SReceivedAt time.Time  `bun:"s_received_at"`
	SReplicas   int        `bun:"s_replicas"`
	SChanges    int        `bun:"s_changes"`
	SUntil      *time.Time `bun:"s_until"`
	environmentRow
}

func (r *snapshotRow) snapshot(org *model.Organization) *model.Snapshot {
	return &model.Snapshot{
		Environment: r.environment(org), Number: r.SNumber, TakenAt: r.SObservedAt.UTC(), RecordedAt: r.SReceivedAt.UTC(),
		Until: utc(r.SUntil), ReplicaCount: r.SReplicas, ChangeCount: r.SChanges,
	}
}

type snapshotOfParent struct {
	Parent int
	snapshotRow
}

const snapshotsOfEnvironments = `
SELECT p.i AS parent, ` + snapshotColumns + `
FROM unnest($2::int[]) WITH ORDINALITY AS p(environment_id, i)
CROSS JOIN LATERAL (
  SELECT * FROM snapshots s
  WHERE s.organization_id = $1 AND s.environment_id = p.environment_id AND s.number < $3
  ORDER BY s.number DESC LIMIT $4) s` + snapshotJoins + `
ORDER BY p.i, s.number DESC`

// SnapshotsOfEnvironments returns a page of the snapshots of each environment,
// newest first.
func (db *DB) SnapshotsOfEnvironments(ctx context.Context, org *model.Organization, environments []int, p model.Page) ([]*model.SnapshotConnection, error) {
	before, err := numberBefore(p)
	if err != nil {
		return nil, err
	}
	var rows []snapshotOfParent
	if err := db.read(ctx, &rows, snapshotsOfEnvironments, org.Key, pq.Array(environments), before, p.First+1); err != nil {
		return nil, wrap(err, "snapshots")
	}
	groups := grouped(rows, len(environments), func(r *snapshotOfParent) int { return r.Parent })
	return connections(groups, p, func(r *snapshotOfParent) *model.Snapshot { return r.snapshot(org) },
		func(s *model.Snapshot) model.Cursor { return model.NewCursor(model.IntKey(int64(s.Number))) }), nil
}

// SnapshotKey names a snapshot by the key of its environment and its number.
type SnapshotKey struct{ Environment, Number int }

const snapshotsByKey = `
SELECT p.i AS parent, ` + snapshotColumns + `
FROM unnest($2::int[], $3::int[]) WITH ORDINALITY AS p(environment_id, number, i)
JOIN snapshots s ON s.organization_id = $1 AND s.environment_id = p.environment_id AND s.number = p.number` + snapshotJoins + `
ORDER BY p.i`

// SnapshotsByKey returns the snapshot of each key, nil where there is none.
func (db *DB) SnapshotsByKey(ctx context.Context, org *model.Organization, keys []SnapshotKey) ([]*model.Snapshot, error) {
	environments, numbers := make([]int64, len(keys)), make([]int64, len(keys))
	for i, k := range keys {
		environments[i], numbers[i] = int64(k.Environment), int64(k.Number)
	}
	var rows []snapshotOfParent
	if err := db.read(ctx, &rows, snapshotsByKey, org.Key, pq.Array(environments), pq.Array(numbers)); err != nil {
		return nil, wrap(err, "snapshots")
	}
	return onePerParent(org, rows, len(keys)), nil
}

func onePerParent(org *model.Organization, rows []snapshotOfParent, parents int) []*model.Snapshot {
	snapshots := make([]*model.Snapshot, parents)
	for i := range rows {
		snapshots[rows[i].Parent-1] = rows[i].snapshot(org)
	}
	return snapshots
}

// A number goes before a count back, and a moment before both.
const snapshotsByRef = `
SELECT p.i AS parent, ` + snapshotColumns + `
FROM unnest($2::int[]) WITH ORDINALITY AS p(environment_id, i)
JOIN environment_heads newest ON newest.organization_id = $1 AND newest.environment_id = p.environment_id
CROSS JOIN LATERAL (
  SELECT CASE
    WHEN $5::timestamptz IS NOT NULL THEN (
      SELECT s.number FROM snapshots s
      WHERE s.organization_id = $1 AND s.environment_id = p.environment_id AND s.observed_at <= $5
      ORDER BY s.observed_at DESC, s.number DESC LIMIT 1)
    WHEN $3::int > 0 THEN $3
    ELSE newest.number - $4::int
  END AS number) said
JOIN snapshots s ON s.organization_id = $1 AND s.environment_id = p.environment_id AND s.number = said.number` + snapshotJoins + `
ORDER BY p.i`

// SnapshotsByRef returns for each environment the snapshot that a reference leads
// to, nil where it leads to none. The reference's own environment is not looked
// at.
func (db *DB) SnapshotsByRef(ctx context.Context, org *model.Organization, environments []int, ref model.SnapshotRef) ([]*model.Snapshot, error) {
	var at *time.Time
	if ref.Moment != nil {
		moment := ref.Moment.At(db.now())
		at = &moment
	}
	var rows []snapshotOfParent
	if err := db.read(ctx, &rows, snapshotsByRef, org.Key, pq.Array(environments), ref.Number, ref.Back, at); err != nil {
		return nil, wrap(err, "snapshots")
	}
	return onePerParent(org, rows, len(environments)), nil
}

// Snapshot returns the snapshot that a reference leads to, which names its
// environment. It returns KindNotFound, and says which snapshots there are.
func (db *DB) Snapshot(ctx context.Context, org *model.Organization, ref model.SnapshotRef) (*model.Snapshot, error) {
	if ref.Environment == "" {
		return nil, model.Invalid("ref", "%q names no environment: write it before the reference, as in aws-prod#65", ref.String())
	}
	environment, err := db.Environment(ctx, org, ref.Environment)
	if err != nil {
		return nil, err
	}
	found, err := db.SnapshotsByRef(ctx, org, []int{environment.Key}, ref)
	if err != nil {
		return nil, err
	}
	if found[0] == nil {
		return nil, NoSuchSnapshot(environment, ref)
	}
	return found[0], nil
}

// NoSuchSnapshot is the error that a reference leads to no snapshot of an
// environment.
func NoSuchSnapshot(environment *model.Environment, ref model.SnapshotRef) error {
	switch {
	case environment.Newest == 0:
		return model.Errorf(model.KindNotFound, "%s has no snapshots yet: nothing was reported for it", environment.Name)
	case ref.Moment != nil:
		return model.Errorf(model.KindNotFound, "%s: nothing was reported for %s before that moment", ref.String(), environment.Name)
	default:
		return model.Errorf(model.KindNotFound, "%s: %s has snapshots 1 to %d", ref.String(), environment.Name, environment.Newest)
	}
}

// What ran in a snapshot, each fingerprint once. Where the runtime does not tell
// a fingerprint, each name stands for itself.
const runningOfSnapshots = `
SELECT p.i AS parent, r.*
FROM unnest($2::int[], $3::int[]) WITH ORDINALITY AS p(environment_id, number, i)
CROSS JOIN LATERAL (
  SELECT r.fingerprint, (array_agg(r.name ORDER BY r.name))[1:50] AS names, sum(r.replicas) AS replicas, min(r.started_at) AS started_at
  FROM runs r
  WHERE r.organization_id = $1 AND r.environment_id = p.environment_id AND int4range(r.since, r.till) @> p.number
  GROUP BY r.fingerprint, CASE WHEN r.fingerprint = '' THEN r.name END
  HAVING (min(r.started_at), r.fingerprint, min(r.name)) < ($4, $5, $6)
  ORDER BY min(r.started_at) DESC, r.fingerprint DESC, min(r.name) DESC LIMIT $7) r
ORDER BY p.i, r.started_at DESC, r.fingerprint DESC, r.names[1] DESC`

type runningOfParent struct {
	Parent      int
	Fingerprint []byte
	Names       []string `bun:",array"`
	Replicas    int
	StartedAt   time.Time
}

func (r *runningOfParent) running(s *model.Snapshot) *model.RunningArtifact {
	running := &model.RunningArtifact{Snapshot: s, Names: r.Names, Replicas: r.Replicas, RunningSince: r.StartedAt.UTC()}
	if len(r.Fingerprint) > 0 {
		f := model.FingerprintOf(r.Fingerprint)
		running.Fingerprint = &f
	}
	return running
}

// RunningOfSnapshots returns a page of what ran in each snapshot, the latest
// started first.
func (db *DB) RunningOfSnapshots(ctx context.Context, org *model.Organization, snapshots []*model.Snapshot, p model.Page) ([]*model.RunningArtifactConnection, error) {
	at, fingerprint, name := any("infinity"), []byte{}, ""
	if p.After != "" {
		key, err := p.After.Key(3)
		if err != nil {
			return nil, err
		}
		if at, fingerprint, err = timeAndHexBefore(model.Page{After: model.NewCursor(key[0], key[1])}); err != nil {
			return nil, err
		}
		name = key[2]
	}
	environments, numbers := snapshotKeys(snapshots)
	var rows []runningOfParent
	err := db.read(ctx, &rows, runningOfSnapshots, org.Key, environments, numbers, at, fingerprint, name, p.First+1)
	if err != nil {
		return nil, wrap(err, "what runs")
	}
	groups := grouped(rows, len(snapshots), func(r *runningOfParent) int { return r.Parent })
	return connections(groups, p, func(r *runningOfParent) *model.RunningArtifact { return r.running(snapshots[r.Parent-1]) }, model.RunningCursor), nil
}

func snapshotKeys(snapshots []*model.Snapshot) (environments, numbers any) {
	e, n := make([]int64, len(snapshots)), make([]int64, len(snapshots))
	for i, s := range snapshots {
		e[i], n[i] = int64(s.Environment.Key), int64(s.Number)
	}
	return pq.Array(e), pq.Array(n)
}

const runningNowOfArtifacts = `
SELECT p.i AS parent, p.wanted AS fingerprint, r.*, ` + snapshotColumns + `
FROM unnest($2::bytea[]) WITH ORDINALITY AS p(wanted, i)
CROSS JOIN LATERAL (
  SELECT r.environment_id, (array_agg(r.name ORDER BY r.name))[1:50] AS names,
         sum(r.replicas) AS replicas, min(r.started_at) AS started_at
  FROM runs r
  JOIN environments en ON en.organization_id = $1 AND en.id = r.environment_id
  WHERE r.organization_id = $1 AND r.fingerprint = p.wanted AND r.till IS NULL AND en.name > $3
  GROUP BY r.environment_id, en.name ORDER BY en.name LIMIT $4) r
JOIN environment_heads newest ON newest.organization_id = $1 AND newest.environment_id = r.environment_id
JOIN snapshots s ON s.organization_id = $1 AND s.environment_id = r.environment_id AND s.number = newest.number` + snapshotJoins + `
ORDER BY p.i, en.name`

type runningNowOfParent struct {
	EnvironmentID int
	runningOfParent
	snapshotRow
}

// RunningNow returns a page of where each fingerprint runs now, by environment.
func (db *DB) RunningNow(ctx context.Context, org *model.Organization, fingerprints []model.Fingerprint, p model.Page) ([]*model.RunningArtifactConnection, error) {
	after, err := nameAfter(p)
	if err != nil {
		return nil, err
	}
	wanted := make(pq.ByteaArray, len(fingerprints))
	for i, f := range fingerprints {
		wanted[i] = f.Bytes()
	}
	var rows []runningNowOfParent
	if err := db.read(ctx, &rows, runningNowOfArtifacts, org.Key, wanted, after, p.First+1); err != nil {
		return nil, wrap(err, "what runs")
	}
	groups := grouped(rows, len(fingerprints), func(r *runningNowOfParent) int { return r.Parent })
	return connections(groups, p, func(r *runningNowOfParent) *model.RunningArtifact { return r.running(r.snapshot(org)) },
		func(r *model.RunningArtifact) model.Cursor { return model.NewCursor(r.Snapshot.Environment.Name) }), nil
}

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

const overlapsOfSnapshots = `
SELECT p.i AS parent, a.flow_id
FROM unnest($2::int[], $3::int[]) WITH ORDINALITY AS p(environment_id, number, i)
JOIN runs r ON r.organization_id = $1 AND r.environment_id = p.environment_id AND int4range(r.since, r.till) @> p.number
JOIN artifacts a ON a.organization_id = $1 AND a.fingerprint = r.fingerprint
GROUP BY p.i, a.flow_id
HAVING count(DISTINCT r.fingerprint) > 1`

// OverlappingFlows returns for each snapshot the keys of the flows of which more
// than one version runs in it.
func (db *DB) OverlappingFlows(ctx context.Context, org *model.Organization, snapshots []*model.Snapshot) ([]map[int]bool, error) {
	environments, numbers := snapshotKeys(snapshots)
	var rows []struct{ Parent, FlowID int }
	if err := db.read(ctx, &rows, overlapsOfSnapshots, org.Key, environments, numbers); err != nil {
		return nil, wrap(err, "overlaps")
	}
	flows := make([]map[int]bool, len(snapshots))
	for i := range flows {
		flows[i] = map[int]bool{}
	}
	for _, r := range rows {
		flows[r.Parent-1][r.FlowID] = true
	}
	return flows, nil
}

// RunningName asks under which name a fingerprint ran in an environment.
type RunningName struct {
	Environment int
	Fingerprint model.Fingerprint
	Number      int // of the snapshot
}

const runningNames = `
SELECT p.i AS parent, r.name
FROM unnest($2::int[], $3::bytea[], $4::int[]) WITH ORDINALITY AS p(environment_id, fingerprint, number, i)
CROSS JOIN LATERAL (
  SELECT r.name FROM runs r
  WHERE r.organization_id = $1 AND r.fingerprint = p.fingerprint AND r.environment_id = p.environment_id AND r.since <= p.number
  ORDER BY r.since DESC, r.name LIMIT 1) r`

// RunningNames returns the name of each that is asked for; empty where none is
// known.
func (db *DB) RunningNames(ctx context.Context, org *model.Organization, asked []RunningName) ([]string, error) {
	environments, numbers := make([]int64, len(asked)), make([]int64, len(asked))
	fingerprints := make(pq.ByteaArray, len(asked))
	for i, a := range asked {
		environments[i], fingerprints[i], numbers[i] = int64(a.Environment), a.Fingerprint.Bytes(), int64(a.Number)
	}
	var rows []struct {
		Parent int
		Name   string
	}
	if err := db.read(ctx, &rows, runningNames, org.Key, pq.Array(environments), fingerprints, pq.Array(numbers)); err != nil {
		return nil, wrap(err, "names")
	}
	names := make([]string, len(asked))
	for _, r := range rows {
		names[r.Parent-1] = r.Name
	}
	return names, nil
}
