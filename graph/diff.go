package graph

import (
	"context"
	"maps"
	"slices"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

// The edges of what differs between two snapshots.
func init() {
	maps.Copy(edges, map[string]map[string]edge{
		"SnapshotDiff": {
			"from":           inline(func(d *model.SnapshotDiff) any { return d.From }),
			"to":             inline(func(d *model.SnapshotDiff) any { return d.To }),
			"added":          pages(addedOfDiffs),
			"removed":        pages(removedOfDiffs),
			"changed":        pages(changedOfDiffs),
			"unchanged":      pages((*db.DB).UnchangedOfDiffs),
			"unchangedCount": filled(fillUnchangedCounts, nil),
			"flows":          pages(flowsOfDiffs),
		},
		"RunningChange": {
			"from": inline(func(c *model.RunningChange) any { return orNothing(c.From) }),
			"to":   inline(func(c *model.RunningChange) any { return orNothing(c.To) }),
		},
		"FlowChange": {
			"flow":    inline(func(c *model.FlowChange) any { return c.Flow }),
			"from":    inline(func(c *model.FlowChange) any { return orNothing(c.From) }),
			"to":      inline(func(c *model.FlowChange) any { return orNothing(c.To) }),
			"commits": filled(fillCommitRanges, func(c *model.FlowChange) any { return orNothing(c.Commits) }),
		},
		"CommitRange": {
			"from":    inline(func(r *model.CommitRange) any { return orNothing(r.From) }),
			"to":      inline(func(r *model.CommitRange) any { return orNothing(r.To) }),
			"added":   pages((*db.DB).AddedCommits),
			"removed": pages((*db.DB).RemovedCommits),
		},
	})
}

func fillUnchangedCounts(ctx context.Context, d *db.DB, org *model.Organization, diffs []*model.SnapshotDiff) error {
	return d.ReadUnchangedCounts(ctx, org, diffs)
}

// fillCommitRanges finds what lies between the commits of both versions of a flow.
func fillCommitRanges(ctx context.Context, d *db.DB, org *model.Organization, changes []*model.FlowChange) error {
	var asking []*model.FlowChange
	var running []*model.RunningArtifact
	for _, c := range changes {
		for _, r := range []*model.RunningArtifact{c.From, c.To} {
			if r != nil && c.Commits == nil {
				running = append(running, r)
			}
		}
		if c.Commits == nil {
			asking = append(asking, c)
		}
	}
	if len(asking) == 0 {
		return nil
	}
	if err := fillRunningCommits(ctx, d, org, running); err != nil {
		return err
	}
	pairs := make([]db.CommitPair, len(asking))
	for i, c := range asking {
		pairs[i] = db.CommitPair{From: commitOfRunning(c.From), To: commitOfRunning(c.To)}
	}
	ranges, err := d.CommitRanges(ctx, org, pairs)
	for i, r := range ranges {
		c := asking[i]
		switch c.Commits = r; {
		case c.From == nil:
			c.Commits = model.UnknownRange(r.From, r.To, "no version of %s is taken away", c.Flow.Name)
		case c.To == nil:
			c.Commits = model.UnknownRange(r.From, r.To, "no version of %s is brought", c.Flow.Name)
		}
	}
	return err
}

func commitOfRunning(r *model.RunningArtifact) *model.Commit {
	if r == nil {
		return nil
	}
	return r.Commit
}

// The rows of a diff are there already: its lists are pages of them.

func addedOfDiffs(_ *db.DB, _ context.Context, _ *model.Organization, diffs []*model.SnapshotDiff, p model.Page) ([]*model.RunningArtifactConnection, error) {
	return pagesOfRows(diffs, p, func(d *model.SnapshotDiff) []*model.RunningArtifact { return d.AddedRows }, model.RunningCursor)
}

func removedOfDiffs(_ *db.DB, _ context.Context, _ *model.Organization, diffs []*model.SnapshotDiff, p model.Page) ([]*model.RunningArtifactConnection, error) {
	return pagesOfRows(diffs, p, func(d *model.SnapshotDiff) []*model.RunningArtifact { return d.RemovedRows }, model.RunningCursor)
}

func changedOfDiffs(_ *db.DB, _ context.Context, _ *model.Organization, diffs []*model.SnapshotDiff, p model.Page) ([]*model.RunningChangeConnection, error) {
	return pagesOfRows(diffs, p, func(d *model.SnapshotDiff) []*model.RunningChange { return d.ChangedRows },
		func(c *model.RunningChange) model.Cursor { return model.RunningCursor(c.To) })
}

func flowsOfDiffs(d *db.DB, ctx context.Context, org *model.Organization, diffs []*model.SnapshotDiff, p model.Page) ([]*model.FlowChangeConnection, error) {
	var running []*model.RunningArtifact
	for _, diff := range diffs {
		running = append(append(running, diff.AddedRows...), diff.RemovedRows...)
	}
	if err := fillRunningArtifacts(ctx, d, org, running); err != nil {
		return nil, err
	}
	for _, diff := range diffs {
		if diff.FlowRows == nil { // what leads on from them was loaded for those that are there
			diff.FlowRows = model.FlowsOfDiff(diff)
		}
	}
	return pagesOfRows(diffs, p, func(d *model.SnapshotDiff) []*model.FlowChange { return d.FlowRows }, model.FlowChangeCursor)
}

func pagesOfRows[P, T any](parents []P, p model.Page, rows func(P) []T, cursor func(T) model.Cursor) ([]*model.Connection[T], error) {
	connections := make([]*model.Connection[T], len(parents))
	for i, parent := range parents {
		after := rows(parent)
		if p.After != "" {
			at := slices.IndexFunc(after, func(row T) bool { return cursor(row) == p.After })
			if at < 0 {
				return nil, model.NotACursor()
			}
			after = after[at+1:]
		}
		connections[i] = model.NewConnection(after, p, cursor)
	}
	return connections, nil
}
