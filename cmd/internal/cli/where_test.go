package cli_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/cmd/internal/api/apitest"
	"github.com/landfall-dev/landfall/cmd/internal/cli"
	"github.com/landfall-dev/landfall/cmd/internal/git/gittest"
)

// TestWhere_FailUnless is what scripts wait for.
func TestWhere_FailUnless(t *testing.T) {
	t.Parallel()
	server := apitest.NewStory(t)
	for name, tt := range map[string]struct {
		args []string
		code int
		says string
	}{
		"Running":           {[]string{"16d9990", "aws-beta", "--fail-unless", "running"}, 0, ""},
		"IncludedIsNotIt":   {[]string{"16d9990", "aws-prod", "--fail-unless", "running"}, cli.ExitNo, "It is not running in aws-prod."},
		"Included":          {[]string{"16d9990", "aws-prod", "aws-beta", "--fail-unless", "included"}, 0, ""},
		"OneIsMissing":      {[]string{"16d9990", "aws-prod", "staging", "gke", "--fail-unless", "included"}, cli.ExitNo, "It is not included in gke, staging."},
		"Gone":              {[]string{"16d9990", "qa", "--fail-unless", "included"}, cli.ExitNo, "in qa"},
		"Unknown":           {[]string{"16d9990", "edge", "--fail-unless", "included"}, cli.ExitNo, "in edge"},
		"ByOneFlow":         {[]string{"main", "qa", "--flow", "runner", "--fail-unless", "running"}, 0, ""},
		"ByBothFlows":       {[]string{"main", "aws-beta", "--fail-unless", "included"}, cli.ExitNo, "in aws-beta"},
		"NoFlow":            {[]string{"v1.2", "aws-beta", "--fail-unless", "included"}, cli.ExitNo, "in aws-beta"},
		"Members":           {[]string{"16d9990", "everywhere", "--fail-unless", "included"}, 0, ""},
		"MemberIsMissing":   {[]string{"16d9990", "everywhere", "--fail-unless", "running"}, cli.ExitNo, "in aws-prod"},
		"Misspelt":          {[]string{"16d9990", "aws-beta", "aws-pord", "--fail-unless", "included"}, cli.ExitNotFound, `"aws-pord" not found`},
		"MisspeltAndNoFlag": {[]string{"16d9990", "aws-beta", "aws-pord"}, cli.ExitNotFound, `"aws-pord" not found`},
		"NothingTold":       {[]string{"16d9990", "new", "--fail-unless", "included"}, cli.ExitNotFound, "nothing is told of new"},
		"OtherFlow":         {[]string{"16d9990", "aws-beta", "--flow", "wbe", "--fail-unless", "included"}, cli.ExitNotFound, "nothing is told of aws-beta by flow wbe"},
		"NoEnvironment":     {[]string{"16d9990", "--fail-unless", "included"}, cli.ExitUsage, "needs the environments"},
		"NoSuchState":       {[]string{"16d9990", "aws-beta", "--fail-unless", "gone"}, cli.ExitUsage, "write one of RUNNING, INCLUDED"},
		"NoSuchCommit":      {[]string{"0000000", "aws-beta", "--fail-unless", "running"}, cli.ExitNotFound, "no commit is 0000000"},
		"Several":           {[]string{"a0000", "aws-beta", "--fail-unless", "running"}, cli.ExitAmbiguous, "fits 2 commits"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, format := range []string{"table", "tsv", "json"} {
				got := run(t, setting{env: signedIn(t, server)}, append([]string{"where", "-o", format}, tt.args...)...)
				if got.code != tt.code || !strings.Contains(got.err, tt.says) || tt.says == "" && strings.Contains(got.err, "It is not") {
					t.Errorf("%s: exit code %d, want %d and %q\n%s", format, got.code, tt.code, tt.says, got.err)
				}
			}
		})
	}
}

// TestWhere_At asks for a moment in the zone in which times are shown.
func TestWhere_At(t *testing.T) {
	t.Parallel()
	server := apitest.NewStory(t)
	for said, want := range map[string]any{
		"2022-08-22 11:35": "2022-08-22T09:35:00Z", "2.weeks.ago": "2022-08-23T12:00:00Z", "": nil,
	} {
		args := []string{"where", "16d9990"}
		if said != "" {
			args = append(args, "--at", said)
		}
		if got := run(t, setting{env: signedIn(t, server)}, args...); got.code != 0 {
			t.Errorf("%q: %+v", said, got)
		}
		operations := server.Operations()
		if got := operations[len(operations)-1].Variables["at"]; got != want {
			t.Errorf("%q is sent as %v, want %v", said, got, want)
		}
	}
	got := run(t, setting{env: signedIn(t, server)}, "where", "16d9990", "--at", "soon")
	if got.code != cli.ExitUsage || !strings.Contains(got.err, "2.weeks.ago") {
		t.Errorf("no moment: %+v", got)
	}
}

