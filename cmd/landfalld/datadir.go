package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// dataDir is a data directory that is locked for this process.
type dataDir struct {
	path string
	lock *os.File
}

// lockDataDir makes a data directory if it is missing and locks it. The kernel
// removes the lock when the process ends, however it ends.
func lockDataDir(path string) (*dataDir, error) {
	if err := makeDataDir(path); err != nil {
		return nil, fmt.Errorf("data directory: %w (LANDFALL_DATA_DIR names another)", err)
	}
	file := filepath.Join(path, "lock")
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock data directory: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, errors.Join(inUse(path, file), f.Close())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock data directory: %w", err), f.Close())
	}
	d := &dataDir{path: path, lock: f}
	return d, d.write("")
}

// makeDataDir makes the directory so that nobody else can look into it. Root
// lets others pass through, because Postgres runs as one of them; the data below
// it is closed.
func makeDataDir(path string) error {
	mode := fs.FileMode(0o700)
	if os.Getuid() == 0 {
		mode = 0o711
	}
	return os.MkdirAll(path, mode)
}

func inUse(path, file string) error {
	who := "another landfalld"
	if b, err := os.ReadFile(file); err == nil {
		pid, addr, _ := strings.Cut(strings.TrimSpace(string(b)), "\n")
		if pid != "" {
			who = "landfalld with process id " + pid
		}
		if addr != "" {
			who += ", which listens on " + addr
		}
	}
	return fmt.Errorf("the data directory %s is in use by %s: stop that one first, or give this one another directory (LANDFALL_DATA_DIR)", path, who)
}

// setAddress tells a second server what the first one listens on.
func (d *dataDir) setAddress(addr string) error {
	return d.write(addr)
}

func (d *dataDir) write(addr string) error {
	content := fmt.Sprintf("%d\n%s\n", os.Getpid(), addr)
	if _, err := d.lock.WriteAt([]byte(content), 0); err != nil {
		return fmt.Errorf("lock data directory: %w", err)
	}
	if err := d.lock.Truncate(int64(len(content))); err != nil {
		return fmt.Errorf("lock data directory: %w", err)
	}
	return nil
}

// unlock leaves the file: to remove it would race with who opens it. To close it
// would not be enough: a child that is just being started has it open, too.
func (d *dataDir) unlock() error {
	return errors.Join(d.lock.Truncate(0), syscall.Flock(int(d.lock.Fd()), syscall.LOCK_UN), d.lock.Close())
}
