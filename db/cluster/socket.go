package cluster

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxSocketPath is what fits into a socket's address on Linux; BSD has 4 less.
const maxSocketPath = 103

const socketName = ".s.PGSQL." + port

const shortPrefix = "landfall-pg-"

// socketDir is the directory of a cluster's socket.
type socketDir struct {
	path string
	// note is the file that remembers a directory outside of the cluster's,
	// so that the next start can remove it if this process cannot.
	note string
}

// makeSocketDir makes a directory for the socket in dir or, where dir is too
// long for a socket or cannot be reached by the account, a short one for
// temporary use.
func makeSocketDir(dir string, acct account) (socketDir, error) {
	s := socketDir{path: filepath.Join(dir, "socket"), note: filepath.Join(dir, "socket-dir")}
	if old, err := os.ReadFile(s.note); err == nil {
		stale := socketDir{path: strings.TrimSpace(string(old)), note: s.note}
		stale.remove()
	}
	if len(filepath.Join(s.path, socketName)) <= maxSocketPath && acct.canReach(dir) {
		s.note = ""
		err := acct.mkdir(s.path)
		if errors.Is(err, fs.ErrExist) {
			err = acct.own(s.path)
		}
		return s, err
	}
	for _, parent := range []string{os.TempDir(), "/tmp", "/var/tmp"} {
		path, err := os.MkdirTemp(parent, shortPrefix)
		if err != nil {
			continue
		}
		if len(filepath.Join(path, socketName)) > maxSocketPath || !acct.canReach(parent) {
			_ = os.Remove(path)
			continue
		}
		s.path = path
		return s, errors.Join(acct.own(path), os.WriteFile(s.note, []byte(path+"\n"), 0o600))
	}
	return socketDir{}, fmt.Errorf("no place for a socket: %s is too long or closed to user %s, and no directory for temporary files is better", dir, acct.name)
}

// remove removes a directory outside of the cluster's. Postgres removes its
// socket itself, unless it was killed.
func (s socketDir) remove() {
	if s.note == "" || !strings.HasPrefix(filepath.Base(s.path), shortPrefix) {
		return
	}
	for _, name := range []string{socketName, socketName + ".lock"} {
		_ = os.Remove(filepath.Join(s.path, name))
	}
	if err := os.Remove(s.path); err == nil || errors.Is(err, fs.ErrNotExist) {
		_ = os.Remove(s.note)
	}
}
