package graph

import (
	"context"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

func environmentsOfOrganization(ctx context.Context, d *db.DB, org *model.Organization, parents []any, args arguments) []answer {
	page, err := args.page()
	if err != nil {
		return sameForAll(parents, answer{err: err})
	}
	which, err := filter[model.EnvironmentFilter](args, "types", "tags")
	if err != nil {
		return sameForAll(parents, answer{err: err})
	}
	found, err := d.Environments(ctx, org, which, page)
	if err != nil {
		return sameForAll(parents, answer{err: err})
	}
	return sameForAll(parents, answer{value: found})
}

func fillFormerNames(ctx context.Context, d *db.DB, org *model.Organization, environments []*model.Environment) error {
	return d.ReadFormerNames(ctx, org, environments)
}

func fillReporting(ctx context.Context, d *db.DB, org *model.Organization, environments []*model.Environment) error {
	return d.ReadReporting(ctx, org, environments)
}

// keyOfNamed is the key of the environment that has a name, or had it; 0 if there is
// none, or no name. One that has it now is known without being looked up.
func keyOfNamed(ctx context.Context, d *db.DB, org *model.Organization, environments []*model.Environment, name string) (int, error) {
	if name == "" {
		return 0, nil
	}
	for _, e := range environments {
		if e.Name == name {
			return e.Key, nil
		}
	}
	return d.EnvironmentKey(ctx, org, name)
}
