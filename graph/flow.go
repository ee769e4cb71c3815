package graph

import (
	"context"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

func flowsOfOrganization(ctx context.Context, d *db.DB, org *model.Organization, parents []any, args arguments) []answer {
	page, err := args.page()
	if err != nil {
		return sameForAll(parents, answer{err: err})
	}
	which, err := args.flowFilter()
	if err != nil {
		return sameForAll(parents, answer{err: err})
	}
	found, err := d.Flows(ctx, org, which, page)
	if err != nil {
		return sameForAll(parents, answer{err: err})
	}
	return sameForAll(parents, answer{value: found})
}

// flowFilter is what the arguments `names` and `tags` of a list say of flows.
func (a arguments) flowFilter() (model.FlowFilter, error) {
	f, err := filter[model.FlowFilter](arguments{"filter": map[string]any{"names": a["names"], "tags": a["tags"]}}, "names", "tags")
	if err != nil {
		return model.FlowFilter{}, err
	}
	return *f, nil
}
