package db

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/lib/pq"
	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// facts are commits, builds and jobs, of any repositories, that are written
// together: one statement for each kind, whatever their number.
type facts struct {
	commits []commitFact
	builds  []buildFact
	jobs    []jobFact
}

type buildFact struct {
	org, repository int
	*model.Build
}

type jobFact struct {
	org, repository int
	*model.Job
}

// add adds what a delivery says of a repository.
func (f *facts) add(org *model.Organization, repository int, said *model.Facts) {
	for _, c := range said.Commits {
		f.commits = append(f.commits, commitFact{
			org: org.Key, repository: repository, sha: c.SHA, subject: c.Subject, author: c.AuthorName, email: c.AuthorEmail, issueKeys: c.IssueKeys,
			committedAt: c.CommittedAt, paths: c.Paths, pathsKnown: c.PathsKnown,
		})
	}
	for _, b := range said.Builds {
		f.builds = append(f.builds, buildFact{org.Key, repository, b})
	}
	for _, j := range said.Jobs {
		f.jobs = append(f.jobs, jobFact{org.Key, repository, j})
	}
}

// write writes all. A row may be told of several times: each telling is a round of
// its own, because a statement can change a row only once. Rounds are in the order
// of their keys, so that writers cannot block each other.
func (f *facts) write(ctx context.Context, db *DB, tx bun.Tx) error {
	for _, round := range rounds(f.commits, commitFact.key, commitKey.compare) {
		if _, err := db.writeCommits(ctx, tx, round); err != nil {
			return err
		}
	}
	for _, round := range rounds(f.builds, buildFact.key, runKey.compare) {
		if err := db.writeBuilds(ctx, tx, round); err != nil {
			return err
		}
	}
	for _, round := range rounds(f.jobs, jobFact.key, runKey.compare) {
		if err := db.writeJobs(ctx, tx, round); err != nil {
			return err
		}
	}
	return nil
}

type commitKey struct {
	org, repository int
	sha             model.CommitSHA
}

func (c commitFact) key() commitKey { return commitKey{c.org, c.repository, c.sha} }

func (k commitKey) compare(o commitKey) int {
	return cmp.Or(cmp.Compare(k.org, o.org), strings.Compare(string(k.sha), string(o.sha)), cmp.Compare(k.repository, o.repository))
}

type runKey struct {
	org, repository int
	system          model.CISystem
	run             int64
	attempt         int
	job             int64
}

func (b buildFact) key() runKey { return runKey{b.org, b.repository, b.System, b.Run, b.Attempt, 0} }

func (j jobFact) key() runKey {
	return runKey{j.org, j.repository, j.System, j.Run, j.Attempt, j.Key}
}

func (k runKey) compare(o runKey) int {
	return cmp.Or(cmp.Compare(k.org, o.org), cmp.Compare(k.repository, o.repository), cmp.Compare(k.run, o.run),
		cmp.Compare(k.attempt, o.attempt), strings.Compare(string(k.system), string(o.system)), cmp.Compare(k.job, o.job))
}

// rounds puts items into groups in which no key comes twice, each in the order of
// the keys; the n-th item of a key is in the n-th group.
func rounds[T any, K comparable](items []T, key func(T) K, compare func(a, b K) int) [][]T {
	var groups [][]T
	seen := map[K]int{}
	for _, item := range items {
		n := seen[key(item)]
		seen[key(item)] = n + 1
		if n == len(groups) {
			groups = append(groups, nil)
		}
		groups[n] = append(groups[n], item)
	}
	for _, group := range groups {
		slices.SortFunc(group, func(a, b T) int { return compare(key(a), key(b)) })
	}
	return groups
}

// What is newer of a build or a job r replaces what is older, and states only move
// forward, so that the order in which webhooks arrive does not matter.
const (
	moveForward = `
  version = greatest(r.version, excluded.version),
  state = CASE WHEN (excluded.version, excluded.state) > (r.version, r.state) THEN excluded.state ELSE r.state END,
  finished_at = CASE WHEN (excluded.version, excluded.state) > (r.version, r.state) THEN excluded.finished_at
                     WHEN (excluded.version, excluded.state) = (r.version, r.state) THEN least(r.finished_at, excluded.finished_at)
                     ELSE r.finished_at END,
  started_at = least(r.started_at, excluded.started_at),
  url = greatest(r.url COLLATE "C", excluded.url COLLATE "C")`

	tellsMore = `(excluded.version, excluded.state) >= (r.version, r.state)
   OR least(r.started_at, excluded.started_at) IS DISTINCT FROM r.started_at OR excluded.url COLLATE "C" > r.url`
)

