package main

import (
	"context"
	"flag"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/cli"
	"github.com/landfall-dev/landfall/cmd/internal/term"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/graph"
	"github.com/landfall-dev/landfall/identity"
	"github.com/landfall-dev/landfall/ingest"
)

// Tokens of the administrators of the two organizations that scripts begin with.
const (
	acmeToken  = "lf_acme_0123456789abcdef0123456789abcdef"
	otherToken = "lf_other_0123456789abcdef0123456789abcdef"
)

// tutorialTime is when the tutorial was written: what it shows happened 15 days
// before.
var tutorialTime = time.Date(2022, 9, 6, 12, 0, 0, 0, time.UTC)

var update = flag.Bool("update", false, "accept what landfall prints as right")

// TestMain is landfall itself when a script runs it under that name.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) != "landfall" {
		dbtest.Main(m)
	}
	terminal := term.System()
	terminal.Now = func() time.Time { return tutorialTime }
	os.Exit(cli.Run(context.Background(), os.Args[1:], terminal))
}

// TestScript runs landfall against the real server over a real Postgres, which
// each script has for itself.
func TestScript(t *testing.T) {
	t.Parallel()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		UpdateScripts:       *update,
		Setup: func(env *testscript.Env) error {
			bin := filepath.Join(env.WorkDir, ".bin")
			if err := os.Mkdir(bin, 0o755); err != nil {
				return err
			}
			env.Setenv("PATH", bin+string(os.PathListSeparator)+env.Getenv("PATH"))
			host, forge := newServer(env.T().(testing.TB))
			env.Setenv("LANDFALL_HOST", host)
			env.Setenv("FORGE", forge)
			env.Setenv("RUNNER_TOKEN", runnerToken)
			env.Setenv("LANDFALL_ORG", "acme")
			env.Setenv("LANDFALL_API_TOKEN", acmeToken)
			env.Setenv("ACME_TOKEN", acmeToken)
			env.Setenv("OTHER_TOKEN", otherToken)
			env.Setenv("PRINT", "9af401c4350b21e3f1df17d6ad808da43d9646e75b6da902cc7c492bcfb9c625")
			env.Setenv("TZ", "Europe/Berlin")
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("XDG_CONFIG_HOME", "")
			env.Setenv("GORACE", "atexit_sleep_ms=0") // else each program takes a second to end
			return os.Symlink(program, filepath.Join(bin, "landfall"))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"agent": agent},
	})
}

// newServer starts a server with two organizations, and a forge whose jobs have an
// identity. It returns the URLs of both.
func newServer(t testing.TB) (host, forge string) {
	t.Helper()
	d := dbtest.New(t)
	for organization, token := range map[string]string{"acme": acmeToken, "other": otherToken} {
		if _, err := d.Bootstrap(t.Context(), organization, token); err != nil {
			t.Fatal(err)
		}
	}
	forge = newForge(t, d)
	log := slog.New(slog.DiscardHandler)
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	callers := identity.New(d, identity.Options{BaseURL: server.URL, Issuers: []string{forge}, Now: d.Time, Log: log})
	mux.Handle("/graphql", graph.NewHandler(d, log, graph.Options{BaseURL: server.URL, Version: "test", Callers: callers}))
	mux.Handle("/", ingest.NewHandler(d, log))
	return server.URL, forge
}

// agent is the script command `agent ENVIRONMENT KIND FILE`: what an agent does
// that sees what is in the file.
func agent(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: agent ENVIRONMENT KIND FILE")
	}
	client, err := api.New(api.Config{
		Host: ts.Getenv("LANDFALL_HOST"), Organization: ts.Getenv("LANDFALL_ORG"), Token: ts.Getenv("LANDFALL_API_TOKEN"),
	})
	ts.Check(err)
	_, err = client.Report(context.Background(), args[0], args[1], []byte(ts.ReadFile(args[2])))
	ts.Check(err)
}
