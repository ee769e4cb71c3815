// Package runtimes opens the sources that look at environments: of containers, of
// clusters, of clouds and of this machine. Only landfall-agent is made with it.
package runtimes

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/landfall-dev/landfall/agent"
	"github.com/landfall-dev/landfall/agent/aws"
	"github.com/landfall-dev/landfall/agent/docker"
	"github.com/landfall-dev/landfall/agent/host"
	"github.com/landfall-dev/landfall/agent/kubernetes"
	"github.com/landfall-dev/landfall/fingerprint"
)

// Open opens a source for each environment, in their order. Those of one cluster share
// what they watch. It returns an error that names the environment if one cannot be
// opened; a runtime that is away is no such error.
func Open(ctx context.Context, environments []agent.Environment, log *slog.Logger) ([]agent.Place, error) {
	images := agent.NewRegistry(fingerprint.ImageOptions{}, log)
	clusters, err := openKubernetes(environments, images, log)
	if err != nil {
		return nil, err
	}
	places := make([]agent.Place, len(environments))
	for i := range environments {
		e := &environments[i]
		places[i] = agent.Place{Environment: e.Name, Kind: e.WireKind()}
		if e.Kubernetes != nil {
			places[i].Source, clusters = clusters[0], clusters[1:]
			continue
		}
		if places[i].Source, err = open(ctx, e, images); err != nil {
			closeAll(places[:i])
			for _, c := range clusters {
				_ = c.Close() // nothing was begun
			}
			return nil, fmt.Errorf("environment %s: %w", e.Name, err)
		}
	}
	return places, nil
}

// openKubernetes opens the sources of all clusters, in the order of their
// environments.
func openKubernetes(environments []agent.Environment, images agent.ImageResolver, log *slog.Logger) ([]*kubernetes.Source, error) {
	var clusters []agent.Kubernetes
	for _, e := range environments {
		if e.Kubernetes != nil {
			clusters = append(clusters, *e.Kubernetes)
		}
	}
	if len(clusters) == 0 {
		return nil, nil
	}
	return kubernetes.New(clusters, images, log)
}

func open(ctx context.Context, e *agent.Environment, images agent.ImageResolver) (agent.Source, error) {
	switch {
	case e.Docker != nil:
		return docker.New(*e.Docker, images)
	case e.ECS != nil:
		if !e.ECS.ResolveIndex {
			images = nil
		}
		return aws.NewECS(ctx, *e.ECS, images)
	case e.Lambda != nil:
		return aws.NewLambda(ctx, *e.Lambda)
	case e.S3 != nil:
		return aws.NewS3(ctx, *e.S3)
	case e.Server != nil:
		return host.NewServer(*e.Server)
	case e.Path != nil:
		return host.NewPath(*e.Path)
	default:
		return nil, fmt.Errorf("there is nowhere to look")
	}
}

func closeAll(places []agent.Place) {
	for _, p := range places {
		_ = p.Source.Close() // the program ends
	}
}
