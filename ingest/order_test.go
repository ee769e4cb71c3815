package ingest_test

import (
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/ingest"
	"github.com/landfall-dev/landfall/model"
)

// replicas are servers on one database.
type replicas struct {
	url      string
	dbs      []*db.DB
	handlers []http.Handler
	org      *model.Organization
}

func newReplicas(t testing.TB, n int) *replicas {
	t.Helper()
	d, url := dbtest.NewURL(t)
	r := &replicas{url: url, dbs: []*db.DB{d}}
	for range n - 1 {
		other, err := db.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		other.Log = d.Log
		t.Cleanup(func() { _ = other.Close() })
		r.dbs = append(r.dbs, other)
	}
	now := (&clock{now: start.AddDate(0, 2, 0)}).Now
	for _, d := range r.dbs {
		d.Now = now
		r.handlers = append(r.handlers, ingest.NewHandler(d, d.Log))
	}
	if _, err := d.Bootstrap(t.Context(), "acme", model.NewTokenSecret()); err != nil {
		t.Fatal(err)
	}
	var err error
	if r.org, err = d.Organization(t.Context(), "acme"); err != nil {
		t.Fatal(err)
	}
	given := secret
	if _, _, err := d.CreateWebhook(t.Context(), r.org, model.CreateWebhookInput{Forge: model.ForgeGitHub, Secret: &given}); err != nil {
		t.Fatal(err)
	}
	return r
}

// follow makes the flow that follows the repository.
func (r *replicas) follow(t testing.TB) {
	t.Helper()
	repository := monthRepository
	if _, _, err := r.dbs[0].CreateFlow(t.Context(), r.org, model.CreateFlowInput{Name: "runner", Repository: &repository}); err != nil {
		t.Fatal(err)
	}
}

func (r *replicas) environment(t testing.TB, name string) {
	t.Helper()
	if _, _, err := r.dbs[0].CreateEnvironment(t.Context(), r.org, model.CreateEnvironmentInput{Name: name, Type: model.EnvironmentECS}); err != nil {
		t.Fatal(err)
	}
}

