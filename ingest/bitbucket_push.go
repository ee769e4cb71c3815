package ingest

import (
	"strings"
	"time"

	"github.com/go-playground/webhooks/v6/bitbucket"

	"github.com/landfall-dev/landfall/model"
)

// bitbucketCommit is a commit of a push. The library leaves out when it was made
// and, where that is no user of Bitbucket's, by whom.
type bitbucketCommit struct {
	Hash    string    `json:"hash"`
	Message string    `json:"message"`
	Date    time.Time `json:"date"`
	Author  struct {
		Raw         string `json:"raw"` // Name <address>
		DisplayName string `json:"display_name"`
	} `json:"author"`
}

// commit is the commit in our words. What it touches is not told.
func (c bitbucketCommit) commit() (*model.Commit, error) {
	name, address, _ := strings.Cut(c.Author.Raw, "<")
	by := author{strings.TrimSpace(name), strings.TrimSuffix(strings.TrimSpace(address), ">")}
	if by.name == "" {
		by.name = c.Author.DisplayName
	}
	return newCommit(c.Hash, c.Message, by, c.Date)
}

// bitbucketChange is one branch or tag of a push, as far as the library leaves it
// out.
type bitbucketChange struct {
	New struct {
		Target bitbucketCommit `json:"target"`
	} `json:"new"`
	Commits []bitbucketCommit `json:"commits"`
}

// readBitbucketPush reads the commits of a push, and where it moved branches and
// tags.
func readBitbucketPush(p *bitbucket.RepoPushPayload, body []byte) (*model.Facts, error) {
	f, err := bitbucketFacts(p.Repository)
	if err != nil {
		return nil, err
	}
	var more struct {
		Push struct {
			Changes []bitbucketChange `json:"changes"`
		} `json:"push"`
	}
	if err := beside(model.ForgeBitbucket, "repo:push", body, &more); err != nil {
		return nil, err
	}
	if len(more.Push.Changes) != len(p.Push.Changes) { // which cannot be: both were read from the same list
		return nil, notUnderstood(model.ForgeBitbucket, "repo:push", nil)
	}
	for i, change := range p.Push.Changes {
		if err := readBitbucketCommits(f, more.Push.Changes[i]); err != nil {
			return nil, err
		}
		// Bitbucket does not tell when it was pushed: the move is taken to be as
		// old as the commit that it leads to. A deletion leads to none.
		kind, name := change.New.Type, change.New.Name
		ref, ok := fullRef(kind, name)
		if !ok {
			continue
		}
		move := model.RefMove{Ref: ref, Before: change.Old.Target.Hash, After: change.New.Target.Hash, Forced: change.Forced}
		if err := addRefMove(f, move, change.New.Target.Date); err != nil {
			return nil, err
		}
		if change.Truncated {
			f.Note = "Bitbucket tells only the newest commits of a push: older ones were not sent, and `landfall report commits` tells them"
		}
	}
	if len(f.Commits)+len(f.RefMoves) == 0 {
		f.Ignored = "the push brings no commits, and Bitbucket does not tell when it was"
	}
	return f, nil
}

// readBitbucketCommits adds the commits of a change. Old payloads do not tell when
// any but the newest was made: those are left out.
func readBitbucketCommits(f *model.Facts, change bitbucketChange) error {
	left := false
	for _, c := range append(change.Commits, change.New.Target) {
		if c.Hash == "" {
			continue
		}
		if c.Date.IsZero() {
			left = true
			continue
		}
		commit, err := c.commit()
		if err != nil {
			return err
		}
		addCommits(f, commit)
	}
	if left {
		f.Note = "the push does not tell when all of its commits were made: the others are left out, and `landfall report commits` tells them"
	}
	return nil
}
