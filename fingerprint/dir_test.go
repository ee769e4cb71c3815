package fingerprint_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/fingerprint"
)

// write makes a file and the directories that it needs.
func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func link(t testing.TB, target, path string) {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

func rename(t testing.TB, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

func dirOf(t testing.TB, path string, excludes ...string) string {
	t.Helper()
	sum, err := fingerprint.Dir(path, excludes...)
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

// example is the directory of which the fingerprints below were computed by hand.
func example(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	write(t, dir+"/z", "hello\n")
	write(t, dir+"/a/b/c", "x")
	write(t, dir+"/a-b", "") // "-" comes before "/": a walk has it after a/b/c
	write(t, dir+"/ü\nn", "é")
	return dir
}

// The example's fingerprints, computed in a shell, in the directory, with
//
//	find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum -z | sha256sum
//
// and, with the link a/l to ../z,
//
//	of() { printf "$1" | sha256sum | cut -c1-64; }
//	printf '%s  a-b\0%s  a/b/c\0%s >a/l\0%s  z\0%s  ü\nn\0' \
//	    $(of '') $(of x) $(of ../z) $(of 'hello\n') $(of é) | sha256sum
const (
	exampleSum         = "f391086f1ce01f4974b2f6b2b1a789ac337581e32f5dc3b7eef8b955d338b46c"
	exampleWithLinkSum = "8edaf130eca0e2261296049c780d51f12a10c4aa139dbbdfd2e67439e9a92518"
	helloSum           = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03" // printf 'hello\n' | sha256sum
)

func TestDir_Golden(t *testing.T) {
	t.Parallel()
	dir := example(t)
	if got := dirOf(t, dir); got != exampleSum {
		t.Errorf("Dir = %s, want %s", got, exampleSum)
	}
	link(t, "../z", dir+"/a/l")
	if got := dirOf(t, dir); got != exampleWithLinkSum {
		t.Errorf("with a link: Dir = %s, want %s", got, exampleWithLinkSum)
	}
}

// TestDir_Shell runs the command that the documentation gives.
func TestDir_Shell(t *testing.T) {
	t.Parallel()
	const command = `find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum -z | sha256sum`
	cmd := exec.CommandContext(t.Context(), "sh", "-c", command)
	cmd.Dir = example(t)
	out, err := cmd.Output()
	if err != nil {
		t.Skipf("this system has other tools: %v", err)
	}
	if got, want := strings.Fields(string(out))[0], dirOf(t, cmd.Dir); got != want {
		t.Errorf("the shell has %s, Dir %s", got, want)
	}
}

// TestDir_Same changes what is no part of the format.
func TestDir_Same(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(t *testing.T, dir string) string{
		"Times": func(t *testing.T, dir string) string {
			if err := os.Chtimes(dir+"/z", time.Unix(1, 0), time.Unix(1, 0)); err != nil {
				t.Fatal(err)
			}
			return dir
		},
		"Mode": func(t *testing.T, dir string) string {
			if err := os.Chmod(dir+"/z", 0o700); err != nil {
				t.Fatal(err)
			}
			return dir
		},
		"EmptyDirectory": func(t *testing.T, dir string) string {
			if err := os.MkdirAll(dir+"/new/er", 0o755); err != nil {
				t.Fatal(err)
			}
			return dir
		},
		"Git": func(t *testing.T, dir string) string {
			write(t, dir+"/.git/HEAD", "x")
			write(t, dir+"/a/.git", "gitdir: elsewhere")
			return dir
		},
		"SlashAtTheEnd": func(_ *testing.T, dir string) string { return dir + "/" },
		"ThroughALink": func(t *testing.T, dir string) string {
			other := t.TempDir() + "/l"
			link(t, dir, other)
			return other
		},
		"ElsewhereOnTheDisk": func(t *testing.T, dir string) string {
			other := t.TempDir() + "/moved"
			rename(t, dir, other)
			return other
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := dirOf(t, change(t, example(t))); got != exampleSum {
				t.Errorf("Dir = %s, want %s", got, exampleSum)
			}
		})
	}
}

// TestDir_Different changes what is part of the format.
func TestDir_Different(t *testing.T) {
	t.Parallel()
	sums := map[string]string{exampleSum: "the example"}
	for _, tt := range []struct {
		name   string
		change func(t *testing.T, dir string)
	}{
		{"Content", func(t *testing.T, dir string) { write(t, dir+"/z", "hello") }},
		{"Added", func(t *testing.T, dir string) { write(t, dir+"/.gitignore", "") }},
		{"Removed", func(_ *testing.T, dir string) { os.Remove(dir + "/z") }},
		{"Renamed", func(t *testing.T, dir string) { rename(t, dir+"/z", dir+"/y") }},
		{"Moved", func(t *testing.T, dir string) { rename(t, dir+"/z", dir+"/a/z") }},
		{"LinkToTheSame", func(t *testing.T, dir string) { os.Remove(dir + "/z"); link(t, "hello\n", dir+"/z") }},
		{"LinkToADirectory", func(t *testing.T, dir string) { link(t, "a", dir+"/b") }},
		{"LinkToNothing", func(t *testing.T, dir string) { link(t, "nothing", dir+"/b") }},
	} {
		dir := example(t)
		tt.change(t, dir)
		sum := dirOf(t, dir)
		if other, taken := sums[sum]; taken {
			t.Errorf("%s has the fingerprint of %s", tt.name, other)
		}
		sums[sum] = tt.name
	}
}

func TestDir_LinkIsNotFollowed(t *testing.T) {
	t.Parallel()
	outside := t.TempDir()
	write(t, outside+"/secret", "1")
	dir := t.TempDir()
	link(t, outside, dir+"/l")
	before := dirOf(t, dir)
	write(t, outside+"/secret", "2")
	if after := dirOf(t, dir); after != before {
		t.Error("what a link leads to is part of the fingerprint")
	}
	link(t, ".", dir+"/round") // would have no end
	dirOf(t, dir)
}

func TestDir_Excludes(t *testing.T) {
	t.Parallel()
	tree := func(t *testing.T, paths ...string) string {
		dir := t.TempDir()
		for _, p := range paths {
			write(t, filepath.Join(dir, p), p)
		}
		return dir
	}
	all := []string{"a.log", "b/a.log", "b/c/d.txt", "build/out", "b/build/out", "docs/x.md", "docs/y/z.md", "cache", "b/cache/1"}
	for pattern, left := range map[string][]string{
		"*.log":       {"b/c/d.txt", "build/out", "b/build/out", "docs/x.md", "docs/y/z.md", "cache", "b/cache/1"},
		"/*.log":      {"b/a.log", "b/c/d.txt", "build/out", "b/build/out", "docs/x.md", "docs/y/z.md", "cache", "b/cache/1"},
		"./*.log":     {"b/a.log", "b/c/d.txt", "build/out", "b/build/out", "docs/x.md", "docs/y/z.md", "cache", "b/cache/1"},
		"build":       {"a.log", "b/a.log", "b/c/d.txt", "docs/x.md", "docs/y/z.md", "cache", "b/cache/1"},
		"/build":      {"a.log", "b/a.log", "b/c/d.txt", "b/build/out", "docs/x.md", "docs/y/z.md", "cache", "b/cache/1"},
		"cache/":      {"a.log", "b/a.log", "b/c/d.txt", "build/out", "b/build/out", "docs/x.md", "docs/y/z.md", "cache"},
		"docs/*.md":   {"a.log", "b/a.log", "b/c/d.txt", "build/out", "b/build/out", "docs/y/z.md", "cache", "b/cache/1"},
		"docs/**":     {"a.log", "b/a.log", "b/c/d.txt", "build/out", "b/build/out", "cache", "b/cache/1"},
		"**/out":      {"a.log", "b/a.log", "b/c/d.txt", "docs/x.md", "docs/y/z.md", "cache", "b/cache/1"},
		"{b,docs}":    {"a.log", "build/out", "cache"},
		"[bd]*":       {"a.log", "cache"},
		"nothing.txt": all,
	} {
		t.Run(pattern, func(t *testing.T) {
			t.Parallel()
			if got, want := dirOf(t, tree(t, all...), pattern), dirOf(t, tree(t, left...)); got != want {
				t.Errorf("%q leaves %s, want %s", pattern, got, want)
			}
		})
	}
}

func TestDir_Errors(t *testing.T) {
	t.Parallel()
	dir := example(t)
	empty := t.TempDir()
	for name, tt := range map[string]struct {
		dir     string
		exclude string
		want    string
	}{
		"Missing":      {dir + "/none", "", "no such file"},
		"File":         {dir + "/z", "", "not a directory"},
		"Empty":        {empty, "", "nothing is in"},
		"AllLeftOut":   {dir, "**", "nothing is in"},
		"NoGlob":       {dir, "[", "is no glob"},
		"Negation":     {dir, "!x", "takes nothing back"},
		"EmptyExclude": {dir, "", ""},
		"Everything":   {dir, "./", "leave out everything"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var excludes []string
			if tt.exclude != "" {
				excludes = []string{tt.exclude}
			}
			_, err := fingerprint.Dir(tt.dir, excludes...)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("err = %v, want %q", err, tt.want)
			}
		})
	}
	if _, err := fingerprint.Dir(dir, ""); err == nil {
		t.Error("an empty exclude was taken")
	}
}

