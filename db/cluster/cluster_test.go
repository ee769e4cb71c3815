package cluster_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/db/cluster"
)

func TestStart(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "postgres")

	c := start(t, cluster.Options{Dir: dir})
	ctx := t.Context()
	for range 2 { // the second finds it
		if err := c.CreateDatabase(ctx, "land fall"); err != nil {
			t.Fatal(err)
		}
	}
	db := open(t, c, "land fall")
	exec(t, db, "CREATE TABLE t (n int)")
	exec(t, db, "INSERT INTO t SELECT generate_series(1, 100)")
	for setting, want := range map[string]string{
		"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "data_checksums": "on", "jit": "off",
		"shared_buffers": "128MB", "max_connections": "100", "idle_in_transaction_session_timeout": "1min",
		"listen_addresses": "", "server_encoding": "UTF8", "TimeZone": "UTC", "log_min_error_statement": "panic",
	} {
		if got := value(t, db, "SELECT current_setting('"+setting+"')"); got != want {
			t.Errorf("%s is %q, want %q", setting, got, want)
		}
	}

	begin := time.Now()
	if err := c.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("Stop took %v with an open connection", took)
	}
	select {
	case <-c.Done():
	default:
		t.Error("Done is open after Stop")
	}
	if err := c.Stop(ctx); err != nil {
		t.Errorf("second Stop: %v", err)
	}

	c = start(t, cluster.Options{Dir: dir})
	if got := value(t, open(t, c, "land fall"), "SELECT count(*) FROM t"); got != "100" {
		t.Errorf("%s rows after a restart, want 100", got)
	}
}

func TestStart_Throwaway(t *testing.T) {
	t.Parallel()
	c := start(t, cluster.Options{Dir: filepath.Join(t.TempDir(), "postgres"), Throwaway: true})
	if got := value(t, open(t, c, "postgres"), "SELECT current_setting('fsync')"); got != "off" {
		t.Errorf("fsync is %q, want off", got)
	}
}

func TestStart_InUse(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "postgres")
	c := start(t, cluster.Options{Dir: dir})
	pid := postmaster(t, dir)

	_, err := cluster.Start(t.Context(), cluster.Options{Dir: dir})
	if err == nil {
		t.Fatal("a second Start succeeded")
	}
	for _, want := range []string{"is in use", strconv.Itoa(pid), filepath.Join(dir, "data")} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not mention %q", err, want)
		}
	}
	if got := value(t, open(t, c, "postgres"), "SELECT 1"); got != "1" {
		t.Errorf("the first answers %q", got)
	}
}

func TestStart_AtOnce(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "postgres")
	type result struct {
		c   *cluster.Cluster
		err error
	}
	results := make(chan result)
	for range 2 {
		go func() {
			c, err := cluster.Start(t.Context(), cluster.Options{Dir: dir, Throwaway: true})
			results <- result{c, err}
		}()
	}
	var running []*cluster.Cluster
	for range 2 {
		r := <-results
		if r.err == nil {
			running = append(running, r.c)
			t.Cleanup(func() { _ = r.c.Stop(context.Background()) })
		}
	}
	if len(running) != 1 {
		t.Fatalf("%d of two Starts succeeded, want 1", len(running))
	}
	if got := value(t, open(t, running[0], "postgres"), "SELECT 1"); got != "1" {
		t.Errorf("the one that runs answers %q", got)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "initdb-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestStart_AfterKill(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "postgres")
	c := start(t, cluster.Options{Dir: dir})
	db := open(t, c, "postgres")
	exec(t, db, "CREATE TABLE t (n int)")
	for n := range 200 {
		exec(t, db, "INSERT INTO t VALUES ("+strconv.Itoa(n)+")")
	}
	if err := syscall.Kill(postmaster(t, dir), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	select {
	case <-c.Done():
	case <-time.After(10 * time.Second):
		t.Fatal("Done is open after the postmaster was killed")
	}

	c = start(t, cluster.Options{Dir: dir})
	if got := value(t, open(t, c, "postgres"), "SELECT count(*) FROM t"); got != "200" {
		t.Errorf("%s rows after the kill, want 200", got)
	}
}

func TestStart_OtherVersion(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "postgres")
	if err := start(t, cluster.Options{Dir: dir, Throwaway: true}).Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "data", "PG_VERSION"), []byte("11\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := listing(t, dir)

	_, err := cluster.Start(t.Context(), cluster.Options{Dir: dir, Throwaway: true})
	if err == nil {
		t.Fatal("Start took the data of another version")
	}
	for _, want := range []string{"made by PostgreSQL 11", "nothing was touched", "pg_upgrade"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not mention %q", err, want)
		}
	}
	if after := listing(t, dir); after != before {
		t.Errorf("the directory changed:\nbefore\n%s\nafter\n%s", before, after)
	}
}

