package db

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/lib/pq"
	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// flowColumns are the columns of a flow f and its repository fr.
const flowColumns = `
  f.id AS f_id, f.name AS f_name, f.description AS f_description, f.required_evidence AS f_required, f.paths AS f_paths, nullif(f.tags, '{}') AS f_tags, f.created_at AS f_created_at,
  fr.id AS fr_id, fr.name AS fr_name, fr.url AS fr_url, fr.forge AS fr_forge, fr.created_at AS fr_created_at`

type flowRow struct {
	FID          *int       `bun:"f_id"`
	FName        *string    `bun:"f_name"`
	FDescription *string    `bun:"f_description"`
	FRequired    []string   `bun:"f_required,array"`
	FPaths       []string   `bun:"f_paths,array"`
	FTags        *string    `bun:"f_tags"`
	FCreatedAt   *time.Time `bun:"f_created_at"`
	FrID         *int       `bun:"fr_id"`
	FrName       *string    `bun:"fr_name"`
	FrURL        *string    `bun:"fr_url"`
	FrForge      *string    `bun:"fr_forge"`
	FrCreatedAt  *time.Time `bun:"fr_created_at"`
}

// flow returns the flow, and nil where the row has none.
func (r *flowRow) flow(org *model.Organization) *model.Flow {
	if r.FID == nil {
		return nil
	}
	return &model.Flow{
		Key: *r.FID, Organization: org, Name: *r.FName, Description: *r.FDescription, RequiredEvidence: orEmpty(r.FRequired), Paths: orEmpty(r.FPaths),
		Tags: tagsOf(r.FTags), CreatedAt: r.FCreatedAt.UTC(), Repository: newRepository(org, r.FrID, r.FrForge, r.FrName, r.FrURL, r.FrCreatedAt),
	}
}

// orEmpty is a list that is never nil.
func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

const selectFlows = `
SELECT ` + flowColumns + `
FROM flows f
LEFT JOIN repositories fr ON fr.organization_id = $1 AND fr.id = f.repository_id
WHERE f.organization_id = $1 AND `

// Flow returns a flow by name. It returns KindNotFound, with the names of some
// flows that there are.
func (db *DB) Flow(ctx context.Context, org *model.Organization, name string) (*model.Flow, error) {
	var rows []flowRow
	if err := db.read(ctx, &rows, selectFlows+`f.name = $2`, org.Key, name); err != nil {
		return nil, wrap(err, "flow")
	}
	if len(rows) == 0 {
		return nil, db.noFlow(ctx, org, name)
	}
	return rows[0].flow(org), nil
}

// noFlow is the error that a flow does not exist.
func (db *DB) noFlow(ctx context.Context, org *model.Organization, name string) error {
	return db.doesNotExist(ctx, org, "flow", "flows", name)
}

// doesNotExist is the error that something does not exist, and says what there
// is instead.
func (db *DB) doesNotExist(ctx context.Context, org *model.Organization, what, table, name string) error {
	const shown = 20
	var names []string
	err := db.bun.NewSelect().TableExpr("?", bun.Ident(table)).Column("name").
		Where("organization_id = ?", org.Key).Order("name").Limit(shown+1).Scan(ctx, &names)
	if err != nil {
		return wrap(err, table)
	}
	there := "there is none yet"
	if len(names) > shown {
		names = append(names[:shown], "…")
	}
	if len(names) > 0 {
		there = "there are: " + strings.Join(names, ", ")
	}
	return model.Errorf(model.KindNotFound, "%s %q does not exist in organization %q; %s", what, name, org.Name, there)
}

const flowsByFilter = selectFlows + `
  f.name > $2 AND f.tags @> $4::jsonb AND ($5::text[] IS NULL OR f.name = ANY ($5))
ORDER BY f.name LIMIT $3`

// Flows returns the flows of an organization that a filter fits, by name. It returns
// KindInvalid for a filter out of bounds.
func (db *DB) Flows(ctx context.Context, org *model.Organization, filter model.FlowFilter, p model.Page) (*model.FlowConnection, error) {
	if err := filter.Validate(); err != nil {
		return nil, err
	}
	after, err := nameAfter(p)
	if err != nil {
		return nil, err
	}
	var rows []flowRow
	if err := db.read(ctx, &rows, flowsByFilter, org.Key, after, p.First+1, jsonOf(filter.Tags), pq.Array(filter.Names)); err != nil {
		return nil, wrap(err, "flows")
	}
	flows := make([]*model.Flow, len(rows))
	for i := range rows {
		flows[i] = rows[i].flow(org)
	}
	return model.NewConnection(flows, p, func(f *model.Flow) model.Cursor { return model.NewCursor(f.Name) }), nil
}

