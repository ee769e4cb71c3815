package model_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

// How two reports differ is what a plain comparison of them says.
func TestDeltaOf_AgreesWithAModel(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(7, 7))
	type key struct{ fingerprint, name string }
	randomRunning := func() []model.Running {
		var running []model.Running
		for _, fingerprint := range []string{"", "a", "b", "c"} {
			for _, name := range []string{"x", "y", "z"} {
				if n := random.IntN(4); n > 0 {
					running = append(running, model.Running{Fingerprint: fingerprint, Name: name, Starts: make([]time.Time, n)})
				}
			}
		}
		return running
	}
	for range 2000 {
		before, after := randomRunning(), randomRunning()
		was, now := map[key]int{}, map[key]int{}
		sumWas, sumNow, touched := map[string]int{}, map[string]int{}, map[string]bool{}
		thing := func(k key) string { // what an event is about
			if k.fingerprint == "" {
				return "name " + k.name
			}
			return k.fingerprint
		}
		replicas := 0
		for _, r := range before {
			k := key{r.Fingerprint, r.Name}
			was[k], sumWas[thing(k)] = len(r.Starts), sumWas[thing(k)]+len(r.Starts)
		}
		for _, r := range after {
			k := key{r.Fingerprint, r.Name}
			now[k], sumNow[thing(k)] = len(r.Starts), sumNow[thing(k)]+len(r.Starts)
			replicas += len(r.Starts)
		}
		want := map[string]string{}
		for _, m := range []map[key]int{was, now} {
			for k := range m {
				if was[k] != now[k] {
					touched[thing(k)] = true
					want[fmt.Sprint("run ", k)] = fmt.Sprint(was[k], now[k])
				}
			}
		}
		for what := range touched {
			want["event "+what] = fmt.Sprint(sumWas[what], sumNow[what])
		}
		delta := model.DeltaOf(model.CountsOf(before), after)
		got := map[string]string{}
		for _, r := range delta.Runs {
			got[fmt.Sprint("run ", key{r.Fingerprint, r.Name})] = fmt.Sprint(r.Was, r.Now)
		}
		for _, e := range delta.Events {
			got["event "+thing(key{e.Fingerprint, e.Name})] = fmt.Sprint(e.Was, e.Now)
		}
		if diff := cmp.Diff(want, got); diff != "" || delta.Replicas != replicas {
			t.Fatalf("%v to %v: %d replicas, want %d (-want +got):\n%s", before, after, delta.Replicas, replicas, diff)
		}
		if !slices.IsSortedFunc(delta.Events, func(a, b model.RunningEvent) int { return strings.Compare(a.Fingerprint, b.Fingerprint) }) {
			t.Fatalf("events are out of order: %v", delta.Events)
		}
	}
}

func TestDeltaOf_Kinds(t *testing.T) {
	t.Parallel()
	one, two := make([]time.Time, 1), make([]time.Time, 2)
	before := model.CountsOf([]model.Running{
		{Fingerprint: "", Name: "hidden", Starts: one},
		{Fingerprint: "gone", Name: "g", Starts: one},
		{Fingerprint: "moved", Name: "old", Starts: one},
		{Fingerprint: "scaled", Name: "s", Starts: one},
		{Fingerprint: "stays", Name: "t", Starts: one},
	})
	got := model.DeltaOf(before, []model.Running{
		{Fingerprint: "", Name: "hidden", Starts: two},
		{Fingerprint: "come", Name: "c", Starts: two},
		{Fingerprint: "moved", Name: "new", Starts: one},
		{Fingerprint: "scaled", Name: "s", Starts: two},
		{Fingerprint: "stays", Name: "t", Starts: one},
	})
	want := []model.RunningEvent{
		{Kind: model.EventScaled, Was: 1, Now: 2, Name: "hidden"},
		{Kind: model.EventStartedRunning, Fingerprint: "come", Now: 2},
		{Kind: model.EventStoppedRunning, Fingerprint: "gone", Was: 1},
		{Kind: model.EventRunningNameChanged, Fingerprint: "moved", Was: 1, Now: 1, Name: "new"},
		{Kind: model.EventScaled, Fingerprint: "scaled", Was: 1, Now: 2},
	}
	if diff := cmp.Diff(want, got.Events); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}
