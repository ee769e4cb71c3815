package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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
	queries["whereabouts"] = `{ organization(name: "acme") { commit(ref: "acme/runner@e000001") { ... on Commit { whereabouts(first: 6) { nodes { ` +
		membersOf(schema, schema.Types["Whereabouts"], n, depth-1) + ` } } } } } }`
	return queries
}

// references are what fields are asked for that lead to one thing.
var references = map[string]string{
	"Organization.notification.name": `"place-0"`,
	"Organization.flow.name":         `"flow-0"`, "Organization.environment.name": `"env-0"`, "Organization.repository.name": `"acme/flow-0"`,
	"Organization.artifact.ref": `"flow-0:10000"`, "Organization.commit.ref": `"abcdef"`, "Organization.snapshot.ref": `"env-0~1"`,
	"Organization.diff.from": `"env-0#1"`, "Organization.diff.to": `"env-0#2"`, "Flow.artifact.ref": `":10000"`,
	"Organization.delivery.source": `GITHUB`, "Organization.delivery.sourceId": `"https://github.com/acme/flow-0/actions/runs/1"`,
	"Flow.inEnvironments.environments": `["env-1", "live", "env-0"]`,
	"Environment.replicas.during":      `{from: "2022-08-22"}`,
	"Flow.metrics.environment":         `"live"`, "Flow.metrics.during": `{from: "2022-08-22"}`,
	"Organization.metrics.environment": `"live"`, "Organization.metrics.during": `{from: "2022-08-22"}`,
	"Organization.commitRange.from": `"acme/flow-0@branch-0"`, "Organization.commitRange.to": `"flow-0:1000001"`,
	"Repository.commit.ref": `"abcdef"`, "Repository.pullRequest.number": "1", "Environment.snapshot.ref": `"~0"`, "Organization.search.text": `"flow-0"`,
}

func selectBelow(schema *ast.Schema, f *ast.FieldDefinition, n, depth int) string {
	target := schema.Types[f.Type.Name()]
	if f.Name == "body" { // costs more than a list of them may
		return ""
	}
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
		return membersOf(schema, target, n, depth)
	}
	return fieldsIn(schema, nil, target, n, depth)
}

// membersOf are the fields of each member of a union or an interface.
func membersOf(schema *ast.Schema, target *ast.Definition, n, depth int) string {
	var fragments []string
	for _, t := range schema.GetPossibleTypes(target) {
		fragments = append(fragments, "... on "+t.Name+" { "+fieldsIn(schema, target, t, n, depth)+" }")
	}
	return strings.Join(fragments, " ")
}

// fieldsIn are the fields of a member of a union, if it is one of one. What two members
// have with different types has an alias.
func fieldsIn(schema *ast.Schema, union, target *ast.Definition, n, depth int) string {
	fields := []string{"__typename"}
	for _, f := range target.Fields {
		selection := selectBelow(schema, f, n, depth-1)
		if selection == "" || strings.HasPrefix(f.Name, "__") {
			continue
		}
		if union != nil && conflicts(schema, union, f) {
			selection = target.Name + "_" + f.Name + ": " + selection
		}
		fields = append(fields, selection)
	}
	return strings.Join(fields, " ")
}

// conflicts reports whether another member of a union has a field with another type.
func conflicts(schema *ast.Schema, union *ast.Definition, f *ast.FieldDefinition) bool {
	return slices.ContainsFunc(schema.GetPossibleTypes(union), func(t *ast.Definition) bool {
		other := t.Fields.ForName(f.Name)
		return other != nil && other.Type.String() != f.Type.String()
	})
}

