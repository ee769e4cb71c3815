package demo_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/cmd/internal/demo"
)

// told is what the story has told so far, for the order of cause and effect.
type told struct {
	made     map[string]bool            // flows and environments
	pushed   map[string]time.Time       // by SHA
	reported map[string]bool            // commits, by SHA
	built    map[string]time.Time       // by URL
	ended    map[string]time.Time       // by URL
	artifact map[string]time.Time       // by fingerprint
	proven   map[string]map[string]bool // by fingerprint and name, the verdict
	deployed map[string]time.Time       // by fingerprint and environment
}

func TestStory_CausesComeFirst(t *testing.T) {
	t.Parallel()
	s := load(t)
	k := &told{
		made:     map[string]bool{},
		pushed:   map[string]time.Time{},
		reported: map[string]bool{},
		built:    map[string]time.Time{},
		ended:    map[string]time.Time{},
		artifact: map[string]time.Time{},
		proven:   map[string]map[string]bool{},
		deployed: map[string]time.Time{},
	}
	needs := map[string][]string{}
	for _, f := range steps[*demo.FlowStep](s) {
		needs[f.Name] = f.Evidence
	}
	for _, step := range s.Steps {
		switch s := step.(type) {
		case *demo.FlowStep:
			k.made[s.Name] = true
		case *demo.EnvironmentStep:
			k.made[s.Name] = true
		case *demo.PushStep:
			k.push(t, s)
		case *demo.CommitsStep:
			k.commits(t, s)
		case *demo.BuildStep:
			k.build(t, s)
		case *demo.ArtifactStep:
			if !k.made[s.Flow] || k.built[s.BuildURL].IsZero() || !k.ended[s.BuildURL].IsZero() || !k.reported[s.Artifact.Commit.SHA] {
				t.Errorf("line %d: %s comes from nothing that runs", s.Line, s.Artifact.Ref())
			}
			k.artifact[s.Artifact.Fingerprint] = s.At
		case *demo.EvidenceStep:
			if k.artifact[s.Artifact.Fingerprint].IsZero() {
				t.Errorf("line %d: evidence before its artifact", s.Line)
			}
			if k.proven[s.Artifact.Fingerprint] == nil {
				k.proven[s.Artifact.Fingerprint] = map[string]bool{}
			}
			k.proven[s.Artifact.Fingerprint][s.Name] = s.Compliant
		case *demo.DeploymentStep:
			if !k.made[s.Environment] || k.artifact[s.Artifact.Fingerprint].IsZero() {
				t.Errorf("line %d: deployment of or to what is not there", s.Line)
			}
			for _, name := range needs[s.Flow] {
				if !k.proven[s.Artifact.Fingerprint][name] {
					t.Errorf("line %d: %s is deployed without %s", s.Line, s.Artifact.Ref(), name)
				}
			}
			k.deployed[s.Artifact.Fingerprint+s.Environment] = s.At
		case *demo.ReportStep:
			k.report(t, s)
		}
	}
	for url := range k.built {
		if k.ended[url].IsZero() {
			t.Errorf("%s never ends", url)
		}
	}
}

func (k *told) push(t *testing.T, s *demo.PushStep) {
	t.Helper()
	_, known := k.pushed[s.Before]
	for _, c := range s.Commits {
		if !c.CommittedAt.Before(s.At) || s.At.Sub(s.Head().CommittedAt) > time.Minute {
			t.Errorf("line %d: %s is committed %s and pushed %s", s.Line, c.SHA, c.CommittedAt, s.At)
		}
		if known && !slices.ContainsFunc(c.Parents, func(p string) bool { return !k.pushed[p].IsZero() }) {
			t.Errorf("line %d: no parent of %s is pushed", s.Line, c.SHA)
		}
		k.pushed[c.SHA] = s.At
	}
}

func (k *told) commits(t *testing.T, s *demo.CommitsStep) {
	t.Helper()
	if len(s.Commits) == 0 {
		t.Errorf("line %d: CI reports no commits", s.Line)
	}
	for _, c := range s.Commits {
		if k.pushed[c.SHA].IsZero() || k.reported[c.SHA] || len(c.Parents) == 0 {
			t.Errorf("line %d: %s is reported twice, too soon or without parents", s.Line, c.SHA)
		}
		k.reported[c.SHA] = true
	}
}

func (k *told) build(t *testing.T, s *demo.BuildStep) {
	t.Helper()
	if k.pushed[s.Head.SHA].IsZero() {
		t.Errorf("line %d: built before it is pushed", s.Line)
	}
	if s.Conclusion == "" {
		k.built[s.URL()] = s.At
		delete(k.ended, s.URL()) // the next attempt
		return
	}
	if k.built[s.URL()].IsZero() || !s.At.After(s.StartedAt) || s.StartedAt.Before(s.CreatedAt) {
		t.Errorf("line %d: the run ends before it starts", s.Line)
	}
	k.ended[s.URL()] = s.At
}

