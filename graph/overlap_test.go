package graph_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// A query that would keep validation busy for minutes is refused at once, however
// it repeats itself; one that is only long is not.
func TestOverlaps(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	var distinct strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&distinct, "a%d: server { version time costLimit }\n", i)
	}
	const many = 20_000
	for name, tt := range map[string]struct {
		query string
		want  string
	}{
		"OneField":        {"{ " + strings.Repeat("__typename ", 4*many) + "}", "[INVALID]"},
		"OneObject":       {"{ " + strings.Repeat("server { version } ", many) + "}", "[INVALID]"},
		"Nested":          {"{ " + strings.Repeat("viewer { organization { "+strings.Repeat("name ", 100)+"} } ", 200) + "}", "[INVALID]"},
		"InlineFragments": {"{ " + strings.Repeat("... on Query { __typename } ", many/2) + "}", "[INVALID]"},
		"Spreads":         {"{ " + strings.Repeat("...F ", many) + "} fragment F on Query { __typename }", "[INVALID]"},
		"Doubling": {
			"{ ...F0 } " + doubling(30) + strings.Repeat(" ", 3000), "[INVALID]",
		},
		"Chain":    {"{ ...F0 } " + chain(5000), "[INVALID]"},
		"Unused":   {"{ __typename } fragment F on Query { " + strings.Repeat("__typename ", many) + "}", "[INVALID]"},
		"Cycle":    {"{ ...F } fragment F on Query { ...G } fragment G on Query { ...F __typename }" + strings.Repeat(" ", 3000), "[GRAPHQL_VALIDATION_FAILED]"},
		"Distinct": {"{ " + distinct.String() + "}", "[]"},
		"Twice":    {"{ " + strings.Repeat("server { version } ", 500) + "}", "[]"},
	} {
		got := s.ask(s.token, tt.query)
		codes := got.codes()
		slices.Sort(codes)
		if said := fmt.Sprint(slices.Compact(codes)); said != tt.want { // a cycle is told of more than once
			t.Errorf("%s: got %s, want %s", name, said, tt.want)
		}
	}
}

// chain is fragments that have each the next one.
func chain(n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, "fragment F%d on Query { ...F%d } ", i, i+1)
	}
	fmt.Fprintf(&out, "fragment F%d on Query { __typename }", n)
	return out.String()
}

// doubling is fragments that have each the next one twice.
func doubling(n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, "fragment F%d on Query { ...F%d ...F%d } ", i, i+1, i+1)
	}
	fmt.Fprintf(&out, "fragment F%d on Query { __typename }", n)
	return out.String()
}
