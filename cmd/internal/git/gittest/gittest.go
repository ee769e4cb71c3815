// Package gittest makes git repositories for tests.
package gittest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Time is when everything in the repositories happened.
var Time = time.Date(2022, 8, 22, 9, 30, 0, 0, time.UTC)

// Repository is a checkout of its own, with the branch main.
type Repository struct {
	Dir string
	t   testing.TB
}

// New makes an empty repository that ends with the test.
func New(t testing.TB) *Repository {
	t.Helper()
	r := &Repository{Dir: t.TempDir(), t: t}
	r.Git("init", "-q", "-b", "main")
	return r
}

// Git runs git in the repository and returns what it prints. It depends on nothing
// that is set on the machine.
func (r *Repository) Git(args ...string) string {
	r.t.Helper()
	return r.git("", args...)
}

func (r *Repository) git(stdin string, args ...string) string {
	r.t.Helper()
	cmd := exec.CommandContext(r.t.Context(), "git", args...)
	cmd.Dir = r.Dir
	cmd.Stdin = strings.NewReader(stdin)
	moment := fmt.Sprintf("%d +0200", Time.Unix())
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_SYSTEM="+os.DevNull,
		"GIT_AUTHOR_NAME=Ada Lovelace", "GIT_AUTHOR_EMAIL=ada@example.com", "GIT_COMMITTER_NAME=Bot", "GIT_COMMITTER_EMAIL=bot@example.com",
		"GIT_AUTHOR_DATE="+moment, "GIT_COMMITTER_DATE="+moment)
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// Write writes a file of the working tree.
func (r *Repository) Write(name, content string) {
	r.t.Helper()
	path := filepath.Join(r.Dir, name)
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = os.WriteFile(path, []byte(content), 0o600)
	}
	if err != nil {
		r.t.Fatal(err)
	}
}

// Commit commits all that changed, or nothing, and returns the SHA.
func (r *Repository) Commit(message string) string {
	r.t.Helper()
	r.Git("add", "-A")
	r.git(message, "commit", "-q", "--allow-empty", "--allow-empty-message", "--cleanup=verbatim", "-F", "-")
	return r.Git("rev-parse", "HEAD")
}

// FastImport makes n commits in a row on main, each with one file: "commit 1" and
// so on.
func (r *Repository) FastImport(n int) {
	r.t.Helper()
	var stream strings.Builder
	for i := 1; i <= n; i++ {
		message, content := fmt.Sprintf("commit %d", i), fmt.Sprint(i)
		fmt.Fprintf(&stream, "commit refs/heads/main\nmark :%d\ncommitter Bot <bot@example.com> %d +0000\ndata %d\n%s\n", i, Time.Unix()+int64(i), len(message), message)
		if i > 1 {
			fmt.Fprintf(&stream, "from :%d\n", i-1)
		}
		fmt.Fprintf(&stream, "M 100644 inline files/%d\ndata %d\n%s\n", i%100, len(content), content)
	}
	r.Import(stream.String())
}

// Import makes commits of a stream of git fast-import, and checks main out.
func (r *Repository) Import(stream string) {
	r.t.Helper()
	r.git(stream, "fast-import", "--quiet")
	r.Git("reset", "-q", "--hard", "main")
}
