package demo_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/cmd/internal/demo"
)

// histories is where the true git histories lie, from the project's root.
const histories = "../shared/data/cyber-dojo"

// trueCommit is one line of a history.
type trueCommit struct {
	SHA         string    `json:"sha"`
	Parents     []string  `json:"parents"`
	CommittedAt time.Time `json:"committedAt"`
	Subject     string    `json:"subject"`
}

// readHistory reads the true history of a repository, and skips t without it.
func readHistory(t *testing.T, name string) map[string]trueCommit {
	t.Helper()
	path := filepath.Join("../../..", histories, name+".jsonl.gz")
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the true history of %s is not there: %v", name, err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]trueCommit{}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var c trueCommit
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		out[c.SHA] = c
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// The commits of four repositories are the true ones, with true parents; those of
// all others are made up and must not look like a true one.
func TestStory_CommitsAreTrue(t *testing.T) {
	t.Parallel()
	s := load(t)
	histories := map[string]map[string]trueCommit{}
	taken := map[string]bool{}
	for _, name := range []string{"creator", "differ", "nginx", "runner"} {
		histories["cyber-dojo/"+name] = readHistory(t, name)
		for sha := range histories["cyber-dojo/"+name] {
			taken[sha[:7]] = true
		}
	}
	checked := 0
	for _, p := range steps[*demo.PushStep](s) {
		history, known := histories[p.Repository]
		for _, c := range p.Commits {
			if !known {
				if taken[c.SHA[:7]] {
					t.Errorf("the made-up %s of %s begins like a true commit", c.SHA, p.Repository)
				}
				continue
			}
			checked++
			got := trueCommit{c.SHA, c.Parents, c.CommittedAt, c.Subject}
			if diff := cmp.Diff(history[c.SHA], got); diff != "" {
				t.Errorf("%s %s (-true +story):\n%s", p.Repository, c.SHA, diff)
			}
		}
		if _, ok := history[p.Before]; known && !ok {
			t.Errorf("line %d: before is %s, which is no true commit", p.Line, p.Before)
		}
	}
	if checked < 80 {
		t.Errorf("only %d commits of the story are true ones", checked)
	}
}
