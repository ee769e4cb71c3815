package model

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"time"
)

// Bounds of what a series of replicas is made of.
const (
	MaxReplicaSteps     = 500
	MaxReplicaSnapshots = 20_000  // in one series
	MaxReplicaStates    = 200_000 // snapshots in all series of one question
	MaxReplicaRuns      = 200_000 // in all series of one question
	maxReplicaVersions  = 200     // of one flow that are shown
)

// ReplicaQuery asks how many replicas ran in a stretch of time, in so many steps at most.
type ReplicaQuery struct {
	From, To time.Time // the second is not of it
	Steps    int
}

// NewReplicaQuery makes a query of what was asked, given what is now: what is yet to come
// is left out. It returns KindInvalid for a time that is empty, and for steps out of
// bounds.
func NewReplicaQuery(during TimeRangeInput, steps int, now time.Time) (ReplicaQuery, error) {
	from, to, err := during.at(now)
	if err == nil && (steps < 2 || steps > MaxReplicaSteps) {
		err = Invalid("steps", "steps is %d, and must be from 2 to %d", steps, MaxReplicaSteps)
	}
	return ReplicaQuery{From: from, To: to, Steps: steps}, err
}

// TooManySnapshots is the error that a time has more snapshots than are looked at; from
// is when the oldest began that would not be too many.
func TooManySnapshots(e *Environment, n int, from time.Time) error {
	return Errorf(KindTooLarge, "%s has %d snapshots in that time, and %d are looked at: ask for the time from %s on", e.Name, n, MaxReplicaSnapshots, from.Format(time.RFC3339Nano))
}

// TooManyStates is the error that a time has more snapshots in several environments than
// are looked at for all of them.
func TooManyStates(n int) error {
	return Errorf(KindTooLarge, "the environments have %d snapshots in that time, and %d are looked at for all of them: ask for a shorter time, or for fewer environments", n, MaxReplicaStates)
}

// TooManyRuns is the error that a time has more of what ran than is looked at.
func TooManyRuns() error {
	return Errorf(KindTooLarge, "more than %d changes of what runs would have to be looked at: ask for a shorter time", MaxReplicaRuns)
}

// ReplicaState is a snapshot of a series: what was reported until the next one.
type ReplicaState struct {
	Number int
	At     time.Time
	Parts  []SnapshotPart // of a logical environment; nil for any other
}

// ReplicaRuns is when, and with how many replicas, something ran in one environment that
// is reported by itself: from one number on, until another, which is 0 if it still runs.
type ReplicaRuns struct {
	Environment   int // its key
	Fingerprint   *Fingerprint
	Name          string
	Flow          *Flow // nil if it is of none
	Artifact      int64 // its key, if it is of a flow
	Since, Till   []int
	ReplicaCounts []int
}

// ReplicaSeries is how many replicas ran in an environment, step by step.
type ReplicaSeries struct {
	From, To time.Time
	Exact    bool // each snapshot has a step of its own
	Steps    []*ReplicaStep

	ranges []stateRange  // of the steps
	flows  []*replicaSet // by flow, and by image what has none
}

// ReplicaStep is one step of a series.
type ReplicaStep struct {
	At        time.Time
	Number    int // of the newest snapshot at its end; 0 if there was none yet
	Snapshots int // that began in it
}

// FlowReplicas is how many replicas of one flow ran.
type FlowReplicas struct {
	Flow     *Flow // nil for what is of no flow
	Name     string
	Replicas []int // at the end of each step, of all versions
	Lowest   []int // within each step
	Highest  []int
	Versions []*VersionReplicas // by their first steps
}

// VersionReplicas is how many replicas of one version ran.
type VersionReplicas struct {
	Running  *RunningArtifact // what ran, without a snapshot
	First    int              // the first step at whose end it ran
	Replicas []int            // from then on
}

// Fingerprint is what ran; nil where the runtime does not tell.
func (v *VersionReplicas) Fingerprint() *Fingerprint { return v.Running.Fingerprint }

// Name is its name as the environment has it.
func (v *VersionReplicas) Name() string { return v.Running.Name() }

// Commit is the commit it was built from, once that is filled.
func (v *VersionReplicas) Commit() *Commit { return v.Running.Commit }

// The pages of replicas.
type (
	FlowReplicasConnection = Connection[*FlowReplicas]
	FlowReplicasEdge       = Edge[*FlowReplicas]
)

// stateRange are the states that a step shows, by their places; the first is -1 if it
// begins when there was none yet, and so is the last if there still is none at its end.
type stateRange struct{ first, last int }

// replicaSet is what ran of one flow, or under the name of one image.
type replicaSet struct {
	flow     *Flow
	name     string
	versions map[versionKey]*replicaVersion
}

