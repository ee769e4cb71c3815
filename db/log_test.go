package db_test

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
)

// exec changes a database behind the back of the DB.
func exec(t testing.TB, url, statement string, args ...any) {
	t.Helper()
	pool, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if _, err := pool.ExecContext(t.Context(), statement, args...); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// rowsRead is how many rows of a table Postgres reads for something that a DB does. A
// session tells what it read up to ten seconds late, and at the latest as it ends: what
// filled the table is closed first, and nothing else may have a connection.
func rowsRead(t testing.TB, filled *db.DB, url, table string, do func(d *db.DB)) int {
	t.Helper()
	pool, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	pool.SetMaxOpenConns(1)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	one := func(query string, args ...any) (n int) {
		t.Helper()
		if err := pool.QueryRowContext(ctx, query, args...).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	readAfter := func(last *db.DB) int {
		t.Helper()
		if err := last.Close(); err != nil {
			t.Fatal(err)
		}
		for one(`SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()`) > 0 {
		}
		return one(`SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relname = $1`, table)
	}
	before := readAfter(filled)
	d, err := db.Open(ctx, url)
	if err != nil {
		t.Fatal(err)
	}
	do(d)
	return readAfter(d) - before
}

// line is one event as a log shows it.
func line(e model.Event) string {
	f := e.Facts()
	return fmt.Sprintf("%s %s %s", f.At.Format("15:04:05"), f.EnvironmentName, f.Summary())
}

// wholeLog reads a log to its end, page by page.
func wholeLog(t testing.TB, d *db.DB, org *model.Organization, span db.Span, filter *model.LogFilter, direction model.OrderDirection, size int) []model.Event {
	t.Helper()
	var events []model.Event
	p := page(size)
	for range 10_000 {
		log, err := d.LogOfEnvironments(t.Context(), org, []db.Span{span}, filter, direction, p)
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, log[0].Nodes...)
		info := log[0].PageInfo()
		if !info.HasNextPage {
			return events
		}
		if *info.EndCursor == p.After {
			t.Fatal("a page leads to itself")
		}
		p.After = *info.EndCursor
	}
	t.Fatal("the log has no end")
	return nil
}

func lines(events []model.Event) []string {
	out := []string{}
	for _, e := range events {
		out = append(out, line(e))
	}
	return out
}

// membership is a time in which one environment was a member of another.
type membership struct {
	name     string
	from, to time.Time
}

// logHistory is a random history of three environments and three flows, each artifact
// of which may run by another digest than its fingerprint; and a union of some of
// them, which come and go. flows are those of each fingerprint that runs.
func logHistory(t *testing.T, seed uint64) (d *db.DB, org *model.Organization, union *model.Environment, members []membership, flows map[model.Fingerprint][]string) {
	t.Helper()
	d, url := dbtest.NewURL(t)
	d.Now = (&clock{now: start.Add(24 * time.Hour)}).Now
	org = newOrganization(t, d)
	random := rand.New(rand.NewPCG(seed, 3))
	at := func(minute int) *time.Time { t := start.Add(time.Duration(minute) * time.Minute); return &t }
	environments := map[string]*model.Environment{}
	for _, name := range []string{"a", "b", "c", "union"} {
		environments[name] = newEnvironment(t, d, org, name)
	}
	flows = map[model.Fingerprint][]string{}
	for i := range 8 {
		name := fmt.Sprintf("image:%d", i)
		for f := range 3 {
			if i > 0 && random.IntN(2) == 0 { // the first is of no flow
				continue
			}
			flow := fmt.Sprintf("flow-%d", f)
			newFlow(t, d, org, flow)
			if i == 0 {
				continue
			}
			in := model.ReportArtifactInput{Flow: flow, Name: name, Fingerprint: fingerprint(name), At: at(0)}
			if random.IntN(2) == 0 {
				in.Fingerprint, in.Digests = fingerprint(name+" index of "+flow), []model.Fingerprint{fingerprint(name)}
			}
			if _, _, err := d.ReportArtifact(t.Context(), org, in); err != nil {
				t.Fatal(err)
			}
			flows[fingerprint(name)] = append(flows[fingerprint(name)], flow)
		}
	}
	for minute := range 60 {
		running := map[string]int{}
		for i := range 8 {
			running[fmt.Sprintf("image:%d", i)] = random.IntN(3)
		}
		if _, err := apply(t.Context(), d, org, string("abc"[random.IntN(3)]), at(minute+1), running); err != nil {
			t.Fatal(err)
		}
	}
	for minute := 0; minute < 60; {
		m := membership{string("abc"[random.IntN(3)]), *at(minute), *at(minute + 1 + random.IntN(20))}
		minute += 5 + random.IntN(20)
		if slices.ContainsFunc(members, func(o membership) bool { return o.name == m.name && o.to.After(m.from) }) {
			continue
		}
		members = append(members, m)
		exec(t, url, `INSERT INTO environment_members VALUES ($1, $2, $3, $4, $5)`, org.Key, environments["union"].Key, environments[m.name].Key, m.from, m.to)
	}
	exec(t, url, `INSERT INTO events (organization_id, environment_id, at, recorded_at, kind, number) VALUES ($1, $2, $3, $3, 3, 1)`, org.Key, environments["union"].Key, *at(30))
	return d, org, environments["union"], members, flows
}

// The log of a union, in either direction, of any time and with any filter, page by
// page, is what is left of the logs of its members, however few events are looked at
// for a page.
func TestLogOfEnvironments_AgreesWithAModel(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("Seed", seed), func(t *testing.T) {
			t.Parallel()
			d, org, union, members, flowsOf := logHistory(t, seed)
			own := wholeLog(t, d, org, db.Whole(union.Key)[0], nil, model.OrderAscending, 100)
			all := slices.DeleteFunc(slices.Clone(own), func(e model.Event) bool { return e.Facts().EnvironmentName != "union" })
			if len(all) != 1 {
				t.Fatalf("the union has %d events of its own, want 1", len(all))
			}
			for _, name := range []string{"a", "b", "c"} {
				e, err := d.Environment(t.Context(), org, name)
				if err != nil {
					t.Fatal(err)
				}
				for _, event := range wholeLog(t, d, org, db.Whole(e.Key)[0], nil, model.OrderAscending, 100) {
					at := event.Facts().At
					if slices.ContainsFunc(members, func(m membership) bool { return m.name == name && !at.Before(m.from) && at.Before(m.to) }) {
						all = append(all, event)
					}
				}
			}
			slices.SortFunc(all, func(a, b model.Event) int {
				x, y := a.Facts(), b.Facts()
				return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.Kind.Code(), y.Kind.Code()), cmp.Compare(x.Key, y.Key))
			})
			random := rand.New(rand.NewPCG(seed, 4))
			for range 40 {
				span := db.Whole(union.Key)[0]
				if random.IntN(2) == 0 {
					since, before := start.Add(time.Duration(random.IntN(30))*time.Minute), start.Add(time.Duration(30+random.IntN(30))*time.Minute)
					span.Since, span.Before = &since, &before
				}
				filter := randomFilter(random)
				direction := []model.OrderDirection{model.OrderAscending, model.OrderDescending}[random.IntN(2)]
				d.SetEventsLookedAt([]int{1, 10, 50, 2000}[random.IntN(4)])
				got := wholeLog(t, d, org, span, filter, direction, 1+random.IntN(10))
				want := slices.DeleteFunc(slices.Clone(all), func(e model.Event) bool {
					return span.Since != nil && e.Facts().At.Before(*span.Since) || span.Before != nil && !e.Facts().At.Before(*span.Before) || !asksFor(filter, e, flowsOf)
				})
				if direction == model.OrderDescending {
					slices.Reverse(want)
				}
				if diff := gocmp.Diff(lines(want), lines(got)); diff != "" {
					t.Fatalf("%+v %s %+v (-want +got):\n%s", span, direction, filter, diff)
				}
			}
		})
	}
}

