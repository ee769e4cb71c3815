package db

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/lib/pq"
	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// environmentColumns are the columns of an environment en and its head h.
const environmentColumns = `
  en.id AS en_id, en.created_as AS en_created_as, en.name AS en_name, en.type AS en_type, en.description AS en_description, en.created_at AS en_created_at,
  en.archived_at AS en_archived_at, en.silent_after AS en_silent_after, nullif(en.tags, '{}') AS en_tags,
  h.number AS en_newest, nullif(h.reported_at, '-infinity') AS en_reported_at, nullif(h.observed_at, '-infinity') AS en_observed_at`

type environmentRow struct {
	EnID          *int       `bun:"en_id"`
	EnCreatedAs   *string    `bun:"en_created_as"`
	EnName        *string    `bun:"en_name"`
	EnType        *string    `bun:"en_type"`
	EnDescription *string    `bun:"en_description"`
	EnCreatedAt   *time.Time `bun:"en_created_at"`
	EnArchivedAt  *time.Time `bun:"en_archived_at"`
	EnSilentAfter *int       `bun:"en_silent_after"`
	EnTags        *string    `bun:"en_tags"`
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
		Key: *r.EnID, OrganizationName: org.Name, CreatedAs: *r.EnCreatedAs, Name: *r.EnName, Type: kind, Description: *r.EnDescription,
		Tags: tagsOf(r.EnTags), CreatedAt: r.EnCreatedAt.UTC(), ArchivedAt: utc(r.EnArchivedAt), SilentAfter: r.EnSilentAfter,
		Newest: *r.EnNewest, LastReportedAt: utc(r.EnReportedAt), LastObservedAt: utc(r.EnObservedAt),
	}
}

// tagsOf reads tags as they are kept: an object whose values are texts.
func tagsOf(kept *string) []*model.Tag {
	tags := []*model.Tag{}
	if kept == nil {
		return tags
	}
	var values map[string]string
	_ = json.Unmarshal([]byte(*kept), &values) // nothing else is written: see jsonOf
	for _, key := range slices.Sorted(maps.Keys(values)) {
		tags = append(tags, &model.Tag{Key: key, Value: values[key]})
	}
	return tags
}

// jsonOf writes tags as they are kept.
func jsonOf(tags []*model.Tag) string {
	values := make(map[string]string, len(tags))
	for _, t := range tags {
		values[t.Key] = t.Value
	}
	text, _ := json.Marshal(values) // a map of texts always has a JSON
	return string(text)
}

const selectEnvironments = `
SELECT ` + environmentColumns + `
FROM environments en
JOIN environment_heads h ON h.organization_id = $1 AND h.environment_id = en.id
WHERE en.organization_id = $1 AND `

// environmentByName finds an environment by any name that it has or had.
const environmentByName = selectEnvironments + `
  en.id = (SELECT n.environment_id FROM environment_names n WHERE n.organization_id = $1 AND n.name = $2)`

// Environment returns an environment by a name that it has or had. It returns
// KindNotFound, with the names of some that there are.
func (db *DB) Environment(ctx context.Context, org *model.Organization, name string) (*model.Environment, error) {
	var rows []environmentRow
	if err := db.read(ctx, &rows, environmentByName, org.Key, name); err != nil {
		return nil, wrap(err, "environment")
	}
	if len(rows) == 0 {
		return nil, db.doesNotExist(ctx, org, "environment", "environments", name)
	}
	return rows[0].environment(org), nil
}

