package ingest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/ingest"
	"github.com/landfall-dev/landfall/model"
)

// A signature covers a body and not the id beside it: who has seen a delivery can
// send it again under any id, and it is the same delivery.
func TestHostile_ReplayedBody(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.follow(t, s.org)
	body := workflowRun("completed", "success", "2022-08-22T09:40:00Z").json(t)
	s.mustDeliver(t, delivery("workflow_run", "1", body), "applied")
	before := s.dump(t)
	for i := range 20 {
		s.mustDeliver(t, delivery("workflow_run", fmt.Sprint("again-", i), body), "seen before")
		s.mustDeliver(t, delivery("push", fmt.Sprint("as-push-", i), body), "seen before")
	}
	s.unchanged(t, before)
}

// While one secret takes the place of another both prove a delivery; afterwards
// only the new one does, within a second.
func TestHostile_RotatedSecret(t *testing.T) {
	t.Parallel()
	s := newInboxServer(t)
	signed := func(id, secret string) call {
		c := delivery("watch", id, []byte(`{"id":"`+id+`"}`))
		c.header["X-Hub-Signature-256"] = sign(secret, []byte(`{"id":"`+id+`"}`))
		return c
	}
	want := func(id, secret string, status int) {
		t.Helper()
		if got := s.send(t, signed(id, secret)); got.Status != status {
			t.Errorf("%s is answered %d %s, want %d", id, got.Status, got.Message, status)
		}
	}
	rotate := func() string {
		t.Helper()
		made, expires, err := s.db.RotateWebhookSecret(t.Context(), s.org, model.RotateWebhookSecretInput{Forge: model.ForgeGitHub, OverlapSeconds: 3600})
		if err != nil || !expires.Equal(s.clock.Now().Add(time.Hour)) {
			t.Fatalf("the former is good until %s: %v", expires, err)
		}
		return made
	}
	second := rotate()
	want("first", secret, http.StatusOK)
	want("second", second, http.StatusOK)
	s.clock.wait(time.Hour - time.Microsecond)
	want("first-late", secret, http.StatusOK)
	s.clock.wait(time.Second) // for which what was good is still taken at its word
	want("first-too-late", secret, http.StatusUnauthorized)
	want("second-later", second, http.StatusOK)
	third := rotate()
	want("third-at-once", third, http.StatusOK)
	fourth := rotate()
	want("fourth-at-once", fourth, http.StatusOK)
	s.clock.wait(time.Second)
	want("second-of-four", second, http.StatusUnauthorized) // two are good, and no more
	want("third-of-four", third, http.StatusOK)
	want("fourth-of-four", fourth, http.StatusOK)
	other, err := s.db.Organization(t.Context(), "initech")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.db.RotateWebhookSecret(t.Context(), other, model.RotateWebhookSecretInput{Forge: model.ForgeGitHub}); model.KindOf(err) != model.KindNotFound {
		t.Errorf("an organization without a webhook: %v", err)
	}
}

// untouched is a body that must not be read.
type untouched struct{ t testing.TB }

func (u untouched) Read([]byte) (int, error) {
	u.t.Error("the body is read")
	return 0, io.EOF
}

// What is packed is refused before any of it is read: a few bytes could become a
// gigabyte.
func TestHostile_Packed(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	var bomb bytes.Buffer
	packed := gzip.NewWriter(&bomb)
	if _, err := io.CopyN(packed, spaces{}, 100<<20); err != nil {
		t.Fatal(err)
	}
	if err := packed.Close(); err != nil {
		t.Fatal(err)
	}
	before := s.dump(t)
	for _, encoding := range []string{"gzip", "br", "deflate", "gzip, identity"} {
		for name, c := range map[string]call{"Delivery": delivery("push", "1", bomb.Bytes()), "Report": s.reporting("{}")} {
			c.body = untouched{t}
			c.header["Content-Encoding"] = encoding
			got := s.send(t, c)
			if got.Status != http.StatusUnsupportedMediaType || got.Code != "UNSUPPORTED" || !strings.Contains(got.Message, "send it as it is") {
				t.Errorf("%s in %s: got %d %s %s", name, encoding, got.Status, got.Code, got.Message)
			}
		}
	}
	s.unchanged(t, before)
}

// A body that is announced as too large is refused without being read; one that
// becomes too large on the way is refused when it does.
func TestHostile_TooLarge(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	before := s.dump(t)
	c := delivery("push", "1", nil)
	r := httptest.NewRequestWithContext(t.Context(), c.method, c.path, untouched{t})
	r.ContentLength = ingest.MaxGitHubBody + 1
	for name, value := range c.header {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	s.http.ServeHTTP(w, r)
	if w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("announced: got %d %s", w.Code, w.Body)
	}
	c.body = io.LimitReader(spaces{}, ingest.MaxGitHubBody+1)
	if got := s.send(t, c); got.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("sent: got %d %s", got.Status, got.Message)
	}
	s.unchanged(t, before)
}

// One who sends a body byte by byte is cut off, and meanwhile takes no more than
// one place of many.
func TestHostile_SlowSender(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	const patience = 300 * time.Millisecond
	web := httptest.NewServer(ingest.NewSmallHandler(s.db, slog.New(slog.DiscardHandler), 2, patience))
	t.Cleanup(web.Close)
	before := s.dump(t)
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", web.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /webhooks/acme/github HTTP/1.1\r\nHost: x\r\nX-Hub-Signature-256: %s\r\nContent-Length: 100000\r\n\r\n", sign(secret, nil))
	answered := make(chan string, 1)
	go func() {
		answer, _ := io.ReadAll(conn)
		answered <- string(answer)
	}()
	tick := time.NewTicker(patience / 10)
	defer tick.Stop()
	for deadline := time.After(time.Minute); ; {
		select {
		case <-tick.C:
			_, _ = conn.Write([]byte(" ")) // until it is cut off
			continue
		case got := <-answered:
			if !strings.HasPrefix(got, "HTTP/1.1 400") || !strings.Contains(got, "too slowly") {
				t.Errorf("it is answered %q", got)
			}
		case <-deadline:
			t.Error("it is never cut off")
		}
		break
	}
	s.unchanged(t, before)
}

