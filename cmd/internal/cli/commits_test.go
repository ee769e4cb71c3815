package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/cmd/internal/api/apitest"
	"github.com/landfall-dev/landfall/cmd/internal/cli"
	"github.com/landfall-dev/landfall/cmd/internal/git/gittest"
)

// commitsOf is all commits that the server was told of, in order.
func commitsOf(t *testing.T, server *apitest.Server) (calls int, repository string, commits []map[string]any) {
	t.Helper()
	for _, o := range server.Operations() {
		input := o.Variables["input"].(map[string]any)
		repository, _ = input["repository"].(string)
		for _, c := range input["commits"].([]any) {
			commits = append(commits, c.(map[string]any))
		}
		calls++
	}
	return calls, repository, commits
}

func TestReportCommits(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	r.Git("remote", "add", "origin", "https://ada:s3cr3t@github.com/acme/hello.git")
	r.Write("a", "1")
	first := r.Commit("first\n\nbody")
	r.Git("checkout", "-q", "-b", "topic")
	r.Write("b", "1")
	topic := r.Commit("topic")
	r.Git("checkout", "-q", "main")
	r.Git("merge", "-q", "--no-ff", "-m", "merge", "topic")
	merge := r.Git("rev-parse", "HEAD")
	server := apitest.NewStory(t)
	got := run(t, setting{env: signedIn(t, server)}, "report", "commits", "--checkout", r.Dir)
	want := result{out: "3 commits of acme/hello reported, 3 of them new.\n", err: "Taken from the git checkout: repository acme/hello.\n"}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	_, repository, commits := commitsOf(t, server)
	made := func(sha, subject string, parents, paths []any) map[string]any {
		return map[string]any{
			"sha": sha, "parents": parents, "subject": subject, "authorName": "Ada Lovelace", "authorEmail": "ada@example.com",
			"committedAt": "2022-08-22T09:30:00Z", "paths": paths,
		}
	}
	with := func(commit map[string]any, key string, value any) map[string]any {
		commit[key] = value
		return commit
	}
	// As `git show | git patch-id --stable` prints them.
	const patchOfFirst, patchOfTopic = "5d161a6a29e4f1960106ea4f00cbc6c0af227d01", "f5a8090e237c3c3fb6115ab48272696bedf3d7ce"
	wantCommits := []map[string]any{
		with(with(made(first, "first", []any{}, []any{"a"}), "message", "first\n\nbody"), "patchId", patchOfFirst),
		with(made(topic, "topic", []any{first}, []any{"b"}), "patchId", patchOfTopic),
		made(merge, "merge", []any{first, topic}, []any{"b"}),
	}
	if diff := cmp.Diff(wantCommits, commits); diff != "" || repository != "acme/hello" {
		t.Errorf("%s (-want +got):\n%s", repository, diff)
	}
}

func TestReportCommits_Shallow(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	r.FastImport(5)
	clone := filepath.Join(t.TempDir(), "clone")
	r.Git("clone", "-q", "--depth", "2", "file://"+r.Dir, clone)
	server := apitest.NewStory(t)
	got := run(t, setting{env: signedIn(t, server)}, "report", "commits", "--checkout", clone, "--repository", "acme/hello", "-o", "json")
	if got.code != 0 || !strings.Contains(got.out, `"shallow": true`) ||
		!strings.Contains(got.err, "Warning: the checkout is shallow: the parents of 1 commit are not known") || !strings.Contains(got.err, "fetch-depth: 0") {
		t.Errorf("got %+v", got)
	}
	_, _, commits := commitsOf(t, server)
	edge := commits[0]
	if _, told := edge["paths"]; told || edge["patchId"] != nil || edge["parentsComplete"] != false || len(edge["parents"].([]any)) != 0 {
		t.Errorf("the edge is %v", edge)
	}
	if commits[1]["parentsComplete"] != nil || len(commits[1]["parents"].([]any)) != 1 {
		t.Errorf("the head is %v", commits[1])
	}
}

