package db

import (
	"context"
	"strings"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// repositoryColumns are the columns of a repository r, for what belongs to one.
const repositoryColumns = `
  r.id AS r_id, r.name AS r_name, r.url AS r_url, r.forge AS r_forge, r.created_at AS r_created_at`

type ofRepository struct {
	RID        *int       `bun:"r_id"`
	RName      *string    `bun:"r_name"`
	RURL       *string    `bun:"r_url"`
	RForge     *string    `bun:"r_forge"`
	RCreatedAt *time.Time `bun:"r_created_at"`
}

func (r *ofRepository) repository(org *model.Organization) *model.Repository {
	return newRepository(org, r.RID, r.RForge, r.RName, r.RURL, r.RCreatedAt)
}

// Where a ref, names.ref of the repository p.repository_id, points to follows from its
// moves: of those of the newest moment the one that no other goes on from, and of
// several the greatest. One that was deleted points nowhere: after is empty then.
const headOfRef = `
    SELECT m.at, m.after FROM ref_moves m
    WHERE m.organization_id = $1 AND m.repository_id = p.repository_id AND m.ref = names.ref
      AND m.at = (SELECT n.at FROM ref_moves n
                  WHERE n.organization_id = $1 AND n.repository_id = p.repository_id AND n.ref = names.ref ORDER BY n.at DESC LIMIT 1)
    ORDER BY EXISTS (SELECT FROM ref_moves n
                     WHERE n.organization_id = $1 AND n.repository_id = p.repository_id AND n.ref = names.ref
                       AND n.at = m.at AND n.before = m.after AND n.after <> m.after), m.after DESC
    LIMIT 1`

// The names are walked one by one, each found by the index, so that a branch that
// moved often costs no more than one that moved once; the walk goes on only as far
// as the page does.
const refsOfRepositories = `
SELECT p.i AS parent, h.ref, h.at, h.after, ` + repositoryColumns + `
FROM unnest($2::int[]) WITH ORDINALITY AS p(repository_id, i)
CROSS JOIN LATERAL (
  WITH RECURSIVE names AS (
    (SELECT m.ref FROM ref_moves m
     WHERE m.organization_id = $1 AND m.repository_id = p.repository_id AND m.ref > $4
     ORDER BY m.ref LIMIT 1)
    UNION ALL
    SELECT (SELECT m.ref FROM ref_moves m
            WHERE m.organization_id = $1 AND m.repository_id = p.repository_id AND m.ref > names.ref
            ORDER BY m.ref LIMIT 1)
    FROM names WHERE starts_with(names.ref, $3)
  )
  SELECT names.ref, head.at, head.after FROM names
  CROSS JOIN LATERAL (` + headOfRef + `) head
  WHERE head.after <> '' AND starts_with(names.ref, $3) LIMIT $5) h
JOIN repositories r ON r.organization_id = $1 AND r.id = p.repository_id
ORDER BY p.i, h.ref`

type refOfParent struct {
	Parent int
	Ref    string
	At     time.Time
	After  []byte
	ofRepository
}

// RefsOfRepositories returns a page of the branches or the tags of each repository,
// by name. The prefix says which: model.BranchPrefix or model.TagPrefix.
func (db *DB) RefsOfRepositories(ctx context.Context, org *model.Organization, repositories []int, prefix string, p model.Page) ([]*model.RefConnection, error) {
	after, err := nameAfter(p)
	if err != nil {
		return nil, err
	}
	var rows []refOfParent
	err = db.read(ctx, &rows, refsOfRepositories, org.Key, pq.Array(repositories), prefix, prefix+after, p.First+1)
	if err != nil {
		return nil, wrap(err, "branches and tags")
	}
	groups := grouped(rows, len(repositories), func(r *refOfParent) int { return r.Parent })
	return connections(groups, p, func(r *refOfParent) *model.Ref {
		return &model.Ref{
			Repository: r.repository(org), Name: strings.TrimPrefix(r.Ref, prefix), HeadSha: model.CommitSHAOf(r.After), MovedAt: r.At.UTC(),
		}
	}, func(r *model.Ref) model.Cursor { return model.NewCursor(r.Name) }), nil
}

// CommitOf names a commit of a repository by its whole SHA.
type CommitOf struct {
	Repository *model.Repository
	SHA        model.CommitSHA
}

// Commits returns commits by their SHAs, nil where one is not known.
func (db *DB) Commits(ctx context.Context, org *model.Organization, asked []CommitOf) ([]*model.Commit, error) {
	queries := make([]CommitQuery, len(asked))
	for i, a := range asked {
		queries[i] = CommitQuery{RepositoryKey: a.Repository.Key, Prefix: string(a.SHA)}
	}
	found, err := db.CommitsByPrefix(ctx, org, queries)
	if err != nil {
		return nil, err
	}
	commits := make([]*model.Commit, len(asked))
	for i, fitting := range found {
		for _, c := range fitting {
			if c.SHA == asked[i].SHA {
				commits[i] = c
			}
		}
	}
	return commits, nil
}
