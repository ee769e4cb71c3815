package ingest

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-playground/webhooks/v6/gitea"

	"github.com/landfall-dev/landfall/model"
)

// readGiteaPush reads the commits of a push, and where it moved its branch or tag.
// Gitea does not tell when it was pushed. The move is taken to be as old as its
// newest commit: that is the same however often and whenever it is told, most
// commits are pushed soon after they are made, and of two pushes to a branch the
// later one nearly always brings the newer commit.
func readGiteaPush(p *gitea.PushPayload, body []byte) (*model.Facts, error) {
	f, err := giteaFacts(p.Repo)
	if err != nil {
		return nil, err
	}
	for _, c := range append(p.Commits, p.HeadCommit) {
		if c == nil {
			continue
		}
		var by author
		if c.Author != nil {
			by = author{c.Author.Name, c.Author.Email}
		}
		commit, err := newCommit(c.ID, c.Message, by, c.Timestamp, c.Added, c.Modified, c.Removed)
		if err != nil {
			return nil, err
		}
		addCommits(f, commit)
	}
	at, after := newest(f.Commits), p.After
	if isNoSHA(after) {
		at = giteaUpdated(p.Repo)
	} else if head := p.HeadCommit; head != nil && strings.HasPrefix(p.Ref, "refs/tags/") {
		after = head.ID // of an annotated tag, after is the tag itself
	}
	if err := addRefMove(f, model.RefMove{Ref: p.Ref, Before: p.Before, After: after}, at); err != nil {
		return nil, err
	}
	if len(f.Commits)+len(f.RefMoves) == 0 {
		f.Ignored = "the push brings no commits, and does not tell when it was"
		return f, nil
	}
	var more struct {
		TotalCommits int `json:"total_commits"`
	}
	if err := beside(model.ForgeGitea, "push", body, &more); err != nil {
		return nil, err
	}
	if missing := more.TotalCommits - len(p.Commits); missing > 0 {
		f.Note = fmt.Sprintf("Gitea tells only the newest commits of a push: %d older ones were not sent, and `landfall report commits` tells them", missing)
	}
	return f, nil
}

// readGiteaDelete reads that a branch or a tag was deleted.
func readGiteaDelete(p *gitea.DeletePayload) (*model.Facts, error) {
	f, err := giteaFacts(p.Repo)
	if err != nil {
		return nil, err
	}
	ref, ok := fullRef(p.RefType, p.Ref)
	if !ok {
		return nil, model.Invalid("ref_type", "a %q was deleted, and that is neither a branch nor a tag", model.CleanText(p.RefType, 60))
	}
	if err := addRefMove(f, model.RefMove{Ref: ref}, giteaUpdated(p.Repo)); err != nil {
		return nil, err
	}
	if len(f.RefMoves) == 0 {
		f.Ignored = "it does not tell when the " + p.RefType + " was deleted"
	}
	return f, nil
}

// giteaUpdated is when a repository was last changed, which is as near as Gitea
// comes to telling when something was deleted from it.
func giteaUpdated(r *gitea.Repository) time.Time { return r.Updated }
