package graph

import (
	"context"
	"maps"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

// defaultReplicaSteps is how many steps a series has at most if nobody said.
const defaultReplicaSteps = 200

// The edges of replicas over time.
func init() {
	maps.Copy(edges, map[string]map[string]edge{
		"ReplicaSeries": {
			"flows": pages(flowsOfReplicas),
		},
		"FlowReplicas": {
			"flow":     inline(func(f *model.FlowReplicas) any { return orNothing(f.Flow) }),
			"versions": inline(func(f *model.FlowReplicas) any { return asAny(f.Versions) }),
		},
		"VersionReplicas": {
			"commit": filled(fillReplicaCommits, func(v *model.VersionReplicas) any { return orNothing(v.Commit()) }),
		},
	})
}

func replicasOfEnvironments(ctx context.Context, d *db.DB, org *model.Organization, environments []*model.Environment, args arguments) ([]answer, error) {
	during, err := args.timeRange("during")
	if err != nil {
		return nil, err
	}
	steps := defaultReplicaSteps
	if args["steps"] != nil {
		if steps, err = args.number("steps"); err != nil {
			return nil, err
		}
	}
	query, err := model.NewReplicaQuery(during, steps, d.Time())
	if err != nil {
		return nil, err
	}
	found, err := d.ReplicaSeries(ctx, org, environments, query)
	answers := make([]answer, len(found))
	for i, f := range found {
		if answers[i].err = f.Err; f.Err == nil {
			answers[i].value = f.Series
		}
	}
	return answers, err
}

// What ran is there already: the list is pages of it.
func flowsOfReplicas(_ *db.DB, _ context.Context, _ *model.Organization, series []*model.ReplicaSeries, p model.Page) ([]*model.FlowReplicasConnection, error) {
	connections := make([]*model.FlowReplicasConnection, len(series))
	for i, s := range series {
		page, err := s.PageOfFlows(p)
		if err != nil {
			return nil, err
		}
		connections[i] = page
	}
	return connections, nil
}

func fillReplicaCommits(ctx context.Context, d *db.DB, org *model.Organization, versions []*model.VersionReplicas) error {
	return fillRunningCommits(ctx, d, org, keys(versions, func(v *model.VersionReplicas) *model.RunningArtifact { return v.Running }))
}
