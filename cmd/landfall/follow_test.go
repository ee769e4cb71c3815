package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/cmd/internal/cli"
	"github.com/landfall-dev/landfall/cmd/internal/term"
	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/graph"
	"github.com/landfall-dev/landfall/live"
	"github.com/landfall-dev/landfall/model"
)

// restartable is a server that can be stopped and started again at its address.
type restartable struct {
	t    testing.TB
	url  string
	addr string
	stop func()
}

// start serves the API over a database, as landfalld does.
func (s *restartable) start() {
	s.t.Helper()
	d, err := db.Open(s.t.Context(), s.url)
	if err != nil {
		s.t.Fatal(err)
	}
	var lc net.ListenConfig
	listener, err := lc.Listen(s.t.Context(), "tcp", s.addr)
	if err != nil {
		s.t.Fatal(err)
	}
	s.addr = listener.Addr().String()
	log := slog.New(slog.DiscardHandler)
	feed := live.New(d, log, 0)
	streams := graph.NewStreams(feed, graph.StreamLimits{})
	ctx, cancel := context.WithCancel(s.t.Context())
	heard := make(chan struct{})
	go func() {
		defer close(heard)
		db.Listen(ctx, s.url, log, db.Heard{Events: feed.Heard, Deliveries: feed.HeardOfDelivery})
	}()
	server := &http.Server{Handler: graph.NewHandler(d, log, graph.Options{Streams: streams}), ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(listener) }()
	s.stop = func() {
		ctx, stopped := context.WithTimeout(context.Background(), 20*time.Second)
		defer stopped()
		streams.Stop(ctx)
		_ = server.Shutdown(ctx)
		cancel()
		<-heard
		_ = d.Close()
	}
}

// A log that is followed shows each event once, in order, also across a restart of
// the server during which things happen.
func TestLogEnvironment_Follow(t *testing.T) { //nolint:paralleltest // it is told where the server is by the environment
	d, url := dbtest.NewURL(t)
	if _, err := d.Bootstrap(t.Context(), "acme", acmeToken); err != nil {
		t.Fatal(err)
	}
	org, err := d.Organization(t.Context(), "acme")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.CreateEnvironment(t.Context(), org, model.CreateEnvironmentInput{Name: "aws-prod", Type: model.EnvironmentECS}); err != nil {
		t.Fatal(err)
	}
	replicas, at := 0, time.Date(2022, 8, 22, 9, 0, 0, 0, time.UTC)
	scale := func() { // one event
		replicas++
		at = at.Add(time.Minute)
		r := &model.Report{Environment: "aws-prod", Type: model.EnvironmentECS, ObservedAt: &at, Body: []byte("{}")}
		for range replicas {
			r.Instances = append(r.Instances, model.Instance{Digests: map[string]string{"runner": strings.Repeat("a", 64)}, StartedAt: at})
		}
		if _, err := d.ApplyReport(t.Context(), org, r); err != nil {
			t.Fatal(err)
		}
	}
	s := &restartable{t: t, url: url, addr: "127.0.0.1:0"}
	s.start()
	t.Cleanup(func() { s.stop() })
	scale()
	scale()
	scale()

	for name, value := range map[string]string{"LANDFALL_HOST": "http://" + s.addr, "LANDFALL_ORG": "acme", "LANDFALL_API_TOKEN": acmeToken, "HOME": t.TempDir(), "XDG_CONFIG_HOME": ""} {
		t.Setenv(name, value)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	out, in := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- cli.Run(ctx, []string{"log", "environment", "aws-prod", "--follow", "--limit", "2", "--output", "json"},
			&term.IO{In: strings.NewReader(""), Out: in, Err: t.Output(), Plain: true, Now: time.Now, Zone: time.UTC})
		_ = in.Close()
	}()
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		for scanner := bufio.NewScanner(out); scanner.Scan(); {
			lines <- scanner.Text()
		}
	}()
	next := 2 // the newest two of three come first
	expect := func() {
		t.Helper()
		select {
		case line := <-lines:
			var e struct{ ToReplicas int }
			if err := json.Unmarshal([]byte(line), &e); err != nil || e.ToReplicas != next {
				t.Fatalf("got %q (%v), want that %d run", line, err, next)
			}
			next++
		case <-time.After(30 * time.Second):
			t.Fatalf("that %d run was not told", next)
		}
	}
	expect()
	expect()
	scale()
	expect()
	s.stop()
	scale()
	scale()
	s.start()
	scale()
	for range 3 {
		expect()
	}
	interrupt()
	if got := <-code; got != cli.ExitOK {
		t.Errorf("interrupted, it ends with %d", got)
	}
	var rest []string
	for line := range lines {
		rest = append(rest, line)
	}
	if diff := cmp.Diff([]string(nil), rest); diff != "" {
		t.Error(diff)
	}
}
