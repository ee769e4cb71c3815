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

// FlowChange is what a diff means for one flow: the version that ran before, and the one
// that runs after; of several the one that was started last. One of the two is nil where
// no version ran.
type FlowChange struct {
	Flow    *Flow
	From    *RunningArtifact
	To      *RunningArtifact
	Commits *CommitRange // filled when it is asked for
}

// FlowsOfDiff are the flows of which a diff brings a version or takes one away, and of
// which another version is the newest, by name. The artifacts of what runs must be
// filled; before and after are the newest version of each flow, by its key.
func FlowsOfDiff(d *SnapshotDiff, before, after map[int]*RunningArtifact) []*FlowChange {
	changes, seen := []*FlowChange{}, map[int]bool{}
	for _, r := range slices.Concat(d.AddedRows, d.RemovedRows) {
		if r.Artifact == nil || seen[r.Artifact.Flow.Key] {
			continue
		}
		flow := r.Artifact.Flow
		seen[flow.Key] = true
		from, to := before[flow.Key], after[flow.Key]
		if from != nil && to != nil && *from.Fingerprint == *to.Fingerprint {
			continue // an older one beside it came or went
		}
		changes = append(changes, &FlowChange{Flow: flow, From: from, To: to})
	}
	slices.SortFunc(changes, func(a, b *FlowChange) int { return cmp.Compare(a.Flow.Name, b.Flow.Name) })
	return changes
}

// FlowChangeCursor is the place of a change in a list by flow.
func FlowChangeCursor(c *FlowChange) Cursor { return NewCursor(c.Flow.Name) }
