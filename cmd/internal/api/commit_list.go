package api

import (
	"context"
	"time"
)

// commitsAtOnce are the commits whose whereabouts are asked for at once: a page of
// both would cost more than the server allows.
const commitsAtOnce = 20

// CommitFilter says which commits; what is empty fits all.
type CommitFilter struct {
	Repository  string     `json:"repository,omitempty"`
	AuthorEmail string     `json:"authorEmail,omitempty"`
	Since       *time.Time `json:"since,omitempty"`
}

// LocatedCommit is a commit and where it is now, in few words.
type LocatedCommit struct {
	CommitLine
	Whereabouts []WhereaboutsLine // by flow and environment
}

// WhereaboutsLine is where a commit is, in few words.
type WhereaboutsLine struct {
	State       string `graphql:"state"`
	Flow        *Named `graphql:"flow"` // nil if there is none
	Environment Named  `graphql:"environment"`
	Running     *Named `graphql:"running"` // nil if nothing of the flow runs there
	Summary     string `graphql:"summary"` // one line for people
}

// locatedCommit is what is asked for about each of many commits.
type locatedCommit struct {
	CommitLine
	Whereabouts page[WhereaboutsLine] `graphql:"whereabouts(first: 100)"`
}

// Commits lists the commits that a filter fits, the newest first, and where they are:
// at most limit of them, or all if it is 0.
func (c *Client) Commits(ctx context.Context, filter CommitFilter, limit int) (List[LocatedCommit], error) {
	commits, err := follow(ctx, c, limit, func(first int, after *Cursor) (page[locatedCommit], error) {
		var q struct {
			Organization struct {
				Commits page[locatedCommit] `graphql:"commits(filter: $filter, first: $first, after: $after)"`
			} `graphql:"organization(name: $organization)"`
		}
		err := c.query(ctx, "Commits", &q, variables{
			"organization": c.organization, "filter": filter, "first": min(first, commitsAtOnce), "after": after,
		})
		return q.Organization.Commits, err
	})
	if err != nil {
		return List[LocatedCommit]{}, err
	}
	list := List[LocatedCommit]{More: commits.More}
	for _, commit := range commits.Items {
		lines, err := followFrom(ctx, c, commit.Whereabouts, 0, c.whereaboutsLines(ctx, commit.CommitLine))
		if err != nil {
			return List[LocatedCommit]{}, err
		}
		list.Items = append(list.Items, LocatedCommit{CommitLine: commit.CommitLine, Whereabouts: lines.Items})
	}
	return list, nil
}

// whereaboutsLines fetches what does not fit into the first page of a commit.
func (c *Client) whereaboutsLines(ctx context.Context, commit CommitLine) fetchFunc[WhereaboutsLine] {
	return func(first int, after *Cursor) (page[WhereaboutsLine], error) {
		var q struct {
			Organization struct {
				Commit struct {
					Commit struct {
						Whereabouts page[WhereaboutsLine] `graphql:"whereabouts(first: $first, after: $after)"`
					} `graphql:"... on Commit"`
				} `graphql:"commit(ref: $ref)"`
			} `graphql:"organization(name: $organization)"`
		}
		err := c.query(ctx, "WhereaboutsLines", &q, variables{
			"organization": c.organization, "ref": CommitRef(commit.exactly()), "first": first, "after": after,
		})
		return q.Organization.Commit.Commit.Whereabouts, err
	}
}
