package graph_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestSearch(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.fill(2)
	var got struct {
		Organization struct {
			Search struct {
				Resolution string
				PageInfo   struct{ HasNextPage bool }
				Nodes      []struct {
					Kind, MatchedBy, Matched, Summary string
					Target                            struct {
						Type      string `json:"__typename"`
						Artifacts struct{ Nodes []struct{ Name string } }
						SHA       string
					}
				}
			}
		}
	}
	s.must(`query ($kinds: [SearchKind!] = [FLOW]) { organization(name: "acme") { search(text: "Flow-0", kinds: $kinds) { resolution pageInfo { hasNextPage } nodes { kind matchedBy matched summary
		target { __typename ... on Flow { artifacts(first: 1) { nodes { name } } } } } } } }`, &got)
	found := got.Organization.Search
	if found.Resolution != "ONE" || len(found.Nodes) != 1 || found.Nodes[0].Target.Type != "Flow" || len(found.Nodes[0].Target.Artifacts.Nodes) != 1 || found.Nodes[0].Summary != "flow flow-0" {
		t.Errorf("got %+v", found)
	}
	s.must(`{ organization(name: "acme") { search(text: "1000000", first: 1, kinds: COMMIT) { resolution nodes { kind target { ... on Commit { sha } } } } } }`, &got)
	if found := got.Organization.Search; len(found.Nodes) != 1 || found.Nodes[0].Target.SHA != string(sha("1000000")) {
		t.Errorf("got %+v", found)
	}
	for query, want := range map[string]string{
		`search(text: "x") { nodes { kind } }`: "INVALID", `search(text: "` + strings.Repeat("x", 201) + `") { nodes { kind } }`: "INVALID",
		`search(text: "xx", after: "v1.x") { nodes { kind } }`: "INVALID", `search(text: "xx", first: 101) { nodes { kind } }`: "INVALID",
	} {
		if got := s.ask(s.token, `{ organization(name: "acme") { `+query+` } }`); fmt.Sprint(got.codes()) != "["+want+"]" {
			t.Errorf("%s: %+v, want %s", query, got.Errors, want)
		}
	}
}
