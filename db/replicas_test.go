package db_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
)

// replicaSeries asks for one environment, and fails the test on any error.
func replicaSeries(t testing.TB, d *db.DB, org *model.Organization, environment string, q model.ReplicaQuery) *model.ReplicaSeries {
	t.Helper()
	found, err := d.ReplicaSeries(t.Context(), org, []*model.Environment{getEnvironment(t, d, org, environment)}, q)
	if err != nil || found[0].Err != nil {
		t.Fatal(err, found)
	}
	return found[0].Series
}

// Whatever time is asked about, what runs at the end of each step is what the snapshot
// has that was the newest then, of unions too.
func TestReplicaSeries_AgreesWithAModel(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("Seed", seed), func(t *testing.T) {
			t.Parallel()
			d, org, history := wholeHistory(t, seed)
			states := map[model.SnapshotRef]state{}
			for _, w := range history {
				states[w.ref] = w.state
			}
			random := rand.New(rand.NewPCG(seed, 9))
			steps := 0
			for range 60 {
				environment := []string{"a", "b", "c", "all", "some"}[random.IntN(5)]
				from := random.IntN(110) - 5
				q := model.ReplicaQuery{
					From: start.Add(time.Duration(from) * time.Minute), To: start.Add(time.Duration(from+1+random.IntN(80)) * time.Minute), Steps: 2 + random.IntN(60),
				}
				series := replicaSeries(t, d, org, environment, q)
				flows, err := series.PageOfFlows(page(100))
				if err != nil {
					t.Fatal(err)
				}
				for i, step := range series.Steps {
					got, want := map[string]int{}, states[model.SnapshotRefOf(environment, step.Number)].totals()
					for _, f := range flows.Nodes {
						for _, v := range f.Versions {
							if at := i - v.First; at >= 0 && at < len(v.Replicas) && v.Replicas[at] > 0 {
								what := v.Name()
								if v.Fingerprint() != nil {
									what = string(*v.Fingerprint())
								}
								got[what] += v.Replicas[at]
							}
						}
					}
					steps++
					if diff := cmp.Diff(want, got); diff != "" {
						t.Fatalf("%s#%d, step %d of %d from %d on (-want +got):\n%s", environment, step.Number, i, len(series.Steps), from, diff)
					}
				}
			}
			if steps < 500 {
				t.Errorf("only %d steps were looked at", steps)
			}
		})
	}
}

