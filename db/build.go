package db

import (
	"context"
	"time"

	"github.com/landfall-dev/landfall/model"
)

// buildColumns are the columns of a build b and its repository br.
const buildColumns = `
  b.run_id AS b_run_id, b.attempt AS b_attempt, b.system AS b_system, b.state AS b_state, b.commit_sha AS b_commit_sha, b.workflow AS b_workflow,
  b.url AS b_url, b.started_at AS b_started_at, b.finished_at AS b_finished_at,
  br.id AS br_id, br.name AS br_name, br.url AS br_url, br.forge AS br_forge, br.created_at AS br_created_at`

type buildRow struct {
	BRunID      *int64     `bun:"b_run_id"`
	BAttempt    *int       `bun:"b_attempt"`
	BSystem     *string    `bun:"b_system"`
	BState      *int       `bun:"b_state"`
	BCommitSHA  []byte     `bun:"b_commit_sha"`
	BWorkflow   *string    `bun:"b_workflow"`
	BURL        *string    `bun:"b_url"`
	BStartedAt  *time.Time `bun:"b_started_at"`
	BFinishedAt *time.Time `bun:"b_finished_at"`
	BrID        *int       `bun:"br_id"`
	BrName      *string    `bun:"br_name"`
	BrURL       *string    `bun:"br_url"`
	BrForge     *string    `bun:"br_forge"`
	BrCreatedAt *time.Time `bun:"br_created_at"`
}

// build returns the build, and nil where the row has none.
func (r *buildRow) build(org *model.Organization) *model.Build {
	if r.BRunID == nil {
		return nil
	}
	return &model.Build{
		Repository: newRepository(org, r.BrID, r.BrForge, r.BrName, r.BrURL, r.BrCreatedAt),
		System:     model.CISystem(*r.BSystem), Run: *r.BRunID, Attempt: *r.BAttempt, Workflow: *r.BWorkflow, URL: *r.BURL, State: model.BuildStateOfRank(*r.BState),
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
  WHERE b.organization_id = $1 AND b.commit_sha = p.sha AND b.repository_id = p.repository_id AND (b.run_id, b.attempt, b.system COLLATE "C") < ($4, $5, $6)
  ORDER BY b.run_id DESC, b.attempt DESC, b.system COLLATE "C" DESC LIMIT $7) b
JOIN repositories br ON br.organization_id = $1 AND br.id = b.repository_id
ORDER BY p.i, b.run_id DESC, b.attempt DESC, b.system COLLATE "C" DESC`

// BuildsOfCommits returns a page of the CI runs of each commit, newest first.
func (db *DB) BuildsOfCommits(ctx context.Context, org *model.Organization, commits []*model.Commit, p model.Page) ([]*model.BuildConnection, error) {
	run, attempt, system, err := buildBefore(p)
	if err != nil {
		return nil, err
	}
	shas, repositories := commitSHAs(commits)
	var rows []buildOfParent
	err = db.read(ctx, &rows, buildsOfCommits, org.Key, shas, repositories, run, attempt, system, p.First+1)
	if err != nil {
		return nil, wrap(err, "builds")
	}
	groups := grouped(rows, len(commits), func(r *buildOfParent) int { return r.Parent })
	return connections(groups, p, func(r *buildOfParent) *model.Build { return r.build(org) },
		func(b *model.Build) model.Cursor {
			return model.NewCursor(model.IntKey(b.Run), model.IntKey(int64(b.Attempt)), string(b.System))
		}), nil
}

// Build returns one attempt of a run. It returns KindNotFound.
func (db *DB) Build(ctx context.Context, org *model.Organization, repository string, run int64, attempt int, system model.CISystem) (*model.Build, error) {
	var rows []buildRow
	err := db.read(ctx, &rows, `
SELECT `+buildColumns+`
FROM repositories br
JOIN builds b ON b.organization_id = $1 AND b.repository_id = br.id AND b.run_id = $3 AND b.attempt = $4 AND b.system = $5
WHERE br.organization_id = $1 AND br.name = $2`, org.Key, repository, run, attempt, string(system))
	if err != nil {
		return nil, wrap(err, "build")
	}
	if len(rows) == 0 {
		return nil, model.Errorf(model.KindNotFound, "build %d of repository %q does not exist", run, repository)
	}
	return rows[0].build(org), nil
}
