package fingerprint_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/landfall-dev/landfall/fingerprint"
)

// trees are contents of files by their paths. No path is a directory of another:
// names of files end in "f", names of directories do not.
func trees() *rapid.Generator[map[string]string] {
	path := rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOfN(rapid.StringMatching(`[a-cA -]{1,2}`), 0, 3).Draw(t, "directories")
		return strings.Join(append(parts, rapid.StringMatching(`[a-c.\n-]{1,3}f`).Draw(t, "file")), "/")
	})
	return rapid.MapOfN(path, rapid.StringN(0, 8, -1), 1, 8)
}

// plant makes the files of a tree in an order.
func plant(t *rapid.T, base string, tree map[string]string, order []string) string {
	dir, err := os.MkdirTemp(base, "")
	if err != nil {
		t.Fatal(err)
	}
	for i, path := range order {
		full := filepath.Join(dir, path)
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(tree[path]), 0o600+os.FileMode(i%2)*0o111); err != nil {
			t.Fatal(err)
		}
		moment := time.Unix(int64(1e9+i), 0)
		if err := os.Chtimes(full, moment, moment); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func sumOfTree(t *rapid.T, base string, tree map[string]string, order []string) string {
	sum, err := fingerprint.Dir(plant(t, base, tree, order))
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// TestDir_Property: two trees have the same fingerprint exactly if they have the
// same files, in whatever order, at whatever time and with whatever mode they were
// made.
func TestDir_Property(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		tree := trees().Draw(t, "tree")
		paths := slices.Sorted(maps.Keys(tree))
		sum := sumOfTree(t, base, tree, paths)
		if other := sumOfTree(t, base, tree, rapid.Permutation(paths).Draw(t, "order")); other != sum {
			t.Fatalf("another order: %s and %s", sum, other)
		}
		changed := maps.Clone(tree)
		victim := rapid.SampledFrom(paths).Draw(t, "victim")
		switch rapid.SampledFrom([]string{"content", "name", "swap"}).Draw(t, "change") {
		case "content":
			changed[victim] += rapid.StringN(1, 3, -1).Draw(t, "more")
		case "name":
			delete(changed, victim)
			changed[victim+"f"] = tree[victim]
		case "swap":
			other := rapid.SampledFrom(paths).Draw(t, "other")
			changed[victim], changed[other] = tree[other], tree[victim]
		}
		differs := !maps.Equal(changed, tree)
		if other := sumOfTree(t, base, changed, slices.Sorted(maps.Keys(changed))); (other != sum) != differs {
			t.Fatalf("changed: %v, but %s and %s", differs, sum, other)
		}
	})
}

// FuzzDir_Exclude feeds patterns that nobody would write: none may panic, and
// those that are taken leave out the same each time.
func FuzzDir_Exclude(f *testing.F) {
	for _, pattern := range []string{"*.log", "/a", "a/", "**", "[a-z]", "{a,b}", "\\", "!", "a/**/b", "[!a]", ""} {
		f.Add(pattern)
	}
	dir := f.TempDir()
	write(f, dir+"/a/b", "1")
	write(f, dir+"/c", "2")
	f.Fuzz(func(t *testing.T, pattern string) {
		first, err := fingerprint.Dir(dir, pattern)
		second, again := fingerprint.Dir(dir, pattern)
		if first != second || (err == nil) != (again == nil) {
			t.Errorf("%s, %v and then %s, %v", first, err, second, again)
		}
	})
}
