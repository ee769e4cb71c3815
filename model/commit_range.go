package model

import (
	"cmp"
	"fmt"
	"io"
	"maps"
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
	Ahead    *int    // how many commits the end has and the start has not; nil if not known
	Behind   *int    // how many commits the start has and the end has not; nil if not known
}

// NewCommitRange is the range between two commits, of which each has so many that the
// other has not.
func NewCommitRange(from, to *Commit, ahead, behind int) *CommitRange {
	return &CommitRange{From: from, To: to, Relation: relation(ahead, behind), Ahead: &ahead, Behind: &behind}
}

// UnknownRange is a range of which nothing can be told.
func UnknownRange(from, to *Commit, format string, args ...any) *CommitRange {
	reason := fmt.Sprintf(format, args...)
	return &CommitRange{From: from, To: to, Relation: CommitsUnknown, Reason: &reason}
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

// CommitCursor is the place of a commit in a list, newest first.
func CommitCursor(c *Commit) Cursor { return NewCursor(TimeKey(c.CommittedAt), string(c.SHA)) }

// FlowChange is what a diff means for one flow: the newest version that it took away,
// and the newest that it brought. One of the two is nil where it did the other only.
type FlowChange struct {
	Flow    *Flow
	From    *RunningArtifact
	To      *RunningArtifact
	Commits *CommitRange // filled when it is asked for
}

// FlowsOfDiff are the flows of which a diff takes a version away or brings one, by
// name. The artifacts of what runs must be filled.
func FlowsOfDiff(d *SnapshotDiff) []*FlowChange {
	byFlow := map[int]*FlowChange{} // by the key of the flow
	changeOf := func(r *RunningArtifact) *FlowChange {
		flow := r.Artifact.Flow
		if byFlow[flow.Key] == nil {
			byFlow[flow.Key] = &FlowChange{Flow: flow}
		}
		return byFlow[flow.Key]
	}
	for _, r := range slices.Backward(d.RemovedRows) { // the newest comes first in the rows
		if r.Artifact != nil {
			changeOf(r).From = r
		}
	}
	for _, r := range slices.Backward(d.AddedRows) {
		if r.Artifact != nil {
			changeOf(r).To = r
		}
	}
	return slices.SortedFunc(maps.Values(byFlow), func(a, b *FlowChange) int { return cmp.Compare(a.Flow.Name, b.Flow.Name) })
}

// FlowChangeCursor is the place of a change in a list by flow.
func FlowChangeCursor(c *FlowChange) Cursor { return NewCursor(c.Flow.Name) }
