package model

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// DeliveredVersion is an artifact of a flow, with what is known of its way.
type DeliveredVersion struct {
	Key            int64
	Flow           *Flow
	Fingerprint    Fingerprint
	Commit         *Commit // nil if it is not known, or several fit
	BuildStartedAt *time.Time
	CreatedAt      time.Time
}

// VersionRun is a stretch of the history of an environment in which a version ran:
// from one snapshot up to another in which it does not.
type VersionRun struct {
	Version     *DeliveredVersion
	Since, Till int // numbers of snapshots; Till is 0 while it runs
	StartedAt   time.Time
	EndedAt     time.Time  // the zero time while it runs
	DeployedAt  *time.Time // the last time that it was announced before it ran; nil if it never was
}

// runsIn reports whether the version ran in a snapshot.
func (r *VersionRun) runsIn(number int) bool {
	return r.Since <= number && (r.Till == 0 || number < r.Till)
}

// inOrder is the order in which versions started: of those of one snapshot, that which
// was made last comes last.
func inOrder(a, b *VersionRun) int {
	return cmp.Or(cmp.Compare(a.Since, b.Since), a.Version.CreatedAt.Compare(b.Version.CreatedAt), cmp.Compare(a.Version.Key, b.Version.Key))
}

// DeliveredChange is a version that came to run where it did not run just before.
type DeliveredChange struct {
	Environment *Environment
	Run         *VersionRun

	replaced *DeliveredChange // what ran until then; nil for the first
	next     *DeliveredChange // what took its place; nil if nothing did

	brought      []*Commit // what runs there for the first time with it
	broughtKnown bool
	judged       bool            // it is known whether it failed
	figures      *broughtFigures // instead of what was brought, of a change that is kept

	Failure    *DeliveryFailure        // nil if it did not fail, or it is not known
	RestoredAt *time.Time              // when that was mended; nil if it did not fail
	Excluded   *MetricsExclusionReason // nil if it is in all figures

	Artifact *Artifact    // filled when it is asked for
	Replaced *Artifact    // filled when it is asked for; nil for the first of its flow
	Snapshot *Snapshot    // filled when it is asked for
	Commits  *CommitRange // filled when it is asked for; nil for the first of its flow
}

// Flow is the flow of the version.
func (c *DeliveredChange) Flow() *Flow { return c.Run.Version.Flow }

// BuildStartedAt is when the build of the version started; nil if it is not known.
func (c *DeliveredChange) BuildStartedAt() *time.Time { return c.Run.Version.BuildStartedAt }

// BuiltAt is when the version was made.
func (c *DeliveredChange) BuiltAt() time.Time { return c.Run.Version.CreatedAt }

// DeployedAt is when the version was last announced before it ran; nil if it never was.
func (c *DeliveredChange) DeployedAt() *time.Time { return c.Run.DeployedAt }

// ReplacedVersion is the version that ran until then; nil for the first of its flow.
func (c *DeliveredChange) ReplacedVersion() *DeliveredVersion {
	if c.replaced == nil {
		return nil
	}
	return c.replaced.Run.Version
}

// RunningAt is when it was first seen to run.
func (c *DeliveredChange) RunningAt() time.Time { return c.Run.StartedAt }

// ChangesOfFlow finds the changes in all runs of the versions of one flow in one
// environment, oldest first. What a change replaced is the version that started last
// of those that ran in the snapshot before; if none did, of those that ran last. A
// version that comes back after nothing of the flow ran has only been interrupted: that
// is no change.
func ChangesOfFlow(runs []*VersionRun) []*DeliveredChange {
	var changes []*DeliveredChange
	for _, r := range withoutInterruptions(slices.SortedFunc(slices.Values(runs), inOrder)) {
		changes = append(changes, &DeliveredChange{Run: r, replaced: replacedBy(changes, r)})
	}
	for _, c := range changes {
		c.next = tookPlaceOf(changes, c)
	}
	return changes
}

// withoutInterruptions makes one run of those of one version between which nothing ran.
// The runs are in order.
func withoutInterruptions(runs []*VersionRun) []*VersionRun {
	var whole []*VersionRun
	latest := map[int64]*VersionRun{} // by the key of the version
	ended := 0                        // the first snapshot in which nothing runs of what started so far
	for len(runs) > 0 {
		since, soFar := runs[0].Since, ended
		for len(runs) > 0 && runs[0].Since == since {
			r := *runs[0]
			runs = runs[1:]
			if before := latest[r.Version.Key]; before != nil && before.Till == soFar && soFar < since {
				before.Till, before.EndedAt = r.Till, r.EndedAt
			} else {
				whole, latest[r.Version.Key] = append(whole, &r), &r
			}
			ended = max(ended, cmp.Or(r.Till, math.MaxInt))
		}
	}
	return whole
}

// replacedBy is what a run replaced, of the changes before it, which are in order.
func replacedBy(changes []*DeliveredChange, r *VersionRun) *DeliveredChange {
	var last *DeliveredChange
	for _, c := range slices.Backward(changes) {
		switch {
		case c.Run.runsIn(r.Since - 1):
			return c
		case c.Run.Since < r.Since && (last == nil || c.Run.Till > last.Run.Till):
			last = c
		}
	}
	return last
}

// tookPlaceOf is what ran when a version ran no more, the one that started last; if
// nothing did, what started next.
func tookPlaceOf(changes []*DeliveredChange, c *DeliveredChange) *DeliveredChange {
	if c.Run.Till == 0 {
		return nil
	}
	later, _ := slices.BinarySearchFunc(changes, c.Run.Till+1, func(c *DeliveredChange, since int) int { return cmp.Compare(c.Run.Since, since) })
	for _, other := range slices.Backward(changes[:later]) {
		if other.Run.runsIn(c.Run.Till) {
			return other
		}
	}
	if later == len(changes) {
		return nil
	}
	next := changes[later]
	for later++; later < len(changes) && changes[later].Run.Since == next.Run.Since; later++ {
		next = changes[later]
	}
	return next
}