func randomFilter(random *rand.Rand) *model.LogFilter {
	if random.IntN(4) == 0 {
		return nil
	}
	f := new(model.LogFilter)
	for flow := range 3 {
		if random.IntN(3) == 0 {
			f.Flows = append(f.Flows, fmt.Sprintf("flow-%d", flow))
		}
		if random.IntN(6) == 0 {
			f.Repositories = append(f.Repositories, fmt.Sprintf("cyber-dojo/flow-%d", flow))
		}
	}
	if random.IntN(4) == 0 {
		f.Kinds = []model.EventKind{model.EventStartedRunning, model.EventScaled}
	}
	if random.IntN(6) == 0 {
		f.Fingerprints = []model.Fingerprint{fingerprint("image:1"), fingerprint("image:2")}
	}
	return f
}

func asksFor(f *model.LogFilter, e model.Event, flowsOf map[model.Fingerprint][]string) bool {
	if f == nil {
		return true
	}
	facts := e.Facts()
	if len(f.Kinds) > 0 && !slices.Contains(f.Kinds, facts.Kind) {
		return false
	}
	if len(f.Fingerprints) > 0 && (facts.Fingerprint == nil || !slices.Contains(f.Fingerprints, *facts.Fingerprint)) {
		return false
	}
	if len(f.Flows)+len(f.Repositories) == 0 {
		return true
	}
	return facts.Fingerprint != nil && slices.ContainsFunc(flowsOf[*facts.Fingerprint], func(flow string) bool {
		return (len(f.Flows) == 0 || slices.Contains(f.Flows, flow)) && (len(f.Repositories) == 0 || slices.Contains(f.Repositories, "cyber-dojo/"+flow))
	})
}

