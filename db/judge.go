package db

import (
	"context"
	"slices"
	"time"

	"github.com/lib/pq"
	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// judgedAtOnce bounds how many expectations one transaction judges because it is
// time to.
const judgedAtOnce = 100

// judgement is the judging of expectations in a transaction. Their rows are locked
// first, and all that it looks at is read after that, so that of two that judge the
// same the second sees what the first has seen and found.
type judgement struct {
	db    *DB
	tx    bun.Tx
	org   *model.Organization
	now   time.Time
	clock bool // the time has come: nothing was reported
	fresh bool // the expectation was made just now, and what runs may be against it since long
}

// judge judges what is expected of environments whose newest snapshots have changed,
// and what is expected of others in comparison with them.
func (db *DB) judge(ctx context.Context, tx bun.Tx, org *model.Organization, environments []int, now time.Time) error {
	j := judgement{db: db, tx: tx, org: org, now: now}
	var rows []struct{ ID int }
	err := db.readIn(ctx, tx, &rows, `
SELECT id FROM expectations
WHERE organization_id = $1 AND removed_at IS NULL AND (environment_id = ANY ($2::int[]) OR other_id = ANY ($2::int[]))
ORDER BY id FOR NO KEY UPDATE`, org.Key, pq.Array(environments))
	if err != nil || len(rows) == 0 {
		return wrap(err, "expectations")
	}
	keys := make([]int, len(rows))
	for i, r := range rows {
		keys[i] = r.ID
	}
	return j.run(ctx, keys)
}

// JudgeDue judges expectations of all organizations whose verdict the clock may have
// changed, or what is known of artifacts. It reports whether there may be more. Any
// number of servers can do it at once.
func (db *DB) JudgeDue(ctx context.Context) (more bool, err error) {
	now := db.now()
	err = db.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var rows []struct {
			OrganizationID int
			Name           string
			ID             int
		}
		err := db.readIn(ctx, tx, &rows, `
SELECT x.organization_id, o.name, x.id FROM expectations x
JOIN organizations o ON o.id = x.organization_id
JOIN environments en ON en.organization_id = x.organization_id AND en.id = x.environment_id AND en.archived_at IS NULL
WHERE x.removed_at IS NULL AND x.judge_at <= $1
ORDER BY x.judge_at LIMIT $2 FOR NO KEY UPDATE OF x SKIP LOCKED`, now, judgedAtOnce)
		if err != nil {
			return err
		}
		more = len(rows) == judgedAtOnce
		keys, organizations := map[int][]int{}, map[int]*model.Organization{}
		for _, r := range rows {
			keys[r.OrganizationID] = append(keys[r.OrganizationID], r.ID)
			organizations[r.OrganizationID] = &model.Organization{Key: r.OrganizationID, Name: r.Name}
		}
		for key, org := range organizations {
			j := judgement{db: db, tx: tx, org: org, now: now, clock: true}
			if err := j.run(ctx, keys[key]); err != nil {
				return err
			}
		}
		return nil
	})
	return more, wrap(err, "expectations")
}

// judgedSnapshot is the newest snapshot of an environment with what runs in it.
type judgedSnapshot struct {
	EnvironmentID int
	Number        int
	ObservedAt    time.Time
	Members       []int `bun:",array"`
	Numbers       []int `bun:",array"`

	running []model.JudgedArtifact
}

// parts are the environments that report what runs in it.
func (s *judgedSnapshot) parts() []int {
	if s.Members != nil {
		return s.Members
	}
	return []int{s.EnvironmentID}
}

