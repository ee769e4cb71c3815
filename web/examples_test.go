package web_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// example is one entry of examples.json.
type example struct {
	Title     string         `json:"title"`
	About     string         `json:"about"`
	File      string         `json:"file"`
	Variables map[string]any `json:"variables"`
}

// schema reads the schema of the API.
func schema(tb testing.TB) *ast.Schema {
	tb.Helper()
	names, err := filepath.Glob("../graph/schema/*.graphqls")
	if err != nil || len(names) == 0 {
		tb.Fatalf("no schema: %v", err)
	}
	var sources []*ast.Source
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		sources = append(sources, &ast.Source{Name: name, Input: string(text)})
	}
	s, err := gqlparser.LoadSchema(sources...)
	if err != nil {
		tb.Fatalf("load the schema: %v", err)
	}
	return s
}

// Every example must run as it is: valid against the schema, with variables that
// fit, and in the list.
func TestExamples(t *testing.T) {
	t.Parallel()
	s := schema(t)
	_, list := get(t, http.MethodGet, "/playground/examples/examples.json", nil)
	var examples []example
	d := json.NewDecoder(bytes.NewReader([]byte(list)))
	d.DisallowUnknownFields()
	if err := d.Decode(&examples); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("playground/examples/*.graphql")
	if err != nil || len(files) != len(examples) || len(files) < 5 {
		t.Errorf("%d examples, %d files (%v)", len(examples), len(files), err)
	}
	for _, e := range examples {
		t.Run(e.File, func(t *testing.T) {
			t.Parallel()
			resp, text := get(t, http.MethodGet, "/playground/examples/"+e.File, nil)
			if resp.StatusCode != http.StatusOK || e.Title == "" || e.About == "" {
				t.Fatalf("status %d, title %q, about %q", resp.StatusCode, e.Title, e.About)
			}
			doc, errs := gqlparser.LoadQueryWithRules(s, text, rules.NewDefaultRules())
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			if len(doc.Operations) != 1 || doc.Operations[0].Name == "" {
				t.Fatalf("%d operations, the first is %q", len(doc.Operations), doc.Operations[0].Name)
			}
			if _, err := validator.VariableValues(s, doc.Operations[0], e.Variables); err != nil {
				t.Errorf("variables: %v", err)
			}
			for name := range e.Variables {
				if doc.Operations[0].VariableDefinitions.ForName(name) == nil {
					t.Errorf("nobody asked for variable %q", name)
				}
			}
		})
	}
}
