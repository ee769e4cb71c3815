package docker_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/agent"
	"github.com/landfall-dev/landfall/agent/docker"
)

func newSource(t *testing.T, cfg agent.Docker, images agent.ImageResolver) *docker.Source {
	t.Helper()
	s, err := docker.New(cfg, images)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func look(t *testing.T, s *docker.Source) []agent.Instance {
	t.Helper()
	instances, err := s.Look(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return instances
}

// running counts instances by what they run, as name@digest, with their notes.
func running(instances []agent.Instance) map[string]int {
	counts := make(map[string]int)
	for _, i := range instances {
		for name, digest := range i.Digests {
			what := name + "@" + digest
			if note, ok := i.Notes[name]; ok {
				what += " " + string(note)
			}
			counts[what]++
		}
	}
	return counts
}

func expect(t *testing.T, s *docker.Source, when string, want map[string]int) {
	t.Helper()
	if diff := cmp.Diff(want, running(look(t, s))); diff != "" {
		t.Errorf("%s: (-want +got)\n%s", when, diff)
	}
}

// patience is how long a test waits for what has to happen.
const patience = 20 * time.Second

// watching runs Watch and returns a channel on which its calls come, and one for what
// it returns.
func watching(ctx context.Context, s agent.Source) (changes chan struct{}, ended chan error) {
	changes, ended = make(chan struct{}, 1), make(chan error, 1)
	go func() {
		ended <- s.Watch(ctx, func() {
			select {
			case changes <- struct{}{}:
			default: // one that is not yet taken stands for this too
			}
		})
	}()
	return changes, ended
}

// lookUntil looks each time that something changed, until it sees as many instances.
func lookUntil(t *testing.T, s agent.Source, changes <-chan struct{}, want int) {
	t.Helper()
	deadline := time.After(patience)
	seen := -1
	for {
		select {
		case <-changes:
			instances, err := s.Look(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if seen = len(instances); seen == want {
				return
			}
		case <-deadline:
			t.Fatalf("%d run when last told of a change, want %d", seen, want)
		}
	}
}
