package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/fingerprint"
	"github.com/landfall-dev/landfall/ingest"
	"github.com/landfall-dev/landfall/model"
)

// asAgent makes the test's own program be landfall-agent.
const asAgent = "LANDFALL_TEST_AS_AGENT"

func TestMain(m *testing.M) {
	if os.Getenv(asAgent) != "" {
		main()
		return
	}
	dbtest.Main(m)
}

// site is a server with an agent that watches a directory, a real process.
type site struct {
	t     *testing.T
	db    *db.DB
	org   *model.Organization
	token *model.Token

	addr    string // of the server
	server  *http.Server
	release string // the file that tells which release runs
	dir     string // that is watched
	spool   string
	secret  string // file of the token
	agent   *exec.Cmd
	log     bytes.Buffer
	truth   []string // fingerprints of the releases, in order
	mu      sync.Mutex
}

func newSite(t *testing.T) *site {
	t.Helper()
	d := dbtest.New(t)
	if _, err := d.Bootstrap(t.Context(), "acme", model.NewTokenSecret()); err != nil {
		t.Fatal(err)
	}
	org, err := d.Organization(t.Context(), "acme")
	if err != nil {
		t.Fatal(err)
	}
	in := model.CreateEnvironmentInput{Name: "web-1", Type: model.EnvironmentServer, SilentAfterSeconds: model.DefaultSilentAfter}
	if _, _, err := d.CreateEnvironment(t.Context(), org, in); err != nil {
		t.Fatal(err)
	}
	work := t.TempDir()
	s := &site{
		t: t, db: d, org: org, addr: "127.0.0.1:0",
		dir: filepath.Join(work, "site"), release: filepath.Join(work, "site", "release"),
		spool: filepath.Join(work, "spool"), secret: filepath.Join(work, "token"),
	}
	if err := os.Mkdir(s.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s.newToken()
	s.startServer()
	t.Cleanup(func() {
		s.kill()
		s.stopServer()
		if t.Failed() {
			t.Log(s.log.String())
		}
	})
	return s
}

// newToken revokes the token of the agent, if there is one, and gives it another.
func (s *site) newToken() {
	s.t.Helper()
	s.revoke()
	token, secret, err := s.db.CreateToken(s.t.Context(), s.org, model.CreateTokenInput{Name: "agent", Role: model.RoleReporter})
	if err != nil {
		s.t.Fatal(err)
	}
	s.token = token
	if err := os.WriteFile(s.secret, []byte(secret+"\n"), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) revoke() {
	s.t.Helper()
	if s.token == nil {
		return
	}
	if _, err := s.db.RevokeToken(s.t.Context(), s.org, s.token.Key); err != nil {
		s.t.Fatal(err)
	}
	s.token = nil
}

// startServer serves reports at the address that it had before.
func (s *site) startServer() {
	s.t.Helper()
	listener, err := new(net.ListenConfig).Listen(s.t.Context(), "tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.addr = listener.Addr().String()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ready", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("OK")) })
	mux.Handle("/", ingest.NewHandler(s.db, slog.New(slog.DiscardHandler)))
	s.server = &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	server := s.server
	go func() { _ = server.Serve(listener) }()
}

func (s *site) stopServer() { _ = s.server.Close() }

// startAgent starts landfall-agent as somebody would from a shell.
func (s *site) startAgent() {
	s.t.Helper()
	s.agent = exec.CommandContext(context.WithoutCancel(s.t.Context()), os.Args[0],
		"snapshot", "path", "web-1", "--path", s.dir, "--artifact", "site", "--watch", "--interval", "1s", "--spool", s.spool)
	s.agent.Env = append(os.Environ(), asAgent+"=1", "LANDFALL_HOST=http://"+s.addr, "LANDFALL_ORG=acme",
		"LANDFALL_API_TOKEN_FILE="+s.secret, "LANDFALL_CONFIG="+os.DevNull, "GORACE=atexit_sleep_ms=0")
	s.agent.Stderr = lockedWriter{s}
	if err := s.agent.Start(); err != nil {
		s.t.Fatal(err)
	}
}

type lockedWriter struct{ s *site }

func (w lockedWriter) Write(p []byte) (int, error) {
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	return w.s.log.Write(p)
}

// kill ends the agent in the middle of whatever it does.
func (s *site) kill() {
	if s.agent == nil {
		return
	}
	_ = s.agent.Process.Kill() // or it has ended
	_ = s.agent.Wait()         // which says that it was killed
	s.agent = nil
}

// deploy makes another release run.
func (s *site) deploy(release string) {
	s.t.Helper()
	next := filepath.Join(filepath.Dir(s.dir), "next") // which is put in place at once
	if err := os.WriteFile(next, []byte(release), 0o644); err != nil {
		s.t.Fatal(err)
	}
	if err := os.Rename(next, s.release); err != nil {
		s.t.Fatal(err)
	}
	print, err := fingerprint.Dir(s.dir)
	if err != nil {
		s.t.Fatal(err)
	}
	s.truth = append(s.truth, print)
}

