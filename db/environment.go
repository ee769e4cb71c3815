package db

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"
	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// environmentColumns are the columns of an environment en and its head h.
const environmentColumns = `
  en.id AS en_id, en.name AS en_name, en.type AS en_type, en.description AS en_description, en.created_at AS en_created_at,
  h.number AS en_newest, nullif(h.reported_at, '-infinity') AS en_reported_at, nullif(h.observed_at, '-infinity') AS en_observed_at`

type environmentRow struct {
	EnID          *int       `bun:"en_id"`
	EnName        *string    `bun:"en_name"`
	EnType        *string    `bun:"en_type"`
	EnDescription *string    `bun:"en_description"`
	EnCreatedAt   *time.Time `bun:"en_created_at"`
	EnNewest      *int       `bun:"en_newest"`
	EnReportedAt  *time.Time `bun:"en_reported_at"`
	EnObservedAt  *time.Time `bun:"en_observed_at"`
}

// environment returns the environment, and nil where the row has none.
func (r *environmentRow) environment(org *model.Organization) *model.Environment {
	if r.EnID == nil {
		return nil
	}
	// The constraint on the column lets nothing in that does not parse.
	kind, _ := model.ParseEnvironmentType(*r.EnType)
	return &model.Environment{
		Key: *r.EnID, OrganizationName: org.Name, Name: *r.EnName, Type: kind, Description: *r.EnDescription,
		CreatedAt: r.EnCreatedAt.UTC(), Newest: *r.EnNewest, LastReportedAt: utc(r.EnReportedAt), LastObservedAt: utc(r.EnObservedAt),
	}
}

const selectEnvironments = `
SELECT ` + environmentColumns + `
FROM environments en
JOIN environment_heads h ON h.organization_id = $1 AND h.environment_id = en.id
WHERE en.organization_id = $1 AND `

// Environment returns an environment by name. It returns KindNotFound, with the
// names of some that there are.
func (db *DB) Environment(ctx context.Context, org *model.Organization, name string) (*model.Environment, error) {
	var rows []environmentRow
	if err := db.read(ctx, &rows, selectEnvironments+`en.name = $2`, org.Key, name); err != nil {
		return nil, wrap(err, "environment")
	}
	if len(rows) == 0 {
		return nil, db.doesNotExist(ctx, org, "environment", "environments", name)
	}
	return rows[0].environment(org), nil
}

// EnvironmentsByKey returns environments by their keys; those that do not exist are
// missing.
func (db *DB) EnvironmentsByKey(ctx context.Context, org *model.Organization, keys []int) (map[int]*model.Environment, error) {
	var rows []environmentRow
	if err := db.read(ctx, &rows, selectEnvironments+`en.id = ANY ($2::int[])`, org.Key, pq.Array(keys)); err != nil {
		return nil, wrap(err, "environments")
	}
	environments := make(map[int]*model.Environment, len(rows))
	for i := range rows {
		e := rows[i].environment(org)
		environments[e.Key] = e
	}
	return environments, nil
}

// Environments returns the environments of an organization, by name.
func (db *DB) Environments(ctx context.Context, org *model.Organization, p model.Page) (*model.EnvironmentConnection, error) {
	after, err := nameAfter(p)
	if err != nil {
		return nil, err
	}
	var rows []environmentRow
	err = db.read(ctx, &rows, selectEnvironments+`en.name > $2 ORDER BY en.name LIMIT $3`, org.Key, after, p.First+1)
	if err != nil {
		return nil, wrap(err, "environments")
	}
	environments := make([]*model.Environment, len(rows))
	for i := range rows {
		environments[i] = rows[i].environment(org)
	}
	return model.NewConnection(environments, p, func(e *model.Environment) model.Cursor { return model.NewCursor(e.Name) }), nil
}

// CreateEnvironment creates an environment. If it is there and says the same,
// nothing changes; it returns KindConflict if it says something else, and
// KindInvalid for input out of bounds.
func (db *DB) CreateEnvironment(ctx context.Context, org *model.Organization, in model.CreateEnvironmentInput) (environment *model.Environment, created bool, err error) {
	if err := in.Validate(); err != nil {
		return nil, false, err
	}
	err = db.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		created, err = db.addEnvironment(ctx, tx, org, in)
		return err
	})
	if err != nil {
		return nil, false, err
	}
	environment, err = db.Environment(ctx, org, in.Name)
	if err == nil && !created && (environment.Type != in.Type || environment.Description != in.Description) {
		return nil, false, model.Errorf(model.KindConflict, "environment %q is there already, of type %s and with the description %q", in.Name, environment.Type.WireName(), environment.Description)
	}
	return environment, created, err
}

// addEnvironment adds an environment, and announces what waited for it.
func (db *DB) addEnvironment(ctx context.Context, tx bun.Tx, org *model.Organization, in model.CreateEnvironmentInput) (created bool, err error) {
	now := db.now()
	if err := lockOrganization(ctx, tx, org, "NO KEY UPDATE"); err != nil { // see announce
		return false, err
	}
	created, err = insertEnvironment(ctx, tx, org, in, now)
	if err != nil || !created {
		return false, err
	}
	var key int
	err = tx.NewRaw(`SELECT id FROM environments WHERE organization_id = ? AND name = ?`, org.Key, in.Name).Scan(ctx, &key)
	if err != nil {
		return false, wrap(err, fmt.Sprintf("environment %q", in.Name))
	}
	return true, announce(ctx, tx, org, announcement{environment: &key}, now)
}

func insertEnvironment(ctx context.Context, idb bun.IDB, org *model.Organization, in model.CreateEnvironmentInput, now time.Time) (bool, error) {
	res, err := idb.NewRaw(`
		WITH made AS (
		  INSERT INTO environments (organization_id, name, created_as, type, description, created_at) VALUES (?, ?, ?, ?, ?, ?)
		  ON CONFLICT ON CONSTRAINT environments_name_key DO NOTHING
		  RETURNING organization_id, id, name
		), named AS (
		  INSERT INTO environment_names (organization_id, name, environment_id) SELECT organization_id, name, id FROM made)
		INSERT INTO environment_heads (organization_id, environment_id) SELECT organization_id, id FROM made`,
		org.Key, in.Name, in.Name, in.Type.WireName(), in.Description, now).Exec(ctx)
	if err != nil {
		return false, wrap(err, fmt.Sprintf("environment %q", in.Name))
	}
	n, err := res.RowsAffected()
	return n > 0, err
}
