package model

import (
	"io"
	"strconv"
	"time"
)

// BuildState is the state of a build. It only ever moves forward.
type BuildState string

// The states of a build; the last five are final.
const (
	BuildQueued    BuildState = "QUEUED"
	BuildRunning   BuildState = "RUNNING"
	BuildSucceeded BuildState = "SUCCEEDED"
	BuildFailed    BuildState = "FAILED"
	BuildCancelled BuildState = "CANCELLED"
	BuildTimedOut  BuildState = "TIMED_OUT"
	BuildSkipped   BuildState = "SKIPPED"
)

// Rank orders states: a state is replaced by one of a higher rank only. Final
// states are ranked too, so that which one stays does not depend on the order in
// which two contradicting ones arrive.
func (s BuildState) Rank() int {
	switch s {
	case BuildQueued:
		return 1
	case BuildRunning:
		return 2
	case BuildSkipped:
		return 3
	case BuildSucceeded:
		return 4
	case BuildTimedOut:
		return 5
	case BuildCancelled:
		return 6
	case BuildFailed:
		return 7
	}
	return 0
}

// Final reports whether a build in this state has ended.
func (s BuildState) Final() bool { return s.Rank() > BuildRunning.Rank() }

// BuildStateOfRank is the inverse of Rank.
func BuildStateOfRank(rank int) BuildState {
	for _, s := range []BuildState{BuildQueued, BuildRunning, BuildSkipped, BuildSucceeded, BuildTimedOut, BuildCancelled, BuildFailed} {
		if s.Rank() == rank {
			return s
		}
	}
	return BuildQueued
}

// MarshalGQL writes the state as a GraphQL enum value.
func (s BuildState) MarshalGQL(w io.Writer) { writeQuoted(w, string(s)) }

// UnmarshalGQL reads a state from a GraphQL enum value.
func (s *BuildState) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, s, BuildQueued, BuildRunning, BuildSucceeded, BuildFailed, BuildCancelled, BuildTimedOut, BuildSkipped)
}

// Build is one CI run: one attempt of one workflow run, of one commit.
type Build struct {
	Repository *Repository
	Run        int64
	Attempt    int
	Workflow   string
	URL        string
	State      BuildState
	CommitSHA  CommitSHA
	StartedAt  *time.Time
	FinishedAt *time.Time
}

// IsNode marks what has an ID.
func (*Build) IsNode() {}

// ID is the build's id in the API.
func (b *Build) ID() ID {
	return NewID("build", b.Repository.OrganizationName, b.Repository.Name, b.RunID(), strconv.Itoa(b.Attempt))
}

// RunID is the id of the run at its CI system, as digits.
func (b *Build) RunID() string { return strconv.FormatInt(b.Run, 10) }
