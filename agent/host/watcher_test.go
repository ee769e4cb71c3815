package host

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"

	"github.com/fsnotify/fsnotify"

	"github.com/landfall-dev/landfall/agent"
)

func newWatcher(t *testing.T, paths ...agent.Path) *watcher {
	t.Helper()
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = notify.Close() })
	w := &watcher{notify: notify}
	for _, path := range paths {
		p, err := newPathSource(path)
		if err != nil {
			t.Fatal(err)
		}
		w.paths = append(w.paths, p)
	}
	return w
}

// TestSee: what is no part of an artifact wakes nobody.
func TestSee(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, file := range []string{"/app/a", "/app/log/deep/line", "/app/.git/HEAD", "/beside", "/file"} {
		mustWrite(t, dir+file, "x")
	}
	w := newWatcher(t, agent.Path{Path: dir + "/app", Excludes: []string{"log/", "*.tmp"}}, agent.Path{Path: dir + "/file"})
	if err := w.watchAll(); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		path string
		op   fsnotify.Op
		want bool
	}{
		"File":         {"/app/a", fsnotify.Write, true},
		"NewFile":      {"/app/new", fsnotify.Create, true},
		"Mode":         {"/app/a", fsnotify.Chmod, false},
		"Excluded":     {"/app/a.tmp", fsnotify.Create, false},
		"ExcludedDir":  {"/app/log", fsnotify.Create, false},
		"InExcluded":   {"/app/log/deep/line", fsnotify.Write, false},
		"InGit":        {"/app/.git/HEAD", fsnotify.Write, false},
		"Beside":       {"/beside", fsnotify.Write, false},
		"LikeTheRoot":  {"/app2", fsnotify.Create, false},
		"PathIsFile":   {"/file", fsnotify.Write, true},
		"PathRemoved":  {"/file", fsnotify.Remove, true},
		"AboveThePath": {"", fsnotify.Write, false},
	} {
		if got, err := w.see(fsnotify.Event{Name: dir + tt.path, Op: tt.op}); err != nil || got != tt.want {
			t.Errorf("%s: %t, %v, want %t", name, got, err, tt.want)
		}
	}
	if _, err := w.see(fsnotify.Event{Name: dir + "/app", Op: fsnotify.Rename}); !errors.Is(err, errMoved) {
		t.Errorf("when the directory is moved: err = %v", err)
	}
	for _, excluded := range []string{"/app/log", "/app/log/deep", "/app/.git"} {
		if w.watched[dir+excluded] {
			t.Errorf("%s is watched", excluded)
		}
	}
	if !w.watched[dir] || !w.watched[dir+"/app"] || len(w.watched) != 2 {
		t.Errorf("watched: %v", w.watched)
	}
}

// TestWatchAll_Elsewhere: what a path leads to no longer is not watched any more.
func TestWatchAll_Elsewhere(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	mustWrite(t, dir+"/1/below/a", "x")
	mustWrite(t, dir+"/2/a", "x")
	switchTo(t, dir, "1")
	w := newWatcher(t, agent.Path{Path: dir + "/current"})
	for _, release := range []string{"1", "2"} {
		switchTo(t, dir, release)
		if err := w.watchAll(); err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(w.notify.WatchList(), " "); strings.Contains(got, "/1") || !strings.Contains(got, dir+"/2") {
		t.Errorf("watched: %s", got)
	}
}

func TestWatch_Limits(t *testing.T) {
	t.Parallel()
	for _, err := range []error{syscall.ENOSPC, syscall.EMFILE} {
		if got := cannotWatch(fmt.Errorf("add: %w", err)); !errors.Is(got, agent.ErrCannotWatch) || !errors.Is(got, err) {
			t.Errorf("of %v: %v", err, got)
		}
	}
	if got := cannotWatch(syscall.EIO); errors.Is(got, agent.ErrCannotWatch) {
		t.Errorf("of what may pass: %v", got)
	}
	w := newWatcher(t)
	w.watched = make(map[string]bool)
	for i := range mostWatched {
		w.watched[fmt.Sprint(i)] = true
	}
	if err := w.watchDir(t.TempDir()); !errors.Is(err, agent.ErrCannotWatch) {
		t.Errorf("of too many directories: %v", err)
	}
}
