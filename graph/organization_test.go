package graph_test

import (
	"fmt"
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