const writeBuilds = `
INSERT INTO builds AS r (organization_id, repository_id, run_id, attempt, system, version, state, commit_sha, workflow, url, started_at, finished_at)
SELECT * FROM unnest($1::int[], $2::int[], $3::bigint[], $4::int[], $5::text[], $6::bigint[], $7::smallint[], $8::bytea[], $9::text[], $10::text[],
  $11::timestamptz[], $12::timestamptz[])
ON CONFLICT ON CONSTRAINT builds_pkey DO UPDATE SET` + moveForward + `,
  commit_sha = greatest(r.commit_sha, excluded.commit_sha),
  workflow = greatest(r.workflow COLLATE "C", excluded.workflow COLLATE "C")
WHERE ` + tellsMore + ` OR excluded.workflow COLLATE "C" > r.workflow OR excluded.commit_sha > r.commit_sha`

func (db *DB) writeBuilds(ctx context.Context, tx bun.Tx, builds []buildFact) error {
	var r runColumns
	var shas pq.ByteaArray
	for _, b := range builds {
		r.add(b.org, b.repository, b.Run, b.Attempt, b.System, b.Version, b.State, b.Workflow, b.URL, b.StartedAt, b.FinishedAt)
		shas = append(shas, b.CommitSHA.Bytes())
	}
	return wrap(db.execIn(ctx, tx, writeBuilds, pq.Array(r.orgs), pq.Array(r.repositories), pq.Array(r.runs), pq.Array(r.attempts), pq.Array(r.systems),
		pq.Array(r.versions), pq.Array(r.states), shas, pq.Array(r.names), pq.Array(r.urls), pq.Array(r.started), pq.Array(r.finished)), "builds")
}

const writeJobs = `
INSERT INTO jobs AS r (organization_id, repository_id, run_id, attempt, system, version, state, job_id, name, url, started_at, finished_at)
SELECT * FROM unnest($1::int[], $2::int[], $3::bigint[], $4::int[], $5::text[], $6::bigint[], $7::smallint[], $8::bigint[], $9::text[], $10::text[],
  $11::timestamptz[], $12::timestamptz[])
ON CONFLICT ON CONSTRAINT jobs_pkey DO UPDATE SET` + moveForward + `,
  name = greatest(r.name COLLATE "C", excluded.name COLLATE "C")
WHERE ` + tellsMore + ` OR excluded.name COLLATE "C" > r.name`

func (db *DB) writeJobs(ctx context.Context, tx bun.Tx, jobs []jobFact) error {
	var r runColumns
	var keys []int64
	for _, j := range jobs {
		r.add(j.org, j.repository, j.Run, j.Attempt, j.System, j.Version, j.State, j.Name, j.URL, j.StartedAt, j.FinishedAt)
		keys = append(keys, j.Key)
	}
	return wrap(db.execIn(ctx, tx, writeJobs, pq.Array(r.orgs), pq.Array(r.repositories), pq.Array(r.runs), pq.Array(r.attempts), pq.Array(r.systems),
		pq.Array(r.versions), pq.Array(r.states), pq.Array(keys), pq.Array(r.names), pq.Array(r.urls), pq.Array(r.started), pq.Array(r.finished)), "jobs")
}

// runColumns are the columns that builds and jobs have both.
type runColumns struct {
	orgs, repositories, runs, attempts, versions, states []int64
	systems, names, urls                                 []string
	started, finished                                    []*string
}

func (r *runColumns) add(org, repository int, run int64, attempt int, system model.CISystem, version int64, state model.BuildState, name, url string, started, finished *time.Time) {
	r.orgs, r.repositories = append(r.orgs, int64(org)), append(r.repositories, int64(repository))
	r.runs, r.attempts, r.systems = append(r.runs, run), append(r.attempts, int64(attempt)), append(r.systems, string(system))
	r.versions, r.states = append(r.versions, version), append(r.states, int64(state.Rank()))
	r.names, r.urls = append(r.names, name), append(r.urls, url)
	r.started, r.finished = append(r.started, timeText(started)), append(r.finished, timeText(finished))
}

// timeText writes a time for an array of times.
func timeText(t *time.Time) *string {
	if t == nil {
		return nil
	}
	s := t.UTC().Format(time.RFC3339Nano)
	return &s
}
