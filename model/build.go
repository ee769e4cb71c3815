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

// CISystem is what runs builds.
type CISystem string

// The CI systems that webhooks tell of.
const (
	GitHubActions  CISystem = "GITHUB_ACTIONS"
	GitHubChecks   CISystem = "GITHUB_CHECKS" // another system, by the check suites it has at GitHub
	GitLabCI       CISystem = "GITLAB_CI"
	GiteaActions   CISystem = "GITEA_ACTIONS"
	BitbucketBuild CISystem = "BITBUCKET" // any, by the statuses of commits at Bitbucket
)

// MarshalGQL writes the system as a GraphQL enum value.
func (s CISystem) MarshalGQL(w io.Writer) { writeQuoted(w, string(s)) }

// UnmarshalGQL reads a system from a GraphQL enum value.
func (s *CISystem) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, s, GitHubActions, GitHubChecks, GitLabCI, GiteaActions, BitbucketBuild)
}

// Build is one CI run: one attempt of one run, of one commit.
type Build struct {
	Repository *Repository
	System     CISystem
	Run        int64
	Attempt    int
	// Version tells what is newer where a system gives one run several lives and
	// does not number them as attempts. A higher one replaces a lower one; states
	// of one version only move forward. It is 0 where attempts are numbered.
	Version    int64
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
	return NewID("build", b.Repository.OrganizationName, b.Repository.Name, b.RunID(), strconv.Itoa(b.Attempt), string(b.System))
}

// RunID is the id of the run at its CI system, as digits.
func (b *Build) RunID() string { return strconv.FormatInt(b.Run, 10) }

// Job is one job of a build.
type Job struct {
	System     CISystem
	Run        int64 // of the build
	Attempt    int   // of the build
	Key        int64 // the CI system's own id
	Version    int64 // as of Build
	Name       string
	URL        string
	State      BuildState
	StartedAt  *time.Time
	FinishedAt *time.Time
}

// UnderWay reports whether the build had been started at a moment, and had not ended.
func (b *Build) UnderWay(at time.Time) bool {
	if b.StartedAt != nil && b.StartedAt.After(at) {
		return false
	}
	if b.FinishedAt != nil {
		return b.FinishedAt.After(at)
	}
	return !b.State.Final()
}
