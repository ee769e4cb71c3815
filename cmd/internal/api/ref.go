package api

import "time"

// ArtifactRef is a reference to an artifact as it was typed. The server alone
// understands it.
type ArtifactRef string

// CommitRef is a reference to a commit as it was typed. The server alone
// understands it.
type CommitRef string

// SnapshotRef is a reference to a snapshot as it was typed. The server alone
// understands it.
type SnapshotRef string

// SnapshotInterval is an interval of snapshots as it was typed. The server alone
// understands it.
type SnapshotInterval string

// DateTime is a moment as the API takes it.
type DateTime string

// dateTime writes a moment; nil if there is none.
func dateTime(t *time.Time) *DateTime {
	if t == nil {
		return nil
	}
	return new(DateTime(t.UTC().Format(time.RFC3339Nano)))
}

// OrderDirection is which way a list goes.
type OrderDirection string

// The ways a list can go.
const (
	OldestFirst OrderDirection = "ASC"
	NewestFirst OrderDirection = "DESC"
)

// Part says which part of a history is asked for.
type Part struct {
	Interval    string // of snapshots; empty for all
	OldestFirst bool
}

func (p Part) interval() *SnapshotInterval {
	if p.Interval == "" {
		return nil
	}
	interval := SnapshotInterval(p.Interval)
	return &interval
}

func (p Part) direction() OrderDirection {
	if p.OldestFirst {
		return OldestFirst
	}
	return NewestFirst
}

// Named is a thing of which only the name was asked for.
type Named struct {
	Name string `graphql:"name"`
}

// Ambiguity is what a name fits, if it fits several things.
type Ambiguity struct {
	AskedFor string `graphql:"askedFor"`
	Summary  string `graphql:"summary"`
}
