package dbtest

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"

	_ "github.com/lib/pq" // the driver

	"github.com/landfall-dev/landfall/db/cluster"
)

// server is the Postgres of this test process.
type server struct {
	url      string // of a database to connect to for creating others
	strategy string // how CREATE DATABASE copies, a clause or nothing
	admin    *sql.DB
}

var running = sync.OnceValues(func() (*server, error) {
	ctx := context.Background()
	if url := os.Getenv("TEST_DATABASE_URL"); url != "" {
		// No strategy: Postgres's own choice is right for a server that
		// keeps its data, where a copy of files would force a checkpoint.
		return connect(ctx, url)
	}
	url, err := startThrowaway(ctx)
	if err != nil {
		return nil, err
	}
	s, err := connect(ctx, url)
	if err != nil {
		return nil, err
	}
	var version int
	if err := s.admin.QueryRowContext(ctx, "SELECT current_setting('server_version_num')::int").Scan(&version); err != nil {
		return nil, err
	}
	if version >= 150000 { // before, there was no other strategy
		s.strategy = " STRATEGY FILE_COPY"
	}
	return s, nil
})

func connect(ctx context.Context, url string) (*server, error) {
	admin, err := sql.Open("postgres", url)
	if err != nil {
		return nil, err
	}
	return &server{url: url, admin: admin}, admin.PingContext(ctx)
}

func (s *server) exec(ctx context.Context, statement string) error {
	_, err := s.admin.ExecContext(ctx, statement)
	return err
}

// throwaway is the cluster that this process has started, if it has.
var throwaway struct {
	sync.Mutex
	cluster *cluster.Cluster
	dir     *scratch
}

func startThrowaway(ctx context.Context) (string, error) {
	throwaway.Lock()
	defer throwaway.Unlock()
	dir, err := newScratch()
	if err != nil {
		return "", err
	}
	c, err := cluster.Start(ctx, cluster.Options{Dir: dir.join("pg"), Throwaway: true})
	if err != nil {
		dir.remove()
		return "", err
	}
	throwaway.cluster, throwaway.dir = c, dir
	return c.URL("postgres"), nil
}

// stopServer is called when all tests are done. Without it, Postgres stops
// with the process, and the next test process removes the directory.
func stopServer() {
	throwaway.Lock()
	defer throwaway.Unlock()
	if throwaway.cluster == nil {
		return
	}
	if err := throwaway.cluster.Stop(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "dbtest:", err)
		return // its files may be in use
	}
	throwaway.dir.remove()
	throwaway.cluster = nil
}

// withDatabase returns the address of another database on the same server. It
// takes both forms that lib/pq takes, a URL and a list of key=value.
func withDatabase(server, name string) string {
	if !strings.Contains(server, "://") {
		return server + " dbname=" + name // the last one counts
	}
	u, err := url.Parse(server)
	if err != nil {
		return server // a server could not have been reached by it
	}
	u.Path = "/" + name
	return u.String()
}
