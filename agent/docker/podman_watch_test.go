//go:build linux

package docker_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/agent"
)

func watch(t *testing.T, p *podman) {
	ctx, s := t.Context(), p.sourceOf(t)
	ref := p.registry + "/watched:1"
	push(t, ref, newImage(t, t.Name()))
	p.pull(ctx, ref)
	watched, stop := context.WithCancel(ctx)
	defer stop()
	changes, ended := watching(watched, s)
	lookUntil(t, s, changes, 0) // once at the beginning
	p.run(ctx, "watched", ref, labels(t))
	lookUntil(t, s, changes, 1)
	p.stop(ctx, "watched")
	lookUntil(t, s, changes, 0)
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("told to end, Watch returns %v", err)
		}
	case <-time.After(patience):
		t.Error("Watch goes on")
	}
}

// TestPodman_Killed kills the service under a source.
func TestPodman_Killed(t *testing.T) {
	t.Parallel()
	p := newPodman(t)
	ctx, s := t.Context(), p.sourceOf(t)
	ref := p.registry + "/survivor:1"
	app := ref + "@" + push(t, ref, newImage(t, t.Name()))
	p.pull(ctx, ref)
	p.run(ctx, "survivor", ref, labels(t))
	expect(t, s, "before", map[string]int{app: 1})
	changes, ended := watching(ctx, s)
	lookUntil(t, s, changes, 1)

	p.tell("kill")
	select {
	case err := <-ended:
		if err == nil {
			t.Error("Watch returns nil, as if it was told to end")
		}
	case <-time.After(patience):
		t.Fatal("Watch did not notice that Podman was killed")
	}
	if instances, err := s.Look(ctx); err == nil {
		t.Errorf("a look at nothing sees %v", instances)
	}
	if err := s.Watch(ctx, func() {}); err == nil {
		t.Error("Watch sees without Podman")
	}
	findings := s.Check(ctx)
	if len(findings) != 1 || findings[0].Level != agent.LevelProblem || !strings.Contains(findings[0].Mend, "start Docker or Podman") {
		t.Errorf("findings: %+v", findings)
	}

	p.tell("start")
	expect(t, s, "started again", map[string]int{app: 1})
	changes, _ = watching(ctx, s)
	lookUntil(t, s, changes, 1)
	p.remove(ctx, "survivor")
	lookUntil(t, s, changes, 0)
}

func TestPodman_Check(t *testing.T) {
	t.Parallel()
	p := newPodman(t)
	ctx, s := t.Context(), p.sourceOf(t)
	findings := s.Check(ctx)
	if len(findings) != 2 || findings[0].Level != agent.LevelOK || !strings.Contains(findings[0].Detail, "Podman at unix://") {
		t.Errorf("reached: %+v", findings)
	}
	if last := findings[len(findings)-1]; last.Level != agent.LevelWarning || !strings.Contains(last.Mend, "names and labels") {
		t.Errorf("none fit: %+v", last)
	}
	ref := p.registry + "/checked:1"
	push(t, ref, newImage(t, t.Name()))
	p.pull(ctx, ref)
	p.run(ctx, "checked", ref, labels(t))
	findings = s.Check(ctx)
	if last := findings[len(findings)-1]; last.Level != agent.LevelOK || last.Detail != "running that the filters choose: 1" {
		t.Errorf("one fits: %+v", last)
	}
}
