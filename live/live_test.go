package live_test

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/live"
	"github.com/landfall-dev/landfall/model"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// never is a poll that no test waits for: what is told was heard of.
const never = time.Hour

// server is a feed with its database, as one server has it.
type server struct {
	db   *db.DB
	feed *live.Feed
	org  *model.Organization
}

// newServer opens a server on a database that others may have opened too.
func newServer(t testing.TB, url string, poll time.Duration) *server {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Bootstrap(t.Context(), "acme", model.NewTokenSecret()); err != nil {
		t.Fatal(err)
	}
	org, err := d.Organization(t.Context(), "acme")
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	s := &server{db: d, feed: live.New(d, log, poll), org: org}
	ctx, stop := context.WithCancel(t.Context())
	ended, begun := make(chan struct{}), make(chan struct{})
	var once sync.Once
	go func() {
		defer close(ended)
		db.Listen(ctx, url, log, db.Heard{Events: s.feed.Heard, Deliveries: func(organization int) {
			once.Do(func() { close(begun) })
			s.feed.HeardOfDelivery(organization)
		}})
	}()
	<-begun
	t.Cleanup(func() { stop(); <-ended; _ = d.Close() })
	return s
}

func (s *server) follow(t testing.TB, after *model.Position) *live.Reader {
	t.Helper()
	r, err := s.feed.Follow(t.Context(), s.org, after)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

func bounded(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func next(t testing.TB, r *live.Reader) model.Event {
	t.Helper()
	events, err := r.Next(bounded(t), 1)
	if err != nil {
		t.Fatal(err)
	}
	return events[0]
}

func connect(t testing.TB, url string) *sql.DB {
	t.Helper()
	pool, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	return pool
}

func (s *server) createFlow(t testing.TB, name string) {
	t.Helper()
	if _, _, err := s.db.CreateFlow(t.Context(), s.org, model.CreateFlowInput{Name: name}); err != nil {
		t.Fatal(err)
	}
}

// report writes an event: an artifact by the name.
func (s *server) report(t testing.TB, name string) {
	t.Helper()
	at := time.Date(2022, 8, 22, 9, 0, 0, 0, time.UTC)
	_, _, err := s.db.ReportArtifact(t.Context(), s.org, model.ReportArtifactInput{
		Flow: "runner", Name: name, Fingerprint: model.FingerprintOf([]byte(fmt.Sprintf("%032s", name))), At: &at,
	})
	if err != nil {
		t.Fatal(err)
	}
}

func want(t testing.TB, e model.Event, name string) {
	t.Helper()
	if got := e.Facts().Fingerprint; got == nil || *got != model.FingerprintOf([]byte(fmt.Sprintf("%032s", name))) {
		t.Fatalf("got %+v, want that of %s", e.Facts(), name)
	}
}

// What is written through one server is told by the other, at once and in order.
func TestFeed_TwoServers(t *testing.T) {
	t.Parallel()
	_, url := dbtest.NewURL(t)
	a, b := newServer(t, url, never), newServer(t, url, never)
	a.createFlow(t, "runner")
	r := b.follow(t, nil)
	var last model.Position
	for i := range 3 {
		a.report(t, fmt.Sprint(i))
		e := next(t, r)
		want(t, e, fmt.Sprint(i))
		if e.Facts().Place.Compare(last) <= 0 {
			t.Errorf("%v comes after %v", e.Facts().Place, last)
		}
		last = e.Facts().Place
	}
	// Who comes back goes on where it was, whether the feed has it or not.
	zero := model.Position{}
	all := b.follow(t, &zero)
	for i := range 3 {
		want(t, next(t, all), fmt.Sprint(i))
	}
}

// The connection that hears is killed: nothing is lost, with no poll to help.
func TestFeed_ConnectionKilled(t *testing.T) {
	t.Parallel()
	_, url := dbtest.NewURL(t)
	s := newServer(t, url, never)
	s.createFlow(t, "runner")
	r := s.follow(t, nil)
	s.report(t, "before")
	want(t, next(t, r), "before")
	_, err := connect(t, url).ExecContext(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`)
	if err != nil {
		t.Fatal(err)
	}
	s.report(t, "after")
	want(t, next(t, r), "after")
}

// Nobody tells of what another program writes: it is found all the same.
func TestFeed_Polls(t *testing.T) {
	t.Parallel()
	_, url := dbtest.NewURL(t)
	s := newServer(t, url, 50*time.Millisecond)
	s.createFlow(t, "runner")
	r := s.follow(t, nil)
	_, err := connect(t, url).ExecContext(t.Context(), `INSERT INTO events (organization_id, at, recorded_at, kind, name) VALUES ($1, now(), now(), 12, 'unheard')`, s.org.Key)
	if err != nil {
		t.Fatal(err)
	}
	if got := next(t, r).Facts().Name; got != "unheard" {
		t.Errorf("got %q", got)
	}
}

// A reader that is far behind reads from the database what the feed has let go.
func TestFeed_FarBehind(t *testing.T) {
	t.Parallel()
	_, url := dbtest.NewURL(t)
	s := newServer(t, url, 50*time.Millisecond)
	pool := connect(t, url)
	slow, quick := s.follow(t, nil), s.follow(t, nil)
	const events = 2500
	for i := range 5 {
		_, err := pool.ExecContext(t.Context(), `INSERT INTO events (organization_id, at, recorded_at, kind, number)
			SELECT $1, now(), now(), 12, $2 + i FROM generate_series(1, 500) AS i`, s.org.Key, i*500)
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range []*live.Reader{quick, slow} {
		for n := 1; n <= events; {
			read, err := r.Next(bounded(t), 300)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range read {
				if e.Facts().Number != n {
					t.Fatalf("got %d, want %d", e.Facts().Number, n)
				}
				n++
			}
		}
	}
}

// Writers commit in another order than they began, and readers come and go on either
// of two servers: each reader gets each event once, in the order of the log.
func TestFeed_NothingLostNothingTwice(t *testing.T) {
	t.Parallel()
	_, url := dbtest.NewURL(t)
	servers := []*server{newServer(t, url, 200*time.Millisecond), newServer(t, url, 200*time.Millisecond)}
	const writers, each = 6, 40
	pool := connect(t, url)
	pool.SetMaxOpenConns(writers)
	var writing sync.WaitGroup
	for w := range writers {
		random := rand.New(rand.NewPCG(7, uint64(w)))
		writing.Go(func() {
			for i := 0; i < each; {
				tx, err := pool.BeginTx(t.Context(), nil)
				if err != nil {
					t.Error(err)
					return
				}
				for range 1 + random.IntN(3) {
					_, err := tx.ExecContext(t.Context(), `INSERT INTO events (organization_id, at, recorded_at, kind, number) VALUES ($1, now(), now(), 12, $2)`, servers[0].org.Key, w*each+i)
					if err != nil {
						t.Error(err)
					}
					i++
					time.Sleep(time.Duration(random.IntN(20)) * time.Millisecond) // it is slow: that is what is tested
					if i == each {
						break
					}
				}
				if err := tx.Commit(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	got := make([][]model.Position, 3)
	var reading sync.WaitGroup
	for i := range got {
		random := rand.New(rand.NewPCG(9, uint64(i)))
		reading.Go(func() {
			var at model.Position
			for len(got[i]) < writers*each {
				r, err := servers[random.IntN(2)].feed.Follow(t.Context(), servers[0].org, &at)
				if err != nil {
					t.Error(err)
					return
				}
				for range 1 + random.IntN(6) {
					ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
					events, err := r.Next(ctx, 1+random.IntN(10))
					cancel()
					if err != nil {
						t.Errorf("after %d events: %v", len(got[i]), err)
						r.Close()
						return
					}
					for _, e := range events {
						at = e.Facts().Place
						got[i] = append(got[i], at)
					}
					if len(got[i]) >= writers*each {
						break
					}
				}
				r.Close()
			}
		})
	}
	writing.Wait()
	reading.Wait()
	var log []model.Position
	rows, err := pool.QueryContext(t.Context(), `SELECT xact::text::bigint, id FROM events ORDER BY xact, id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	outOfOrder := false
	for rows.Next() {
		var p model.Position
		if err := rows.Scan(&p.Transaction, &p.Key); err != nil {
			t.Fatal(err)
		}
		outOfOrder = outOfOrder || len(log) > 0 && p.Key < log[len(log)-1].Key
		log = append(log, p)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if len(log) < writers*each || !outOfOrder {
		t.Fatalf("%d events, out of order: %v: this proves nothing", len(log), outOfOrder)
	}
	for i := range got {
		if diff := cmp.Diff(log, got[i]); diff != "" {
			t.Errorf("reader %d (-log +got):\n%s", i, diff)
		}
	}
}

// A delivery that is kept through one server is told by the other, and again when what
// became of it changed; it is read once however many follow, and what is asked of it is
// each reader's own.
func TestFeed_Deliveries(t *testing.T) {
	t.Parallel()
	_, url := dbtest.NewURL(t)
	a, b := newServer(t, url, never), newServer(t, url, never)
	keep := func(id string, cause error) {
		t.Helper()
		d := &model.Delivery{Source: model.ForgeGitHub.Source(), SourceID: id, Event: "push", Body: []byte(id)}
		if _, err := a.db.KeepDelivery(t.Context(), a.org, d, cause); err != nil {
			t.Fatal(err)
		}
	}
	var readers []*live.DeliveryReader
	for range 20 {
		r, err := b.feed.FollowDeliveries(t.Context(), b.org)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(r.Close)
		readers = append(readers, r)
	}
	told := func(id string, state model.DeliveryState) {
		t.Helper()
		for _, r := range readers {
			got, err := r.Next(bounded(t), 10)
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != 1 || got[0].SourceID != id || got[0].State != state || got[0].Reason == "mine" {
				t.Fatalf("got %+v, want %s %s", got[0], id, state)
			}
			got[0].Reason = "mine"
		}
	}
	keep("a", fmt.Errorf("x"))
	told("a", model.DeliveryWaiting)
	d, err := a.db.DeliveryBySource(t.Context(), a.org, model.ForgeGitHub.Source(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.db.RetryDelivery(t.Context(), a.org, d, &model.Facts{Ignored: "it says nothing"}); err != nil {
		t.Fatal(err)
	}
	told("a", model.DeliveryIgnored)
	fewest := int64(100)
	for round := range 10 { // in the first ones the feed may not have begun
		before := b.db.Statements()
		keep(fmt.Sprint(round), fmt.Errorf("x"))
		told(fmt.Sprint(round), model.DeliveryWaiting)
		fewest = min(fewest, b.db.Statements()-before)
	}
	if fewest > 5 { // it may have to wait for transactions of other tests
		t.Errorf("%d statements to tell 20 readers", fewest)
	}
}
