package db

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

type repositoryRow struct {
	bun.BaseModel `bun:"repositories"`

	OrganizationID int
	ID             int `bun:",autoincrement"`
	Forge          string
	Name           string
	URL            string
	Told           bool
	CreatedAt      time.Time
}

func (r *repositoryRow) model(org *model.Organization) *model.Repository {
	return &model.Repository{
		OrganizationName: org.Name, Key: r.ID, Forge: model.Forge(r.Forge), Name: r.Name, URL: r.URL, CreatedAt: r.CreatedAt.UTC(),
	}
}

// ensureRepository returns a repository, and makes it known if it is not: its forge
// and page are taken from its name until a forge tells, see tellRepository.
func ensureRepository(ctx context.Context, idb bun.IDB, org *model.Organization, name string, now time.Time) (*repositoryRow, error) {
	row := new(repositoryRow)
	// Looked for first: who inserts in vain burns a number and locks the row.
	err := wrap(idb.NewSelect().Model(row).Where("organization_id = ? AND name = ?", org.Key, name).Scan(ctx), fmt.Sprintf("repository %q", name))
	if model.KindOf(err) != model.KindNotFound {
		return row, err
	}
	row = &repositoryRow{OrganizationID: org.Key, Forge: string(model.ForgeGitHub), Name: name, URL: model.DefaultRepositoryURL(name), CreatedAt: now}
	_, err = idb.NewInsert().Model(row).
		On("CONFLICT ON CONSTRAINT repositories_name_key DO UPDATE").Set("name = repository_row.name").
		Returning("?Columns").Exec(ctx, row)
	return row, wrap(err, fmt.Sprintf("repository %q", name))
}

// tellRepository returns a repository that a forge tells of. why says why it is
// not the one that is known by its name; it is empty if it is.
func tellRepository(ctx context.Context, idb bun.IDB, org *model.Organization, told model.Repository, now time.Time) (repository *model.Repository, why string, err error) {
	row, err := ensureRepository(ctx, idb, org, told.Name, now)
	if err != nil {
		return nil, "", err
	}
	if row.Told && row.Forge == string(told.Forge) && row.URL == told.URL {
		return row.model(org), "", nil
	}
	// The forge that tells of it first keeps the name; its page may move.
	err = idb.NewRaw(`
		UPDATE repositories SET told = true, forge = CASE WHEN told THEN forge ELSE ? END, url = CASE WHEN told AND forge <> ? THEN url ELSE ? END
		WHERE organization_id = ? AND id = ? RETURNING *`,
		string(told.Forge), string(told.Forge), told.URL, org.Key, row.ID).Scan(ctx, row)
	if err == nil && row.Forge != string(told.Forge) {
		why = fmt.Sprintf("%s is a repository of %s here, and not of %s", told.Name, model.Forge(row.Forge).Title(), told.Forge.Title())
	}
	return row.model(org), why, wrap(err, fmt.Sprintf("repository %q", told.Name))
}

// Repository returns a repository by its name with owner. It returns
// KindNotFound.
func (db *DB) Repository(ctx context.Context, org *model.Organization, name string) (*model.Repository, error) {
	row := new(repositoryRow)
	err := sql.ErrNoRows
	if model.ValidateRepositoryName(name) == nil { // bun writes any name into the statement, and some would break it
		err = db.bun.NewSelect().Model(row).Where("organization_id = ? AND name = ?", org.Key, name).Scan(ctx)
	}
	if err != nil {
		return nil, wrap(err, fmt.Sprintf("repository %q", name))
	}
	return row.model(org), nil
}

// Repositories returns the repositories of an organization, by name.
func (db *DB) Repositories(ctx context.Context, org *model.Organization, p model.Page) (*model.RepositoryConnection, error) {
	after, err := nameAfter(p)
	if err != nil {
		return nil, err
	}
	var rows []repositoryRow
	err = db.bun.NewSelect().Model(&rows).
		Where("organization_id = ? AND name > ?", org.Key, after).
		Order("name").Limit(int64(p.First) + 1).Scan(ctx)
	if err != nil {
		return nil, wrap(err, "repositories")
	}
	repositories := make([]*model.Repository, len(rows))
	for i := range rows {
		repositories[i] = rows[i].model(org)
	}
	return model.NewConnection(repositories, p, func(r *model.Repository) model.Cursor {
		return model.NewCursor(r.Name)
	}), nil
}