// TestChanges_OfWhat asks first for what a name is more likely of.
func TestChanges_OfWhat(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		args  []string
		code  int
		asked []string
		says  string
	}{
		"Snapshots":    {[]string{"aws-prod#65", "aws-prod#96"}, 0, []string{"Changes"}, "aws-prod#96"},
		"Tags":         {[]string{"v1.1", "v1.2"}, 0, []string{"Changes", "CommitRange"}, "and 25 more"},
		"AllOfThem":    {[]string{"v1.1", "v1.2", "--limit", "0"}, 0, []string{"Changes", "CommitRange", "AddedCommits"}, "Step 1\n"},
		"Artifacts":    {[]string{"runner:85d83c6", "runner:16d9990"}, 0, []string{"CommitRange"}, "1 commit added"},
		"Neither":      {[]string{"nothing", "nowhere"}, cli.ExitNotFound, []string{"Changes", "CommitRange"}, "nothing and nowhere are neither two snapshots"},
		"NoSnapshot":   {[]string{"aws-prod#65", "aws-prod#97"}, cli.ExitNotFound, []string{"Changes"}, "no snapshot is aws-prod#97"},
		"NoArtifact":   {[]string{"runner:85d83c6", "runner:0000000"}, cli.ExitNotFound, []string{"CommitRange"}, "no commit is"},
		"Mixed":        {[]string{"aws-prod#65", "runner:16d9990"}, cli.ExitUsage, nil, "cannot be compared"},
		"NothingToSay": {nil, cli.ExitUsage, nil, "FROM is missing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := apitest.NewStory(t)
			got := run(t, setting{env: signedIn(t, server)}, append([]string{"changes"}, tt.args...)...)
			if got.code != tt.code || !strings.Contains(got.out+got.err, tt.says) {
				t.Errorf("exit code %d, want %d and %q\n%s%s", got.code, tt.code, tt.says, got.out, got.err)
			}
			var asked []string
			for _, o := range server.Operations() {
				asked = append(asked, o.Name)
			}
			if diff := cmp.Diff(tt.asked, asked); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
		})
	}
}

// TestMine_Whose finds out whose commits are meant, or says how to say it.
func TestMine_Whose(t *testing.T) {
	t.Parallel()
	repository := func(email string, remotes ...string) string {
		r := gittest.New(t)
		r.Git("config", "user.email", email)
		for _, url := range remotes {
			r.Git("remote", "add", "origin", url)
		}
		return r.Dir
	}
	const remote = "https://github.com/cyber-dojo/runner.git"
	ada, nobody, lonely, none := repository("ada@example.com", remote), repository("", remote), repository("ada@example.com"), t.TempDir()
	for name, tt := range map[string]struct {
		args []string
		code int
		want map[string]any // the filter that is sent
		says string
	}{
		"Checkout":       {[]string{"--checkout", ada}, 0, map[string]any{"authorEmail": "ada@example.com", "repository": "cyber-dojo/runner"}, "Taken from the git checkout"},
		"Other":          {[]string{"--checkout", ada, "--author", "eve@example.com"}, 0, map[string]any{"authorEmail": "eve@example.com", "repository": "cyber-dojo/runner"}, "No commit of eve@example.com is known in cyber-dojo/runner"},
		"Everywhere":     {[]string{"--checkout", lonely, "--all-repositories"}, 0, map[string]any{"authorEmail": "ada@example.com"}, ""},
		"NoCheckout":     {[]string{"--checkout", none, "--author", "ada@example.com", "--all-repositories"}, 0, map[string]any{"authorEmail": "ada@example.com"}, ""},
		"Since":          {[]string{"--checkout", ada, "--since", "2022-09-06"}, 0, map[string]any{"authorEmail": "ada@example.com", "repository": "cyber-dojo/runner", "since": "2022-09-06T00:00:00+02:00"}, ""},
		"NoEmail":        {[]string{"--checkout", nobody}, cli.ExitUsage, nil, "git config user.email"},
		"NoRemote":       {[]string{"--checkout", lonely}, cli.ExitUsage, nil, "--all-repositories looks in all"},
		"NoCheckoutHere": {[]string{"--checkout", none}, cli.ExitUsage, nil, "it is no git checkout: say whose commits are meant with --author"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := apitest.NewStory(t)
			got := run(t, setting{env: signedIn(t, server)}, append([]string{"mine"}, tt.args...)...)
			if got.code != tt.code || !strings.Contains(got.err, tt.says) {
				t.Errorf("exit code %d, want %d and %q\n%s", got.code, tt.code, tt.says, got.err)
			}
			var sent map[string]any
			if operations := server.Operations(); len(operations) > 0 {
				sent, _ = operations[0].Variables["filter"].(map[string]any)
			}
			if diff := cmp.Diff(tt.want, sent); diff != "" {
				t.Errorf("filter (-want +got):\n%s", diff)
			}
		})
	}
}

// TestMine_Narrow has no room for words.
func TestMine_Narrow(t *testing.T) {
	t.Parallel()
	server := apitest.NewStory(t)
	args := []string{"mine", "--author", "ada@example.com", "--all-repositories"}
	got := run(t, setting{terminal: true, width: 70, color: true, env: signedIn(t, server)}, args...)
	golden(t, "mine-narrow.terminal.txt", strings.ReplaceAll(got.out+"-- stderr --\n"+got.err, "\x1b", "ESC"))
}