func TestFile(t *testing.T) {
	t.Parallel()
	dir := example(t)
	link(t, "z", dir+"/l")
	for _, path := range []string{dir + "/z", dir + "/l"} {
		if got, err := fingerprint.File(path); got != helloSum || err != nil {
			t.Errorf("File = %s, %v", got, err)
		}
	}
	for path, want := range map[string]string{dir: "is a directory", dir + "/none": "no such file"} {
		if _, err := fingerprint.File(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("err = %v, want %q", err, want)
		}
	}
}

func TestDirWith_Sum(t *testing.T) {
	t.Parallel()
	dir := example(t)
	link(t, "../z", dir+"/a/l")
	var asked []fingerprint.Entry
	got, err := fingerprint.DirWith(dir, fingerprint.DirOptions{Sum: func(root *os.Root, e fingerprint.Entry) (string, error) {
		asked = append(asked, e)
		return e.Sum(root)
	}})
	if err != nil || got != exampleWithLinkSum {
		t.Errorf("DirWith = %s, %v, want %s", got, err, exampleWithLinkSum)
	}
	want := []fingerprint.Entry{{Path: "a-b"}, {Path: "a/b/c"}, {Path: "a/l", Link: true}, {Path: "z"}, {Path: "ü\nn"}}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("entries (-want +got)\n%s", diff)
	}
	broken := errors.New("broken")
	_, err = fingerprint.DirWith(dir, fingerprint.DirOptions{Sum: func(*os.Root, fingerprint.Entry) (string, error) { return "", broken }})
	if !errors.Is(err, broken) {
		t.Errorf("err = %v, want %v", err, broken)
	}
}

func TestDirWith_MostEntries(t *testing.T) {
	t.Parallel()
	dir := example(t) // four files and two directories
	if got, err := fingerprint.DirWith(dir, fingerprint.DirOptions{MostEntries: 6}); err != nil || got != exampleSum {
		t.Errorf("DirWith = %s, %v", got, err)
	}
	if _, err := fingerprint.DirWith(dir, fingerprint.DirOptions{MostEntries: 5}); !errors.Is(err, fingerprint.ErrManyEntries) {
		t.Errorf("err = %v", err)
	}
	excludes, err := fingerprint.ParseExcludes([]string{"a/"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fingerprint.DirWith(dir, fingerprint.DirOptions{MostEntries: 3, Excludes: excludes}); err != nil {
		t.Errorf("with the directories left out: %v", err)
	}
	if _, err := fingerprint.DirWith(t.TempDir(), fingerprint.DirOptions{}); !errors.Is(err, fingerprint.ErrEmpty) {
		t.Errorf("of nothing: %v", err)
	}
}