// slowStore takes its time for each delivery, and holds all until it is let go.
type slowStore struct {
	ingest.Store
	busy atomic.Int64
	most atomic.Int64
	hold chan struct{}
}

func (s *slowStore) ReceiveDelivery(ctx context.Context, org *model.Organization, d *model.Delivery, facts *model.Facts) (model.Receipt, error) {
	n := s.busy.Add(1)
	defer s.busy.Add(-1)
	for most := s.most.Load(); n > most && !s.most.CompareAndSwap(most, n); most = s.most.Load() {
	}
	<-s.hold
	return s.Store.ReceiveDelivery(ctx, org, d, facts)
}

// Of a thousand senders at once so many are served as there is room for; the
// others wait, and are then asked to come again. What was accepted is there.
func TestHostile_ThousandSenders(t *testing.T) {
	t.Parallel()
	const senders, slots = 1000, 50
	s := newServer(t)
	s.follow(t, s.org)
	store := &slowStore{Store: s.db, hold: make(chan struct{})}
	web := httptest.NewServer(ingest.NewSmallHandler(store, slog.New(slog.DiscardHandler), slots, time.Second))
	t.Cleanup(web.Close)
	client := &http.Client{Transport: &http.Transport{MaxConnsPerHost: senders, MaxIdleConnsPerHost: senders}}
	bodies := make([][]byte, senders)
	for i := range bodies {
		bodies[i] = workflowRun("completed", "success", "2022-08-22T09:40:00Z").with("workflow_run.id", i+1).json(t)
	}
	time.AfterFunc(500*time.Millisecond, func() { close(store.hold) })
	var accepted, away atomic.Int64
	var wait sync.WaitGroup
	for i := range senders {
		wait.Go(func() {
			c := delivery("workflow_run", fmt.Sprint(i), bodies[i])
			r, err := http.NewRequestWithContext(t.Context(), c.method, web.URL+c.path, c.body)
			if err != nil {
				t.Error(err)
				return
			}
			for name, value := range c.header {
				r.Header.Set(name, value)
			}
			answer, err := client.Do(r)
			if err != nil {
				t.Error(err)
				return
			}
			defer answer.Body.Close()
			_, _ = io.Copy(io.Discard, answer.Body)
			switch {
			case answer.StatusCode == http.StatusOK:
				accepted.Add(1)
			case answer.StatusCode == http.StatusServiceUnavailable && answer.Header.Get("Retry-After") == "5":
				away.Add(1)
			default:
				t.Errorf("answered %s, Retry-After %q", answer.Status, answer.Header.Get("Retry-After"))
			}
		})
	}
	wait.Wait()
	if store.most.Load() > slots {
		t.Errorf("%d were at work at once, and there is room for %d", store.most.Load(), slots)
	}
	var kept, built []string
	s.query(t, &kept, `SELECT key FROM deliveries WHERE state = 'applied'`)
	s.query(t, &built, `SELECT run_id::text FROM builds`)
	if int64(len(kept)) != accepted.Load() || int64(len(built)) != accepted.Load() || accepted.Load() < slots || accepted.Load()+away.Load() != senders {
		t.Errorf("%d were accepted and %d sent away; %d are kept, %d builds are there", accepted.Load(), away.Load(), len(kept), len(built))
	}
}

// The database itself being gone is told as such, and nothing is acknowledged.
func TestHostile_StoreIsGone(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	if err := s.db.Close(); err != nil {
		t.Fatal(err)
	}
	if got := s.send(t, delivery("push", "1", push().json(t))); got.Status < 500 {
		t.Errorf("got %d %s", got.Status, got.Message)
	}
}

// The same deliveries, each sent by ten at once under ids of their own.
func TestHostile_ReplayedAtOnce(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.follow(t, s.org)
	var wait sync.WaitGroup
	answers := make([]string, 40)
	for i := range answers {
		wait.Go(func() {
			body := workflowRun("completed", "success", "2022-08-22T09:40:00Z").with("workflow_run.id", i%4+1).json(t)
			answers[i] = s.send(t, delivery("workflow_run", fmt.Sprint(i), body)).Message
		})
	}
	wait.Wait()
	counts := map[string]int{}
	for _, a := range answers {
		counts[a]++
	}
	if diff := cmp.Diff(map[string]int{"applied": 4, "seen before": 36}, counts); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

// The secret that is part of a path is in no log, and not in what callers are told.
func TestHostile_SecretInPath(t *testing.T) {
	t.Parallel()
	said := new(log)
	h := ingest.NewHandler(brokenStore{}, slog.New(slog.NewTextHandler(said, nil)))
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/webhooks/acme/docker-hub/whs_hidden", strings.NewReader("{}"))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusInternalServerError || !strings.Contains(said.String(), "/webhooks/acme/docker-hub/…") {
		t.Errorf("got %d, logged %s", w.Code, said)
	}
	if strings.Contains(said.String()+w.Body.String(), "whs_hidden") {
		t.Errorf("the secret is told: %s %s", said, w.Body)
	}
}
