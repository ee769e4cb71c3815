package api

import (
	"context"
	"fmt"
	"time"
)

// Build is one CI run.
type Build struct {
	Workflow   string     `graphql:"workflow"`
	Attempt    int        `graphql:"attempt"` // counting from 1
	URL        string     `graphql:"url"`
	State      string     `graphql:"state"`
	StartedAt  *time.Time `graphql:"startedAt"`
	FinishedAt *time.Time `graphql:"finishedAt"`
}

// PullRequest is a request to merge a branch.
type PullRequest struct {
	Number int    `graphql:"number"`
	Title  string `graphql:"title"`
	URL    string `graphql:"url"`
	State  string `graphql:"state"` // OPEN, MERGED or CLOSED
}

// CommitLine is what tells a commit from others.
type CommitLine struct {
	Commit
	Repository  Named     `graphql:"repository"`
	Subject     string    `graphql:"subject"`
	AuthorName  string    `graphql:"authorName"` // empty if not told
	CommittedAt time.Time `graphql:"committedAt"`
}

// exactly is a reference that fits this commit alone.
func (c *CommitLine) exactly() string { return c.Repository.Name + "@" + c.SHA }

// CommitStory is a commit with all that is known of it.
type CommitStory struct {
	CommitLine
	Parents         []string
	ParentsComplete bool // all its parents are known
	PullRequests    []PullRequest
	Builds          []Build
	Artifacts       []BuiltArtifact
}

// BuiltArtifact is an artifact and where it runs now.
type BuiltArtifact struct {
	Artifact
	RunningIn page[RunningPlace] `graphql:"runningIn(first: 20)"`
}

// RunningPlace is an environment in which an artifact runs now.
type RunningPlace struct {
	Snapshot struct {
		Ref         string `graphql:"ref"`
		Environment Named  `graphql:"environment"`
	} `graphql:"snapshot"`
	Replicas     int       `graphql:"replicas"`
	RunningSince time.Time `graphql:"runningSince"`
}

// AmbiguousCommitError says that a reference to a commit fits several.
type AmbiguousCommitError struct {
	Ambiguity
	Candidates []CommitLine
}

// Error returns what it fits, and how to say it exactly.
func (e *AmbiguousCommitError) Error() string { return e.Summary }

// Unwrap gives the error its code.
func (e *AmbiguousCommitError) Unwrap() error {
	return &Error{Code: CodeAmbiguous, Message: e.Summary}
}

// commitStory is what is asked for about one commit.
type commitStory struct {
	CommitLine
	Parents         []string            `graphql:"parents"`
	ParentsComplete bool                `graphql:"parentsComplete"`
	PullRequests    page[PullRequest]   `graphql:"pullRequests(first: $first)"`
	Builds          page[Build]         `graphql:"builds(first: $first)"`
	Artifacts       page[BuiltArtifact] `graphql:"artifacts(first: $first, after: $after)"`
}

// Commit returns one commit with what was built from it. Of its builds and pull
// requests it has the newest, as many as there are in a page. It returns an *AmbiguousCommitError if
// the reference fits several.
func (c *Client) Commit(ctx context.Context, ref string) (*CommitStory, error) {
	found, err := c.commit(ctx, ref, maxPage, nil)
	if err != nil {
		return nil, err
	}
	artifacts, err := followFrom(ctx, c, found.Artifacts, 0, func(first int, after *Cursor) (page[BuiltArtifact], error) {
		// The exact reference: what was typed may fit another commit by now.
		next, err := c.commit(ctx, found.exactly(), first, after)
		if err != nil {
			return page[BuiltArtifact]{}, err
		}
		return next.Artifacts, nil
	})
	if err != nil {
		return nil, err
	}
	return &CommitStory{
		CommitLine: found.CommitLine, Parents: found.Parents, ParentsComplete: found.ParentsComplete,
		PullRequests: found.PullRequests.Nodes, Builds: found.Builds.Nodes, Artifacts: artifacts.Items,
	}, nil
}

func (c *Client) commit(ctx context.Context, ref string, first int, after *Cursor) (*commitStory, error) {
	var q struct {
		Organization struct {
			Commit struct {
				Type    string           `graphql:"__typename"`
				Commit  commitStory      `graphql:"... on Commit"`
				Several ambiguousCommits `graphql:"... on AmbiguousCommit"`
			} `graphql:"commit(ref: $ref)"`
		} `graphql:"organization(name: $organization)"`
	}
	err := c.query(ctx, "Commit", &q, variables{
		"organization": c.organization, "ref": CommitRef(ref), "first": first, "after": after,
	})
	if err != nil {
		return nil, err
	}
	return &q.Organization.Commit.Commit, oneCommit(ref, q.Organization.Commit.Type, q.Organization.Commit.Several)
}

// ambiguousCommits is the answer to a reference that fits several commits.
type ambiguousCommits struct {
	Ambiguity
	Candidates []CommitLine `graphql:"candidates"`
}

// oneCommit is the error of an answer, by its type, that is not about one thing: about
// several, or about none.
func oneCommit(ref, typeName string, several ambiguousCommits) error {
	switch typeName {
	case "":
		return &Error{Code: CodeNotFound, Message: fmt.Sprintf("no commit is %s", ref)}
	case "AmbiguousCommit":
		return &AmbiguousCommitError{Ambiguity: several.Ambiguity, Candidates: several.Candidates}
	default:
		return nil
	}
}
