package db

import (
	"context"
	"strings"
	"time"

	"github.com/lib/pq"
	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// commitColumns are the columns of a commit c and its repository cr, as every
// statement that shows commits selects them.
const commitColumns = `
  c.id AS c_id, c.sha AS c_sha, c.subject AS c_subject, c.author_name AS c_author, c.committed_at AS c_committed_at,
  ARRAY(SELECT encode(parent, 'hex') FROM unnest(c.parents) AS parent) AS c_parents, c.parents_complete AS c_complete,
  cr.id AS cr_id, cr.name AS cr_name, cr.url AS cr_url, cr.forge AS cr_forge, cr.created_at AS cr_created_at`

type commitRow struct {
	CID          *int64     `bun:"c_id"`
	CSHA         []byte     `bun:"c_sha"`
	CSubject     *string    `bun:"c_subject"`
	CAuthor      *string    `bun:"c_author"`
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
		Key: *r.CID, SHA: model.CommitSHAOf(r.CSHA), Subject: *r.CSubject, AuthorName: *r.CAuthor,
		CommittedAt: r.CCommittedAt.UTC(), Parents: []model.CommitSHA{}, ParentsComplete: *r.CComplete,
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

// CommitByRef returns what a reference to a commit leads to. It returns
// KindNotFound.
func (db *DB) CommitByRef(ctx context.Context, org *model.Organization, ref model.CommitRef) (model.CommitResult, error) {
	if ref.PullRequest != 0 {
		return db.commitByPullRequest(ctx, org, ref)
	}
	query := CommitQuery{Prefix: ref.Prefix}
	where := "organization " + org.Name
	if ref.Repository != "" {
		repository, err := db.Repository(ctx, org, ref.Repository)
		if err != nil {
			return nil, err
		}
		query.RepositoryKey, where = repository.Key, "repository "+repository.Name
	}
	found, err := db.CommitsByPrefix(ctx, org, []CommitQuery{query})
	if err != nil {
		return nil, err
	}
	if len(found[0]) == 0 {
		return nil, model.Errorf(model.KindNotFound, "no commit of %s begins with %s; commits become known by push webhooks and by reportCommits", where, ref.Prefix)
	}
	return model.NewCommitResult(ref.String(), found[0]), nil
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

// commitFact is what one source tells of one commit.
type commitFact struct {
	org, repository int
	sha             model.CommitSHA
	parents         []model.CommitSHA
	complete        bool
	subject         string
	author          string
	committedAt     time.Time
	paths           []string
	pathsKnown      bool
}

// ReportCommits makes commits of a repository known, and the repository too. A
// commit may be told of any number of times: what git itself says (with parents)
// replaces what a forge said (without), and nothing else changes. It returns
// KindInvalid for input out of bounds.
func (db *DB) ReportCommits(ctx context.Context, org *model.Organization, in model.ReportCommitsInput) (*model.ReportCommitsPayload, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	told := make([]commitFact, len(in.Commits))
	for i, c := range in.Commits {
		told[i] = commitFact{
			org: org.Key, sha: c.SHA, parents: c.Parents, complete: c.ParentsComplete, committedAt: c.CommittedAt,
			subject: model.Subject(c.Subject), author: model.CleanText(c.AuthorName, 200),
		}
		if c.Paths != nil {
			told[i].paths, told[i].pathsKnown = model.CommitPaths(c.Paths)
		}
	}
	out := new(model.ReportCommitsPayload)
	err := db.inTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		row, err := ensureRepository(ctx, tx, org, in.Repository, db.now())
		if err != nil {
			return err
		}
		out.Repository = row.model(org)
		for i := range told {
			told[i].repository = out.Repository.Key
		}
		for _, round := range rounds(told, commitFact.key, commitKey.compare) {
			added, err := db.writeCommits(ctx, tx, round)
			if err != nil {
				return err
			}
			out.Added += added
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Lists in lists are written as text: SHAs with spaces between them, and paths with
// a control character that no path has.
const pathSeparator = "\x1f"

// writeCommits adds what is told of commits. What git itself says, with parents,
// goes before what a forge says, without; of what two say that are alike the
// greater stays, so that the order in which they say it does not matter.
const writeCommits = `
INSERT INTO commits AS c (organization_id, repository_id, sha, parents, parents_complete, committed_at, subject, author_name, paths)
SELECT organization_id, repository_id, sha,
       ARRAY(SELECT decode(parent, 'hex') FROM unnest(string_to_array(nullif(parents, ''), ' ')) AS parent),
       complete, committed_at, subject, author, string_to_array(paths, E'\x1f')
FROM unnest($1::int[], $2::int[], $3::bytea[], $4::text[], $5::boolean[], $6::timestamptz[], $7::text[], $8::text[], $9::text[])
  AS c(organization_id, repository_id, sha, parents, complete, committed_at, subject, author, paths)
ON CONFLICT ON CONSTRAINT commits_sha_key DO UPDATE SET
  changed = pg_current_xact_id(),
  parents_complete = c.parents_complete OR excluded.parents_complete,
  parents = CASE WHEN c.parents_complete AND NOT excluded.parents_complete THEN c.parents
                 WHEN excluded.parents_complete AND NOT c.parents_complete THEN excluded.parents
                 ELSE greatest(c.parents, excluded.parents) END,
  committed_at = CASE WHEN c.parents_complete AND NOT excluded.parents_complete THEN c.committed_at
                      WHEN excluded.parents_complete AND NOT c.parents_complete THEN excluded.committed_at
                      ELSE least(c.committed_at, excluded.committed_at) END,
  subject = greatest(c.subject COLLATE "C", excluded.subject COLLATE "C"),
  author_name = greatest(c.author_name COLLATE "C", excluded.author_name COLLATE "C"),
  paths = CASE WHEN c.paths IS NULL OR excluded.paths IS NULL THEN coalesce(c.paths, excluded.paths)
               ELSE ARRAY(SELECT DISTINCT path COLLATE "C" FROM unnest(c.paths || excluded.paths) AS path ORDER BY 1) END
WHERE (excluded.parents_complete AND NOT c.parents_complete)
   OR (excluded.parents_complete = c.parents_complete AND (excluded.parents > c.parents OR excluded.committed_at < c.committed_at))
   OR excluded.subject COLLATE "C" > c.subject OR excluded.author_name COLLATE "C" > c.author_name
   OR (excluded.paths IS NOT NULL AND (c.paths IS NULL OR NOT c.paths @> excluded.paths))
RETURNING xmax = 0 AS added`

// writeCommits writes commits, no two of which are the same, and returns how many
// were new.
func (db *DB) writeCommits(ctx context.Context, tx bun.Tx, told []commitFact) (int, error) {
	var (
		orgs, repositories                []int64
		shas                              pq.ByteaArray
		parents, times, subjects, authors []string
		complete                          []bool
		paths                             []*string
	)
	for _, c := range told {
		orgs, repositories = append(orgs, int64(c.org)), append(repositories, int64(c.repository))
		shas, complete = append(shas, c.sha.Bytes()), append(complete, c.complete)
		said := make([]string, len(c.parents))
		for i, p := range c.parents {
			said[i] = string(p)
		}
		parents, times = append(parents, strings.Join(said, " ")), append(times, *timeText(&c.committedAt))
		subjects, authors = append(subjects, c.subject), append(authors, c.author)
		var touched *string
		if c.pathsKnown {
			joined := strings.Join(c.paths, pathSeparator)
			touched = &joined
		}
		paths = append(paths, touched)
	}
	var rows []struct{ Added bool }
	err := db.readIn(ctx, tx, &rows, writeCommits, pq.Array(orgs), pq.Array(repositories), shas, pq.Array(parents), pq.Array(complete),
		pq.Array(times), pq.Array(subjects), pq.Array(authors), pq.Array(paths))
	if err != nil {
		return 0, wrap(err, "commits")
	}
	added := 0
	for _, row := range rows {
		if row.Added {
			added++
		}
	}
	return added, nil
}