// However deep a query goes, how many statements it takes does not depend on how
// many members its lists have, and every field that is asked for is loaded.
func TestStatementsDoNotGrowWithLists(t *testing.T) {
	t.Parallel()
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	small, large := newServer(t), newServer(t)
	small.fill(2)
	large.fill(4)
	small.whereabouts()
	large.whereabouts()
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
		history(first: 100) { nodes { __typename at summary kind fingerprint ... on Scaled { fromReplicas toReplicas } } } } } } }`
	before := s.db.Statements()
	s.must(query, nil)
	if got := s.db.Statements() - before; got != 3 {
		t.Errorf("it took %d statements, want 3", got)
	}
}

// Whatever is asked for is loaded, however deep it is, and wherever else in the
// query the same object is.
func TestEverythingAskedForIsLoaded(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.fill(2)
	s.whereabouts()
	queries := everyPath(schema(), 2, 4)
	for name, query := range map[string]string{
		"SameObjectBelowItself": `{ organization(name: "acme") { snapshot(ref: "env-0#2") { number running(first: 2) { nodes { name
			snapshot { number running(first: 2) { nodes { artifact { name history(first: 2) { nodes { summary } } } } } }
			artifact { name deployments(first: 2) { nodes { number } } } } } } } }`,
		"TwoAliases": `{ organization(name: "acme") { a: flows(first: 2) { nodes { name artifacts(first: 1) { nodes { name } } } }
			b: flows(first: 2) { nodes { name artifacts(first: 1) { nodes { history(first: 1) { nodes { summary } } } } } }
			flow(name: "flow-0") { x: artifacts(first: 1) { nodes { name } } y: artifacts(first: 2) { nodes { name attestations { nodes { name } } } } } } }`,
		"AliasesOfOneObject": `{ organization(name: "acme") { snapshot(ref: "env-0") { running(first: 2) { nodes {
			a: snapshot { running(first: 1) { nodes { name } } } b: snapshot { running(first: 1) { nodes { artifact { runningIn { nodes { name } } } } } }
			c: artifact { history(first: 1) { nodes { at } } } d: artifact { history(first: 1) { nodes { artifact { deployments { nodes { number } } } } } }
			commit { artifacts { nodes { name } } } e: commit { artifacts { nodes { history { nodes { summary } } } } } } } } } }`,
		"NodesAndEdges": `{ organization(name: "acme") { flows(first: 2) { nodes { artifacts(first: 1) { nodes { name } } }
			edges { cursor node { artifacts(first: 1) { edges { node { history(first: 1) { edges { node { summary } } } } } } } } pageInfo { endCursor } } } }`,
		"Fragments": `query ($yes: Boolean = true, $no: Boolean = false) { organization(name: "acme") { ...A ...B artifact(ref: "flow-0:1000000") { ... on Node { id } ...C @include(if: $yes) ...D @skip(if: $no) } } }
			fragment A on Organization { flows(first: 2) { nodes { name } } }
			fragment B on Organization { flows(first: 2) { nodes { artifacts(first: 2) { nodes { ...C } } } } }
			fragment C on Artifact { history(first: 2) { nodes { summary ... on Scaled { snapshot { number running { nodes { name } } } } ... on StartedRunning { snapshot { environment { events { nodes { summary } } } } } } } }
			fragment D on Artifact { history(first: 2) { nodes { at artifact { name } flow { artifacts { nodes { name } } } } } }`,
		"OrganizationTwice": `{ viewer { organization { flows(first: 1) { nodes { name } } } } one: organization(name: "acme") { flows(first: 1) { nodes { artifacts { nodes { name } } } } }
			two: organization(name: "acme") { flows(first: 1) { nodes { repository { commits { nodes { subject builds { nodes { state } } } } } } } } }`,
	} {
		queries[name] = query
	}
	narrow, shallow := everyPath(schema(), 1, 4), everyPath(schema(), 2, 3)
	for name, query := range queries {
		got := s.ask(s.token, query)
		for _, cheaper := range []string{narrow[name], shallow[name]} {
			if fmt.Sprint(got.codes()) == "[COMPLEXITY_LIMIT_EXCEEDED]" { // the deepest queries cost too much
				t.Logf("%s costs too much, with %d fields", name, strings.Count(query, " "))
				got = s.ask(s.token, cheaper)
			}
		}
		for _, e := range got.Errors {
			if code := e.Extensions.Code; code != "NOT_FOUND" { // one reference does not lead to something in every flow
				t.Errorf("%s: %v %s: %s\n%s", name, e.Path, code, e.Message, s.log)
			}
		}
	}
}

// The same thing is the same in every place of an answer, whatever else is asked.
func TestPlacesAgree(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.fill(3)
	const summaries = `history(first: 100) { nodes { summary } }`
	type history struct{ Nodes []struct{ Summary string } }
	var got struct {
		Organization struct {
			Artifact struct{ History history }
			Flow     struct {
				Artifacts struct {
					Nodes []struct {
						Name    string
						History history
					}
					Edges []struct {
						Node struct {
							Name    string
							History history
						}
					}
				}
			}
		}
	}
	s.must(`{ organization(name: "acme") { artifact(ref: "flow-0:1000000") { ... on Artifact { `+summaries+` } }
		flow(name: "flow-0") { artifacts { nodes { name `+summaries+` } edges { node { name `+summaries+` } } } } } }`, &got)
	want := got.Organization.Artifact.History
	if len(want.Nodes) < 5 {
		t.Fatalf("the history has only %d events", len(want.Nodes))
	}
	found := 0
	for i, node := range got.Organization.Flow.Artifacts.Nodes {
		edge := got.Organization.Flow.Artifacts.Edges[i].Node
		if diff := cmp.Diff(node, edge); diff != "" {
			t.Errorf("node and edge %d (-node +edge):\n%s", i, diff)
		}
		if node.Name == "flow-0:1000000" {
			found++
			if diff := cmp.Diff(want, node.History); diff != "" {
				t.Errorf("history alone and in a list (-alone +list):\n%s", diff)
			}
		}
	}
	if found != 1 {
		t.Errorf("the artifact is %d times in the list", found)
	}
}
