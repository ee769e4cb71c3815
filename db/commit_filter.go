package db

import (
	"context"
	"time"

	"github.com/landfall-dev/landfall/model"
)

// The newest of all repositories are among the newest of each.
const commitsOfOrganization = `
SELECT 1 AS parent, ` + commitColumns + `
FROM repositories cr
CROSS JOIN LATERAL (
  SELECT * FROM commits c
  WHERE c.organization_id = $1 AND c.repository_id = cr.id
    AND c.committed_at >= $2 AND c.committed_at < $3 AND (c.committed_at, c.sha, c.repository_id) < ($4, $5, $6)
  ORDER BY c.committed_at DESC, c.sha DESC LIMIT $7) c
WHERE cr.organization_id = $1 AND ($8 = 0 OR cr.id = $8)
ORDER BY c.committed_at DESC, c.sha DESC, c.repository_id DESC LIMIT $7`

const commitsOfAuthor = `
SELECT 1 AS parent, ` + commitColumns + `
FROM (
  SELECT * FROM commits c
  WHERE c.organization_id = $1 AND c.author_email = $9 AND c.author_email <> ''
    AND c.committed_at >= $2 AND c.committed_at < $3 AND (c.committed_at, c.sha, c.repository_id) < ($4, $5, $6)
    AND ($8 = 0 OR c.repository_id = $8)
  ORDER BY c.committed_at DESC, c.sha DESC, c.repository_id DESC LIMIT $7) c
JOIN repositories cr ON cr.organization_id = $1 AND cr.id = c.repository_id
ORDER BY c.committed_at DESC, c.sha DESC, c.repository_id DESC`

// CommitsOfOrganization returns a page of the commits of an organization that a filter
// fits, newest first; a nil one fits all. It returns KindNotFound for a repository that
// is not known.
func (db *DB) CommitsOfOrganization(ctx context.Context, org *model.Organization, filter *model.CommitFilter, p model.Page) (*model.CommitConnection, error) {
	if err := filter.Validate(); err != nil {
		return nil, err
	}
	at, sha, key, err := timeHexAndNumberBefore(p)
	if err != nil {
		return nil, err
	}
	args := []any{org.Key, "-infinity", "infinity", at, sha, key, p.First + 1, 0}
	statement := commitsOfOrganization
	if filter != nil {
		args[1], args[2] = timeOr(filter.Since, args[1]), timeOr(filter.Until, args[2])
		if filter.Repository != nil {
			repository, err := db.Repository(ctx, org, *filter.Repository)
			if err != nil {
				return nil, err
			}
			args[7] = repository.Key
		}
		if filter.AuthorEmail != nil {
			statement, args = commitsOfAuthor, append(args, model.CleanEmail(*filter.AuthorEmail))
		}
	}
	var rows []commitOfParent
	if err := db.read(ctx, &rows, statement, args...); err != nil {
		return nil, wrap(err, "commits")
	}
	commits := make([]*model.Commit, len(rows))
	for i := range rows {
		commits[i] = rows[i].commit(org)
	}
	return model.NewConnection(commits, p, commitOfOrganizationCursor), nil
}

// commitOfOrganizationCursor is the place of a commit among those of all repositories:
// forks have the same ones.
func commitOfOrganizationCursor(c *model.Commit) model.Cursor {
	return model.NewCursor(model.TimeKey(c.CommittedAt), string(c.SHA), model.IntKey(int64(c.Repository.Key)))
}

func timeOr(t *time.Time, otherwise any) any {
	if t == nil {
		return otherwise
	}
	return *t
}

const cherryPicksOfCommits = `
SELECT p.i AS parent, ` + commitColumns + `
FROM unnest($2::int[], $3::bigint[]) WITH ORDINALITY AS p(repository_id, id, i)
JOIN commits picked ON picked.organization_id = $1 AND picked.repository_id = p.repository_id AND picked.id = p.id
CROSS JOIN LATERAL (
  SELECT * FROM commits c
  WHERE c.organization_id = $1 AND c.repository_id = p.repository_id AND c.patch_id = picked.patch_id AND c.id <> p.id
    AND (c.committed_at, c.sha) < ($4, $5)
  ORDER BY c.committed_at DESC, c.sha DESC LIMIT $6) c
JOIN repositories cr ON cr.organization_id = $1 AND cr.id = c.repository_id
ORDER BY p.i, c.committed_at DESC, c.sha DESC`

// CherryPicksOfCommits returns a page of the other commits of the same repository that
// change the same as each commit does, by their patch ids, newest first.
func (db *DB) CherryPicksOfCommits(ctx context.Context, org *model.Organization, commits []*model.Commit, p model.Page) ([]*model.CommitConnection, error) {
	at, sha, err := timeAndHexBefore(p)
	if err != nil {
		return nil, err
	}
	repositories, keys := commitKeys(commits)
	var rows []commitOfParent
	if err := db.read(ctx, &rows, cherryPicksOfCommits, org.Key, repositories, keys, at, sha, p.First+1); err != nil {
		return nil, wrap(err, "cherry-picks")
	}
	groups := grouped(rows, len(commits), func(r *commitOfParent) int { return r.Parent })
	return connections(groups, p, func(r *commitOfParent) *model.Commit { return r.commit(org) }, model.CommitCursor), nil
}
