package model

import (
	"strconv"
	"time"
)

// Ref is a branch or a tag, as its moves left it.
type Ref struct {
	Repository *Repository
	Name       string    // without refs/heads/ or refs/tags/
	HeadSha    CommitSHA // what it points to
	MovedAt    time.Time
}

// Kinds of refs, as the beginnings of their full names.
const (
	BranchPrefix = "refs/heads/"
	TagPrefix    = "refs/tags/"
)

// Pages of what a forge knows of a repository.
type (
	JobConnection         = Connection[*Job]
	JobEdge               = Edge[*Job]
	PullRequestConnection = Connection[*PullRequest]
	PullRequestEdge       = Edge[*PullRequest]
	RefConnection         = Connection[*Ref]
	RefEdge               = Edge[*Ref]
	ReleaseConnection     = Connection[*Release]
	ReleaseEdge           = Edge[*Release]
)

// JobID is the id of the job at its CI system, as digits.
func (j *Job) JobID() string { return strconv.FormatInt(j.Key, 10) }
