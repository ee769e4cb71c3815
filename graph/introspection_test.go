package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql/introspection"
)

// Tools can read the whole schema, and nobody can ask it for types of fields of
// types without end.
func TestIntrospection(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	if got := s.ask(s.token, introspection.Query); len(got.Errors) > 0 || len(got.Data) < 10_000 {
		t.Errorf("the schema cannot be read: %v, %d bytes", got.Errors, len(got.Data))
	}
	nested := func(depth int) string {
		return strings.Repeat("fields { type { ", depth) + "name" + strings.Repeat(" } }", depth)
	}
	for name, query := range map[string]string{
		"Nested":        `{ __schema { types { ` + nested(6) + ` } } }`,
		"NestedByType":  `{ __type(name: "Query") { ` + nested(7) + ` } }`,
		"Fragments":     `{ __schema { types { ...A } } } fragment A on __Type { fields { type { ...B } } } fragment B on __Type { fields { type { ... on __Type { ` + nested(3) + ` } } } }`,
		"VeryDeep":      `{ __schema { types { ` + nested(300) + ` } } }`,
		"PossibleTypes": `{ __schema { types { possibleTypes { interfaces { possibleTypes { interfaces { possibleTypes { name } } } } } } } }`,
		"ManyTimes":     "{ " + strings.Join(aliases(60), " ") + " }",
	} {
		want := "[GRAPHQL_VALIDATION_FAILED]" // too deep
		if name == "ManyTimes" {
			want = "[COMPLEXITY_LIMIT_EXCEEDED]"
		}
		if got := s.ask(s.token, query); fmt.Sprint(got.codes()) != want {
			t.Errorf("%s: got %v and %d bytes, want %s", name, got.codes(), len(got.Data), want)
		}
	}
}

// aliases ask for the fields of all types, many times.
func aliases(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf(`a%d: __schema { types { fields { args { name type { name } } } } }`, i)
	}
	return out
}