// run judges expectations whose rows are locked.
func (j *judgement) run(ctx context.Context, keys []int) error {
	var expected []expectationRow
	if err := j.db.readIn(ctx, j.tx, &expected, expectationsByKey, j.org.Key, pq.Array(keys)); err != nil {
		return wrap(err, "expectations")
	}
	slices.SortFunc(expected, func(a, b expectationRow) int { return a.XID - b.XID })
	snapshots, err := j.snapshots(ctx, expected)
	if err != nil {
		return err
	}
	var verdicts verdicts
	for i := range expected {
		x := &expected[i]
		snapshot, other := snapshots[*x.EnID], (*judgedSnapshot)(nil)
		if x.XOtherID != nil {
			if other = snapshots[*x.XOtherID]; other == nil {
				continue // nothing was reported there yet
			}
		}
		if snapshot == nil {
			continue
		}
		verdict, at, err := j.verdict(ctx, x, snapshot, other)
		if err != nil {
			return err
		}
		started, err := j.began(ctx, x, snapshot, verdict, at)
		if err != nil {
			return err
		}
		verdicts.add(x, x.expectation(j.org).Rule, snapshot, verdict, at, started)
	}
	return verdicts.write(ctx, j)
}

// verdict judges one expectation, and tells the moment that the verdict is about.
func (j *judgement) verdict(ctx context.Context, x *expectationRow, snapshot, other *judgedSnapshot) (v model.Verdict, at time.Time, err error) {
	at = snapshot.ObservedAt
	var differences []model.JudgedDifference
	if other != nil {
		at = latest(at, other.ObservedAt)
		if differences, err = j.differences(ctx, snapshot, other); err != nil {
			return v, at, err
		}
	}
	if j.clock || j.fresh {
		at = latest(at, j.now)
	}
	if x.BID != nil {
		at = latest(at, *x.BStartedAt)
	}
	return x.expectation(j.org).Rule.Judge(snapshot.running, differences, at), at, nil
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

const newestSnapshots = `
SELECT s.environment_id, s.number, s.observed_at, s.members, s.numbers
FROM environment_heads h
JOIN snapshots s ON s.organization_id = $1 AND s.environment_id = h.environment_id AND s.number = h.number
WHERE h.organization_id = $1 AND h.environment_id = ANY ($2::int[])`

// What runs in snapshots, with what is known of each fingerprint in each flow.
const judgedRunning = `
SELECT r.*, k.flows, k.created, k.commits
FROM (
  SELECT s.i AS parent, r.fingerprint, (array_agg(DISTINCT r.name))[1:50] AS names, sum(r.replicas) AS replicas
  FROM unnest($2::int[], $3::int[], $4::int[], $5::int[]) AS s(i, environment_id, number, node)
  CROSS JOIN LATERAL (` + runsOfPart + `) r
  GROUP BY s.i, r.fingerprint, CASE WHEN r.fingerprint = '' THEN r.name END) r
CROSS JOIN LATERAL (
  SELECT array_agg(f.name ORDER BY a.id) AS flows, array_agg(a.created_at ORDER BY a.id) AS created, array_agg(a.commit_ref IS NOT NULL ORDER BY a.id) AS commits
  FROM (SELECT r.fingerprint AS digest) p
  CROSS JOIN LATERAL (` + artifactsOfDigest + `) known
  JOIN artifacts a ON a.organization_id = $1 AND a.id = known.id
  JOIN flows f ON f.organization_id = $1 AND f.id = a.flow_id
  WHERE p.digest <> '') k`

type judgedRow struct {
	Parent      int
	Fingerprint []byte
	Names       []string `bun:",array"`
	Replicas    int
	Flows       []string    `bun:",array"`
	Created     []time.Time `bun:",array"`
	Commits     []bool      `bun:",array"`
}

func (r *judgedRow) artifact() model.JudgedArtifact {
	a := model.JudgedArtifact{Fingerprint: string(r.Fingerprint), Names: r.Names, Replicas: r.Replicas}
	for i, flow := range r.Flows {
		a.Known = append(a.Known, model.KnownArtifact{Flow: flow, CreatedAt: r.Created[i].UTC(), HasCommit: r.Commits[i]})
	}
	return a
}

// snapshots reads the newest snapshots of all environments that are expected
// something of, or compared with.
func (j *judgement) snapshots(ctx context.Context, expected []expectationRow) (map[int]*judgedSnapshot, error) {
	var environments []int
	for _, x := range expected {
		environments = append(environments, *x.EnID)
		if x.XOtherID != nil {
			environments = append(environments, *x.XOtherID)
		}
	}
	var found []*judgedSnapshot
	if err := j.db.readIn(ctx, j.tx, &found, newestSnapshots, j.org.Key, pq.Array(environments)); err != nil {
		return nil, wrap(err, "snapshots")
	}
	snapshots := make([]*model.Snapshot, len(found))
	byKey := make(map[int]*judgedSnapshot, len(found))
	for i, s := range found {
		snapshots[i] = &model.Snapshot{Environment: &model.Environment{Key: s.EnvironmentID}, Number: s.Number}
		for m, member := range s.Members {
			snapshots[i].Parts = append(snapshots[i].Parts, model.SnapshotPart{Environment: member, Number: s.Numbers[m]})
		}
		byKey[s.EnvironmentID] = s
	}
	parts := partsOf(snapshots)
	var rows []judgedRow
	if err := j.db.readIn(ctx, j.tx, &rows, judgedRunning, j.org.Key, parts.places, parts.environments, parts.numbers, parts.nodes); err != nil {
		return nil, wrap(err, "what runs")
	}
	for i := range rows {
		s := found[rows[i].Parent-1]
		s.running = append(s.running, rows[i].artifact())
	}
	return byKey, nil
}

// Since when something runs in some environments and not in others: the later of
// when it began to in the first, and ceased to in the others.
const differingSince = `
SELECT p.i AS parent, greatest(
  (SELECT min(began.at) FROM unnest(CASE WHEN p.here THEN $4::int[] ELSE $5::int[] END) AS en(id)
   CROSS JOIN LATERAL (SELECT max(e.at) AS at FROM events e
     WHERE e.organization_id = $1 AND e.fingerprint = p.fingerprint AND e.environment_id = en.id AND e.kind = 10) began),
  (SELECT max(e.at) FROM events e
   WHERE e.organization_id = $1 AND e.fingerprint = p.fingerprint AND e.environment_id = ANY (CASE WHEN p.here THEN $5::int[] ELSE $4::int[] END) AND e.kind = 12)) AS since
FROM unnest($2::bytea[], $3::boolean[]) WITH ORDINALITY AS p(fingerprint, here, i)
ORDER BY p.i`

// differences are the fingerprints that run in one of two environments only, and
// since when.
func (j *judgement) differences(ctx context.Context, snapshot, other *judgedSnapshot) ([]model.JudgedDifference, error) {
	var differences []model.JudgedDifference
	var fingerprints pq.ByteaArray
	var here []bool
	only := func(in, notIn []model.JudgedArtifact, isHere bool) {
		there := make(map[string]bool, len(notIn))
		for _, a := range notIn {
			there[a.Fingerprint] = true
		}
		for _, a := range in {
			if a.Fingerprint != "" && !there[a.Fingerprint] { // what hides its digest cannot be compared
				differences = append(differences, model.JudgedDifference{JudgedArtifact: a})
				fingerprints, here = append(fingerprints, []byte(a.Fingerprint)), append(here, isHere)
			}
		}
	}
	only(snapshot.running, other.running, true)
	only(other.running, snapshot.running, false)
	if len(differences) == 0 {
		return nil, nil
	}
	var rows []struct {
		Parent int
		Since  *time.Time
	}
	err := j.db.readIn(ctx, j.tx, &rows, differingSince, j.org.Key, fingerprints, pq.Array(here), pq.Array(snapshot.parts()), pq.Array(other.parts()))
	if err != nil {
		return nil, wrap(err, "differences")
	}
	for _, r := range rows {
		if r.Since != nil {
			differences[r.Parent-1].Since = r.Since.UTC()
		}
	}
	return differences, nil
}
