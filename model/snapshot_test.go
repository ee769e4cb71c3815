package model_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

func TestSnapshotDiff_Summary(t *testing.T) {
	t.Parallel()
	for want, counts := range map[string][3]int{
		"nothing differs":               {0, 0, 0},
		"1 added":                       {1, 0, 0},
		"2 removed":                     {0, 2, 0},
		"3 changed":                     {0, 0, 3},
		"1 added, 2 removed":            {1, 2, 0},
		"1 added, 3 changed":            {1, 0, 3},
		"1 added, 2 removed, 3 changed": {1, 2, 3},
	} {
		d := &model.SnapshotDiff{
			AddedRows: make([]*model.RunningArtifact, counts[0]), RemovedRows: make([]*model.RunningArtifact, counts[1]), ChangedRows: make([]*model.RunningChange, counts[2]),
		}
		if got := d.Summary(); got != want {
			t.Errorf("%v: got %q, want %q", counts, got, want)
		}
		if got := [3]int{d.AddedCount(), d.RemovedCount(), d.ChangedCount()}; got != counts {
			t.Errorf("got the counts %v, want %v", got, counts)
		}
		if d.Empty() != (counts == [3]int{}) {
			t.Errorf("%v: empty is %v", counts, d.Empty())
		}
	}
}

func TestSnapshot_Ref(t *testing.T) {
	t.Parallel()
	s := &model.Snapshot{Environment: &model.Environment{Name: "aws-prod"}, Number: 65}
	if got := s.Ref().String(); got != "aws-prod#65" {
		t.Errorf("got %s", got)
	}
}

// What runs is told the latest started first; what started together by
// fingerprint, the largest first, and what has none last.
func TestCompareRunning(t *testing.T) {
	t.Parallel()
	at := func(minute int) time.Time { return time.Date(2022, 8, 22, 9, minute, 0, 0, time.UTC) }
	low, high := model.FingerprintOf(make([]byte, 32)), model.FingerprintOf(slices.Repeat([]byte{0xff}, 32))
	want := []*model.RunningArtifact{
		{Names: []string{"newest"}, RunningSince: at(3)},
		{Names: []string{"high"}, RunningSince: at(2), Fingerprint: &high},
		{Names: []string{"low"}, RunningSince: at(2), Fingerprint: &low},
		{Names: []string{"b"}, RunningSince: at(2)},
		{Names: []string{"a"}, RunningSince: at(2)},
		{Names: []string{"oldest"}, RunningSince: at(1), Fingerprint: &high},
	}
	for seed := range uint64(20) {
		got := slices.Clone(want)
		random := rand.New(rand.NewPCG(seed, 0))
		random.Shuffle(len(got), func(i, j int) { got[i], got[j] = got[j], got[i] })
		slices.SortFunc(got, model.CompareRunning)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("seed %d (-want +got):\n%s", seed, diff)
		}
	}
	// The place of each is told apart from that of all others.
	places := map[model.Cursor]string{}
	for _, r := range want {
		c := model.RunningCursor(r)
		if other, there := places[c]; there {
			t.Errorf("%s and %s have one place", r.Name(), other)
		}
		places[c] = r.Name()
		if key, err := c.Key(3); err != nil || key[2] != r.Name() {
			t.Errorf("the place of %s is %q, %v", r.Name(), key, err)
		}
	}
}