// report checks that containers start after a deployment and not long after it.
// Nobody announces those of shas: for them the push will do.
func (k *told) report(t *testing.T, s *demo.ReportStep) {
	t.Helper()
	for _, i := range s.Report.Artifacts {
		started := time.Unix(i.CreationTimestamp, 0)
		if !started.Before(s.At) {
			t.Errorf("line %d: %s starts after it is seen", s.Line, i.TaskARN)
		}
		for name, fingerprint := range i.Digests {
			deployed, ok := k.deployed[fingerprint+s.Environment]
			switch {
			case i.Service == "shas" && k.made[s.Environment]:
			case !ok:
				t.Errorf("line %d: %s runs and was never deployed there", s.Line, name)
			case started.Before(deployed):
				t.Errorf("line %d: %s starts before its deployment", s.Line, name)
			}
		}
	}
}

// A service that runs once runs from then on: the new version comes first, then
// the old one goes.
func TestStory_RolloversLeaveNoGap(t *testing.T) {
	t.Parallel()
	for environment, snapshots := range replay(t, load(t)).snapshots {
		before := map[string]bool{}
		overlaps := 0
		for n, snap := range snapshots {
			now := map[string]int{}
			for _, list := range snap.Instances {
				now[list[0].Service]++
			}
			for service := range before {
				if now[service] == 0 {
					t.Errorf("%s#%d has no %s any more", environment, n+1, service)
				}
			}
			for service, versions := range now {
				before[service] = true
				if versions > 1 {
					overlaps++
				}
			}
		}
		if overlaps < len(snapshots)/4 {
			t.Errorf("%s has %d snapshots with two versions of a service, of %d", environment, overlaps, len(snapshots))
		}
		if got := len(snapshots[len(snapshots)-1].Instances); got != 13 {
			t.Errorf("%s ends with %d artifacts, want one of each service", environment, got)
		}
	}
}

// Agents look once a minute: on one day always at the same second.
func TestStory_ReportsAreMinutesApart(t *testing.T) {
	t.Parallel()
	last := map[string]time.Time{}
	for _, r := range steps[*demo.ReportStep](load(t)) {
		if before, ok := last[r.Environment]; ok {
			gap := r.At.Sub(before)
			if sameDay := before.YearDay() == r.At.YearDay(); gap < time.Minute || sameDay && gap%time.Minute != 0 {
				t.Errorf("line %d: %s reports %s after the report before", r.Line, r.Environment, gap)
			}
		}
		last[r.Environment] = r.At
		if !r.Report.ObservedAt.Equal(r.At) {
			t.Errorf("line %d: observed at %s, told at %s", r.Line, r.Report.ObservedAt, r.At)
		}
	}
}

// What was deployed is seen within minutes.
func TestStory_DeploymentsAreSeen(t *testing.T) {
	t.Parallel()
	s := load(t)
	seen := map[string]time.Time{}
	for _, r := range steps[*demo.ReportStep](s) {
		for _, i := range r.Report.Artifacts {
			for _, f := range i.Digests {
				if _, ok := seen[f+r.Environment]; !ok {
					seen[f+r.Environment] = r.At
				}
			}
		}
	}
	for _, d := range steps[*demo.DeploymentStep](s) {
		at, ok := seen[d.Artifact.Fingerprint+d.Environment]
		if wait := at.Sub(d.At); !ok || wait <= 0 || wait > 4*time.Minute {
			t.Errorf("line %d: %s is deployed to %s and seen %s later (%t)", d.Line, d.Artifact.Ref(), d.Environment, wait, ok)
		}
	}
}

// The counts and states that make the story worth looking at.
func TestStory_HasVariety(t *testing.T) {
	t.Parallel()
	s := load(t)
	conclusions, attempts, bad, merges := map[string]int{}, 0, 0, 0
	for _, b := range steps[*demo.BuildStep](s) {
		conclusions[b.Conclusion]++
		attempts = max(attempts, int(b.Attempt))
	}
	for _, e := range steps[*demo.EvidenceStep](s) {
		if !e.Compliant {
			bad++
		}
	}
	for _, c := range steps[*demo.CommitsStep](s) {
		for _, commit := range c.Commits {
			if len(commit.Parents) > 1 {
				merges++
			}
		}
	}
	for _, want := range []string{"success", "failure", "cancelled"} {
		if conclusions[want] == 0 {
			t.Errorf("no build ends in %s: %v", want, conclusions)
		}
	}
	if attempts < 2 || bad == 0 || merges < 2 {
		t.Errorf("%d attempts, %d bad evidence, %d merges", attempts, bad, merges)
	}
	scaled := 0
	for _, lines := range replay(t, s).history {
		for _, l := range lines {
			if strings.HasPrefix(l.Text, "Scaled") {
				scaled++
			}
		}
	}
	if scaled < 4+2 {
		t.Errorf("%d scalings", scaled)
	}
}
