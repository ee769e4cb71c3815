package host

import (
	"context"
	"fmt"
	"time"

	"github.com/landfall-dev/landfall/agent"
)

// Check looks at each path, and at the processes.
func (s *Source) Check(ctx context.Context) []agent.Finding {
	var findings []agent.Finding
	for _, p := range s.paths {
		findings = append(findings, p.check(ctx))
	}
	if s.processes != nil {
		findings = append(findings, s.processes.check(ctx))
	}
	return findings
}

func (p *pathSource) check(ctx context.Context) agent.Finding {
	what := "read " + p.path
	instance, err := p.look(ctx)
	switch {
	case err != nil:
		return agent.Finding{What: what, Detail: err.Error(), Mend: "see that the agent may read all of it, and leave out what no build makes", Level: agent.LevelProblem}
	case instance == nil:
		return agent.Finding{What: what, Detail: "nothing is there", Mend: "see whether this is the path that is meant; if so, nothing has to be done", Level: agent.LevelWarning}
	default:
		return agent.Finding{What: what, Detail: fmt.Sprintf("%.12s since %s", instance.Digests[p.name], instance.StartedAt.Format(time.RFC3339))}
	}
}

func (s *processSource) check(ctx context.Context) agent.Finding {
	const what = "look at processes"
	instances, err := s.look(ctx)
	switch {
	case err != nil:
		return agent.Finding{What: what, Detail: err.Error(), Mend: "run the agent as root, or as the user of the processes", Level: agent.LevelProblem}
	case len(instances) == 0:
		return agent.Finding{What: what, Detail: "none runs a program that fits", Mend: "compare the patterns with what `ps -e -o exe` prints", Level: agent.LevelWarning}
	default:
		return agent.Finding{What: what, Detail: fmt.Sprintf("running programs that fit: %d", len(instances))}
	}
}
