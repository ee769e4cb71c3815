package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/graph"
	"github.com/landfall-dev/landfall/ingest"
	"github.com/landfall-dev/landfall/notify"
)

func TestRun_PrivatePostgres(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	env := map[string]string{"HOME": home, "LANDFALL_DATA_DIR": filepath.Join(home, "data")}
	configFile := filepath.Join(home, ".config", "landfall", "config.yaml")

	p := startProgram(t, env, "serve", "--listen", "127.0.0.1:0")
	for path, want := range map[string]string{"/healthz": "OK", "/readyz": "OK", "/ready": "OK"} {
		if status, body := get(t, p.base+path); status != http.StatusOK || body != want {
			t.Errorf("%s: %d %q, want 200 %q", path, status, body, want)
		}
	}
	config := read(t, configFile)
	token := between(t, config, "api_token: ", "\n")
	if want := "host: " + p.base + "\norg: default\napi_token: " + token + "\n"; config != want {
		t.Errorf("config is\n%s\nwant\n%s", config, want)
	}
	if info, err := os.Stat(configFile); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("config has mode %v (%v), want 0600", info.Mode(), err)
	}
	for _, want := range []string{
		"export LANDFALL_HOST=" + p.base + "\n", "export LANDFALL_ORG=default\n",
		"export LANDFALL_API_TOKEN=" + token + "\n", "landfall list flows", configFile,
	} {
		if !strings.Contains(p.stdout.String(), want) {
			t.Errorf("output does not contain %q:\n%s", want, p.stdout.String())
		}
	}
	if strings.Contains(p.stderr.String(), token) {
		t.Error("the token is in the log")
	}

	t.Run("SecondServer", func(t *testing.T) { //nolint:paralleltest // while the first runs
		err := run(t.Context(), []string{"serve", "--listen", "127.0.0.1:0"}, lookup(env), io.Discard, io.Discard)
		if err == nil {
			t.Fatal("it was not refused")
		}
		for _, want := range []string{"in use", strconv.Itoa(os.Getpid()), strings.TrimPrefix(p.base, "http://"), env["LANDFALL_DATA_DIR"]} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("error %q does not mention %q", err, want)
			}
		}
		if status, _ := get(t, p.base+"/readyz"); status != http.StatusOK {
			t.Errorf("the first is not ready any more: %d", status)
		}
	})

	p.stop(t)
	pidFile := filepath.Join(home, "data", "postgres", "data", "postmaster.pid")
	if _, err := os.Stat(pidFile); !os.IsNotExist(err) {
		t.Errorf("postgres has not stopped: %v", err)
	}

	again := startProgram(t, env, "serve", "--listen", "127.0.0.1:0")
	if out := again.stdout.String(); out != "" {
		t.Errorf("the second start says %q, want nothing", out)
	}
	if strings.Contains(again.stderr.String(), "created organization") {
		t.Error("the second start made an organization: the first one's is lost")
	}
	if got := read(t, configFile); got != config {
		t.Errorf("the second start changed the config to %s", got)
	}
}

// TestRun_StaleLock takes a directory whose lock file tells of a server that was
// killed.
func TestRun_StaleLock(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "lock"), []byte("1\n127.0.0.1:1\nand much more"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := lockDataDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.setAddress("127.0.0.1:2"); err != nil {
		t.Fatal(err)
	}
	if got, want := read(t, filepath.Join(dir, "lock")), strconv.Itoa(os.Getpid())+"\n127.0.0.1:2\n"; got != want {
		t.Errorf("lock file is %q, want %q", got, want)
	}
	if _, err := lockDataDir(dir); err == nil {
		t.Error("locked twice")
	}
	if err := d.unlock(); err != nil {
		t.Fatal(err)
	}
	if d, err = lockDataDir(dir); err != nil {
		t.Fatalf("after unlock: %v", err)
	}
	_ = d.unlock()
}

func TestRun_PostgresDies(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	env := map[string]string{"HOME": home, "LANDFALL_DATA_DIR": filepath.Join(home, "data")}
	p := startProgram(t, env, "serve", "--listen", "127.0.0.1:0")
	line, _, _ := strings.Cut(read(t, filepath.Join(home, "data", "postgres", "data", "postmaster.pid")), "\n")
	pid, err := strconv.Atoi(line)
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	err = p.wait(t)
	if err == nil || !strings.Contains(err.Error(), "postgres has ended unexpectedly") || !strings.Contains(err.Error(), "postgres.log") {
		t.Errorf("got %v", err)
	}

	again := startProgram(t, env, "serve", "--listen", "127.0.0.1:0")
	if strings.Contains(again.stderr.String(), "created organization") {
		t.Error("the organization is lost")
	}
}

