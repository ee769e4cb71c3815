package db_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
)

// keep keeps deliveries of GitHub in a state, each received a minute after the one
// before, beginning at start.
func keep(t testing.TB, pool *sql.DB, org *model.Organization, state string, from, n int) {
	t.Helper()
	_, err := pool.ExecContext(t.Context(), `
		INSERT INTO deliveries (organization_id, received_at, source, key, event, state, reason, due_at, attempts, body)
		SELECT $1, $2::timestamptz + i * interval '1 minute', 'github', 'id-' || i, 'push', $3, 'why', CASE WHEN $3 = 'waiting' THEN $2::timestamptz END, 20, ''
		FROM generate_series($4::int, $5::int) AS i`, org.Key, start, state, from, from+n-1)
	if err != nil {
		t.Fatal(err)
	}
}

// connect opens a database for statements of a test's own.
func connect(t testing.TB, url string) *sql.DB {
	t.Helper()
	pool, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pool.Close() })
	return pool
}

func states(t testing.TB, d *db.DB, org *model.Organization) map[model.DeliveryState]int {
	t.Helper()
	counts := map[model.DeliveryState]int{}
	p := page(100)
	for {
		found, err := d.Deliveries(t.Context(), org, nil, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range found.Nodes {
			counts[one.State]++
		}
		if !found.PageInfo().HasNextPage {
			return counts
		}
		p.After = *found.PageInfo().EndCursor
	}
}

func TestDB_RequeueDeliveries(t *testing.T) {
	t.Parallel()
	d, url := dbtest.NewURL(t)
	d.Now = (&clock{now: start.Add(24 * time.Hour)}).Now
	org := newOrganization(t, d)
	pool := connect(t, url)
	const all = 2*model.MaxDeliveriesAtOnce + 5
	keep(t, pool, org, "failed", 0, all)
	keep(t, pool, org, "applied", all, 3)
	_, err := pool.ExecContext(t.Context(), `
		INSERT INTO deliveries (organization_id, received_at, source, key, event, state, reason, body) VALUES ($1, $2, 'report', 'x', 'report', 'stale', 'late', '')`, org.Key, start)
	if err != nil {
		t.Fatal(err)
	}

	in := model.ReplayDeliveriesInput{Filter: &model.DeliveryFilter{Events: []string{"push", "report"}, States: []model.DeliveryState{model.DeliveryFailed, model.DeliveryStale}}}
	var counts []int
	for more := true; more; {
		out, err := d.RequeueDeliveries(t.Context(), org, in)
		if err != nil {
			t.Fatal(err)
		}
		counts, more, in.After = append(counts, out.Count), out.More, out.EndCursor
	}
	if got, want := fmt.Sprint(counts), fmt.Sprint([]int{model.MaxDeliveriesAtOnce, model.MaxDeliveriesAtOnce, 5}); got != want {
		t.Errorf("requeued %s, want %s", got, want)
	}
	got := states(t, d, org)
	if got[model.DeliveryWaiting] != all || got[model.DeliveryApplied] != 3 || got[model.DeliveryStale] != 1 || len(got) != 3 {
		t.Errorf("states %v", got)
	}
	due, err := d.DueDeliveries(t.Context(), 5, time.Minute)
	if err != nil || len(due) != 5 || due[0].Delivery.Attempts != 1 {
		t.Errorf("got %d due, %v, want 5 that are tried for the first time", len(due), err)
	}

	none, err := d.RequeueDeliveries(t.Context(), org, model.ReplayDeliveriesInput{Filter: &model.DeliveryFilter{Events: []string{"nothing"}}})
	if err != nil || none.Count != 0 || none.More || none.EndCursor != nil {
		t.Errorf("nothing that fits: got %+v, %v", none, err)
	}
	if _, err := d.RequeueDeliveries(t.Context(), org, model.ReplayDeliveriesInput{}); model.KindOf(err) != model.KindInvalid {
		t.Errorf("without a filter: got %v", err)
	}
	report, err := d.DeliveryBySource(t.Context(), org, model.SourceReport, "x")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.RequeueDelivery(t.Context(), org, report.Key); model.KindOf(err) != model.KindInvalid {
		t.Errorf("a report: got %v", err)
	}
	if _, err := d.RequeueDelivery(t.Context(), org, 1<<40); model.KindOf(err) != model.KindNotFound {
		t.Errorf("nothing: got %v", err)
	}
}

func TestDB_PruneDeliveries(t *testing.T) {
	t.Parallel()
	d, url := dbtest.NewURL(t)
	d.Now = (&clock{now: start.Add(24 * time.Hour)}).Now
	org := newOrganization(t, d)
	pool := connect(t, url)
	const all = model.MaxDeliveriesAtOnce + 10
	keep(t, pool, org, "ignored", 0, all)
	keep(t, pool, org, "failed", all, 3)
	keep(t, pool, org, "waiting", all+3, 2)
	before := start.Add((all - 4) * time.Minute) // of the ignored ones 4 came later
	for _, want := range []model.PruneDeliveriesPayload{{Count: model.MaxDeliveriesAtOnce, More: true}, {Count: 6}, {}} {
		got, err := d.PruneDeliveries(t.Context(), org, model.PruneDeliveriesInput{Before: before})
		if err != nil || *got != want {
			t.Errorf("got %+v, %v, want %+v", got, err, want)
		}
	}
	never := start.Add(1000 * time.Hour)
	if n, err := d.PruneOldDeliveries(t.Context(), never, 3); err != nil || n != 3 {
		t.Errorf("of 4 that are old, 3 at once: got %d, %v", n, err)
	}
	if n, err := d.PruneOldDeliveries(t.Context(), never, 3); err != nil || n != 1 {
		t.Errorf("the last: got %d, %v", n, err)
	}
	got, err := d.PruneDeliveries(t.Context(), org, model.PruneDeliveriesInput{Before: never, States: []model.DeliveryState{model.DeliveryFailed}})
	if err != nil || got.Count != 3 {
		t.Errorf("those that failed: got %+v, %v", got, err)
	}
	if _, err := d.PruneDeliveries(t.Context(), org, model.PruneDeliveriesInput{Before: never, States: []model.DeliveryState{model.DeliveryWaiting}}); model.KindOf(err) != model.KindInvalid {
		t.Errorf("those that wait: got %v", err)
	}
	if got := states(t, d, org); got[model.DeliveryWaiting] != 2 || len(got) != 1 {
		t.Errorf("what is left: %v", got)
	}
}
