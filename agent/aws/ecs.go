package aws

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/landfall-dev/landfall/agent"
)

// tasksInACall is how many tasks ECS describes at once.
const tasksInACall = 100

// ECS looks at the tasks of clusters of ECS.
type ECS struct {
	options agent.ECS
	images  agent.ImageResolver
	places  []place[ecs.Client]
}

// NewECS returns a source of the tasks that options choose. If images is not nil, it is
// asked what the images of containers were built as. It returns an error if options has
// a pattern that is none, and if the SDK's configuration cannot be read or names no
// region; credentials are not looked for before the first look.
func NewECS(ctx context.Context, options agent.ECS, images agent.ImageResolver, load ...LoadOption) (*ECS, error) {
	for _, patterns := range [][]string{options.Clusters, options.ExcludeClusters, options.Services, options.ExcludeServices} {
		if err := agent.Patterns(patterns).Validate(); err != nil {
			return nil, err
		}
	}
	places, err := open(ctx, options.AWS, load, func(cfg sdk.Config) *ecs.Client { return ecs.NewFromConfig(cfg) })
	if err != nil {
		return nil, err
	}
	return &ECS{options: options, images: images, places: places}, nil
}

// Look returns an instance for each task of which a container runs, whatever the task
// itself is on its way to. A container whose digest ECS does not tell has an empty one.
func (e *ECS) Look(ctx context.Context) ([]agent.Instance, error) {
	instances, err := gather(ctx, placesAtATime, e.places, e.lookIn)
	if err == nil && len(instances) > maxInstances {
		err = tooMany(maxInstances)
	}
	if err != nil {
		return nil, fmt.Errorf("look at ECS: %w", err)
	}
	return instances, nil
}

// Watch returns agent.ErrCannotWatch.
func (e *ECS) Watch(context.Context, func()) error { return agent.ErrCannotWatch }

// Close does nothing: there is nothing to let go of.
func (e *ECS) Close() error { return nil }

func (e *ECS) lookIn(ctx context.Context, p place[ecs.Client]) ([]agent.Instance, error) {
	clusters, err := e.clusters(ctx, p.client)
	if err != nil {
		return nil, fmt.Errorf("in %s: list clusters: %w", p.name, explain(err))
	}
	return gather(ctx, callsAtATime, clusters, func(ctx context.Context, cluster string) ([]agent.Instance, error) {
		instances, err := e.lookAt(ctx, p.client, cluster)
		if err != nil {
			return nil, fmt.Errorf("in %s: cluster %s: %w", p.name, lastPart(cluster), explain(err))
		}
		return instances, nil
	})
}

// clusters are the ARNs of the clusters that are chosen.
func (e *ECS) clusters(ctx context.Context, client *ecs.Client) ([]string, error) {
	list := ecs.NewListClustersPaginator(client, &ecs.ListClustersInput{})
	arns, err := pages(ctx, maxInstances, list, func(page *ecs.ListClustersOutput) []string { return page.ClusterArns })
	return slices.DeleteFunc(arns, func(arn string) bool {
		return !agent.Chooses(e.options.Clusters, e.options.ExcludeClusters, lastPart(arn))
	}), err
}

// lookAt returns what runs in a cluster; nothing if the cluster is gone by now.
func (e *ECS) lookAt(ctx context.Context, client *ecs.Client, cluster string) ([]agent.Instance, error) {
	arns, err := tasks(ctx, client, cluster)
	if err != nil {
		if _, gone := errors.AsType[*types.ClusterNotFoundException](err); gone {
			return nil, nil
		}
		return nil, fmt.Errorf("list tasks: %w", err)
	}
	batches := slices.Collect(slices.Chunk(arns, tasksInACall))
	return gather(ctx, callsAtATime, batches, func(ctx context.Context, batch []string) ([]agent.Instance, error) {
		described, err := describe(ctx, client, cluster, batch)
		if err != nil {
			return nil, fmt.Errorf("describe tasks: %w", err)
		}
		return e.instances(ctx, cluster, described)
	})
}

func tasks(ctx context.Context, client *ecs.Client, cluster string) ([]string, error) {
	list := ecs.NewListTasksPaginator(client, &ecs.ListTasksInput{Cluster: &cluster})
	return pages(ctx, maxInstances, list, func(page *ecs.ListTasksOutput) []string { return page.TaskArns })
}

// describe returns the tasks that are still there.
func describe(ctx context.Context, client *ecs.Client, cluster string, arns []string) ([]types.Task, error) {
	out, err := client.DescribeTasks(ctx, &ecs.DescribeTasksInput{Cluster: &cluster, Tasks: arns})
	if err != nil {
		return nil, err
	}
	for _, failure := range out.Failures {
		if reason := sdk.ToString(failure.Reason); reason != "MISSING" {
			return nil, fmt.Errorf("%s: %s %s", sdk.ToString(failure.Arn), reason, sdk.ToString(failure.Detail))
		}
	}
	if got := len(out.Tasks) + len(out.Failures); got != len(arns) {
		return nil, fmt.Errorf("asked for %d tasks, and was told of %d", len(arns), got)
	}
	return out.Tasks, nil
}

// lastPart is the name at the end of an ARN.
func lastPart(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