// CreateFlow creates a flow, and makes its repository known. If the flow is there
// and says the same, nothing changes; it returns KindConflict if it says
// something else, and KindInvalid for input out of bounds.
func (db *DB) CreateFlow(ctx context.Context, org *model.Organization, in model.CreateFlowInput) (flow *model.Flow, created bool, err error) {
	if err := in.Validate(); err != nil {
		return nil, false, err
	}
	flow, err = db.Flow(ctx, org, in.Name)
	if model.KindOf(err) == model.KindNotFound {
		if created, err = db.insertFlow(ctx, org, in); err != nil {
			return nil, false, err
		}
		flow, err = db.Flow(ctx, org, in.Name)
	}
	if err == nil && !in.Says(flow) {
		return nil, false, model.Errorf(model.KindConflict, "flow %q is there already and says something else: change it by updateFlow (`landfall update flow`)", in.Name)
	}
	return flow, created, err
}

// insertFlow adds a flow, or changes nothing if somebody else just did.
func (db *DB) insertFlow(ctx context.Context, org *model.Organization, in model.CreateFlowInput) (created bool, err error) {
	now := db.now()
	err = db.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		repository, err := repositoryToFollow(ctx, tx, org, in.Repository, now)
		if err != nil {
			return err
		}
		res, err := tx.NewRaw(`
			INSERT INTO flows (organization_id, name, description, repository_id, required_evidence, paths, tags, created_at)
			VALUES (?, ?, ?, ?, ?::text[], ?::text[], ?::jsonb, ?)
			ON CONFLICT ON CONSTRAINT flows_name_key DO NOTHING`,
			org.Key, in.Name, in.Description, keyOrNil(repository), pgArray(model.SortedSet(in.RequiredEvidence)), pgArray(model.SortedSet(in.Paths)), jsonOf(in.Tags), now).Exec(ctx)
		if err != nil {
			return wrap(err, fmt.Sprintf("flow %q", in.Name))
		}
		n, err := res.RowsAffected()
		if err != nil {
			return err
		}
		created = n > 0
		return retryIgnored(ctx, tx, org, in.Name, repository, now)
	})
	return created, err
}

// repositoryToFollow is the repository that a flow is to follow, nil for none,
// locked against isFollowed.
func repositoryToFollow(ctx context.Context, idb bun.IDB, org *model.Organization, name *string, now time.Time) (*model.Repository, error) {
	if name == nil {
		return nil, nil
	}
	row, err := ensureRepository(ctx, idb, org, *name, now)
	if err != nil {
		return nil, err
	}
	repository := row.model(org)
	return repository, lockRepository(ctx, idb, org, repository.Key, "NO KEY UPDATE")
}

func keyOrNil(repository *model.Repository) *int {
	if repository == nil {
		return nil
	}
	return &repository.Key
}

func repositoryKey(ctx context.Context, idb bun.IDB, org *model.Organization, name *string, now time.Time) (*int, error) {
	if name == nil {
		return nil, nil
	}
	row, err := ensureRepository(ctx, idb, org, *name, now)
	if err != nil {
		return nil, err
	}
	return &row.ID, nil
}

// UpdateFlow changes what the input names. It returns KindNotFound, and
// KindInvalid for input out of bounds.
func (db *DB) UpdateFlow(ctx context.Context, org *model.Organization, in model.UpdateFlowInput) (*model.Flow, error) {
	if err := in.Validate(); err != nil {
		return nil, err
	}
	if _, err := db.Flow(ctx, org, in.Flow); err != nil {
		return nil, err
	}
	now := db.now()
	err := db.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		repository, err := repositoryToFollow(ctx, tx, org, in.Repository, now)
		if err != nil {
			return err
		}
		tags, err := lockTags(ctx, tx, org, in)
		if err != nil {
			return err
		}
		_, err = tx.NewRaw(`
			UPDATE flows SET description = coalesce(?, description), repository_id = coalesce(?::int, repository_id),
			  required_evidence = coalesce(?::text[], required_evidence), paths = coalesce(?::text[], paths), tags = ?::jsonb
			WHERE organization_id = ? AND name = ?`,
			in.Description, keyOrNil(repository), setOrNil(in.RequiredEvidence), setOrNil(in.Paths), jsonOf(tags), org.Key, in.Flow).Exec(ctx)
		if err != nil || repository == nil {
			return wrap(err, fmt.Sprintf("flow %q", in.Flow))
		}
		return retryIgnored(ctx, tx, org, in.Flow, repository, now)
	})
	if err != nil {
		return nil, err
	}
	return db.Flow(ctx, org, in.Flow)
}

// lockTags returns the tags that a flow is to have. It locks the flow, so that of two
// who change its tags at once neither undoes what the other does.
func lockTags(ctx context.Context, tx bun.Tx, org *model.Organization, in model.UpdateFlowInput) ([]*model.Tag, error) {
	var had string
	err := tx.NewRaw(`SELECT tags FROM flows WHERE organization_id = ? AND name = ? FOR NO KEY UPDATE`, org.Key, in.Flow).Scan(ctx, &had)
	if err != nil {
		return nil, wrap(err, fmt.Sprintf("flow %q", in.Flow))
	}
	return in.TagsAfter(tagsOf(&had))
}

// setOrNil is a list as a set to be kept, nil if it was not given.
func setOrNil(list []string) any {
	if list == nil {
		return nil
	}
	return pgArray(model.SortedSet(list))
}
