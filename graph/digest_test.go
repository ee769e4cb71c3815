package graph_test

import (
	"testing"
	"time"

	"github.com/landfall-dev/landfall/model"
)

// What runs under the digest of a platform is the artifact that was reported with
// that of its index.
func TestOtherDigests(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.fill(1)
	index, platform := fingerprint("index"), fingerprint("platform")
	s.must(`mutation { reportArtifact(input: {organization: "acme", flow: "flow-0", name: "multi:1000000", fingerprint: "`+string(index)+`", digests: ["`+string(platform)+`"]}) { created } }`, nil)
	s.must(`mutation { reportArtifact(input: {organization: "acme", flow: "flow-0", name: "registry.example/multi:1000000", fingerprint: "`+string(index)+`"}) { created } }`, nil)
	at := start.Add(200 * time.Minute)
	_, err := s.db.ApplyReport(t.Context(), s.org, &model.Report{
		Environment: "env-0", Type: model.EnvironmentECS, ObservedAt: &at, Body: []byte("{}"),
		Instances: []model.Instance{{Digests: map[string]string{"multi": string(platform)}, StartedAt: start}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := s.ask(s.token, `{ organization(name: "acme") {
		snapshot(ref: "env-0") { running { nodes { fingerprint artifact { fingerprint digests names } overlapping } } }
		artifact(ref: "flow-0@`+string(platform[:9])+`") { ... on Artifact { runningIn { nodes { fingerprint } } history { nodes { summary artifact { fingerprint } } } } } } }`)
	want := `{"organization":{"snapshot":{"running":{"nodes":[{"fingerprint":"` + string(platform) + `","artifact":{"fingerprint":"` + string(index) +
		`","digests":["` + string(platform) + `"],"names":["multi:1000000","registry.example/multi:1000000"]},"overlapping":false}]}},` +
		`"artifact":{"runningIn":{"nodes":[{"fingerprint":"` + string(platform) + `"}]},"history":{"nodes":[` +
		`{"summary":"Started running in env-0#2 environment","artifact":{"fingerprint":"` + string(index) + `"}},` +
		`{"summary":"Artifact created","artifact":{"fingerprint":"` + string(index) + `"}}]}}}}`
	if string(got.Data) != want {
		t.Errorf("got  %s %v\nwant %s", got.Data, got.Errors, want)
	}
}
