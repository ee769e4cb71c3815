package db

import (
	"context"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// A commit counts for a flow that follows its repository if it touches what the
// flow is made from, or if it is not known what it touches: see model.TouchesAny.
const countsFor = `(f.paths = '{}' OR c.paths IS NULL OR EXISTS (
      SELECT FROM unnest(c.paths) AS file, unnest(f.paths) AS path WHERE file = path OR starts_with(file, path || '/')))`

const pathsOfCommits = `
SELECT p.i AS parent, c.paths
FROM unnest($2::int[], $3::bigint[]) WITH ORDINALITY AS p(repository_id, id, i)
JOIN commits c ON c.organization_id = $1 AND c.repository_id = p.repository_id AND c.id = p.id
WHERE c.paths IS NOT NULL`

// ReadCommitPaths reads into commits what they touch, as far as it is known.
func (db *DB) ReadCommitPaths(ctx context.Context, org *model.Organization, commits []*model.Commit) error {
	repositories, keys := commitKeys(commits)
	var rows []struct {
		Parent int
		Paths  []string `bun:",array"`
	}
	if err := db.read(ctx, &rows, pathsOfCommits, org.Key, repositories, keys); err != nil {
		return wrap(err, "paths")
	}
	for _, r := range rows {
		c := commits[r.Parent-1]
		c.Paths, c.PathsKnown = orEmpty(r.Paths), true
	}
	return nil
}

func commitKeys(commits []*model.Commit) (repositories, keys any) {
	r, k := make([]int64, len(commits)), make([]int64, len(commits))
	for i, c := range commits {
		r[i], k[i] = int64(c.Repository.Key), c.Key
	}
	return pq.Array(r), pq.Array(k)
}

const flowsOfCommits = `
SELECT p.i AS parent, ` + flowColumns + `
FROM unnest($2::int[], $3::bigint[]) WITH ORDINALITY AS p(repository_id, id, i)
JOIN commits c ON c.organization_id = $1 AND c.repository_id = p.repository_id AND c.id = p.id
CROSS JOIN LATERAL (
  SELECT * FROM flows f
  WHERE f.organization_id = $1 AND f.repository_id = p.repository_id AND f.name > $4 AND ` + countsFor + `
  ORDER BY f.name LIMIT $5) f
JOIN repositories fr ON fr.organization_id = $1 AND fr.id = f.repository_id
ORDER BY p.i, f.name`

type flowOfParent struct {
	Parent int
	flowRow
}

// FlowsOfCommits returns a page of the flows that each commit counts for, by name.
func (db *DB) FlowsOfCommits(ctx context.Context, org *model.Organization, commits []*model.Commit, p model.Page) ([]*model.FlowConnection, error) {
	after, err := nameAfter(p)
	if err != nil {
		return nil, err
	}
	repositories, keys := commitKeys(commits)
	var rows []flowOfParent
	if err := db.read(ctx, &rows, flowsOfCommits, org.Key, repositories, keys, after, p.First+1); err != nil {
		return nil, wrap(err, "flows")
	}
	groups := grouped(rows, len(commits), func(r *flowOfParent) int { return r.Parent })
	return connections(groups, p, func(r *flowOfParent) *model.Flow { return r.flow(org) },
		func(f *model.Flow) model.Cursor { return model.NewCursor(f.Name) }), nil
}

// maxLookedAt is how many commits are looked at for one page of those that count
// for a flow. Of a flow that few commits count for, a page may have fewer members
// than were asked for, or none, and go on all the same.
const maxLookedAt = 1000

// stop is the last commit that is looked at, if there may be more after it. A flow
// that is made from its whole repository never stops: its first commits fill a page.
const commitsOfFlows = `
SELECT p.i AS parent, stop.committed_at AS stop_at, stop.sha AS stop_sha, ` + commitColumns + `
FROM unnest($2::int[]) WITH ORDINALITY AS p(flow_id, i)
JOIN flows f ON f.organization_id = $1 AND f.id = p.flow_id
JOIN repositories cr ON cr.organization_id = $1 AND cr.id = f.repository_id
LEFT JOIN LATERAL (
  SELECT c.committed_at, c.sha FROM commits c
  WHERE c.organization_id = $1 AND c.repository_id = f.repository_id AND (c.committed_at, c.sha) < ($3, $4) AND f.paths <> '{}'
  ORDER BY c.committed_at DESC, c.sha DESC OFFSET $6 - 1 LIMIT 1) stop ON true
LEFT JOIN LATERAL (
  SELECT * FROM (
    SELECT * FROM commits c
    WHERE c.organization_id = $1 AND c.repository_id = f.repository_id AND (c.committed_at, c.sha) < ($3, $4)
    ORDER BY c.committed_at DESC, c.sha DESC LIMIT $6) c
  WHERE ` + countsFor + `
  ORDER BY c.committed_at DESC, c.sha DESC LIMIT $5) c ON true
ORDER BY p.i, c.committed_at DESC, c.sha DESC`

type commitOfFlow struct {
	Parent  int
	StopAt  *time.Time
	StopSHA []byte
	commitRow
}

// CommitsOfFlows returns a page of the commits that count for each flow, newest
// first. Not more than 1000 commits are looked at for it: a page may have fewer than
// were asked for, and go on.
func (db *DB) CommitsOfFlows(ctx context.Context, org *model.Organization, flows []int, p model.Page) ([]*model.CommitConnection, error) {
	at, sha, err := timeAndHexBefore(p)
	if err != nil {
		return nil, err
	}
	var rows []commitOfFlow
	if err := db.read(ctx, &rows, commitsOfFlows, org.Key, pq.Array(flows), at, sha, p.First+1, maxLookedAt); err != nil {
		return nil, wrap(err, "commits")
	}
	pages := make([]*model.CommitConnection, len(flows))
	for i, group := range grouped(rows, len(flows), func(r *commitOfFlow) int { return r.Parent }) {
		commits := []*model.Commit{}
		var stop *model.Cursor
		for _, r := range group {
			if r.StopAt != nil {
				cursor := model.CommitCursor(&model.Commit{CommittedAt: r.StopAt.UTC(), SHA: model.CommitSHAOf(r.StopSHA)})
				stop = &cursor
			}
			if c := r.commit(org); c != nil {
				commits = append(commits, c)
			}
		}
		pages[i] = model.NewPartOfConnection(commits, p, model.CommitCursor, stop)
	}
	return pages, nil
}
