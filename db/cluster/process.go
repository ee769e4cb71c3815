package cluster

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	pollEvery = 10 * time.Millisecond
	// ownerGrace is how long a Postgres may take to notice that the process
	// that started it is gone.
	ownerGrace = 3 * time.Second
	// endGrace is how long one that is about to end may take, or one that has
	// ended may wait until somebody collects it.
	endGrace = 30 * time.Second
	// retryFor is how long a start is repeated while the remains of a killed
	// Postgres stand in its way.
	retryFor  = 10 * time.Second
	maxLog    = 10 << 20
	tellEvery = 10 * time.Second
)

// errRemains is a failed start that may succeed in a moment.
var errRemains = errors.New("remains of an earlier postgres are in the way")

// process is a postmaster that we are the parent of.
type process struct {
	pid  int
	cmd  *exec.Cmd
	done chan struct{}
}

// signal sends a signal to the postmaster unless it has ended.
func (p *process) signal(s syscall.Signal) {
	_ = p.cmd.Process.Signal(s) // the only error: it has ended
}

// launch is everything that is needed to start the postmaster.
type launch struct {
	bin          programs
	acct         account
	data, socket string
	logFile      string
	throwaway    bool
	log          *slog.Logger
}

// run starts the postmaster and waits until it accepts connections.
func (l launch) run(ctx context.Context) (*process, error) {
	deadline := time.Now().Add(retryFor)
	for {
		p, err := l.try(ctx)
		if !errors.Is(err, errRemains) || time.Now().After(deadline) {
			return p, err
		}
		l.log.InfoContext(ctx, "trying to start postgres again", "err", err)
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(250 * time.Millisecond):
		}
	}
}

func (l launch) try(ctx context.Context) (*process, error) {
	out, err := openLog(l.logFile)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	info, err := out.Stat()
	if err != nil {
		return nil, err
	}
	// Not ctx: it bounds the start, and Postgres must live on after it.
	cmd, release, err := command(context.WithoutCancel(ctx), l.bin, l.acct, "postgres", l.data, l.args()...)
	if err != nil {
		return nil, err
	}
	defer release()
	cmd.Stdout, cmd.Stderr = out, out
	p, err := spawn(cmd)
	if err != nil {
		return nil, fmt.Errorf("as user %s: %w", l.acct.name, err)
	}
	if err := l.waitReady(ctx, p); err != nil {
		p.signal(syscall.SIGQUIT)
		<-p.done
		return nil, l.explain(err, info.Size())
	}
	return p, nil
}

func (l launch) args() []string {
	args := []string{"-k", l.socket, "-p", port, "-c", "listen_addresses=", "-c", "lc_messages=C", "-c", "logging_collector=off"}
	if !l.throwaway {
		return args
	}
	for _, s := range []string{
		"fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0",
		"shared_buffers=64MB", "autovacuum=off", "max_wal_size=256MB", "checkpoint_timeout=1h",
	} {
		args = append(args, "-c", s)
	}
	return args
}

// command prepares a program of Postgres to work on a data directory. Release
// must be called when it has been started.
func command(ctx context.Context, bin programs, acct account, name, data string, args ...string) (cmd *exec.Cmd, release func(), err error) {
	release = func() {}
	cmd = exec.CommandContext(ctx, bin.path(name))
	cmd.Env = []string{"LC_ALL=C.UTF-8", "TZ=UTC", "PATH=" + bin.dir + ":/usr/bin:/bin"}
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C is for us: we stop Postgres when we have drained
	if acct.drop {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(acct.uid), Gid: uint32(acct.gid), Groups: []uint32{}}
		if !acct.canReach(filepath.Dir(data)) {
			// Root may keep its data where nobody else can go, such as
			// below /root. The directory is then handed over open.
			d, err := os.Open(data)
			if err != nil {
				return nil, nil, err
			}
			if data, err = inheritedPath(acct, data); err != nil {
				return nil, nil, errors.Join(err, d.Close())
			}
			cmd.ExtraFiles = []*os.File{d} // the child's descriptor 3
			release = func() { _ = d.Close() }
		}
	}
	cmd.Args = append([]string{cmd.Path, "-D", data}, args...)
	return cmd, release, nil
}

