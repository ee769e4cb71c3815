package model

import (
	"cmp"
	"fmt"
	"io"
	"slices"
)

// CommitRelation is how two commits stand to each other.
type CommitRelation string

// The ways in which two commits can stand to each other.
const (
	CommitsSame     CommitRelation = "SAME"
	CommitsAhead    CommitRelation = "AHEAD"
	CommitsBehind   CommitRelation = "BEHIND"
	CommitsDiverged CommitRelation = "DIVERGED"
	CommitsUnknown  CommitRelation = "UNKNOWN"
)

// MarshalGQL writes the relation as a GraphQL enum value.
func (r CommitRelation) MarshalGQL(w io.Writer) { writeQuoted(w, string(r)) }

// UnmarshalGQL reads a relation from a GraphQL enum value.
func (r *CommitRelation) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, r, CommitsSame, CommitsAhead, CommitsBehind, CommitsDiverged, CommitsUnknown)
}

// CommitRange is what lies between two commits of one repository.
type CommitRange struct {
	From     *Commit // nil if not known
	To       *Commit
	Relation CommitRelation
	Reason   *string // why the relation is not known; nil if it is

	AddedRows   []*Commit // what the end has and the start has not, newest first
	RemovedRows []*Commit // what the start has and the end has not
}

// UnknownRange is a range of which nothing can be told.
func UnknownRange(from, to *Commit, format string, args ...any) *CommitRange {
	reason := fmt.Sprintf(format, args...)
	return &CommitRange{From: from, To: to, Relation: CommitsUnknown, Reason: &reason}
}

// Ahead is how many commits the end has and the start has not; nil if not known.
func (r *CommitRange) Ahead() *int { return r.count(r.AddedRows) }

// Behind is how many commits the start has and the end has not; nil if not known.
func (r *CommitRange) Behind() *int { return r.count(r.RemovedRows) }

func (r *CommitRange) count(rows []*Commit) *int {
	if r.Relation == CommitsUnknown {
		return nil
	}
	n := len(rows)
	return &n
}

// CommitCursor is the place of a commit in a list, newest first.
func CommitCursor(c *Commit) Cursor { return NewCursor(TimeKey(c.CommittedAt), string(c.SHA)) }

// Ancestry is a part of the commits of a repository.
type Ancestry struct {
	commits map[CommitSHA]*Commit
}

// NewAncestry makes an ancestry of commits, of which it reads key, SHA, parents and
// time.
func NewAncestry(commits []*Commit) *Ancestry {
	a := &Ancestry{commits: make(map[CommitSHA]*Commit, len(commits))}
	for _, c := range commits {
		a.commits[c.SHA] = c
	}
	return a
}

// From which ends a commit is reached.
const (
	reachedFrom = 1 << iota
	reachedTo
	reachedBoth = reachedFrom | reachedTo
)

// Has reports whether a commit is of the part.
func (a *Ancestry) Has(sha CommitSHA) bool { return a.commits[sha] != nil }

// Compare finds what lies between two commits. If it cannot be told, it returns nil
// and a commit for which it cannot: one that is not here, or whose parents are not
// known. The ancestors of what both have need not be here, as long as nothing that
// only one has may be among them: a commit is not older than its ancestors.
func (a *Ancestry) Compare(from, to *Commit) (*CommitRange, CommitSHA) {
	reached := a.reach(from.SHA, to.SHA)
	r := &CommitRange{From: from, To: to}
	var missing CommitSHA
	var oldest *Commit // of what only one has
	for sha, ends := range reached {
		c := a.commits[sha]
		switch {
		case ends == reachedBoth:
			continue
		case c == nil || !c.ParentsComplete:
			missing = max(missing, sha)
			continue
		case ends == reachedTo:
			r.AddedRows = append(r.AddedRows, c)
		default:
			r.RemovedRows = append(r.RemovedRows, c)
		}
		if oldest == nil || c.CommittedAt.Before(oldest.CommittedAt) {
			oldest = c
		}
	}
	for sha, ends := range reached {
		if c := a.commits[sha]; ends == reachedBoth && oldest != nil && (c == nil || !c.ParentsComplete && !c.CommittedAt.Before(oldest.CommittedAt)) {
			missing = max(missing, sha)
		}
	}
	if missing != "" {
		return nil, missing
	}
	slices.SortFunc(r.AddedRows, newerFirst)
	slices.SortFunc(r.RemovedRows, newerFirst)
	r.Relation = relation(len(r.AddedRows), len(r.RemovedRows))
	return r, ""
}

// reach finds from which of two commits others are reached.
func (a *Ancestry) reach(from, to CommitSHA) map[CommitSHA]int {
	reached := map[CommitSHA]int{}
	var queue []CommitSHA
	add := func(sha CommitSHA, ends int) {
		if reached[sha]|ends != reached[sha] {
			reached[sha] |= ends
			queue = append(queue, sha)
		}
	}
	add(from, reachedFrom)
	add(to, reachedTo)
	for len(queue) > 0 {
		sha := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		if c := a.commits[sha]; c != nil {
			for _, parent := range c.Parents {
				add(parent, reached[sha])
			}
		}
	}
	return reached
}

func newerFirst(a, b *Commit) int {
	return cmp.Or(b.CommittedAt.Compare(a.CommittedAt), cmp.Compare(b.SHA, a.SHA))
}

func relation(ahead, behind int) CommitRelation {
	switch {
	case ahead > 0 && behind > 0:
		return CommitsDiverged
	case ahead > 0:
		return CommitsAhead
	case behind > 0:
		return CommitsBehind
	default:
		return CommitsSame
	}
}

// FlowChange is what a diff means for one flow: the newest version that it took away,
// and the newest that it brought.
type FlowChange struct {
	Flow    *Flow
	From    *RunningArtifact
	To      *RunningArtifact
	Commits *CommitRange // filled when it is asked for
}

// FlowsOfDiff are the flows of which a diff takes one version away and brings another,
// by name. The artifacts of what runs must be filled.
func FlowsOfDiff(d *SnapshotDiff) []*FlowChange {
	removed := map[int]*RunningArtifact{} // by the key of the flow, the newest
	for _, from := range slices.Backward(d.RemovedRows) {
		if from.Artifact != nil {
			removed[from.Artifact.Flow.Key] = from
		}
	}
	changes := []*FlowChange{}
	for _, to := range d.AddedRows {
		if to.Artifact == nil {
			continue
		}
		flow := to.Artifact.Flow
		if from := removed[flow.Key]; from != nil {
			changes = append(changes, &FlowChange{Flow: flow, From: from, To: to})
			delete(removed, flow.Key)
		}
	}
	slices.SortFunc(changes, func(a, b *FlowChange) int { return cmp.Compare(a.Flow.Name, b.Flow.Name) })
	return changes
}

// FlowChangeCursor is the place of a change in a list by flow.
func FlowChangeCursor(c *FlowChange) Cursor { return NewCursor(c.Flow.Name) }
