package graph

import (
	"context"
	"maps"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

// The edges of what a search finds.
func init() {
	maps.Copy(edges, map[string]map[string]edge{
		"SearchMatch": {
			"target": inline(func(m *model.SearchMatch) any { return m.Target }),
		},
	})
}

func searchOfOrganization(d *db.DB, ctx context.Context, org *model.Organization, args arguments) (any, error) {
	page, err := args.page()
	if err != nil {
		return nil, err
	}
	var kinds []model.SearchKind
	given, ok := args["kinds"].([]any)
	if one, isOne := args["kinds"].(string); isOne && !ok { // GraphQL takes one for a list of one
		given = []any{one}
	}
	for _, kind := range given {
		var k model.SearchKind
		if err := k.UnmarshalGQL(kind); err != nil {
			return nil, err
		}
		kinds = append(kinds, k)
	}
	search, err := model.NewSearch(args.text("text"), kinds)
	if err != nil {
		return nil, err
	}
	return d.Search(ctx, org, search, page)
}