// EnvironmentKey returns the key of an environment by a name that it has or had; 0
// if there is none.
func (db *DB) EnvironmentKey(ctx context.Context, org *model.Organization, name string) (int, error) {
	var rows []struct{ EnvironmentID int }
	err := db.read(ctx, &rows, `SELECT environment_id FROM environment_names WHERE organization_id = $1 AND name = $2`, org.Key, name)
	if err != nil || len(rows) == 0 {
		return 0, wrap(err, "environment")
	}
	return rows[0].EnvironmentID, nil
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

const environmentsByFilter = selectEnvironments + `
  en.name > $2 AND (en.archived_at IS NOT NULL) = $4 AND strpos(lower(en.name), lower($5)) > 0
  AND (cardinality($6::text[]) = 0 OR en.type = ANY ($6)) AND en.tags @> $7::jsonb
ORDER BY en.name LIMIT $3`

// Environments returns the environments of an organization that a filter fits, by
// name; without one, all that are not archived. It returns KindInvalid for a filter
// out of bounds.
func (db *DB) Environments(ctx context.Context, org *model.Organization, filter *model.EnvironmentFilter, p model.Page) (*model.EnvironmentConnection, error) {
	if err := filter.Validate(); err != nil {
		return nil, err
	}
	after, err := nameAfter(p)
	if err != nil {
		return nil, err
	}
	if filter == nil {
		filter = &model.EnvironmentFilter{}
	}
	part := ""
	if filter.Name != nil {
		part = *filter.Name
	}
	types := make([]string, len(filter.Types))
	for i, t := range filter.Types {
		types[i] = t.WireName()
	}
	var rows []environmentRow
	err = db.read(ctx, &rows, environmentsByFilter, org.Key, after, p.First+1, filter.Archived, part, pq.Array(types), jsonOf(filter.Tags))
	if err != nil {
		return nil, wrap(err, "environments")
	}
	environments := make([]*model.Environment, len(rows))
	for i := range rows {
		environments[i] = rows[i].environment(org)
	}
	return model.NewConnection(environments, p, environmentCursor), nil
}

func environmentCursor(e *model.Environment) model.Cursor { return model.NewCursor(e.Name) }

const formerNames = `
SELECT p.i AS parent, n.name
FROM unnest($2::int[]) WITH ORDINALITY AS p(environment_id, i)
JOIN environments en ON en.organization_id = $1 AND en.id = p.environment_id
JOIN environment_names n ON n.organization_id = $1 AND n.environment_id = p.environment_id AND n.name <> en.name
ORDER BY p.i, n.name`

// ReadFormerNames fills in the names that environments had before, of which there
// are model.MaxFormerNames at most.
func (db *DB) ReadFormerNames(ctx context.Context, org *model.Organization, environments []*model.Environment) error {
	var rows []struct {
		Parent int
		Name   string
	}
	if err := db.read(ctx, &rows, formerNames, org.Key, pq.Array(environmentKeys(environments))); err != nil {
		return wrap(err, "former names")
	}
	for _, e := range environments {
		e.FormerNames = []string{}
	}
	for _, r := range rows {
		e := environments[r.Parent-1]
		e.FormerNames = append(e.FormerNames, r.Name)
	}
	return nil
}

func environmentKeys(environments []*model.Environment) []int64 {
	keys := make([]int64, len(environments))
	for i, e := range environments {
		keys[i] = int64(e.Key)
	}
	return keys
}

// CreateEnvironment creates an environment. If it is there and says the same,
// nothing changes; it returns KindConflict if it says something else, was renamed
// or is archived, KindNotFound for a member that does not exist, and KindInvalid
// for input out of bounds.
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
	if err != nil || created {
		return environment, created, err
	}
	switch {
	case environment.Name != in.Name:
		return nil, false, model.Errorf(model.KindConflict, "environment %q has the name %q now: use that, or choose another", in.Name, environment.Name)
	case environment.Archived():
		return nil, false, model.EnvironmentIsArchived(in.Name)
	}
	return environment, false, db.saysSame(ctx, org, in, environment)
}

// saysSame returns KindConflict if an environment says something else than an
// input.
func (db *DB) saysSame(ctx context.Context, org *model.Organization, in model.CreateEnvironmentInput, e *model.Environment) error {
	var members []string
	if e.IsLogical() {
		there, err := db.MembersOfEnvironments(ctx, org, []*model.Environment{e}, model.Page{First: model.MaxMembers})
		if err != nil {
			return err
		}
		for _, m := range there[0].Nodes {
			members = append(members, m.Name)
		}
		if in.Members, err = db.currentNames(ctx, org, in.Members); err != nil {
			return err
		}
	}
	if in.Says(e, members) {
		return nil
	}
	return model.Errorf(model.KindConflict, "environment %q is there already, of type %s and with the description %q, and says something else: change it by updateEnvironment (`landfall update environment`)",
		e.Name, e.Type.WireName(), e.Description)
}

// currentNames are the names that environments have now, by names that they have or
// had. What does not exist keeps the name that was given.
func (db *DB) currentNames(ctx context.Context, org *model.Organization, names []string) ([]string, error) {
	var rows []struct{ Name string }
	err := db.read(ctx, &rows, `
SELECT coalesce(en.name, asked.name) AS name
FROM unnest($2::text[]) AS asked(name)
LEFT JOIN environment_names n ON n.organization_id = $1 AND n.name = asked.name
LEFT JOIN environments en ON en.organization_id = $1 AND en.id = n.environment_id`, org.Key, pq.Array(names))
	current := make([]string, len(rows))
	for i, r := range rows {
		current[i] = r.Name
	}
	return current, wrap(err, "environments")
}

