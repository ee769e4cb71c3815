package db

import (
	"context"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/ancestry"
	"github.com/landfall-dev/landfall/model"
)

// maxMergedLooked is how many pull requests that were merged after a commit was made
// are looked at, to find the one that it came in by.
const maxMergedLooked = 1000

const mergedSince = `
SELECT p.i AS parent, q.head_sha, q.merge_sha
FROM unnest($2::int[], $3::timestamptz[]) WITH ORDINALITY AS p(repository_id, since, i)
CROSS JOIN LATERAL (
  SELECT * FROM pull_requests q
  WHERE q.organization_id = $1 AND q.repository_id = p.repository_id AND q.merge_sha IS NOT NULL AND q.merged_at >= p.since AND q.merged_at <= $4
  ORDER BY q.merged_at LIMIT $5) q
ORDER BY p.i, q.merged_at, q.number`

// becameOf returns for each commit the one that it became by a squash or a rebase, up
// to a moment: a pull request was merged whose head has it, and what came of that has
// not. It is nil for a commit that became none.
func (db *DB) becameOf(ctx context.Context, org *model.Organization, graphs map[int]*ancestry.Graph, commits []*model.Commit, at time.Time) ([]*model.Commit, error) {
	repositories, since := make([]int64, len(commits)), make([]string, len(commits))
	for i, c := range commits {
		made := c.CommittedAt.Add(-clocksDiffer)
		repositories[i], since[i] = int64(c.Repository.Key), *timeText(&made)
	}
	var rows []struct {
		Parent   int
		HeadSHA  []byte
		MergeSHA []byte
	}
	if err := db.read(ctx, &rows, mergedSince, org.Key, pq.Array(repositories), pq.Array(since), at, maxMergedLooked); err != nil {
		return nil, err
	}
	became := make([]*model.Commit, len(commits))
	var asked []CommitOf
	var places []int
	for _, r := range rows {
		c := commits[r.Parent-1]
		graph, sha := graphs[c.Repository.Key], c.SHA.Bytes()
		if graph.Contains(r.MergeSHA, sha) == ancestry.No && (string(sha) == string(r.HeadSHA) || graph.Contains(r.HeadSHA, sha) == ancestry.Yes) {
			asked, places = append(asked, CommitOf{Repository: c.Repository, SHA: model.CommitSHAOf(r.MergeSHA)}), append(places, r.Parent-1)
		}
	}
	if len(asked) == 0 {
		return became, nil
	}
	found, err := db.Commits(ctx, org, asked)
	if err != nil {
		return nil, err
	}
	for i, c := range found {
		if became[places[i]] == nil { // the first that was merged
			became[places[i]] = c
		}
	}
	return became, nil
}
