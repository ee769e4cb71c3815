package api

import (
	"context"
	"fmt"
)

// ChangedCommit is a commit that a change brings or takes away.
type ChangedCommit struct {
	CommitLine
	IssueKeys    []string          `graphql:"issueKeys"`
	PullRequests page[PullRequest] `graphql:"pullRequests(first: 5)"` // the newest
}

// ChangedCommits are the commits between two, or the newest of them.
type ChangedCommits struct {
	rangeFacts
	Added   List[ChangedCommit]
	Removed List[ChangedCommit]
}

// rangeFacts is how two commits stand to each other.
type rangeFacts struct {
	From     *CommitLine `graphql:"from"` // nil if not known
	To       *CommitLine `graphql:"to"`
	Relation string      `graphql:"relation"` // AHEAD, BEHIND, DIVERGED, SAME or UNKNOWN
	Reason   *string     `graphql:"reason"`   // why it is UNKNOWN
	Ahead    *int        `graphql:"ahead"`    // nil if it is UNKNOWN
	Behind   *int        `graphql:"behind"`
}

// FlowChanges is what changes between two snapshots for one flow.
type FlowChanges struct {
	Flow    Named
	From    *RunningArtifact // nil if nothing of the flow ran before
	To      *RunningArtifact // nil if nothing of the flow runs after
	Commits ChangedCommits
}

// Changes is what changes between two snapshots, by flow.
type Changes struct {
	From  Snapshot
	To    Snapshot
	Empty bool // nothing differs, of a flow or not
	Flows []FlowChanges
}

// changedRange is what is asked for about the commits between two.
type changedRange struct {
	rangeFacts
	Added   page[ChangedCommit] `graphql:"added(first: $commits)"`
	Removed page[ChangedCommit] `graphql:"removed(first: $commits)"`
}

// flowChanges is what is asked for about one flow.
type flowChanges struct {
	Flow    Named            `graphql:"flow"`
	From    *RunningArtifact `graphql:"from"`
	To      *RunningArtifact `graphql:"to"`
	Commits changedRange     `graphql:"commits"`
}

// changes is what is asked for about two snapshots.
type changes struct {
	From  Snapshot          `graphql:"from"`
	To    Snapshot          `graphql:"to"`
	Empty bool              `graphql:"empty"`
	Flows page[flowChanges] `graphql:"flows(first: $first, after: $after)"`
}

// Changes tells what changes between two snapshots, of one environment or of two: of
// each flow at most limit commits each way, or all if it is 0.
func (c *Client) Changes(ctx context.Context, from, to string, limit int) (*Changes, error) {
	found, err := c.changes(ctx, from, to, limit, flowsAtOnce, nil)
	if err != nil {
		return nil, err
	}
	flows, err := followFrom(ctx, c, found.Flows, 0, func(first int, after *Cursor) (page[flowChanges], error) {
		// The exact references: the newest may be another by now.
		next, err := c.changes(ctx, found.From.Ref, found.To.Ref, limit, min(first, flowsAtOnce), after)
		if err != nil {
			return page[flowChanges]{}, err
		}
		return next.Flows, nil
	})
	if err != nil {
		return nil, err
	}
	whole := &Changes{From: found.From, To: found.To, Empty: found.Empty}
	for _, f := range flows.Items {
		commits, err := c.wholeRange(ctx, f.Commits, limit)
		if err != nil {
			return nil, err
		}
		whole.Flows = append(whole.Flows, FlowChanges{Flow: f.Flow, From: f.From, To: f.To, Commits: *commits})
	}
	return whole, nil
}

func (c *Client) changes(ctx context.Context, from, to string, limit, first int, after *Cursor) (*changes, error) {
	var q struct {
		Organization struct {
			Diff *changes `graphql:"diff(from: $from, to: $to)"`
		} `graphql:"organization(name: $organization)"`
	}
	err := c.query(ctx, "Changes", &q, variables{
		"organization": c.organization, "from": SnapshotRef(from), "to": SnapshotRef(to),
		"first": first, "after": after, "commits": commitsOf(limit),
	})
	if err == nil && q.Organization.Diff == nil {
		err = &Error{Code: CodeNotFound, Message: fmt.Sprintf("there is no diff from %s to %s", from, to)}
	}
	return q.Organization.Diff, err
}

