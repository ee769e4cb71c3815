package db

import (
	"context"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

const pullRequestColumns = `
  q.number AS q_number, q.state AS q_state, q.created_at AS q_created_at, q.updated_at AS q_updated_at, q.merged_at AS q_merged_at,
  q.head_sha AS q_head_sha, q.merge_sha AS q_merge_sha, q.title AS q_title, q.url AS q_url, q.author AS q_author, ` + repositoryColumns

type pullRequestOfParent struct {
	Parent     int
	QNumber    int        `bun:"q_number"`
	QState     int        `bun:"q_state"`
	QCreatedAt time.Time  `bun:"q_created_at"`
	QUpdatedAt time.Time  `bun:"q_updated_at"`
	QMergedAt  *time.Time `bun:"q_merged_at"`
	QHeadSHA   []byte     `bun:"q_head_sha"`
	QMergeSHA  []byte     `bun:"q_merge_sha"`
	QTitle     string     `bun:"q_title"`
	QURL       string     `bun:"q_url"`
	QAuthor    string     `bun:"q_author"`
	ofRepository
}

func (r *pullRequestOfParent) pullRequest(org *model.Organization) *model.PullRequest {
	p := &model.PullRequest{
		Repository: r.repository(org), Number: r.QNumber, Title: r.QTitle, URL: r.QURL, State: pullRequestStateOfRank(r.QState), AuthorLogin: r.QAuthor,
		HeadSHA: model.CommitSHAOf(r.QHeadSHA), CreatedAt: r.QCreatedAt.UTC(), MergedAt: utc(r.QMergedAt), UpdatedAt: r.QUpdatedAt.UTC(),
	}
	if len(r.QMergeSHA) > 0 {
		merge := model.CommitSHAOf(r.QMergeSHA)
		p.MergeSHA = &merge
	}
	return p
}

// pullRequestStateOfRank is the inverse of model.PullRequestState.Rank.
func pullRequestStateOfRank(rank int) model.PullRequestState {
	for _, s := range []model.PullRequestState{model.PullRequestClosed, model.PullRequestMerged} {
		if s.Rank() == rank {
			return s
		}
	}
	return model.PullRequestOpen
}

const pullRequestsOfRepositories = `
SELECT p.i AS parent, ` + pullRequestColumns + `
FROM unnest($2::int[]) WITH ORDINALITY AS p(repository_id, i)
CROSS JOIN LATERAL (
  SELECT * FROM pull_requests q
  WHERE q.organization_id = $1 AND q.repository_id = p.repository_id AND q.number < $3
  ORDER BY q.number DESC LIMIT $4) q
JOIN repositories r ON r.organization_id = $1 AND r.id = q.repository_id
ORDER BY p.i, q.number DESC`

// PullRequestsOfRepositories returns a page of the pull requests of each repository,
// the newest, which has the highest number, first.
func (db *DB) PullRequestsOfRepositories(ctx context.Context, org *model.Organization, repositories []int, p model.Page) ([]*model.PullRequestConnection, error) {
	before, err := numberBefore(p)
	if err != nil {
		return nil, err
	}
	var rows []pullRequestOfParent
	if err := db.read(ctx, &rows, pullRequestsOfRepositories, org.Key, pq.Array(repositories), before, p.First+1); err != nil {
		return nil, wrap(err, "pull requests")
	}
	groups := grouped(rows, len(repositories), func(r *pullRequestOfParent) int { return r.Parent })
	return connections(groups, p, func(r *pullRequestOfParent) *model.PullRequest { return r.pullRequest(org) },
		func(p *model.PullRequest) model.Cursor { return model.NewCursor(model.IntKey(int64(p.Number))) }), nil
}

// One of several repositories may have the number that another has, and a commit
// may be the head of one and what another became.
const pullRequestsOfCommits = `
SELECT p.i AS parent, ` + pullRequestColumns + `
FROM unnest($2::bytea[], $3::int[]) WITH ORDINALITY AS p(sha, repository_id, i)
CROSS JOIN LATERAL (
  SELECT * FROM pull_requests q
  WHERE q.organization_id = $1 AND q.head_sha = p.sha AND q.repository_id = p.repository_id AND q.number < $4
  UNION
  SELECT * FROM pull_requests q
  WHERE q.organization_id = $1 AND q.merge_sha = p.sha AND q.repository_id = p.repository_id AND q.number < $4
  ORDER BY number DESC LIMIT $5) q
JOIN repositories r ON r.organization_id = $1 AND r.id = q.repository_id
ORDER BY p.i, q.number DESC`

// PullRequestsOfCommits returns a page of the pull requests that each commit is the
// head of, or is what became of, the newest first.
func (db *DB) PullRequestsOfCommits(ctx context.Context, org *model.Organization, commits []*model.Commit, p model.Page) ([]*model.PullRequestConnection, error) {
	before, err := numberBefore(p)
	if err != nil {
		return nil, err
	}
	shas, repositories := commitSHAs(commits)
	var rows []pullRequestOfParent
	if err := db.read(ctx, &rows, pullRequestsOfCommits, org.Key, shas, repositories, before, p.First+1); err != nil {
		return nil, wrap(err, "pull requests")
	}
	groups := grouped(rows, len(commits), func(r *pullRequestOfParent) int { return r.Parent })
	return connections(groups, p, func(r *pullRequestOfParent) *model.PullRequest { return r.pullRequest(org) },
		func(p *model.PullRequest) model.Cursor { return model.NewCursor(model.IntKey(int64(p.Number))) }), nil
}

const pullRequestsByNumber = `
SELECT 1 AS parent, ` + pullRequestColumns + `
FROM pull_requests q
JOIN repositories r ON r.organization_id = $1 AND r.id = q.repository_id
WHERE q.organization_id = $1 AND q.number = $2 AND ($3::int[] IS NULL OR q.repository_id = ANY ($3))
ORDER BY r.name LIMIT $4`

// PullRequestsByNumber returns the pull requests that have a number, in some
// repositories or, for none, in all: at most model.MaxCandidates of them, by
// repository.
func (db *DB) PullRequestsByNumber(ctx context.Context, org *model.Organization, repositories []int, number int) ([]*model.PullRequest, error) {
	var among any
	if len(repositories) > 0 {
		among = pq.Array(repositories)
	}
	var rows []pullRequestOfParent
	if err := db.read(ctx, &rows, pullRequestsByNumber, org.Key, number, among, model.MaxCandidates); err != nil {
		return nil, wrap(err, "pull request")
	}
	found := make([]*model.PullRequest, len(rows))
	for i := range rows {
		found[i] = rows[i].pullRequest(org)
	}
	return found, nil
}

// PullRequest returns a pull request of a repository by its number. It returns
// KindNotFound.
func (db *DB) PullRequest(ctx context.Context, org *model.Organization, repository string, number int) (*model.PullRequest, error) {
	r, err := db.Repository(ctx, org, repository)
	if err != nil {
		return nil, err
	}
	found, err := db.PullRequestsByNumber(ctx, org, []int{r.Key}, number)
	if err == nil && len(found) == 0 {
		return nil, NoSuchPullRequest(r.Name, number)
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// NoSuchPullRequest is the error that a repository has no pull request of a number.
func NoSuchPullRequest(repository string, number int) error {
	return model.Errorf(model.KindNotFound, "%s has no pull request #%d; pull requests become known by webhooks", repository, number)
}

// CommitsOfPullRequests returns the commit that each pull request leads to: what it
// became, or else its head; nil where that is not known yet.
func (db *DB) CommitsOfPullRequests(ctx context.Context, org *model.Organization, pulls []*model.PullRequest) ([]*model.Commit, error) {
	asked := make([]CommitOf, len(pulls))
	for i, p := range pulls {
		asked[i] = CommitOf{Repository: p.Repository, SHA: p.CommitSHA()}
	}
	return db.Commits(ctx, org, asked)
}

// NotKnownYet is the error that the commit of a pull request is not known.
func NotKnownYet(p *model.PullRequest) error {
	return model.Errorf(model.KindNotFound, "%s#%d leads to commit %s, which is not known yet: it becomes known by a push webhook or by reportCommits", p.Repository.Name, p.Number, p.CommitSHA())
}

// commitByPullRequest returns what a reference to a pull request leads to. It
// returns KindNotFound, and KindAmbiguous if pull requests of several repositories
// have the number and not all of their commits are known.
func (db *DB) commitByPullRequest(ctx context.Context, org *model.Organization, ref model.CommitRef) (model.CommitResult, error) {
	var repositories []int
	where := "organization " + org.Name
	if ref.Repository != "" {
		repository, err := db.Repository(ctx, org, ref.Repository)
		if err != nil {
			return nil, err
		}
		repositories, where = []int{repository.Key}, "repository "+repository.Name
	}
	pulls, err := db.PullRequestsByNumber(ctx, org, repositories, ref.PullRequest)
	if err != nil {
		return nil, err
	}
	if len(pulls) == 0 {
		return nil, NoSuchPullRequest(where, ref.PullRequest)
	}
	commits, err := db.CommitsOfPullRequests(ctx, org, pulls)
	if err != nil {
		return nil, err
	}
	var known []*model.Commit
	for _, c := range commits {
		if c != nil {
			known = append(known, c)
		}
	}
	switch {
	case len(pulls) == 1 && len(known) == 0:
		return nil, NotKnownYet(pulls[0])
	case len(known) < len(pulls) && len(known) < 2:
		return nil, model.Errorf(model.KindAmbiguous, "%s and %s both have a pull request #%d: write %s#%d",
			pulls[0].Repository.Name, pulls[1].Repository.Name, ref.PullRequest, pulls[0].Repository.Name, ref.PullRequest)
	}
	return model.NewCommitResult(ref.String(), known), nil
}
