package host

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/landfall-dev/landfall/agent"
	"github.com/landfall-dev/landfall/fingerprint"
)

// later is a clock on which all files are old enough to be remembered.
func later() time.Time { return time.Now().Add(time.Hour) }

// countingPath is a source of a path, and counts the files and links that it reads.
func countingPath(t testing.TB, path string, now func() time.Time) (p *pathSource, reads func() int) {
	t.Helper()
	p, err := newPathSource(agent.Path{Path: path, Excludes: []string{"*.log"}})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	p.sums.now = func() time.Time { n++; return now() } // which is asked before each
	return p, func() int { defer func() { n = 0 }(); return n }
}

func mustWrite(t testing.TB, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func mustLook(t testing.TB, p *pathSource) {
	t.Helper()
	if _, err := p.look(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestSums_ReadOnce: what did not change is not read again.
func TestSums_ReadOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, ok := idOf(statOf(t, dir)); !ok {
		t.Skip("this system tells no states of files")
	}
	for i := range 5 {
		mustWrite(t, fmt.Sprintf("%s/%d/file", dir, i), "x")
	}
	p, reads := countingPath(t, dir, later)
	for i, tt := range []struct {
		change func()
		want   int
	}{
		{func() {}, 5},
		{func() {}, 0},
		{func() { mustWrite(t, dir+"/a.log", "left out") }, 0},
		{func() { mustWrite(t, dir+"/1/file", "y") }, 1},
		{func() { mustWrite(t, dir+"/1/other", "y") }, 1},
		{func() { _ = os.Remove(dir + "/1/other") }, 0},
		{func() { _ = os.Rename(dir+"/2", dir+"/two") }, 0}, // the same file elsewhere
		{func() {}, 0},
	} {
		tick(t, dir)
		tt.change()
		mustLook(t, p)
		if got := reads(); got != tt.want {
			t.Errorf("look %d reads %d files, want %d", i+1, got, tt.want)
		}
	}
	if got := len(p.sums.known); got != 5 {
		t.Errorf("%d files are remembered, want 5", got)
	}
}

// TestSums_Young: a file that changed just now may change again within the same time,
// so it is read each time.
func TestSums_Young(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mustWrite(t, dir+"/file", "x")
	changed := statOf(t, dir+"/file").ModTime()
	for name, tt := range map[string]struct {
		after time.Duration
		want  int
	}{
		"AtOnce":    {0, 2},
		"InTheTime": {racy - time.Millisecond, 2},
		"Afterward": {racy + time.Second, 1},
		"ClockBack": {-time.Hour, 2},
	} {
		t.Run(name, func(t *testing.T) {
			p, reads := countingPath(t, dir, func() time.Time { return changed.Add(tt.after) })
			mustLook(t, p)
			mustLook(t, p)
			if got := reads(); got != tt.want {
				t.Errorf("two looks read %d files, want %d", got, tt.want)
			}
		})
	}
}

func statOf(t testing.TB, path string) os.FileInfo {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

// TestLook_ChangesUnderIt changes what is looked at just before it is read.
func TestLook_ChangesUnderIt(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(t *testing.T, dir string, time int)
		want   string // of the error; empty if the look succeeds
	}{
		"FileVanishes": {func(_ *testing.T, dir string, _ int) { _ = os.Remove(dir + "/1/b") }, ""},
		"FileChanges": {func(t *testing.T, dir string, time int) {
			if time == 1 {
				mustWrite(t, dir+"/1/a", "changed")
			}
		}, ""},
		"LinkSwitches": {func(t *testing.T, dir string, time int) {
			if time == 1 {
				switchTo(t, dir, "2")
			}
		}, ""},
		"DirectoryVanishes": {func(_ *testing.T, dir string, _ int) { _ = os.RemoveAll(dir + "/1") }, ""},
		"AlwaysChanges": {func(t *testing.T, dir string, time int) {
			mustWrite(t, dir+"/1/a", strings.Repeat("x", time))
		}, "it changed while it was read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for _, file := range []string{"/1/a", "/1/b", "/2/a"} {
				mustWrite(t, dir+file, file)
			}
			switchTo(t, dir, "1")
			times := 0
			p, _ := countingPath(t, dir+"/current", func() time.Time {
				times++
				tt.change(t, dir, times)
				return later()
			})
			instance, err := p.look(t.Context())
			if tt.want != "" {
				if err == nil || !strings.Contains(err.Error(), tt.want) || instance != nil {
					t.Errorf("a look returns %v, %v, want an error of %q", instance, err, tt.want)
				}
				return
			}
			want, wantErr := fingerprint.Dir(dir + "/current")
			if err != nil || (instance == nil) != (wantErr != nil) {
				t.Fatalf("a look returns %v, %v, but there is %s", instance, err, want)
			}
			if instance != nil && instance.Digests[p.name] != want {
				t.Errorf("a look sees %s, want %s", instance.Digests[p.name], want)
			}
		})
	}
}