// addEnvironment adds an environment with its members, and announces what waited
// for it. It changes nothing if one has or had the name.
func (db *DB) addEnvironment(ctx context.Context, tx bun.Tx, org *model.Organization, in model.CreateEnvironmentInput) (created bool, err error) {
	now := db.now()
	if err := lockOrganization(ctx, tx, org, "NO KEY UPDATE"); err != nil { // see announce, and changeMembers
		return false, err
	}
	key, created, err := insertEnvironment(ctx, tx, org, in, now)
	if err != nil || !created {
		return false, err
	}
	if len(in.Members) > 0 {
		members, err := db.environmentsIn(ctx, tx, org, in.Members)
		if err != nil {
			return false, err
		}
		union := &model.Environment{Key: key, Name: in.Name, Type: in.Type}
		if err := db.changeMembers(ctx, tx, org, []memberChange{{union, members}}, now); err != nil {
			return false, err
		}
	}
	return true, announce(ctx, tx, org, announcement{environment: &key}, now)
}

func insertEnvironment(ctx context.Context, idb bun.IDB, org *model.Organization, in model.CreateEnvironmentInput, now time.Time) (key int, created bool, err error) {
	var keys []int
	err = idb.NewRaw(`
		WITH made AS (
		  INSERT INTO environments (organization_id, name, created_as, type, description, created_at, silent_after, tags)
		  SELECT ?, ?, ?, ?, ?, ?, ?::int, ?::jsonb
		  WHERE NOT EXISTS (SELECT FROM environment_names WHERE organization_id = ? AND name = ?)
		  ON CONFLICT ON CONSTRAINT environments_name_key DO NOTHING
		  RETURNING organization_id, id, name
		), named AS (
		  INSERT INTO environment_names (organization_id, name, environment_id) SELECT organization_id, name, id FROM made)
		INSERT INTO environment_heads (organization_id, environment_id) SELECT organization_id, id FROM made
		RETURNING environment_id`,
		org.Key, in.Name, in.Name, in.Type.WireName(), in.Description, now, in.SilentAfter(), jsonOf(in.Tags), org.Key, in.Name).Scan(ctx, &keys)
	if err != nil {
		return 0, false, wrap(err, fmt.Sprintf("environment %q", in.Name))
	}
	if len(keys) == 0 {
		return 0, false, nil
	}
	return keys[0], true, nil
}

// createForReport makes the environment that was reported without being known, of
// the type of the report, if the organization wants that. It returns the error of
// an unknown environment if it does not, and KindInvalid for a name that cannot be
// one. Of two who do it at once one makes it, and neither gets an error.
func (db *DB) createForReport(ctx context.Context, org *model.Organization, name string, kind model.EnvironmentType) error {
	in := model.CreateEnvironmentInput{Name: name, Type: kind, SilentAfterSeconds: model.DefaultSilentAfter}
	if err := in.Validate(); err != nil {
		return err
	}
	return db.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var wanted bool
		err := tx.NewRaw(`SELECT creates_environments FROM organizations WHERE id = ?`, org.Key).Scan(ctx, &wanted)
		if err != nil {
			return wrap(err, "organization")
		}
		if !wanted || kind == model.EnvironmentLogical {
			return model.NoSuchEnvironment(org, name)
		}
		_, err = db.addEnvironment(ctx, tx, org, in)
		return err
	})
}

// environmentsIn returns environments by names that they have or had, each once. It
// returns KindNotFound if one does not exist.
func (db *DB) environmentsIn(ctx context.Context, tx bun.Tx, org *model.Organization, names []string) ([]*model.Environment, error) {
	seen := map[int]bool{}
	var environments []*model.Environment
	for _, name := range names {
		e, err := db.environmentIn(ctx, tx, org, name)
		if err != nil {
			return nil, err
		}
		if !seen[e.Key] {
			seen[e.Key] = true
			environments = append(environments, e)
		}
	}
	return environments, nil
}

// environmentIn is Environment within a transaction.
func (db *DB) environmentIn(ctx context.Context, tx bun.Tx, org *model.Organization, name string) (*model.Environment, error) {
	var rows []environmentRow
	if err := db.readIn(ctx, tx, &rows, environmentByName, org.Key, name); err != nil {
		return nil, wrap(err, "environment")
	}
	if len(rows) == 0 {
		return nil, model.Errorf(model.KindNotFound, "environment %q does not exist in organization %q", name, org.Name)
	}
	return rows[0].environment(org), nil
}
