package docker

import (
	"context"
	"fmt"
	"strings"
	"time"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"golang.org/x/sync/errgroup"

	"github.com/landfall-dev/landfall/agent"
)

// Look returns an instance for each container that runs or is paused.
func (s *Source) Look(ctx context.Context) ([]agent.Instance, error) {
	ids, err := s.list(ctx)
	if err != nil {
		return nil, err
	}
	containers, err := s.inspect(ctx, ids)
	if err != nil {
		return nil, err
	}
	images, err := s.imagesOf(ctx, containers)
	if err != nil {
		return nil, err
	}
	built := s.resolver(ctx)
	instances := make([]agent.Instance, 0, len(containers))
	for _, c := range containers {
		instance, err := instanceOf(c, images[c.Image], built)
		if err != nil {
			return nil, fmt.Errorf("container %s: %w", ownName(c.Name), err)
		}
		instances = append(instances, instance)
	}
	return instances, nil
}

// list returns the ids of the containers that are chosen and run.
func (s *Source) list(ctx context.Context) ([]string, error) {
	filters := client.Filters{}.Add("status", string(container.StateRunning), string(container.StatePaused))
	if len(s.cfg.Labels) > 0 {
		filters.Add("label", s.cfg.Labels...)
	}
	listed, err := s.client.ContainerList(ctx, client.ContainerListOptions{Filters: filters})
	if err != nil {
		return nil, fmt.Errorf("list containers: %w", err)
	}
	var ids []string
	for i := range listed.Items {
		c := &listed.Items[i]
		if holdsItsPlace(c.State) && s.chooses(c) {
			ids = append(ids, c.ID)
		}
	}
	if len(ids) > mostContainers {
		return nil, fmt.Errorf("list containers: %d run, but an environment has at most %d: choose some by labels or names", len(ids), mostContainers)
	}
	return ids, nil
}

func holdsItsPlace(state container.ContainerState) bool {
	return state == container.StateRunning || state == container.StatePaused
}

func (s *Source) chooses(c *container.Summary) bool {
	for _, name := range c.Names {
		// One with another slash is how a container that is linked to this calls it.
		if name = ownName(name); !strings.Contains(name, "/") {
			return agent.Chooses(s.cfg.Names, s.cfg.ExcludeNames, name)
		}
	}
	return agent.Chooses(s.cfg.Names, s.cfg.ExcludeNames, c.ID)
}

func ownName(name string) string { return strings.TrimPrefix(name, "/") }

// inspect returns what there is to know about containers, without those that ended
// since they were listed.
func (s *Source) inspect(ctx context.Context, ids []string) ([]container.InspectResponse, error) {
	found := make([]*container.InspectResponse, len(ids))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(inspectsAtOnce)
	for i, id := range ids {
		group.Go(func() (err error) {
			found[i], err = s.inspectOne(ctx, id)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var containers []container.InspectResponse
	for _, c := range found {
		if c != nil {
			containers = append(containers, *c)
		}
	}
	return containers, nil
}

// inspectOne returns nil for a container that runs no more.
func (s *Source) inspectOne(ctx context.Context, id string) (*container.InspectResponse, error) {
	inspected, err := s.client.ContainerInspect(ctx, id, client.ContainerInspectOptions{})
	if err != nil && !cerrdefs.IsNotFound(err) {
		// Podman may fail in other ways while it removes the container. If it does,
		// there is none the next time.
		inspected, err = s.client.ContainerInspect(ctx, id, client.ContainerInspectOptions{})
	}
	c := &inspected.Container
	switch {
	case cerrdefs.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("inspect container %s: %w", id, err)
	case c.State == nil || c.Config == nil:
		return nil, fmt.Errorf("inspect container %s: the answer has no state: is this a Docker or a Podman?", id)
	case !holdsItsPlace(c.State.Status):
		return nil, nil
	}
	return c, nil
}

// instanceOf says what a container runs. The image is nil if the daemon has it no
// more.
func instanceOf(c container.InspectResponse, img *image, built builtFunc) (agent.Instance, error) {
	startedAt, err := timeOf(c.State.StartedAt)
	if err != nil {
		return agent.Instance{}, err
	}
	id := hexOf(c.Image)
	if img == nil {
		img = goneImage(c)
	}
	ref := referenceOf(c.Config.Image, id)
	name := img.name(ref)
	if name == "" {
		name = ownName(c.Name)
	}
	if len(name) > longestName {
		return agent.Instance{}, fmt.Errorf("the name of its image has over %d bytes", longestName)
	}
	digest, local, err := img.digest(ref, built)
	if err != nil {
		return agent.Instance{}, err
	}
	instance := agent.Instance{Digests: map[string]string{name: digest}, StartedAt: startedAt}
	if local {
		instance.Notes = map[string]agent.Note{name: agent.NoteLocalImage}
	}
	return instance, nil
}

// timeOf reads a time as the API has it, in which the year 1 is none.
func timeOf(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("when it started: %w", err)
	}
	return t.UTC(), nil
}
