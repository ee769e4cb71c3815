package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/landfall-dev/landfall/graph/generated"
)

// everyPath makes, for each field of an organization, a query that goes on from it
// along every field that leads to further objects, as deep as is said.
func everyPath(schema *ast.Schema, n, depth int) map[string]string {
	queries := map[string]string{}
	for _, f := range schema.Types["Organization"].Fields {
		if selection := selectBelow(schema, f, n, depth); selection != "" {
			queries[f.Name] = `{ organization(name: "acme") { ` + selection + ` } }`
		}
	}
	return queries
}

// references are what fields are asked for that lead to one thing.
var references = map[string]string{
	"Organization.flow.name": `"flow-0"`, "Organization.environment.name": `"env-0"`, "Organization.repository.name": `"acme/flow-0"`,
	"Organization.artifact.ref": `"flow-0:10000"`, "Organization.commit.ref": `"abcdef"`, "Organization.snapshot.ref": `"env-0~1"`,
	"Organization.diff.from": `"env-0#1"`, "Organization.diff.to": `"env-0#2"`, "Flow.artifact.ref": `":10000"`,
	"Repository.commit.ref": `"abcdef"`, "Environment.snapshot.ref": `"~0"`,
}

func selectBelow(schema *ast.Schema, f *ast.FieldDefinition, n, depth int) string {
	target := schema.Types[f.Type.Name()]
	if target.Kind == ast.Scalar || target.Kind == ast.Enum {
		return f.Name
	}
	if depth == 0 {
		return ""
	}
	arguments := ""
	if f.Arguments.ForName("first") != nil {
		arguments = fmt.Sprintf("(first: %d)", n)
	}
	for place, value := range references {
		if parts := strings.Split(place, "."); parts[1] == f.Name && f.Arguments.ForName(parts[2]) != nil && !strings.Contains(arguments, parts[2]+":") &&
			belongs(schema, parts[0], f) {
			arguments = strings.TrimSuffix(arguments, ")")
			if arguments == "" {
				arguments = "("
			} else {
				arguments += ", "
			}
			arguments += parts[2] + ": " + value + ")"
		}
	}
	return f.Name + arguments + " { " + fieldsOf(schema, target, n, depth) + " }"
}

func belongs(schema *ast.Schema, typeName string, f *ast.FieldDefinition) bool {
	return schema.Types[typeName].Fields.ForName(f.Name) == f
}

func fieldsOf(schema *ast.Schema, target *ast.Definition, n, depth int) string {
	if nodes := target.Fields.ForName("nodes"); nodes != nil {
		return selectBelow(schema, nodes, n, depth)
	}
	if target.Kind == ast.Union {
		var fragments []string
		for _, t := range schema.GetPossibleTypes(target) {
			fragments = append(fragments, "... on "+t.Name+" { "+fieldsOf(schema, t, n, depth)+" }")
		}
		return strings.Join(fragments, " ")
	}
	fields := []string{"__typename"}
	for _, f := range target.Fields {
		if selection := selectBelow(schema, f, n, depth-1); selection != "" && !strings.HasPrefix(f.Name, "__") {
			fields = append(fields, selection)
		}
	}
	return strings.Join(fields, " ")
}

// However deep a query goes, how many statements it takes does not depend on how
// many members its lists have, and every field that is asked for is loaded.
func TestStatementsDoNotGrowWithLists(t *testing.T) {
	t.Parallel()
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	small, large := newServer(t), newServer(t)
	small.fill(2)
	large.fill(4)
	queries := everyPath(schema, 4, 3)
	if len(queries) < 10 {
		t.Fatalf("only %d fields of Organization are tried", len(queries))
	}
	count := func(s *server, query string) int64 {
		before := s.db.Statements()
		got := s.ask(s.token, query)
		for _, e := range got.Errors {
			if e.Extensions.Code != "NOT_FOUND" { // one reference does not lead to something in every flow
				t.Fatalf("%s\n%v %s: %s\n%s", query, e.Path, e.Extensions.Code, e.Message, s.log)
			}
		}
		return s.db.Statements() - before
	}
	for name, query := range queries {
		count(small, query) // so that everything is prepared
		few, many := count(small, query), count(large, query)
		if many > few {
			t.Errorf("%s: %d statements for lists of 2, and %d for lists of 4", name, few, many)
		}
		t.Logf("%-14s %3d statements, %d fields", name, many, strings.Count(query, " "))
	}
}

// The question that is asked most costs three statements: who is asking, the
// artifact with all that belongs to it, and its history.
func TestStatements_OfAnArtifactWithItsHistory(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.fill(3)
	const query = `{ organization(name: "acme") { artifact(ref: "flow-0:1000000") { __typename ... on Artifact {
		name flow { name repository { name } } fingerprint createdAt commit { sha url } build { state } buildUrl state requirements { name state }
		history(first: 100) { nodes { __typename at summary environment { name } ... on Scaled { fromReplicas toReplicas } } } } } } }`
	before := s.db.Statements()
	s.must(query, nil)
	if got := s.db.Statements() - before; got != 3 {
		t.Errorf("it took %d statements, want 3", got)
	}
}
