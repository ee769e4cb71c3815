package api

import (
	"context"
	"fmt"
)

// Diff is what differs between two snapshots.
type Diff struct {
	From    Snapshot
	To      Snapshot
	Empty   bool
	Summary string // one line for people
	Added   []RunningArtifact
	Removed []RunningArtifact
	Changed []RunningChange
	Flows   []FlowChange

	// Unchanged is what is in both just the same, as the second has it; nil if it was
	// not asked for.
	Unchanged []RunningArtifact
}

// RunningChange is one artifact in two snapshots.
type RunningChange struct {
	From RunningArtifact `graphql:"from"`
	To   RunningArtifact `graphql:"to"`
}

// FlowChange is what a diff means for one flow of which it takes a version away or
// brings one.
type FlowChange struct {
	Flow    Named            `graphql:"flow"`
	From    *RunningArtifact `graphql:"from"` // nil if nothing of the flow ran before
	To      *RunningArtifact `graphql:"to"`   // nil if nothing of the flow runs after
	Commits CommitRange      `graphql:"commits"`
}

// CommitRange is what lies between two commits, or the newest of it.
type CommitRange struct {
	Relation string           `graphql:"relation"` // AHEAD, BEHIND, DIVERGED, SAME or UNKNOWN
	Reason   *string          `graphql:"reason"`   // why it is UNKNOWN
	Ahead    *int             `graphql:"ahead"`    // nil if it is UNKNOWN
	Behind   *int             `graphql:"behind"`
	Added    page[CommitLine] `graphql:"added(first: 20)"`
	Removed  page[CommitLine] `graphql:"removed(first: 20)"`
}

// diff is what is asked for about a diff at first.
type diff struct {
	From    Snapshot              `graphql:"from"`
	To      Snapshot              `graphql:"to"`
	Empty   bool                  `graphql:"empty"`
	Summary string                `graphql:"summary"`
	Added   page[RunningArtifact] `graphql:"added(first: $first)"`
	Removed page[RunningArtifact] `graphql:"removed(first: $first)"`
	Changed page[RunningChange]   `graphql:"changed(first: $first)"`
	Flows   page[FlowChange]      `graphql:"flows(first: $flows)"`
}

// flowsAtOnce are the flows of which commits are asked for at once: a page of all of
// them would cost more than the server allows.
const flowsAtOnce = 20

// Diff returns all that differs between two snapshots, of one environment or of
// two, and what does not if it is asked for.
func (c *Client) Diff(ctx context.Context, from, to string, unchanged bool) (*Diff, error) {
	var q struct {
		Organization struct {
			Diff *diff `graphql:"diff(from: $from, to: $to)"`
		} `graphql:"organization(name: $organization)"`
	}
	err := c.query(ctx, "Diff", &q, variables{
		"organization": c.organization, "from": SnapshotRef(from), "to": SnapshotRef(to), "first": maxPage, "flows": flowsAtOnce,
	})
	if err != nil {
		return nil, err
	}
	d := q.Organization.Diff
	if d == nil {
		return nil, &Error{Code: CodeNotFound, Message: fmt.Sprintf("there is no diff from %s to %s", from, to)}
	}
	return c.wholeDiff(ctx, d, unchanged)
}

// wholeDiff reads what did not fit into the first pages.
func (c *Client) wholeDiff(ctx context.Context, d *diff, unchanged bool) (*Diff, error) {
	// The exact references: the newest may be another by now.
	from, to := SnapshotRef(d.From.Ref), SnapshotRef(d.To.Ref)
	added, err := followFrom(ctx, c, d.Added, 0, c.diffAdded(ctx, from, to))
	if err != nil {
		return nil, err
	}
	removed, err := followFrom(ctx, c, d.Removed, 0, c.diffRemoved(ctx, from, to))
	if err != nil {
		return nil, err
	}
	changed, err := followFrom(ctx, c, d.Changed, 0, c.diffChanged(ctx, from, to))
	if err != nil {
		return nil, err
	}
	flows, err := followFrom(ctx, c, d.Flows, 0, c.diffFlows(ctx, from, to))
	if err != nil {
		return nil, err
	}
	whole := &Diff{
		From: d.From, To: d.To, Empty: d.Empty, Summary: d.Summary,
		Added: added.Items, Removed: removed.Items, Changed: changed.Items, Flows: flows.Items,
	}
	if unchanged {
		same, err := follow(ctx, c, 0, c.diffUnchanged(ctx, from, to))
		if err != nil {
			return nil, err
		}
		whole.Unchanged = append([]RunningArtifact{}, same.Items...)
	}
	return whole, nil
}

