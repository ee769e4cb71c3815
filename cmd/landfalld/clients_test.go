package main

import (
	"bufio"
	"context"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/graph"
	"github.com/landfall-dev/landfall/ingest"
	"github.com/landfall-dev/landfall/live"
	"github.com/landfall-dev/landfall/model"
)

// nodeClients is where the clients of others are installed. Without them the test is
// skipped, but for `make test`, which installs them.
func nodeClients(t testing.TB) string {
	t.Helper()
	dir := filepath.Join("testdata", "clients")
	_, err := os.Stat(filepath.Join(dir, "node_modules", "graphql-ws"))
	if err == nil {
		_, err = exec.LookPath("node")
	}
	switch {
	case err == nil:
	case os.Getenv("LANDFALL_TEST_CLIENTS") != "":
		t.Fatalf("the clients are not installed (make setup/node-clients): %v", err)
	default:
		t.Skip("the clients are not installed: make setup/node-clients")
	}
	return dir
}

// The clients that others use, graphql-ws and graphql-sse, are told of what happens
// and go on where they were.
func TestSubscriptions_OtherClients(t *testing.T) {
	t.Parallel()
	dir := nodeClients(t)
	d, url := dbtest.NewURL(t)
	token := model.NewTokenSecret()
	if _, err := d.Bootstrap(t.Context(), "acme", token); err != nil {
		t.Fatal(err)
	}
	org, err := d.Organization(t.Context(), "acme")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.CreateFlow(t.Context(), org, model.CreateFlowInput{Name: "runner"}); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	feed := live.New(d, log, 0)
	ctx, stop := context.WithCancel(t.Context())
	heard := make(chan struct{})
	go func() {
		defer close(heard)
		db.Listen(ctx, url, log, db.Heard{Events: feed.Heard, Deliveries: feed.HeardOfDelivery})
	}()
	t.Cleanup(func() { stop(); <-heard })
	streams := graph.NewStreams(feed, graph.StreamLimits{})
	server := httptest.NewServer(new(config).routes(d, &ingest.Inbox{Store: d, Log: log}, streams, nil, log, "http://landfall.example"))
	t.Cleanup(server.Close)
	t.Cleanup(func() { streams.Stop(context.Background()) })

	letters := "abcdef0123456789"
	next := 0
	report := func() (fingerprint string) {
		t.Helper()
		fingerprint = strings.Repeat(letters[next:next+1], 64)
		next++
		at := time.Date(2022, 8, 22, 9, next, 0, 0, time.UTC)
		_, _, err := d.ReportArtifact(t.Context(), org, model.ReportArtifactInput{Flow: "runner", Name: "runner:1", Fingerprint: model.Fingerprint(fingerprint), At: &at})
		if err != nil {
			t.Fatal(err)
		}
		return fingerprint
	}
	type event struct {
		Type        string `json:"__typename"`
		Position    model.Cursor
		Fingerprint string
		Flow        struct{ Name string }
	}
	after := model.Position{}.Cursor()
	for _, way := range []string{"ws", "sse"} {
		for round := range 2 { // the second one comes back
			want := []string{report()}
			run, cancel := context.WithTimeout(t.Context(), time.Minute)
			cmd := exec.CommandContext(run, "node", "follow.mjs", way, server.URL+"/graphql", token, "2", string(after))
			cmd.Dir, cmd.Stderr = dir, t.Output()
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			var got []string
			for lines := bufio.NewScanner(out); lines.Scan(); {
				var e event
				if err := json.Unmarshal(lines.Bytes(), &e); err != nil || e.Type != "ArtifactCreated" || e.Flow.Name != "runner" {
					t.Errorf("%s: told of %s (%v)", way, lines.Text(), err)
				}
				got, after = append(got, e.Fingerprint), e.Position
				if len(got) == 1 { // while it follows
					want = append(want, report())
				}
			}
			if err := cmd.Wait(); err != nil {
				t.Errorf("%s: %v", way, err)
			}
			cancel()
			if strings.Join(got, " ") != strings.Join(want, " ") {
				t.Errorf("%s, round %d: told of %v, want %v", way, round, got, want)
			}
		}
	}
}
