package graph

import (
	"context"
	"maps"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

// The edges of what of flows runs in environments.
func init() {
	maps.Copy(edges, map[string]map[string]edge{
		"FlowInEnvironment": {
			"environment": inline(func(f *model.FlowInEnvironment) any { return f.Environment }),
			"snapshot":    inline(func(f *model.FlowInEnvironment) any { return orNothing(f.Snapshot) }),
			"running":     inline(func(f *model.FlowInEnvironment) any { return asAny(f.Running) }),
			"lag":         filled(fillLags, func(f *model.FlowInEnvironment) any { return orNothing(f.Lag) }),
		},
	})
}

func flowsInEnvironments(ctx context.Context, d *db.DB, org *model.Organization, flows []*model.Flow, args arguments) ([]answer, error) {
	found, err := d.FlowsInEnvironments(ctx, org, flows, args.texts("environments"))
	return answersOf(found), err
}

// fillLags finds what lies between what runs in an environment and what runs in the one
// before it.
func fillLags(ctx context.Context, d *db.DB, org *model.Organization, flows []*model.FlowInEnvironment) error {
	var asking []*model.FlowInEnvironment
	var running []*model.RunningArtifact
	for _, f := range flows {
		if f.Before != nil && f.Lag == nil {
			asking, running = append(asking, f), append(running, f.Running[0], f.Before)
		}
	}
	if len(asking) == 0 {
		return nil
	}
	if err := fillRunningCommits(ctx, d, org, running); err != nil {
		return err
	}
	pairs := make([]db.CommitPair, len(asking))
	for i, f := range asking {
		pairs[i] = db.CommitPair{From: f.Running[0].Commit, To: f.Before.Commit}
	}
	ranges, err := d.CommitRanges(ctx, org, pairs)
	for i, r := range ranges {
		asking[i].Lag = r
	}
	return err
}
