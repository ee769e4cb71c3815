package db

import (
	"context"
	"strings"
	"time"

	"github.com/lib/pq"
	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// commitFact is what one source tells of one commit.
type commitFact struct {
	org, repository int
	sha             model.CommitSHA
	parents         []model.CommitSHA
	complete        bool
	subject         string
	author          string
	email           string // as model.CleanEmail makes it
	issueKeys       []string
	patchID         *model.CommitSHA
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
			subject: model.Subject(c.Subject), author: model.CleanText(c.AuthorName, 200), email: model.CleanEmail(c.AuthorEmail),
			issueKeys: c.IssueKeys(), patchID: c.PatchID,
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

// Lists in lists are written as text: SHAs and keys of issues with spaces between them,
// and paths with a control character that no path has.
const pathSeparator = "\x1f"

// writeCommits adds what is told of commits. What git itself says, with parents,
// goes before what a forge says, without; of what two say that are alike the
// greater stays, so that the order in which they say it does not matter. Of the keys of
// issues, too: those of a part of a message begin those of the whole.
const writeCommits = `
INSERT INTO commits AS c (organization_id, repository_id, sha, parents, parents_complete, committed_at, subject, author_name, paths, author_email, issue_keys, patch_id)
SELECT organization_id, repository_id, sha,
       ARRAY(SELECT decode(parent, 'hex') FROM unnest(string_to_array(nullif(parents, ''), ' ')) AS parent),
       complete, committed_at, subject, author, string_to_array(paths, E'\x1f'),
       email, string_to_array(issue_keys, ' '), nullif(patch_id, '')
FROM unnest($1::int[], $2::int[], $3::bytea[], $4::text[], $5::boolean[], $6::timestamptz[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::bytea[])
  AS c(organization_id, repository_id, sha, parents, complete, committed_at, subject, author, paths, email, issue_keys, patch_id)
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
  author_email = greatest(c.author_email, excluded.author_email),
  issue_keys = greatest(c.issue_keys, excluded.issue_keys),
  patch_id = greatest(c.patch_id, excluded.patch_id),
  paths = CASE WHEN c.paths IS NULL OR excluded.paths IS NULL THEN coalesce(c.paths, excluded.paths)
               ELSE ARRAY(SELECT DISTINCT path COLLATE "C" FROM unnest(c.paths || excluded.paths) AS path ORDER BY 1) END
WHERE (excluded.parents_complete AND NOT c.parents_complete)
   OR (excluded.parents_complete = c.parents_complete AND (excluded.parents > c.parents OR excluded.committed_at < c.committed_at))
   OR excluded.subject COLLATE "C" > c.subject OR excluded.author_name COLLATE "C" > c.author_name
   OR excluded.author_email > c.author_email OR excluded.issue_keys > c.issue_keys
   OR (excluded.patch_id IS NOT NULL AND (c.patch_id IS NULL OR excluded.patch_id > c.patch_id))
   OR (excluded.paths IS NOT NULL AND (c.paths IS NULL OR NOT c.paths @> excluded.paths))
RETURNING xmax = 0 AS added`

// writeCommits writes commits, no two of which are the same, and returns how many
// were new.
func (db *DB) writeCommits(ctx context.Context, tx bun.Tx, told []commitFact) (int, error) {
	var c commitArrays
	for _, fact := range told {
		c.add(fact)
	}
	var rows []struct{ Added bool }
	err := db.readIn(ctx, tx, &rows, writeCommits, pq.Array(c.orgs), pq.Array(c.repositories), c.shas, pq.Array(c.parents), pq.Array(c.complete),
		pq.Array(c.times), pq.Array(c.subjects), pq.Array(c.authors), pq.Array(c.paths), pq.Array(c.emails), pq.Array(c.issueKeys), c.patchIDs)
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

// commitArrays are the columns of commits, as parameters of a statement.
type commitArrays struct {
	orgs, repositories                                   []int64
	shas, patchIDs                                       pq.ByteaArray
	parents, times, subjects, authors, emails, issueKeys []string
	complete                                             []bool
	paths                                                []*string
}

func (a *commitArrays) add(c commitFact) {
	a.orgs, a.repositories = append(a.orgs, int64(c.org)), append(a.repositories, int64(c.repository))
	a.shas, a.complete = append(a.shas, c.sha.Bytes()), append(a.complete, c.complete)
	parents := make([]string, len(c.parents))
	for i, p := range c.parents {
		parents[i] = string(p)
	}
	a.parents, a.times = append(a.parents, strings.Join(parents, " ")), append(a.times, *timeText(&c.committedAt))
	a.subjects, a.authors, a.emails = append(a.subjects, c.subject), append(a.authors, c.author), append(a.emails, c.email)
	a.issueKeys = append(a.issueKeys, strings.Join(c.issueKeys, " "))
	var paths *string
	if c.pathsKnown {
		joined := strings.Join(c.paths, pathSeparator)
		paths = &joined
	}
	a.paths = append(a.paths, paths)
	var patch []byte
	if c.patchID != nil {
		patch = c.patchID.Bytes()
	}
	a.patchIDs = append(a.patchIDs, patch)
}
