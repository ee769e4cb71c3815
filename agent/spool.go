package agent

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/gofrs/flock"
)

// kept is a report in a spool. On disk it is two lines: what it is, and its artifacts
// as they are sent.
type kept struct {
	Environment string          `json:"environment"`
	Kind        string          `json:"kind"`
	Seen        moment          `json:"seen"`
	Instances   int             `json:"instances"`
	Artifacts   json.RawMessage `json:"-"`
}

// ErrSpoolInUse is a spool that another agent holds.
var ErrSpoolInUse = errors.New("another agent uses this spool")

const (
	entrySuffix   = ".report.gz"
	partialSuffix = ".partial"
	badSuffix     = ".unreadable"
	maxSetAside   = 10
	maxInMemory   = 8 << 20 // bytes that the disk did not take
)

// spool keeps the reports of one environment until the server has them, in order.
// Each is a file of its own that is written in full, or not at all. What the disk
// does not take is kept in memory, and so is all if there is no directory.
//
// A spool is bounded. When it is full, reports in between are given up, evenly over
// the whole time: the longer an outage lasts, the fewer of its moments are known, and
// no part of it is a hole.
type spool struct {
	dir   string // empty for one in memory
	lock  *flock.Flock
	bound int64 // bytes

	mu      sync.Mutex
	entries []spooled
	next    uint64
	newest  *kept // what was added last, until it is sent: most often that is at once
	size    int64
	thinned int   // how many were given up for room
	diskErr error // why the newest is not on disk; nil if it is
}

// spooled is one report in a spool, the oldest first.
type spooled struct {
	number uint64
	size   int64
	packed []byte // if it is in memory
}

// openSpool opens a directory, which is made if it is missing, and finds what an
// earlier agent left. An empty path is a spool in memory. It returns ErrSpoolInUse if
// another agent holds it.
func openSpool(dir string, bound int64) (*spool, error) {
	s := &spool{dir: dir, bound: bound}
	if dir == "" {
		return s, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the spool: %w", err)
	}
	s.lock = flock.New(filepath.Join(dir, "lock"))
	switch held, err := s.lock.TryLock(); {
	case err != nil:
		return nil, fmt.Errorf("lock the spool: %w", err)
	case !held:
		return nil, fmt.Errorf("%s: %w", dir, ErrSpoolInUse)
	}
	if err := s.find(); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *spool) close() {
	if s.lock != nil {
		_ = s.lock.Unlock() // the process ends, or never had it
	}
}

// find reads what is there, and removes what an earlier agent began to write.
func (s *spool) find() error {
	names, err := os.ReadDir(s.dir)
	if err != nil {
		return fmt.Errorf("read the spool: %w", err)
	}
	for _, entry := range names { // in the order of names, which is that of numbers
		name := entry.Name()
		if strings.HasSuffix(name, partialSuffix) {
			if err := os.Remove(filepath.Join(s.dir, name)); err != nil {
				return fmt.Errorf("clean the spool: %w", err)
			}
			continue
		}
		digits, ok := strings.CutSuffix(name, entrySuffix)
		number, err := strconv.ParseUint(digits, 10, 64)
		if !ok || err != nil {
			continue
		}
		info, err := entry.Info()
		if err != nil {
			return fmt.Errorf("read the spool: %w", err)
		}
		s.entries = append(s.entries, spooled{number: number, size: info.Size()})
		s.size += info.Size()
		s.next = number + 1
	}
	return nil
}

// add keeps a report. It always does: what the disk does not take is in memory,
// and diskError tells why.
func (s *spool) add(k *kept) error {
	packed, err := pack(k)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	entry := spooled{number: s.next, size: int64(len(packed)), packed: packed}
	s.next++
	s.newest = k
	if s.dir != "" {
		if s.diskErr = s.write(entry.number, packed); s.diskErr == nil {
			entry.packed = nil
		}
	}
	s.entries = append(s.entries, entry)
	s.size += entry.size
	for (s.size > s.bound || s.inMemory() > maxInMemory) && len(s.entries) > 2 {
		s.thin()
	}
	return nil
}

func (s *spool) inMemory() (bytes int) {
	for _, entry := range s.entries {
		bytes += len(entry.packed)
	}
	return bytes
}

// thin gives up the report that leaves the smallest hole, counted in reports, the
// oldest of several; never the first and the last.
func (s *spool) thin() {
	victim, smallest := 1, uint64(math.MaxUint64)
	for i := 1; i < len(s.entries)-1; i++ {
		if hole := s.entries[i+1].number - s.entries[i-1].number; hole < smallest {
			victim, smallest = i, hole
		}
	}
	s.forget(s.entries[victim])
	s.entries = slices.Delete(s.entries, victim, victim+1)
	s.thinned++
}

