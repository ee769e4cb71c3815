package graph

import (
	"context"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// introspectionMembers is how many members a list of the schema is taken to have.
// The query with which tools read the whole schema costs a third of the limit.
const introspectionMembers = 10

// introspectionLimit bounds what a query may ask of the schema itself. gqlgen counts
// that as nothing. How deep it may go is bounded by the validation of queries, but
// not how often it may be asked for under other aliases.
type introspectionLimit struct{}

// ExtensionName is the name of this extension of the server.
func (introspectionLimit) ExtensionName() string { return "IntrospectionLimit" }

// Validate accepts any schema.
func (introspectionLimit) Validate(graphql.ExecutableSchema) error { return nil }

// MutateOperationContext refuses an operation that asks too much of the schema.
func (introspectionLimit) MutateOperationContext(_ context.Context, op *graphql.OperationContext) *gqlerror.Error {
	if cost := introspectionCost(op.Operation.SelectionSet); cost > costLimit {
		err := gqlerror.Errorf("what the operation asks of the schema has complexity %d, which exceeds the limit of %d", cost, costLimit)
		errcode.Set(err, "COMPLEXITY_LIMIT_EXCEEDED")
		return err
	}
	return nil
}

// introspectionCost is what a selection asks of the schema; nothing for all else.
func introspectionCost(selections ast.SelectionSet) int {
	cost := 0
	for _, selection := range selections {
		switch s := selection.(type) {
		case *ast.Field:
			below := introspectionCost(s.SelectionSet)
			if strings.HasPrefix(s.ObjectDefinition.Name, "__") || strings.HasPrefix(s.Definition.Type.Name(), "__") {
				below++
			}
			if s.Definition.Type.Elem != nil && strings.HasPrefix(s.ObjectDefinition.Name, "__") {
				below *= introspectionMembers
			}
			cost += below
		case *ast.InlineFragment:
			cost += introspectionCost(s.SelectionSet)
		case *ast.FragmentSpread:
			cost += introspectionCost(s.Definition.SelectionSet)
		}
		if cost > 10*costLimit { // enough is known, and sums stay small
			return cost
		}
	}
	return cost
}