func switchTo(t testing.TB, dir, release string) {
	t.Helper()
	if err := os.Symlink(release, dir+"/new"); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(dir+"/new", dir+"/current"); err != nil {
		t.Fatal(err)
	}
}

// tick waits until the file system has another time than now.
func tick(t rapid.TB, dir string) {
	t.Helper()
	probe := dir + "/tick.log"
	var first time.Time
	for {
		if err := os.WriteFile(probe, []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(probe)
		if err != nil {
			t.Fatal(err)
		}
		if first.IsZero() {
			first = info.ModTime()
		}
		if !info.ModTime().Equal(first) {
			return
		}
	}
}

// TestLook_Property: whatever is done to a directory between looks, each sees what a
// fingerprint without any memory is. Once all that was read is remembered, and the
// file system's clock moves on before each edit; once the clock is as it is.
func TestLook_Property(t *testing.T) {
	t.Parallel()
	for name, now := range map[string]func() time.Time{"Remembered": later, "Young": time.Now} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base := t.TempDir()
			round := 0
			rapid.Check(t, func(t *rapid.T) {
				round++
				dir := fmt.Sprintf("%s/%d", base, round)
				if err := os.Mkdir(dir, 0o755); err != nil {
					t.Fatal(err)
				}
				p, err := newPathSource(agent.Path{Path: dir, Excludes: []string{"*.log"}})
				if err != nil {
					t.Fatal(err)
				}
				p.sums.now = now
				for range rapid.IntRange(1, 12).Draw(t, "looks") {
					for range rapid.IntRange(0, 3).Draw(t, "edits") {
						edit(t, dir)
					}
					compare(t, p, dir)
					if name == "Remembered" {
						tick(t, dir)
					}
				}
			})
		})
	}
}

func compare(t *rapid.T, p *pathSource, dir string) {
	instance, err := p.look(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want, err := fingerprint.Dir(dir, "*.log")
	if errors.Is(err, fingerprint.ErrEmpty) {
		if instance != nil {
			t.Fatalf("of nothing, a look sees %v", instance)
		}
		return
	}
	if err != nil || instance == nil || instance.Digests[dir] != want {
		t.Fatalf("a look sees %v, want %s (%v)", instance, want, err)
	}
}

// edit does something to a directory. What cannot be done is let be.
func edit(t *rapid.T, dir string) {
	path := func(label string) string {
		return filepath.Join(dir, rapid.SampledFrom([]string{"a", "b", "c", "d/a", "d/b", "d/e/a", "f"}).Draw(t, label))
	}
	target := path("path")
	_ = os.MkdirAll(filepath.Dir(target), 0o755)
	content := []byte(rapid.StringMatching(`[xyz]{2}`).Draw(t, "content")) // of one size: times must tell
	switch rapid.SampledFrom([]string{"write", "replace", "forge", "append", "remove", "removeAll", "rename", "link", "exchange"}).Draw(t, "edit") {
	case "write":
		_ = os.WriteFile(target, content, 0o644)
	case "replace":
		_ = os.WriteFile(target+".new", content, 0o644)
		_ = os.Rename(target+".new", target)
	case "forge": // other content with the time of before
		if info, err := os.Stat(target); err == nil {
			_ = os.WriteFile(target, content, 0o644)
			_ = os.Chtimes(target, info.ModTime(), info.ModTime())
		}
	case "append":
		if f, err := os.OpenFile(target, os.O_APPEND|os.O_WRONLY, 0); err == nil {
			_, _ = f.Write(content)
			_ = f.Close()
		}
	case "remove":
		_ = os.Remove(target)
	case "removeAll":
		_ = os.RemoveAll(filepath.Join(dir, "d"))
	case "rename":
		_ = os.Rename(target, path("to"))
	case "link":
		_ = os.Remove(target)
		_ = os.Symlink(string(content), target)
	case "exchange":
		other := path("other")
		_ = os.Rename(target, target+".aside")
		_ = os.Rename(other, target)
		_ = os.Rename(target+".aside", other)
	}
}
