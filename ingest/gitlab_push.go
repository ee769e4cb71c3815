package ingest

import (
	"fmt"
	"strings"

	"github.com/go-playground/webhooks/v6/gitlab"

	"github.com/landfall-dev/landfall/model"
)

// gitLabPush is a push of a branch or a tag.
type gitLabPush struct {
	ref, before, after string
	checkoutSHA        string // the commit of a tag that is an object itself
	project            gitlab.Project
	commits            []gitlab.Commit // the 20 newest
	total              int64           // how many there are
}

// readGitLabPush reads the commits of a push, and where it moved its branch or
// tag. GitLab does not tell when it was pushed: the move is taken to be as old as
// its newest commit, which is the same however often and whenever it is told.
func readGitLabPush(p gitLabPush) (*model.Facts, error) {
	f, err := gitLabFacts(p.project)
	if err != nil {
		return nil, err
	}
	for _, c := range p.commits {
		commit, err := newCommit(c.ID, c.Message, author{c.Author.Name, c.Author.Email}, c.Timestamp.Time, c.Added, c.Modified, c.Removed)
		if err != nil {
			return nil, err
		}
		addCommits(f, commit)
	}
	if len(f.Commits) == 0 {
		f.Ignored = "the push brings no commits, and GitLab does not tell when it was"
		return f, nil
	}
	after := p.after
	if strings.HasPrefix(p.ref, "refs/tags/") && p.checkoutSHA != "" && !isNoSHA(after) {
		after = p.checkoutSHA
	}
	if err := addRefMove(f, model.RefMove{Ref: p.ref, Before: p.before, After: after}, newest(f.Commits)); err != nil {
		return nil, err
	}
	if more := p.total - int64(len(p.commits)); more > 0 {
		f.Note = fmt.Sprintf("GitLab tells only the newest commits of a push: %d older ones were not sent, and `landfall report commits` tells them", more)
	}
	return f, nil
}
