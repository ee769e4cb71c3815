package api

import (
	"context"
	"slices"
	"time"
)

// commitsPerCall is how many commits are told of at once. The server takes more,
// but bounds the size of what it is sent.
const commitsPerCall = 500

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
	AuthorName      string    `json:"authorName,omitempty"`
	CommittedAt     time.Time `json:"committedAt"`
}

// ReportCommitsInput is commits of one repository.
type ReportCommitsInput struct {
	Organization string        `json:"organization"`
	Repository   string        `json:"repository"`
	Commits      []CommitInput `json:"commits"`
}

// ReportCommits tells of commits of one repository, in as many calls as they
// need, and returns how many were not known before. After an error the calls
// before it have had their effect; doing it again is safe.
func (c *Client) ReportCommits(ctx context.Context, repository string, commits []CommitInput) (added int, err error) {
	done := 0
	for chunk := range slices.Chunk(commits, commitsPerCall) {
		if done > 0 && c.OnPage != nil {
			c.OnPage(done)
		}
		n, err := c.reportCommits(ctx, repository, chunk)
		if err != nil {
			return added, err
		}
		added += n
		done += len(chunk)
	}
	return added, nil
}

func (c *Client) reportCommits(ctx context.Context, repository string, commits []CommitInput) (int, error) {
	in := ReportCommitsInput{Organization: c.organization, Repository: repository, Commits: slices.Clone(commits)}
	for i := range in.Commits {
		if in.Commits[i].Parents == nil {
			in.Commits[i].Parents = []string{} // null is no list
		}
	}
	var m struct {
		ReportCommits struct {
			Added int `graphql:"added"`
		} `graphql:"reportCommits(input: $input)"`
	}
	err := c.mutate(ctx, "ReportCommits", &m, variables{"input": in})
	return m.ReportCommits.Added, err
}
