package graph_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What a forge tells of a repository, and what leads on from it.
func TestRepository(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.fill(2)
	commit := string(sha("1000001"))
	got := s.ask(s.token, `{ organization(name: "acme") { repository(name: "acme/flow-0") {
		branches { nodes { name headSha head { subject } movedAt repository { name } } }
		tags(first: 1) { nodes { name } pageInfo { hasNextPage } }
		pullRequest(number: 2) { number state authorLogin headSha head { sha } mergeCommit { sha flows { nodes { name } } paths pullRequests { nodes { number } } } repository { name } }
		pullRequests(first: 1) { nodes { number title } }
		releases(first: 1) { nodes { tag name } }
		commit(ref: "#2") { ... on Commit { sha builds { nodes { runId jobs { nodes { jobId name state } } } } } } } } }`)
	want := `{"organization":{"repository":{"branches":{"nodes":[` +
		`{"name":"branch-0","headSha":"` + string(sha("1000000")) + `","head":{"subject":"flow-0:1000000"},"movedAt":"2022-08-22T09:00:00Z","repository":{"name":"acme/flow-0"}},` +
		`{"name":"branch-1","headSha":"` + commit + `","head":{"subject":"flow-0:1000001"},"movedAt":"2022-08-22T09:01:00Z","repository":{"name":"acme/flow-0"}}]},` +
		`"tags":{"nodes":[{"name":"v0"}],"pageInfo":{"hasNextPage":true}},` +
		`"pullRequest":{"number":2,"state":"MERGED","authorLogin":"ada","headSha":"` + commit + `","head":{"sha":"` + commit + `"},` +
		`"mergeCommit":{"sha":"` + commit + `","flows":{"nodes":[{"name":"flow-0"}]},"paths":["README.md","flow-0/main.go"],"pullRequests":{"nodes":[{"number":2}]}},"repository":{"name":"acme/flow-0"}},` +
		`"pullRequests":{"nodes":[{"number":2,"title":"flow-0:1000001"}]},"releases":{"nodes":[{"tag":"v1","name":"flow-0:1000001"}]},` +
		`"commit":{"sha":"` + commit + `","builds":{"nodes":[{"runId":"2","jobs":{"nodes":[{"jobId":"1","name":"job","state":"SUCCEEDED"},{"jobId":"2","name":"job","state":"SUCCEEDED"}]}}]}}}}}`
	if diff := cmp.Diff(want, string(got.Data)); diff != "" || len(got.Errors) > 0 {
		t.Errorf("%v (-want +got):\n%s", got.Errors, diff)
	}
	for query, want := range map[string]string{
		`pullRequest(number: 99) { title }`:                                     "[NOT_FOUND]",
		`pullRequest(number: 9999999999) { title }`:                             "[INVALID]",
		`pullRequest(number: -1) { title }`:                                     "[NOT_FOUND]",
		`commit(ref: "#99") { ... on Commit { sha } }`:                          "[NOT_FOUND]",
		`commit(ref: "acme/flow-1#1") { ... on Commit { sha } }`:                "[INVALID]",
		`commit(ref: "acme/flow-0#1") { ... on Commit { sha paths } }`:          "[]",
		`commits(first: 100) { nodes { paths branches: repository { name } } }`: "[]",
	} {
		got := s.ask(s.token, `{ organization(name: "acme") { repository(name: "acme/flow-0") { `+query+` } } }`)
		if fmt.Sprint(got.codes()) != want {
			t.Errorf("%s: got %v, want %s", query, got.Errors, want)
		}
	}
	got = s.ask(s.token, `{ organization(name: "acme") { commit(ref: "#1") { __typename ... on AmbiguousCommit { candidates { repository { name } } } } } }`)
	wantAmbiguous := `{"organization":{"commit":{"__typename":"AmbiguousCommit","candidates":[{"repository":{"name":"acme/flow-0"}},{"repository":{"name":"acme/flow-1"}}]}}}`
	if string(got.Data) != wantAmbiguous {
		t.Errorf("got %s %v, want %s", got.Data, got.Errors, wantAmbiguous)
	}
}
