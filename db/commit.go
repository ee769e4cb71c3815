package db

import (
	"context"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// commitColumns are the columns of a commit c and its repository cr, as every
// statement that shows commits selects them.
const commitColumns = `
  c.id AS c_id, c.sha AS c_sha, c.subject AS c_subject, c.author_name AS c_author, c.author_email AS c_email,
  c.issue_keys AS c_issues, c.committed_at AS c_committed_at,
  ARRAY(SELECT encode(parent, 'hex') FROM unnest(c.parents) AS parent) AS c_parents, c.parents_complete AS c_complete,
  cr.id AS cr_id, cr.name AS cr_name, cr.url AS cr_url, cr.forge AS cr_forge, cr.created_at AS cr_created_at`

type commitRow struct {
	CID          *int64     `bun:"c_id"`
	CSHA         []byte     `bun:"c_sha"`
	CSubject     *string    `bun:"c_subject"`
	CAuthor      *string    `bun:"c_author"`
	CEmail       *string    `bun:"c_email"`
	CIssues      []string   `bun:"c_issues,array"`
	CCommittedAt *time.Time `bun:"c_committed_at"`
	CParents     []string   `bun:"c_parents,array"`
	CComplete    *bool      `bun:"c_complete"`
	CrID         *int       `bun:"cr_id"`
	CrName       *string    `bun:"cr_name"`
	CrURL        *string    `bun:"cr_url"`
	CrForge      *string    `bun:"cr_forge"`
	CrCreatedAt  *time.Time `bun:"cr_created_at"`
}

// commit returns the commit, and nil where the row has none.
func (r *commitRow) commit(org *model.Organization) *model.Commit {
	if r.CID == nil {
		return nil
	}
	c := &model.Commit{
		Key: *r.CID, SHA: model.CommitSHAOf(r.CSHA), Subject: *r.CSubject, AuthorName: *r.CAuthor, AuthorEmail: *r.CEmail,
		IssueKeys: orEmpty(r.CIssues), CommittedAt: r.CCommittedAt.UTC(), Parents: []model.CommitSHA{}, ParentsComplete: *r.CComplete,
		Repository: newRepository(org, r.CrID, r.CrForge, r.CrName, r.CrURL, r.CrCreatedAt),
	}
	for _, p := range r.CParents {
		c.Parents = append(c.Parents, model.CommitSHA(p))
	}
	return c
}

// newRepository returns the repository of an outer join, nil where there is none.
func newRepository(org *model.Organization, id *int, forge, name, url *string, created *time.Time) *model.Repository {
	if id == nil {
		return nil
	}
	return &model.Repository{OrganizationName: org.Name, Key: *id, Forge: model.Forge(*forge), Name: *name, URL: *url, CreatedAt: created.UTC()}
}

// commitSHAs are the SHAs of commits and the keys of their repositories, as
// parameters of a statement.
func commitSHAs(commits []*model.Commit) (shas, repositories any) {
	s, r := make(pq.ByteaArray, len(commits)), make([]int64, len(commits))
	for i, c := range commits {
		s[i], r[i] = c.SHA.Bytes(), int64(c.Repository.Key)
	}
	return s, pq.Array(r)
}

type commitOfParent struct {
	Parent int
	commitRow
}

// CommitQuery asks for the commits that a prefix of a SHA fits, in one repository
// or, if its key is 0, in all.
type CommitQuery struct {
	RepositoryKey int
	Prefix        string
}

// CommitQueryOf asks for the commits that fit what was said of an artifact.
func CommitQueryOf(a *model.Artifact) CommitQuery {
	q := CommitQuery{Prefix: a.CommitPrefix}
	if a.Repository != nil {
		q.RepositoryKey = a.Repository.Key
	}
	return q
}

const commitsByPrefix = `
SELECT p.i AS parent, ` + commitColumns + `
FROM unnest($2::text[], $3::int[]) WITH ORDINALITY AS p(prefix, repository_id, i)
CROSS JOIN LATERAL (
  SELECT * FROM commits c
  WHERE c.organization_id = $1 AND c.sha BETWEEN prefix_low(p.prefix) AND prefix_high(p.prefix)
    AND (p.repository_id = 0 OR c.repository_id = p.repository_id)
  ORDER BY c.sha, c.repository_id LIMIT $4) c
JOIN repositories cr ON cr.organization_id = $1 AND cr.id = c.repository_id
ORDER BY p.i, c.sha, cr.name`

// CommitsByPrefix returns for each query the commits that it fits, at most
// model.MaxCandidates of them, by SHA and repository.
func (db *DB) CommitsByPrefix(ctx context.Context, org *model.Organization, queries []CommitQuery) ([][]*model.Commit, error) {
	prefixes, repositories := make([]string, len(queries)), make([]int64, len(queries))
	for i, q := range queries {
		prefixes[i], repositories[i] = q.Prefix, int64(q.RepositoryKey)
	}
	var rows []commitOfParent
	err := db.read(ctx, &rows, commitsByPrefix, org.Key, pq.Array(prefixes), pq.Array(repositories), model.MaxCandidates)
	if err != nil {
		return nil, wrap(err, "commits")
	}
	found := make([][]*model.Commit, len(queries))
	for i := range rows {
		p := rows[i].Parent - 1
		found[p] = append(found[p], rows[i].commit(org))
	}
	return found, nil
}

const commitsByKey = `
SELECT p.i AS parent, ` + commitColumns + `
FROM unnest($2::int[], $3::bigint[]) WITH ORDINALITY AS p(repository_id, id, i)
JOIN commits c ON c.organization_id = $1 AND c.repository_id = p.repository_id AND c.id = p.id
JOIN repositories cr ON cr.organization_id = $1 AND cr.id = c.repository_id`

// ReadCommits reads all that is known of commits of which the key and the key of the
// repository are known.
func (db *DB) ReadCommits(ctx context.Context, org *model.Organization, commits []*model.Commit) error {
	repositories, keys := commitKeys(commits)
	var rows []commitOfParent
	if err := db.read(ctx, &rows, commitsByKey, org.Key, repositories, keys); err != nil {
		return wrap(err, "commits")
	}
	for i := range rows {
		*commits[rows[i].Parent-1] = *rows[i].commit(org)
	}
	return nil
}

const commitsOfRepositories = `
SELECT p.i AS parent, ` + commitColumns + `
FROM unnest($2::int[]) WITH ORDINALITY AS p(repository_id, i)
CROSS JOIN LATERAL (
  SELECT * FROM commits c
  WHERE c.organization_id = $1 AND c.repository_id = p.repository_id AND (c.committed_at, c.sha) < ($3, $4)
  ORDER BY c.committed_at DESC, c.sha DESC LIMIT $5) c
JOIN repositories cr ON cr.organization_id = $1 AND cr.id = c.repository_id
ORDER BY p.i, c.committed_at DESC, c.sha DESC`

// CommitsOfRepositories returns a page of the commits of each repository, newest
// first.
func (db *DB) CommitsOfRepositories(ctx context.Context, org *model.Organization, repositories []int, p model.Page) ([]*model.CommitConnection, error) {
	at, sha, err := timeAndHexBefore(p)
	if err != nil {
		return nil, err
	}
	var rows []commitOfParent
	err = db.read(ctx, &rows, commitsOfRepositories, org.Key, pq.Array(repositories), at, sha, p.First+1)
	if err != nil {
		return nil, wrap(err, "commits")
	}
	groups := grouped(rows, len(repositories), func(r *commitOfParent) int { return r.Parent })
	return connections(groups, p, func(r *commitOfParent) *model.Commit { return r.commit(org) }, model.CommitCursor), nil
}
