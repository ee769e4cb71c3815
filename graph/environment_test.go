package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// One environment is the same under each name that it had: in every reference, with
// the ids that it always had, and it shows the name that it has.
func TestEnvironment_FormerNames(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.fill(2)
	type answer struct {
		Organization struct {
			Environment struct {
				ID, Name    string
				FormerNames []string
				Snapshot    struct{ ID, Ref string }
			}
			Snapshot struct{ Ref string }
			Diff     struct {
				From, To struct{ Ref string }
			}
		}
	}
	ask := func(name string) (a answer) {
		t.Helper()
		s.must(fmt.Sprintf(`{ organization(name: "acme") { environment(name: %[1]q) { id name formerNames snapshot(ref: "%[1]s#1") { id ref } }
			snapshot(ref: "%[1]s~1") { ref } diff(from: "%[1]s#1", to: "%[1]s") { from { ref } to { ref } } } }`, name), &a)
		return a
	}
	before := ask("env-0")
	s.must(`mutation { updateEnvironment(input: {organization: "acme", environment: "env-0", name: "production"}) { environment { name } } }`, nil)
	after := ask("env-0")
	if diff := cmp.Diff(after, ask("production")); diff != "" {
		t.Errorf("by its old name and by its new one (-old +new):\n%s", diff)
	}
	e := after.Organization.Environment
	if e.Name != "production" || e.ID != before.Organization.Environment.ID || e.Snapshot.ID != before.Organization.Environment.Snapshot.ID {
		t.Errorf("before it was %+v, and now it is %+v", before.Organization.Environment, e)
	}
	if diff := cmp.Diff([]string{"env-0"}, e.FormerNames); diff != "" {
		t.Errorf("former names (-want +got):\n%s", diff)
	}
	if got := after.Organization; e.Snapshot.Ref != "production#1" || got.Snapshot.Ref != "production#1" || got.Diff.From.Ref != "production#1" || got.Diff.To.Ref != "production#2" {
		t.Errorf("references show other names: %+v", got)
	}
	for _, id := range []string{e.ID, e.Snapshot.ID} {
		var got struct {
			Node struct{ ID, Name, Ref string }
		}
		s.must(fmt.Sprintf(`{ node(id: %q) { id ... on Environment { name } ... on Snapshot { ref } } }`, id), &got)
		if got.Node.ID != id || !strings.HasPrefix(got.Node.Name+got.Node.Ref, "production") {
			t.Errorf("node %s is %+v", id, got.Node)
		}
	}
	s.must(`mutation { reportDeployment(input: {organization: "acme", artifact: "flow-0:1000000", environment: "env-0"}) { deployment { environment { name } } } }`, nil)
	got := s.ask(s.token, `{ organization(name: "acme") { environments { nodes { snapshot(ref: "env-0#1") { ref } } } } }`)
	if !strings.Contains(string(got.Data), `"ref":"production#1"`) || len(got.Errors) == 0 || !strings.Contains(got.Errors[0].Message, "names another environment than") {
		t.Errorf("below each environment: %s %+v", got.Data, got.Errors)
	}
}

// Lists have what is in use, unless what was archived is asked for.
func TestEnvironments_Archived(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.fill(2)
	s.must(`mutation { archiveEnvironment(input: {organization: "acme", environment: "env-1"}) { environment { archivedAt } } }`, nil)
	for filter, want := range map[string]string{
		``:                           "all-0 all-1 env-0 live old-0-1 old-1-1",
		`(filter: {})`:               "all-0 all-1 env-0 live old-0-1 old-1-1",
		`(filter: {archived: true})`: "env-1",
		`(filter: {tags: {key: "team", value: "a"}, types: [LOGICAL]})`: "all-0 all-1",
		`(filter: {tags: [{key: "team", value: "b"}]})`:                 "",
		`(filter: {name: "D-0"})`:                                       "old-0-1",
	} {
		var got struct {
			Organization struct {
				Environments struct{ Nodes []struct{ Name string } }
			}
		}
		s.must(`{ organization(name: "acme") { environments`+filter+` { nodes { name } } } }`, &got)
		var names []string
		for _, n := range got.Organization.Environments.Nodes {
			names = append(names, n.Name)
		}
		if strings.Join(names, " ") != want {
			t.Errorf("%s: got %v, want %s", filter, names, want)
		}
	}
	var got struct {
		Organization struct {
			Environment struct {
				Members struct{ Nodes []struct{ Name string } }
			}
			Snapshot struct{ Ref string }
		}
	}
	s.must(`{ organization(name: "acme") { environment(name: "all-0") { members { nodes { name } } } snapshot(ref: "env-1") { ref } } }`, &got)
	if fmt.Sprint(got.Organization.Environment.Members.Nodes) != "[{env-0}]" || got.Organization.Snapshot.Ref != "env-1#2" {
		t.Errorf("got %+v", got)
	}
}
