package model

import (
	"cmp"
	"slices"
	"time"
)

// NewDeliveryMetrics makes the figures of changes that were judged, in any order.
// Those that were not first seen to run in the time of the query are left out.
func NewDeliveryMetrics(e *Environment, q MetricsQuery, changes []*DeliveredChange) *DeliveryMetrics {
	m := &DeliveryMetrics{Environment: e, From: q.From, To: q.To, asked: q.Asked}
	for _, c := range changes {
		if !c.RunningAt().Before(q.From) && c.RunningAt().Before(q.To) {
			m.Rows = append(m.Rows, c)
		}
	}
	slices.SortFunc(m.Rows, newerChange)
	m.Excluded = exclusions(m.Rows)
	oldestFirst := slices.Clone(m.Rows)
	slices.Reverse(oldestFirst)
	m.Total = newFigures(q.From, q.To, oldestFirst)
	for from := q.From; from.Before(q.To); {
		to := q.Step.next(from)
		if to.After(q.To) {
			to = q.To
		}
		end, _ := slices.BinarySearchFunc(oldestFirst, to, func(c *DeliveredChange, to time.Time) int { return c.RunningAt().Compare(to) })
		m.Series = append(m.Series, newFigures(from, to, oldestFirst[:end]))
		oldestFirst, from = oldestFirst[end:], to
	}
	return m
}

// newerChange is the order of a list of changes: the newest first.
func newerChange(a, b *DeliveredChange) int {
	return cmp.Or(b.RunningAt().Compare(a.RunningAt()), cmp.Compare(b.Run.Version.Flow.Name, a.Run.Version.Flow.Name), cmp.Compare(b.Run.Version.Key, a.Run.Version.Key))
}

func exclusions(changes []*DeliveredChange) []*MetricsExclusion {
	list := []*MetricsExclusion{}
	for _, reason := range exclusionReasons() {
		count := 0
		for _, c := range changes {
			if c.Excluded != nil && *c.Excluded == reason {
				count++
			}
		}
		if count > 0 {
			list = append(list, &MetricsExclusion{Reason: reason, Count: count})
		}
	}
	return list
}

func newFigures(from, to time.Time, changes []*DeliveredChange) *DeliveryFigures {
	f := &DeliveryFigures{From: from, To: to, Stages: []*StageFigures{}}
	var lead, restore []time.Duration
	stages := map[DeliveryStage][]time.Duration{}
	for _, c := range changes {
		if c.replaced == nil {
			continue
		}
		f.Changes++
		lead = append(lead, c.leadTimes()...)
		for stage, took := range c.stages() {
			stages[stage] = append(stages[stage], took)
		}
		if c.judged {
			f.Judged++
		}
		if c.Failure != nil {
			f.Failures++
			restore = append(restore, between(c.RunningAt(), *c.RestoredAt))
		}
	}
	f.LeadTime, f.TimeToRestore = newDurations(lead), newDurations(restore)
	for _, stage := range deliveryStages() {
		if figures := newDurations(stages[stage]); figures != nil {
			f.Stages = append(f.Stages, &StageFigures{Stage: stage, Duration: figures})
		}
	}
	return f
}

// newDurations are the figures of durations, by nearest rank: of ten, the fifth and
// the ninth. They are nil for none.
func newDurations(durations []time.Duration) *DurationFigures {
	n := len(durations)
	if n == 0 {
		return nil
	}
	slices.Sort(durations)
	rank := func(percent int) int {
		nearest := (n*percent + 99) / 100
		return int(durations[nearest-1] / time.Second)
	}
	return &DurationFigures{Count: n, MedianSeconds: rank(50), P90Seconds: rank(90)}
}

// between is how long it took from one moment to another. Clocks differ: what ended
// before it began took no time.
func between(from, to time.Time) time.Duration { return max(to.Sub(from), 0) }

// NewCommits are the commits that run in the environment for the first time with the
// change and count for its flow; nil if they are not known.
func (c *DeliveredChange) NewCommits() *int {
	if c.figures != nil {
		return c.figures.commits
	}
	if !c.broughtKnown {
		return nil
	}
	n := len(c.leadTimes())
	return &n
}

// LeadTime says how long it took from each new commit until it was seen to run; nil
// if there is none.
func (c *DeliveredChange) LeadTime() *DurationFigures {
	if c.figures != nil {
		return c.figures.leadTime
	}
	return newDurations(c.leadTimes())
}

func (c *DeliveredChange) leadTimes() []time.Duration {
	var times []time.Duration
	for _, commit := range c.counting() {
		times = append(times, between(commit.CommittedAt, c.RunningAt()))
	}
	return times
}

// counting are the commits that count for the flow, of those that the change brought.
func (c *DeliveredChange) counting() []*Commit {
	if !c.broughtKnown {
		return nil
	}
	paths := c.Run.Version.Flow.Paths
	var counting []*Commit
	for _, commit := range c.brought {
		if !commit.PathsKnown || TouchesAny(commit.Paths, paths) {
			counting = append(counting, commit)
		}
	}
	return counting
}

// CommittedAt is when the oldest of its new commits was made; nil if there is none.
func (c *DeliveredChange) CommittedAt() *time.Time {
	if c.figures != nil {
		return c.figures.oldest
	}
	var oldest *time.Time
	for _, commit := range c.counting() {
		if oldest == nil || commit.CommittedAt.Before(*oldest) {
			oldest = &commit.CommittedAt
		}
	}
	return oldest
}

// stages say how long each stage took that is known. Only a commit that is new went
// all the way: one that comes back was built long ago.
func (c *DeliveredChange) stages() map[DeliveryStage]time.Duration {
	stages := map[DeliveryStage]time.Duration{}
	v := c.Run.Version
	isNew := func(commit *Commit) bool { return v.Commit != nil && commit.SHA == v.Commit.SHA }
	if !c.broughtKnown || !slices.ContainsFunc(c.brought, isNew) {
		return stages
	}
	if v.BuildStartedAt != nil {
		stages[StageCommitToBuild] = between(v.Commit.CommittedAt, *v.BuildStartedAt)
		stages[StageBuildToArtifact] = between(*v.BuildStartedAt, v.CreatedAt)
	}
	if at := c.Run.DeployedAt; at != nil {
		stages[StageArtifactToDeployment] = between(v.CreatedAt, *at)
		stages[StageDeploymentToRunning] = between(*at, c.RunningAt())
	}
	return stages
}
