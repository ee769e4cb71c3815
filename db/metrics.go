package db

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// maxVersionsBefore is how many versions are looked at, of all flows of a query, that
// ran before the time that it is about.
const maxVersionsBefore = 100_000

// Metrics says how well the flows of an organization that a filter fits deliver to an
// environment, all together. It returns KindNotFound for an environment that does not
// exist, and KindInvalid for a logical one, for a filter out of bounds, and for more
// changes or commits than are looked at.
func (db *DB) Metrics(ctx context.Context, org *model.Organization, filter model.FlowFilter, q model.MetricsQuery) (*model.DeliveryMetrics, error) {
	if err := filter.Validate(); err != nil {
		return nil, err
	}
	var rows []flowRow
	if err := db.read(ctx, &rows, selectFlows+`f.tags @> $2::jsonb ORDER BY f.id`, org.Key, jsonOf(filter.Tags)); err != nil {
		return nil, wrap(err, "flows")
	}
	flows := make([]*model.Flow, len(rows))
	for i := range rows {
		flows[i] = rows[i].flow(org)
	}
	metrics, err := db.orKept(ctx, org, flows, q, true)
	if err != nil {
		return nil, err
	}
	return metrics[0], nil
}

// MetricsOfFlows says how well each flow delivers to an environment. It returns what
// Metrics does; the bounds are those of all flows together.
func (db *DB) MetricsOfFlows(ctx context.Context, org *model.Organization, flows []*model.Flow, q model.MetricsQuery) ([]*model.DeliveryMetrics, error) {
	if len(flows) == 0 {
		return nil, nil
	}
	return db.orKept(ctx, org, flows, q, false)
}

// newMetrics finds out what flows deliver: together, or each of them.
func (db *DB) newMetrics(ctx context.Context, org *model.Organization, flows []*model.Flow, q model.MetricsQuery, together bool) ([]*model.DeliveryMetrics, error) {
	e, changes, err := db.deliveredChanges(ctx, org, flows, q)
	if err != nil {
		return nil, err
	}
	if together {
		var all []*model.DeliveredChange
		for _, f := range flows {
			all = append(all, changes[f.Key]...)
		}
		return []*model.DeliveryMetrics{model.NewDeliveryMetrics(e, q, all)}, nil
	}
	metrics := make([]*model.DeliveryMetrics, len(flows))
	for i, f := range flows {
		metrics[i] = model.NewDeliveryMetrics(e, q, changes[f.Key])
	}
	return metrics, nil
}

// deliveredChanges finds the changes of flows in an environment, by the keys of the
// flows, from the time that a query is about on and as far as is needed to judge them.
func (db *DB) deliveredChanges(ctx context.Context, org *model.Organization, flows []*model.Flow, q model.MetricsQuery) (*model.Environment, map[int][]*model.DeliveredChange, error) {
	e, err := db.Environment(ctx, org, q.Environment)
	if err != nil {
		return nil, nil, err
	}
	if e.IsLogical() {
		return nil, nil, model.NotOfLogical(e.Name)
	}
	runs, err := db.versionRuns(ctx, org, e, flows, q)
	if err != nil {
		return nil, nil, err
	}
	histories, err := db.deliveryHistories(ctx, org, runs)
	if err != nil {
		return nil, nil, err
	}
	changes := map[int][]*model.DeliveredChange{}
	for flow, ran := range runs {
		changes[flow], histories.flow = model.ChangesOfFlow(ran), flow
		model.TraceChanges(changes[flow], q.From, histories)
	}
	if histories.tooMany() {
		return nil, nil, model.TooManyCommits()
	}
	if err := db.readBrought(ctx, org, histories); err != nil {
		return nil, nil, err
	}
	for _, list := range changes {
		for _, c := range list {
			c.Environment = e
		}
		model.JudgeChanges(list, q.From, histories, q.Hotfix)
	}
	return e, changes, nil
}