// commitsOf is how many commits of each flow are asked for at once.
func commitsOf(limit int) int {
	if limit == 0 {
		return commitsAtOnce
	}
	return min(limit, commitsAtOnce)
}

// CommitRange tells what lies between two commits: at most limit commits each way, or
// all if it is 0. It returns an *AmbiguousCommitError if a reference fits several.
func (c *Client) CommitRange(ctx context.Context, from, to string, limit int) (*ChangedCommits, error) {
	var q struct {
		Organization struct {
			Range struct {
				Type    string           `graphql:"__typename"`
				Range   changedRange     `graphql:"... on CommitRange"`
				Several ambiguousCommits `graphql:"... on AmbiguousCommit"`
			} `graphql:"commitRange(from: $from, to: $to)"`
		} `graphql:"organization(name: $organization)"`
	}
	err := c.query(ctx, "CommitRange", &q, variables{
		"organization": c.organization, "from": CommitRef(from), "to": CommitRef(to), "commits": commitsOf(limit),
	})
	if err != nil {
		return nil, err
	}
	if err := oneCommit(from+" or "+to, q.Organization.Range.Type, q.Organization.Range.Several); err != nil {
		return nil, err
	}
	return c.wholeRange(ctx, q.Organization.Range.Range, limit)
}

// wholeRange reads what did not fit into the first pages of a range.
func (c *Client) wholeRange(ctx context.Context, r changedRange, limit int) (*ChangedCommits, error) {
	whole := &ChangedCommits{
		rangeFacts: r.rangeFacts,
		Added:      List[ChangedCommit]{r.Added.Nodes, r.Added.PageInfo.HasNextPage},
		Removed:    List[ChangedCommit]{r.Removed.Nodes, r.Removed.PageInfo.HasNextPage},
	}
	if r.From == nil || r.To == nil {
		return whole, nil
	}
	var err error
	if whole.Added, err = followFrom(ctx, c, r.Added, limit, c.addedCommits(ctx, r.rangeFacts)); err != nil {
		return nil, err
	}
	whole.Removed, err = followFrom(ctx, c, r.Removed, limit, c.removedCommits(ctx, r.rangeFacts))
	return whole, err
}

func (c *Client) addedCommits(ctx context.Context, r rangeFacts) fetchFunc[ChangedCommit] {
	return func(first int, after *Cursor) (page[ChangedCommit], error) {
		var q struct {
			Organization struct {
				Range struct {
					Range struct {
						Added page[ChangedCommit] `graphql:"added(first: $first, after: $after)"`
					} `graphql:"... on CommitRange"`
				} `graphql:"commitRange(from: $from, to: $to)"`
			} `graphql:"organization(name: $organization)"`
		}
		err := c.query(ctx, "AddedCommits", &q, c.pageOfRange(r, first, after))
		return q.Organization.Range.Range.Added, err
	}
}

func (c *Client) removedCommits(ctx context.Context, r rangeFacts) fetchFunc[ChangedCommit] {
	return func(first int, after *Cursor) (page[ChangedCommit], error) {
		var q struct {
			Organization struct {
				Range struct {
					Range struct {
						Removed page[ChangedCommit] `graphql:"removed(first: $first, after: $after)"`
					} `graphql:"... on CommitRange"`
				} `graphql:"commitRange(from: $from, to: $to)"`
			} `graphql:"organization(name: $organization)"`
		}
		err := c.query(ctx, "RemovedCommits", &q, c.pageOfRange(r, first, after))
		return q.Organization.Range.Range.Removed, err
	}
}

// pageOfRange asks for a page of what lies between two commits, by exact references.
func (c *Client) pageOfRange(r rangeFacts, first int, after *Cursor) variables {
	return variables{
		"organization": c.organization, "from": CommitRef(r.From.exactly()), "to": CommitRef(r.To.exactly()),
		"first": first, "after": after,
	}
}
