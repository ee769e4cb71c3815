package ingest

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-playground/webhooks/v6/github"

	"github.com/landfall-dev/landfall/model"
)

// Bounds of what GitHub tells in a push: at most so many commits, and of each at
// most so many files. What is as large as that may have been cut.
const (
	maxGitHubCommits = 2048
	maxGitHubFiles   = 3000
)

// readGitHubPush reads the commits of a push, and where it moved its branch or
// tag. It does not tell the parents of commits.
func readGitHubPush(p *github.PushPayload) (*model.Facts, error) {
	f, err := factsOf(model.ForgeGitHub, p.Repository.FullName, p.Repository.HTMLURL)
	if err != nil {
		return nil, err
	}
	for _, c := range p.Commits {
		commit, err := newGitHubCommit(c.ID, c.Message, author{c.Author.Name, c.Author.Email}, c.Timestamp, c.Added, c.Modified, c.Removed)
		if err != nil {
			return nil, err
		}
		f.Commits = append(f.Commits, commit)
	}
	head := p.HeadCommit
	if head.ID != "" { // the only commit that is told of a tag, or of a branch that begins at an old commit
		commit, err := newGitHubCommit(head.ID, head.Message, author{head.Author.Name, head.Author.Email}, head.Timestamp, head.Added, head.Modified, head.Removed)
		if err != nil {
			return nil, err
		}
		f.Commits = append(f.Commits, commit)
	}
	commits := f.Commits
	f.Commits = nil
	addCommits(f, commits...)
	after := p.After
	if strings.HasPrefix(p.Ref, "refs/tags/") && head.ID != "" && !isNoSHA(after) {
		after = head.ID // of an annotated tag, after is the tag itself
	}
	if p.Repository.PushedAt > 0 {
		move := model.RefMove{Ref: p.Ref, Before: p.Before, After: after, Forced: p.Forced}
		if err := addRefMove(f, move, time.Unix(p.Repository.PushedAt, 0)); err != nil {
			return nil, err
		}
	}
	if len(p.Commits) >= maxGitHubCommits {
		f.Note = fmt.Sprintf("GitHub tells at most %d commits of a push: older ones were not sent, and `landfall report commits` tells them", maxGitHubCommits)
	}
	if len(f.Commits)+len(f.RefMoves) == 0 {
		f.Ignored = "the push brings no commits, and does not tell when it was"
	}
	return f, nil
}

// newGitHubCommit reads a commit of a push.
func newGitHubCommit(sha, message string, by author, timestamp string, added, modified, removed []string) (*model.Commit, error) {
	at, err := time.Parse(time.RFC3339, timestamp)
	if err != nil {
		at = time.Time{} // which is no time
	}
	commit, err := newCommit(sha, message, by, at, added, modified, removed)
	if err != nil {
		return nil, err
	}
	if len(added)+len(modified)+len(removed) >= maxGitHubFiles {
		commit.Paths, commit.PathsKnown = nil, false
	}
	return commit, nil
}

// readGitHubDelete reads that a branch or a tag was deleted. The push that says so
// too tells where it was.
func readGitHubDelete(p *github.DeletePayload) (*model.Facts, error) {
	f, err := factsOf(model.ForgeGitHub, p.Repository.FullName, p.Repository.HTMLURL)
	if err != nil {
		return nil, err
	}
	ref, ok := fullRef(p.RefType, p.Ref)
	if !ok {
		return nil, model.Invalid("ref_type", "a %q was deleted, and that is neither a branch nor a tag", model.CleanText(p.RefType, 60))
	}
	if err := addRefMove(f, model.RefMove{Ref: ref}, p.Repository.PushedAt); err != nil {
		return nil, err
	}
	if len(f.RefMoves) == 0 {
		f.Ignored = "it does not tell when the " + p.RefType + " was deleted"
	}
	return f, nil
}
