package agent

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// What follows is a world for tests that last days: a server and a runtime in
// memory, whose clock is that of a synctest bubble.

// told is one moment of a history.
type told struct {
	At      time.Time
	Content string // name of what runs
}

// fakeServer is what a server does with reports, seen from outside: its history has a
// new entry for each report that says something new, and none for one that is late.
type fakeServer struct {
	ahead time.Duration // of the true time

	mu      sync.Mutex
	fault   func(path string) (status int, err error) // nil if all is well
	lose    bool                                      // the next answer, but not what was asked
	history []told
	newest  time.Time
	stale   int
	asked   []told // each report that came, well or not
	created []string
	missing bool // the environment is not there
	header  http.Header
}

func (s *fakeServer) fails(fault func(path string) (int, error)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = fault
}

func away(string) (int, error) { return 0, errors.New("connection refused") }

func answering(status int) func(string) (int, error) {
	return func(path string) (int, error) {
		if path == "/ready" && status != http.StatusServiceUnavailable {
			return 0, nil
		}
		return status, nil
	}
}

func (s *fakeServer) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	report := strings.Contains(r.URL.Path, "/report/")
	var wire struct {
		Artifacts []struct {
			Digests map[string]string `json:"digests"`
		} `json:"artifacts"`
		ObservedAt time.Time `json:"observedAt"`
	}
	if report {
		if err := json.Unmarshal(body, &wire); err != nil {
			return nil, err
		}
	}
	content := ""
	for _, a := range wire.Artifacts {
		for name := range a.Digests {
			content += name
		}
	}
	if report {
		s.asked = append(s.asked, told{wire.ObservedAt, content})
	}
	if s.fault != nil {
		if status, err := s.fault(r.URL.Path); err != nil {
			return nil, err
		} else if status != 0 {
			return s.answer(status, `{"message":"no"}`), nil
		}
	}
	switch {
	case r.URL.Path == "/ready":
		return s.answer(200, "OK"), nil
	case !report:
		s.created = append(s.created, string(body))
		s.missing = false
		return s.answer(201, "{}"), nil
	case s.missing:
		return s.answer(404, `{"message":"Environment named 'prod' does not exist"}`), nil
	case wire.ObservedAt.After(s.now().Add(5 * time.Minute)):
		return s.answer(400, `{"message":"observedAt is in the future","errors":{"observedAt":"it is in the future"}}`), nil
	}
	answer := s.apply(told{wire.ObservedAt, content})
	if s.lose {
		s.lose = false
		return nil, errors.New("connection reset")
	}
	return answer, nil
}

func (s *fakeServer) apply(t told) *http.Response {
	if !t.At.After(s.newest) {
		if s.newest.Sub(t.At) <= time.Second {
			// The same again, whose answer was lost, or the first report of an agent that was
			// started anew: its time may differ by what the server's whole seconds leave open.
			return s.answer(200, `{"message":"stale"}`)
		}
		s.stale++
		return s.answer(200, `{"message":"stale"}`)
	}
	s.newest = t.At
	if n := len(s.history); n > 0 && s.history[n-1].Content == t.Content {
		return s.answer(200, `{"message":"unchanged","snapshot":"prod#1"}`)
	}
	s.history = append(s.history, t)
	return s.answer(201, `{"message":"changed","snapshot":"prod#1"}`)
}

func (s *fakeServer) now() time.Time { return time.Now().Add(s.ahead) }

func (s *fakeServer) answer(status int, body string) *http.Response {
	header := s.header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Set("Date", s.now().UTC().Format(http.TimeFormat))
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body))}
}

func (s *fakeServer) tells() []told {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]told(nil), s.history...)
}

func (s *fakeServer) requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.asked)
}

// fakeSource is a runtime in which one thing runs at a time.
type fakeSource struct {
	mu      sync.Mutex
	runs    string
	err     error
	blind   bool          // it tells of no changes
	hang    chan struct{} // a look waits for it, if there is one
	changed func()
	truth   []told // what ran since when, by the true time
}

func newFakeSource(runs string) *fakeSource {
	s := &fakeSource{}
	s.run(runs)
	return s
}

// run lets something else run from now on.
func (s *fakeSource) run(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runs = what
	s.truth = append(s.truth, told{time.Now(), what})
	if s.changed != nil {
		s.changed()
	}
}

func (s *fakeSource) fail(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
}

