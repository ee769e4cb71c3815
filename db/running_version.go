package db

import (
	"context"
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
), known AS MATERIALIZED (
  SELECT p.digest, a.id, a.flow_id
  FROM (SELECT DISTINCT fingerprint AS digest FROM open WHERE fingerprint <> '') p
  CROSS JOIN LATERAL (
    SELECT DISTINCT ON (a.flow_id) a.flow_id, a.id FROM (` + artifactsOfDigest + `) a
    WHERE a.flow_id = ANY ($2)
    ORDER BY a.flow_id, a.other, a.created_at, a.id) a
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

// NewestOfFlows returns for each snapshot the versions of some flows that run in it, by
// the keys of the flows: of several versions of one flow the one that was started last.
func (db *DB) NewestOfFlows(ctx context.Context, org *model.Organization, snapshots []*model.Snapshot, flows []int) ([]map[int]*model.RunningArtifact, error) {
	parts := partsOf(snapshots)
	var rows []*runningVersion
	err := db.read(ctx, &rows, runningVersionsOfSnapshots, org.Key, pq.Array(flows), parts.places, parts.environments, parts.numbers, parts.nodes)
	if err != nil {
		return nil, wrap(err, "versions of flows")
	}
	newest := make([]map[int]*model.RunningArtifact, len(snapshots))
	for i := range newest {
		newest[i] = map[int]*model.RunningArtifact{}
	}
	for _, r := range rows {
		place := r.EnvironmentID - 1
		running := r.running(snapshots[place])
		if was := newest[place][*r.FlowID]; was == nil || model.CompareRunning(running, was) < 0 {
			newest[place][*r.FlowID] = running
		}
	}
	return newest, nil
}

// running is the version as what runs in a snapshot.
func (r *runningVersion) running(s *model.Snapshot) *model.RunningArtifact {
	row := runningOfParent{Fingerprint: r.Fingerprint, Names: r.Names, Replicas: *r.Replicas, StartedAt: *r.StartedAt}
	return row.running(s)
}
