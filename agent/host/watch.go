package host

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/fsnotify/fsnotify"

	"github.com/landfall-dev/landfall/agent"
	"github.com/landfall-dev/landfall/fingerprint"
)

// mostWatched is how many directories are watched. More would take long to find, and
// many systems have fewer watches for all programs together.
const mostWatched = 10_000

// Watch calls changed when something at the paths changes, and once when it begins to
// see. It returns agent.ErrCannotWatch if there are processes only, of which nobody
// tells, and if this system has not enough watches. Of processes beside paths it tells
// nothing.
func (s *Source) Watch(ctx context.Context, changed func()) error {
	if len(s.paths) == 0 {
		return fmt.Errorf("%w: processes come and go without", agent.ErrCannotWatch)
	}
	for {
		err := s.watchUntilMoved(ctx, changed)
		if !errors.Is(err, errMoved) {
			return err
		}
	}
}

// errMoved is of a directory that is watched and gets another name. Its watches, and
// those below it, go on under the names of before, and would hide what comes in their
// place: all have to be made anew.
var errMoved = errors.New("a directory was moved")

func (s *Source) watchUntilMoved(ctx context.Context, changed func()) error {
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		return cannotWatch(err)
	}
	defer notify.Close()
	w := &watcher{paths: s.paths, notify: notify}
	if err := w.watchAll(); err != nil {
		return err
	}
	changed()
	for {
		select {
		case <-ctx.Done():
			return nil
		case event := <-notify.Events:
			matters, err := w.see(event)
			if err != nil {
				return err
			}
			if matters {
				changed()
			}
		case err := <-notify.Errors:
			if !errors.Is(err, fsnotify.ErrEventOverflow) {
				return fmt.Errorf("watch paths: %w", err)
			}
			return errMoved // some events were lost, perhaps of that
		}
	}
}

// cannotWatch tells limits of this system, which last, from what may pass.
func cannotWatch(err error) error {
	if errors.Is(err, errNoWatches) || errors.Is(err, errNoFiles) {
		return fmt.Errorf("%w: this system has no more watches (%w): raise fs.inotify.max_user_watches and max_user_instances", agent.ErrCannotWatch, err)
	}
	return fmt.Errorf("watch paths: %w", err)
}

// watcher is what one call of Watch watches.
type watcher struct {
	paths  []*pathSource
	notify *fsnotify.Watcher

	// crossings are the links on the way and the ends: when one of them comes or goes,
	// the path leads elsewhere.
	crossings map[string]bool
	trees     []tree
	watched   map[string]bool // directories
}

// tree is a directory with all that is below it.
type tree struct {
	root     string
	excludes fingerprint.Excludes
}

// watchAll watches where the paths lead now, and no longer where they led before.
func (w *watcher) watchAll() error {
	before := w.watched
	w.crossings, w.trees, w.watched = make(map[string]bool), nil, make(map[string]bool)
	for _, p := range w.paths {
		if err := w.watchPath(p); err != nil {
			return err
		}
	}
	for dir := range before {
		if !w.watched[dir] {
			_ = w.notify.Remove(dir) // it may be gone, and its watch with it
		}
	}
	return nil
}

func (w *watcher) watchPath(p *pathSource) error {
	t, err := w.watchTrail(p.path)
	if err != nil {
		return err
	}
	if info, err := os.Lstat(t.end); err == nil && info.IsDir() {
		grown := tree{root: t.end, excludes: p.excludes}
		w.trees = append(w.trees, grown)
		return w.watchTree(grown, t.end)
	}
	return nil
}

// watchTrail watches where a path is led elsewhere, until that did not happen in the
// meantime.
func (w *watcher) watchTrail(path string) (trail, error) {
	for try := 1; ; try++ {
		before, err := follow(path)
		if err != nil {
			return trail{}, fmt.Errorf("watch %s: %w", path, err)
		}
		for _, crossing := range append(slices.Clone(before.links), before.end) {
			w.crossings[crossing] = true
			// A file that is replaced is another one: only its directory tells of both.
			if err := w.watchDir(filepath.Dir(crossing)); err != nil {
				return trail{}, err
			}
		}
		after, err := follow(path)
		if err == nil && before.same(after) {
			return before, nil
		}
		if try == tries {
			return trail{}, fmt.Errorf("watch %s: %w", path, cmp.Or(err, errChanged))
		}
	}
}

// watchTree watches a directory of a tree and those below it. Each is watched before
// it is read, so that nothing comes in between.
func (w *watcher) watchTree(t tree, dir string) error {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist): // it is gone again
			return nil
		case err != nil:
			return err
		case !d.IsDir():
			return nil
		case t.leavesOut(path, true):
			return fs.SkipDir
		}
		return w.watchDir(path)
	})
	if err != nil {
		return fmt.Errorf("watch %s: %w", t.root, err)
	}
	return nil
}

func (w *watcher) watchDir(dir string) error {
	if w.watched[dir] {
		return nil
	}
	if len(w.watched) >= mostWatched {
		return fmt.Errorf("%w: they have over %d directories", agent.ErrCannotWatch, mostWatched)
	}
	err := w.notify.Add(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // what is above it tells
	}
	if err != nil {
		return cannotWatch(err)
	}
	w.watched[dir] = true
	return nil
}

// see takes an event, and reports whether it may change what is at a path.
func (w *watcher) see(event fsnotify.Event) (matters bool, err error) {
	if event.Op == fsnotify.Chmod {
		return false, nil // no fingerprint has permissions or times in it
	}
	switch {
	case event.Has(fsnotify.Rename) && w.watched[event.Name]:
		return true, errMoved
	case event.Has(fsnotify.Remove):
		delete(w.watched, event.Name) // one of the same name is another
	}
	if w.crossings[event.Name] {
		if event.Op != fsnotify.Write {
			err = w.watchAll()
		}
		return true, err
	}
	info, failed := os.Lstat(event.Name)
	isDir := failed == nil && info.IsDir()
	for _, t := range w.trees {
		if t.leavesOut(event.Name, isDir) {
			continue
		}
		matters = true
		if isDir && event.Has(fsnotify.Create) {
			if err := w.watchTree(t, event.Name); err != nil {
				return true, err
			}
		}
	}
	return matters, nil
}

// leavesOut reports whether a path is no part of the tree.
func (t tree) leavesOut(path string, isDir bool) bool {
	rest, below := strings.CutPrefix(path, strings.TrimSuffix(t.root, string(filepath.Separator))+string(filepath.Separator))
	if !below {
		return path != t.root
	}
	rest = filepath.ToSlash(rest)
	for i, c := range rest {
		if c == '/' && t.excludes.Match(rest[:i], true) {
			return true
		}
	}
	return t.excludes.Match(rest, isDir)
}
