package model

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Snapshot is the numbered state of an environment.
type Snapshot struct {
	Environment  *Environment
	Number       int
	TakenAt      time.Time
	RecordedAt   time.Time
	Until        *time.Time
	ReplicaCount int
	ChangeCount  int

	// Parts are, for a snapshot of a logical environment, the snapshots of its
	// members; nil for any other.
	Parts []SnapshotPart
}

// SnapshotPart is a snapshot of a member of a logical environment. Its number is 0
// where nothing was reported for the member yet.
type SnapshotPart struct {
	Environment int // its key
	Number      int
}

// Reported are the snapshots, each of an environment that is reported by itself,
// that make up this one: itself, or its parts.
func (s *Snapshot) Reported() []SnapshotPart {
	if s.Parts != nil {
		return s.Parts
	}
	return []SnapshotPart{{Environment: s.Environment.Key, Number: s.Number}}
}

// IsNode marks what has an ID.
func (*Snapshot) IsNode() {}

// ID is the snapshot's id in the API. It stays when its environment is renamed.
func (s *Snapshot) ID() ID {
	return NewID("snapshot", s.Environment.OrganizationName, s.Environment.CreatedAs, strconv.Itoa(s.Number))
}

// Ref says the snapshot exactly: `aws-prod#65`.
func (s *Snapshot) Ref() SnapshotRef { return SnapshotRefOf(s.Environment.Name, s.Number) }

// RunningArtifact is one fingerprint as it ran in one snapshot.
type RunningArtifact struct {
	Snapshot        *Snapshot
	Fingerprint     *Fingerprint // nil where the runtime does not tell
	Names           []string
	Replicas        int
	RunningSince    time.Time
	Artifact        *Artifact // filled when it is asked for; nil if no flow has it
	Commit          *Commit   // filled when it is asked for
	AmbiguousCommit *AmbiguousCommit
	Overlapping     bool // filled when it is asked for

	// FlowKey is the key of the flow that it was found as a version of, which its artifact
	// is of too, and then Overlapping is filled; 0 if it was not found by a flow.
	FlowKey int
}

// Name is its first name.
func (r *RunningArtifact) Name() string { return r.Names[0] }

// SnapshotDiff is what differs between two snapshots.
type SnapshotDiff struct {
	From        *Snapshot
	To          *Snapshot
	AddedRows   []*RunningArtifact
	RemovedRows []*RunningArtifact
	ChangedRows []*RunningChange

	UnchangedCount int           // filled when it is asked for
	FlowRows       []*FlowChange // filled when they are asked for
}

// RunningChange is one artifact in two snapshots, with other replicas or, in one
// environment, under other names.
type RunningChange struct {
	From *RunningArtifact
	To   *RunningArtifact
}

// Empty reports whether nothing differs.
func (d *SnapshotDiff) Empty() bool {
	return len(d.AddedRows)+len(d.RemovedRows)+len(d.ChangedRows) == 0
}

// AddedCount is how many artifacts are only in the second.
func (d *SnapshotDiff) AddedCount() int { return len(d.AddedRows) }

// RemovedCount is how many artifacts are only in the first.
func (d *SnapshotDiff) RemovedCount() int { return len(d.RemovedRows) }

// ChangedCount is how many artifacts are in both and changed.
func (d *SnapshotDiff) ChangedCount() int { return len(d.ChangedRows) }

// Summary is one line for people.
func (d *SnapshotDiff) Summary() string {
	var parts []string
	for _, p := range []struct {
		n    int
		what string
	}{{len(d.AddedRows), "added"}, {len(d.RemovedRows), "removed"}, {len(d.ChangedRows), "changed"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	if len(parts) == 0 {
		return "nothing differs"
	}
	return strings.Join(parts, ", ")
}

// CompareRunning orders what runs: the latest started first, and then by
// fingerprint and name.
func CompareRunning(a, b *RunningArtifact) int {
	return cmp.Or(b.RunningSince.Compare(a.RunningSince), cmp.Compare(fingerprintKey(b), fingerprintKey(a)), cmp.Compare(b.Name(), a.Name()))
}

func fingerprintKey(r *RunningArtifact) string {
	if r.Fingerprint == nil {
		return ""
	}
	return string(*r.Fingerprint)
}

// RunningCursor is the place of what runs in a list, the latest started first.
func RunningCursor(r *RunningArtifact) Cursor {
	return NewCursor(TimeKey(r.RunningSince), fingerprintKey(r), r.Name())
}
