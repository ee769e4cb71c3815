package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"github.com/landfall-dev/landfall/model"
)

// readPosition reads the position of an organization if it is asked for, before
// anything else is read below it: what happens in between is shown, and then told
// once more to who follows from there. The other way round it would be told to
// nobody.
func (r *Resolver) readPosition(ctx context.Context, org *model.Organization) {
	for _, selection := range r.walker.below(ctx, graphql.GetFieldContext(ctx).Field) {
		for _, f := range graphql.CollectFields(graphql.GetOperationContext(ctx), selection, r.walker.satisfied["Organization"]) {
			if f.Name == "position" {
				r.walker.walkField(ctx, org, organizationEdges["position"], []any{org}, f)
			}
		}
	}
}
