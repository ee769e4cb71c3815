package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"
)

// pingTime is how long the database may take to answer that it is there.
const pingTime = 2 * time.Second

// front is what clients meet first: it tells how the server is, and passes
// everything else on when there is something that answers.
type front struct {
	log   *slog.Logger
	mux   *http.ServeMux
	state atomic.Pointer[state]
}

// state is what a front passes requests on to.
type state struct {
	phase   string // starting, ready, stopping
	handler http.Handler
	ping    func(context.Context) error
}

const ready = "ready"

func newFront(log *slog.Logger) *front {
	f := &front{log: log, mux: http.NewServeMux()}
	f.state.Store(&state{phase: "starting"})
	f.mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, "OK") })
	f.mux.HandleFunc("GET /readyz", f.readyz)
	f.mux.HandleFunc("GET /ready", f.readyz) // where existing agents look
	f.mux.HandleFunc("/", f.pass)
	return f
}

// open begins to pass requests on. Ping says whether the database answers.
func (f *front) open(h http.Handler, ping func(context.Context) error) {
	f.state.Store(&state{phase: ready, handler: h, ping: ping})
}

// close says that the server is stopping. Requests that still arrive are passed
// on, if they were before.
func (f *front) close() {
	s := *f.state.Load()
	s.phase = "stopping"
	f.state.Store(&s)
}

// ServeHTTP implements http.Handler.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mux.ServeHTTP(w, r)
}

func (f *front) readyz(w http.ResponseWriter, r *http.Request) {
	s := f.state.Load()
	if s.phase != ready {
		answer(w, http.StatusServiceUnavailable, s.phase)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), pingTime)
	defer cancel()
	if err := s.ping(ctx); err != nil {
		f.log.WarnContext(ctx, "database does not answer", "err", err)
		answer(w, http.StatusServiceUnavailable, "the database does not answer")
		return
	}
	answer(w, http.StatusOK, "OK")
}

func (f *front) pass(w http.ResponseWriter, r *http.Request) {
	s := f.state.Load()
	if s.handler == nil {
		w.Header().Set("Retry-After", "1")
		answer(w, http.StatusServiceUnavailable, "the server is "+s.phase)
		return
	}
	s.handler.ServeHTTP(w, r)
}

// answer writes text exactly as it is: agents compare the two bytes of OK.
func answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // a client that has gone
}