func TestRun_FourAtOnce(t *testing.T) {
	t.Parallel()
	url := dbtest.URL(t)
	var group sync.WaitGroup
	programs := make([]*program, 4)
	for i := range programs {
		home := t.TempDir()
		group.Go(func() {
			programs[i] = beginProgram(t, map[string]string{"HOME": home, "LANDFALL_DATABASE_URL": url}, "serve", "--listen", "127.0.0.1:0")
		})
	}
	group.Wait()
	announced := 0
	for _, p := range programs {
		p.waitServing(t)
		if status, body := get(t, p.base+"/readyz"); status != http.StatusOK {
			t.Errorf("readyz: %d %s", status, body)
		}
		if strings.Contains(p.stdout.String(), "LANDFALL_API_TOKEN=lf_") {
			announced++
		}
	}
	if announced != 1 {
		t.Errorf("%d of four servers announced a token, want 1", announced)
	}
}

func TestRun_GivenToken(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	env := map[string]string{
		"HOME": home, "LANDFALL_DATABASE_URL": dbtest.URL(t),
		"LANDFALL_BOOTSTRAP_ORG": "cyber-dojo", "LANDFALL_BOOTSTRAP_TOKEN": "correct-horse-battery",
	}
	for start := range 2 { // the second finds the organization
		p := startProgram(t, env, "serve", "--listen", "127.0.0.1:0")
		if got := strings.Contains(p.stderr.String(), "created organization"); got != (start == 0) {
			t.Errorf("start %d created an organization: %v", start, got)
		}
		if out := p.stdout.String(); out != "" {
			t.Errorf("it says %q, want nothing", out)
		}
		if strings.Contains(p.stderr.String(), "correct-horse") {
			t.Error("the token is in the log")
		}
		p.stop(t)
	}
	if _, err := os.Stat(filepath.Join(home, ".config")); !os.IsNotExist(err) {
		t.Errorf("it wrote a config: %v", err)
	}
}

// TestRun_StoppedWhileStarting stops the program at moments of its first start,
// none of which may be in the way of the next.
func TestRun_StoppedWhileStarting(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	env := map[string]string{"HOME": home, "LANDFALL_DATA_DIR": filepath.Join(home, "data")}
	for _, after := range []time.Duration{0, 100 * time.Millisecond, 700 * time.Millisecond} {
		p := beginProgram(t, env, "serve", "--listen", "127.0.0.1:0")
		time.Sleep(after)
		p.stop(t)
	}
	p := startProgram(t, env, "serve", "--listen", "127.0.0.1:0")
	if status, body := get(t, p.base+"/readyz"); status != http.StatusOK {
		t.Errorf("readyz: %d %s", status, body)
	}
}

func TestRun_PortTaken(t *testing.T) {
	t.Parallel()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dir := filepath.Join(t.TempDir(), "data")
	err = run(t.Context(), []string{"serve", "--listen", l.Addr().String(), "--data-dir", dir}, lookup(nil), io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), l.Addr().String()) || !strings.Contains(err.Error(), "LANDFALL_LISTEN") {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "postgres")); !os.IsNotExist(err) {
		t.Errorf("postgres was touched: %v", err)
	}
}

func TestRun_NoDatabase(t *testing.T) {
	t.Parallel()
	env := map[string]string{"LANDFALL_DATABASE_URL": "postgres://nobody@127.0.0.1:1/x?sslmode=disable"}
	err := run(t.Context(), []string{"serve", "--listen", "127.0.0.1:0"}, lookup(env), io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "connect to database") {
		t.Errorf("got %v", err)
	}
}

func TestServe_Drains(t *testing.T) {
	t.Parallel()
	began, finish := make(chan struct{}), make(chan struct{})
	slow := func(*db.DB, *ingest.Inbox, *graph.Streams, *notify.Worker, *slog.Logger, string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			close(began)
			<-finish
			_, _ = io.WriteString(w, "finished")
		})
	}
	cfg, err := newConfig([]string{"--listen", "127.0.0.1:0"}, lookup(map[string]string{"LANDFALL_DATABASE_URL": dbtest.URL(t)}))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	p := &program{done: make(chan error, 1), cancel: cancel}
	go func() { p.done <- serve(ctx, cfg, newLogger(&p.stderr), &p.stdout, slow) }()
	t.Cleanup(func() { p.stop(t) })
	p.waitServing(t)

	got := make(chan string, 1)
	go func() {
		_, body := get(t, p.base+"/slow")
		got <- body
	}()
	<-began
	cancel()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(p.base, "http://"))
		if err != nil {
			break // as it should be: nobody listens
		}
		_ = conn.Close()
		if time.Now().After(deadline) {
			t.Fatal("it still accepts connections")
		}
	}
	select {
	case err := <-p.done:
		t.Fatalf("it ended before the request had: %v", err)
	default:
	}
	close(finish)
	if body := <-got; body != "finished" {
		t.Errorf("the request that had begun got %q", body)
	}
}

