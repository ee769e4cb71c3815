package db

import (
	"context"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// snapshotColumns are the columns of a snapshot s, of its environment, and of
// the moment at which the next one took its place.
const snapshotColumns = `
  s.number AS s_number, s.observed_at AS s_observed_at, s.received_at AS s_received_at, s.replicas AS s_replicas, s.changes AS s_changes,
  s.members AS s_members, s.numbers AS s_numbers,
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
	SMembers    []int      `bun:"s_members,array"`
	SNumbers    []int      `bun:"s_numbers,array"`
	environmentRow
}

func (r *snapshotRow) snapshot(org *model.Organization) *model.Snapshot {
	snapshot := &model.Snapshot{
		Environment: r.environment(org), Number: r.SNumber, TakenAt: r.SObservedAt.UTC(), RecordedAt: r.SReceivedAt.UTC(),
		Until: utc(r.SUntil), ReplicaCount: r.SReplicas, ChangeCount: r.SChanges,
	}
	for i, member := range r.SMembers {
		snapshot.Parts = append(snapshot.Parts, model.SnapshotPart{Environment: member, Number: r.SNumbers[i]})
	}
	return snapshot
}

type snapshotOfParent struct {
	Parent int
	snapshotRow
}

// snapshotsOfSpans are the snapshots of spans, after a number in one direction.
func snapshotsOfSpans(after, order string) string {
	return `
SELECT p.i AS parent, ` + snapshotColumns + `
FROM unnest($2::int[], $3::int[], $4::int[]) WITH ORDINALITY AS p(environment_id, first, last, i)
CROSS JOIN LATERAL (
  SELECT * FROM snapshots s
  WHERE s.organization_id = $1 AND s.environment_id = p.environment_id AND s.number BETWEEN p.first AND p.last AND s.number ` + after + ` $5::bigint
  ORDER BY s.number ` + order + ` LIMIT $6) s` + snapshotJoins + `
ORDER BY p.i, s.number ` + order
}

var (
	snapshotsNewestFirst = snapshotsOfSpans("<", "DESC")
	snapshotsOldestFirst = snapshotsOfSpans(">", "ASC")
)

// SnapshotsOfEnvironments returns a page of the snapshots of each span, in order of
// their numbers.
func (db *DB) SnapshotsOfEnvironments(ctx context.Context, org *model.Organization, spans []Span, direction model.OrderDirection, p model.Page) ([]*model.SnapshotConnection, error) {
	statement, place := snapshotsNewestFirst, numberBefore
	if direction == model.OrderAscending {
		statement, place = snapshotsOldestFirst, numberAfter
	}
	after, err := place(p)
	if err != nil {
		return nil, err
	}
	environments, firsts, lasts := make([]int64, len(spans)), make([]int64, len(spans)), make([]int64, len(spans))
	for i, s := range spans {
		environments[i], firsts[i], lasts[i] = int64(s.Environment), int64(s.First), int64(s.Last)
	}
	var rows []snapshotOfParent
	err = db.read(ctx, &rows, statement, org.Key, pq.Array(environments), pq.Array(firsts), pq.Array(lasts), after, p.First+1)
	if err != nil {
		return nil, wrap(err, "snapshots")
	}
	groups := grouped(rows, len(spans), func(r *snapshotOfParent) int { return r.Parent })
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
