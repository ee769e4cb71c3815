package db_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
)

// makeUnion makes an environment the union of others, which have no snapshots yet.
func makeUnion(t testing.TB, url string, org *model.Organization, union *model.Environment, members ...*model.Environment) {
	t.Helper()
	exec(t, url, `UPDATE environments SET type = 'logical' WHERE organization_id = $1 AND id = $2`, org.Key, union.Key)
	for _, m := range members {
		exec(t, url, `UPDATE environment_heads SET members = members || $3::int, numbers = numbers || 0 WHERE organization_id = $1 AND environment_id = $2`, org.Key, union.Key, m.Key)
		exec(t, url, `UPDATE environment_heads SET unions = unions || $3::int WHERE organization_id = $1 AND environment_id = $2`, org.Key, m.Key, union.Key)
	}
}

// whole is a snapshot of a history with all that runs in it, in the model.
type whole struct {
	ref   model.SnapshotRef
	state state
}

// wholeHistory is a random history of three environments, a union of all and one of
// two of them.
func wholeHistory(t *testing.T, seed uint64) (d *db.DB, org *model.Organization, history []whole) {
	t.Helper()
	d, url := dbtest.NewURL(t)
	d.Now = (&clock{now: start.Add(24 * time.Hour)}).Now
	org = newOrganization(t, d)
	environments := map[string]*model.Environment{}
	for _, name := range []string{"a", "b", "c", "all", "some"} {
		environments[name] = newEnvironment(t, d, org, name)
	}
	unions := map[string][]string{"all": {"a", "b", "c"}, "some": {"b", "c"}}
	for name, members := range unions {
		for _, m := range members {
			makeUnion(t, url, org, environments[name], environments[m])
		}
	}
	random := rand.New(rand.NewPCG(seed, 7))
	now, numbers := map[string]state{"a": {}, "b": {}, "c": {}}, map[string]int{}
	add := func(name string, s state) {
		numbers[name]++
		history = append(history, whole{model.SnapshotRefOf(name, numbers[name]), s})
	}
	for minute := range 100 {
		name := string("abc"[random.IntN(3)])
		next := randomChange(random, now[name])
		result, err := d.ApplyReport(t.Context(), org, next.report(name, start.Add(time.Duration(minute)*time.Minute)))
		if err != nil {
			t.Fatal(err)
		}
		if result.Number == numbers[name] {
			continue
		}
		now[name] = next
		add(name, next)
		for _, union := range []string{"all", "some"} {
			if slices.Contains(unions[union], name) {
				sum := state{}
				for _, m := range unions[union] {
					sum = sum.with(now[m])
				}
				add(union, sum)
			}
		}
	}
	return d, org, history
}

// diffOf is what a diff says: the replicas before and after of what differs.
func diffOf(d *model.SnapshotDiff) map[string][2]int {
	out := map[string][2]int{}
	for _, r := range d.AddedRows {
		out[key(r)] = [2]int{0, r.Replicas}
	}
	for _, r := range d.RemovedRows {
		out[key(r)] = [2]int{r.Replicas, 0}
	}
	for _, c := range d.ChangedRows {
		out[key(c.To)] = [2]int{c.From.Replicas, c.To.Replicas}
	}
	return out
}

// What differs between any two snapshots, of one environment or two, reported or of
// unions, and what does not, is what a model says that keeps every snapshot whole,
// however it is found.
func TestDiff_AgreesWithAModel(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("Seed", seed), func(t *testing.T) {
			t.Parallel()
			d, org, history := wholeHistory(t, seed)
			random := rand.New(rand.NewPCG(seed, 8))
			for range 200 {
				d.SetStepsByEvents([]int{0, 5, 1000}[random.IntN(3)])
				from, to := history[random.IntN(len(history))], history[random.IntN(len(history))]
				if random.IntN(2) == 0 { // neighbours
					if next := model.SnapshotRefOf(from.ref.Environment, from.ref.Number+1); slices.ContainsFunc(history, func(w whole) bool { return w.ref == next }) {
						to = history[slices.IndexFunc(history, func(w whole) bool { return w.ref == next })]
					}
				}
				got, err := d.Diff(t.Context(), org, from.ref, to.ref)
				if err != nil {
					t.Fatal(err)
				}
				want, after := differing(from.state, to.state, from.ref.Environment == to.ref.Environment), to.state.totals()
				if diff := cmp.Diff(want, diffOf(got)); diff != "" {
					t.Fatalf("%s to %s (-want +got):\n%s", from.ref, to.ref, diff)
				}
				for what, n := range after {
					if _, differs := want[what]; differs || n == 0 {
						delete(after, what)
					}
				}
				if diff := cmp.Diff(after, unchangedIn(t, d, org, got)); diff != "" {
					t.Fatalf("unchanged from %s to %s (-want +got):\n%s", from.ref, to.ref, diff)
				}
			}
		})
	}
}

// unchangedIn is what did not change, read over several pages and counted.
func unchangedIn(t testing.TB, d *db.DB, org *model.Organization, diff *model.SnapshotDiff) map[string]int {
	t.Helper()
	got := map[string]int{}
	diffs := []*model.SnapshotDiff{diff}
	p := page(2)
	for {
		pages, err := d.UnchangedOfDiffs(t.Context(), org, diffs, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range pages[0].Nodes {
			got[key(r)] = r.Replicas
		}
		info := pages[0].PageInfo()
		if !info.HasNextPage {
			break
		}
		p.After = *info.EndCursor
	}
	if err := d.ReadUnchangedCounts(t.Context(), org, diffs); err != nil {
		t.Fatal(err)
	}
	if diff.UnchangedCount != len(got) {
		t.Fatalf("%d did not change, and %d are listed", diff.UnchangedCount, len(got))
	}
	return got
}

// What differs between neighbours costs what differs, and not what stayed.
func TestDiff_Cost(t *testing.T) {
	t.Parallel()
	d, url := dbtest.NewURL(t)
	d.Now = (&clock{now: start.Add(24 * time.Hour)}).Now
	org := newOrganization(t, d)
	newEnvironment(t, d, org, "aws-prod")
	running := map[string]int{}
	for i := range 1000 {
		running[fmt.Sprintf("image:%d", i)] = 1
	}
	for i := range 20 {
		running["runner"] = i + 1
		report(t, d, org, start.Add(time.Duration(i)*time.Minute), maps.Clone(running))
	}
	exec(t, url, `INSERT INTO runs SELECT $1, 1000 + i % 100, i, i + 100, 1, $2, sha256((i % 7000)::text::bytea), i::text, '{}' FROM generate_series(1, 30000) i`, org.Key, start)
	exec(t, url, `ANALYZE`)
	if got := rowsRead(t, d, url, "runs", func(d *db.DB) {
		diff, err := d.Diff(t.Context(), org, model.SnapshotRefOf("aws-prod", 18), model.SnapshotRefOf("aws-prod", 20))
		if err != nil {
			t.Fatal(err)
		}
		if len(diff.ChangedRows) != 1 || diff.ChangedRows[0].To.Replicas != 20 {
			t.Errorf("%+v", diffOf(diff))
		}
	}); got > 30 {
		t.Errorf("what differs by one of 1001 reads %d rows of runs", got)
	}
}
