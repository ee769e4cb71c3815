package main

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/db/cluster"
)

// postgres is one that can be stopped and started again at the same address, and
// keeps what it is told as in production.
type postgres struct {
	t   *testing.T
	dir string
	*cluster.Cluster
}

func newPostgres(t *testing.T) *postgres {
	t.Helper()
	dir, err := os.MkdirTemp("", "landfall-crash-") //nolint:usetesting // nobody but us can pass through t's
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	p := &postgres{t: t, dir: filepath.Join(dir, "pg")}
	t.Cleanup(func() {
		if err := p.Stop(context.Background()); err != nil {
			t.Error(err)
		}
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	p.start()
	if err := p.CreateDatabase(t.Context(), "landfall"); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *postgres) start() {
	p.t.Helper()
	started, err := cluster.Start(p.t.Context(), cluster.Options{Dir: p.dir})
	if err != nil {
		p.t.Fatal(err)
	}
	p.Cluster = started
}

// stop stops it as an operator does, or kills it at once.
func (p *postgres) stop(kill bool) {
	p.t.Helper()
	if !kill {
		if err := p.Stop(p.t.Context()); err != nil {
			p.t.Fatal(err)
		}
		return
	}
	line, _, _ := strings.Cut(read(p.t, filepath.Join(p.dir, "data", "postmaster.pid")), "\n")
	pid, err := strconv.Atoi(line)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		p.t.Fatal(err)
	}
	<-p.Done()
}

// A server whose Postgres is stopped or killed, and comes back, comes back by
// itself. Meanwhile it asks everyone to come again; it loses nothing that it
// acknowledged and applies nothing twice. What waits in its inbox is applied
// afterwards.
func TestPostgresRestartedUnderServer(t *testing.T) {
	t.Parallel()
	const senders = 6
	restarts := 10
	if testing.Short() {
		restarts = 4
	}
	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	pause := func(most int) { time.Sleep(time.Duration(5+random.IntN(most)) * time.Millisecond) }

	pg := newPostgres(t)
	url := pg.URL("landfall")
	server := streamServer(t, url, registry(t))
	pool, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	s := newStream(t, senders)
	s.prepare(server)
	s.to(server.base)
	s.begin()
	waited := 0
	for restart := range restarts {
		pause(600)
		waited += s.waiting(pool)
		pg.stop(restart%2 == 0)
		pause(300)
		pg.start()
		if pg.URL("landfall") != url {
			t.Fatalf("Postgres is at another place: %s, not %s", pg.URL("landfall"), url)
		}
		s.goesOn(senders)
	}
	s.end()
	t.Logf("%d restarts: %s; %d waited while Postgres was away", restarts, s.said(), waited)
	if waited == 0 {
		t.Error("nothing waited while Postgres was away")
	}
	if s.refused.Load() == 0 || s.cut.Load() > 0 {
		t.Errorf("%d were asked to come again, and %d not answered: want some, and none", s.refused.Load(), s.cut.Load())
	}
	if status, body := get(t, server.base+"/readyz"); status != http.StatusOK {
		t.Errorf("it is not ready: %d %s", status, body)
	}
	s.settle(pool)
	s.check(pool)
	s.checkAPI(server)
}

// goesOn waits until a few more requests were acknowledged.
func (s *stream) goesOn(more int) {
	s.t.Helper()
	wanted := s.acknowledged.Load() + int64(more)
	for deadline := time.Now().Add(streamPatience); s.acknowledged.Load() < wanted; time.Sleep(streamPause) {
		if time.Now().After(deadline) {
			s.t.Fatal("nothing is acknowledged any more")
		}
	}
}
