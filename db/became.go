package db

import (
	"context"
	"slices"
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

// maxSteps is how often a commit is followed from one pull request into another.
const maxSteps = 5

type mergedRow struct {
	Parent   int
	HeadSHA  []byte
	MergeSHA []byte
}

// becameOf returns for each commit what it became by squashes or rebases, step by
// step, up to a moment: a pull request was merged whose head has it, and what came of
// that has not. What came of it may have been in the branch of another one, and so on.
func (db *DB) becameOf(ctx context.Context, org *model.Organization, graphs map[int]*ancestry.Graph, commits []*model.Commit, at time.Time) ([][]*model.Commit, error) {
	repositories, since := make([]int64, len(commits)), make([]string, len(commits))
	for i, c := range commits {
		made := c.CommittedAt.Add(-clocksDiffer)
		repositories[i], since[i] = int64(c.Repository.Key), *timeText(&made)
	}
	var rows []mergedRow
	if err := db.read(ctx, &rows, mergedSince, org.Key, pq.Array(repositories), pq.Array(since), at, maxMergedLooked); err != nil {
		return nil, err
	}
	forms := make([][][]byte, len(commits))
	for i, c := range commits {
		forms[i] = [][]byte{c.SHA.Bytes()}
	}
	var asked []CommitOf
	var places []int
	for _, r := range rows { // in the order in which they were merged
		p := r.Parent - 1
		repository := commits[p].Repository
		if len(forms[p]) <= maxSteps && r.isStepFrom(graphs[repository.Key], forms[p]) {
			forms[p] = append(forms[p], r.MergeSHA)
			asked, places = append(asked, CommitOf{Repository: repository, SHA: model.CommitSHAOf(r.MergeSHA)}), append(places, p)
		}
	}
	became := make([][]*model.Commit, len(commits))
	if len(asked) == 0 {
		return became, nil
	}
	found, err := db.Commits(ctx, org, asked)
	for i, c := range found {
		if c != nil {
			became[places[i]] = append(became[places[i]], c)
		}
	}
	return became, err
}

// isStepFrom reports whether a pull request made something else of the last form of a
// commit: its head has that, and what came of it has none of the forms.
func (r *mergedRow) isStepFrom(graph *ancestry.Graph, forms [][]byte) bool {
	last := forms[len(forms)-1]
	return graph.Contains(r.HeadSHA, last) == ancestry.Yes && !slices.ContainsFunc(forms, func(form []byte) bool { return graph.Contains(r.MergeSHA, form) != ancestry.No })
}
