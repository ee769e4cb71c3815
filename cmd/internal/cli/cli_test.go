package cli_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/cmd/internal/api/apitest"
	"github.com/landfall-dev/landfall/cmd/internal/cli"
	"github.com/landfall-dev/landfall/cmd/internal/git/gittest"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

var update = flag.Bool("update", false, "accept what the commands print as right")

// result is all that one command line does to the world.
type result struct {
	code     int
	out, err string
}

// setting is how a command line is run.
type setting struct {
	terminal bool // Out and Err are terminals
	width    int  // of the terminal; 130 if it is 0
	color    bool
	stdin    string
	env      map[string]string
}

// run runs one command line in Berlin, at the time of the tutorial.
func run(t *testing.T, s setting, args ...string) result {
	t.Helper()
	return runContext(t.Context(), t, s, args...)
}

func runContext(ctx context.Context, t *testing.T, s setting, args ...string) result {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	var out, errOut bytes.Buffer
	io := &term.IO{
		In: strings.NewReader(s.stdin), Out: &out, Err: &errOut,
		OutTerminal: s.terminal, ErrTerminal: s.terminal, Color: s.color, ErrColor: s.color, Plain: !s.terminal,
		Now: func() time.Time { return apitest.Now }, Zone: berlin,
	}
	if s.terminal {
		io.Width = 130
	}
	if s.width > 0 {
		io.Width = s.width
	}
	app := &cli.App{IO: io, Getenv: func(key string) string { return s.env[key] }}
	code := app.Run(ctx, args)
	return result{code, out.String(), errOut.String()}
}

// signedIn is the environment of who may ask a server, without a config file.
func signedIn(t *testing.T, server *apitest.Server) map[string]string {
	t.Helper()
	config := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(config, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"LANDFALL_HOST": server.URL, "LANDFALL_ORG": apitest.Organization,
		"LANDFALL_API_TOKEN": apitest.Token, "LANDFALL_CONFIG": config,
	}
}

// golden compares text with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

