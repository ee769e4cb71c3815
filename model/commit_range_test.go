package model_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

// randomCommits is a history of n commits, each a minute after the one before; most
// have one parent, some two or three, and some none.
func randomCommits(random *rand.Rand, n int) []*model.Commit {
	commits := make([]*model.Commit, n)
	for i := range commits {
		c := &model.Commit{Key: int64(i + 1), SHA: model.CommitSHA(fmt.Sprintf("%040x", i+1)), CommittedAt: now.Add(time.Duration(i) * time.Minute), ParentsComplete: true}
		for range []int{1, 1, 1, 1, 2, 2, 3, 0}[random.IntN(8)] {
			if i > 0 {
				parent := commits[max(0, i-1-random.IntN(4))].SHA
				if !slices.Contains(c.Parents, parent) {
					c.Parents = append(c.Parents, parent)
				}
			}
		}
		commits[i] = c
	}
	return commits
}

// ancestors are a commit and all its ancestors, by their places.
func ancestors(commits []*model.Commit, i int) map[int]bool {
	found := map[int]bool{i: true}
	for j := i; j >= 0; j-- { // ancestors come before
		if found[j] {
			for _, parent := range commits[j].Parents {
				found[slices.IndexFunc(commits, func(c *model.Commit) bool { return c.SHA == parent })] = true
			}
		}
	}
	return found
}

func keysOf(commits []*model.Commit) []int {
	keys := []int{}
	for _, c := range commits {
		keys = append(keys, int(c.Key))
	}
	return keys
}

// between are the keys of what one commit has and another has not, newest first.
func between(commits []*model.Commit, from, to int) []int {
	has, keys := ancestors(commits, from), []int{}
	for i := range ancestors(commits, to) {
		if !has[i] {
			keys = append(keys, i+1)
		}
	}
	slices.Sort(keys)
	slices.Reverse(keys)
	return keys
}

// With the whole history, what lies between any two commits is told; with a part of
// it, nothing is told that is not true.
func TestAncestry_NeverGuesses(t *testing.T) {
	t.Parallel()
	told, untold := 0, 0
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 5))
		whole := randomCommits(random, 14)
		var part []*model.Commit
		for _, c := range whole {
			known := *c
			switch random.IntN(12) {
			case 0:
				continue
			case 1:
				known.ParentsComplete, known.Parents = false, nil
			}
			part = append(part, &known)
		}
		for range 40 {
			i, j := random.IntN(len(whole)), random.IntN(len(whole))
			want := [2][]int{between(whole, i, j), between(whole, j, i)}
			r, missing := model.NewAncestry(whole).Compare(whole[i], whole[j])
			if r == nil {
				t.Fatalf("seed %d: %d to %d is not told of the whole history: %s is missing", seed, i+1, j+1, missing)
			}
			if diff := cmp.Diff(want, [2][]int{keysOf(r.AddedRows), keysOf(r.RemovedRows)}); diff != "" {
				t.Fatalf("seed %d: %d to %d (-want +got):\n%s", seed, i+1, j+1, diff)
			}
			relation := map[[2]bool]model.CommitRelation{
				{false, false}: model.CommitsSame, {true, false}: model.CommitsAhead, {false, true}: model.CommitsBehind, {true, true}: model.CommitsDiverged,
			}[[2]bool{len(want[0]) > 0, len(want[1]) > 0}]
			if r.Relation != relation || *r.Ahead() != len(want[0]) || *r.Behind() != len(want[1]) {
				t.Fatalf("seed %d: %d to %d is %+v, want %s", seed, i+1, j+1, r, relation)
			}
			r, missing = model.NewAncestry(part).Compare(whole[i], whole[j])
			if r == nil {
				if untold++; missing == "" {
					t.Fatalf("seed %d: %d to %d is not told, and nothing is missing", seed, i+1, j+1)
				}
				continue
			}
			told++
			if diff := cmp.Diff(want, [2][]int{keysOf(r.AddedRows), keysOf(r.RemovedRows)}); diff != "" {
				t.Fatalf("seed %d: of a part, %d to %d is guessed (-want +got):\n%s", seed, i+1, j+1, diff)
			}
		}
	}
	if told < 1000 || untold < 1000 {
		t.Errorf("%d were told and %d not: that says little", told, untold)
	}
}

func TestCommitRange_Unknown(t *testing.T) {
	t.Parallel()
	r := model.UnknownRange(nil, nil, "%d reasons", 3)
	if r.Relation != model.CommitsUnknown || *r.Reason != "3 reasons" || r.Ahead() != nil || r.Behind() != nil {
		t.Errorf("got %+v", r)
	}
}

func TestFlowsOfDiff(t *testing.T) {
	t.Parallel()
	runner, web := &model.Flow{Key: 1, Name: "runner"}, &model.Flow{Key: 2, Name: "nginx"}
	runs := func(name string, flow *model.Flow) *model.RunningArtifact {
		r := &model.RunningArtifact{Names: []string{name}}
		if flow != nil {
			r.Artifact = &model.Artifact{Flow: flow}
		}
		return r
	}
	got := model.FlowsOfDiff(&model.SnapshotDiff{
		AddedRows:   []*model.RunningArtifact{runs("x:1", nil), runs("runner:4", runner), runs("runner:3", runner), runs("nginx:2", web), runs("saver:2", &model.Flow{Key: 3})},
		RemovedRows: []*model.RunningArtifact{runs("runner:2", runner), runs("runner:1", runner), runs("x:0", nil), runs("nginx:1", web), runs("web:1", &model.Flow{Key: 4})},
	})
	var lines []string
	for _, c := range got {
		lines = append(lines, fmt.Sprintf("%s %s %s", c.Flow.Name, c.From.Name(), c.To.Name()))
	}
	if diff := cmp.Diff([]string{"nginx nginx:1 nginx:2", "runner runner:2 runner:4"}, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
