package fingerprint_test

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/landfall-dev/landfall/fingerprint"
)

func sumOfText(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

// TestListing_IsDir_Property: whatever the tree, the order and the excludes, a
// listing of what a choice takes has the fingerprint of the directory.
func TestListing_IsDir_Property(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	patterns := rapid.SampledFrom([]string{"a", "a/", "/b", "*f", "*/*", "b/**", "**/c?f", "[ab]*", "A*/", "./a"})
	rapid.Check(t, func(t *rapid.T) {
		tree := trees().Draw(t, "tree")
		if rapid.Bool().Draw(t, "git") {
			tree[".git/f"] = "x"
			tree["a/b/.git"] = "x"
		}
		paths := slices.Sorted(maps.Keys(tree))
		excludes := rapid.SliceOfN(patterns, 0, 2).Draw(t, "excludes")
		want, wantErr := fingerprint.Dir(plant(t, base, tree, paths), excludes...)
		choice, err := fingerprint.NewChoice(nil, excludes)
		if err != nil {
			t.Fatal(err)
		}
		var listing fingerprint.Listing
		for _, p := range rapid.Permutation(paths).Draw(t, "order") {
			if !choice.Takes(p) {
				continue
			}
			if err := listing.Add(p, sumOfText(tree[p])); err != nil {
				t.Fatal(err)
			}
		}
		got, err := listing.Sum()
		if got != want || (err == nil) != (wantErr == nil) {
			t.Fatalf("the listing has %s, %v, the directory %s, %v", got, err, want, wantErr)
		}
	})
}

// TestChoice_Include_Property: what a pattern includes is what the same pattern
// leaves out, and all of it begins with the prefix.
func TestChoice_Include_Property(t *testing.T) {
	t.Parallel()
	patterns := rapid.SampledFrom([]string{"a", "/a/", "*f", "a/*", "b/a/**", "b/ab*", "b/a[b-c]", `b/\af`, "b/{a,b}"})
	rapid.Check(t, func(t *rapid.T) {
		chosen := rapid.SliceOfN(patterns, 1, 2).Draw(t, "patterns")
		in, err := fingerprint.NewChoice(chosen, nil)
		if err != nil {
			t.Fatal(err)
		}
		out, err := fingerprint.NewChoice(nil, chosen)
		if err != nil {
			t.Fatal(err)
		}
		for p := range trees().Draw(t, "tree") {
			p = path.Join(rapid.SampledFrom([]string{"", "a", "b/a", "b/ab"}).Draw(t, "below"), p)
			if in.Takes(p) == out.Takes(p) {
				t.Fatalf("%q: %q is included: %v, and left out: %v", chosen, p, in.Takes(p), !out.Takes(p))
			}
			if in.Takes(p) && !strings.HasPrefix(p, in.Prefix()) {
				t.Fatalf("%q takes %q, which does not begin with %q", chosen, p, in.Prefix())
			}
		}
	})
}

func TestChoice_Prefix(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		includes []string
		want     string
	}{
		"Everything": {nil, ""},
		"AnyDepth":   {[]string{"app"}, ""},
		"Directory":  {[]string{"/app/"}, "app"},
		"Below":      {[]string{"app/v1/**"}, "app/v1/"},
		"Common":     {[]string{"app/v1/**", "app/v2/*.js"}, "app/v"},
		"OneOfThem":  {[]string{"app/v1/**", "*.js"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			choice, err := fingerprint.NewChoice(tt.includes, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := choice.Prefix(); got != tt.want {
				t.Errorf("Prefix = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestListing_Errors(t *testing.T) {
	t.Parallel()
	sum := sumOfText("x")
	for name, tt := range map[string]struct {
		path, sum, want string
	}{
		"Absolute":  {"/a", sum, "could be no file"},
		"Folder":    {"a/", sum, "could be no file"},
		"Doubled":   {"a//b", sum, "could be no file"},
		"Outside":   {"../a", sum, "could be no file"},
		"Empty":     {"", sum, "could be no file"},
		"Itself":    {".", sum, "could be no file"},
		"NUL":       {"a\x00b", sum, "could be no file"},
		"Twice":     {"there", sum, "is there twice"},
		"ShortSum":  {"a", sum[1:], "is no SHA-256"},
		"UpperCase": {"a", strings.ToUpper(sum), "is no SHA-256"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var listing fingerprint.Listing
			if err := listing.Add("there", sum); err != nil {
				t.Fatal(err)
			}
			if err := listing.Add(tt.path, tt.sum); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Add = %v, want it to say %q", err, tt.want)
			}
			if got, err := listing.Sum(); err != nil || listing.Len() != 1 {
				t.Errorf("after it: %s, %v, %d files", got, err, listing.Len())
			}
		})
	}
	t.Run("FileAndDirectory", func(t *testing.T) {
		t.Parallel()
		var listing fingerprint.Listing
		for _, p := range []string{"a/b/c", "a/b"} {
			if err := listing.Add(p, sum); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := listing.Sum(); err == nil || !strings.Contains(err.Error(), "both a file and the directory") {
			t.Errorf("Sum = %v", err)
		}
	})
	t.Run("NoPattern", func(t *testing.T) {
		t.Parallel()
		if _, err := fingerprint.NewChoice([]string{"["}, nil); err == nil {
			t.Error("an include that is no glob is taken")
		}
		if _, err := fingerprint.NewChoice(nil, []string{"["}); err == nil {
			t.Error("an exclude that is no glob is taken")
		}
	})
}
