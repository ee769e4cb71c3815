package notify_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
	"github.com/landfall-dev/landfall/notify"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// clock stands still until it is moved on.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) wait(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// server is a database with what tells of it.
type server struct {
	t     testing.TB
	db    *db.DB
	url   string
	org   *model.Organization
	clock *clock
}

func newServer(t testing.TB) *server {
	t.Helper()
	d, url := dbtest.NewURL(t)
	s := &server{t: t, db: d, url: url, clock: &clock{now: time.Date(2022, 8, 23, 9, 0, 0, 0, time.UTC)}}
	d.Now = s.clock.Now
	if _, err := d.Bootstrap(t.Context(), "acme", model.NewTokenSecret()); err != nil {
		t.Fatal(err)
	}
	var err error
	if s.org, err = d.Organization(t.Context(), "acme"); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"runner", "web"} {
		if _, _, err := d.CreateFlow(t.Context(), s.org, model.CreateFlowInput{Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func (s *server) worker(o notify.Options) *notify.Worker {
	o.Private = true
	return notify.New(s.db, slog.New(slog.DiscardHandler), o)
}

// report writes one event: that an artifact was made, at a minute.
func (s *server) report(flow string, minute int) {
	s.t.Helper()
	at := s.clock.Now().Add(time.Duration(minute) * time.Minute)
	sum := sha256.Sum256(fmt.Append(nil, flow, minute))
	_, _, err := s.db.ReportArtifact(s.t.Context(), s.org, model.ReportArtifactInput{Flow: flow, Name: "a", Fingerprint: model.FingerprintOf(sum[:]), At: &at})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *server) create(in model.CreateNotificationInput) (n *model.Notification, secret string) {
	s.t.Helper()
	n, secret, err := s.db.CreateNotification(s.t.Context(), s.org, in)
	if err != nil {
		s.t.Fatal(err)
	}
	return n, secret
}

func (s *server) get(key int) *model.Notification {
	s.t.Helper()
	n, err := s.db.Notification(s.t.Context(), s.org, key)
	if err == nil {
		err = s.db.ReadNotificationAttempts(s.t.Context(), s.org, []*model.Notification{n})
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// until tells what is due, and moves the clock on, until something is so.
func (s *server) until(w *notify.Worker, what string, so func() bool) {
	s.t.Helper()
	s.untilBy(w, time.Minute, what, so)
}

// untilBy is until with a clock that moves by so much each time.
func (s *server) untilBy(w *notify.Worker, step time.Duration, what string, so func() bool) {
	s.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for !so() {
		if time.Now().After(deadline) {
			s.t.Fatalf("%s: never", what)
		}
		s.clock.wait(step)
		w.Heard(s.org.Key)
		if err := w.TellDue(s.t.Context()); err != nil {
			s.t.Fatal(err)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// receiver is a place that is told.
type receiver struct {
	*httptest.Server
	mu       sync.Mutex
	requests []*http.Request
	bodies   [][]byte
	answer   func(w http.ResponseWriter, n int)
}

func newReceiver(t testing.TB, answer func(w http.ResponseWriter, n int)) *receiver {
	t.Helper()
	r := &receiver{answer: answer}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, err := io.ReadAll(q.Body)
		if err != nil {
			return
		}
		r.mu.Lock()
		r.requests, r.bodies = append(r.requests, q), append(r.bodies, body)
		n := len(r.bodies)
		r.mu.Unlock()
		if r.answer != nil {
			r.answer(w, n)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.bodies)
}

type told struct {
	Organization, Notification string
	Test                       bool
	Events                     []struct {
		Kind, Position, Summary string
		Flows                   []string
		Fingerprint             *string
	}
}

// positions are those of all events that were told, in order.
func (r *receiver) positions(t testing.TB) []string {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []string
	for _, body := range r.bodies {
		var m told
		if err := json.Unmarshal(body, &m); err != nil {
			t.Fatal(err)
		}
		for _, e := range m.Events {
			all = append(all, e.Position)
		}
	}
	return all
}

// A webhook gets what it asked for, signed as the documentation says.
func TestWorker_Webhook(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	w := s.worker(notify.Options{Version: "test"})
	r := newReceiver(t, nil)
	s.report("runner", 0) // before: it is not told
	s.until(w, "settled", func() bool { p, err := s.db.Position(t.Context(), s.org); return err == nil && p.Key > 0 })
	n, secret := s.create(model.CreateNotificationInput{Name: "ours", Format: model.NotificationWebhook, URL: r.URL + "/secret", Flows: []string{"runner"}})
	s.report("web", 1)
	s.report("runner", 2)
	s.until(w, "told", func() bool { return r.count() > 0 && s.get(n.Key).LastSentAt != nil })

	var m told
	if err := json.Unmarshal(r.bodies[0], &m); err != nil {
		t.Fatal(err)
	}
	if len(m.Events) != 1 || m.Organization != "acme" || m.Notification != "ours" || m.Events[0].Kind != "ARTIFACT_CREATED" ||
		!slices.Equal(m.Events[0].Flows, []string{"runner"}) || m.Events[0].Position == "" || m.Events[0].Summary != "Artifact created" {
		t.Errorf("told %s", r.bodies[0])
	}
	q := r.requests[0]
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(q.Header.Get("X-Landfall-Timestamp") + "."))
	mac.Write(r.bodies[0])
	if got, want := q.Header.Get("X-Landfall-Signature-256"), "sha256="+hex.EncodeToString(mac.Sum(nil)); got != want {
		t.Errorf("signed %s, want %s", got, want)
	}
	if q.Header.Get("X-Landfall-Delivery") == "" || q.Header.Get("User-Agent") != "landfall/test" || q.URL.Path != "/secret" {
		t.Errorf("got %s %v", q.URL, q.Header)
	}
	if got := s.get(n.Key); got.Failing() || len(got.History) != 1 || got.History[0].Events != 1 || *got.History[0].Status != 200 {
		t.Errorf("known of it: %+v", got)
	}
}

// What fails is tried again, later and later, and told in order when it works again.
// It can be seen that it fails, and why, without what is secret.
func TestWorker_TriesAgain(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	w := s.worker(notify.Options{})
	var works atomic.Bool
	r := newReceiver(t, func(w http.ResponseWriter, _ int) {
		if !works.Load() {
			w.WriteHeader(http.StatusBadGateway)
		}
	})
	n, _ := s.create(model.CreateNotificationInput{Name: "ours", Format: model.NotificationWebhook, URL: r.URL + "/very-secret"})
	s.report("runner", 1)
	s.until(w, "failing", func() bool { return s.get(n.Key).Attempts >= 2 })
	if got := s.get(n.Key); !got.Failing() || got.Reason == nil || *got.Reason != "answered 502 Bad Gateway" || strings.Contains(*got.Reason, "secret") {
		t.Errorf("known of it: %+v", got)
	}
	s.report("runner", 2)
	works.Store(true)
	s.until(w, "mended", func() bool { return !s.get(n.Key).Failing() && s.get(n.Key).LastSentAt != nil })
	// The second event may come with the first, or after it.
	s.until(w, "told of both", func() bool { return len(slices.Compact(slices.Sorted(slices.Values(r.positions(t))))) == 2 })
	if r.requests[0].Header.Get("X-Landfall-Delivery") != r.requests[1].Header.Get("X-Landfall-Delivery") {
		t.Error("the same is sent again under another id")
	}
	if all := r.positions(t); all[0] == all[len(all)-1] {
		t.Errorf("told %v, the newest not last", all)
	}
}

// Receivers that are slow, endless, gone or elsewhere fail, and hold up nobody.
func TestWorker_BadReceivers(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	w := s.worker(notify.Options{Timeout: 300 * time.Millisecond})
	good := newReceiver(t, nil)
	release := make(chan struct{})
	slow := newReceiver(t, func(http.ResponseWriter, int) { <-release })
	t.Cleanup(func() { close(release) })
	elsewhere := newReceiver(t, func(w http.ResponseWriter, _ int) {
		w.Header().Set("Location", good.URL)
		w.WriteHeader(http.StatusTemporaryRedirect)
	})
	gone := newReceiver(t, nil)
	gone.Close()
	keys := map[string]int{}
	for name, url := range map[string]string{"slow": slow.URL, "elsewhere": elsewhere.URL, "gone": gone.URL} {
		n, _ := s.create(model.CreateNotificationInput{Name: name, Format: model.NotificationSlack, URL: url})
		keys[name] = n.Key
	}
	huge := newReceiver(t, func(w http.ResponseWriter, _ int) {
		for range 10_000 {
			if _, err := w.Write(make([]byte, 10_000)); err != nil {
				return
			}
		}
	})
	n, _ := s.create(model.CreateNotificationInput{Name: "huge", Format: model.NotificationSlack, URL: huge.URL})
	s.report("runner", 1)
	got := map[string]string{}
	for name, key := range keys {
		s.untilBy(w, 0, name, func() bool { return s.get(key).Failing() }) // or the lease would end
		got[name] = *s.get(key).Reason
	}
	want := map[string]string{"slow": "did not answer in time", "elsewhere": "answered 307 Temporary Redirect", "gone": "refuses connections"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	s.untilBy(w, 0, "huge", func() bool { return s.get(n.Key).LastSentAt != nil })
	if good.count() != 0 {
		t.Error("a redirect was followed")
	}
}

// Two servers tell one place while events are written: each at least once, in order,
// with no gap; and a server that dies after it has sent loses nothing.
func TestWorker_TwoServers(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	r := newReceiver(t, nil)
	n, _ := s.create(model.CreateNotificationInput{Name: "ours", Format: model.NotificationWebhook, URL: r.URL})
	dying := notify.New(deaf{s.db}, slog.New(slog.DiscardHandler), notify.Options{Private: true})
	workers := []*notify.Worker{s.worker(notify.Options{}), dying, s.worker(notify.Options{})}
	const events = 60
	var writing sync.WaitGroup
	for i := range 3 {
		writing.Go(func() {
			for j := range events / 3 {
				s.report("runner", i*events+j)
			}
		})
	}
	ctx, stop := context.WithCancel(t.Context())
	var telling sync.WaitGroup
	for _, w := range workers {
		telling.Go(func() {
			for ctx.Err() == nil {
				s.clock.wait(time.Minute)
				_ = w.TellDue(ctx)
				time.Sleep(time.Millisecond)
			}
		})
	}
	writing.Wait()
	var log []string
	for len(log) < events {
		part, err := s.db.EventsAfter(t.Context(), s.org, model.Position{}, 1000)
		if err != nil {
			t.Fatal(err)
		}
		log = log[:0]
		for _, e := range part.Events {
			log = append(log, string(e.Facts().Position()))
		}
	}
	last := log[len(log)-1]
	s.until(workers[0], "all told", func() bool { return slices.Contains(r.positions(t), last) && s.get(n.Key).LastSentAt != nil })
	stop()
	telling.Wait()
	seen := map[string]bool{}
	var first []string
	for _, p := range r.positions(t) {
		if !seen[p] {
			seen[p] = true
			first = append(first, p)
		}
	}
	if diff := cmp.Diff(log, first); diff != "" {
		t.Errorf("told for the first time (-log +got):\n%s", diff)
	}
}

// deaf is a store of a server that dies whenever it has sent something.
type deaf struct{ *db.DB }

func (deaf) SettleNotification(context.Context, *model.DueNotification, model.NotificationResult) error {
	return fmt.Errorf("this server is dead")
}

// What people are told can be no link and call nobody.
func TestWorker_Slack(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	w := s.worker(notify.Options{})
	r := newReceiver(t, nil)
	n, secret := s.create(model.CreateNotificationInput{Name: "people", Format: model.NotificationSlack, URL: r.URL})
	if secret != "" {
		t.Errorf("the secret is %q", secret)
	}
	if reason, err := w.Test(t.Context(), s.org, n.Key); err != nil || reason != "" {
		t.Errorf("test: %q, %v", reason, err)
	}
	if got := string(r.bodies[0]); got != `{"text":"Landfall tells of events of acme here: this is a test."}` {
		t.Errorf("told %s", got)
	}
	_, _, err := s.db.ReportAttestation(t.Context(), s.org, model.ReportAttestationInput{
		Flow: "runner", Fingerprint: model.FingerprintOf(make([]byte, 32)), Name: "<!channel>&co", Evidence: &model.EvidenceInput{Generic: &model.GenericEvidenceInput{Compliant: true}},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.until(w, "told", func() bool { return r.count() > 1 })
	var m struct{ Text string }
	if err := json.Unmarshal(r.bodies[1], &m); err != nil || m.Text != "runner: &lt;!channel&gt;&amp;co evidence received" {
		t.Errorf("told %q, %v", m.Text, err)
	}
}

// Addresses inside the server's own network are told nothing, whatever they are called.
func TestWorker_Private(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	w := notify.New(s.db, slog.New(slog.DiscardHandler), notify.Options{Timeout: 2 * time.Second})
	r := newReceiver(t, nil)
	_, port, _ := strings.Cut(strings.TrimPrefix(r.URL, "http://"), ":")
	for i, host := range []string{
		"127.0.0.1:" + port, "localhost:" + port, "[::1]:" + port, "[::ffff:127.0.0.1]:" + port, "0.0.0.0:" + port,
		"169.254.169.254", "10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1", "[fd00::1]", "[fe80::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]",
	} {
		n, _ := s.create(model.CreateNotificationInput{Name: fmt.Sprint("n", i), Format: model.NotificationSlack, URL: "http://" + host})
		reason, err := w.Test(t.Context(), s.org, n.Key)
		if err != nil || !strings.Contains(reason, "inside the server's own network") {
			t.Errorf("%s: %q, %v", host, reason, err)
		}
	}
	if r.count() != 0 {
		t.Error("it was told")
	}
}

func TestDB_CreateNotification_Refused(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.create(model.CreateNotificationInput{Name: "taken", Format: model.NotificationSlack, URL: "https://x.example"})
	for name, tt := range map[string]struct {
		in   model.CreateNotificationInput
		want model.Kind
	}{
		"Name":        {model.CreateNotificationInput{Name: "a b", URL: "https://x.example"}, model.KindInvalid},
		"Scheme":      {model.CreateNotificationInput{Name: "a", URL: "file:///etc/passwd"}, model.KindInvalid},
		"User":        {model.CreateNotificationInput{Name: "a", URL: "https://a:b@x.example"}, model.KindInvalid},
		"Environment": {model.CreateNotificationInput{Name: "a", URL: "https://x.example", Environments: []string{"none"}}, model.KindNotFound},
		"Taken":       {model.CreateNotificationInput{Name: "taken", URL: "https://x.example"}, model.KindConflict},
	} {
		tt.in.Format = model.NotificationSlack
		_, _, err := s.db.CreateNotification(t.Context(), s.org, tt.in)
		if got := model.KindOf(err); got != tt.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
