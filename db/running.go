package db

import (
	"context"
	"math"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// runsOfPart are the runs of the part s of a snapshot that have its node: all that are
// open and old enough for the node 0, and for any other those that hold its number. The
// parts come once for each node: see partsOf. (Postgres looks for the nodes of a list
// by reading all runs of the environment.)
const runsOfPart = `
    SELECT r.* FROM runs r
    WHERE r.organization_id = $1 AND r.environment_id = s.environment_id AND s.node = 0 AND r.node = 0 AND r.since <= s.number
    UNION ALL
    SELECT r.* FROM runs r
    WHERE r.organization_id = $1 AND r.environment_id = s.environment_id AND s.node <> 0 AND r.node = s.node AND r.since <= s.number AND r.till > s.number`

// What ran in a snapshot, each fingerprint once, also where several members of a
// union run it. Where the runtime does not tell a fingerprint, each name stands for
// itself.
const runningOfSnapshots = `
SELECT p.i AS parent, r.*
FROM generate_series(1, $2::int) AS p(i)
CROSS JOIN LATERAL (
  SELECT r.fingerprint, (array_agg(DISTINCT r.name))[1:50] AS names, sum(r.replicas) AS replicas, min(r.started_at) AS started_at
  FROM unnest($3::int[], $4::int[], $5::int[], $6::int[]) AS s(i, environment_id, number, node)
  CROSS JOIN LATERAL (` + runsOfPart + `) r
  WHERE s.i = p.i
  GROUP BY r.fingerprint, CASE WHEN r.fingerprint = '' THEN r.name END
  HAVING (min(r.started_at), r.fingerprint, min(r.name)) < ($7, $8, $9)
  ORDER BY min(r.started_at) DESC, r.fingerprint DESC, min(r.name) DESC LIMIT $10) r
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
	at, fingerprint, name, err := runningBefore(p)
	if err != nil {
		return nil, err
	}
	var rows []runningOfParent
	if from, ok := at.(time.Time); ok && len(snapshots) == 1 { // not the first page
		all, err := db.runningList(ctx, org, snapshots[0])
		if err != nil {
			return nil, wrap(err, "what runs")
		}
		if all != nil {
			return runningPages(snapshots, pageOfRunning(all, from, fingerprint, name, p.First), p), nil
		}
	}
	parts := partsOf(snapshots)
	err = db.read(ctx, &rows, runningOfSnapshots, org.Key, len(snapshots), parts.places, parts.environments, parts.numbers, parts.nodes, at, fingerprint, name, p.First+1)
	if err != nil {
		return nil, wrap(err, "what runs")
	}
	return runningPages(snapshots, rows, p), nil
}

func runningPages(snapshots []*model.Snapshot, rows []runningOfParent, p model.Page) []*model.RunningArtifactConnection {
	groups := grouped(rows, len(snapshots), func(r *runningOfParent) int { return r.Parent })
	return connections(groups, p, func(r *runningOfParent) *model.RunningArtifact { return r.running(snapshots[r.Parent-1]) }, model.RunningCursor)
}

// snapshotParts are the reported snapshots that make up each of some snapshots, as
// parameters of a statement: the place of the whole, counting from 1, the environment
// and the number of the part, and one of the nodes at which its runs are found.
type snapshotParts struct{ places, environments, numbers, nodes any }

func partsOf(snapshots []*model.Snapshot) snapshotParts {
	var places, environments, numbers, all []int64
	for i, s := range snapshots {
		newest := math.MaxInt32
		if s.Parts == nil && s.Environment.Newest > 0 {
			newest = 2 * s.Environment.Newest // it may be more than it was when it was read
		}
		for _, part := range s.Reported() {
			for _, node := range nodesOf(part.Number, newest) {
				places, environments = append(places, int64(i+1)), append(environments, int64(part.Environment))
				numbers, all = append(numbers, int64(part.Number)), append(all, node)
			}
		}
	}
	return snapshotParts{pq.Array(places), pq.Array(environments), pq.Array(numbers), pq.Array(all)}
}

// nodesOf are the nodes at which runs are found that hold a number, none of which is
// greater than the newest: 0 for those that are open, the number itself, and for each
// of its binary digits the middle of the numbers that have all digits before it alike.
// See the column node.
func nodesOf(number, newest int) []int64 {
	nodes := []int64{0, int64(number)}
	for digit := 1; 1<<(digit-1) <= newest; digit++ {
		node := number>>digit<<digit + 1<<(digit-1)
		if node != number {
			nodes = append(nodes, int64(node))
		}
	}
	return nodes
}

const runningNowOfArtifacts = `
SELECT a.i AS parent, r.*, ` + snapshotColumns + fromArtifacts + `
CROSS JOIN LATERAL (
  SELECT r.environment_id, (array_agg(r.fingerprint ORDER BY r.fingerprint <> a.fingerprint, r.fingerprint))[1] AS fingerprint,
         (array_agg(DISTINCT r.name))[1:50] AS names, sum(r.replicas) AS replicas, min(r.started_at) AS started_at
  FROM (` + digestsOfArtifact + `) d
  CROSS JOIN LATERAL (SELECT * FROM runs r WHERE r.organization_id = $1 AND r.fingerprint = d.digest AND r.till IS NULL OFFSET 0) r
  JOIN environments en ON en.organization_id = $1 AND en.id = r.environment_id
  WHERE en.name > $5
  GROUP BY r.environment_id, en.name ORDER BY en.name LIMIT $6) r
JOIN environment_heads newest ON newest.organization_id = $1 AND newest.environment_id = r.environment_id
JOIN snapshots s ON s.organization_id = $1 AND s.environment_id = r.environment_id AND s.number = newest.number` + snapshotJoins + `
ORDER BY a.i, en.name`

type runningNowOfParent struct {
	EnvironmentID int
	runningOfParent
	snapshotRow
}

// RunningNow returns a page of where each artifact runs now, by environment: under
// its fingerprint or another of its digests.
func (db *DB) RunningNow(ctx context.Context, org *model.Organization, artifacts []*model.Artifact, p model.Page) ([]*model.RunningArtifactConnection, error) {
	after, err := nameAfter(p)
	if err != nil {
		return nil, err
	}
	fingerprints, flows, keys := artifactKeys(artifacts)
	var rows []runningNowOfParent
	if err := db.read(ctx, &rows, runningNowOfArtifacts, org.Key, fingerprints, flows, keys, after, p.First+1); err != nil {
		return nil, wrap(err, "what runs")
	}
	groups := grouped(rows, len(artifacts), func(r *runningNowOfParent) int { return r.Parent })
	return connections(groups, p, func(r *runningNowOfParent) *model.RunningArtifact { return r.running(r.snapshot(org)) },
		func(r *model.RunningArtifact) model.Cursor { return model.NewCursor(r.Snapshot.Environment.Name) }), nil
}

const overlapsOfSnapshots = `
SELECT s.i AS parent, a.flow_id
FROM unnest($2::int[], $3::int[], $4::int[], $5::int[]) AS s(i, environment_id, number, node)
CROSS JOIN LATERAL (` + runsOfPart + `) r
CROSS JOIN LATERAL (
  SELECT DISTINCT ON (a.flow_id) a.flow_id, a.id
  FROM (SELECT r.fingerprint AS digest) p
  CROSS JOIN LATERAL (` + artifactsOfDigest + `) a
  ORDER BY a.flow_id, a.other, a.created_at, a.id) a
GROUP BY s.i, a.flow_id
HAVING count(DISTINCT a.id) > 1`

// OverlappingFlows returns for each snapshot the keys of the flows of which more
// than one version runs in it.
func (db *DB) OverlappingFlows(ctx context.Context, org *model.Organization, snapshots []*model.Snapshot) ([]map[int]bool, error) {
	parts := partsOf(snapshots)
	var rows []struct{ Parent, FlowID int }
	if err := db.read(ctx, &rows, overlapsOfSnapshots, org.Key, parts.places, parts.environments, parts.numbers, parts.nodes); err != nil {
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
