package db

import (
	"context"
	"slices"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// runningVersion is a version of a flow that runs in an environment.
type runningVersion struct {
	EnvironmentID int
	Number        int
	ArtifactID    *int64
	FlowID        *int
	Fingerprint   []byte
	Names         []string `bun:",array"`
	Replicas      *int
	StartedAt     *time.Time
	Since         *int
}

// What runs in many places is mostly the same: which version of which flow it is, is
// looked up once.
const versionsOfOpen = `
), digests AS MATERIALIZED (
  SELECT DISTINCT fingerprint AS digest FROM open WHERE fingerprint <> ''
), known AS MATERIALIZED (
  SELECT DISTINCT ON (a.digest, a.flow_id) a.digest, a.flow_id, a.id
  FROM (` + artifactsOfDigests + `) a
  WHERE a.flow_id = ANY ($2)
  ORDER BY a.digest, a.flow_id, a.other, a.created_at, a.id
)
SELECT open.environment_id, max(open.number) AS number, known.id AS artifact_id, known.flow_id, open.fingerprint,
  (array_agg(DISTINCT open.name))[1:50] AS names, sum(open.replicas) AS replicas, min(open.started_at) AS started_at, max(open.since) AS since
FROM open LEFT JOIN known ON known.digest = open.fingerprint
WHERE known.id IS NOT NULL OR open.fingerprint IS NULL
GROUP BY open.environment_id, known.id, known.flow_id, open.fingerprint
ORDER BY open.environment_id, known.flow_id, known.id, open.fingerprint`

const (
	// Of each environment there is a row without a fingerprint that tells its number:
	// all of it is of one moment.
	runningVersionsNow = `
WITH open AS MATERIALIZED (
  SELECT h.environment_id, h.number, r.fingerprint, r.name, r.replicas, r.started_at, r.since
  FROM environment_heads h
  JOIN runs r ON r.organization_id = $1 AND r.environment_id = h.environment_id AND r.till IS NULL
  WHERE h.organization_id = $1 AND h.environment_id = ANY ($3)
  UNION ALL
  SELECT h.environment_id, h.number, NULL, NULL, NULL, NULL, NULL FROM environment_heads h
  WHERE h.organization_id = $1 AND h.environment_id = ANY ($3)` + versionsOfOpen

	runningVersionsThen = `
WITH open AS MATERIALIZED (
  SELECT s.environment_id, s.number, r.fingerprint, r.name, r.replicas, r.started_at, r.since
  FROM unnest($3::int[], $4::int[], $5::int[]) AS s(environment_id, number, node)
  CROSS JOIN LATERAL (` + runsOfPart + `) r` + versionsOfOpen
)

const runningVersionsOfSnapshots = `
WITH open AS MATERIALIZED (
  SELECT s.i AS environment_id, s.number, r.fingerprint, r.name, r.replicas, r.started_at, r.since
  FROM unnest($3::int[], $4::int[], $5::int[], $6::int[]) AS s(i, environment_id, number, node)
  CROSS JOIN LATERAL (` + runsOfPart + `) r` + versionsOfOpen

// VersionsOfFlows returns for each snapshot the versions of some flows that run in it, by
// the keys of the flows, the latest started first.
func (db *DB) VersionsOfFlows(ctx context.Context, org *model.Organization, snapshots []*model.Snapshot, flows []int) ([]map[int][]*model.RunningArtifact, error) {
	parts := partsOf(snapshots)
	var rows []*runningVersion
	err := db.read(ctx, &rows, runningVersionsOfSnapshots, org.Key, pq.Array(flows), parts.places, parts.environments, parts.numbers, parts.nodes)
	if err != nil {
		return nil, wrap(err, "versions of flows")
	}
	versions := make([]map[int][]*model.RunningArtifact, len(snapshots))
	for i := range versions {
		versions[i] = map[int][]*model.RunningArtifact{}
	}
	for len(rows) > 0 { // those of one flow in one snapshot come together
		first, n := rows[0], 1
		for n < len(rows) && rows[n].EnvironmentID == first.EnvironmentID && *rows[n].FlowID == *first.FlowID {
			n++
		}
		place := first.EnvironmentID - 1
		versions[place][*first.FlowID] = runningVersions(rows[:n], snapshots[place])
		rows = rows[n:]
	}
	return versions, nil
}

// NewestOfFlows is VersionsOfFlows with one version of each flow: of several the one that
// was started last.
func (db *DB) NewestOfFlows(ctx context.Context, org *model.Organization, snapshots []*model.Snapshot, flows []int) ([]map[int]*model.RunningArtifact, error) {
	versions, err := db.VersionsOfFlows(ctx, org, snapshots, flows)
	if err != nil {
		return nil, err
	}
	newest := make([]map[int]*model.RunningArtifact, len(snapshots))
	for i, byFlow := range versions {
		newest[i] = make(map[int]*model.RunningArtifact, len(byFlow))
		for flow, running := range byFlow {
			newest[i][flow] = running[0]
		}
	}
	return newest, nil
}

// runningVersions are the versions of one flow that run in a snapshot, the latest started
// first.
func runningVersions(rows []*runningVersion, s *model.Snapshot) []*model.RunningArtifact {
	running := make([]*model.RunningArtifact, len(rows))
	overlapping := false
	for i, r := range rows {
		row := runningOfParent{Fingerprint: r.Fingerprint, Names: r.Names, Replicas: *r.Replicas, StartedAt: *r.StartedAt}
		running[i] = row.running(s)
		running[i].FlowKey = *r.FlowID
		overlapping = overlapping || *r.ArtifactID != *rows[0].ArtifactID
	}
	for _, r := range running {
		r.Overlapping = overlapping
	}
	slices.SortFunc(running, model.CompareRunning)
	return running
}
