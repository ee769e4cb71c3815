package db

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"
	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// buildColumns are the columns of a build b and its repository br.
const buildColumns = `
  b.run_id AS b_run_id, b.attempt AS b_attempt, b.state AS b_state, b.commit_sha AS b_commit_sha, b.workflow AS b_workflow,
  b.url AS b_url, b.started_at AS b_started_at, b.finished_at AS b_finished_at,
  br.id AS br_id, br.name AS br_name, br.url AS br_url, br.created_at AS br_created_at`

type buildRow struct {
	BRunID      *int64     `bun:"b_run_id"`
	BAttempt    *int       `bun:"b_attempt"`
	BState      *int       `bun:"b_state"`
	BCommitSHA  []byte     `bun:"b_commit_sha"`
	BWorkflow   *string    `bun:"b_workflow"`
	BURL        *string    `bun:"b_url"`
	BStartedAt  *time.Time `bun:"b_started_at"`
	BFinishedAt *time.Time `bun:"b_finished_at"`
	BrID        *int       `bun:"br_id"`
	BrName      *string    `bun:"br_name"`
	BrURL       *string    `bun:"br_url"`
	BrCreatedAt *time.Time `bun:"br_created_at"`
}

// build returns the build, and nil where the row has none.
func (r *buildRow) build(org *model.Organization) *model.Build {
	if r.BRunID == nil {
		return nil
	}
	return &model.Build{
		Repository: newRepository(org, r.BrID, r.BrName, r.BrURL, r.BrCreatedAt),
		Run:        *r.BRunID, Attempt: *r.BAttempt, Workflow: *r.BWorkflow, URL: *r.BURL, State: model.BuildStateOfRank(*r.BState),
		CommitSHA: model.CommitSHAOf(r.BCommitSHA), StartedAt: utc(r.BStartedAt), FinishedAt: utc(r.BFinishedAt),
	}
}

type buildOfParent struct {
	Parent int
	buildRow
}

const buildsOfCommits = `
SELECT p.i AS parent, ` + buildColumns + `
FROM unnest($2::bytea[], $3::int[]) WITH ORDINALITY AS p(sha, repository_id, i)
CROSS JOIN LATERAL (
  SELECT * FROM builds b
  WHERE b.organization_id = $1 AND b.commit_sha = p.sha AND b.repository_id = p.repository_id AND (b.run_id, b.attempt) < ($4, $5)
  ORDER BY b.run_id DESC, b.attempt DESC LIMIT $6) b
JOIN repositories br ON br.organization_id = $1 AND br.id = b.repository_id
ORDER BY p.i, b.run_id DESC, b.attempt DESC`

// BuildsOfCommits returns a page of the CI runs of each commit, newest first.
func (db *DB) BuildsOfCommits(ctx context.Context, org *model.Organization, commits []*model.Commit, p model.Page) ([]*model.BuildConnection, error) {
	run, attempt, err := twoNumbersBefore(p)
	if err != nil {
		return nil, err
	}
	shas, repositories := make(pq.ByteaArray, len(commits)), make([]int64, len(commits))
	for i, c := range commits {
		shas[i], repositories[i] = c.SHA.Bytes(), int64(c.Repository.Key)
	}
	var rows []buildOfParent
	err = db.read(ctx, &rows, buildsOfCommits, org.Key, shas, pq.Array(repositories), run, attempt, p.First+1)
	if err != nil {
		return nil, wrap(err, "builds")
	}
	groups := grouped(rows, len(commits), func(r *buildOfParent) int { return r.Parent })
	return connections(groups, p, func(r *buildOfParent) *model.Build { return r.build(org) },
		func(b *model.Build) model.Cursor {
			return model.NewCursor(model.IntKey(b.Run), model.IntKey(int64(b.Attempt)))
		}), nil
}

// Build returns one attempt of a run. It returns KindNotFound.
func (db *DB) Build(ctx context.Context, org *model.Organization, repository string, run int64, attempt int) (*model.Build, error) {
	var rows []buildRow
	err := db.read(ctx, &rows, `
SELECT `+buildColumns+`
FROM repositories br
JOIN builds b ON b.organization_id = $1 AND b.repository_id = br.id AND b.run_id = $3 AND b.attempt = $4
WHERE br.organization_id = $1 AND br.name = $2`, org.Key, repository, run, attempt)
	if err != nil {
		return nil, wrap(err, "build")
	}
	if len(rows) == 0 {
		return nil, model.Errorf(model.KindNotFound, "build %d of repository %q does not exist", run, repository)
	}
	return rows[0].build(org), nil
}

// applyBuild writes what is known of a build. Its state only moves forward, so
// that the order in which its webhooks arrive does not matter.
func applyBuild(ctx context.Context, idb bun.IDB, org *model.Organization, repository int, b *model.Build) error {
	_, err := idb.NewRaw(`
		INSERT INTO builds AS b (organization_id, repository_id, run_id, attempt, state, commit_sha, workflow, url, started_at, finished_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT ON CONSTRAINT builds_pkey DO UPDATE SET
		  state = greatest(b.state, excluded.state), started_at = least(b.started_at, excluded.started_at),
		  finished_at = CASE WHEN excluded.state > b.state THEN excluded.finished_at
		                     WHEN excluded.state = b.state THEN least(b.finished_at, excluded.finished_at) ELSE b.finished_at END
		WHERE excluded.state > b.state OR excluded.started_at < b.started_at OR (b.started_at IS NULL AND excluded.started_at IS NOT NULL)
		   OR (excluded.state = b.state AND least(b.finished_at, excluded.finished_at) IS DISTINCT FROM b.finished_at)`,
		org.Key, repository, b.Run, b.Attempt, b.State.Rank(), b.CommitSHA.Bytes(), b.Workflow, b.URL, b.StartedAt, b.FinishedAt).Exec(ctx)
	return wrap(err, fmt.Sprintf("build %d", b.Run))
}
