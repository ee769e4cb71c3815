package dbtest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

const scratchPrefix = "landfall-dbtest-"

// enoughMemory is what a file system in memory must have left to be used. A
// container's is often too small for a Postgres, by default 64 MB.
const enoughMemory = 1 << 30

// scratch is a directory that lives as long as this process. A lock on it says
// that it does: a directory without one is stale.
type scratch struct {
	path string
	lock *os.File
}

func newScratch() (*scratch, error) {
	parent := os.TempDir()
	if inMemory("/dev/shm") {
		parent = "/dev/shm"
	}
	removeStale(parent)
	for range 10 {
		path, err := os.MkdirTemp(parent, scratchPrefix)
		if err != nil {
			return nil, err
		}
		s, err := lockScratch(path)
		if s == nil && err == nil {
			continue // another process took it for stale before it was locked
		}
		if err == nil {
			err = os.Chmod(path, 0o711) // user postgres must pass through
		}
		return s, err
	}
	return nil, fmt.Errorf("no directory can be made in %s", parent)
}

func (s *scratch) join(name string) string {
	return filepath.Join(s.path, name)
}

func (s *scratch) remove() {
	if err := os.RemoveAll(s.path); err != nil {
		fmt.Fprintln(os.Stderr, "dbtest:", err)
	}
	_ = s.lock.Close()
}

// lockScratch locks a directory for this process. It returns nil if another
// process has it or has removed it.
func lockScratch(path string) (*scratch, error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		locked, lerr := f.Stat()
		there, terr := os.Stat(path)
		if lerr == nil && terr == nil && os.SameFile(locked, there) {
			return &scratch{path: path, lock: f}, nil
		}
	}
	_ = f.Close()
	if err != nil && !errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, err
	}
	return nil, nil
}

// removeStale removes what test processes have left that were killed. Their
// clusters stop by themselves.
func removeStale(parent string) {
	paths, _ := filepath.Glob(filepath.Join(parent, scratchPrefix+"*")) // only a bad pattern is an error
	for _, path := range paths {
		if s, err := lockScratch(path); err == nil && s != nil {
			s.remove()
		}
	}
}

// inMemory reports whether dir can be written to and has room enough.
func inMemory(dir string) bool {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil || uint64(st.Bavail)*uint64(st.Bsize) < enoughMemory {
		return false
	}
	probe, err := os.MkdirTemp(dir, scratchPrefix)
	if err != nil {
		return false
	}
	return os.Remove(probe) == nil
}
