package docker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/moby/moby/client"

	"github.com/landfall-dev/landfall/agent"
)

// Check tries to reach the daemon, and to see what runs there.
func (s *Source) Check(ctx context.Context) []agent.Finding {
	reached := s.checkReach(ctx)
	if reached.Level == agent.LevelProblem {
		return []agent.Finding{reached}
	}
	return []agent.Finding{reached, s.checkLook(ctx)}
}

func (s *Source) checkReach(ctx context.Context) agent.Finding {
	const what = "reach Docker or Podman"
	ping, err := s.client.Ping(ctx, client.PingOptions{NegotiateAPIVersion: true})
	if err != nil {
		return agent.Finding{What: what, Detail: err.Error(), Mend: mend(err), Level: agent.LevelProblem}
	}
	product := "Docker"
	if s.podman.Load() {
		product = "Podman"
	}
	return agent.Finding{What: what, Detail: fmt.Sprintf("%s at %s, API %s", product, s.client.DaemonHost(), ping.APIVersion)}
}

// mend says what to do about a daemon that cannot be reached.
func mend(err error) string {
	switch {
	case errors.Is(err, os.ErrPermission), strings.Contains(err.Error(), "permission denied"):
		return "run the agent as a user of group docker, or as root"
	case strings.Contains(err.Error(), "minimum supported API version"):
		return "update Docker to 19.03 or newer, or Podman to 3.0 or newer"
	case client.IsErrConnectionFailed(err):
		return "start Docker or Podman, or set --docker-host"
	default:
		return "see whether --docker-host, or DOCKER_HOST, is the address of a Docker or a Podman"
	}
}

func (s *Source) checkLook(ctx context.Context) agent.Finding {
	const what = "list containers"
	instances, err := s.Look(ctx)
	switch {
	case err != nil:
		return agent.Finding{What: what, Detail: err.Error(), Mend: "see the log of Docker or Podman", Level: agent.LevelProblem}
	case len(instances) == 0:
		return agent.Finding{What: what, Detail: "none run" + s.filters(), Mend: s.mendNone(), Level: agent.LevelWarning}
	}
	detail := fmt.Sprintf("running%s: %d", s.filters(), len(instances))
	if local := countLocal(instances); local > 0 {
		detail += fmt.Sprintf("; of images that were never in a registry: %d", local)
	}
	return agent.Finding{What: what, Detail: detail}
}

func countLocal(instances []agent.Instance) (n int) {
	for _, i := range instances {
		if len(i.Notes) > 0 {
			n++
		}
	}
	return n
}

func (s *Source) filtered() bool {
	return len(s.cfg.Names)+len(s.cfg.ExcludeNames)+len(s.cfg.Labels) > 0
}

func (s *Source) filters() string {
	if !s.filtered() {
		return ""
	}
	return " that the filters choose"
}

func (s *Source) mendNone() string {
	if s.filtered() {
		return "compare the names and labels that are asked for with those that `docker ps` prints"
	}
	return "start a container, or see whether this is the Docker or Podman that is meant"
}
