package ancestry_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/ancestry"
)

// histories has the commit graphs of real repositories, which are not in this one.
const histories = "../../shared/data/cyber-dojo"

// repository is a history as git itself has it.
type repository struct {
	dir   string
	names [][]byte // of the commits, by their numbers
}

// newRepository has git make the commits of a history, a minute apart, without files.
func newRepository(t *testing.T, h history) *repository {
	t.Helper()
	r := &repository{dir: t.TempDir()}
	r.git(t, nil, "init", "-q", "--bare")
	var in bytes.Buffer
	for i, parents := range h {
		text := "commit " + strconv.Itoa(i)
		fmt.Fprintf(&in, "reset refs/heads/all\ncommit refs/heads/all\nmark :%d\ncommitter Ada <ada@example.org> %d +0000\ndata %d\n%s\n",
			i+1, h.commit(i).At.Unix(), len(text), text)
		for j, p := range parents {
			fmt.Fprintf(&in, "%s :%d\n", []string{"from", "merge"}[min(j, 1)], p+1)
		}
	}
	marks := filepath.Join(r.dir, "marks")
	r.git(t, in.Bytes(), "fast-import", "--quiet", "--export-marks="+marks)
	text, err := os.ReadFile(marks)
	if err != nil {
		t.Fatal(err)
	}
	r.names = make([][]byte, len(h))
	for line := range strings.Lines(string(text)) {
		mark, sha, _ := strings.Cut(strings.TrimSpace(line), " ")
		i, err := strconv.Atoi(mark[1:])
		if err != nil {
			t.Fatal(err)
		}
		if r.names[i-1], err = hex.DecodeString(sha); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// graph is what git tells of the whole repository, told in any order.
func (r *repository) graph(t *testing.T, random *rand.Rand) *ancestry.Graph {
	t.Helper()
	names := make([]string, len(r.names))
	for i, name := range r.names {
		names[i] = hex.EncodeToString(name)
	}
	lines := strings.Split(r.git(t, []byte(strings.Join(names, "\n")), "log", "--stdin", "--no-walk=unsorted", "--format=%H %ct %P"), "\n")
	random.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	g := ancestry.New()
	for batch := range slices.Chunk(lines, len(lines)/3+1) {
		g.Add(func(yield func(ancestry.Commit) bool) {
			for _, line := range batch {
				words := strings.Fields(line)
				seconds, err := strconv.ParseInt(words[1], 10, 64)
				if err != nil {
					t.Error(err)
				}
				c := ancestry.Commit{SHA: decoded(t, words[0]), Complete: true, At: time.Unix(seconds, 0)}
				for _, parent := range words[2:] {
					c.Parents = append(c.Parents, decoded(t, parent))
				}
				if !yield(c) {
					return
				}
			}
		})
	}
	return g
}

func decoded(t *testing.T, sha string) []byte {
	t.Helper()
	name, err := hex.DecodeString(sha)
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func (r *repository) git(t *testing.T, stdin []byte, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir, cmd.Stdin = r.dir, bytes.NewReader(stdin)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("git %s: %v", strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out))
}

// is runs git merge-base --is-ancestor.
func (r *repository) is(t *testing.T, ancestor, of []byte) bool {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", "merge-base", "--is-ancestor", hex.EncodeToString(ancestor), hex.EncodeToString(of))
	cmd.Dir = r.dir
	err := cmd.Run()
	if failed, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || failed.ExitCode() != 1) {
		t.Fatal(err)
	}
	return err == nil
}

// realHistory reads the commit graph of a real repository; nil if it is not there.
func realHistory(t *testing.T, name string) history {
	t.Helper()
	file, err := os.Open(filepath.Join(histories, name+".jsonl.gz"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	packed, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	numbers := map[string]int{}
	var h history
	for lines := bufio.NewScanner(packed); lines.Scan(); {
		var c struct {
			SHA     string
			Parents []string
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		var parents []int
		for _, p := range c.Parents {
			parents = append(parents, numbers[p])
		}
		numbers[c.SHA] = len(h)
		h = append(h, parents)
	}
	return h
}

// Of 105,800 pairs of random commits, git says the same. Its answers come from the lists
// that git rev-list makes of the commits that are in the pairs; for some pairs it is
// asked one by one.
func TestGraph_AgreesWithGit(t *testing.T) {
	t.Parallel()
	random := func(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }
	for name, h := range map[string]history{
		"Runner": realHistory(t, "runner"), "Differ": realHistory(t, "differ"), "Creator": realHistory(t, "creator"), "Nginx": realHistory(t, "nginx"),
		"CrissCross": crissCrossed(1500), "Octopus": octopus(random(1), 2000), "Branches": branched(random(2), 5000, 100), "Tangled": tangled(random(3), 2000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if h == nil {
				t.Skipf("the history of the real repository is not in %s", histories)
			}
			agreesWithGit(t, h, random(uint64(len(h))))
		})
	}
}

func agreesWithGit(t *testing.T, h history, random *rand.Rand) {
	r := newRepository(t, h)
	g := r.graph(t, random)
	if g.Len() != len(h) {
		t.Fatalf("%d commits, want %d", g.Len(), len(h))
	}
	const chosen = 115
	numbers := map[string]int{}
	for i, name := range r.names {
		numbers[hex.EncodeToString(name)] = i
	}
	commits, reached := random.Perm(len(h))[:chosen], make([][]bool, chosen)
	for i, c := range commits {
		reached[i] = make([]bool, len(h))
		for _, sha := range strings.Fields(r.git(t, nil, "rev-list", hex.EncodeToString(r.names[c]))) {
			reached[i][numbers[sha]] = true
		}
	}
	for pair := range chosen * chosen {
		i, j := pair/chosen, pair%chosen
		from, to := r.names[commits[i]], r.names[commits[j]]
		want := ancestry.Comparison{}
		for c := range h {
			if reached[j][c] && !reached[i][c] {
				want.Ahead++
			}
			if reached[i][c] && !reached[j][c] {
				want.Behind++
			}
		}
		if got := g.Compare(from, to); !got.Known() || got.Ahead != want.Ahead || got.Behind != want.Behind {
			t.Fatalf("%x to %x is %+v, want %+v", from, to, got, want)
		}
		if got := g.Contains(to, from) == ancestry.Yes; got != reached[j][commits[i]] {
			t.Fatalf("%x contains %x: %t", to, from, got)
		}
	}
	for range 10 {
		from, to := r.names[random.IntN(len(h))], r.names[random.IntN(len(h))]
		if got, want := g.Contains(to, from) == ancestry.Yes, r.is(t, from, to); got != want {
			t.Fatalf("%x contains %x: %t, and git says %t", to, from, got, want)
		}
		count := r.git(t, nil, "rev-list", "--count", hex.EncodeToString(from)+".."+hex.EncodeToString(to))
		if got := strconv.Itoa(g.Compare(from, to).Ahead); got != count {
			t.Fatalf("%x..%x has %s commits, and git says %s", from, to, got, count)
		}
	}
}
