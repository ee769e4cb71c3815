package model_test

import (
	"testing"

	"github.com/landfall-dev/landfall/model"
)

var buildStates = []model.BuildState{
	model.BuildQueued, model.BuildRunning, model.BuildSucceeded, model.BuildFailed, model.BuildCancelled, model.BuildTimedOut, model.BuildSkipped,
}

func TestBuildState_Rank(t *testing.T) {
	t.Parallel()
	seen := map[int]model.BuildState{}
	for _, s := range buildStates {
		rank := s.Rank()
		if other, there := seen[rank]; there {
			t.Errorf("%s and %s have the rank %d", s, other, rank)
		}
		seen[rank] = s
		if got := model.BuildStateOfRank(rank); got != s {
			t.Errorf("rank %d of %s is that of %s", rank, s, got)
		}
		if rank < 1 || rank > 7 { // what the table takes
			t.Errorf("the rank of %s is %d", s, rank)
		}
		if ended := s != model.BuildQueued && s != model.BuildRunning; s.Final() != ended {
			t.Errorf("%s: final is %v", s, s.Final())
		}
	}
	for _, before := range buildStates[:2] {
		for _, after := range buildStates[2:] {
			if before.Rank() >= after.Rank() {
				t.Errorf("%s does not make way for %s", before, after)
			}
		}
	}
	if model.BuildQueued.Rank() >= model.BuildRunning.Rank() {
		t.Error("a build that was queued does not start")
	}
	if s := model.BuildState("HELD"); s.Rank() != 0 || s.Final() {
		t.Errorf("an unknown state has the rank %d, final %v", s.Rank(), s.Final())
	}
	if got := model.BuildStateOfRank(0); got != model.BuildQueued {
		t.Errorf("no rank is %s", got)
	}
}