// A version runs in a snapshot if anything does by one of its digests; where two
// versions of a flow have a digest, it is that of the first. Runs of a version that
// follow each other or overlap are one, and so are those between which nothing of the
// flow ran: as in model.ChangesOfFlow.
//
// Of what started before the time asked about, the last run of each version is enough
// to know what ran when that time began, and what ran before at all. Of what started
// after it, only what may have taken the place of something that started within: that
// runs in the last snapshot in which such a thing was missed first (horizon), or starts
// next.
//
// Postgres takes the index of the exclusion constraint for as good as that of the key to
// find a run by its fingerprint, and it is a hundred times slower: all runs of the
// environment are read instead (here). OFFSET 0 has it look up a snapshot by its key: of
// an environment that has grown since it was analyzed, it takes reading all snapshots
// for the same.
const versionRuns = `
WITH bounds AS (
  SELECT
    1 + coalesce((SELECT s.number FROM snapshots s WHERE s.organization_id = $1 AND s.environment_id = $2 AND s.observed_at < $4
                  ORDER BY s.observed_at DESC, s.number DESC LIMIT 1), 0) AS first,
    1 + coalesce((SELECT s.number FROM snapshots s WHERE s.organization_id = $1 AND s.environment_id = $2 AND s.observed_at < $5
                  ORDER BY s.observed_at DESC, s.number DESC LIMIT 1), 0) AS after
), digests AS MATERIALIZED (
  SELECT DISTINCT ON (d.flow_id, d.digest) d.flow_id, d.digest, d.id
  FROM (
    SELECT a.flow_id, a.fingerprint AS digest, a.id, a.created_at, false AS other
    FROM artifacts a WHERE a.organization_id = $1 AND a.flow_id = ANY ($3::int[])
    UNION ALL
    SELECT a.flow_id, g.digest, a.id, a.created_at, true
    FROM artifacts a JOIN artifact_digests g ON g.organization_id = $1 AND g.artifact_id = a.id
    WHERE a.organization_id = $1 AND a.flow_id = ANY ($3::int[])) d
  ORDER BY d.flow_id, d.digest, d.other, d.created_at, d.id
), here AS MATERIALIZED (
  SELECT r.fingerprint, r.since, coalesce(r.till, 2147483647) AS till
  FROM runs r WHERE r.organization_id = $1 AND r.environment_id = $2 AND r.fingerprint <> ''
), ran AS (
  SELECT d.flow_id, d.id, r.since, r.till FROM digests d JOIN here r ON r.fingerprint = d.digest
), begun AS (
  SELECT *, max(till) OVER (PARTITION BY id ORDER BY since, till ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS own_till,
    max(till) OVER (PARTITION BY flow_id ORDER BY since RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS flow_till
  FROM ran
), numbered AS (
  SELECT *, count(*) FILTER (WHERE (own_till >= since OR own_till = flow_till) IS NOT TRUE) OVER (PARTITION BY id ORDER BY since, till ROWS UNBOUNDED PRECEDING) AS run FROM begun
), whole AS (
  SELECT flow_id, id, min(since) AS since, max(till) AS till FROM numbered GROUP BY flow_id, id, run
), placed AS (
  SELECT w.*, w.since >= b.first AND w.since < b.after AS within, w.since < b.first AS before,
    w.since < b.first AND row_number() OVER (PARTITION BY w.id, w.since < b.first ORDER BY w.since DESC) > 1 AS repeated
  FROM whole w CROSS JOIN bounds b
), reaching AS (
  SELECT *, bool_or(within) OVER flow AS wanted, max(nullif(till, 2147483647)) FILTER (WHERE within) OVER flow AS horizon
  FROM placed WHERE NOT repeated WINDOW flow AS (PARTITION BY flow_id)
), followed AS (
  SELECT *, min(since) FILTER (WHERE since > horizon) OVER (PARTITION BY flow_id) AS next FROM reaching WHERE wanted
)
SELECT w.flow_id, w.id AS artifact_id, w.since, nullif(w.till, 2147483647) AS till, w.before,
  began.observed_at AS started_at, ended.observed_at AS ended_at, announced.at AS deployed_at
FROM followed w
CROSS JOIN LATERAL (
  SELECT s.observed_at FROM snapshots s WHERE s.organization_id = $1 AND s.environment_id = $2 AND s.number = w.since OFFSET 0) began
LEFT JOIN LATERAL (
  SELECT s.observed_at FROM snapshots s WHERE s.organization_id = $1 AND s.environment_id = $2 AND s.number = w.till OFFSET 0) ended ON true
LEFT JOIN LATERAL (
  SELECT max(d.created_at) AS at FROM deployments d
  WHERE d.organization_id = $1 AND d.artifact_id = w.id AND d.environment_id = $2 AND d.created_at <= began.observed_at) announced ON NOT w.before
WHERE w.before OR w.within OR w.since <= w.horizon OR w.since = w.next
ORDER BY w.before, w.since LIMIT $6`

