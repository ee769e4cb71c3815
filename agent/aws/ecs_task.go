package aws

import (
	"context"
	"fmt"
	"slices"
	"strings"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/landfall-dev/landfall/agent"
)

// instances are the tasks that are chosen and of which a container runs.
func (e *ECS) instances(ctx context.Context, cluster string, described []types.Task) ([]agent.Instance, error) {
	var instances []agent.Instance
	for _, task := range described {
		service := serviceOf(task)
		if !e.chooses(service) {
			continue
		}
		digests, err := e.digests(ctx, task)
		if err != nil {
			return nil, fmt.Errorf("task %s: %w", sdk.ToString(task.TaskArn), err)
		}
		if len(digests) == 0 {
			continue
		}
		instances = append(instances, agent.Instance{
			Digests:   digests,
			StartedAt: sdk.ToTime(task.StartedAt),
			Task:      &agent.Task{ARN: sdk.ToString(task.TaskArn), Cluster: lastPart(cluster), Service: service},
		})
	}
	return instances, nil
}

// serviceOf is the name of the service that started a task; empty if none did.
func serviceOf(task types.Task) string {
	service, _ := strings.CutPrefix(sdk.ToString(task.Group), "service:")
	if service == sdk.ToString(task.Group) {
		return ""
	}
	return service
}

func (e *ECS) chooses(service string) bool {
	if service == "" {
		return len(e.options.Services) == 0
	}
	return agent.Chooses(e.options.Services, e.options.ExcludeServices, service)
}

// digests are what the running containers of a task run. If two have images of one name
// but not of one digest, the second is told apart by the name of its container, as in
// "web:1 (worker)".
func (e *ECS) digests(ctx context.Context, task types.Task) (map[string]string, error) {
	containers := slices.SortedFunc(slices.Values(task.Containers), func(a, b types.Container) int {
		return strings.Compare(sdk.ToString(a.Name), sdk.ToString(b.Name))
	})
	digests := map[string]string{}
	for _, container := range containers {
		if sdk.ToString(container.LastStatus) != "RUNNING" {
			continue
		}
		digest, err := digestOf(container)
		if err != nil {
			return nil, err
		}
		name, called := agent.ImageName(sdk.ToString(container.Image)), sdk.ToString(container.Name)
		if name == "" {
			name = called
		}
		if digest != "" && e.images != nil {
			digest = e.images.Built(ctx, name, digest)
		}
		if other, taken := digests[name]; taken && other != digest {
			name += " (" + called + ")"
		}
		if err := checkName(name); err != nil {
			return nil, err
		}
		digests[name] = digest
	}
	return digests, nil
}

// digestOf is the digest of the image of a container: what ECS tells, or else what the
// task definition asks for. Some platforms tell none.
func digestOf(container types.Container) (string, error) {
	digest := sdk.ToString(container.ImageDigest)
	if digest == "" {
		_, digest, _ = strings.Cut(sdk.ToString(container.Image), "@")
	}
	if digest == "" {
		return "", nil
	}
	bare, isSHA256 := strings.CutPrefix(digest, "sha256:")
	if !isSHA256 || !agent.IsDigest(bare) {
		return "", fmt.Errorf("container %s: %q is no digest of an image", sdk.ToString(container.Name), digest)
	}
	return bare, nil
}