// eventually waits until something is so.
func (s *site) eventually(what string, is func() bool) {
	s.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for !is() {
		if time.Now().After(deadline) {
			s.t.Fatalf("after a minute it is not so that %s", what)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// kept is how many reports are in the spool on disk.
func (s *site) kept() int {
	files, err := filepath.Glob(filepath.Join(s.spool, "acme", "web-1", "*.report.gz"))
	if err != nil {
		s.t.Fatal(err)
	}
	return len(files)
}

func (s *site) says(text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Contains(s.log.String(), text)
}

// history is the fingerprints that ran, snapshot by snapshot, as the server has them.
func (s *site) history() (prints []string) {
	s.t.Helper()
	for n := 1; ; n++ {
		ref, err := model.ParseSnapshotRef(fmt.Sprintf("web-1#%d", n))
		if err != nil {
			s.t.Fatal(err)
		}
		snapshot, err := s.db.Snapshot(s.t.Context(), s.org, ref)
		if model.KindOf(err) == model.KindNotFound {
			return prints
		}
		if err != nil {
			s.t.Fatal(err)
		}
		running, err := s.db.RunningOfSnapshots(s.t.Context(), s.org, []*model.Snapshot{snapshot}, model.Page{First: 10})
		if err != nil {
			s.t.Fatal(err)
		}
		if len(running[0].Nodes) != 1 {
			s.t.Fatalf("web-1#%d has %d artifacts", n, len(running[0].Nodes))
		}
		prints = append(prints, string(*running[0].Nodes[0].Fingerprint))
	}
}

// wantHistory waits until the server has the whole history, and nothing else.
func (s *site) wantHistory() {
	s.t.Helper()
	s.eventually("the server has all releases", func() bool {
		return s.kept() == 0 && len(s.history()) >= len(s.truth)
	})
	got := s.history()
	for i := range max(len(got), len(s.truth)) {
		if i >= len(got) || i >= len(s.truth) || got[i] != s.truth[i] {
			s.t.Fatalf("snapshot %d is wrong\ngot  %v\nwant %v", i+1, got, s.truth)
		}
	}
}

// deployAndKeep deploys releases one after another, each of which the agent keeps for a
// server that is not there for it.
func (s *site) deployAndKeep(prefix string, n int) {
	s.t.Helper()
	for i := range n {
		before := s.kept()
		s.deploy(fmt.Sprint(prefix, i))
		s.eventually("the report is in the spool", func() bool { return s.kept() > before })
	}
}

// What was seen while the server was away is not lost when the agent is killed, and is
// told in order when both are back.
func TestProcess_KilledWhileCutOff(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.deploy("first")
	s.startAgent()
	s.wantHistory()
	s.stopServer()
	s.deployAndKeep("a", 4)
	s.kill()
	s.startAgent()
	s.eventually("the agent says what it found", func() bool { return s.says("reports of an earlier run") })
	s.deployAndKeep("b", 4)
	s.kill()
	s.startServer()
	s.startAgent()
	s.wantHistory()
}

// A token that is revoked under the agent stops its reports, and a new one in its file
// lets them go on, without a restart and without a hole.
func TestProcess_TokenRevoked(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.deploy("first")
	s.startAgent()
	s.wantHistory()
	s.revoke()
	s.deployAndKeep("a", 3)
	s.eventually("the agent says why", func() bool { return s.says("does not know the token") })
	s.newToken()
	s.wantHistory()
}

// An agent that is killed again and again, whatever it does just then, ends with the
// right state, and with no state that never was.
func TestProcess_KilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.deploy("first")
	for i := range 12 {
		s.startAgent()
		time.Sleep(time.Duration(40*i) * time.Millisecond) // any moment, not one that is waited for
		s.deploy(fmt.Sprint("release-", i))
		time.Sleep(time.Duration(25*i) * time.Millisecond)
		s.kill()
	}
	s.startAgent()
	s.eventually("the newest release is there", func() bool {
		got := s.history()
		return len(got) > 0 && got[len(got)-1] == s.truth[len(s.truth)-1]
	})
	at := 0
	for _, print := range s.history() {
		for at < len(s.truth) && s.truth[at] != print {
			at++
		}
		if at == len(s.truth) {
			t.Fatalf("the server has releases that never ran, or in another order\ngot  %v\nwant some of %v", s.history(), s.truth)
		}
	}
}

// A disk that is full keeps no report from being sent later.
func TestProcess_DiskFull(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	mountSmall(t, s.spool)
	s.deploy("first")
	s.startAgent()
	s.wantHistory()
	s.stopServer()
	for i := 0; !s.says("no space left on device"); i++ {
		if i == 100 {
			t.Fatal("the disk does not get full")
		}
		before, memory := s.kept(), s.looks()
		s.deploy(fmt.Sprint("a", i))
		s.eventually("the report is kept", func() bool { return s.kept() > before || s.looks() > memory })
	}
	for i := range 3 { // in memory only
		before := s.looks()
		s.deploy(fmt.Sprint("b", i))
		s.eventually("the report is kept", func() bool { return s.looks() > before })
	}
	s.startServer()
	s.wantHistory()
}

// looks is how many reports went to memory, by what the agent says.
func (s *site) looks() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Count(s.log.String(), "kept in memory")
}