func (c *Client) diffFlows(ctx context.Context, from, to SnapshotRef) fetchFunc[FlowChange] {
	return func(first int, after *Cursor) (page[FlowChange], error) {
		var q struct {
			Organization struct {
				Diff struct {
					Flows page[FlowChange] `graphql:"flows(first: $first, after: $after)"`
				} `graphql:"diff(from: $from, to: $to)"`
			} `graphql:"organization(name: $organization)"`
		}
		err := c.query(ctx, "DiffFlows", &q, variables{
			"organization": c.organization, "from": from, "to": to, "first": min(first, flowsAtOnce), "after": after,
		})
		return q.Organization.Diff.Flows, err
	}
}

func (c *Client) diffUnchanged(ctx context.Context, from, to SnapshotRef) fetchFunc[RunningArtifact] {
	return func(first int, after *Cursor) (page[RunningArtifact], error) {
		var q struct {
			Organization struct {
				Diff struct {
					Unchanged page[RunningArtifact] `graphql:"unchanged(first: $first, after: $after)"`
				} `graphql:"diff(from: $from, to: $to)"`
			} `graphql:"organization(name: $organization)"`
		}
		err := c.query(ctx, "DiffUnchanged", &q, variables{
			"organization": c.organization, "from": from, "to": to, "first": first, "after": after,
		})
		return q.Organization.Diff.Unchanged, err
	}
}

func (c *Client) diffAdded(ctx context.Context, from, to SnapshotRef) fetchFunc[RunningArtifact] {
	return func(first int, after *Cursor) (page[RunningArtifact], error) {
		var q struct {
			Organization struct {
				Diff struct {
					Added page[RunningArtifact] `graphql:"added(first: $first, after: $after)"`
				} `graphql:"diff(from: $from, to: $to)"`
			} `graphql:"organization(name: $organization)"`
		}
		err := c.query(ctx, "DiffAdded", &q, variables{
			"organization": c.organization, "from": from, "to": to, "first": first, "after": after,
		})
		return q.Organization.Diff.Added, err
	}
}

func (c *Client) diffRemoved(ctx context.Context, from, to SnapshotRef) fetchFunc[RunningArtifact] {
	return func(first int, after *Cursor) (page[RunningArtifact], error) {
		var q struct {
			Organization struct {
				Diff struct {
					Removed page[RunningArtifact] `graphql:"removed(first: $first, after: $after)"`
				} `graphql:"diff(from: $from, to: $to)"`
			} `graphql:"organization(name: $organization)"`
		}
		err := c.query(ctx, "DiffRemoved", &q, variables{
			"organization": c.organization, "from": from, "to": to, "first": first, "after": after,
		})
		return q.Organization.Diff.Removed, err
	}
}

func (c *Client) diffChanged(ctx context.Context, from, to SnapshotRef) fetchFunc[RunningChange] {
	return func(first int, after *Cursor) (page[RunningChange], error) {
		var q struct {
			Organization struct {
				Diff struct {
					Changed page[RunningChange] `graphql:"changed(first: $first, after: $after)"`
				} `graphql:"diff(from: $from, to: $to)"`
			} `graphql:"organization(name: $organization)"`
		}
		err := c.query(ctx, "DiffChanged", &q, variables{
			"organization": c.organization, "from": from, "to": to, "first": first, "after": after,
		})
		return q.Organization.Diff.Changed, err
	}
}
