package demo_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/cmd/internal/demo"
)

// model is a second opinion on what a server makes of the story. It reads only
// what goes over the wire.
type model struct {
	deployments map[string]int        // by flow
	snapshots   map[string][]snapshot // by environment; number n is at n-1
	history     map[string][]line     // by fingerprint
	quiet       int                   // reports that changed nothing
}

// snapshot is what runs at one moment.
type snapshot struct {
	At        time.Time
	Instances map[string][]instance // by fingerprint
}

type instance struct {
	Name    string
	Service string
	Started time.Time
}

type line struct {
	At   time.Time
	Text string
}

// replay feeds the whole story to a new model.
func replay(tb testing.TB, s *demo.Story) *model {
	tb.Helper()
	m := &model{
		deployments: map[string]int{}, snapshots: map[string][]snapshot{}, history: map[string][]line{},
	}
	for _, step := range s.Steps {
		at := step.Happened().At
		switch s := step.(type) {
		case *demo.ArtifactStep:
			m.note(s.Artifact.Fingerprint, at, "Artifact created")
		case *demo.EvidenceStep:
			m.note(s.Artifact.Fingerprint, at, "%s evidence received", s.Name)
		case *demo.DeploymentStep:
			m.deployments[s.Flow]++
			m.note(s.Artifact.Fingerprint, at, "Deployment #%d to %s environment", m.deployments[s.Flow], s.Environment)
		case *demo.ReportStep:
			raw, err := json.Marshal(s.Report)
			if err != nil {
				tb.Fatalf("encode report: %v", err)
			}
			m.report(tb, s.Environment, raw)
		}
	}
	return m
}

func (m *model) note(fingerprint string, at time.Time, format string, args ...any) {
	m.history[fingerprint] = append(m.history[fingerprint], line{at, fmt.Sprintf(format, args...)})
}

// report numbers what a report says, if it says something new.
func (m *model) report(tb testing.TB, environment string, raw []byte) {
	tb.Helper()
	var body struct {
		ObservedAt time.Time `json:"observedAt"`
		Artifacts  []struct {
			Digests           map[string]string `json:"digests"`
			CreationTimestamp float64           `json:"creationTimestamp"`
			TaskARN           string            `json:"taskArn"`
			ClusterName       string            `json:"cluster_name"`
			ServiceName       string            `json:"service_name"`
		} `json:"artifacts"`
	}
	if err := json.Unmarshal(raw, &body); err != nil {
		tb.Fatalf("decode report: %v", err)
	}
	next := snapshot{At: body.ObservedAt, Instances: map[string][]instance{}}
	tasks := map[string]bool{}
	for _, a := range body.Artifacts {
		if len(a.Digests) != 1 || a.ClusterName == "" || tasks[a.TaskARN] {
			tb.Errorf("%s at %s: bad instance %+v", environment, body.ObservedAt, a)
		}
		tasks[a.TaskARN] = true
		for name, fingerprint := range a.Digests {
			next.Instances[fingerprint] = append(next.Instances[fingerprint],
				instance{name, a.ServiceName, time.Unix(int64(a.CreationTimestamp), 0)})
		}
	}
	m.apply(environment, next)
}

func (m *model) apply(environment string, next snapshot) {
	all := m.snapshots[environment]
	var last snapshot
	if len(all) > 0 {
		last = all[len(all)-1]
	}
	where := fmt.Sprintf("%s#%d", environment, len(all)+1)
	changed := false
	fingerprints := slices.Collect(maps.Keys(last.Instances))
	fingerprints = slices.AppendSeq(fingerprints, maps.Keys(next.Instances))
	slices.Sort(fingerprints)
	for _, f := range slices.Compact(fingerprints) {
		if text := change(len(last.Instances[f]), len(next.Instances[f]), where); text != "" {
			changed = true
			m.note(f, next.At, "%s", text)
		}
	}
	if !changed {
		m.quiet++
		return
	}
	m.snapshots[environment] = append(all, next)
}

// change words one change of replicas, or is empty if there is none.
func change(from, to int, where string) string {
	switch {
	case from == to:
		return ""
	case from == 0:
		return fmt.Sprintf("Started running in %s environment", where)
	case to == 0:
		return fmt.Sprintf("No longer running in %s environment", where)
	case to < from:
		return fmt.Sprintf("Scaled down from %d to %d in %s environment", from, to, where)
	default:
		return fmt.Sprintf("Scaled up from %d to %d in %s environment", from, to, where)
	}
}

// at returns a snapshot by its number.
func (m *model) at(tb testing.TB, environment string, number int) snapshot {
	tb.Helper()
	if n := len(m.snapshots[environment]); number < 1 || number > n {
		tb.Fatalf("%s has snapshots 1 to %d, not %d", environment, n, number)
	}
	return m.snapshots[environment][number-1]
}

// presence is one line of a snapshot as people read it.
type presence struct {
	Name     string
	Replicas int
}

// presences lists what runs in a snapshot by name.
func (s snapshot) presences() []presence {
	var out []presence
	for _, list := range s.Instances {
		out = append(out, presence{list[0].Name, len(list)})
	}
	slices.SortFunc(out, func(a, b presence) int { return cmp.Compare(a.Name, b.Name) })
	return out
}
