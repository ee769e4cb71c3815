package dbtest_test

import (
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/landfall-dev/landfall/db/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

func TestNew(t *testing.T) {
	t.Parallel()
	if err := dbtest.New(t).Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestNewURL_Private(t *testing.T) {
	t.Parallel()
	_, first := dbtest.NewURL(t)
	_, second := dbtest.NewURL(t)
	if first == second {
		t.Fatalf("two tests share %s", first)
	}
	if _, err := connect(t, first).ExecContext(t.Context(), "CREATE TABLE only_here (n int)"); err != nil {
		t.Fatal(err)
	}
	if got := tables(t, second); strings.Contains(got, "only_here") {
		t.Errorf("a table of one database is in the other: %s", got)
	}
	if got := tables(t, first); !strings.Contains(got, "organizations") {
		t.Errorf("not migrated: %s", got)
	}
}

func TestURL(t *testing.T) {
	t.Parallel()
	if got := tables(t, dbtest.URL(t)); got != "" {
		t.Errorf("an empty database has %s", got)
	}
}

func TestNew_Dropped(t *testing.T) {
	t.Parallel()
	var url string
	t.Run("inner", func(t *testing.T) { _, url = dbtest.NewURL(t) }) //nolint:paralleltest // must end first
	conn := connect(t, url)
	if err := conn.PingContext(t.Context()); err == nil || !strings.Contains(err.Error(), "3D000") {
		t.Errorf("got %v, want that the database does not exist", err)
	}
}

// TestMain_Leaves runs a test process that is killed and one that ends as it
// should, and looks for what is left of them.
func TestMain_Leaves(t *testing.T) {
	t.Parallel()
	if os.Getenv("TEST_DATABASE_URL") != "" {
		t.Skip("no cluster is started when TEST_DATABASE_URL is set")
	}
	killed := otherProcess(t, "kill")
	if _, err := os.Stat(killed); err != nil {
		t.Fatalf("a killed process should leave its directory: %v", err)
	}
	ended := otherProcess(t, "end")
	for _, dir := range []string{killed, ended} {
		if _, err := os.Stat(dir); !os.IsNotExist(err) {
			t.Errorf("%s is left: %v", dir, err)
		}
	}
}

// otherProcess runs TestInOtherProcess and returns the directory it used.
func otherProcess(t *testing.T, how string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestInOtherProcess$", "-test.v")
	cmd.Env = append(os.Environ(), "TEST_OTHER_PROCESS="+how)
	out, err := cmd.CombinedOutput()
	_, rest, ok := strings.Cut(string(out), "dir=")
	if !ok {
		t.Fatalf("no directory in %q (%v)", out, err)
	}
	dir, _, _ := strings.Cut(rest, "\n")
	return dir
}

func TestInOtherProcess(t *testing.T) {
	t.Parallel()
	how := os.Getenv("TEST_OTHER_PROCESS")
	if how == "" {
		return // only for TestMain_Leaves
	}
	var data string
	conn := connect(t, dbtest.URL(t))
	if err := conn.QueryRowContext(t.Context(), "SHOW data_directory").Scan(&data); err != nil {
		t.Fatal(err)
	}
	fmt.Printf("dir=%s\n", filepath.Dir(filepath.Dir(data)))
	if how == "kill" {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
}

func connect(t *testing.T, url string) *sql.DB {
	t.Helper()
	conn, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// tables returns the names of the tables of a database.
func tables(t *testing.T, url string) string {
	t.Helper()
	var names string
	err := connect(t, url).QueryRowContext(t.Context(),
		"SELECT coalesce(string_agg(relname, ' '), '') FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')").Scan(&names)
	if err != nil {
		t.Fatal(err)
	}
	return names
}
