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
	CreatedAt      time.Time
}

func (r *repositoryRow) model(org *model.Organization) *model.Repository {
	return &model.Repository{
		OrganizationName: org.Name, Key: r.ID, Forge: model.Forge(r.Forge), Name: r.Name, URL: r.URL, CreatedAt: r.CreatedAt.UTC(),
	}
}

// ensureRepository returns a repository, and makes it known if it is not. told is
// the page that its forge tells; it replaces what was taken for it before. It is
// empty where nobody told.
func ensureRepository(ctx context.Context, idb bun.IDB, org *model.Organization, name, told string, now time.Time) (*model.Repository, error) {
	row := new(repositoryRow)
	// Looked for first: who inserts in vain burns a number and locks the row.
	err := idb.NewSelect().Model(row).Where("organization_id = ? AND name = ?", org.Key, name).Scan(ctx)
	if err == nil && (told == "" || told == row.URL) {
		return row.model(org), nil
	}
	if err != nil && model.KindOf(wrap(err, "repository")) != model.KindNotFound {
		return nil, wrap(err, fmt.Sprintf("repository %q", name))
	}
	url := told
	if url == "" {
		url = model.DefaultRepositoryURL(name)
	}
	row = &repositoryRow{OrganizationID: org.Key, Forge: string(model.ForgeGitHub), Name: name, URL: url, CreatedAt: now}
	_, err = idb.NewInsert().Model(row).
		On("CONFLICT ON CONSTRAINT repositories_name_key DO UPDATE").
		Set("url = CASE WHEN ? THEN excluded.url ELSE repository_row.url END", told != "").
		Returning("?Columns").Exec(ctx, row)
	if err != nil {
		return nil, wrap(err, fmt.Sprintf("repository %q", name))
	}
	return row.model(org), nil
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
