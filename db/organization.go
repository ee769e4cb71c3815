package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

type organizationRow struct {
	bun.BaseModel `bun:"organizations"`

	ID        int `bun:",pk,autoincrement"`
	Name      string
	Public    bool
	CreatedAt time.Time

	CreatesEnvironments bool
}

func (r *organizationRow) model() *model.Organization {
	return &model.Organization{Key: r.ID, Name: r.Name, Public: r.Public, CreatedAt: r.CreatedAt.UTC(), CreatesEnvironments: r.CreatesEnvironments}
}

// HasOrganizations reports whether there is any organization yet.
func (db *DB) HasOrganizations(ctx context.Context) (bool, error) {
	there, err := db.bun.NewSelect().Model((*organizationRow)(nil)).Exists(ctx)
	return there, wrap(err, "organizations")
}

// Bootstrap creates an organization and its first token, for an administrator,
// if there is no organization of that name. Otherwise it changes nothing. It
// returns KindInvalid for a name that cannot be.
func (db *DB) Bootstrap(ctx context.Context, name, secret string) (created bool, err error) {
	if err := model.ValidateName("organization", name); err != nil {
		return false, err
	}
	now := db.now()
	err = db.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		row := &organizationRow{Name: name, CreatedAt: now}
		_, err := tx.NewInsert().Model(row).On("CONFLICT (name) DO NOTHING").Returning("id").Exec(ctx, row)
		if errors.Is(err, sql.ErrNoRows) {
			return nil // it is there
		}
		if err != nil {
			return wrap(err, fmt.Sprintf("organization %q", name))
		}
		created = true
		token := newTokenRow(row.ID, "bootstrap", model.RoleAdmin, nil, secret, now)
		return insertToken(ctx, tx, token)
	})
	return created, err
}

// Organization returns an organization by name. It returns KindNotFound.
func (db *DB) Organization(ctx context.Context, name string) (*model.Organization, error) {
	row := new(organizationRow)
	err := sql.ErrNoRows
	if model.ValidateName("organization", name) == nil { // bun writes any name into the statement, and some would break it
		err = db.bun.NewSelect().Model(row).Where("name = ?", name).Scan(ctx)
	}
	if err != nil {
		return nil, wrap(err, fmt.Sprintf("organization %q", name))
	}
	return row.model(), nil
}

const publicOrganizations = `
SELECT id, name, public, created_at, creates_environments
FROM organizations WHERE public AND id <> $1 AND name > $2 ORDER BY name LIMIT $3`

// Organizations returns a page of the organizations that the callers of one may read: it
// itself first, and then others that are public, by name.
func (db *DB) Organizations(ctx context.Context, own *model.Organization, p model.Page) (*model.OrganizationConnection, error) {
	organizations, after := []*model.Organization{own}, ""
	if p.After != "" {
		key, err := p.After.Key(2)
		if err != nil {
			return nil, err
		}
		if organizations = nil; key[0] != "" { // after another one than its own
			after = key[1]
		}
	}
	var rows []organizationRow
	if err := db.read(ctx, &rows, publicOrganizations, own.Key, after, p.First+1); err != nil {
		return nil, wrap(err, "organizations")
	}
	for i := range rows {
		organizations = append(organizations, rows[i].model())
	}
	if len(organizations) > p.First+1 { // one more than is asked for says that there is more
		organizations = organizations[:p.First+1]
	}
	return model.NewConnection(organizations, p, func(o *model.Organization) model.Cursor {
		if o.Key == own.Key {
			return model.NewCursor("", o.Name)
		}
		return model.NewCursor("public", o.Name)
	}), nil
}

// UpdateOrganization changes what the input names: who can read an organization,
// and whether a report for an unknown environment makes it.
func (db *DB) UpdateOrganization(ctx context.Context, org *model.Organization, in model.UpdateOrganizationInput) (*model.Organization, error) {
	var public *bool
	if in.Visibility != nil {
		is := *in.Visibility == model.VisibilityPublic
		public = &is
	}
	row := new(organizationRow)
	err := db.bun.NewRaw(`
		UPDATE organizations SET public = coalesce(?::boolean, public), creates_environments = coalesce(?::boolean, creates_environments)
		WHERE id = ? RETURNING id, name, public, created_at, creates_environments`, public, in.CreatesEnvironments, org.Key).Scan(ctx, row)
	if err != nil {
		return nil, wrap(err, fmt.Sprintf("organization %q", org.Name))
	}
	return row.model(), nil
}