type versionRunRow struct {
	FlowID     int
	ArtifactID int64
	Since      int
	Till       *int
	Before     bool
	StartedAt  time.Time
	EndedAt    *time.Time
	DeployedAt *time.Time
}

// versionRuns returns the runs of the versions of flows, by the keys of the flows.
func (db *DB) versionRuns(ctx context.Context, org *model.Organization, e *model.Environment, flows []*model.Flow, q model.MetricsQuery) (map[int][]*model.VersionRun, error) {
	byKey := make(map[int]*model.Flow, len(flows))
	for _, f := range flows {
		byKey[f.Key] = f
	}
	most := db.changes + maxVersionsBefore
	var rows []versionRunRow
	if err := db.read(ctx, &rows, versionRuns, org.Key, e.Key, pq.Array(slices.Collect(maps.Keys(byKey))), q.From, q.To, most+1); err != nil {
		return nil, wrap(err, "what ran")
	}
	if len(rows) > most || len(rows) > db.changes && !rows[db.changes].Before {
		return nil, model.TooManyChanges()
	}
	versions, err := db.versions(ctx, org, byKey, rows)
	if err != nil {
		return nil, err
	}
	runs := map[int][]*model.VersionRun{}
	for _, r := range rows {
		run := &model.VersionRun{Version: versions[r.ArtifactID], Since: r.Since, StartedAt: r.StartedAt.UTC(), DeployedAt: utc(r.DeployedAt)}
		if r.Till != nil {
			run.Till, run.EndedAt = *r.Till, r.EndedAt.UTC()
		}
		runs[r.FlowID] = append(runs[r.FlowID], run)
	}
	return runs, nil
}

// The build that made an artifact had started by then, if clocks agree.
const versionsOfRuns = `
SELECT a.id, a.flow_id, a.fingerprint, a.created_at, b.started_at, c.sha, c.repository_id, c.committed_at
FROM unnest($2::bigint[]) AS p(id)
JOIN artifacts a ON a.organization_id = $1 AND a.id = p.id
` + commitOfArtifact + `
LEFT JOIN LATERAL (
  SELECT b.started_at FROM builds b
  WHERE b.organization_id = $1 AND b.url = a.build_url AND b.started_at IS NOT NULL
  ORDER BY b.started_at > a.created_at, b.attempt DESC LIMIT 1) b ON true`

// versions returns what ran, by the keys of the artifacts.
func (db *DB) versions(ctx context.Context, org *model.Organization, flows map[int]*model.Flow, ran []versionRunRow) (map[int64]*model.DeliveredVersion, error) {
	wanted := map[int64]bool{}
	for _, r := range ran {
		wanted[r.ArtifactID] = true
	}
	var rows []struct {
		ID           int64
		FlowID       int
		Fingerprint  []byte
		CreatedAt    time.Time
		StartedAt    *time.Time
		SHA          []byte
		RepositoryID *int
		CommittedAt  *time.Time
	}
	if err := db.read(ctx, &rows, versionsOfRuns, org.Key, pq.Array(slices.Collect(maps.Keys(wanted)))); err != nil {
		return nil, wrap(err, "artifacts")
	}
	versions := make(map[int64]*model.DeliveredVersion, len(rows))
	for _, r := range rows {
		v := &model.DeliveredVersion{
			Key: r.ID, Flow: flows[r.FlowID], Fingerprint: model.FingerprintOf(r.Fingerprint), CreatedAt: r.CreatedAt.UTC(), BuildStartedAt: utc(r.StartedAt),
		}
		if r.SHA != nil {
			v.Commit = &model.Commit{SHA: model.CommitSHAOf(r.SHA), Repository: &model.Repository{Key: *r.RepositoryID}, CommittedAt: r.CommittedAt.UTC()}
		}
		versions[r.ID] = v
	}
	return versions, nil
}
