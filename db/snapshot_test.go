package db_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

// thing is what a model of an environment counts: a fingerprint under a name.
type thing struct{ fingerprint, name string }

func (t thing) key() string {
	if t.fingerprint == "" {
		return t.name
	}
	return t.fingerprint
}

// state is what runs in one snapshot, in the model.
type state map[thing]int

// totals are the replicas of each fingerprint. What has no fingerprint counts by
// its name.
func (s state) totals() map[string]int {
	out := map[string]int{}
	for t, n := range s {
		out[t.key()] += n
	}
	return out
}

// with is what runs in this state and in another one, together.
func (s state) with(other state) state {
	sum := maps.Clone(s)
	for t, n := range other {
		sum[t] += n
	}
	return sum
}

// randomChange is a state that differs from another in a few places: images that
// have one fingerprint under two names, or none, are among them.
func randomChange(random *rand.Rand, s state) state {
	next := maps.Clone(s)
	for range 1 + random.IntN(3) {
		n := random.IntN(8)
		t := thing{string(fingerprint(fmt.Sprint(n))), fmt.Sprintf("registry-%d/service-%d", random.IntN(2), n)}
		if n == 7 {
			t = thing{"", fmt.Sprintf("hidden-%d", random.IntN(2))}
		}
		if replicas := random.IntN(4); replicas > 0 {
			next[t] = replicas
		} else {
			delete(next, t)
		}
	}
	return next
}

func (s state) report(environment string, at time.Time) *model.Report {
	r := &model.Report{Environment: environment, Type: model.EnvironmentECS, ObservedAt: &at, Body: []byte("{}")}
	for t, n := range s {
		for range n {
			r.Instances = append(r.Instances, model.Instance{Digests: map[string]string{t.name: t.fingerprint}, StartedAt: start})
		}
	}
	return r
}

// runningIn are the totals of a snapshot as the database has them.
func runningIn(t testing.TB, d *db.DB, org *model.Organization, s *model.Snapshot) map[string]int {
	t.Helper()
	got := map[string]int{}
	p := page(3) // several pages
	if s.ReplicaCount > 300 {
		p = page(100)
	}
	for {
		pages, err := d.RunningOfSnapshots(t.Context(), org, []*model.Snapshot{s}, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range pages[0].Nodes {
			got[key(r)] += r.Replicas
		}
		info := pages[0].PageInfo()
		if !info.HasNextPage {
			return got
		}
		p.After = *info.EndCursor
	}
}

func key(r *model.RunningArtifact) string {
	if r.Fingerprint == nil {
		return r.Name()
	}
	return string(*r.Fingerprint)
}

// names are the names of each fingerprint.
func (s state) names() map[string]string {
	out := map[string]string{}
	for _, t := range slices.SortedFunc(maps.Keys(s), func(a, b thing) int { return strings.Compare(a.name, b.name) }) {
		out[t.key()] += " " + t.name
	}
	return out
}

// changes are the replicas before and after of what differs.
func changes(from, to map[string]int) map[string][2]int {
	out := map[string][2]int{}
	for k, n := range from {
		if to[k] != n {
			out[k] = [2]int{n, to[k]}
		}
	}
	for k, n := range to {
		if from[k] == 0 {
			out[k] = [2]int{0, n}
		}
	}
	return out
}

// differing is what a diff of two states has to say: the replicas before and after. Two
// names for the same thing differ only within one environment.
func differing(from, to state, sameEnvironment bool) map[string][2]int {
	before, after := from.totals(), to.totals()
	out := changes(before, after)
	if sameEnvironment {
		names := to.names()
		for what, name := range from.names() {
			if before[what] == after[what] && name != names[what] {
				out[what] = [2]int{before[what], after[what]}
			}
		}
	}
	return out
}

// Snapshots and the log say what a model says that keeps every snapshot whole.
func TestSnapshotsAgreeWithAModel(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint("Seed", seed), func(t *testing.T) {
			t.Parallel()
			d, org := newDB(t)
			random := rand.New(rand.NewPCG(seed, 7))
			states := map[string][]state{} // by environment, the snapshots in order
			for _, name := range []string{"beta", "prod"} {
				newEnvironment(t, d, org, name)
				now := state{}
				for minute := range 40 {
					next := randomChange(random, now)
					result, err := d.ApplyReport(t.Context(), org, next.report(name, start.Add(time.Duration(minute)*time.Minute)))
					if err != nil {
						t.Fatal(err)
					}
					if minute == 0 || !maps.Equal(now, next) {
						states[name] = append(states[name], next)
					}
					if result.Number != len(states[name]) {
						t.Fatalf("%s at minute %d is #%d, want #%d", name, minute, result.Number, len(states[name]))
					}
					now = next
				}
			}
			for name, all := range states {
				for i, s := range all {
					ref := model.SnapshotRefOf(name, i+1)
					got, err := d.Snapshot(t.Context(), org, ref)
					if err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(s.totals(), runningIn(t, d, org, got)); diff != "" {
						t.Fatalf("%s (-want +got):\n%s", ref, diff)
					}
				}
			}
			for name, all := range states {
				logAgrees(t, d, org, name, all)
			}
		})
	}
}

// logAgrees compares the log of an environment with what changed from one
// snapshot of the model to the next.
func logAgrees(t *testing.T, d *db.DB, org *model.Organization, name string, all []state) {
	t.Helper()
	env, err := d.Environment(t.Context(), org, name)
	if err != nil {
		t.Fatal(err)
	}
	got := map[int]map[string][2]int{}
	p := page(7)
	for {
		log, err := d.LogOfEnvironments(t.Context(), org, db.Whole(env.Key), nil, model.OrderDescending, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range log[0].Nodes {
			f := e.Facts()
			if f.Kind == model.EventRunningNameChanged {
				continue
			}
			what := f.Name
			if f.Fingerprint != nil {
				what = string(*f.Fingerprint)
			}
			if got[f.Number] == nil {
				got[f.Number] = map[string][2]int{}
			}
			got[f.Number][what] = [2]int{f.Before, f.After}
		}
		info := log[0].PageInfo()
		if !info.HasNextPage {
			break
		}
		p.After = *info.EndCursor
	}
	want := map[int]map[string][2]int{}
	before := state{}
	for i, s := range all {
		if c := changes(before.totals(), s.totals()); len(c) > 0 {
			want[i+1] = c
		}
		before = s
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("log of %s (-want +got):\n%s", name, diff)
	}
}