// versionKey is what a version is known by: its artifact, or else its fingerprint, or
// else its name.
type versionKey struct {
	artifact    int64
	fingerprint Fingerprint
	name        string
}

type replicaVersion struct {
	running *RunningArtifact
	since   int // the first state that has it
	changes []replicaChange
}

// replicaChange is how many replicas more there are from a state on.
type replicaChange struct{ state, more int }

// NewReplicaSeries counts what ran. The states are the snapshots of the time, in order,
// and the one before them if there is one.
func NewReplicaSeries(q ReplicaQuery, states []ReplicaState, runs []ReplicaRuns) *ReplicaSeries {
	s := &ReplicaSeries{From: q.From, To: q.To}
	s.cut(q, states)
	places := numbersOf(states, runs)
	sets := map[string]*replicaSet{}
	for i := range runs {
		r := &runs[i]
		for j, replicas := range r.ReplicaCounts {
			for _, stretch := range places[r.Environment].with(r.Since[j], r.Till[j]) {
				if stretch.first = max(stretch.first, s.ranges[0].first); stretch.first < stretch.last { // a step shows it
					s.setOf(sets, r).add(r, replicas, stretch)
				}
			}
		}
	}
	slices.SortFunc(s.flows, func(a, b *replicaSet) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.name, b.name))
	})
	return s
}

// cut makes the steps.
func (s *ReplicaSeries) cut(q ReplicaQuery, states []ReplicaState) {
	within := sort.Search(len(states), func(i int) bool { return !states[i].At.Before(q.From) }) // the first of the time
	before := within - 1
	s.Exact = len(states)-within <= q.Steps
	if !s.Exact {
		s.cutEvenly(q, states, before)
		return
	}
	if within == len(states) || states[within].At.After(q.From) {
		s.addStep(q.From, states, stateRange{before, before}, 0)
	}
	for i := within; i < len(states); i++ {
		s.addStep(states[i].At, states, stateRange{i, i}, 1)
	}
}

func (s *ReplicaSeries) cutEvenly(q ReplicaQuery, states []ReplicaState, before int) {
	whole, n := q.To.Sub(q.From), time.Duration(q.Steps)
	begin := q.From
	for i := range n {
		end := q.From.Add((whole/n)*(i+1) + (whole%n)*(i+1)/n).Truncate(time.Microsecond)
		if i == n-1 {
			end = q.To
		}
		last := before
		for last+1 < len(states) && states[last+1].At.Before(end) {
			last++
		}
		first := before
		for first < last && states[first+1].At.Equal(begin) {
			first++ // what was before it is of the step before
		}
		s.addStep(begin, states, stateRange{first, last}, last-before)
		begin, before = end, last
	}
}

func (s *ReplicaSeries) addStep(at time.Time, states []ReplicaState, r stateRange, snapshots int) {
	step := &ReplicaStep{At: at, Snapshots: snapshots}
	if r.last >= 0 {
		step.Number = states[r.last].Number
	}
	s.Steps, s.ranges = append(s.Steps, step), append(s.ranges, r)
}

// placeNumbers are the numbers that an environment which is reported by itself has in
// each state; 0 where it is not part of it. They grow within each of the stretches in
// which it is, which have the state after their last.
type placeNumbers struct {
	numbers   []int
	stretches []stateRange
}

// numbersOf are the numbers of all environments of which something ran, by their keys.
func numbersOf(states []ReplicaState, runs []ReplicaRuns) map[int]*placeNumbers {
	places := map[int]*placeNumbers{}
	for _, r := range runs {
		if places[r.Environment] == nil {
			places[r.Environment] = &placeNumbers{numbers: make([]int, len(states))}
		}
	}
	for i, s := range states {
		if s.Parts == nil {
			for _, p := range places { // it is the only one
				p.add(i, s.Number)
			}
		}
		for _, part := range s.Parts {
			if p := places[part.Environment]; p != nil && part.Number > 0 {
				p.add(i, part.Number)
			}
		}
	}
	return places
}

func (p *placeNumbers) add(state, number int) {
	p.numbers[state] = number
	if last := len(p.stretches) - 1; last >= 0 && p.stretches[last].last == state {
		p.stretches[last].last++
		return
	}
	p.stretches = append(p.stretches, stateRange{state, state + 1})
}

// with are the stretches of states, each with the one after its last, in which the
// environment has a number from since on and, unless that is 0, before till.
func (p *placeNumbers) with(since, till int) (found []stateRange) {
	for _, s := range p.stretches {
		part := p.numbers[s.first:s.last]
		first, last := sort.SearchInts(part, since), len(part)
		if till > 0 {
			last = sort.SearchInts(part, till)
		}
		if first < last {
			found = append(found, stateRange{s.first + first, s.first + last})
		}
	}
	return found
}

