package agent

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func newTestSpool(t *testing.T, dir string, bound int64) *spool {
	t.Helper()
	s, err := openSpool(dir, bound)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	return s
}

// keptAs is a report that can be told from others, and does not get smaller by being
// packed.
func keptAs(n, size int) *kept {
	random := rand.New(rand.NewPCG(uint64(n), 1))
	letters := make([]byte, size)
	for i := range letters {
		letters[i] = "0123456789abcdef"[random.IntN(16)]
	}
	text, err := json.Marshal(string(letters))
	if err != nil {
		panic(err)
	}
	return &kept{Environment: "prod", Kind: "docker", Instances: n, Artifacts: text, Seen: moment{At: time.Unix(int64(n), 0).UTC(), Boot: time.Duration(n), BootID: "boot"}}
}

// drain takes all that is in a spool, as a sender does.
func drain(t *testing.T, s *spool) (numbers []int) {
	t.Helper()
	for {
		k, number, err := s.first()
		if err != nil {
			s.setAside(number)
			continue
		}
		if k == nil {
			return numbers
		}
		numbers = append(numbers, k.Instances)
		s.remove(number)
	}
}

func TestSpool_Order(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(tempDir(t), "not", "there", "yet")
	s := newTestSpool(t, dir, 1<<20)
	for n := range 5 {
		if err := s.add(keptAs(n, 100)); err != nil {
			t.Fatal(err)
		}
	}
	k, number, err := s.first()
	if err != nil || k.Instances != 0 {
		t.Fatal(k, err)
	}
	s.remove(number)
	s.close()

	s = newTestSpool(t, dir, 1<<20) // of the next run
	if err := s.add(keptAs(5, 100)); err != nil {
		t.Fatal(err)
	}
	if last := s.last(); last == nil || last.Instances != 5 {
		t.Errorf("last = %+v", last)
	}
	if got := drain(t, s); !slices.Equal(got, []int{1, 2, 3, 4, 5}) {
		t.Errorf("drained %v", got)
	}
	if state := s.state(); state.reports != 0 || state.bytes != 0 {
		t.Errorf("the empty spool is %+v", state)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*.gz*")); err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
}

// What is read back is what was kept, to the byte.
func TestSpool_SameBack(t *testing.T) {
	t.Parallel()
	report, err := NewReport("prod", "K8S", time.Unix(7, 0), []Instance{{Digests: map[string]string{"<a&b>\u2028": digestOf("a")}, Pod: &Pod{Name: "p", Namespace: "n"}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"", tempDir(t)} {
		s := newTestSpool(t, dir, 1<<20)
		if err := s.add(newKept(report, moment{At: time.Unix(7, 0)})); err != nil {
			t.Fatal(err)
		}
		if dir != "" { // from the disk, as after a new start
			s.close()
			s = newTestSpool(t, dir, 1<<20)
		}
		back, _, err := s.first()
		if err != nil {
			t.Fatal(err)
		}
		if got := back.report(); got.Sum != report.Sum || string(got.Artifacts) != string(report.Artifacts) || !got.ObservedAt.Equal(report.ObservedAt) {
			t.Errorf("kept %+v, got %+v back", report, got)
		}
	}
}

// A full spool gives up reports in between, so that what is left is spread evenly over the
// whole time, and keeps the first and the last.
func TestSpool_Bound(t *testing.T) {
	t.Parallel()
	const size, bound = 2000, 40_000
	for name, dir := range map[string]string{"Disk": tempDir(t), "Memory": ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newTestSpool(t, dir, bound)
			for n := range 500 {
				if err := s.add(keptAs(n, size)); err != nil {
					t.Fatal(err)
				}
				if got := s.state(); got.bytes > bound {
					t.Fatalf("%d bytes are kept, bound %d", got.bytes, bound)
				}
			}
			state := s.state()
			got := drain(t, s)
			if len(got)+state.thinned != 500 || len(got) < 10 {
				t.Errorf("%d are left and %d were given up, of 500", len(got), state.thinned)
			}
			if got[0] != 0 || got[len(got)-1] != 499 || !slices.IsSorted(got) {
				t.Errorf("left are %v", got)
			}
			for i := 1; i < len(got); i++ {
				if gap := got[i] - got[i-1]; gap > 64 {
					t.Errorf("a hole of %d between %d and %d", gap, got[i-1], got[i])
				}
			}
		})
	}
}

// One report that is larger than the spool may be is kept all the same.
func TestSpool_LargerThanBound(t *testing.T) {
	t.Parallel()
	s := newTestSpool(t, tempDir(t), 1000)
	for n := range 3 {
		if err := s.add(keptAs(n, 5000)); err != nil {
			t.Fatal(err)
		}
	}
	if got := drain(t, s); !slices.Equal(got, []int{0, 2}) {
		t.Errorf("drained %v", got)
	}
}

// What a crash leaves of a file that was being written is removed, and a file that
// cannot be read is put aside: neither keeps the others back.
func TestSpool_Damaged(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	s := newTestSpool(t, dir, 1<<20)
	for n := range 4 {
		if err := s.add(keptAs(n, 500)); err != nil {
			t.Fatal(err)
		}
	}
	s.close()
	for i, damage := range []func([]byte) []byte{
		func(b []byte) []byte { return b[:len(b)/2] },
		func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		func([]byte) []byte { return nil },
	} {
		path := (&spool{dir: dir}).path(uint64(i))
		packed, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, damage(packed), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	half := filepath.Join(dir, "00000000000000000009.report.gz.partial")
	if err := os.WriteFile(half, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("of somebody"), 0o600); err != nil {
		t.Fatal(err)
	}
	s = newTestSpool(t, dir, 1<<20)
	if got := drain(t, s); !slices.Equal(got, []int{3}) {
		t.Errorf("drained %v", got)
	}
	if _, err := os.Stat(half); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the half file is there: %v", err)
	}
	aside, err := filepath.Glob(filepath.Join(dir, "*"+badSuffix))
	if err != nil || len(aside) != 3 {
		t.Errorf("put aside: %v, %v", aside, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "notes.txt")); err != nil {
		t.Error(err)
	}
}

// Not more is put aside than somebody would look at.
func TestSpool_SetAside_Bound(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	s := newTestSpool(t, dir, 1<<20)
	for n := range maxSetAside + 5 {
		if err := s.add(keptAs(n, 10)); err != nil {
			t.Fatal(err)
		}
		_, number, err := s.first()
		if err != nil {
			t.Fatal(err)
		}
		s.setAside(number)
	}
	aside, err := filepath.Glob(filepath.Join(dir, "*"+badSuffix))
	if err != nil || len(aside) != maxSetAside || filepath.Base(aside[0]) != fmt.Sprintf("%020d%s%s", 5, entrySuffix, badSuffix) {
		t.Errorf("put aside: %v, %v", aside, err)
	}
}

func TestSpool_InUse(t *testing.T) {
	t.Parallel()
	dir := tempDir(t)
	newTestSpool(t, dir, 1<<20)
	if _, err := openSpool(dir, 1<<20); !errors.Is(err, ErrSpoolInUse) {
		t.Errorf("the second opened with %v", err)
	}
}

// Others of the machine do not see what runs.
func TestSpool_Private(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(tempDir(t), "spool")
	s := newTestSpool(t, dir, 1<<20)
	if err := s.add(keptAs(1, 10)); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]os.FileMode{dir: 0o700, s.path(0): 0o600} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}

func FuzzUnpack(f *testing.F) {
	packed, err := pack(keptAs(1, 50))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(packed)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, packed []byte) {
		k, err := unpack(packed)
		if (k == nil) == (err == nil) {
			t.Errorf("unpack = %v, %v", k, err)
		}
	})
}
