package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/landfall-dev/landfall/graph/generated"
)

func schema() *ast.Schema {
	return generated.NewExecutableSchema(generated.Config{}).Schema()
}

// Everything in the schema says what it is.
func TestSchema_Described(t *testing.T) {
	t.Parallel()
	described := 0
	check := func(what, description string) {
		described++
		if len(description) < 5 || !strings.HasSuffix(strings.TrimSpace(description), ".") {
			t.Errorf("%s is described as %q: write a sentence", what, description)
		}
	}
	for name, definition := range schema().Types {
		if definition.BuiltIn || name == "Query" && definition.Description == "" {
			continue
		}
		if name != "Mutation" {
			check(name, definition.Description)
		}
		for _, f := range definition.Fields {
			if strings.HasPrefix(f.Name, "__") {
				continue
			}
			check(name+"."+f.Name, f.Description)
			for _, a := range f.Arguments {
				check(name+"."+f.Name+"("+a.Name+":)", a.Description)
			}
		}
		for _, v := range definition.EnumValues {
			check(name+"."+v.Name, v.Description)
		}
	}
	if described < 300 {
		t.Errorf("only %d things were looked at", described)
	}
}

// A list costs as many times what is asked of each member as it may have members:
// every field with an argument `first`, and every plain list of candidates.
func TestComplexity_OfEveryList(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	executable := s.executable()
	first := 50
	lists := 0
	for name, definition := range schema().Types {
		for _, f := range definition.Fields {
			args := map[string]any{}
			members := 100
			if f.Arguments.ForName("first") != nil {
				args["first"], members = int64(first), first
			} else if f.Name != "candidates" {
				continue
			}
			lists++
			cost, ok := executable.Complexity(t.Context(), name, f.Name, 7, args)
			if want := 1 + members*7; !ok || cost != want {
				t.Errorf("%s.%s costs %d (%v), want %d", name, f.Name, cost, ok, want)
			}
		}
	}
	if lists < 20 {
		t.Errorf("only %d lists were looked at", lists)
	}
}

// unseen are the events that the story of these tests does not have.
var unseen = map[string]bool{"RunningNameChanged": true, "StoppedRunning": true}

// Whatever has an id can be fetched again by it.
func TestNode_EveryID(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.fill(2)
	types := map[string]string{} // by the type of the node, an id
	for _, query := range everyPath(schema(), 6, 3) {
		var tree any
		if err := json.Unmarshal(s.ask(s.token, query).Data, &tree); err != nil {
			t.Fatal(err)
		}
		collectIDs(tree, types)
	}
	var want []string
	for name, definition := range schema().Types {
		for _, i := range definition.Interfaces {
			if i == "Node" && definition.Kind == ast.Object {
				want = append(want, name)
			}
		}
	}
	for _, name := range want {
		id := types[name]
		if name == "Organization" {
			continue // it is the root of every query, which does not ask for its id
		}
		if id == "" {
			if !unseen[name] {
				t.Errorf("no query leads to a %s", name)
			}
			continue
		}
		var got struct {
			Node struct {
				Type string `json:"__typename"`
				ID   string
			}
		}
		s.must(fmt.Sprintf(`{ node(id: %q) { __typename id } }`, id), &got)
		if got.Node.Type != name || got.Node.ID != id {
			t.Errorf("node %s is %s %s, want %s", id, got.Node.Type, got.Node.ID, name)
		}
	}
}

func collectIDs(tree any, types map[string]string) {
	switch v := tree.(type) {
	case map[string]any:
		name, _ := v["__typename"].(string)
		if id, ok := v["id"].(string); ok && name != "" {
			types[name] = id
		}
		for _, child := range v {
			collectIDs(child, types)
		}
	case []any:
		for _, child := range v {
			collectIDs(child, types)
		}
	}
}

// What a payload leads to is loaded too, as deep as is asked.
func TestMutations_LoadBelow(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.fill(2)
	for _, query := range []string{
		`mutation { createFlow(input: {organization: "acme", name: "new", repository: "acme/new"}) { created flow { artifacts { nodes { name } } repository { commits { nodes { sha } } } } } }`,
		`mutation { updateFlow(input: {organization: "acme", flow: "flow-0", description: "new", requiredEvidence: ["a", "b"]}) { flow { description requiredEvidence repository { name } artifacts { nodes { state requirements { name state } history { nodes { summary } } } } } } }`,
		`mutation { createEnvironment(input: {organization: "acme", name: "new", type: K8S}) { created environment { snapshot { number } snapshots { nodes { number } } events { nodes { summary } } } } }`,
		`mutation { createEnvironment(input: {organization: "acme", name: "new-all", type: LOGICAL, members: ["env-0", "env-1"], tags: [{key: "a", value: "b"}]}) { created environment { formerNames tags { key value } reporting { state } members { nodes { name memberOf { nodes { name } } } } } } }`,
		`mutation { updateEnvironment(input: {organization: "acme", environment: "env-0", name: "env-0-new", setTags: [{key: "a", value: "b"}], silentAfterSeconds: 0}) { environment { name formerNames tags { key value } memberOf { nodes { name members { nodes { name reporting { state lastReportedAt } } } } } events { nodes { summary } } } } }`,
		`mutation { archiveEnvironment(input: {organization: "acme", environment: "env-1"}) { environment { name archivedAt reporting { state silentSince } events { nodes { summary environment { name } } } snapshot { number } } } }`,
		`mutation { archiveEnvironment(input: {organization: "acme", environment: "env-1", archived: false}) { environment { archivedAt } } }`,
		`mutation { updateOrganization(input: {organization: "acme", createsEnvironments: true}) { organization { createsEnvironments visibility } } }`,
		`mutation { reportArtifact(input: {organization: "acme", flow: "flow-0", name: "x", fingerprint: "` + string(fingerprint("new")) + `"}) { created artifact { history { nodes { summary artifact { name } } } runningIn { nodes { replicas } } commit { sha } } } }`,
		`mutation { reportAttestation(input: {organization: "acme", flow: "flow-0", fingerprint: "` + string(fingerprint("new")) + `", name: "tests", evidence: {generic: {compliant: false}}}) { created attestation { artifact { state history { nodes { summary } } } flow { artifacts { nodes { name } } } } } }`,
		`mutation { reportDeployment(input: {organization: "acme", artifact: "flow-0@` + string(fingerprint("new")) + `", environment: "env-0"}) { created deployment { number artifact { deployments { nodes { number environment { name } } } } environment { snapshot { running { nodes { name } } } } flow { name } } } }`,
		`mutation { reportCommits(input: {organization: "acme", repository: "acme/flow-0", commits: [{sha: "` + string(sha("99")) + `", parents: [], subject: "x", committedAt: "2022-08-22T09:00:00Z"}]}) { added repository { commits { nodes { artifacts { nodes { name } } } } } } }`,
		`mutation { createToken(input: {organization: "acme", name: "ci", role: MEMBER}) { secret token { id name role hint } } }`,
		`{ viewer { name role organization { flows { nodes { artifacts { nodes { name } } } } } } server { version time costLimit } }`,
	} {
		var first, second any
		s.must(query, &first)
		s.must(query, &second) // and asking twice is no error
		if strings.Contains(query, "created") && !strings.Contains(fmt.Sprint(second), "created:false") {
			t.Errorf("asked twice, it is new twice: %s\n%v", query, second)
		}
	}
}
