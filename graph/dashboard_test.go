package graph_test

import (
	"fmt"
	"testing"

	"github.com/99designs/gqlgen/complexity"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/landfall-dev/landfall/graph"
	"github.com/landfall-dev/landfall/web"
)

// asked is the most that the dashboard asks by an operation, where that is more than 100 of
// each list: see rowsAtOnce in web/src/pages/matrix/columns.ts.
var asked = map[string][]map[string]any{
	"MatrixRows": {
		{"first": int64(100), "environments": names(14)},
		{"first": int64(74), "environments": names(20)},
		{"first": int64(29), "environments": names(50)},
	},
}

func names(n int) []any {
	list := make([]any, n)
	for i := range list {
		list[i] = fmt.Sprint("env-", i)
	}
	return list
}

// Whatever the dashboard asks costs less than an operation may.
func TestDashboard_Cost(t *testing.T) {
	t.Parallel()
	executable := graph.NewExecutableSchema(nil, graph.Options{})
	operations := web.Operations()
	if len(operations) < 20 {
		t.Fatalf("only %d operations", len(operations))
	}
	for _, text := range operations {
		document, errs := gqlparser.LoadQueryWithRules(executable.Schema(), text, nil)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		operation := document.Operations[0]
		sets := asked[operation.Name]
		if sets == nil {
			sets = []map[string]any{mostOf(operation)}
		}
		for _, variables := range sets {
			cost := complexity.Calculate(t.Context(), executable, operation, variables)
			if cost > graph.CostLimit {
				t.Errorf("%s costs %d, and an operation may cost %d", operation.Name, cost, graph.CostLimit)
			}
			t.Logf("%s costs %d", operation.Name, cost)
		}
	}
}

// mostOf gives each number that an operation takes the most that a list may have.
func mostOf(operation *ast.OperationDefinition) map[string]any {
	variables := map[string]any{}
	for _, v := range operation.VariableDefinitions {
		switch {
		case v.Variable == "steps":
			variables[v.Variable] = int64(500)
		case v.Type.Name() == "Int":
			variables[v.Variable] = int64(100)
		}
	}
	return variables
}
