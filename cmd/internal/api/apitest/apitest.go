// Package apitest is a server for the tests of the command line. It answers as a
// Landfall server does, from values that a test gives it, and refuses whatever
// the schema in graph/schema does not allow: a misspelt field is an error here
// as it is there.
package apitest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// Token is the token that the server knows.
const Token = "lf_test_0123456789"

// Operation is one GraphQL request that was answered.
type Operation struct {
	Name      string
	Query     string
	Variables map[string]any
	Header    http.Header
}

// Server is a running server.
type Server struct {
	URL string

	t        testing.TB
	schema   *ast.Schema
	query    Object
	mutation Object

	mu         sync.Mutex
	operations []Operation
}

// New starts a server that answers from two objects: that of the queries and
// that of the mutations. It ends with the test.
func New(t testing.TB, query, mutation Object) *Server {
	t.Helper()
	s := &Server{t: t, schema: Schema(t), query: query, mutation: mutation}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /graphql", s.serveGraphQL)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "404 page not found", http.StatusNotFound)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	s.URL = server.URL
	return s
}

// Operations are the requests that were answered so far, in order.
func (s *Server) Operations() []Operation {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Operation(nil), s.operations...)
}

// Schema is the schema of the project.
func Schema(t testing.TB) *ast.Schema {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	files, err := filepath.Glob(filepath.Join(filepath.Dir(here), "../../../../graph/schema/*.graphqls"))
	if err != nil || len(files) == 0 {
		t.Fatalf("find the schema: %v, %d files", err, len(files))
	}
	var sources []*ast.Source
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, &ast.Source{Name: filepath.Base(file), Input: string(text)})
	}
	schema, err := gqlparser.LoadSchema(sources...)
	if err != nil {
		t.Fatalf("load the schema: %v", err)
	}
	return schema
}

func (s *Server) serveGraphQL(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer "+Token {
		refuse(w, http.StatusUnauthorized, "UNAUTHENTICATED", "this token is not known, or no longer valid")
		return
	}
	var request struct {
		OperationName string
		Query         string
		Variables     map[string]any
	}
	body, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(body, &request)
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, "INVALID", "the request is no GraphQL request")
		return
	}
	operation, vars, invalid := s.validate(request.OperationName, request.Query, request.Variables)
	if invalid != nil {
		refuse(w, http.StatusUnprocessableEntity, "GRAPHQL_VALIDATION_FAILED", invalid.Error())
		return
	}
	s.mu.Lock()
	s.operations = append(s.operations, Operation{request.OperationName, request.Query, request.Variables, r.Header})
	s.mu.Unlock()

	root, definition := s.query, s.schema.Query
	if operation.Operation == ast.Mutation {
		root, definition = s.mutation, s.schema.Mutation
	}
	e := &execution{server: s, variables: vars}
	data := e.object(root, definition, operation.SelectionSet)
	answer := map[string]any{"data": data}
	if len(e.errors) > 0 {
		answer["errors"] = e.errors
	}
	write(w, http.StatusOK, answer)
}

// validate holds an operation and its variables against the schema.
func (s *Server) validate(name, query string, variables map[string]any) (*ast.OperationDefinition, map[string]any, error) {
	document, errs := gqlparser.LoadQueryWithRules(s.schema, query, rules.NewDefaultRules())
	if errs != nil {
		return nil, nil, errs
	}
	operation := document.Operations.ForName(name)
	if name == "" || operation == nil {
		return nil, nil, gqlerror.Errorf("there is no operation %q", name)
	}
	vars, err := validator.VariableValues(s.schema, operation, variables)
	if err != nil {
		return nil, nil, err
	}
	return operation, vars, nil
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	write(w, status, map[string]any{"errors": []any{errorAnswer(code, message)}, "data": nil})
}

func errorAnswer(code, message string) map[string]any {
	return map[string]any{"message": message, "extensions": map[string]any{"code": code}}
}

func write(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		panic(fmt.Sprintf("encode an answer: %v", err))
	}
}
