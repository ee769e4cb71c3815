package host

import (
	"errors"
	"io/fs"
	"os"
	"time"
)

// racy is how long after a change a file may change again without a new time: file
// systems have times of up to two seconds.
const racy = 2 * time.Second

// errChanged is of a file that changed while it was read.
var errChanged = errors.New("it changed while it was read")

// sums are the SHA-256 of files from before, by what changes when their content does.
// Those that a look did not need are forgotten after it.
type sums struct {
	now    func() time.Time
	known  map[fileID]string // from the looks before
	needed map[fileID]string // in this look
}

// fileID is a file in one state.
type fileID struct {
	device, inode             uint64
	size                      int64
	modifiedAt, madeOrMovedAt int64 // nanoseconds; the second cannot be set by anybody
}

func newSums(now func() time.Time) *sums {
	return &sums{now: now, known: make(map[fileID]string), needed: make(map[fileID]string)}
}

// finish ends a look, also one that failed: otherwise what changes all the time would
// be remembered for ever.
func (s *sums) finish() {
	s.known, s.needed = s.needed, make(map[fileID]string)
}

// sum returns the SHA-256 of a file, and when the file was modified. It reads the file
// only if it is not known from before, or may have changed since.
func (s *sums) sum(stat func() (fs.FileInfo, error), read func() (string, error)) (sum string, modifiedAt time.Time, err error) {
	before, err := stat()
	if err != nil {
		return "", time.Time{}, err
	}
	id, identified := idOf(before)
	if identified {
		if sum, ok := s.recall(id); ok {
			return sum, before.ModTime(), nil
		}
	}
	begun := s.now()
	if sum, err = read(); err != nil {
		return "", time.Time{}, err
	}
	after, err := stat()
	if err != nil {
		return "", time.Time{}, err
	}
	if !unchanged(before, after) {
		return "", time.Time{}, errChanged
	}
	if identified && id.settled(begun) {
		s.needed[id] = sum
	}
	return sum, before.ModTime(), nil
}

func (s *sums) recall(id fileID) (string, bool) {
	if sum, ok := s.needed[id]; ok {
		return sum, true
	}
	sum, ok := s.known[id]
	if ok {
		s.needed[id] = sum
	}
	return sum, ok
}

// settled reports whether a change of the file from now on would give it another
// time.
func (id fileID) settled(now time.Time) bool {
	limit := now.Add(-racy).UnixNano()
	return id.modifiedAt < limit && id.madeOrMovedAt < limit
}

func unchanged(before, after fs.FileInfo) bool {
	return os.SameFile(before, after) && before.Size() == after.Size() && before.ModTime().Equal(after.ModTime())
}