// inheritedPath names the directory that a child inherits as its descriptor 3.
func inheritedPath(acct account, data string) (string, error) {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		return "", fmt.Errorf("user %s, as whom Postgres must run, cannot reach %s: "+
			"choose another directory, or let others pass through the ones above it (chmod a+x)", acct.name, data)
	}
	return "/proc/self/fd/3", nil
}

// spawn starts the postmaster such that it stops if this process dies.
func spawn(cmd *exec.Cmd) (*process, error) {
	stopWithParent(cmd.SysProcAttr)
	p := &process{cmd: cmd, done: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		// To Linux, the parent is the thread that started the child. This
		// one must live as long: it is kept, and goes with this goroutine.
		runtime.LockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		p.pid = cmd.Process.Pid
		started <- nil
		_ = cmd.Wait() // what there is to say is in Postgres's log
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// waitReady waits as long as ctx allows: after a crash, recovery may need long.
func (l launch) waitReady(ctx context.Context, p *process) error {
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	next := time.Now().Add(tellEvery)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.done:
			return errors.New("postgres ended at once")
		case now := <-tick.C:
			lock, err := readLock(l.data)
			if err == nil && lock.pid == p.pid && lock.status == "ready" {
				return nil
			}
			if now.After(next) {
				l.log.InfoContext(ctx, "waiting for postgres", "status", lock.status, "log", l.logFile)
				next = now.Add(tellEvery)
			}
		}
	}
}

// explain adds what Postgres logged since a start that failed.
func (l launch) explain(err error, logged int64) error {
	text := ""
	if b, rerr := os.ReadFile(l.logFile); rerr == nil && int64(len(b)) > logged {
		text = string(b[logged:])
	}
	if strings.Contains(text, `lock file "postmaster.pid" already exists`) || strings.Contains(text, "pre-existing shared memory block") {
		err = errRemains
	}
	if text == "" {
		return fmt.Errorf("%w (see %s)", err, l.logFile)
	}
	return fmt.Errorf("%w: %s (see %s)", err, lastLines(text, 3), l.logFile)
}

// openLog opens the log for appending: a start that is refused must not touch
// what a running server has logged.
func openLog(path string) (*os.File, error) {
	if info, err := os.Stat(path); err == nil && info.Size() > maxLog {
		if err := os.Rename(path, path+".1"); err != nil {
			return nil, err
		}
	}
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
}

// lockFile is what a postmaster writes about itself into its data directory.
type lockFile struct {
	pid    int
	status string // starting, ready, stopping
}

func readLock(data string) (lockFile, error) {
	b, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return lockFile{}, err
	}
	lines := strings.Split(string(b), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(lines[0]))
	if err != nil {
		return lockFile{}, fmt.Errorf("%s: %w", filepath.Join(data, "postmaster.pid"), err)
	}
	l := lockFile{pid: max(pid, -pid)} // negative: single-user mode
	if len(lines) > 7 {
		l.status = strings.TrimSpace(lines[7])
	}
	return l, nil
}

// waitUnused returns when no Postgres uses the data directory. It waits for one
// that is about to end, and refuses if one runs.
func waitUnused(ctx context.Context, data string) error {
	begin := time.Now()
	for {
		l, err := readLock(data)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		state := stateOf(l.pid, data)
		if state == gone {
			return nil
		}
		grace := ownerGrace
		if state == zombie || l.status == "stopping" {
			grace = endGrace
		}
		if time.Since(begin) > grace {
			return fmt.Errorf("%s is in use: Postgres runs there as process %d. Only one server can use a data directory; stop that one first, or give this one another directory", data, l.pid)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * pollEvery):
		}
	}
}

// processState is what has become of a process.
type processState int

const (
	gone processState = iota
	running
	zombie // ended, but its parent has not taken note
)

func stateBySignal(pid int) processState {
	err := syscall.Kill(pid, 0)
	if err == nil || errors.Is(err, syscall.EPERM) {
		return running
	}
	return gone
}