// TestGolden runs every command that asks or changes something, as a person and
// a pipe see it and in every format, and pins what it prints.
func TestGolden(t *testing.T) {
	t.Parallel()
	const newPrint = "1111111111111111111111111111111111111111111111111111111111111111"
	checkout := gittest.New(t)
	checkout.FastImport(3)
	checkout.Git("remote", "add", "origin", "git@github.com:cyber-dojo/runner.git")
	checkout.Git("config", "user.email", "ada@example.com")
	commands := map[string][]string{
		"list-flows":             {"list", "flows"},
		"list-flows-tag":         {"list", "flows", "--tag", "team=core"},
		"list-flows-tag-none":    {"list", "flows", "--tag", "team=other"},
		"update-flow-tags":       {"update", "flow", "runner", "--tag", "team=tests", "--untag", "owner"},
		"list-flows-limit":       {"ls", "flows", "--limit", "2"},
		"list-artifacts":         {"list", "artifacts"},
		"list-artifacts-flow":    {"list", "artifacts", "--flow", "differ"},
		"list-environments":      {"list", "environments"},
		"list-snapshots":         {"list", "snapshots", "aws-prod"},
		"get-artifact":           {"get", "artifact", "runner:16d9990"},
		"get-artifact-failed":    {"get", "artifact", "runner:85d83c6"},
		"get-artifact-unknown":   {"get", "artifact", "differ:1a2b170"},
		"get-artifact-several":   {"get", "artifact", "runner@9af40"},
		"get-snapshot":           {"get", "snapshot", "aws-prod#65"},
		"get-snapshot-nameless":  {"get", "snapshot", "aws-prod@{2.weeks.ago}"},
		"diff-snapshots":         {"diff", "snapshots", "aws-prod#64", "aws-prod#65"},
		"diff-snapshots-all":     {"diff", "snapshots", "aws-prod#65", "aws-prod#96"},
		"diff-snapshots-same":    {"diff", "snapshots", "aws-prod#64", "aws-prod#65", "-u"},
		"diff-snapshots-empty":   {"diff", "snapshots", "aws-prod#65", "aws-prod#65", "--show-unchanged"},
		"diff-snapshots-none":    {"diff", "snapshots", "aws-prod#65", "aws-prod#65"},
		"log-environment":        {"log", "environment", "aws-prod"},
		"list-snapshots-part":    {"list", "snapshots", "aws-prod", "95..2022-08-25", "--reverse"},
		"list-snapshots-none":    {"list", "snapshots", "aws-prod", "-i", "3..3"},
		"log-environment-part":   {"log", "environment", "aws-prod", "65..65", "--flow", "runner", "--repository", "cyber-dojo/runner", "-r"},
		"log-environment-none":   {"log", "environment", "aws-prod", "--flow", "saver"},
		"log-environment-limit":  {"log", "env", "aws-prod", "-L", "1"},
		"metrics":                {"metrics", "--environment", "aws-prod", "--tag", "team=core"},
		"metrics-flow":           {"metrics", "runner", "--environment", "aws-prod", "--since", "2022-08-15", "--until", "2022-08-29", "--step", "month", "--hotfix-within", "1h"},
		"metrics-none":           {"metrics", "--environment", "aws-beta"},
		"list-expectations":      {"list", "expectations", "aws-prod"},
		"list-breaches":          {"list", "breaches"},
		"list-breaches-ongoing":  {"list", "breaches", "aws-prod", "--ongoing"},
		"create-expectation":     {"create", "expectation", "aws-prod", "runner: at most 5"},
		"create-expectation-as":  {"create", "expectation", "aws-prod", "runner: at least 3"},
		"remove-expectation":     {"remove", "expectation", "aws-prod", "runner: at most 5"},
		"create-flow":            {"create", "flow", "shas", "--description", "Shas", "--repository", "a/b", "--required-evidence", "x, y", "--required-evidence", "z", "--path", "services/shas", "--path", "go.mod", "--tag", "team=core"},
		"update-flow":            {"update", "flow", "runner", "--description", "Runs the tests", "--required-evidence", "branch-coverage"},
		"create-flow-again":      {"create", "flow", "runner", "--description", "Test runner"},
		"create-environment":     {"create", "environment", "gke", "--type", "cloud-run"},
		"list-notifications":     {"list", "notifications"},
		"get-notification":       {"get", "notification", "deploys"},
		"create-notification":    {"create", "notification", "new", "--format", "webhook", "--url", "https://hooks.example.com/secret", "--environment", "aws-prod", "--flow", "runner", "--kind", "SCALED"},
		"delete-notification":    {"delete", "notification", "ours"},
		"test-notification":      {"test", "notification", "ours"},
		"create-token":           {"create", "token", "ci of runner", "--role", "member", "--expires-at", "2023-01-01T00:00:00+01:00"},
		"create-webhook":         {"create", "webhook", "github"},
		"create-webhook-gitlab":  {"create", "webhook", "gitlab"},
		"create-webhook-docker":  {"create", "webhook", "docker-hub"},
		"trust-repository":       {"trust", "repository", "cyber-dojo/runner"},
		"trust-repository-main":  {"trust", "repository", "cyber-dojo/runner", "--branch", "main"},
		"distrust-repository":    {"distrust", "repository", "cyber-dojo/runner"},
		"rotate-webhook":         {"rotate", "webhook", "gitea", "--overlap", "1h"},
		"list-deliveries":        {"list", "deliveries"},
		"list-deliveries-some":   {"list", "deliveries", "--state", "failed,waiting", "--source", "github", "--event", "push", "--since", "5w"},
		"list-deliveries-none":   {"list", "deliveries", "--state", "stale"},
		"get-delivery":           {"get", "delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958"},
		"get-delivery-node":      {"get", "delivery", "delivery_two"},
		"replay-delivery":        {"replay", "delivery", "72d3162e-cc78-11e3-81ab-4c9367dc0958", "delivery_three"},
		"replay-deliveries":      {"replay", "deliveries", "--state", "failed"},
		"prune-deliveries":       {"prune", "deliveries", "--older-than", "90d"},
		"prune-deliveries-one":   {"prune", "deliveries", "--older-than", "2022-08-22T11:35:00+02:00", "--state", "failed"},
		"create-webhook-secret":  {"create", "webhook", "github", "--secret", "0123456789abcdef"},
		"report-artifact":        {"report", "artifact", "a/shas:7c45272", "--flow", "shas", "--fingerprint", newPrint, "--at", "2022-08-22T11:35:00+02:00"},
		"report-artifact-again":  {"report", "artifact", "x", "--flow", "runner", "--fingerprint", "9af401c4350b21e3f1df17d6ad808da43d9646e75b6da902cc7c492bcfb9c625"},
		"report-deployment":      {"report", "deployment", "runner:16d9990", "--environment", "aws-prod", "--url", "https://x.example"},
		"report-artifact-image":  {"report", "artifact", "a/shas:1.0", "--flow", "shas", "--image", "oci-layout:testdata/thing/layout", "--at", "2022-08-22T11:35:00+02:00"},
		"get-commit":             {"get", "commit", "cyber-dojo/runner#276"},
		"get-commit-unknown":     {"get", "commit", "85d83c6"},
		"get-commit-several":     {"get", "commit", "a0000"},
		"search":                 {"search", "all"},
		"search-one":             {"search", "redis"},
		"search-kinds":           {"search", "all", "--kind", "commit,pull-request"},
		"search-none":            {"search", "nothing"},
		"fingerprint-file":       {"fingerprint", "testdata/thing/dist/hello.txt"},
		"fingerprint-dir":        {"fingerprint", "testdata/thing/dist", "--exclude", "*.log"},
		"fingerprint-image":      {"fingerprint", "oci-layout:testdata/thing/layout"},
		"report-commits":         {"report", "commits", "--max", "2", "--checkout", checkout.Dir, "--repository", "acme/hello"},
		"attest-generic":         {"attest", "generic", "branch-coverage", "--flow", "runner", "--fingerprint", newPrint, "--compliant"},
		"attest-generic-not":     {"attest", "generic", "snyk", "--flow", "runner", "--fingerprint", newPrint, "--compliant=false", "--url", "https://x.example", "--description", "two findings"},
		"list-environments-some": {"list", "environments", "--type", "k8s", "--tag", "team=data"},
		"list-environments-none": {"list", "environments", "--archived"},
		"get-environment":        {"get", "environment", "aws-prod"},
		"get-environment-silent": {"get", "environment", "gke"},
		"get-environment-new":    {"get", "env", "new"},
		"get-environment-all":    {"get", "environment", "everywhere"},
		"get-snapshot-silent":    {"get", "snapshot", "gke"},
		"get-snapshot-all":       {"get", "snapshot", "everywhere"},
		"log-environment-silent": {"log", "environment", "gke"},
		"log-environment-all":    {"log", "environment", "everywhere"},
		"create-environment-all": {"create", "environment", "all", "--type", "logical", "--include", "aws-beta,aws-prod", "--tag", "team=core"},
		"update-environment":     {"update", "environment", "aws-prod", "--name", "production", "--description", "", "--tag", "a=b=c", "--untag", "team", "--silent-after", "1h30m"},
		"update-environment-all": {"update", "env", "everywhere", "--include", "gke", "--exclude", "aws-beta,aws-prod"},
		"archive-environment":    {"archive", "environment", "aws-prod"},
		"restore-environment":    {"archive", "environment", "aws-prod", "--restore"},
		"where":                  {"where", "16d9990"},
		"where-named":            {"where", "#276", "gke", "aws-prod"},
		"where-flows":            {"where", "main"},
		"where-flow":             {"where", "main", "--flow", "web", "--at", "2.weeks.ago"},
		"where-several":          {"where", "a0000"},
		"where-no-flow":          {"where", "v1.2"},
		"where-no-environment":   {"where", "v1.1"},
		"where-not":              {"where", "16d9990", "aws-beta", "aws-prod", "qa", "--fail-unless", "running"},
		"changes":                {"changes", "aws-prod#65", "aws-prod#96"},
		"changes-same":           {"changes", "aws-prod#65", "aws-prod#65"},
		"changes-no-flow":        {"changes", "aws-prod#65"},
		"changes-commits":        {"changes", "runner:85d83c6", "runner:16d9990"},
		"changes-tags":           {"changes", "v1.1", "v1.2", "--limit", "3"},
		"changes-unknown":        {"changes", "v1.0", "v1.2"},
		"changes-several":        {"changes", "a0000", "16d9990"},
		"mine":                   {"mine", "--checkout", checkout.Dir},
		"mine-since":             {"mine", "--checkout", checkout.Dir, "--since", "2022-09-06", "--all-repositories"},
		"mine-limit":             {"mine", "--author", "ada@example.com", "--all-repositories", "-L", "2"},
		"mine-none":              {"mine", "--author", "grace@example.com", "--checkout", checkout.Dir, "--since", "yesterday"},
		"update-organization":    {"update", "organization", "--create-environments", "--visibility", "private"},
	}
	server := apitest.NewStory(t)
	for name, args := range commands {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := signedIn(t, server)
			wantCode := 0
			switch name {
			case "get-artifact-several", "get-commit-several", "where-several", "changes-several":
				wantCode = cli.ExitAmbiguous
			case "where-not":
				wantCode = cli.ExitNo
			}
			for suffix, view := range map[string]struct {
				terminal bool
				extra    []string
			}{
				"terminal": {terminal: true},
				"pipe":     {},
				"tsv":      {terminal: true, extra: []string{"-o", "tsv"}},
				"json":     {extra: []string{"--output", "json"}},
			} {
				got := run(t, setting{terminal: view.terminal, env: env}, append(args[:len(args):len(args)], view.extra...)...)
				if got.code != wantCode {
					t.Errorf("%s: exit code %d, want %d\n%s", suffix, got.code, wantCode, got.err)
				}
				text := got.out
				if got.err != "" {
					text += "-- stderr --\n" + got.err
				}
				golden(t, name+"."+suffix+".txt", text)
			}
		})
	}
}