func (s *fakeSource) Look(context.Context) ([]Instance, error) {
	s.mu.Lock()
	hang := s.hang
	s.mu.Unlock()
	if hang != nil {
		<-hang
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return nil, s.err
	}
	if s.runs == "" {
		return nil, nil
	}
	return []Instance{{Digests: map[string]string{s.runs: strings.Repeat("ab", 32)}}}, nil
}

func (s *fakeSource) Watch(ctx context.Context, changed func()) error {
	s.mu.Lock()
	blind := s.blind
	s.changed = changed
	s.mu.Unlock()
	if blind {
		return ErrCannotWatch
	}
	<-ctx.Done()
	return nil
}

func (s *fakeSource) Check(context.Context) []Finding { return nil }
func (s *fakeSource) Close() error                    { return nil }

// fakeClock is a machine whose clock anybody may step.
type fakeClock struct {
	start time.Time // of the machine
	id    string

	mu   sync.Mutex
	step time.Duration
}

func newFakeClock(step time.Duration) *fakeClock {
	return &fakeClock{start: time.Now().Add(-time.Hour), id: "boot", step: step}
}

func (c *fakeClock) stepBy(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.step += d
}

func (c *fakeClock) Wall() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.step).Round(0)
}
func (c *fakeClock) Boot() time.Duration { return time.Since(c.start) }
func (c *fakeClock) BootID() string      { return c.id }

// world is an agent with its server and its runtime.
type world struct {
	t      *testing.T
	server *fakeServer
	source *fakeSource
	clock  *fakeClock
	dir    string // of the spool
	log    *logBuffer
	agent  *Agent
	stop   func()
}

// inWorld runs a test in a world of its own, in which time passes when all wait, "a" runs
// and no agent does. One that the test starts and does not stop is stopped.
func inWorld(t *testing.T, dir string, test func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, dir)
		defer func() {
			if w.stop != nil {
				w.stop()
			}
		}()
		test(t, w)
	})
}

func newWorld(t *testing.T, dir string) *world {
	t.Helper()
	w := &world{t: t, server: &fakeServer{}, source: newFakeSource("a"), clock: newFakeClock(0), dir: dir, log: &logBuffer{}}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(w.log.String())
		}
	})
	return w
}

// start starts an agent, which can be changed first.
func (w *world) start(change func(*Agent)) {
	w.t.Helper()
	client := &Client{
		Host: "http://server", Organization: "acme", Token: func() (string, error) { return "token", nil },
		HTTP: &http.Client{Transport: w.server},
	}
	w.agent = New(client, []Place{{"prod", "docker", w.source}}, slog.New(slog.NewTextHandler(w.log, nil)))
	w.agent.SpoolDir, w.agent.Clock = w.dir, w.clock
	if change != nil {
		change(w.agent)
	}
	ctx, cancel := context.WithCancel(w.t.Context())
	done := make(chan error, 1)
	go func() { done <- w.agent.Run(ctx) }()
	w.stop = func() {
		w.t.Helper()
		w.stop = nil
		cancel()
		if err := <-done; err != nil {
			w.t.Errorf("Run = %v", err)
		}
	}
}

// pass lets time pass, and then all that is due happen.
func pass(d time.Duration) {
	time.Sleep(d) // of the bubble: no time passes outside
	synctest.Wait()
}

// wantHistory compares what the server was told with what ran: the same, in the same
// order, each within a moment of when it was so, by the server's clock.
func (w *world) wantHistory() {
	w.t.Helper()
	history, truth := w.server.tells(), w.source.truth
	for i := range max(len(history), len(truth)) {
		var has, was told
		if i < len(history) {
			has = history[i]
		}
		if i < len(truth) {
			was = truth[i]
		}
		if off := has.At.Sub(was.At.Add(w.server.ahead)); has.Content != was.Content || off.Abs() > 3*time.Second {
			w.t.Fatalf("moment %d of %d: the server has %v, and it was %v (off by %s)", i, len(truth), has, was, off)
		}
	}
	if w.server.stale > 0 {
		w.t.Errorf("%d reports came late", w.server.stale)
	}
}

// logBuffer is a log that tests can read.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// tempDir is a directory in memory where there is one: days are simulated, and each
// report of them is synced.
func tempDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "landfall-agent-test-") //nolint:usetesting // which is on a disk
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}
