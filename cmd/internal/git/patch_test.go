package git_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/cmd/internal/git"
	"github.com/landfall-dev/landfall/cmd/internal/git/gittest"
)

// allIDs asks for the patch ids of all commits, of all branches.
var allIDs = git.LogOptions{PatchIDs: -1}

// idsOf are the patch ids of commits by their subjects, and by their SHAs.
func idsOf(commits []git.Commit) (bySubject, bySHA map[string]string) {
	bySubject, bySHA = map[string]string{}, map[string]string{}
	for _, c := range commits {
		bySubject[c.Subject], bySHA[c.SHA] = c.PatchID, c.PatchID
	}
	return bySubject, bySHA
}

// printed is what git patch-id prints of a commit that git show shows.
func printed(t *testing.T, r *gittest.Repository, sha string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", `git show "$1" | git patch-id --stable`, "sh", sha)
	cmd.Dir = r.Dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	id, _, _ := strings.Cut(string(out), " ")
	return id
}

// TestLog_CherryPick: a pick has the id of what it was picked from, which is what git
// prints; a merge and a commit that changes nothing have none.
func TestLog_CherryPick(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	r.Write("a", "1\n2\n3\n4\n5\n6\n7\n8\n9\n")
	first := r.Commit("first")
	r.Git("checkout", "-q", "-b", "topic")
	r.Write("a", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n")
	r.Write("added", "1\n")
	fix := r.Commit("fix")
	r.Write("added", "2\n")
	other := r.Commit("other")
	r.Git("checkout", "-q", "main")
	r.Write("b", "1")
	r.Commit("ours")
	empty := r.Commit("empty")
	r.Git("cherry-pick", fix)
	picked := r.Git("rev-parse", "HEAD")
	r.Git("merge", "-q", "--no-ff", "-m", "merge", "-X", "ours", "topic")
	merge := r.Git("rev-parse", "HEAD")
	_, ids := idsOf(log(t, r.Dir, allIDs))
	for name, sha := range map[string]string{"first": first, "fix": fix, "other": other, "picked": picked} {
		if want := printed(t, r, sha); ids[sha] != want || len(want) != 40 {
			t.Errorf("%s: got %q, want %q", name, ids[sha], want)
		}
	}
	if picked == fix || ids[picked] != ids[fix] || ids[fix] == ids[other] {
		t.Errorf("the pick has %s of %s, and the next commit %s", ids[picked], ids[fix], ids[other])
	}
	if ids[merge] != "" || ids[empty] != "" {
		t.Errorf("the merge has %q, the empty commit %q", ids[merge], ids[empty])
	}
	for _, c := range log(t, r.Dir, git.LogOptions{}) {
		if c.PatchID != "" {
			t.Errorf("%s has an id that nobody asked for", c.Subject)
		}
	}
}

// TestLog_Rebase: what a rebase makes has the ids of what it was.
func TestLog_Rebase(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	r.Write("a", "1\n")
	r.Commit("first")
	r.Git("checkout", "-q", "-b", "topic")
	for i := range 60 { // more than fit into the first of what git patch-id writes at once
		r.Write(fmt.Sprintf("topic/%d", i), fmt.Sprint(i))
		r.Commit(fmt.Sprint("topic ", i))
	}
	before, _ := idsOf(log(t, r.Dir, allIDs))
	was := r.Git("rev-parse", "topic")
	r.Git("checkout", "-q", "main")
	r.Write("b", "2\n")
	r.Commit("meanwhile")
	r.Git("rebase", "-q", "main", "topic")
	after, _ := idsOf(log(t, r.Dir, allIDs))
	if r.Git("rev-parse", "topic") == was || after["meanwhile"] == "" {
		t.Fatal("nothing was rebased")
	}
	delete(after, "meanwhile")
	if diff := cmp.Diff(before, after); diff != "" || len(before) != 61 {
		t.Errorf("(-before +after):\n%s", diff)
	}
}

// TestLog_PatchIDsConfigured has a configuration, attributes and an environment that
// change how git shows what a commit changes.
func TestLog_PatchIDsConfigured(t *testing.T) {
	r := gittest.New(t)
	many := strings.Repeat("line\n", 20)
	r.Write("ümlaut.txt", many+"1\n"+many)
	r.Write("moved", many)
	r.Write("binary", "\x00\x01")
	r.Commit("first")
	r.Write("ümlaut.txt", many+"2\n\n"+many)
	r.Write("z", "z")
	r.Commit("changed")
	r.Git("mv", "moved", "away")
	r.Commit("renamed")
	r.Write("binary", "\x00\x02")
	r.Commit("binary")
	want, _ := idsOf(log(t, r.Dir, allIDs))
	for key, value := range map[string]string{
		"log.showRoot": "false", "log.showSignature": "true", "log.decorate": "full", "color.ui": "always", "diff.renames": "copies", "log.diffMerges": "separate",
		"diff.orderFile": "order", "diff.relative": "true", "format.pretty": "fuller", "core.quotePath": "false", "diff.external": "false", "diff.noprefix": "true",
		"diff.mnemonicPrefix": "true", "diff.context": "0", "diff.interHunkContext": "9", "diff.algorithm": "patience", "diff.indentHeuristic": "false",
		"diff.suppressBlankEmpty": "true", "core.abbrev": "5", "diff.x.textconv": "rev", "diff.x.command": "false", "diff.submodule": "log", "patchid.stable": "false",
	} {
		r.Git("config", key, value)
	}
	r.Write(".git/info/attributes", "*.txt diff=x\n")
	r.Write("order", "z\n")
	t.Setenv("GIT_DIFF_OPTS", "-u0")
	t.Setenv("GIT_EXTERNAL_DIFF", "false")
	got, _ := idsOf(log(t, r.Dir, allIDs))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	seen := map[string]bool{"": true}
	for subject, id := range want {
		if seen[id] {
			t.Errorf("%s has the id %q, as others have", subject, id)
		}
		seen[id] = true
	}
}

// twoLines is a history of two branches whose commits were made in turn, and a merge:
// a1 b1 a2 b2 ... as they are dated.
func twoLines(t *testing.T, n int) *gittest.Repository {
	t.Helper()
	var s strings.Builder
	mark := 0
	commit := func(branch, name string, parents ...int) int {
		mark++
		fmt.Fprintf(&s, "commit refs/heads/%s\nmark :%d\ncommitter Bot <bot@example.com> %d +0000\ndata %d\n%s\n", branch, mark, gittest.Time.Unix()+int64(mark), len(name), name)
		for i, p := range parents {
			fmt.Fprintf(&s, "%s :%d\n", []string{"from", "merge"}[i], p)
		}
		fmt.Fprintf(&s, "M 100644 inline %s\ndata 1\n1\n", name)
		return mark
	}
	root := commit("main", "root")
	a, b := root, root
	for i := range n {
		a = commit("main", fmt.Sprint("a", i), a)
		b = commit("side", fmt.Sprint("b", i), b)
	}
	commit("main", "merge", a, b)
	r := gittest.New(t)
	r.Import(s.String())
	return r
}

func subjects(commits []git.Commit) string {
	var list []string
	for _, c := range commits {
		list = append(list, c.Subject)
	}
	return strings.Join(list, " ")
}

// TestLog_OldestFirst: parents come before their children, and the newest n are those
// of the latest dates, of whatever branch.
func TestLog_OldestFirst(t *testing.T) {
	t.Parallel()
	r := twoLines(t, 3)
	for name, tt := range map[string]struct {
		opts git.LogOptions
		want string
	}{
		"All":    {git.LogOptions{}, "root a0 b0 a1 b1 a2 b2 merge"},
		"Newest": {git.LogOptions{Max: 4}, "b1 a2 b2 merge"},
		"Range":  {git.LogOptions{Range: "side..main"}, "a0 a1 a2 merge"},
		"Since":  {git.LogOptions{Since: gittest.Time.Add(6e9).Format("2006-01-02T15:04:05Z")}, "a2 b2 merge"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := subjects(log(t, r.Dir, tt.opts)); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// TestLog_PatchIDsBounded: the newest have ids, and none is mistaken for another's.
func TestLog_PatchIDsBounded(t *testing.T) {
	t.Parallel()
	r := twoLines(t, 3)
	_, want := idsOf(log(t, r.Dir, allIDs))
	for name, tt := range map[string]struct {
		opts git.LogOptions
		want string // the subjects of those that have one
	}{
		"Newest":    {git.LogOptions{PatchIDs: 4}, "b1 a2 b2"},
		"MaxIsLess": {git.LogOptions{PatchIDs: 4, Max: 2}, "b2"},
		"MaxIsMore": {git.LogOptions{PatchIDs: 2, Max: 5}, "b2"},
		"Enough":    {git.LogOptions{PatchIDs: 100}, "root a0 b0 a1 b1 a2 b2"},
		"Range":     {git.LogOptions{PatchIDs: 100, Range: "main~1..side"}, "b0 b1 b2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var having []git.Commit
			for _, c := range log(t, r.Dir, tt.opts) {
				if c.PatchID == "" {
					continue
				}
				if having = append(having, c); c.PatchID != want[c.SHA] {
					t.Errorf("%s has %s, want %s", c.Subject, c.PatchID, want[c.SHA])
				}
			}
			if got := subjects(having); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// TestLog_PatchIDsMissing: where an object is missing, the commits are told all the
// same, if somebody takes the news.
func TestLog_PatchIDsMissing(t *testing.T) {
	t.Parallel()
	r := twoLines(t, 2)
	r.Write("lost", "lost")
	r.Commit("loses")
	blob := r.Git("rev-parse", "HEAD:lost")
	if err := os.Remove(filepath.Join(r.Dir, ".git", "objects", blob[:2], blob[2:])); err != nil {
		t.Fatal(err)
	}
	var failed error
	for _, err := range open(t, r.Dir).Log(t.Context(), allIDs) {
		failed = err
	}
	if failed == nil || !strings.Contains(failed.Error(), blob) {
		t.Errorf("without anybody to tell: %v", failed)
	}
	opts, told := allIDs, error(nil)
	opts.OnNoPatchIDs = func(err error) { told = err }
	if got := subjects(log(t, r.Dir, opts)); !strings.HasSuffix(got, "merge loses") || told == nil {
		t.Errorf("got %s, and heard %v", got, told)
	}
	// Whoever reads no more ends all programs, and hears nothing of it.
	told = nil
	for _, err := range open(t, r.Dir).Log(t.Context(), opts) {
		if err != nil {
			t.Error(err)
		}
		break
	}
	if told != nil {
		t.Errorf("who stopped heard %v", told)
	}
}

func TestCheckout_Partial(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	r.Write("a", "1")
	r.Commit("first")
	r.Git("config", "uploadpack.allowFilter", "true")
	clone := filepath.Join(t.TempDir(), "clone")
	r.Git("clone", "-q", "--filter=blob:none", "file://"+r.Dir, clone)
	if open(t, r.Dir).Partial(t.Context()) || !open(t, clone).Partial(t.Context()) {
		t.Error("which checkout is partial is wrong")
	}
}