func TestStart_NotPostgres(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "data", "letters"), 0o755); err != nil {
		t.Fatal(err)
	}
	if os.Getuid() == 0 {
		if err := os.Chown(filepath.Join(dir, "data"), 65534, 65534); err != nil {
			t.Fatal(err)
		}
	}
	before := listing(t, dir)
	_, err := cluster.Start(t.Context(), cluster.Options{Dir: dir})
	if err == nil || !strings.Contains(err.Error(), "not a Postgres data directory") {
		t.Errorf("got %v", err)
	}
	if after := listing(t, dir); after != before {
		t.Errorf("the directory changed:\nbefore\n%s\nafter\n%s", before, after)
	}
}

func TestStart_NotInstalled(t *testing.T) {
	t.Parallel()
	_, err := cluster.Start(t.Context(), cluster.Options{Dir: t.TempDir(), BinDir: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "initdb") {
		t.Errorf("got %v", err)
	}
}

func TestStart_TooOld(t *testing.T) {
	t.Parallel()
	bin, dir := t.TempDir(), t.TempDir()
	script := "#!/bin/sh\necho 'postgres (PostgreSQL) 13.22'\n"
	for _, name := range []string{"postgres", "initdb"} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	_, err := cluster.Start(t.Context(), cluster.Options{Dir: dir, BinDir: bin})
	if err == nil || !strings.Contains(err.Error(), "13.22") || !strings.Contains(err.Error(), "14 or newer") {
		t.Errorf("got %v", err)
	}
}

func TestStart_LongDir(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), strings.Repeat("long", 30), "postgres")
	c := start(t, cluster.Options{Dir: dir, Throwaway: true})
	if got := value(t, open(t, c, "postgres"), "SELECT 1"); got != "1" {
		t.Errorf("got %q", got)
	}
	note, err := os.ReadFile(filepath.Join(dir, "socket-dir"))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(strings.TrimSpace(string(note))); !os.IsNotExist(err) {
		t.Errorf("the short socket directory is left: %v", err)
	}
}

// TestStart_Closed starts below a directory that only its owner can enter: for
// root this is where the user who runs Postgres cannot go.
func TestStart_Closed(t *testing.T) {
	t.Parallel()
	closed := t.TempDir()
	if err := os.Chmod(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	for range 2 { // made, then found
		c := start(t, cluster.Options{Dir: filepath.Join(closed, "postgres")})
		if got := value(t, open(t, c, "postgres"), "SELECT 1"); got != "1" {
			t.Errorf("got %q", got)
		}
		if err := c.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestStart_Canceled(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "postgres")
	ctx, cancel := context.WithTimeout(t.Context(), 150*time.Millisecond)
	defer cancel()
	c, err := cluster.Start(ctx, cluster.Options{Dir: dir})
	if err == nil {
		_ = c.Stop(context.Background())
		t.Skip("this machine makes a cluster in 150 ms")
	}
	// What was begun is not in the way.
	c = start(t, cluster.Options{Dir: dir})
	if got := value(t, open(t, c, "postgres"), "SELECT 1"); got != "1" {
		t.Errorf("got %q", got)
	}
}

func start(t *testing.T, o cluster.Options) *cluster.Cluster {
	t.Helper()
	o.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	c, err := cluster.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return c
}

func open(t *testing.T, c *cluster.Cluster, database string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", c.URL(database))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func exec(t *testing.T, db *sql.DB, query string) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), query); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func value(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	var v string
	if err := db.QueryRowContext(t.Context(), query).Scan(&v); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return v
}

func postmaster(t *testing.T, dir string) int {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(string(b), "\n")
	pid, err := strconv.Atoi(line)
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// listing returns every name below dir with its size, mode and time.
func listing(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err != nil {
			return err
		}
		fmt.Fprintln(&b, path, info.Mode(), info.Size(), info.ModTime().UnixNano())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestStart_OwnerKilled kills the process that started a cluster, and starts the
// cluster again at once, while the orphan is still there.
func TestStart_OwnerKilled(t *testing.T) {
	t.Parallel()
	if dir := os.Getenv("TEST_HOLD_CLUSTER"); dir != "" {
		hold(t, dir)
	}
	dir := filepath.Join(t.TempDir(), "postgres")
	owner := osexec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestStart_OwnerKilled$", "-test.v")
	owner.Env = append(os.Environ(), "TEST_HOLD_CLUSTER="+dir)
	out, err := owner.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := owner.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if lines.Text() == "holding" {
			break
		}
		t.Log(lines.Text())
	}
	orphan := postmaster(t, dir)
	if err := owner.Process.Kill(); err != nil {
		t.Fatal(err)
	}

	c := start(t, cluster.Options{Dir: dir})
	if now := postmaster(t, dir); now == orphan {
		t.Errorf("process %d is still the postmaster", now)
	}
	if got := value(t, open(t, c, "postgres"), "SELECT n FROM t"); got != "1" {
		t.Errorf("got %q", got)
	}
	_ = owner.Wait() // killed
}

func hold(t *testing.T, dir string) {
	t.Helper()
	c := start(t, cluster.Options{Dir: dir})
	db := open(t, c, "postgres")
	exec(t, db, "CREATE TABLE t (n int)")
	exec(t, db, "INSERT INTO t VALUES (1)")
	fmt.Println("holding")
	time.Sleep(time.Minute)
	t.Fatal("nobody killed this process")
}
