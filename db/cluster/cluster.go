// Package cluster runs a private Postgres: a cluster in a directory of its own,
// made from the Postgres programs on this machine, reached through a Unix
// socket only, and stopped together with the process that started it.
//
// It never removes a data directory and never changes one that another major
// version of Postgres made.
package cluster

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// superuser is the name of the one database role. Who may be it is decided by
// the operating system's user, see writeAuth.
const superuser = "landfall"

// port only names the socket file. It is always given, because lib/pq and
// Postgres would otherwise take it from PGPORT.
const port = "5432"

const (
	fastStop      = 20 * time.Second // for SIGINT, which includes a checkpoint
	immediateStop = 10 * time.Second // for SIGQUIT
)

// Options says where a cluster lives and how it runs. Dir is required.
type Options struct {
	// Dir holds everything of the cluster: data, socket and log. It is made if
	// it is missing. Only one running cluster can use it.
	Dir string

	// BinDir is where the programs postgres and initdb are. If empty, they are
	// searched in the places where packages put them, and then in PATH.
	BinDir string

	// Log gets what a cluster has to tell. What Postgres itself logs goes to
	// postgres.log in Dir. Nil is silence.
	Log *slog.Logger

	// Throwaway trades all safety for speed. For data that nobody will miss,
	// as in tests.
	Throwaway bool
}

// Cluster is a running Postgres.
type Cluster struct {
	log    *slog.Logger
	bin    programs
	socket socketDir
	proc   *process
}

// Start makes the cluster in o.Dir if there is none yet, starts it, and returns
// when it accepts connections. Ctx bounds the start only.
//
// As root, which Postgres refuses to be, it runs Postgres as the user who owns
// the data, or as user postgres if there is no data yet.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	c, err := start(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("start postgres: %w", err)
	}
	return c, nil
}

func start(ctx context.Context, o Options) (*Cluster, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, err
	}
	data := filepath.Join(dir, "data")
	acct, err := accountFor(data)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, acct.dirMode()); err != nil {
		return nil, err
	}
	bin, err := programsFor(ctx, o.BinDir, data)
	if err != nil {
		return nil, err
	}
	if err := waitUnused(ctx, data); err != nil {
		return nil, err
	}
	if err := ensureData(ctx, bin, acct, data, o); err != nil {
		return nil, err
	}
	if err := writeAuth(acct, data, o.Throwaway); err != nil {
		return nil, err
	}
	socket, err := makeSocketDir(dir, acct)
	if err != nil {
		return nil, err
	}
	l := launch{
		bin: bin, acct: acct, data: data, socket: socket.path,
		logFile: filepath.Join(dir, "postgres.log"), throwaway: o.Throwaway, log: o.Log,
	}
	proc, err := l.run(ctx)
	if err != nil {
		socket.remove()
		return nil, err
	}
	o.Log.InfoContext(ctx, "started postgres", "version", bin.version, "pid", proc.pid, "user", acct.name, "data", data)
	return &Cluster{log: o.Log, bin: bin, socket: socket, proc: proc}, nil
}

// URL returns the address of a database of the cluster, for lib/pq. It works
// for root, for user postgres and for the user who started the cluster.
func (c *Cluster) URL(database string) string {
	// A host before the path would win over the socket in the query.
	u := url.URL{
		Scheme: "postgres",
		User:   url.User(superuser),
		Path:   "/" + database,
		RawQuery: url.Values{
			"host": {c.socket.path}, "port": {port}, "sslmode": {"disable"},
		}.Encode(),
	}
	return u.String()
}

// Program returns the path of another program of the Postgres that runs, such as
// pgbench. Whether it is installed is not looked at.
func (c *Cluster) Program(name string) string { return c.bin.path(name) }

// CreateDatabase makes an empty database if there is none with that name.
func (c *Cluster) CreateDatabase(ctx context.Context, name string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("create database %q: %w", name, err)
		}
	}()
	conn, err := sql.Open("postgres", c.URL("postgres"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()

	var there bool
	err = conn.QueryRowContext(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&there)
	if err != nil || there {
		return err
	}
	_, err = conn.ExecContext(ctx, "CREATE DATABASE "+pq.QuoteIdentifier(name))
	if pq.As(err, pqerror.DuplicateDatabase, pqerror.UniqueViolation) != nil {
		return nil // someone was quicker
	}
	return err
}

// Done is closed when Postgres has ended, be it by Stop or by itself.
func (c *Cluster) Done() <-chan struct{} {
	return c.proc.done
}

// Stop ends all sessions, writes everything out and returns when Postgres has
// ended. If that takes too long or ctx ends first, Postgres is stopped at once,
// which loses nothing that was committed: the next start recovers it. To stop
// what has already ended is not an error.
func (c *Cluster) Stop(ctx context.Context) error {
	defer c.socket.remove()
	stages := []struct {
		signal syscall.Signal
		wait   time.Duration
	}{
		// Not SIGTERM: that waits until the last client has gone.
		{syscall.SIGINT, fastStop},
		{syscall.SIGQUIT, immediateStop},
		{syscall.SIGKILL, immediateStop},
	}
	for i, s := range stages {
		if i > 0 {
			c.log.WarnContext(ctx, "postgres is slow to stop", "signal", s.signal.String())
			ctx = context.WithoutCancel(ctx) // each further stage has its own time
		}
		c.proc.signal(s.signal)
		timer := time.NewTimer(s.wait)
		select {
		case <-c.proc.done:
			timer.Stop()
			return nil
		case <-ctx.Done():
			timer.Stop()
		case <-timer.C:
		}
	}
	return fmt.Errorf("stop postgres: process %d does not end", c.proc.pid)
}
