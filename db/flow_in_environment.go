package db

import (
	"context"
	"slices"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// FlowsInEnvironments returns for each flow what of it runs now in environments, which
// are given by names that they have or had, in the order of the names. It returns
// KindNotFound for an environment that does not exist, and KindInvalid if there are too
// many or one is there twice.
func (db *DB) FlowsInEnvironments(ctx context.Context, org *model.Organization, flows []*model.Flow, names []string) ([]model.FlowInEnvironments, error) {
	environments, err := db.environmentsByName(ctx, org, names)
	if err != nil {
		return nil, err
	}
	keys := make([]int, len(environments))
	for i, e := range environments {
		keys[i] = e.Key
	}
	newest, err := db.SnapshotsByRef(ctx, org, keys, model.SnapshotRef{})
	if err != nil {
		return nil, err
	}
	// What runs is read as of these snapshots, so that all of an answer is of one moment.
	var snapshots []*model.Snapshot
	places := make([]int, len(newest))
	for i, s := range newest {
		if places[i] = len(snapshots); s != nil {
			environments[i] = s.Environment
			snapshots = append(snapshots, s)
		}
	}
	asked := make([]int, len(flows))
	for i, f := range flows {
		asked[i] = f.Key
	}
	versions, err := db.VersionsOfFlows(ctx, org, snapshots, asked)
	if err != nil {
		return nil, err
	}
	all := make([]model.FlowInEnvironments, len(flows))
	for i, f := range flows {
		running := make([][]*model.RunningArtifact, len(newest))
		for j, s := range newest {
			if s != nil {
				running[j] = versions[places[j]][f.Key]
			}
		}
		all[i] = model.NewFlowInEnvironments(environments, newest, running)
	}
	return all, nil
}

const environmentsByName = `
SELECT p.i AS parent, ` + environmentColumns + `
FROM unnest($2::text[]) WITH ORDINALITY AS p(name, i)
JOIN environment_names n ON n.organization_id = $1 AND n.name = p.name
JOIN environments en ON en.organization_id = $1 AND en.id = n.environment_id
JOIN environment_heads h ON h.organization_id = $1 AND h.environment_id = en.id
ORDER BY p.i`

// environmentsByName returns environments by names that they have or had, in the order
// of the names. It returns KindNotFound if one does not exist, and KindInvalid for one
// that is there twice.
func (db *DB) environmentsByName(ctx context.Context, org *model.Organization, names []string) ([]*model.Environment, error) {
	if err := model.ValidateFlowEnvironments(names); err != nil {
		return nil, err
	}
	var rows []struct {
		Parent int
		environmentRow
	}
	if err := db.read(ctx, &rows, environmentsByName, org.Key, pq.Array(names)); err != nil {
		return nil, wrap(err, "environments")
	}
	environments := make([]*model.Environment, len(names))
	for i := range rows {
		e := rows[i].environment(org)
		if at := slices.IndexFunc(environments, func(o *model.Environment) bool { return o != nil && o.Key == e.Key }); at >= 0 {
			return nil, model.Invalid("environments", "%q and %q are names of the same environment", names[at], names[rows[i].Parent-1])
		}
		environments[rows[i].Parent-1] = e
	}
	if missing := slices.Index(environments, nil); missing >= 0 {
		return nil, db.doesNotExist(ctx, org, "environment", "environments", names[missing])
	}
	return environments, nil
}
