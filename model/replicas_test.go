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

// replicasStart is when the histories of these tests begin.
var replicasStart = time.Date(2022, 8, 22, 9, 0, 0, 0, time.UTC)

func replicasMinute(n int) time.Time { return replicasStart.Add(time.Duration(n) * time.Minute) }

// seriesLines writes a series down: its steps, and each flow with its versions.
func seriesLines(t testing.TB, s *model.ReplicaSeries) []string {
	t.Helper()
	var lines []string
	steps := ""
	for _, step := range s.Steps {
		steps += fmt.Sprintf(" %d#%d+%d", step.At.Sub(replicasStart)/time.Minute, step.Number, step.Snapshots)
	}
	lines = append(lines, fmt.Sprintf("exact %t:%s", s.Exact, steps))
	p := model.Page{First: 2}
	for {
		found, err := s.PageOfFlows(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found.Nodes {
			name := f.Name
			if f.Flow == nil {
				name = "no flow " + name
			}
			lines = append(lines, fmt.Sprintf("%s %v %v %v", name, f.Replicas, f.Lowest, f.Highest))
			for _, v := range f.Versions {
				lines = append(lines, fmt.Sprintf("  %s from %d %v", v.Name(), v.First, v.Replicas))
			}
		}
		info := found.PageInfo()
		if !info.HasNextPage {
			return lines
		}
		p.After = *info.EndCursor
	}
}

// replicaRuns are runs of something of a flow, or of none: a name, and then since, till
// and replicas.
func replicaRuns(flow *model.Flow, artifact int64, name string, runs ...[3]int) model.ReplicaRuns {
	print := model.Fingerprint(name)
	r := model.ReplicaRuns{Environment: 1, Fingerprint: &print, Name: name, Flow: flow, Artifact: artifact}
	for _, run := range runs {
		r.Since, r.Till, r.ReplicaCounts = append(r.Since, run[0]), append(r.Till, run[1]), append(r.ReplicaCounts, run[2])
	}
	return r
}

func TestNewReplicaSeries(t *testing.T) {
	t.Parallel()
	runner := &model.Flow{Key: 1, Name: "runner"}
	// The next version starts in #2 beside the one before, which ends in #4; then it is
	// scaled. In #3 something of no flow runs for one snapshot, under two tags.
	runs := []model.ReplicaRuns{
		replicaRuns(runner, 1, "runner:1", [3]int{1, 4, 3}), replicaRuns(runner, 2, "runner:2", [3]int{2, 5, 3}, [3]int{5, 0, 1}),
		replicaRuns(nil, 0, "registry:5000/nginx:1", [3]int{3, 4, 1}), replicaRuns(nil, 0, "registry:5000/nginx@sha256:2", [3]int{3, 4, 1}),
	}
	var states []model.ReplicaState
	for i := range 5 {
		states = append(states, model.ReplicaState{Number: i + 1, At: replicasMinute(10 * i)})
	}
	for name, tt := range map[string]struct {
		from, to, steps int
		states          []model.ReplicaState
		runs            []model.ReplicaRuns
		want            []string
	}{
		"Exact": {5, 100, 10, states, runs, []string{
			"exact true: 5#1+0 10#2+1 20#3+1 30#4+1 40#5+1",
			"runner [3 6 6 3 1] [3 6 6 3 1] [3 6 6 3 1]",
			"  runner:1 from 0 [3 3 3]",
			"  runner:2 from 1 [3 3 3 1]",
			"no flow registry:5000/nginx [0 0 2 0 0] [0 0 2 0 0] [0 0 2 0 0]",
			"  registry:5000/nginx:1 from 2 [1]",
			"  registry:5000/nginx@sha256:2 from 2 [1]",
		}},
		"FromASnapshotOn": {10, 35, 3, states[1:4], runs, []string{
			"exact true: 10#2+1 20#3+1 30#4+1",
			"runner [6 6 3] [6 6 3] [6 6 3]",
			"  runner:1 from 0 [3 3]",
			"  runner:2 from 0 [3 3 3]",
			"no flow registry:5000/nginx [0 2 0] [0 2 0] [0 2 0]",
			"  registry:5000/nginx:1 from 1 [1]",
			"  registry:5000/nginx@sha256:2 from 1 [1]",
		}},
		// What is only there within a step is in its most, and no version.
		"Cut": {-10, 50, 2, states, runs, []string{
			"exact false: -10#2+2 20#5+3",
			"runner [6 1] [0 1] [6 6]",
			"  runner:1 from 0 [3]",
			"  runner:2 from 0 [3 1]",
			"no flow registry:5000/nginx [0 0] [0 0] [0 2]",
		}},
		"CutBetweenSnapshots": {5, 45, 3, states, runs, []string{
			"exact false: 5#2+1 18#4+2 31#5+1",
			"runner [6 3 1] [3 3 1] [6 6 3]",
			"  runner:1 from 0 [3]",
			"  runner:2 from 0 [3 3 1]",
			"no flow registry:5000/nginx [0 0 0] [0 0 0] [0 2 0]",
		}},
		"NothingHappened": {41, 50, 2, states[4:], runs[1:2], []string{
			"exact true: 41#5+0",
			"runner [1] [1] [1]",
			"  runner:2 from 0 [1]",
		}},
		"NothingYet": {0, 50, 2, nil, nil, []string{"exact true: 0#0+0"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q := model.ReplicaQuery{From: replicasMinute(tt.from), To: replicasMinute(tt.to), Steps: tt.steps}
			if diff := cmp.Diff(tt.want, seriesLines(t, model.NewReplicaSeries(q, tt.states, tt.runs))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// An artifact that runs under several of its digests is one version, and so is one that
// several members of a union run, or a member that left and came back.
func TestNewReplicaSeries_Union(t *testing.T) {
	t.Parallel()
	runner := &model.Flow{Key: 1, Name: "runner"}
	first, second := replicaRuns(runner, 7, "runner:1", [3]int{1, 3, 2}, [3]int{3, 0, 5}), replicaRuns(runner, 7, "runner:1-arm", [3]int{2, 0, 1})
	second.Environment = 2
	states := []model.ReplicaState{
		{Number: 1, At: replicasMinute(0), Parts: []model.SnapshotPart{{Environment: 1, Number: 1}, {Environment: 2, Number: 0}}},
		{Number: 2, At: replicasMinute(1), Parts: []model.SnapshotPart{{Environment: 1, Number: 1}, {Environment: 2, Number: 2}}},
		{Number: 3, At: replicasMinute(2), Parts: []model.SnapshotPart{{Environment: 2, Number: 2}}},
		{Number: 4, At: replicasMinute(3), Parts: []model.SnapshotPart{{Environment: 2, Number: 4}, {Environment: 1, Number: 4}}},
		{Number: 5, At: replicasMinute(4), Parts: []model.SnapshotPart{}},
	}
	got := seriesLines(t, model.NewReplicaSeries(model.ReplicaQuery{From: replicasMinute(0), To: replicasMinute(9), Steps: 9}, states, []model.ReplicaRuns{first, second}))
	want := []string{
		"exact true: 0#1+1 1#2+1 2#3+1 3#4+1 4#5+1",
		"runner [2 3 1 6 0] [2 3 1 6 0] [2 3 1 6 0]",
		"  runner:1 from 0 [2 3 1 6]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Whatever ran, the series says what one finds who looks at each snapshot.
func TestNewReplicaSeries_AgreesWithSnapshots(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 1))
		h := newReplicaHistory(random)
		from := random.IntN(60) - 5
		q := model.ReplicaQuery{From: replicasMinute(from), To: replicasMinute(from + 1 + random.IntN(60)), Steps: 2 + random.IntN(12)}
		states := h.states(q)
		if diff := cmp.Diff(h.lines(q, states), seriesLines(t, model.NewReplicaSeries(q, states, h.runs))); diff != "" {
			t.Fatalf("seed %d (-looked at +series):\n%s", seed, diff)
		}
	}
}

// replicaHistory is a history of one environment, as snapshots and as runs.
type replicaHistory struct {
	at    []time.Time      // when each snapshot began
	count []map[string]int // what ran in it, by name
	flow  map[string]*model.Flow
	runs  []model.ReplicaRuns
}

func newReplicaHistory(random *rand.Rand) *replicaHistory {
	h := &replicaHistory{flow: map[string]*model.Flow{}}
	var names []string
	for f := range 3 {
		flow := &model.Flow{Key: f + 1, Name: fmt.Sprintf("flow-%d", f)}
		for v := range 3 {
			name := fmt.Sprintf("f%d:%d", f, v)
			h.flow[name], names = flow, append(names, name)
		}
	}
	names = append(names, "nginx:1", "nginx:2", "redis")
	minute, now := 0, map[string]int{}
	for range random.IntN(30) {
		minute += 1 + random.IntN(4)
		h.at = append(h.at, replicasMinute(minute))
		next := map[string]int{}
		for _, name := range names {
			n := now[name]
			if random.IntN(3) == 0 {
				n = random.IntN(3)
			}
			if n > 0 {
				next[name] = n
			}
		}
		now = next
		h.count = append(h.count, next)
	}
	for i, name := range names {
		var runs [][3]int
		for n, count := range h.count {
			number, replicas := n+1, count[name]
			if last := len(runs) - 1; last >= 0 && runs[last][1] == 0 && runs[last][2] != replicas {
				runs[last][1] = number
			}
			if replicas > 0 && (len(runs) == 0 || runs[len(runs)-1][1] != 0) {
				runs = append(runs, [3]int{number, 0, replicas})
			}
		}
		artifact := int64(i + 1)
		if h.flow[name] == nil {
			artifact = 0
		}
		h.runs = append(h.runs, replicaRuns(h.flow[name], artifact, name, runs...))
	}
	return h
}

// states are the snapshots of a time, and the one before it.
func (h *replicaHistory) states(q model.ReplicaQuery) (states []model.ReplicaState) {
	for i, at := range h.at {
		if at.Before(q.To) && (!at.Before(q.From) || i+1 == len(h.at) || !h.at[i+1].Before(q.From)) {
			states = append(states, model.ReplicaState{Number: i + 1, At: at})
		}
	}
	return states
}

// during is what each snapshot of a time shows, and what was there when it began, unless
// one began just then.
func (h *replicaHistory) during(from, to time.Time, names []string) (counts []int) {
	for i := range h.at {
		ends := q(h.at, i)
		if h.at[i].Before(to) && (ends == nil || ends.After(from)) {
			if len(counts) == 0 && h.at[i].After(from) {
				counts = append(counts, 0) // nothing was there yet
			}
			n := 0
			for _, name := range names {
				n += h.count[i][name]
			}
			counts = append(counts, n)
		}
	}
	if counts == nil {
		counts = []int{0}
	}
	return counts
}

// q is when a snapshot ends; nil for the newest.
func q(at []time.Time, i int) *time.Time {
	if i+1 == len(at) {
		return nil
	}
	return &at[i+1]
}

// lines is the series, by looking at each snapshot.
func (h *replicaHistory) lines(query model.ReplicaQuery, states []model.ReplicaState) []string {
	var began []time.Time
	for _, s := range states {
		if !s.At.Before(query.From) {
			began = append(began, s.At)
		}
	}
	exact := len(began) <= query.Steps
	begins := began
	if !exact {
		begins = nil
		for i := range query.Steps {
			begins = append(begins, query.From.Add(query.To.Sub(query.From)*time.Duration(i)/time.Duration(query.Steps)).Truncate(time.Microsecond))
		}
	} else if len(began) == 0 || began[0].After(query.From) {
		begins = append([]time.Time{query.From}, began...)
	}
	head := fmt.Sprintf("exact %t:", exact)
	ends := append(slices.Clone(begins[1:]), query.To)
	for i, begin := range begins {
		number, snapshots := 0, 0
		for j, at := range h.at {
			if at.Before(ends[i]) {
				number = j + 1
				if !at.Before(begin) {
					snapshots++
				}
			}
		}
		head += fmt.Sprintf(" %d#%d+%d", begin.Sub(replicasStart)/time.Minute, number, snapshots)
	}
	lines := []string{head}
	for _, group := range [][]string{{"flow-0", "f0:0", "f0:1", "f0:2"}, {"flow-1", "f1:0", "f1:1", "f1:2"}, {"flow-2", "f2:0", "f2:1", "f2:2"}, {"no flow nginx", "nginx:1", "nginx:2"}, {"no flow redis", "redis"}} {
		if line := h.group(begins, ends, group[0], group[1:]); line != nil {
			lines = append(lines, line...)
		}
	}
	return lines
}

func (h *replicaHistory) group(begins, ends []time.Time, name string, names []string) []string {
	var replicas, lowest, highest []int
	type version struct {
		first int
		since string
		line  string
	}
	var versions []version
	for i := range begins {
		counts := h.during(begins[i], ends[i], names)
		replicas = append(replicas, counts[len(counts)-1])
		lowest, highest = append(lowest, slices.Min(counts)), append(highest, slices.Max(counts))
	}
	seen := false
	for _, n := range names {
		var counts []int
		for i := range begins {
			of := h.during(begins[i], ends[i], []string{n})
			counts = append(counts, of[len(of)-1])
			seen = seen || slices.Max(of) > 0
		}
		first := slices.IndexFunc(counts, func(n int) bool { return n > 0 })
		if first < 0 {
			continue
		}
		last := len(counts)
		for counts[last-1] == 0 {
			last--
		}
		since := ""
		for i := range h.at { // the first that shows it, of those that any step does
			end := q(h.at, i)
			if h.count[i][n] > 0 && h.at[i].Before(ends[len(ends)-1]) && (end == nil || end.After(begins[0])) {
				since = fmt.Sprintf("%06d", i)
				break
			}
		}
		versions = append(versions, version{first, since + n, fmt.Sprintf("  %s from %d %v", n, first, counts[first:last])})
	}
	if !seen {
		return nil
	}
	slices.SortFunc(versions, func(a, b version) int {
		if a.first != b.first {
			return a.first - b.first
		}
		return strings.Compare(a.since, b.since)
	})
	lines := []string{fmt.Sprintf("%s %v %v %v", name, replicas, lowest, highest)}
	for _, v := range versions {
		lines = append(lines, v.line)
	}
	return lines
}

func TestNewReplicaQuery(t *testing.T) {
	t.Parallel()
	moment := func(s string) model.Moment {
		m, err := model.ParseMoment(s)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	now := replicasMinute(100)
	got, err := model.NewReplicaQuery(model.TimeRangeInput{From: moment("2022-08-22"), To: moment("2030-01-01")}, 2, now)
	if err != nil || !got.To.Equal(now) {
		t.Errorf("what is yet to come: %+v, %v", got, err)
	}
	for _, steps := range []int{1, 501} {
		if _, err := model.NewReplicaQuery(model.TimeRangeInput{From: moment("2022-08-22"), To: moment("now")}, steps, now); model.KindOf(err) != model.KindInvalid {
			t.Errorf("%d steps: %v", steps, err)
		}
	}
	if _, err := model.NewReplicaQuery(model.TimeRangeInput{From: moment("now"), To: moment("yesterday")}, 2, now); model.KindOf(err) != model.KindInvalid {
		t.Errorf("backwards: %v", err)
	}
}