// setOf is the set that something belongs to.
func (s *ReplicaSeries) setOf(sets map[string]*replicaSet, r *ReplicaRuns) *replicaSet {
	set := &replicaSet{flow: r.Flow, versions: map[versionKey]*replicaVersion{}}
	if r.Flow != nil {
		set.name = r.Flow.Name
	} else {
		set.name = imageName(r.Name)
	}
	key := set.rank() + " " + set.name
	if known := sets[key]; known != nil {
		return known
	}
	sets[key], s.flows = set, append(s.flows, set)
	return set
}

// rank puts what is of no flow last.
func (s *replicaSet) rank() string {
	if s.flow == nil {
		return "image"
	}
	return "flow"
}

// add counts replicas of something in a stretch of states.
func (s *replicaSet) add(r *ReplicaRuns, replicas int, stretch stateRange) {
	key := versionKey{artifact: r.Artifact}
	switch {
	case r.Artifact != 0:
	case r.Fingerprint != nil:
		key.fingerprint = *r.Fingerprint
	default:
		key.name = r.Name
	}
	v := s.versions[key]
	if v == nil || stretch.first < v.since {
		running := &RunningArtifact{Fingerprint: r.Fingerprint, Names: []string{r.Name}}
		if r.Flow != nil {
			running.FlowKey = r.Flow.Key
		}
		if v == nil {
			v = &replicaVersion{}
			s.versions[key] = v
		}
		v.running, v.since = running, stretch.first
	}
	v.changes = append(v.changes, replicaChange{stretch.first, replicas}, replicaChange{stretch.last, -replicas})
}

// PageOfFlows is a page of the flows of which anything ran.
func (s *ReplicaSeries) PageOfFlows(p Page) (*FlowReplicasConnection, error) {
	after := s.flows
	if p.After != "" {
		key, err := p.After.Key(2)
		if err != nil {
			return nil, err
		}
		after = after[sort.Search(len(after), func(i int) bool {
			return cmp.Or(cmp.Compare(after[i].rank(), key[0]), cmp.Compare(after[i].name, key[1])) > 0
		}):]
	}
	var rows []*FlowReplicas
	for _, set := range after[:min(len(after), p.First+1)] {
		rows = append(rows, set.replicas(s.ranges))
	}
	return NewConnection(rows, p, func(f *FlowReplicas) Cursor {
		return NewCursor((&replicaSet{flow: f.Flow}).rank(), f.Name)
	}), nil
}

// replicas counts step by step.
func (s *replicaSet) replicas(steps []stateRange) *FlowReplicas {
	out := &FlowReplicas{Flow: s.flow, Name: s.name, Versions: []*VersionReplicas{}}
	var all []replicaChange
	since := map[*VersionReplicas]int{}
	for _, v := range s.versions {
		all = append(all, v.changes...)
		counts, _, _ := countSteps(v.changes, steps)
		first := slices.IndexFunc(counts, func(n int) bool { return n > 0 })
		if first < 0 {
			continue // it came and went within one step
		}
		last := len(counts)
		for counts[last-1] == 0 {
			last--
		}
		version := &VersionReplicas{Running: v.running, First: first, Replicas: counts[first:last]}
		since[version] = v.since
		out.Versions = append(out.Versions, version)
	}
	slices.SortFunc(out.Versions, func(a, b *VersionReplicas) int {
		return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(since[a], since[b]), cmp.Compare(a.Name(), b.Name()),
			cmp.Compare(fingerprintKey(a.Running), fingerprintKey(b.Running)))
	})
	out.Versions = out.Versions[max(0, len(out.Versions)-maxReplicaVersions):]
	out.Replicas, out.Lowest, out.Highest = countSteps(all, steps)
	return out
}

// countSteps is how many replicas there are at the end of each step, and the fewest and
// the most within it.
func countSteps(changes []replicaChange, steps []stateRange) (ends, lowest, highest []int) {
	slices.SortFunc(changes, func(a, b replicaChange) int { return cmp.Compare(a.state, b.state) })
	n := 0
	to := func(state int) { // goes on to a state
		for len(changes) > 0 && changes[0].state <= state {
			n += changes[0].more
			changes = changes[1:]
		}
	}
	ends, lowest, highest = make([]int, len(steps)), make([]int, len(steps)), make([]int, len(steps))
	for i, step := range steps {
		to(step.first)
		least, most := n, n
		for len(changes) > 0 && changes[0].state <= step.last {
			to(changes[0].state)
			least, most = min(least, n), max(most, n)
		}
		ends[i], lowest[i], highest[i] = n, least, most
	}
	return ends, lowest, highest
}

// imageName is the name of an image without its tag and its digest.
func imageName(name string) string {
	name, _, _ = strings.Cut(name, "@")
	if i := strings.LastIndexByte(name, ':'); i > strings.LastIndexByte(name, '/') && i > 0 {
		name = name[:i]
	}
	return name
}