// TestReportCommits_Many has 3,000 commits, which take three calls, and tells a
// person how far it is.
func TestReportCommits_Many(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	r.FastImport(3000)
	server := apitest.NewStory(t)
	got := run(t, setting{env: signedIn(t, server), terminal: true}, "report", "commits", "--checkout", r.Dir, "--repository", "acme/hello")
	if got.out != "3000 commits of acme/hello reported, 3000 of them new.\n" || !strings.HasPrefix(got.err, "\rReporting commits: 100\rReporting commits: 200\r") {
		t.Errorf("got %+v", got)
	}
	calls, _, commits := commitsOf(t, server)
	seen := map[any]bool{}
	for _, c := range commits {
		seen[c["sha"]] = true
	}
	if calls != 3 || len(seen) != 3000 {
		t.Errorf("%d commits in %d calls", len(seen), calls)
	}
	for args, want := range map[string]int{"--max 7": 7, "HEAD~3..HEAD": 3, "main --max 0": 3000, "--since 2030-01-01": 0} {
		more := append([]string{"report", "commits", "--checkout", r.Dir, "--repository", "a/b", "-o", "tsv"}, strings.Fields(args)...)
		got := run(t, setting{env: signedIn(t, server)}, more...)
		if got.out != fmt.Sprintf("a/b\t%d\t%d\tcomplete\n", want, want) {
			t.Errorf("%s: %+v", args, got)
		}
	}
}

// TestReportCommits_PatchIDs: without being asked to, nothing is fetched for them.
func TestReportCommits_PatchIDs(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	r.FastImport(1010)
	r.Git("config", "uploadpack.allowFilter", "true")
	partial := filepath.Join(t.TempDir(), "partial")
	r.Git("clone", "-q", "--filter=blob:none", "--no-checkout", "file://"+r.Dir, partial)
	for name, tt := range map[string]struct {
		checkout string
		args     []string
		want     int
	}{
		"Default": {r.Dir, nil, 1000},
		"Auto":    {r.Dir, []string{"--patch-ids", "auto", "--max", "5"}, 5},
		"Always":  {r.Dir, []string{"--patch-ids=always"}, 1010},
		"Never":   {r.Dir, []string{"--patch-ids=never"}, 0},
		"Partial": {partial, nil, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := apitest.NewStory(t)
			got := run(t, setting{env: signedIn(t, server)}, append([]string{"report", "commits", "--checkout", tt.checkout, "--repository", "a/b"}, tt.args...)...)
			if got.code != 0 || got.err != "" {
				t.Fatalf("got %+v", got)
			}
			_, _, commits := commitsOf(t, server)
			var having []any
			for _, c := range commits {
				if c["patchId"] != nil {
					having = append(having, c["subject"])
				}
			}
			if len(having) != tt.want || tt.want > 0 && having[len(having)-1] != "commit 1010" {
				t.Errorf("%d of %d have patch ids, want the newest %d", len(having), len(commits), tt.want)
			}
		})
	}
}

// TestReportCommits_PatchIDsFail: a warning, unless they were asked for.
func TestReportCommits_PatchIDsFail(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	r.Write("lost", "lost")
	r.Commit("first")
	blob := r.Git("rev-parse", "HEAD:lost")
	if err := os.Remove(filepath.Join(r.Dir, ".git", "objects", blob[:2], blob[2:])); err != nil {
		t.Fatal(err)
	}
	server := apitest.NewStory(t)
	args := []string{"report", "commits", "--checkout", r.Dir, "--repository", "a/b"}
	got := run(t, setting{env: signedIn(t, server)}, args...)
	if got.code != 0 || got.out != "1 commit of a/b reported, 1 of them new.\n" || !strings.Contains(got.err, "Warning: no patch ids are told") {
		t.Errorf("got %+v", got)
	}
	if got := run(t, setting{env: signedIn(t, server)}, append(args, "--patch-ids=always")...); got.code != cli.ExitFailed || !strings.Contains(got.err, blob) {
		t.Errorf("always: got %+v", got)
	}
	if got := run(t, setting{env: signedIn(t, server)}, append(args, "--patch-ids=often")...); got.code != cli.ExitUsage || !strings.Contains(got.err, "write auto, always, never") {
		t.Errorf("often: got %+v", got)
	}
}

