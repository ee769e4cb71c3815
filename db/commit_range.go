package db

import (
	"context"

	"github.com/landfall-dev/landfall/ancestry"
	"github.com/landfall-dev/landfall/model"
)

// CommitPair asks for what lies between two commits, either of which may be nil.
type CommitPair struct{ From, To *model.Commit }

// CommitRanges returns what lies between the two of each pair, by ancestry. Where the
// history that is known does not tell, the relation is UNKNOWN, with the reason.
func (db *DB) CommitRanges(ctx context.Context, org *model.Organization, pairs []CommitPair) ([]*model.CommitRange, error) {
	ranges := make([]*model.CommitRange, len(pairs))
	var repositories []int
	for i, p := range pairs {
		switch {
		case p.From == nil || p.To == nil:
			ranges[i] = model.UnknownRange(p.From, p.To, "nobody told which commit one of the two was built from")
		case p.From.Repository.Key != p.To.Repository.Key:
			ranges[i] = model.UnknownRange(p.From, p.To, "%s and %s are two repositories", p.From.Repository.Name, p.To.Repository.Name)
		default:
			repositories = append(repositories, p.From.Repository.Key)
		}
	}
	graphs, err := db.Ancestries(ctx, org, repositories)
	if err != nil {
		return nil, err
	}
	for i, p := range pairs {
		if ranges[i] == nil {
			ranges[i] = rangeOf(graphs[p.From.Repository.Key], p.From, p.To)
		}
	}
	return ranges, nil
}

// rangeOf is what lies between two commits of one repository.
func rangeOf(g *ancestry.Graph, from, to *model.Commit) *model.CommitRange {
	c := g.Compare(from.SHA.Bytes(), to.SHA.Bytes())
	switch {
	case c.Known():
		return model.NewCommitRange(from, to, c.Ahead, c.Behind)
	case c.TooMany:
		return model.UnknownRange(from, to, "the history that is known has holes, and too much lies between the two to tell: report the commits of a whole checkout")
	case g.Has(c.Missing):
		return model.UnknownRange(from, to, "the parents of %s are not known: report the commits of a whole checkout", model.CommitSHAOf(c.Missing)[:7])
	default:
		return model.UnknownRange(from, to, "commit %s is not known: report the commits of a whole checkout", model.CommitSHAOf(c.Missing)[:7])
	}
}

// AddedCommits returns a page of what the end of each range has and the start has not,
// the newest first as git log lists them; nothing where that is not known.
func (db *DB) AddedCommits(ctx context.Context, org *model.Organization, ranges []*model.CommitRange, p model.Page) ([]*model.CommitConnection, error) {
	return db.commitsOfRanges(ctx, org, ranges, p, func(r *model.CommitRange) (without, of *model.Commit) { return r.From, r.To })
}

// RemovedCommits returns a page of what the start of each range has and the end has
// not, in the same order.
func (db *DB) RemovedCommits(ctx context.Context, org *model.Organization, ranges []*model.CommitRange, p model.Page) ([]*model.CommitConnection, error) {
	return db.commitsOfRanges(ctx, org, ranges, p, func(r *model.CommitRange) (without, of *model.Commit) { return r.To, r.From })
}

func (db *DB) commitsOfRanges(ctx context.Context, org *model.Organization, ranges []*model.CommitRange, p model.Page, side func(*model.CommitRange) (without, of *model.Commit)) ([]*model.CommitConnection, error) {
	var after []byte
	if p.After != "" {
		key, err := p.After.Key(1)
		if err != nil {
			return nil, err
		}
		sha, err := model.ParseCommitSHA(key[0])
		if err != nil {
			return nil, model.NotACursor()
		}
		after = sha.Bytes()
	}
	var repositories []int
	for _, r := range ranges {
		if r.Relation != model.CommitsUnknown {
			repositories = append(repositories, r.From.Repository.Key)
		}
	}
	graphs, err := db.Ancestries(ctx, org, repositories)
	if err != nil {
		return nil, err
	}
	var asked []CommitOf
	counts := make([]int, len(ranges))
	for i, r := range ranges {
		if r.Relation == model.CommitsUnknown {
			continue
		}
		without, of := side(r)
		names, ok := graphs[of.Repository.Key].Between([][]byte{without.SHA.Bytes()}, of.SHA.Bytes(), after, p.First+1)
		if !ok {
			return nil, model.NotACursor()
		}
		for _, name := range names {
			asked = append(asked, CommitOf{Repository: of.Repository, SHA: model.CommitSHAOf(name)})
		}
		counts[i] = len(names)
	}
	commits, err := db.Commits(ctx, org, asked)
	if err != nil {
		return nil, err
	}
	pages := make([]*model.CommitConnection, len(ranges))
	for i, n := range counts {
		pages[i] = model.NewConnection(commits[:n:n], p, func(c *model.Commit) model.Cursor { return model.NewCursor(string(c.SHA)) })
		commits = commits[n:]
	}
	return pages, nil
}