// TestMetrics_CSV pins the changes as a file for spreadsheets.
func TestMetrics_CSV(t *testing.T) {
	t.Parallel()
	server := apitest.NewStory(t)
	for _, terminal := range []bool{true, false} {
		got := run(t, setting{terminal: terminal, env: signedIn(t, server)}, "metrics", "--environment", "aws-prod", "-o", "csv")
		if got.code != 0 || got.err != "" {
			t.Errorf("exit code %d: %s", got.code, got.err)
		}
		golden(t, "metrics.csv.txt", got.out)
	}
	empty := run(t, setting{env: signedIn(t, server)}, "metrics", "runner", "--environment", "aws-beta", "-o", "csv")
	if header := "flow,environment,"; !strings.HasPrefix(empty.out, header) || strings.Count(empty.out, "\n") != 1 {
		t.Errorf("of nothing: %q, want the header alone", empty.out)
	}
}

// What a person types is sent as they meant it, and what cannot be is refused.
func TestMetrics_Asked(t *testing.T) {
	t.Parallel()
	server := apitest.NewStory(t)
	got := run(t, setting{env: signedIn(t, server)}, "metrics", "runner", "--environment", "aws-prod", "--since", "2022-08-01", "--hotfix-within", "never", "--hotfix-word", "fix,oops")
	if got.code != 0 {
		t.Fatal(got.err)
	}
	want := map[string]any{
		"organization": "cyber-dojo", "flow": "runner", "environment": "aws-prod", "step": "WEEK",
		"during": map[string]any{"from": "2022-08-01 +02:00", "to": "now"}, "hotfix": map[string]any{"within": 0.0, "words": []any{"fix", "oops"}},
	}
	if diff := cmp.Diff(want, server.Operations()[0].Variables); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	for args, says := range map[string]string{
		"metrics runner --environment aws-prod --tag a=b":     "write either a flow or --tag",
		"metrics --environment aws-prod --hotfix-within 1.5s": "write it as in 24h",
		"metrics --environment aws-prod --step year":          "write one of DAY, WEEK, MONTH",
		"metrics --environment aws-prod --since soon":         "is not a moment",
		"metrics runner":                                              "environment",
		"metrics --environment aws-prod -o yaml":                      "write table, tsv, json, csv",
		"list flows -o csv":                                           "write table, tsv, json",
		"metrics runner saver --environment aws-prod":                 "one argument too many",
		"metrics --environment aws-prod --hotfix-within -1h -o table": "write it as in 24h",
	} {
		got := run(t, setting{env: signedIn(t, server)}, strings.Fields(args)...)
		if got.code != cli.ExitUsage || !strings.Contains(got.err, says) {
			t.Errorf("%s: exit code %d, %q; want one that says %q", args, got.code, got.err, says)
		}
	}
}