// TestReportCommits_Repository: CI knows which repository it builds, and a checkout
// that somebody names knows its own.
func TestReportCommits_Repository(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	r.Write("a", "1")
	r.Commit("first")
	server := apitest.NewStory(t)
	env := signedIn(t, server)
	env["LANDFALL_REPOSITORY"] = "acme/built"
	reported := func(args ...string) string {
		t.Helper()
		if got := run(t, setting{env: env}, append([]string{"report", "commits", "--checkout", r.Dir}, args...)...); got.code != 0 {
			t.Fatalf("%+v", got)
		}
		operations := server.Operations()
		return fmt.Sprint(operations[len(operations)-1].Variables["input"].(map[string]any)["repository"])
	}
	if got := reported(); got != "acme/built" {
		t.Errorf("without a remote: %s", got)
	}
	r.Git("remote", "add", "origin", "git@github.com:acme/other.git")
	if got := reported(); got != "acme/other" {
		t.Errorf("with a remote: %s", got)
	}
	if got := reported("--repository", "a/b"); got != "a/b" {
		t.Errorf("given: %s", got)
	}
}

// TestReportCommits_PullRequest: the merge that CI made to try it is not told.
func TestReportCommits_PullRequest(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	r.Write("a", "1")
	first := r.Commit("first")
	r.Git("checkout", "-q", "-b", "fix")
	r.Write("b", "1")
	head := r.Commit("fix")
	r.Git("checkout", "-q", "--detach", "main")
	r.Git("merge", "-q", "--no-ff", "-m", "Merge fix into main", "fix")
	merge := r.Git("rev-parse", "HEAD")
	server := apitest.NewStory(t)
	env := signedIn(t, server)
	for key, value := range onGitHub(t) {
		env[key] = strings.ReplaceAll(value, mergeSHA, merge)
	}
	event := filepath.Join(t.TempDir(), "event.json")
	if err := os.WriteFile(event, []byte(`{"pull_request":{"number":1,"head":{"sha":"`+head+`"}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	env["GITHUB_EVENT_PATH"] = event
	got := run(t, setting{env: env}, "report", "commits", "--checkout", r.Dir, "--repository", "acme/hello")
	if got.code != 0 || got.err != "Taken from GitHub Actions: the head of the pull request "+head+".\n" {
		t.Errorf("got %+v", got)
	}
	_, _, commits := commitsOf(t, server)
	if len(commits) != 2 || commits[0]["sha"] != head && commits[0]["sha"] != first {
		t.Errorf("told of %v", commits)
	}
}

func TestReportCommits_Errors(t *testing.T) {
	t.Parallel()
	server := apitest.NewStory(t)
	empty, local := gittest.New(t), gittest.New(t)
	local.Write("a", "1")
	local.Commit("first")
	for name, tt := range map[string]struct {
		args []string
		code int
		want string
	}{
		"NoCheckout":   {[]string{"--checkout", t.TempDir()}, cli.ExitFailed, "it is no git checkout"},
		"NoCommit":     {[]string{"--checkout", empty.Dir}, cli.ExitFailed, "it has no commit yet"},
		"NoRepository": {[]string{"--checkout", local.Dir}, cli.ExitUsage, "say which repository it is with --repository"},
		"NoRange":      {[]string{"nothing..HEAD", "--checkout", local.Dir, "--repository", "a/b"}, cli.ExitUsage, `"nothing..HEAD" is no range of commits`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := run(t, setting{env: signedIn(t, server)}, append([]string{"report", "commits"}, tt.args...)...)
			if got.code != tt.code || !strings.Contains(got.err, tt.want) {
				t.Errorf("got %+v, want %d and %q", got, tt.code, tt.want)
			}
		})
	}
}
