package api

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"
)

// What one call tells of at most. The server takes 1000 commits and 2 MiB.
const (
	commitsPerCall     = 1000
	commitBytesPerCall = 1_500_000
)

// Commit is a commit of a git repository.
type Commit struct {
	SHA      string `graphql:"sha"`
	ShortSHA string `graphql:"shortSha"`
	URL      string `graphql:"url"`
}

// CommitInput is a commit as git shows it.
type CommitInput struct {
	SHA             string    `json:"sha"`
	Parents         []string  `json:"parents"`
	ParentsComplete *bool     `json:"parentsComplete,omitempty"` // true if nil
	Subject         string    `json:"subject"`
	Message         string    `json:"message,omitempty"` // the whole of it; empty if it is the subject alone
	AuthorName      string    `json:"authorName,omitempty"`
	AuthorEmail     string    `json:"authorEmail,omitempty"`
	PatchID         string    `json:"patchId,omitempty"` // what git patch-id --stable prints; empty if there is none
	CommittedAt     time.Time `json:"committedAt"`
	// Paths are the files that it touches, against its first parent; nil if they are
	// not known, which is not the same as none.
	Paths *[]string `json:"paths,omitempty"`
}

// ReportCommitsInput is commits of one repository.
type ReportCommitsInput struct {
	Organization string        `json:"organization"`
	Repository   string        `json:"repository"`
	Commits      []CommitInput `json:"commits"`
}

// ReportCommits tells of commits of one repository, in as many calls as they
// need, and returns how many there were and how many were not known before. It
// holds those of one call in memory. An error among the commits ends it. After an
// error the calls before it have had their effect; doing it again is safe.
func (c *Client) ReportCommits(ctx context.Context, repository string, commits iter.Seq2[CommitInput, error]) (told, added int, err error) {
	var batch []CommitInput
	size := 0
	send := func() error {
		if told > 0 && c.OnPage != nil {
			c.OnPage(told)
		}
		n, err := c.reportCommits(ctx, repository, batch)
		if err != nil {
			return err
		}
		told, added = told+len(batch), added+n
		batch, size = nil, 0
		return nil
	}
	for commit, err := range commits {
		if err != nil {
			return told, added, err
		}
		if commit.Parents == nil {
			commit.Parents = []string{} // null is no list
		}
		n, err := sizeOf(commit)
		if err != nil {
			return told, added, err
		}
		if len(batch) == commitsPerCall || len(batch) > 0 && size+n > commitBytesPerCall {
			if err := send(); err != nil {
				return told, added, err
			}
		}
		batch, size = append(batch, commit), size+n
	}
	if len(batch) > 0 {
		err = send()
	}
	return told, added, err
}

// sizeOf is how much a commit takes in the body of a request.
func sizeOf(commit CommitInput) (int, error) {
	text, err := json.Marshal(commit)
	if err != nil {
		return 0, fmt.Errorf("write commit %s: %w", commit.SHA, err)
	}
	return len(text) + len(","), nil
}

// ReportCommitList is ReportCommits of commits that are there already.
func (c *Client) ReportCommitList(ctx context.Context, repository string, commits []CommitInput) (added int, err error) {
	_, added, err = c.ReportCommits(ctx, repository, func(yield func(CommitInput, error) bool) {
		for _, commit := range commits {
			if !yield(commit, nil) {
				return
			}
		}
	})
	return added, err
}

func (c *Client) reportCommits(ctx context.Context, repository string, commits []CommitInput) (int, error) {
	var m struct {
		ReportCommits struct {
			Added int `graphql:"added"`
		} `graphql:"reportCommits(input: $input)"`
	}
	in := ReportCommitsInput{Organization: c.organization, Repository: repository, Commits: commits}
	err := c.mutate(ctx, "ReportCommits", &m, variables{"input": in})
	return m.ReportCommits.Added, err
}
