package graph_test

import (
	"testing"

	"github.com/landfall-dev/landfall/model"
)

// The position of an organization is that of its newest event, and events tell
// theirs.
func TestPosition(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.fill(2)
	type answer struct {
		Viewer struct {
			Organization struct{ Position model.Cursor }
		}
		Organization struct {
			Position     model.Cursor
			Environments struct {
				Nodes []struct {
					Events struct {
						Nodes []struct{ Position model.Cursor }
					}
				}
			}
		}
	}
	var got answer
	s.must(`{ viewer { organization { position } }
		organization(name: "acme") { environments(filter: {types: ECS}) { nodes { events(first: 100) { nodes { position } } } } position } }`, &got)
	newest := parsePosition(t, got.Organization.Position)
	if newest.Key == 0 || got.Viewer.Organization.Position == "" {
		t.Fatalf("the position is %v", newest)
	}
	seen := map[model.Position]bool{}
	for _, e := range got.Organization.Environments.Nodes {
		for _, event := range e.Events.Nodes {
			p := parsePosition(t, event.Position)
			if seen[p] || p.Key == 0 {
				t.Errorf("%v is no position of one event", p)
			}
			seen[p] = true
		}
	}
	if len(seen) < 2 {
		t.Errorf("%d events were looked at", len(seen))
	}
}

func parsePosition(t testing.TB, c model.Cursor) model.Position {
	t.Helper()
	p, err := model.ParsePosition(c)
	if err != nil {
		t.Fatalf("%q: %v", c, err)
	}
	return p
}
