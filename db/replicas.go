package db

import (
	"context"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// ReplicaSeriesOf is how many replicas ran in one of several environments. Err says why
// that cannot be told.
type ReplicaSeriesOf struct {
	Series *model.ReplicaSeries
	Err    error
}

// ReplicaSeries returns how many replicas ran in each environment. The error of one is
// KindTooLarge if the time has more snapshots than are looked at; ReplicaSeries itself
// returns it for more snapshots or changes than are looked at for all.
func (db *DB) ReplicaSeries(ctx context.Context, org *model.Organization, environments []*model.Environment, q model.ReplicaQuery) ([]ReplicaSeriesOf, error) {
	series := make([]ReplicaSeriesOf, len(environments))
	windows, err := db.replicaWindows(ctx, org, environments, q)
	if err != nil {
		return nil, err
	}
	total := 0
	for i, w := range windows {
		n := w.Last - w.Before
		if n > model.MaxReplicaSnapshots {
			series[i].Err = model.TooManySnapshots(environments[i], n, w.Fits.UTC())
			continue
		}
		total += n
	}
	if total > model.MaxReplicaStates {
		return nil, model.TooManyStates(total)
	}
	states, err := db.replicaStates(ctx, org, environments, windows)
	if err != nil {
		return nil, err
	}
	runs, err := db.replicaRuns(ctx, org, environments, states)
	if err != nil {
		return nil, err
	}
	for i := range series {
		if series[i].Err == nil {
			series[i].Series = model.NewReplicaSeries(q, states[i], runs[i])
		}
	}
	return series, nil
}

// What was before the first snapshot has the number 0.
const replicaWindows = `
SELECT p.i AS parent, before.number AS before, last.number AS last,
  (SELECT s.observed_at FROM snapshots s
   WHERE s.organization_id = $1 AND s.environment_id = p.environment_id AND s.number = last.number - $5::int + 1) AS fits
FROM unnest($2::int[]) WITH ORDINALITY AS p(environment_id, i)
CROSS JOIN LATERAL (
  SELECT coalesce((SELECT s.number FROM snapshots s
   WHERE s.organization_id = $1 AND s.environment_id = p.environment_id AND s.observed_at < $3
   ORDER BY s.observed_at DESC, s.number DESC LIMIT 1), 0) AS number) before
CROSS JOIN LATERAL (
  SELECT coalesce((SELECT s.number FROM snapshots s
   WHERE s.organization_id = $1 AND s.environment_id = p.environment_id AND s.observed_at < $4
   ORDER BY s.observed_at DESC, s.number DESC LIMIT 1), 0) AS number) last
ORDER BY p.i`

// replicaWindow is which snapshots of an environment a time has: those after one number,
// up to another. Fits is when the oldest began of as many as are looked at.
type replicaWindow struct {
	Parent, Before, Last int
	Fits                 *time.Time
}

func (db *DB) replicaWindows(ctx context.Context, org *model.Organization, environments []*model.Environment, q model.ReplicaQuery) ([]replicaWindow, error) {
	var rows []replicaWindow
	err := db.read(ctx, &rows, replicaWindows, org.Key, pq.Array(environmentKeys(environments)), q.From, q.To, model.MaxReplicaSnapshots)
	return rows, wrap(err, "snapshots")
}

const replicaStates = `
SELECT p.i AS parent, s.number, s.observed_at, s.members, s.numbers
FROM unnest($2::int[], $3::int[], $4::int[]) WITH ORDINALITY AS p(environment_id, first, last, i)
JOIN snapshots s ON s.organization_id = $1 AND s.environment_id = p.environment_id AND s.number BETWEEN p.first AND p.last
ORDER BY p.i, s.number`

// replicaStates are the snapshots of each window and the one before it; none of a window
// that is too large.
func (db *DB) replicaStates(ctx context.Context, org *model.Organization, environments []*model.Environment, windows []replicaWindow) ([][]model.ReplicaState, error) {
	firsts, lasts := make([]int64, len(windows)), make([]int64, len(windows))
	for i, w := range windows {
		if w.Last-w.Before <= model.MaxReplicaSnapshots {
			firsts[i], lasts[i] = int64(max(w.Before, 1)), int64(w.Last)
		}
	}
	var rows []struct {
		Parent, Number int
		ObservedAt     time.Time
		Members        []int `bun:",array"`
		Numbers        []int `bun:",array"`
	}
	err := db.read(ctx, &rows, replicaStates, org.Key, pq.Array(environmentKeys(environments)), pq.Array(firsts), pq.Array(lasts))
	if err != nil {
		return nil, wrap(err, "snapshots")
	}
	states := make([][]model.ReplicaState, len(environments))
	for _, r := range rows {
		state := model.ReplicaState{Number: r.Number, At: r.ObservedAt.UTC()}
		if environments[r.Parent-1].IsLogical() {
			state.Parts = make([]model.SnapshotPart, len(r.Members))
			for i, member := range r.Members {
				state.Parts[i] = model.SnapshotPart{Environment: member, Number: r.Numbers[i]}
			}
		}
		states[r.Parent-1] = append(states[r.Parent-1], state)
	}
	return states, nil
}

// The runs of a stretch of numbers s: those that are open and began before its end; those
// whose node lies within it; and of the nodes that its ends lead to, those that reach into
// it. See the column node. What is of several flows is of the one that had it first.
const replicaRuns = `
WITH ran AS MATERIALIZED (
  SELECT s.i, s.environment_id, r.fingerprint, r.name, r.since, coalesce(r.till, 0) AS till, r.replicas
  FROM unnest($2::int[], $3::int[], $4::int[], $5::int[], $6::int[]) AS s(i, environment_id, first, last, node)
  CROSS JOIN LATERAL (
    SELECT r.* FROM runs r
    WHERE r.organization_id = $1 AND r.environment_id = s.environment_id AND s.node = 0 AND r.node = 0 AND r.since <= s.last
    UNION ALL
    SELECT r.* FROM runs r
    WHERE r.organization_id = $1 AND r.environment_id = s.environment_id AND s.node < 0 AND r.node BETWEEN s.first AND s.last
    UNION ALL
    SELECT r.* FROM runs r
    WHERE r.organization_id = $1 AND r.environment_id = s.environment_id AND s.node > 0 AND r.node = s.node AND r.since <= s.last AND r.till > s.first) r
  LIMIT $7
), digests AS MATERIALIZED (
  SELECT DISTINCT fingerprint AS digest FROM ran WHERE fingerprint <> ''
), known AS MATERIALIZED (
  SELECT DISTINCT ON (a.digest) a.digest, a.flow_id, a.id FROM (` + artifactsOfDigests + `) a
  ORDER BY a.digest, a.other, a.created_at, a.flow_id, a.id
)
SELECT ran.i AS parent, ran.environment_id, ran.fingerprint, ran.name, known.id AS artifact_id, known.flow_id,
  array_agg(ran.since) AS since, array_agg(ran.till) AS till, array_agg(ran.replicas) AS replicas
FROM ran LEFT JOIN known ON known.digest = ran.fingerprint
GROUP BY ran.i, ran.environment_id, ran.fingerprint, ran.name, known.id, known.flow_id
ORDER BY ran.i, ran.environment_id, ran.name, ran.fingerprint`

type replicaRunsRow struct {
	Parent, EnvironmentID int
	Fingerprint           []byte
	Name                  string
	ArtifactID            *int64
	FlowID                *int
	Since                 []int `bun:",array"`
	Till                  []int `bun:",array"`
	Replicas              []int `bun:",array"`
}

// replicaRuns are what ran in the states of each environment.
func (db *DB) replicaRuns(ctx context.Context, org *model.Organization, environments []*model.Environment, states [][]model.ReplicaState) ([][]model.ReplicaRuns, error) {
	var places, keys, firsts, lasts, nodes []int64
	for i, e := range environments {
		for member, numbers := range reportedStretches(e, states[i]) {
			for _, node := range nodesOfStretch(numbers[0], numbers[1]) {
				places, keys, nodes = append(places, int64(i+1)), append(keys, int64(member)), append(nodes, node)
				firsts, lasts = append(firsts, int64(numbers[0])), append(lasts, int64(numbers[1]))
			}
		}
	}
	var rows []replicaRunsRow
	err := db.read(ctx, &rows, replicaRuns, org.Key, pq.Array(places), pq.Array(keys), pq.Array(firsts), pq.Array(lasts), pq.Array(nodes), model.MaxReplicaRuns+1)
	if err != nil {
		return nil, wrap(err, "what ran")
	}
	total, asked := 0, map[int]bool{}
	for _, r := range rows {
		total += len(r.Since)
		if r.FlowID != nil {
			asked[*r.FlowID] = true
		}
	}
	if total > model.MaxReplicaRuns {
		return nil, model.TooManyRuns()
	}
	flows, err := db.FlowsByKey(ctx, org, slices.Collect(maps.Keys(asked)))
	if err != nil {
		return nil, err
	}
	runs := make([][]model.ReplicaRuns, len(environments))
	for _, r := range rows {
		ran := model.ReplicaRuns{Environment: r.EnvironmentID, Name: r.Name, Since: r.Since, Till: r.Till, ReplicaCounts: r.Replicas}
		if len(r.Fingerprint) > 0 {
			f := model.FingerprintOf(r.Fingerprint)
			ran.Fingerprint = &f
		}
		if r.FlowID != nil {
			ran.Flow, ran.Artifact = flows[*r.FlowID], *r.ArtifactID
		}
		runs[r.Parent-1] = append(runs[r.Parent-1], ran)
	}
	return runs, nil
}

// reportedStretches are the first and the last number that the states of an environment
// have of it, or of each of its members, by their keys.
func reportedStretches(e *model.Environment, states []model.ReplicaState) map[int][2]int {
	stretches := map[int][2]int{}
	add := func(environment, number int) {
		known, ok := stretches[environment]
		if !ok {
			known = [2]int{number, number}
		}
		stretches[environment] = [2]int{min(known[0], number), max(known[1], number)}
	}
	for _, s := range states {
		if s.Parts == nil {
			add(e.Key, s.Number)
		}
		for _, part := range s.Parts {
			if part.Number > 0 {
				add(part.Environment, part.Number)
			}
		}
	}
	return stretches
}

// nodesOfStretch are the nodes at which runs are found that reach into a stretch of
// numbers: -1 for all within it, 0 for those that are open, and those outside that its
// ends lead to. See nodesOf.
func nodesOfStretch(first, last int) []int64 {
	nodes := []int64{-1, 0}
	for _, end := range []int{first, last} {
		for _, node := range nodesOf(end, math.MaxInt32) {
			if within := node >= int64(first) && node <= int64(last); node > 0 && node <= math.MaxInt32 && !within && !slices.Contains(nodes, node) {
				nodes = append(nodes, node)
			}
		}
	}
	return nodes
}
