package model

import (
	"slices"
	"time"
)

// DeliveryHistory tells how commits of one repository stand to each other, as far as
// it is known.
type DeliveryHistory interface {
	// Contains reports whether a commit is another one, or has it in its history.
	Contains(descendant, ancestor *Commit) (contains, known bool)
	// Missing returns what a commit has, itself too, that none of some others has.
	Missing(from []*Commit, to *Commit) (commits []*Commit, known bool)
}

// TraceChanges finds what each change of a flow brought. The changes are in order, and those
// of the given ones that started before a moment are only what ran until then: nothing
// is found out for them. The commits that it finds need not be filled in yet.
func TraceChanges(changes []*DeliveredChange, from time.Time, history DeliveryHistory) {
	ran := newestOf{history: history, commits: map[int][]*Commit{}}
	for _, c := range changes {
		commit := c.Run.Version.Commit
		if commit == nil {
			continue
		}
		before := c.replaced
		if !c.RunningAt().Before(from) && before != nil && before.Run.Version.Commit != nil && before.Run.Version.Commit.Repository.Key == commit.Repository.Key {
			c.brought, c.broughtKnown = history.Missing(ran.commits[commit.Repository.Key], commit)
		}
		ran.add(commit)
	}
}

// Brought are the commits that run in the environment for the first time with a
// change; none if they are not known.
func (c *DeliveredChange) Brought() []*Commit { return c.brought }

// newestOf are commits by their repository, without those that others of them have in
// their history.
type newestOf struct {
	history DeliveryHistory
	commits map[int][]*Commit
}

func (n newestOf) add(commit *Commit) {
	contains := func(descendant, ancestor *Commit) bool {
		contains, known := n.history.Contains(descendant, ancestor)
		return known && contains
	}
	newest := n.commits[commit.Repository.Key]
	if slices.ContainsFunc(newest, func(has *Commit) bool { return contains(has, commit) }) {
		return
	}
	newest = slices.DeleteFunc(newest, func(has *Commit) bool { return contains(commit, has) })
	n.commits[commit.Repository.Key] = append(newest, commit)
}

// JudgeChanges finds out for each change from a moment on whether it failed, and what it is
// left out of. The commits that the changes brought must be filled in.
//
// A change failed if what took its place does not have its commit, or came soon after
// it and brought a hotfix.
func JudgeChanges(changes []*DeliveredChange, from time.Time, history DeliveryHistory, hotfix HotfixRule) {
	for _, c := range changes {
		if c.RunningAt().Before(from) {
			continue
		}
		if c.replaced == nil {
			c.exclude(ExcludedFirst)
			continue
		}
		commit, before := c.Run.Version.Commit, c.replaced.Run.Version.Commit
		switch {
		case commit == nil || before == nil:
			c.exclude(ExcludedCommit)
		case !c.broughtKnown:
			c.exclude(ExcludedIncomplete)
		}
		if commit != nil {
			c.judge(history, hotfix)
		}
	}
}

// exclude leaves a change out for a reason, unless a more important one is there.
func (c *DeliveredChange) exclude(reason MetricsExclusionReason) {
	reasons := exclusionReasons()
	if c.Excluded == nil || slices.Index(reasons, reason) < slices.Index(reasons, *c.Excluded) {
		c.Excluded = &reason
	}
}

func (c *DeliveredChange) judge(history DeliveryHistory, hotfix HotfixRule) {
	next := c.next
	if next == nil {
		c.judged = true
		return
	}
	if next.Run.Version.Commit == nil {
		c.exclude(ExcludedCommit)
		return
	}
	contains, known := history.Contains(next.Run.Version.Commit, c.Run.Version.Commit)
	after := next.RunningAt().Sub(c.RunningAt())
	isLater := next.Run.Since > c.Run.Since
	switch {
	case !known, contains && isLater && hotfix.isSoon(after) && !next.broughtKnown:
		c.exclude(ExcludedIncomplete)
	case !contains:
		c.fail(FailedRolledBack)
	case isLater && hotfix.mends(after, next.brought):
		c.fail(FailedHotfixed)
	default:
		c.judged = true
	}
}

// fail notes that a change failed. It is mended when what took its place is seen to
// run or, if that ran all the time, when it is no longer seen itself.
func (c *DeliveredChange) fail(how DeliveryFailure) {
	restored := c.Run.EndedAt
	if c.next.Run.Since > c.Run.Since {
		restored = c.next.RunningAt()
	}
	c.judged, c.Failure, c.RestoredAt = true, &how, &restored
}