// first returns the oldest report; nil if there is none. One that cannot be read is
// set aside: it must not keep the others from being sent.
func (s *spool) first() (*kept, uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.entries) == 0 {
		return nil, 0, nil
	}
	oldest := s.entries[0]
	if s.newest != nil && oldest.number == s.next-1 {
		return s.newest, oldest.number, nil
	}
	k, err := s.read(oldest)
	return k, oldest.number, err
}

// last returns the newest report; nil if there is none that can be read.
func (s *spool) last() *kept {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.entries) == 0 {
		return nil
	}
	k, err := s.read(s.entries[len(s.entries)-1])
	if err != nil {
		return nil
	}
	return k
}

// remove forgets a report that the server has.
func (s *spool) remove(number uint64) { s.take(number, s.forget) }

// setAside takes a report out of the way, for somebody to look at.
func (s *spool) setAside(number uint64) {
	s.take(number, func(entry spooled) {
		s.size -= entry.size
		if entry.packed == nil {
			_ = os.Rename(s.path(number), s.path(number)+badSuffix) // or it is gone, which is as good
		}
		s.boundSetAside()
	})
}

// boundSetAside keeps the newest of what was set aside.
func (s *spool) boundSetAside() {
	aside, err := filepath.Glob(filepath.Join(s.dir, "*"+badSuffix))
	if err != nil || s.dir == "" {
		return
	}
	slices.Sort(aside)
	for len(aside) > maxSetAside {
		_ = os.Remove(aside[0])
		aside = aside[1:]
	}
}

func (s *spool) take(number uint64, away func(spooled)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.entries, func(e spooled) bool { return e.number == number })
	if i < 0 {
		return // it was given up meanwhile
	}
	away(s.entries[i])
	s.entries = slices.Delete(s.entries, i, i+1)
	if len(s.entries) == 0 {
		s.newest = nil
	}
}

func (s *spool) forget(entry spooled) {
	s.size -= entry.size
	if entry.packed == nil {
		// What stays is sent again by the next agent, which changes nothing.
		_ = os.Remove(s.path(entry.number))
	}
}

// spoolState is how full a spool is.
type spoolState struct {
	reports int
	bytes   int64
	thinned int
	diskErr error
}

func (s *spool) state() spoolState {
	s.mu.Lock()
	defer s.mu.Unlock()
	return spoolState{len(s.entries), s.size, s.thinned, s.diskErr}
}

func (s *spool) path(number uint64) string {
	return filepath.Join(s.dir, fmt.Sprintf("%020d%s", number, entrySuffix))
}

// write makes a file that is there in full after a crash, or not at all.
func (s *spool) write(number uint64, packed []byte) (err error) {
	path := s.path(number)
	partial := path + partialSuffix
	defer func() {
		if err != nil {
			_ = os.Remove(partial) // room for the next try
			err = fmt.Errorf("write the spool: %w", err)
		}
	}()
	if err := writeSynced(partial, packed); err != nil {
		return err
	}
	if err := os.Rename(partial, path); err != nil {
		return err
	}
	return syncDir(s.dir)
}

func writeSynced(path string, content []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.Write(content); err != nil {
		f.Close()
		return err
	}
	if err := f.Sync(); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// syncDir makes a rename last. Where directories cannot be synced, as on Windows,
// they need not be.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrInvalid) && !errors.Is(err, fs.ErrPermission) {
		return err
	}
	return nil
}

func (s *spool) read(entry spooled) (*kept, error) {
	packed := entry.packed
	if packed == nil {
		var err error
		if packed, err = os.ReadFile(s.path(entry.number)); err != nil {
			return nil, fmt.Errorf("read the spool: %w", err)
		}
	}
	return unpack(packed)
}

// pack writes a report down with a checksum, which is gzip's.
func pack(k *kept) ([]byte, error) {
	head, err := json.Marshal(k)
	if err != nil {
		return nil, fmt.Errorf("write the spool: %w", err)
	}
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	for _, part := range [][]byte{head, []byte("\n"), k.Artifacts} {
		if _, err := z.Write(part); err != nil {
			return nil, fmt.Errorf("write the spool: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("write the spool: %w", err)
	}
	return b.Bytes(), nil
}

func unpack(packed []byte) (*kept, error) {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("read the spool: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(z, 2*maxBody))
	if err != nil {
		return nil, fmt.Errorf("read the spool: %w", err)
	}
	head, artifacts, _ := bytes.Cut(text, []byte("\n"))
	var k kept
	if err := json.Unmarshal(head, &k); err != nil {
		return nil, fmt.Errorf("read the spool: %w", err)
	}
	if !json.Valid(artifacts) {
		return nil, errors.New("read the spool: its artifacts are no JSON")
	}
	k.Artifacts = artifacts
	return &k, nil
}
