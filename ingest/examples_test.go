package ingest_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/ingest"
	"github.com/landfall-dev/landfall/model"
)

const exampleSecret = "a-secret-for-every-forge"

// forgeCall is a delivery as a forge sends it, with the proof that it gives.
func forgeCall(e ingest.LibraryExample) call {
	c := call{
		method: http.MethodPost, path: "/webhooks/acme/" + e.Forge.Slug(), body: bytes.NewReader(e.Body),
		header: map[string]string{"Content-Type": "application/json"},
	}
	signature := sign(exampleSecret, e.Body)
	switch e.Forge {
	case model.ForgeGitHub:
		c.header["X-GitHub-Event"], c.header["X-GitHub-Delivery"], c.header["X-Hub-Signature-256"] = e.Event, e.Name, signature
	case model.ForgeGitLab:
		c.header["X-Gitlab-Event"], c.header["X-Gitlab-Event-UUID"], c.header["X-Gitlab-Token"] = e.Event, e.Name, exampleSecret
	case model.ForgeGitea:
		c.header["X-Gitea-Event"], c.header["X-Gitea-Delivery"], c.header["X-Gitea-Signature"] = e.Event, e.Name, strings.TrimPrefix(signature, "sha256=")
	case model.ForgeBitbucket:
		c.header["X-Event-Key"], c.header["X-Request-UUID"], c.header["X-Hub-Signature"] = e.Event, e.Name, signature
	case model.ForgeDockerHub:
		c.path += "/" + exampleSecret
	}
	return c
}

// Every payload that the library for webhooks knows of the forges is applied,
// ignored or refused with a reason, through the real endpoint and into Postgres: at
// first while nobody follows its repository, and again when a flow does.
func TestWebhook_LibraryExamples(t *testing.T) {
	t.Parallel()
	s := newInboxServer(t)
	for _, forge := range model.Forges() {
		given := exampleSecret
		if _, _, err := s.db.CreateWebhook(t.Context(), s.org, model.CreateWebhookInput{Forge: forge, Secret: &given}); err != nil {
			t.Fatal(err)
		}
	}
	examples := ingest.LibraryExamples(t)
	if len(examples) < 100 {
		t.Fatalf("the library brings %d examples", len(examples))
	}
	for _, e := range examples {
		got := s.send(t, forgeCall(e))
		ok := got.Status == http.StatusOK || got.Status == http.StatusAccepted
		said := got.Message == "applied" || got.Message == "seen before" || strings.Contains(got.Message, ": ")
		if !ok || !said || strings.Contains(got.Message, internal) {
			t.Errorf("%s: got %d %q", e.Name, got.Status, got.Message)
		}
	}
	var repositories []string
	s.query(t, &repositories, `SELECT DISTINCT repository FROM deliveries WHERE repository IS NOT NULL ORDER BY 1`)
	for _, repository := range repositories {
		name := strings.ReplaceAll(repository, "/", "-")
		if _, _, err := s.db.CreateFlow(t.Context(), s.org, model.CreateFlowInput{Name: name, Repository: &repository}); err != nil {
			t.Fatal(err)
		}
	}
	s.newEnvironment(t, "production", model.EnvironmentECS)
	s.clock.wait(time.Minute)
	if _, err := s.inbox.TryDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	var left []string
	s.query(t, &left, `SELECT source || ' ' || key || ' is ' || state || ': ' || coalesce(reason, '') FROM deliveries
		WHERE (state NOT IN ('applied', 'ignored', 'failed')) OR (state <> 'applied' AND reason IS NULL) OR reason LIKE 'internal%' OR reason LIKE 'no flow follows%'`)
	for _, line := range left {
		t.Error(line)
	}
	if got := s.builds(t); len(got) == 0 {
		t.Error("no build came of it")
	}
}
