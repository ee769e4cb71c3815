package db

import (
	"context"
	"slices"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// readRunning reads the versions of flows that run in all places. It reports whether
// one of the places is not what it was any more.
func (w *whereabouts) readRunning(ctx context.Context, flows []int) (moved bool, err error) {
	var rows []*runningVersion
	if w.past {
		var snapshots []*model.Snapshot
		for _, p := range w.places {
			if p.snapshot != nil {
				snapshots = append(snapshots, p.snapshot)
			}
		}
		parts := partsOf(snapshots)
		err = w.db.read(ctx, &rows, runningVersionsThen, w.org.Key, pq.Array(flows), parts.environments, parts.numbers, parts.nodes)
	} else {
		environments := make([]int64, len(w.places))
		for i, p := range w.places {
			environments[i] = int64(p.environment.Key)
		}
		err = w.db.read(ctx, &rows, runningVersionsNow, w.org.Key, pq.Array(flows), pq.Array(environments))
	}
	if err != nil {
		return false, err
	}
	numbers := map[int]int{}
	for _, p := range w.places {
		if p.snapshot != nil {
			numbers[p.environment.Key] = p.snapshot.Number
		}
	}
	w.running = map[flowPlace][]*runningVersion{}
	for _, r := range rows {
		if r.Number != numbers[r.EnvironmentID] {
			return true, nil
		}
		if r.ArtifactID != nil {
			key := flowPlace{*r.FlowID, r.EnvironmentID}
			w.running[key] = append(w.running[key], r)
		}
	}
	return false, nil
}

// versionRow is an artifact of a flow, and the commit that it was built from.
type versionRow struct {
	ID           int64
	FlowID       int
	CreatedAt    time.Time
	Fingerprint  []byte
	CommitRef    *string
	Fitting      int
	SHA          []byte
	RepositoryID *int
}

// (Postgres would join the versions with all artifacts, and does not with OFFSET.)
const versionsSince = `
WITH versions AS MATERIALIZED (
  SELECT a.id FROM unnest($2::int[]) AS p(flow_id)
  CROSS JOIN LATERAL (
    SELECT a.id FROM artifacts a
    WHERE a.organization_id = $1 AND a.flow_id = p.flow_id AND a.created_at >= $3
    ORDER BY a.created_at, a.fingerprint LIMIT $4) a
  UNION
  SELECT unnest($5::bigint[])
)
SELECT a.id, a.flow_id, a.created_at, a.fingerprint, a.commit_ref, coalesce(fitting.n, 0) AS fitting,
  CASE WHEN fitting.n = 1 THEN fitting.sha END AS sha, CASE WHEN fitting.n = 1 THEN fitting.repository_id END AS repository_id
FROM versions v
CROSS JOIN LATERAL (SELECT * FROM artifacts a WHERE a.organization_id = $1 AND a.id = v.id OFFSET 0) a
` + fittingCommit + `ORDER BY a.flow_id, a.created_at, a.id`

// readVersions reads what runs, and the versions that may have one of the commits:
// those that run, and those that were made since the first of the commits was.
func (w *whereabouts) readVersions(ctx context.Context) error {
	flows, since := w.flowKeys(), w.at
	for _, c := range w.commits {
		if c.CommittedAt.Before(since) {
			since = c.CommittedAt
		}
	}
	for tries := 1; ; tries++ {
		moved, err := w.readRunning(ctx, flows)
		if err != nil {
			return err
		}
		if !moved {
			break
		}
		if tries > 3 { // then as it was when it was first looked at
			w.past = true
		}
		w.places = nil
		if err := w.readPlaces(ctx); err != nil {
			return err
		}
	}
	var running []int64
	for _, versions := range w.running {
		for _, r := range versions {
			running = append(running, *r.ArtifactID)
		}
	}
	slices.Sort(running)
	var rows []*versionRow
	err := w.db.read(ctx, &rows, versionsSince, w.org.Key, pq.Array(flows), since.Add(-clocksDiffer), maxVersions+1, pq.Array(slices.Compact(running)))
	if err != nil {
		return err
	}
	w.versions, w.cut = map[int][]*versionRow{}, map[int]time.Time{}
	for _, v := range rows {
		w.versions[v.FlowID] = append(w.versions[v.FlowID], v)
	}
	for flow, versions := range w.versions {
		if len(versions) > maxVersions {
			w.cut[flow] = versions[maxVersions].CreatedAt
		}
	}
	return nil
}

// flowKeys are the keys of all flows that one of the commits counts for.
func (w *whereabouts) flowKeys() []int {
	var keys []int
	for _, flows := range w.flows {
		for _, f := range flows {
			keys = append(keys, f.Key)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// stay is a stretch of snapshots of an environment; several may follow one another.
type stay struct{ environment, from, until int }

// Of each version all stretches come in one row: there may be many, and little is to be
// known of each.
const staysOfVersions = `
SELECT a.i AS parent, array_agg(r.environment_id) AS environments, array_agg(r.since) AS since,
  array_agg(CASE WHEN r.till <= p.number THEN r.till ELSE 0 END) AS till` + fromArtifacts + `
CROSS JOIN LATERAL (` + digestsOfArtifact + `) d
CROSS JOIN LATERAL (SELECT * FROM runs r WHERE r.organization_id = $1 AND r.fingerprint = d.digest ORDER BY r.environment_id, r.since LIMIT $7) r
JOIN unnest($5::int[], $6::int[]) AS p(environment_id, number) ON p.environment_id = r.environment_id AND r.since <= p.number
GROUP BY a.i`

// readStays reads when the versions ran that have one of the commits, or may have.
func (w *whereabouts) readStays(ctx context.Context) error {
	var asked []*versionRow
	for _, versions := range w.versions {
		for _, v := range versions {
			if w.anyHas(v) {
				asked = append(asked, v)
			}
		}
	}
	w.stays = map[int64][]stay{}
	if len(asked) == 0 {
		return nil
	}
	fingerprints, flows, keys := make(pq.ByteaArray, len(asked)), make([]int64, len(asked)), make([]int64, len(asked))
	for i, v := range asked {
		fingerprints[i], flows[i], keys[i] = v.Fingerprint, int64(v.FlowID), v.ID
	}
	var environments, numbers []int64
	for _, p := range w.places {
		if p.snapshot != nil {
			environments, numbers = append(environments, int64(p.environment.Key)), append(numbers, int64(p.snapshot.Number))
		}
	}
	var rows []struct {
		Parent                    int
		Environments, Since, Till []int64 `bun:",array"`
	}
	err := w.db.read(ctx, &rows, staysOfVersions, w.org.Key, fingerprints, pq.Array(flows), pq.Array(keys), pq.Array(environments), pq.Array(numbers), maxStays+1)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if len(r.Environments) > maxStays {
			return model.Invalid("filter", "a version was scaled or came and went more than %d times: name some environments or flows", maxStays)
		}
		stays := make([]stay, len(r.Environments))
		for i := range stays {
			stays[i] = stay{int(r.Environments[i]), int(r.Since[i]), int(r.Till[i])}
		}
		w.stays[keys[r.Parent-1]] = stays
	}
	return nil
}

// judgeVersions tells which versions have which commit.
func (w *whereabouts) judgeVersions() {
	w.judged = make([]map[int64]*model.Version, len(w.commits))
	for i, flows := range w.flows {
		w.judged[i] = map[int64]*model.Version{}
		for _, flow := range flows {
			for _, row := range w.versions[flow.Key] {
				v := &model.Version{Artifact: row.ID}
				if row.SHA != nil {
					v.SHA = model.CommitSHAOf(row.SHA)
				}
				v.Inclusion, v.Reason = w.has(i, row)
				w.judged[i][row.ID] = v
			}
		}
	}
}

// anyHas reports whether a version has one of the commits that count for its flow, or
// may have it.
func (w *whereabouts) anyHas(v *versionRow) bool {
	return slices.ContainsFunc(w.judged, func(versions map[int64]*model.Version) bool {
		judged := versions[v.ID]
		return judged != nil && judged.Inclusion != model.Excluded
	})
}
