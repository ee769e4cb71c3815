package db

import (
	"context"
	"math"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// Only what was published is shown: a draft is not for everybody who may read the
// organization.
const releaseColumns = `
  l.id AS l_id, l.updated_at AS l_updated_at, l.published_at AS l_published_at, l.tag AS l_tag, l.name AS l_name, l.url AS l_url, ` + repositoryColumns

type releaseOfParent struct {
	Parent       int
	LID          int64      `bun:"l_id"`
	LUpdatedAt   time.Time  `bun:"l_updated_at"`
	LPublishedAt *time.Time `bun:"l_published_at"`
	LTag         string     `bun:"l_tag"`
	LName        string     `bun:"l_name"`
	LURL         string     `bun:"l_url"`
	ofRepository
}

func (r *releaseOfParent) release(org *model.Organization) *model.Release {
	return &model.Release{
		Repository: r.repository(org), Key: r.LID, Tag: r.LTag, Name: r.LName, URL: r.LURL, State: model.ReleasePublished,
		PublishedAt: utc(r.LPublishedAt), UpdatedAt: r.LUpdatedAt.UTC(),
	}
}

const releasesOfRepositories = `
SELECT p.i AS parent, ` + releaseColumns + `
FROM unnest($2::int[]) WITH ORDINALITY AS p(repository_id, i)
CROSS JOIN LATERAL (
  SELECT * FROM releases l
  WHERE l.organization_id = $1 AND l.repository_id = p.repository_id AND l.id < $3 AND l.state = 2
  ORDER BY l.id DESC LIMIT $4) l
JOIN repositories r ON r.organization_id = $1 AND r.id = l.repository_id
ORDER BY p.i, l.id DESC`

// ReleasesOfRepositories returns a page of the published releases of each
// repository, those that were made last first.
func (db *DB) ReleasesOfRepositories(ctx context.Context, org *model.Organization, repositories []int, p model.Page) ([]*model.ReleaseConnection, error) {
	before := int64(math.MaxInt64)
	if p.After != "" {
		key, err := p.After.Key(1)
		if err != nil {
			return nil, err
		}
		if before, err = model.ParseIntKey(key[0]); err != nil {
			return nil, err
		}
	}
	var rows []releaseOfParent
	if err := db.read(ctx, &rows, releasesOfRepositories, org.Key, pq.Array(repositories), before, p.First+1); err != nil {
		return nil, wrap(err, "releases")
	}
	groups := grouped(rows, len(repositories), func(r *releaseOfParent) int { return r.Parent })
	return connections(groups, p, func(r *releaseOfParent) *model.Release { return r.release(org) },
		func(r *model.Release) model.Cursor { return model.NewCursor(model.IntKey(r.Key)) }), nil
}

// Release returns a published release of a repository. It returns KindNotFound.
func (db *DB) Release(ctx context.Context, org *model.Organization, repository string, key int64) (*model.Release, error) {
	var rows []releaseOfParent
	err := db.read(ctx, &rows, `
SELECT 1 AS parent, `+releaseColumns+`
FROM repositories r JOIN releases l ON l.organization_id = $1 AND l.repository_id = r.id AND l.id = $3 AND l.state = 2
WHERE r.organization_id = $1 AND r.name = $2`, org.Key, repository, key)
	if err != nil {
		return nil, wrap(err, "release")
	}
	if len(rows) == 0 {
		return nil, model.Errorf(model.KindNotFound, "the release does not exist")
	}
	return rows[0].release(org), nil
}