func TestLogOfEnvironments_Refused(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	env := newEnvironment(t, d, org, "aws-prod")
	many := make([]string, 101)
	for name, tt := range map[string]struct {
		filter model.LogFilter
		want   model.Kind
	}{
		"NoSuchFlow":       {model.LogFilter{Flows: []string{"runner"}}, model.KindNotFound},
		"NoSuchRepository": {model.LogFilter{Repositories: []string{"cyber-dojo/runner"}}, model.KindNotFound},
		"TooMany":          {model.LogFilter{Flows: many}, model.KindInvalid},
	} {
		_, err := d.LogOfEnvironments(t.Context(), org, db.Whole(env.Key), &tt.filter, model.OrderDescending, page(10))
		if model.KindOf(err) != tt.want {
			t.Errorf("%s: got %v, want %s", name, err, tt.want)
		}
	}
}

// A page costs its answer: of a log of 50,000 events it reads a few, and where a
// filter asks for what is rare, not more than it may look at.
func TestLogOfEnvironments_Cost(t *testing.T) {
	t.Parallel()
	d, url := dbtest.NewURL(t)
	org := newOrganization(t, d)
	env := newEnvironment(t, d, org, "aws-prod")
	newFlow(t, d, org, "runner")
	rare := fingerprint("rare")
	if _, _, err := d.ReportArtifact(t.Context(), org, model.ReportArtifactInput{Flow: "runner", Name: "rare", Fingerprint: rare}); err != nil {
		t.Fatal(err)
	}
	exec(t, url, `INSERT INTO events (organization_id, environment_id, at, recorded_at, kind, number, fingerprint)
		SELECT $1, $2, $3::timestamptz + i * interval '1 minute', $3, 10, 1, CASE WHEN i = 100 THEN $4 ELSE sha256(i::text::bytea) END FROM generate_series(1, 50000) i`,
		org.Key, env.Key, start, rare.Bytes())
	exec(t, url, `ANALYZE`)
	span := db.Whole(env.Key)
	filter := &model.LogFilter{Flows: []string{"runner"}}
	if all := wholeLog(t, d, org, span[0], filter, model.OrderDescending, 10); len(all) != 1 || !strings.Contains(line(all[0]), "Started running") {
		t.Errorf("found %v", lines(all))
	}
	if got := rowsRead(t, d, url, "events", func(d *db.DB) {
		if _, err := d.LogOfEnvironments(t.Context(), org, span, nil, model.OrderDescending, page(100)); err != nil {
			t.Fatal(err)
		}
	}); got > 200 {
		t.Errorf("a page of 100 reads %d events", got)
	}
	if got := rowsRead(t, d, url, "events", func(d *db.DB) {
		log, err := d.LogOfEnvironments(t.Context(), org, span, filter, model.OrderDescending, page(10))
		if err != nil {
			t.Fatal(err)
		}
		if info := log[0].PageInfo(); len(log[0].Nodes) != 0 || !info.HasNextPage {
			t.Errorf("the first page has %d members and goes on: %v", len(log[0].Nodes), info.HasNextPage)
		}
	}); got > 2100 {
		t.Errorf("a page of what is rare reads %d events", got)
	}
}
