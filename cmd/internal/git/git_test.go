package git_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/cmd/internal/git"
	"github.com/landfall-dev/landfall/cmd/internal/git/gittest"
)

func open(t *testing.T, dir string) *git.Checkout {
	t.Helper()
	c, err := git.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// log reads all of a log, oldest first.
func log(t *testing.T, dir string, opts git.LogOptions) []git.Commit {
	t.Helper()
	var commits []git.Commit
	for commit, err := range open(t, dir).Log(t.Context(), opts) {
		if err != nil {
			t.Fatal(err)
		}
		commits = append(commits, commit)
	}
	return commits
}

// pathsOf is what each commit touches, by its subject.
func pathsOf(commits []git.Commit) map[string][]string {
	paths := map[string][]string{}
	for _, c := range commits {
		paths[c.Subject] = c.Paths
	}
	return paths
}

func TestCheckout_AuthorEmail(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	for _, email := range []string{"ada@example.com", ""} {
		r.Git("config", "user.email", email)
		if got, err := open(t, r.Dir).AuthorEmail(t.Context()); got != email || err != nil {
			t.Errorf("AuthorEmail = %q, %v; want %q", got, err, email)
		}
	}
	c := open(t, r.Dir)
	r.Write(".git/config", "[user")
	if got, err := c.AuthorEmail(t.Context()); err == nil {
		t.Errorf("AuthorEmail of a broken configuration = %q", got)
	}
}

func TestLog_Linear(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	r.Write("a", "1")
	r.Write("d/b", "1")
	first := r.Commit("first\n\nwith a body\n\nand more")
	r.Write("a", "2")
	second := r.Commit("second")
	empty := r.Commit("")
	r.Git("mv", "a", "c")
	r.Git("rm", "-q", "d/b")
	last := r.Commit("moved <&> \"quoted\"")
	made := func(sha, subject string, paths []string, parents ...string) git.Commit {
		commit := git.Commit{SHA: sha, Parents: parents, Author: "Ada Lovelace", Email: "ada@example.com", CommittedAt: gittest.Time, Subject: subject, Message: subject, Paths: paths}
		if subject == "first" {
			commit.Message = "first\n\nwith a body\n\nand more"
		}
		return commit
	}
	want := []git.Commit{
		made(first, "first", []string{"a", "d/b"}, []string{}...),
		made(second, "second", []string{"a"}, first),
		made(empty, "", []string{}, second),
		made(last, "moved <&> \"quoted\"", []string{"a", "c", "d/b"}, empty),
	}
	want[0].Parents = []string{}
	if diff := cmp.Diff(want, log(t, r.Dir, git.LogOptions{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if c := open(t, r.Dir); !c.Has(t.Context(), first) || c.Has(t.Context(), strings.Repeat("0", 40)) || c.Has(t.Context(), "--help") {
		t.Error("Has is wrong")
	}
	if head, err := open(t, r.Dir).Head(t.Context()); head != last || err != nil {
		t.Errorf("Head = %s, %v", head, err)
	}
	for name, tt := range map[string]struct {
		opts git.LogOptions
		want int
	}{
		"Max":     {git.LogOptions{Max: 2}, 2},
		"Range":   {git.LogOptions{Range: first + ".." + empty}, 2},
		"Since":   {git.LogOptions{Since: "2022-08-23T00:00:00Z"}, 0},
		"SinceDo": {git.LogOptions{Since: "2022-08-21T00:00:00Z"}, 4},
		"Branch":  {git.LogOptions{Range: "main"}, 4},
	} {
		if got := len(log(t, r.Dir, tt.opts)); got != tt.want {
			t.Errorf("%s: %d commits, want %d", name, got, tt.want)
		}
	}
	if got := log(t, filepath.Join(r.Dir, ".git"), git.LogOptions{}); len(got) != 4 {
		t.Errorf("from within: %d commits", len(got))
	}
}

// TestLog_Merge: a merge is held against its first parent, so it touches what came
// in with it; an octopus too.
func TestLog_Merge(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	r.Write("base", "1")
	r.Commit("base")
	for _, branch := range []string{"x", "y", "z"} {
		r.Git("checkout", "-q", "-b", branch, "main")
		r.Write(branch, "1")
		r.Commit("on " + branch)
	}
	r.Git("checkout", "-q", "main")
	r.Write("ours", "1")
	r.Commit("ours")
	r.Git("merge", "-q", "--no-ff", "-m", "merge of x", "x")
	r.Git("merge", "-q", "--no-ff", "-m", "octopus", "y", "z")
	commits := log(t, r.Dir, git.LogOptions{})
	want := map[string][]string{
		"base": {"base"}, "on x": {"x"}, "on y": {"y"}, "on z": {"z"}, "ours": {"ours"},
		"merge of x": {"x"}, "octopus": {"y", "z"},
	}
	if diff := cmp.Diff(want, pathsOf(commits)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, c := range commits {
		if c.Subject == "octopus" && len(c.Parents) != 3 {
			t.Errorf("the octopus has %d parents", len(c.Parents))
		}
	}
}

// TestLog_Names has names and texts that a line-wise reader would get wrong.
func TestLog_Names(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	names := []string{"\nbegins so", "a b", "new\nline", "quote\"d", "tab\there", "back\\slash", "ümläut", "-dash", " ", "ends in space ", "\xff\xfe"}
	for _, name := range names {
		r.Write(name, "1")
	}
	r.Git("config", "i18n.commitEncoding", "ISO-8859-1")
	sha := r.Commit("caf\xe9\x01\x1b[31m")
	got := log(t, r.Dir, git.LogOptions{})
	if len(got) != 1 || got[0].SHA != sha || got[0].Subject != "café\x01\x1b[31m" {
		t.Fatalf("got %+v", got)
	}
	want := slices.Clone(names)
	want[len(want)-1] = "\uFFFD"
	slices.Sort(want)
	paths := slices.Sorted(slices.Values(got[0].Paths))
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestLog_Configured has a configuration that changes what git log prints.
func TestLog_Configured(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	r.Write("b", "1")
	r.Write("a", "1\n2\n3\n")
	r.Commit("first")
	r.Git("mv", "a", "z")
	r.Commit("renamed")
	for key, value := range map[string]string{
		"log.showRoot": "false", "log.showSignature": "true", "log.decorate": "full", "color.ui": "always", "diff.renames": "copies",
		"log.diffMerges": "separate", "diff.orderFile": "none", "diff.relative": "true", "format.pretty": "fuller", "log.follow": "true",
		"core.quotePath": "true", "log.abbrevCommit": "true", "diff.external": "false", "log.mailmap": "true", "diff.noprefix": "true",
	} {
		r.Git("config", key, value)
	}
	want := map[string][]string{"first": {"a", "b"}, "renamed": {"a", "z"}}
	if diff := cmp.Diff(want, pathsOf(log(t, r.Dir, git.LogOptions{}))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLog_Shallow(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	for i := range 4 {
		r.Write("f", fmt.Sprint(i))
		r.Write(fmt.Sprint(i), "1")
		r.Commit(fmt.Sprint(i))
	}
	clone := filepath.Join(t.TempDir(), "clone")
	r.Git("clone", "-q", "--depth", "2", "file://"+r.Dir, clone)
	got := log(t, clone, git.LogOptions{})
	if len(got) != 2 || !got[0].Shallow || got[0].Parents != nil || got[0].Paths != nil {
		t.Fatalf("the boundary is %+v of %d", got[0], len(got))
	}
	if got[1].Shallow || len(got[1].Parents) != 1 || !slices.Equal(got[1].Paths, []string{"3", "f"}) {
		t.Errorf("the head is %+v", got[1])
	}
	if shallow, err := open(t, r.Dir).Shallow(t.Context()); len(shallow) != 0 || err != nil {
		t.Errorf("the origin: %v, %v", shallow, err)
	}
	// A working tree beside the checkout shares what is not known.
	r.Git("-C", clone, "worktree", "add", "-q", clone+"-2")
	if got := log(t, clone+"-2", git.LogOptions{}); len(got) != 2 || !got[0].Shallow {
		t.Errorf("in a second working tree: %+v", got)
	}
}

// TestLog_Many has 3,000 commits, and one that touches more files than are told.
func TestLog_Many(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	r.FastImport(3000)
	for i := range git.MaxPaths + 1 {
		r.Write(fmt.Sprintf("many/%d", i), "")
	}
	r.Commit("too many")
	r.Git("rm", "-q", "many/0")
	r.Git("commit", "-q", "-m", "one less", "--amend")
	r.Git("rm", "-q", "-r", "many")
	r.Commit("as many as are told")
	commits := log(t, r.Dir, git.LogOptions{})
	if len(commits) != 3002 {
		t.Fatalf("%d commits", len(commits))
	}
	if n := len(commits[3000].Paths); n != git.MaxPaths {
		t.Errorf("%d paths, want all %d", n, git.MaxPaths)
	}
	for _, i := range []int{0, 1, 1500, 2999} {
		if c := commits[i]; c.Subject != fmt.Sprintf("commit %d", i+1) || len(c.Paths) != 1 {
			t.Errorf("commit %d is %+v", i, c)
		}
	}
	// Who reads no more ends git.
	n := 0
	for _, err := range open(t, r.Dir).Log(t.Context(), git.LogOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 10 {
			break
		}
	}
}

func TestLog_TooManyPaths(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	for i := range git.MaxPaths + 1 {
		r.Write(fmt.Sprintf("many/%d", i), "")
	}
	r.Commit("too many")
	r.Write("long/"+strings.Repeat(strings.Repeat("x", 250)+"/", 12)+"f", "")
	r.Commit("long")
	got := log(t, r.Dir, git.LogOptions{})
	if got[0].Paths != nil {
		t.Errorf("%d paths, want none", len(got[0].Paths))
	}
	if len(got[1].Paths) != 1 {
		t.Errorf("%d paths, want 1", len(got[1].Paths))
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	nothing := t.TempDir()
	if _, err := git.Open(t.Context(), nothing); !errors.Is(err, git.ErrNoCheckout) {
		t.Errorf("no checkout: %v", err)
	}
	r := gittest.New(t)
	if _, err := open(t, r.Dir).Head(t.Context()); !errors.Is(err, git.ErrNoCommit) {
		t.Errorf("no commit: %v", err)
	}
	r.Write("a", "1")
	r.Commit("first")
	outside := filepath.Join(t.TempDir(), "written")
	for _, bad := range []string{"nothing..HEAD", "--output=" + outside, "-n1", "a"} {
		var failed error
		for _, err := range open(t, r.Dir).Log(t.Context(), git.LogOptions{Range: bad}) {
			failed = err
		}
		if _, ok := errors.AsType[*git.Error](failed); !ok {
			t.Errorf("%q: %v", bad, failed)
		}
	}
	if _, err := os.Stat(outside); err == nil {
		t.Error("a range was taken for an option")
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	for _, err := range open(t, r.Dir).Log(ctx, git.LogOptions{}) {
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("interrupted: %v", err)
		}
	}
}

func TestCheckout_RemoteAndClean(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	r.Write("a", "1")
	r.Commit("first")
	c := open(t, r.Dir)
	remote := func() string {
		url, err := c.Remote(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return url
	}
	clean := func() bool {
		ok, err := c.Clean(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	if remote() != "" || !clean() {
		t.Errorf("new: %q, %v", remote(), clean())
	}
	r.Git("remote", "add", "upstream", "https://github.com/acme/hello.git")
	if got := remote(); got != "https://github.com/acme/hello.git" {
		t.Errorf("the only one: %q", got)
	}
	r.Git("remote", "add", "fork", "https://github.com/ada/hello.git")
	if got := remote(); got != "" {
		t.Errorf("two, and no origin: %q", got)
	}
	r.Git("remote", "add", "origin", "git@github.com:acme/hello.git")
	if got := remote(); got != "git@github.com:acme/hello.git" {
		t.Errorf("origin: %q", got)
	}
	r.Write("new", "1")
	if !clean() {
		t.Error("a file that git does not follow counts")
	}
	r.Write("a", "2")
	if clean() {
		t.Error("a changed file does not count")
	}
}

func TestOpen_NoGit(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := git.Open(t.Context(), "."); !errors.Is(err, git.ErrNoCheckout) {
		t.Errorf("err = %v", err)
	}
	if _, err := exec.LookPath("git"); err == nil {
		t.Error("git is still there")
	}
}