// TestGolden_Color pins where colours are, and that NO_COLOR's effect is only
// their absence.
func TestGolden_Color(t *testing.T) {
	t.Parallel()
	server := apitest.NewStory(t)
	for name, args := range map[string][]string{
		"color-list-artifacts": {"list", "artifacts"},
		"color-get-artifact":   {"get", "artifact", "runner:85d83c6"},
		"color-error":          {"get", "artifact", "runner:0000000"},
		"color-where":          {"where", "16d9990"},
		"color-changes":        {"changes", "runner:85d83c6", "runner:16d9990"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := signedIn(t, server)
			got := run(t, setting{terminal: true, color: true, env: env}, args...)
			golden(t, name+".terminal.txt", strings.ReplaceAll(got.out+"-- stderr --\n"+got.err, "\x1b", "ESC"))
			bare := run(t, setting{terminal: true, env: env}, args...)
			plain := got.out + got.err
			for _, code := range []string{"0", "1", "31", "32", "33"} {
				plain = strings.ReplaceAll(plain, "\x1b["+code+"m", "")
			}
			if diff := cmp.Diff(bare.out+bare.err, plain); diff != "" {
				t.Errorf("colours change the text (-without +with):\n%s", diff)
			}
		})
	}
}

// TestGolden_Clean looks at every pinned text for what no output may have.
func TestGolden_Clean(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/golden/*")
	if err != nil || len(files) < 100 {
		t.Fatalf("%d golden files, %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			if strings.TrimRight(line, " ") != line {
				t.Errorf("%s:%d ends in a space", file, i+1)
			}
			if strings.Contains(line, apitest.Token) {
				t.Errorf("%s:%d has the token", file, i+1)
			}
		}
	}
}

// TestTutorial is the three answers that the tutorial shows.
func TestTutorial(t *testing.T) {
	t.Parallel()
	server := apitest.NewStory(t)
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"Artifact": {[]string{"get", "artifact", "runner:16d9990"}, `Name:         cyberdojo/runner:16d9990
Flow:         runner
Fingerprint:  9af401c4350b21e3f1df17d6ad808da43d9646e75b6da902cc7c492bcfb9c625
Created on:   Mon, 22 Aug 2022 11:35:00 CEST • 15 days ago
Git commit:   16d9990ad23a40eecaf087abac2a58a2d2a4b3f4
Commit URL:   https://github.com/cyber-dojo/runner/commit/16d9990ad23a40eecaf087abac2a58a2d2a4b3f4
Build URL:    https://github.com/cyber-dojo/runner/actions/runs/2902808452
State:        COMPLIANT
History:
    Artifact created                                     Mon, 22 Aug 2022 11:35:00 CEST
    branch-coverage evidence received                    Mon, 22 Aug 2022 11:36:02 CEST
    Deployment #18 to aws-beta environment               Mon, 22 Aug 2022 11:37:17 CEST
    Deployment #19 to aws-prod environment               Mon, 22 Aug 2022 11:38:21 CEST
    Started running in aws-beta#84 environment           Mon, 22 Aug 2022 11:38:28 CEST
    Started running in aws-prod#65 environment           Mon, 22 Aug 2022 11:39:22 CEST
    Scaled down from 3 to 2 in aws-beta#117 environment  Wed, 24 Aug 2022 18:03:42 CEST
    No longer running in aws-beta#119 environment        Wed, 24 Aug 2022 18:05:42 CEST
    Scaled down from 3 to 1 in aws-prod#94 environment   Wed, 24 Aug 2022 18:10:28 CEST
    No longer running in aws-prod#96 environment         Wed, 24 Aug 2022 18:12:28 CEST
`},
		"Snapshot": {[]string{"get", "snapshot", "aws-prod#65"}, `COMMIT   ARTIFACT                                                                       FLOW    RUNNING_SINCE  REPLICAS
16d9990  Name: 274425519734.dkr.ecr.eu-central-1.amazonaws.com/runner:16d9990           runner  15 days ago    3
         Fingerprint: 9af401c4350b21e3f1df17d6ad808da43d9646e75b6da902cc7c492bcfb9c625

-        Name: 274425519734.dkr.ecr.eu-central-1.amazonaws.com/shas:7c45272             -       15 days ago    1
         Fingerprint: 76c442c04283c4ca1af22d882750eb960cf53c0aa041bbdb2db9df2f2c1282be

85d83c6  Name: 274425519734.dkr.ecr.eu-central-1.amazonaws.com/runner:85d83c6           runner  17 days ago    1
         Fingerprint: d8440b94f7f9174c180324ceafd4148360d9d7c916be2b910f132c58b8a943ae

1a2b170  Name: 274425519734.dkr.ecr.eu-central-1.amazonaws.com/differ:1a2b170           differ  17 days ago    1
         Fingerprint: eeb0cfc9ee7f69fbd9531d5b8c1e8d22a8de119e2a422344a714a868e9a8bfec
`},
		"Diff": {[]string{"diff", "snapshots", "aws-prod#64", "aws-prod#65"}, `Only present in aws-prod#65

     Name:         274425519734.dkr.ecr.eu-central-1.amazonaws.com/runner:16d9990
     Fingerprint:  9af401c4350b21e3f1df17d6ad808da43d9646e75b6da902cc7c492bcfb9c625
     Flow:         runner
     Commit URL:   https://github.com/cyber-dojo/runner/commit/16d9990ad23a40eecaf087abac2a58a2d2a4b3f4
     Started:      Mon, 22 Aug 2022 11:39:17 CEST • 15 days ago
`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, terminal := range []bool{true, false} {
				got := run(t, setting{terminal: terminal, env: signedIn(t, server)}, tt.args...)
				if diff := cmp.Diff(result{out: tt.want}, got, cmp.AllowUnexported(result{})); diff != "" {
					t.Errorf("terminal %v (-want +got):\n%s", terminal, diff)
				}
			}
		})
	}
}

// TestEmpty is an organization in which nothing happened yet: the commands say
// what to do next, beside the result.
func TestEmpty(t *testing.T) {
	t.Parallel()
	server := apitest.NewStory(t)
	for name, tt := range map[string]struct {
		args []string
		hint string // in what is said beside the result
		json string
	}{
		"Flows":        {[]string{"list", "flows"}, "landfall create flow", "[]\n"},
		"Artifacts":    {[]string{"list", "artifacts"}, "landfall report artifact", "[]\n"},
		"Environments": {[]string{"list", "environments"}, "landfall create environment", "[]\n"},
		"Snapshots":    {[]string{"list", "snapshots", "new"}, "No snapshots of new", "[]\n"},
		"Deliveries":   {[]string{"list", "deliveries"}, "landfall create webhook github", "[]\n"},
		"Log":          {[]string{"log", "environment", "new"}, "Nothing has happened in new", "[]\n"},
		"Snapshot":     {[]string{"get", "snapshot", "new"}, "Nothing runs in new#2", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := signedIn(t, server)
			env["LANDFALL_ORG"] = "empty"
			got := run(t, setting{terminal: true, env: env}, tt.args...)
			if got.code != 0 || got.out != "" || !strings.Contains(got.err, tt.hint) {
				t.Errorf("terminal: %+v, want the hint %q", got, tt.hint)
			}
			got = run(t, setting{env: env}, append(tt.args, "-o", "json")...)
			if got.code != 0 || got.err != "" || tt.json != "" && got.out != tt.json {
				t.Errorf("json: %+v", got)
			}
		})
	}
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got := runContext(ctx, t, setting{env: signedIn(t, apitest.NewStory(t))}, "list", "flows")
	if want := (result{code: 130, err: "Interrupted.\n"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestWebhookSecretFromStdin(t *testing.T) {
	t.Parallel()
	server := apitest.NewStory(t)
	env := signedIn(t, server)
	got := run(t, setting{env: env, stdin: "from the pipe 42\n"}, "create", "webhook", "github", "--secret", "-", "-o", "tsv")
	if !strings.Contains(got.out, "Secret\tfrom the pipe 42\n") {
		t.Errorf("got %+v", got)
	}
	got = run(t, setting{env: env, stdin: "\n"}, "create", "webhook", "github", "--secret", "-")
	if got.code != cli.ExitUsage {
		t.Errorf("without a secret: %+v", got)
	}
}

// TestProgress_OnlyForPeople has a list of three pages.
func TestProgress_OnlyForPeople(t *testing.T) {
	t.Parallel()
	var flows []apitest.Object
	for range 201 {
		flows = append(flows, apitest.Object{
			"name": "f", "description": "", "visibility": "PUBLIC", "requiredEvidence": []string{}, "paths": []string{}, "tags": []apitest.Object{}, "createdAt": "2022-08-22T09:35:00Z",
		})
	}
	server := apitest.New(t, apitest.Object{"organization": apitest.Resolver(func(map[string]any) (any, error) {
		return apitest.Object{"flows": apitest.Connection(flows...)}, nil
	})}, nil)
	env := signedIn(t, server)
	got := run(t, setting{terminal: true, env: env}, "list", "flows", "--limit", "0")
	if !strings.HasPrefix(got.err, "\rReading flows: 100\rReading flows: 200\r ") {
		t.Errorf("terminal: %q", got.err)
	}
	got = run(t, setting{env: env}, "list", "flows", "--limit", "0")
	if got.err != "" || strings.Count(got.out, "\n") != 201 {
		t.Errorf("pipe: %q and %d lines", got.err, strings.Count(got.out, "\n"))
	}
}
