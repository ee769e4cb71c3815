package graph_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"
)

// BenchmarkArtifact asks for an artifact with its history, from the handler down
// to Postgres. `make bench` measures the same from outside.
func BenchmarkArtifact(b *testing.B) {
	s := newServer(b)
	s.fill(4)
	body, err := json.Marshal(map[string]any{
		"query": `query Artifact($ref: ArtifactRef!) { organization(name: "acme") { artifact(ref: $ref) { __typename
			... on Artifact { name flow { name } fingerprint createdAt commit { sha url } buildUrl state history(first: 100) { nodes { __typename at summary } } }
			... on Ambiguity { summary } } } }`,
		"variables": map[string]string{"ref": "flow-0:1000000"},
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if w := s.post(s.token, bytes.NewReader(body)); w.Code != http.StatusOK || bytes.Contains(w.Body.Bytes(), []byte("errors")) {
			b.Fatalf("%d %s", w.Code, w.Body)
		}
	}
}