func TestRun_Usage(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	for _, args := range [][]string{{"--help"}, {"serve", "--help"}, {"help"}} {
		out.Reset()
		if err := run(t.Context(), args, lookup(nil), &out, io.Discard); err != nil {
			t.Fatalf("%v: %v", args, err)
		}
		for _, name := range variablesRead(t) {
			if !strings.Contains(out.String(), "  "+name) {
				t.Errorf("%v does not tell of %s", args, name)
			}
		}
	}
	out.Reset()
	if err := run(t.Context(), []string{"version"}, lookup(nil), &out, io.Discard); err != nil || !strings.HasPrefix(out.String(), "landfalld ") {
		t.Errorf("version: %q, %v", out.String(), err)
	}
	for _, args := range [][]string{nil, {"sreve"}} {
		if err := run(t.Context(), args, lookup(nil), io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "--help") {
			t.Errorf("%v: %v", args, err)
		}
	}
}

// variablesRead returns the names in the sources of this command that are read
// from the environment.
func variablesRead(t *testing.T) []string {
	t.Helper()
	var names []string
	for _, file := range []string{"config.go", "bootstrap.go"} {
		for i, part := range strings.Split(read(t, file), `"`) {
			if i%2 == 1 && strings.HasPrefix(part, "LANDFALL_") && !strings.Contains(part, " ") {
				names = append(names, part)
			}
		}
	}
	if len(names) < 7 {
		t.Fatalf("found only %v", names)
	}
	return names
}

// program is a run of the program within the test.
type program struct {
	stdout, stderr buffer
	base           string
	cancel         context.CancelFunc
	done           chan error
}

func startProgram(t *testing.T, env map[string]string, args ...string) *program {
	t.Helper()
	p := beginProgram(t, env, args...)
	p.waitServing(t)
	return p
}

func beginProgram(t *testing.T, env map[string]string, args ...string) *program {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	p := &program{done: make(chan error, 1), cancel: cancel}
	go func() { p.done <- run(ctx, args, lookup(env), &p.stdout, &p.stderr) }()
	t.Cleanup(func() { p.stop(t) })
	return p
}

func (p *program) waitServing(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		select {
		case err := <-p.done:
			p.done <- err
			t.Fatalf("it ended: %v\n%s", err, p.stderr.String())
		default:
		}
		for line := range strings.Lines(p.stderr.String()) {
			var entry struct{ Msg, Addr string }
			if json.Unmarshal([]byte(line), &entry) == nil && entry.Msg == "serving" {
				p.base = "http://" + entry.Addr
				return
			}
		}
	}
	t.Fatalf("it does not serve:\n%s", p.stderr.String())
}

// wait returns the error with which the program ends.
func (p *program) wait(t *testing.T) error {
	t.Helper()
	select {
	case err := <-p.done:
		p.done <- nil // for stop
		return err
	case <-time.After(20 * time.Second):
		t.Fatalf("it does not end:\n%s", p.stderr.String())
		return nil
	}
}

// stop ends the program as SIGTERM does.
func (p *program) stop(t *testing.T) {
	t.Helper()
	begin := time.Now()
	p.cancel()
	if err := p.wait(t); err != nil {
		t.Errorf("it ended with %v", err)
	}
	if took := time.Since(begin); took > 10*time.Second {
		t.Errorf("it took %v to stop", took)
	}
}

// buffer can be read while it is written to.
type buffer struct {
	sync.Mutex
	b bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.Lock()
	defer b.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.Lock()
	defer b.Unlock()
	return b.b.String()
}

func lookup(env map[string]string) lookupFunc {
	return func(name string) (string, bool) {
		if name == "GOGC" {
			return "100", true // leave the collector of the tests alone
		}
		v, ok := env[name]
		return v, ok
	}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Error(err)
	}
	return resp.StatusCode, string(body)
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func between(t *testing.T, s, before, after string) string {
	t.Helper()
	_, s, ok := strings.Cut(s, before)
	s, _, ok2 := strings.Cut(s, after)
	if !ok || !ok2 {
		t.Fatalf("nothing between %q and %q", before, after)
	}
	return s
}
