package graph_test

import (
	std "cmp"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

// Callers see their own organization first, and then others that are public.
func TestOrganizations(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, name := range []string{"zeta", "beta", "hidden", "alpha"} {
		token := model.NewTokenSecret()
		s.newOrganization(name, token)
		if name != "hidden" {
			got := s.ask(token, `mutation { updateOrganization(input: {organization: "`+name+`", visibility: PUBLIC}) { organization { name } } }`)
			if len(got.Errors) > 0 {
				t.Fatal(got.Errors)
			}
		}
	}
	for size, want := range map[int][]string{1: {"acme", "alpha", "beta", "zeta"}, 2: {"acme alpha", "beta zeta"}, 3: {"acme alpha beta", "zeta"}, 100: {"acme alpha beta zeta"}} {
		var pages []string
		after := "null"
		for {
			var got struct {
				Organizations struct {
					Nodes []struct {
						Name, Position string
						Flows          struct{ Nodes []struct{ Name string } }
					}
					PageInfo struct {
						HasNextPage bool
						EndCursor   string
					}
				}
			}
			s.must(fmt.Sprintf(`{ organizations(first: %d, after: %s) { nodes { name position flows { nodes { name } } } pageInfo { hasNextPage endCursor } } }`, size, after), &got)
			page := ""
			for _, o := range got.Organizations.Nodes {
				if page != "" {
					page += " "
				}
				page += o.Name
			}
			pages = append(pages, page)
			if !got.Organizations.PageInfo.HasNextPage {
				break
			}
			after = fmt.Sprintf("%q", got.Organizations.PageInfo.EndCursor)
		}
		if diff := cmp.Diff(want, pages); diff != "" {
			t.Errorf("pages of %d (-want +got):\n%s", size, diff)
		}
	}
	for _, arguments := range []string{`first: 101`, `after: "v1.bm8"`} {
		if got := s.ask(s.token, `{ organizations(`+arguments+`) { nodes { name } } }`); fmt.Sprint(got.codes()) != "[INVALID]" {
			t.Errorf("%s: %v", arguments, got.Errors)
		}
	}
}

// Who reports is told to members, of the organization and of each environment.
func TestAgents(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	tokens := s.newDeliveries()
	s.fill(2)
	const ofOrganization = `{ organization(name: "acme") { agents(first: 3) { nodes { program tokenName environment { name type } } pageInfo { hasNextPage } } } }`
	const ofEnvironment = `{ organization(name: "acme") { environments { nodes { name agents { nodes { program } } } } } }`
	var got struct {
		Organization struct {
			Agents struct {
				Nodes []struct {
					Program, TokenName string
					Environment        struct{ Name string }
				}
				PageInfo struct{ HasNextPage bool }
			}
			Environments struct {
				Nodes []struct {
					Name   string
					Agents struct{ Nodes []struct{ Program string } }
				}
			}
		}
	}
	s.must(ofOrganization, &got)
	if said := fmt.Sprint(got.Organization.Agents); said != "{[{agent/1 bootstrap {env-1}} {agent/1 bootstrap {env-0}} {agent/0 bootstrap {env-1}}] {true}}" {
		t.Errorf("of the organization: %s", said)
	}
	s.must(ofEnvironment, &got)
	for _, e := range got.Organization.Environments.Nodes {
		want := map[string]string{"env-0": "{[{agent/1} {agent/0}]}", "env-1": "{[{agent/1} {agent/0}]}"}[e.Name]
		if said := fmt.Sprint(e.Agents); said != std.Or(want, "{[]}") {
			t.Errorf("of %s: %s", e.Name, said)
		}
	}
	for _, query := range []string{ofOrganization, ofEnvironment, `{ node(id: "` + string(model.NewID("agent", "acme", "1")) + `") { id } }`} {
		if got := s.ask(tokens[model.RoleMember], query); len(got.Errors) > 0 {
			t.Errorf("a member: %v", got.Errors)
		}
		for _, code := range s.ask(tokens[model.RoleReporter], query).codes() {
			if code != "FORBIDDEN" {
				t.Errorf("a reporter: %s", code)
			}
		}
		if got := s.ask(tokens[model.RoleReporter], query); len(got.Errors) == 0 || string(got.Data) != "null" && !strings.Contains(string(got.Data), "null") {
			t.Errorf("a reporter gets %s", got.Data)
		}
	}
}