// deliver sends one delivery to one of the servers. All are acknowledged.
func (r *replicas) deliver(t testing.TB, server int, s monthly) {
	c := delivery(s.event, s.id, s.body)
	request := httptest.NewRequestWithContext(t.Context(), c.method, c.path, c.body)
	for name, value := range c.header {
		request.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	r.handlers[server].ServeHTTP(w, request)
	if w.Code != http.StatusOK && w.Code != http.StatusAccepted {
		t.Errorf("%s %s is answered %d: %s", s.event, s.id, w.Code, w.Body)
	}
}

// deliverAll sends deliveries, each to any of the servers and several at once.
func (r *replicas) deliverAll(t testing.TB, random *rand.Rand, all []monthly) {
	t.Helper()
	const senders = 6
	var wait sync.WaitGroup
	for i := range senders {
		server := random.IntN(len(r.handlers))
		wait.Go(func() {
			for j := i; j < len(all); j += senders {
				r.deliver(t, server, all[j])
			}
		})
	}
	wait.Wait()
}

// settle tries what waits, on all servers at once, until nothing does.
func (r *replicas) settle(t testing.TB) {
	t.Helper()
	for {
		var wait sync.WaitGroup
		tried := make([]int, len(r.dbs))
		for i, d := range r.dbs {
			inbox := &ingest.Inbox{Store: d, Log: slog.New(slog.DiscardHandler)}
			wait.Go(func() {
				var err error
				if tried[i], err = inbox.TryDue(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if slices.Max(tried) == 0 {
			return
		}
	}
}

// A month of deliveries ends in the same state whatever the order in which they
// come: also twice, under another id, through two servers at once, before there is
// a flow, and before there is the environment.
func TestAnyOrderOfAMonth(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("Seed", seed), func(t *testing.T) {
			t.Parallel()
			m := newMonth(t, seed)
			ordered := newReplicas(t, 1)
			ordered.follow(t)
			ordered.environment(t, "aws-beta")
			ordered.environment(t, "aws-prod")
			for _, s := range m.sent {
				ordered.deliver(t, 0, s)
			}
			want := dbtest.Dump(t, ordered.url)
			checkMonth(t, want, m)

			random := rand.New(rand.NewPCG(seed, 2))
			all := scramble(random, m.sent)
			shuffled := newReplicas(t, 2)
			shuffled.environment(t, "aws-beta")
			third := len(all) / 3
			shuffled.deliverAll(t, random, all[:third])
			shuffled.follow(t)
			shuffled.deliverAll(t, random, all[third:2*third])
			shuffled.environment(t, "aws-prod")
			shuffled.deliverAll(t, random, all[2*third:])
			shuffled.settle(t)
			if got := dbtest.Dump(t, shuffled.url); got != want {
				t.Errorf("%d deliveries in another order end in another state:\n%s", len(all), difference(want, got))
			}
		})
	}
}

// difference are the lines that only one of two dumps has.
func difference(ordered, shuffled string) string {
	var out strings.Builder
	in := func(dump string) map[string]bool {
		lines := map[string]bool{}
		for line := range strings.Lines(dump) {
			lines[line] = true
		}
		return lines
	}
	inOrdered, inShuffled := in(ordered), in(shuffled)
	for _, line := range slices.Sorted(maps.Keys(inOrdered)) {
		if !inShuffled[line] {
			out.WriteString("- " + line)
		}
	}
	for _, line := range slices.Sorted(maps.Keys(inShuffled)) {
		if !inOrdered[line] {
			out.WriteString("+ " + line)
		}
	}
	return out.String()
}

// scramble puts deliveries in any order, some of them twice, and some of those
// under another id, as one who has seen them could send them again.
func scramble(random *rand.Rand, all []monthly) []monthly {
	out := slices.Clone(all)
	for _, s := range all {
		switch random.IntN(10) {
		case 0, 1:
			out = append(out, s)
		case 2:
			again := s
			again.id += "-again"
			out = append(out, again)
		}
	}
	random.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// checkMonth makes sure that the month has in it what it is there for, and that
// what came of it is what people expect.
func checkMonth(t *testing.T, dump string, m *month) {
	t.Helper()
	count := func(table, with string) (n int) {
		for line := range strings.Lines(dump) {
			if strings.HasPrefix(line, table+" ") && strings.Contains(line, with) {
				n++
			}
		}
		return n
	}
	published := map[string]bool{}
	deployments := 0
	for _, s := range m.sent {
		if s.event == "package" {
			published[string(s.body[strings.Index(string(s.body), "sha256:"):][:71])] = true
		}
		if s.event == "deployment" {
			deployments++
		}
	}
	for what, got := range map[string]int{
		"deliveries": count("deliveries", ""), "forced pushes": count("ref_moves", `"forced":true`), "cancelled builds": count("builds", `"state":6`),
		"second attempts": count("builds", `"attempt":2`), "other systems": count("builds", `GITHUB_CHECKS`), "jobs": count("jobs", ""),
		"merged pull requests": count("pull_requests", `"state":3`), "releases": count("releases", ""), "evidence": count("attestations", "deployed-to-"),
	} {
		if got == 0 {
			t.Errorf("the month has no %s", what)
		}
	}
	if n := count("deliveries", `"state":"failed"`) + count("deliveries", `"state":"waiting"`); n > 0 {
		t.Errorf("%d deliveries were not applied", n)
	}
	// A run that failed or was cancelled makes nothing: only images that were pushed do.
	if n := count("artifacts", ""); n != len(published) {
		t.Errorf("%d images were pushed, and there are %d artifacts", len(published), n)
	}
	if n := count("deployments", ""); n != deployments {
		t.Errorf("GitHub told of %d deployments, and there are %d", deployments, n)
	}
	if n := len(m.sent); n < 200 {
		t.Errorf("the month has %d deliveries: too few", n)
	}
}