// What has a flow is told by it, and versions that run under several digests are one.
func TestReplicaSeries_Flows(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	newEnvironment(t, d, org, "aws-prod")
	newFlow(t, d, org, "runner")
	for i, name := range []string{"runner:1", "runner:2"} {
		_, _, err := d.ReportArtifact(t.Context(), org, model.ReportArtifactInput{
			Flow: "runner", Name: name, Fingerprint: fingerprint(name), Digests: []model.Fingerprint{fingerprint(name + "-arm")}, At: new(minute(i)),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	report(t, d, org, minute(10), map[string]int{"runner:1": 3, "nginx:1": 1})
	report(t, d, org, minute(11), map[string]int{"runner:1": 3, "runner:2": 2, "runner:2-arm": 1, "nginx:1": 1})
	report(t, d, org, minute(12), map[string]int{"runner:2": 2, "runner:2-arm": 1, "nginx:2": 1})
	series := replicaSeries(t, d, org, "aws-prod", model.ReplicaQuery{From: minute(10), To: minute(20), Steps: 10})
	flows, err := series.PageOfFlows(page(100))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, f := range flows.Nodes {
		lines = append(lines, fmt.Sprintf("%s of a flow %t %v", f.Name, f.Flow != nil, f.Replicas))
		for _, v := range f.Versions {
			lines = append(lines, fmt.Sprintf("  %s from %d %v", v.Name(), v.First, v.Replicas))
		}
	}
	want := []string{
		"runner of a flow true [3 6 3]", "  runner:1 from 0 [3 3]", "  runner:2 from 1 [3 3]",
		"nginx of a flow false [1 1 1]", "  nginx:1 from 0 [1 1]", "  nginx:2 from 2 [1]",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	environments := []*model.Environment{getEnvironment(t, d, org, "aws-prod"), newEnvironment(t, d, org, "aws-beta")}
	before := d.Statements()
	if _, err := d.ReplicaSeries(t.Context(), org, environments, model.ReplicaQuery{From: minute(10), To: minute(20), Steps: 10}); err != nil || d.Statements()-before > 4 {
		t.Errorf("%d statements, %v", d.Statements()-before, err)
	}
}

// A time with too many snapshots is refused, and it is said which is short enough.
func TestReplicaSeries_TooManySnapshots(t *testing.T) {
	t.Parallel()
	d, url := dbtest.NewURL(t)
	d.Now = func() time.Time { return start.Add(1000 * time.Hour) }
	org := newOrganization(t, d)
	large, small := newEnvironment(t, d, org, "large"), newEnvironment(t, d, org, "small")
	exec(t, url, `INSERT INTO snapshots (organization_id, environment_id, number, replicas, changes, observed_at, received_at, content)
		SELECT $1, $2, n, 0, 0, $3::timestamptz + n * interval '1 minute', $3, '' FROM generate_series(1, 20010) n`, org.Key, large.Key, start)
	whole := model.ReplicaQuery{From: start, To: start.Add(1000 * time.Hour), Steps: 10}
	found, err := d.ReplicaSeries(t.Context(), org, []*model.Environment{large, small}, whole)
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, found[0].Err, model.KindTooLarge, "large has 20010 snapshots in that time, and 20000 are looked at: ask for the time from 2022-08-22T09:11:00Z on")
	if found[1].Err != nil || len(found[1].Series.Steps) != 1 {
		t.Errorf("the other one: %+v", found[1])
	}
	whole.From = start.Add(11 * time.Minute)
	if series := replicaSeries(t, d, org, "large", whole); len(series.Steps) != 10 || series.Steps[9].Number != 20010 {
		t.Errorf("what was said to be short enough: %+v", series)
	}
}

// BenchmarkReplicaSeries counts 20,000 snapshots, in each of which a version is scaled.
func BenchmarkReplicaSeries(b *testing.B) {
	d, url := dbtest.NewURL(b)
	d.Now = func() time.Time { return start.Add(1000 * time.Hour) }
	org := newOrganization(b, d)
	e := newEnvironment(b, d, org, "aws-prod")
	exec(b, url, `INSERT INTO snapshots (organization_id, environment_id, number, replicas, changes, observed_at, received_at, content)
		SELECT $1, $2, n, 0, 0, $3::timestamptz + n * interval '1 minute', $3, '' FROM generate_series(1, 40000) n`, org.Key, e.Key, start)
	exec(b, url, `INSERT INTO runs (organization_id, environment_id, since, till, replicas, started_at, fingerprint, name, starts)
		SELECT $1, $2, n, CASE WHEN n <= 39900 THEN n + 100 END, 1 + n % 3, $3, sha256((n % 100)::text::bytea), 'registry/service-' || n % 100 || ':1', ARRAY[$3::timestamptz]
		FROM generate_series(1, 40000) n`, org.Key, e.Key, start)
	exec(b, url, `ANALYZE`)
	q := model.ReplicaQuery{From: start.Add(300 * time.Hour), To: start.Add(633 * time.Hour), Steps: 500}
	e = getEnvironment(b, d, org, "aws-prod")
	b.ReportAllocs()
	for b.Loop() {
		found, err := d.ReplicaSeries(b.Context(), org, []*model.Environment{e}, q)
		if err != nil || found[0].Err != nil {
			b.Fatal(err, found[0].Err)
		}
		if flows, err := found[0].Series.PageOfFlows(page(100)); err != nil || len(flows.Nodes) != 100 {
			b.Fatal(err)
		}
	}
}
