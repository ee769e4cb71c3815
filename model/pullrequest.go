package model

import (
	"io"
	"strconv"
	"time"
)

// PullRequestState is the state of a pull request.
type PullRequestState string

// The states of a pull request.
const (
	PullRequestOpen   PullRequestState = "OPEN"
	PullRequestMerged PullRequestState = "MERGED"
	PullRequestClosed PullRequestState = "CLOSED" // and not merged
)

// Rank orders states that were told for one moment.
func (s PullRequestState) Rank() int {
	switch s {
	case PullRequestOpen:
		return 1
	case PullRequestClosed:
		return 2
	case PullRequestMerged:
		return 3
	}
	return 0
}

// MarshalGQL writes the state as a GraphQL enum value.
func (s PullRequestState) MarshalGQL(w io.Writer) { writeQuoted(w, string(s)) }

// UnmarshalGQL reads a state from a GraphQL enum value.
func (s *PullRequestState) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, s, PullRequestOpen, PullRequestMerged, PullRequestClosed)
}

// PullRequest is a pull request, which some forges call merge request.
type PullRequest struct {
	Repository  *Repository
	Number      int
	Title       string
	URL         string
	State       PullRequestState
	AuthorLogin string
	HeadSHA     CommitSHA  // the newest commit of its branch
	MergeSHA    *CommitSHA // what it became where it was merged; nil if it was not
	CreatedAt   time.Time
	MergedAt    *time.Time
	UpdatedAt   time.Time // of what is said here: what was updated later replaces it
}

// IsNode marks what has an ID.
func (*PullRequest) IsNode() {}

// ID is the pull request's id in the API.
func (p *PullRequest) ID() ID {
	return NewID("pullrequest", p.Repository.OrganizationName, p.Repository.Name, strconv.Itoa(p.Number))
}

// CommitSHA is the commit that it leads to: what it became, or else its head.
func (p *PullRequest) CommitSHA() CommitSHA {
	if p.MergeSHA != nil {
		return *p.MergeSHA
	}
	return p.HeadSHA
}
