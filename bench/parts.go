package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	_ "github.com/lib/pq"

	"github.com/landfall-dev/landfall/db/cluster"
)

const (
	organization = "bench"
	token        = "lf_bench_token_of_at_least_twenty_characters"
	database     = "landfall"
)

// parts are what is measured: a Postgres with the settings of production, and a
// server on it.
type parts struct {
	opts    options
	dir     string
	cluster *cluster.Cluster
	sql     *sql.DB
	server  *exec.Cmd
	log     *bytes.Buffer
	address string
}

func startParts(ctx context.Context, opts options) (p *parts, err error) {
	p = &parts{opts: opts, log: new(bytes.Buffer)}
	defer func() {
		if err != nil {
			_ = p.stop()
		}
	}()
	if p.dir, err = os.MkdirTemp("", "landfall-bench"); err != nil {
		return nil, err
	}
	if err := os.Chmod(p.dir, 0o755); err != nil { // Postgres may run as another user
		return nil, err
	}
	if p.cluster, err = cluster.Start(ctx, cluster.Options{Dir: filepath.Join(p.dir, "postgres")}); err != nil {
		return nil, err
	}
	if err := p.cluster.CreateDatabase(ctx, database); err != nil {
		return nil, err
	}
	if p.sql, err = sql.Open("postgres", p.cluster.URL(database)); err != nil {
		return nil, err
	}
	return p, p.startServer(ctx)
}

func (p *parts) startServer(ctx context.Context) error {
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	p.address = listener.Addr().String()
	if err := listener.Close(); err != nil {
		return err
	}
	program, err := filepath.Abs(p.opts.server)
	if err != nil {
		return err
	}
	p.server = exec.Command(program, "serve") //nolint:noctx // it is stopped by a signal, which drains it
	p.server.Env = append(os.Environ(),
		"LANDFALL_LISTEN="+p.address, "LANDFALL_DATABASE_URL="+p.cluster.URL(database), "LANDFALL_DATA_DIR="+p.dir,
		"LANDFALL_BOOTSTRAP_ORG="+organization, "LANDFALL_BOOTSTRAP_TOKEN="+token)
	p.server.Stdout, p.server.Stderr = p.log, p.log
	if err := p.server.Start(); err != nil {
		return fmt.Errorf("start the server (make build makes it): %w", err)
	}
	deadline := time.Now().Add(30 * time.Second)
	for time.Now().Before(deadline) && ctx.Err() == nil {
		if p.ready(ctx) {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return fmt.Errorf("the server does not become ready: %s", p.log)
}

func (p *parts) ready(ctx context.Context) bool {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.address+"/readyz", nil)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// stop ends what was started, in the reverse order.
func (p *parts) stop() error {
	var errs []error
	if p.server != nil && p.server.Process != nil {
		errs = append(errs, p.server.Process.Signal(os.Interrupt), p.server.Wait())
	}
	if p.sql != nil {
		errs = append(errs, p.sql.Close())
	}
	if p.cluster != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		errs = append(errs, p.cluster.Stop(ctx))
	}
	return errors.Join(append(errs, os.RemoveAll(p.dir))...)
}
