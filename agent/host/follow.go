package host

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// mostLinks is how many symbolic links may be followed, as in the kernel.
const mostLinks = 40

// trail is where a path leads.
type trail struct {
	links      []string  // the symbolic links on the way, in their order
	switchedAt time.Time // when the newest of the links was made; zero if there are none
	end        string    // a path without links
	missing    bool      // nothing is at the end, though what is above it is there
}

// follow goes along a path, link by link. Those among its directories count as well:
// that is how a release is switched under a path that goes on behind the link.
func follow(path string) (trail, error) {
	var t trail
	t.end = filepath.VolumeName(path) + string(filepath.Separator)
	steps := stepsOf(path)
	for len(steps) > 0 {
		step := steps[0]
		steps = steps[1:]
		next := filepath.Join(t.end, step) // the one above for .., as the end has no links
		info, err := os.Lstat(next)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			t.end, t.missing = next, true
			return t, nil
		case err != nil:
			return trail{}, err
		case info.Mode()&fs.ModeSymlink == 0:
			t.end = next
			continue
		}
		target, err := t.through(next, info)
		if err != nil {
			return trail{}, err
		}
		steps = slices.Concat(stepsOf(target), steps)
	}
	return t, nil
}

// through notes a link, and returns its target.
func (t *trail) through(link string, info fs.FileInfo) (target string, err error) {
	if t.links = append(t.links, link); len(t.links) > mostLinks {
		return "", fmt.Errorf("%s: over %d symbolic links lead from one to the next", link, mostLinks)
	}
	if info.ModTime().After(t.switchedAt) {
		t.switchedAt = info.ModTime()
	}
	if target, err = os.Readlink(link); err != nil {
		return "", err
	}
	if filepath.IsAbs(target) {
		t.end = filepath.VolumeName(target) + string(filepath.Separator)
	}
	return target, nil
}

// stepsOf are the names in a path. They are not cleaned: a/.. is not where it began
// if a is a link.
func stepsOf(path string) []string {
	path = strings.TrimPrefix(path, filepath.VolumeName(path))
	return slices.DeleteFunc(strings.Split(filepath.ToSlash(path), "/"), func(step string) bool { return step == "" || step == "." })
}

// same reports whether another look along the path found the same.
func (t trail) same(other trail) bool {
	return t.end == other.end && t.missing == other.missing && t.switchedAt.Equal(other.switchedAt) && slices.Equal(t.links, other.links)
}
