package graph_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

// Addresses of authors are for the tokens of an organization: whoever can read it only
// because it is public is shown none, and cannot find out by a filter.
func TestCommit_AuthorEmail(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.fill(2)
	other := model.NewTokenSecret()
	s.newOrganization("globex", other)
	_, reader, err := s.db.CreateToken(t.Context(), s.org, model.CreateTokenInput{Name: "reader", Role: model.RoleReader})
	if err != nil {
		t.Fatal(err)
	}
	s.must(`mutation { updateOrganization(input: {organization: "acme", visibility: PUBLIC}) { organization { name } } }`, nil)
	const one = `{ organization(name: "acme") { commit(ref: "acme/flow-0@1000000") { ... on Commit { subject authorEmail issueKeys } } } }`
	const list = `{ organization(name: "acme") { commits(filter: {authorEmail: "ADA@Example.com"}, first: 100) { nodes { subject } } } }`
	for name, tt := range map[string]struct {
		token, email, codes string
	}{
		"Admin":  {s.token, `"ada@example.com"`, "[]"},
		"Reader": {reader, `"ada@example.com"`, "[]"},
		"Public": {other, "null", "[FORBIDDEN]"},
	} {
		want := `{"organization":{"commit":{"subject":"flow-0:1000000","authorEmail":` + tt.email + `,"issueKeys":["PROJ-12"]}}}`
		if got := s.ask(tt.token, one); string(got.Data) != want || len(got.Errors) > 0 {
			t.Errorf("%s: got %s %+v, want %s", name, got.Data, got.Errors, want)
		}
		if got := s.ask(tt.token, list); fmt.Sprint(got.codes()) != tt.codes {
			t.Errorf("%s asks for the commits of an author: got %v, want %s", name, got.codes(), tt.codes)
		}
	}
	if got := s.ask(other, `{ organization(name: "acme") { commits(filter: {repository: "acme/flow-0"}) { nodes { subject authorEmail } } } }`); len(got.Errors) > 0 {
		t.Errorf("commits of a public organization: %+v", got.Errors)
	}
	var nothing struct {
		Organization struct {
			Commit struct{ AuthorEmail *string }
		}
	}
	s.must(`{ organization(name: "acme") { commit(ref: "abcdef000") { ... on Commit { authorEmail } } } }`, &nothing)
	if nothing.Organization.Commit.AuthorEmail != nil {
		t.Errorf("an address that was not told is %q", *nothing.Organization.Commit.AuthorEmail)
	}
}

// However a commit is said, the answer is the same, from the organization and from its
// repository.
func TestCommit_References(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.fill(2)
	type result struct {
		Typename    string `json:"__typename"`
		SHA         model.CommitSHA
		Candidates  []struct{ SHA model.CommitSHA }
		CherryPicks struct {
			Nodes []struct{ SHA model.CommitSHA }
		}
	}
	const of = `{ __typename ... on Commit { sha cherryPicks { nodes { sha } } } ... on AmbiguousCommit { candidates { sha } } }`
	ask := func(ref string) (above, below result) {
		t.Helper()
		var got struct {
			Organization struct {
				Commit     result
				Repository struct{ Commit result }
			}
		}
		s.must(fmt.Sprintf(`{ organization(name: "acme") { commit(ref: %q) %s repository(name: "acme/flow-0") { commit(ref: %q) %s } } }`, ref, of, ref, of), &got)
		return got.Organization.Commit, got.Organization.Repository.Commit
	}
	want := sha("1000000")
	for _, ref := range []string{
		string(want), "acme/flow-0@1000000", "acme/flow-0@branch-0", "acme/flow-0@v0", "acme/flow-0@refs/heads/branch-0", "acme/flow-0#1",
		"flow-0:1000000", "flow-0@" + string(fingerprint("flow-0:1000000")[:12]),
	} {
		above, below := ask(ref)
		if above.SHA != want || below.SHA != want {
			t.Errorf("%s leads to %+v, and in its repository to %+v", ref, above, below)
		}
	}
	// Both repositories have the branch.
	above, below := ask("branch-0")
	if above.Typename != "AmbiguousCommit" || len(above.Candidates) != 2 || below.SHA != want {
		t.Errorf("branch-0 leads to %+v, and in its repository to %+v", above, below)
	}
	above, _ = ask("acme/flow-0@abcdef000")
	if len(above.CherryPicks.Nodes) != 1 || above.CherryPicks.Nodes[0].SHA != sha("abcdef001") {
		t.Errorf("what changes the same is %+v", above.CherryPicks)
	}
	for ref, code := range map[string]string{"flow-1:2000000": "NOT_FOUND", "nope": "NOT_FOUND", "fffff": "NOT_FOUND", "acme/flow-1@branch-0": "INVALID"} {
		got := s.ask(s.token, fmt.Sprintf(`{ organization(name: "acme") { repository(name: "acme/flow-0") { commit(ref: %q) { __typename } } } }`, ref))
		if fmt.Sprint(got.codes()) != "["+code+"]" {
			t.Errorf("%s in another repository: %+v", ref, got.Errors)
		}
	}
}

func TestOrganization_CommitRange(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.fill(2)
	ask := func(from, to string) string {
		t.Helper()
		got := s.ask(s.token, fmt.Sprintf(`{ organization(name: "acme") { commitRange(from: %q, to: %q) { __typename
			... on CommitRange { from { subject } to { subject } relation } ... on AmbiguousCommit { askedFor } } } }`, from, to))
		return fmt.Sprint(string(got.Data), got.codes())
	}
	for ends, want := range map[[2]string]string{
		{"acme/flow-0@v0", "flow-0:1000001"}: `{"__typename":"CommitRange","from":{"subject":"flow-0:1000000"},"to":{"subject":"flow-0:1000001"},"relation":"DIVERGED"}`,
		{"1000000", "acme/flow-0#1"}:         `{"__typename":"CommitRange","from":{"subject":"flow-0:1000000"},"to":{"subject":"flow-0:1000000"},"relation":"SAME"}`,
		{"v0", "1000001"}:                    `{"__typename":"AmbiguousCommit","askedFor":"v0"}`,
		{"1000001", "v0"}:                    `{"__typename":"AmbiguousCommit","askedFor":"v0"}`,
	} {
		if diff := cmp.Diff(`{"organization":{"commitRange":`+want+`}}[]`, ask(ends[0], ends[1])); diff != "" {
			t.Errorf("%v (-want +got):\n%s", ends, diff)
		}
	}
}
