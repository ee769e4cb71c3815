package host

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/shirou/gopsutil/v4/process"

	"github.com/landfall-dev/landfall/agent"
	"github.com/landfall-dev/landfall/fingerprint"
)

// A process starts so long after the machine, and when that was changes a little each
// time that its clock is set. Without this, processes would seem to start anew.
func init() { process.EnableBootTimeCache(true) }

// processSource looks at processes that run chosen programs. Those whose program may
// not be seen are an error if they may be meant, and passed over otherwise.
type processSource struct {
	patterns agent.Patterns // of paths of programs, or of their last part

	mu   sync.Mutex // one look at a time: the next finds what this has read
	sums *sums
}

// program is what a process runs.
type program struct {
	name string // the path that it was started from
	file string // a path to what it runs, also if there is another file at the other path by now
}

// errEnded is of a process that runs no program: it ended, or is one of the kernel's.
var errEnded = errors.New("the process runs no program")

func (s *processSource) look(ctx context.Context) ([]agent.Instance, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.sums.finish()
	pids, err := process.PidsWithContext(ctx)
	if err != nil {
		return nil, fmt.Errorf("list processes: %w", err)
	}
	var instances []agent.Instance
	for _, pid := range pids {
		instance, err := s.lookAt(ctx, &process.Process{Pid: pid})
		switch {
		case errors.Is(err, errEnded):
			continue
		case errors.Is(err, fs.ErrPermission):
			return nil, fmt.Errorf("look at process %d: %w: run the agent as root, or as the user of the process", pid, err)
		case err != nil:
			return nil, fmt.Errorf("look at process %d: %w", pid, err)
		case instance != nil:
			instances = append(instances, *instance)
		}
	}
	return instances, nil
}

// lookAt returns nil for a process of a program that is not chosen, and errEnded for
// one of none.
func (s *processSource) lookAt(ctx context.Context, p *process.Process) (*agent.Instance, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	runs, err := programOf(ctx, p)
	if err != nil {
		if err = ended(ctx, p, err); errors.Is(err, fs.ErrPermission) && !mayFit(ctx, p, s.patterns) {
			return nil, nil
		}
		return nil, err
	}
	if !s.patterns.Match(runs.name) && !s.patterns.Match(filepath.Base(runs.name)) {
		return nil, nil
	}
	if len(runs.name) > longestName {
		return nil, fmt.Errorf("the path of its program has over %d bytes", longestName)
	}
	sum, _, err := s.sums.sum(
		func() (fs.FileInfo, error) { return os.Stat(runs.file) },
		func() (string, error) { return fingerprint.File(runs.file) },
	)
	if err != nil {
		return nil, ended(ctx, p, err)
	}
	startedAt, err := p.CreateTimeWithContext(ctx) // milliseconds
	if err != nil {
		return nil, ended(ctx, p, err)
	}
	if again, err := programOf(ctx, p); err != nil || again.name != runs.name {
		return s.lookAt(ctx, p) // it became another program, or ended, in the midst
	}
	return &agent.Instance{Digests: map[string]string{runs.name: sum}, StartedAt: time.UnixMilli(startedAt).UTC()}, nil
}

// ended tells what failed as a process ended from what went wrong.
func ended(ctx context.Context, p *process.Process, err error) error {
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ESRCH) {
		return errEnded
	}
	if exists, failed := process.PidExistsWithContext(ctx, p.Pid); failed == nil && !exists {
		return errEnded
	}
	if errors.Is(err, fs.ErrPermission) && hasNoMemory(ctx, p) {
		return errEnded
	}
	return err
}

// hasNoMemory reports whether a process is one of the kernel's, or one that ended and
// for which nobody has waited yet.
func hasNoMemory(ctx context.Context, p *process.Process) bool {
	memory, err := p.MemoryInfoWithContext(ctx)
	return err == nil && memory.VMS == 0
}
