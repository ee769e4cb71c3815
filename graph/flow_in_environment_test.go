package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

// matrix makes environments and flows, each of which has so many versions, of which each
// is a commit after the one before. The later an environment, the older what runs there;
// in every seventh place the version before runs too.
func (s *server) matrix(environments, flows, versions int) (names []string) {
	s.t.Helper()
	ctx := s.t.Context()
	ok := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	image := func(flow, version int) string { return fmt.Sprintf("flow-%03d:%06x%d", flow, flow+1, version) }
	for f := range flows {
		flow, repository := fmt.Sprintf("flow-%03d", f), fmt.Sprintf("acme/flow-%03d", f)
		_, _, err := s.db.CreateFlow(ctx, s.org, model.CreateFlowInput{Name: flow, Repository: &repository})
		ok(err)
		var commits []*model.CommitInput
		for v := range versions {
			name := image(f, v)
			c := &model.CommitInput{SHA: sha(name[len(flow)+1:]), Subject: name, CommittedAt: start.Add(time.Duration(v) * time.Minute), ParentsComplete: true}
			if v > 0 {
				c.Parents = []model.CommitSHA{commits[v-1].SHA}
			}
			commits = append(commits, c)
		}
		if versions > 0 {
			_, err = s.db.ReportCommits(ctx, s.org, model.ReportCommitsInput{Repository: repository, Commits: commits})
			ok(err)
		}
		for v, c := range commits {
			name := image(f, v)
			_, _, err := s.db.ReportArtifact(ctx, s.org, model.ReportArtifactInput{Flow: flow, Name: name, Fingerprint: fingerprint(name), Commit: &c.SHA, At: &c.CommittedAt})
			ok(err)
		}
	}
	for e := range environments {
		name := fmt.Sprintf("env-%02d", e)
		names = append(names, name)
		_, _, err := s.db.CreateEnvironment(ctx, s.org, model.CreateEnvironmentInput{Name: name, Type: model.EnvironmentK8S})
		ok(err)
		at := start.Add(2 * time.Hour)
		r := &model.Report{Environment: name, Type: model.EnvironmentK8S, ObservedAt: &at, Body: []byte("{}")}
		add := func(name string, started time.Time) {
			r.Instances = append(r.Instances, model.Instance{Digests: map[string]string{name: string(fingerprint(name))}, StartedAt: started})
		}
		for f := range flows {
			v := max(versions-1-e, 0)
			add(image(f, v), start.Add(time.Hour))
			if (e+f)%7 == 6 && v > 0 {
				add(image(f, v-1), start)
			}
		}
		_, err = s.db.ApplyReport(ctx, s.org, r)
		ok(err)
	}
	return names
}

// matrixQuery asks what a page of flows shows of each environment.
const matrixQuery = `query ($first: Int!, $environments: [String!]!) { organization(name: "acme") { flows(first: $first) { nodes { name
	inEnvironments(environments: $environments) { environment { name } snapshot { number } replicaCount lag { ahead relation }
		running { name fingerprint replicas runningSince overlapping artifact { state createdAt } commit { sha shortSha subject committedAt } } } } } } }`

func (s *server) askMatrix(first int, environments []string) *bytes.Reader {
	s.t.Helper()
	body, err := json.Marshal(map[string]any{"query": matrixQuery, "variables": map[string]any{"first": first, "environments": append([]string{}, environments...)}})
	if err != nil {
		s.t.Fatal(err)
	}
	return bytes.NewReader(body)
}

// flowsInEnvironments asks with variables, and fails the test on any error.
func (s *server) flowsInEnvironments(first int, environments ...string) []string {
	s.t.Helper()
	var got struct {
		Data struct {
			Organization struct {
				Flows struct {
					Nodes []struct {
						Name           string
						InEnvironments []struct {
							Environment  struct{ Name string }
							Snapshot     *struct{ Number int }
							ReplicaCount int
							Lag          *struct {
								Ahead    *int
								Relation string
							}
							Running []struct {
								Name        string
								Overlapping bool
								Artifact    struct{ State string }
								Commit      *struct{ Subject string }
							}
						}
					}
				}
			}
		}
		Errors []struct{ Message string }
	}
	w := s.post(s.token, s.askMatrix(first, environments))
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || len(got.Errors) > 0 {
		s.t.Fatalf("%v %v %s", err, got.Errors, s.log)
	}
	var lines []string
	for _, f := range got.Data.Organization.Flows.Nodes {
		for _, in := range f.InEnvironments {
			line := fmt.Sprintf("%s %s", f.Name, in.Environment.Name)
			if in.Snapshot != nil {
				line += fmt.Sprintf("#%d", in.Snapshot.Number)
			}
			line += fmt.Sprintf(" %d:", in.ReplicaCount)
			for _, r := range in.Running {
				line += " " + r.Name
				if r.Commit == nil {
					line += " without a commit"
				} else if r.Commit.Subject != r.Name {
					line += " of " + r.Commit.Subject
				}
				if r.Overlapping {
					line += " overlaps"
				}
			}
			switch lag := in.Lag; {
			case lag != nil && lag.Ahead != nil:
				line += fmt.Sprintf(", %d behind", *lag.Ahead)
			case lag != nil:
				line += ", " + lag.Relation
			}
			lines = append(lines, line)
		}
	}
	return lines
}

func TestFlow_InEnvironments(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.matrix(4, 4, 4)
	ctx := t.Context()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, _, err := s.db.CreateEnvironment(ctx, s.org, model.CreateEnvironmentInput{Name: "empty", Type: model.EnvironmentECS})
	ok(err)
	_, _, err = s.db.CreateEnvironment(ctx, s.org, model.CreateEnvironmentInput{Name: "all", Type: model.EnvironmentLogical, Members: []string{"env-00", "env-01"}})
	ok(err)
	_, err = s.db.UpdateEnvironment(ctx, s.org, model.UpdateEnvironmentInput{Environment: "env-02", Name: new("renamed")})
	ok(err)
	// Something that is of two flows runs, which of the second is a version with another
	// commit.
	shared := "flow-000:0000010"
	commit := sha("0000020")
	_, _, err = s.db.ReportArtifact(ctx, s.org, model.ReportArtifactInput{Flow: "flow-001", Name: "flow-001:0000020", Fingerprint: fingerprint(shared), Commit: &commit})
	ok(err)
	want := []string{
		"flow-000 empty 0:",
		"flow-000 env-00#1 1: flow-000:0000013",
		"flow-000 env-02#1 1: flow-000:0000011, 2 behind",
		"flow-000 env-03#1 1: flow-000:0000010, 1 behind",
		"flow-000 all#1 2: flow-000:0000013 overlaps flow-000:0000012 overlaps, 0 behind",
		"flow-001 empty 0:",
		"flow-001 env-00#1 1: flow-001:0000023",
		"flow-001 env-02#1 1: flow-001:0000021, 2 behind",
		"flow-001 env-03#1 2: flow-001:0000020 overlaps flow-000:0000010 of flow-001:0000020 overlaps, 1 behind",
		"flow-001 all#1 2: flow-001:0000022 overlaps flow-001:0000023 overlaps, 0 behind",
	}
	got := s.flowsInEnvironments(2, "empty", "env-00", "renamed", "env-03", "all")
	for i := range got {
		got[i] = strings.ReplaceAll(got[i], "renamed", "env-02")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if again := s.flowsInEnvironments(2, "empty", "env-00", "env-02", "env-03", "all"); len(again) != len(want) {
		t.Errorf("by a former name: %q", again)
	}
}

func TestFlow_InEnvironments_Refused(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.matrix(2, 1, 2)
	if _, err := s.db.UpdateEnvironment(t.Context(), s.org, model.UpdateEnvironmentInput{Environment: "env-01", Name: new("renamed")}); err != nil {
		t.Fatal(err)
	}
	for given, want := range map[string]string{
		`["env-00", "nowhere"]`:                `NOT_FOUND environment "nowhere" does not exist in organization "acme"; there are: env-00, renamed`,
		`["env-00", "env-00"]`:                 `INVALID "env-00" is given twice`,
		`["renamed", "env-01"]`:                `INVALID "renamed" and "env-01" are names of the same environment`,
		`[` + strings.Repeat(`"a",`, 51) + `]`: `INVALID 51 environments were given, and 50 are taken`,
		`["\u0000"]`:                           `INVALID environments: what was given is not text`,
	} {
		got := s.ask(s.token, `{ organization(name: "acme") { flow(name: "flow-000") { inEnvironments(environments: `+given+`) { replicaCount } } } }`)
		if len(got.Errors) != 1 || got.Errors[0].Extensions.Code+" "+got.Errors[0].Message != want {
			t.Errorf("%.60s: %+v, want %s", given, got.Errors, want)
		}
	}
	if got := s.flowsInEnvironments(1, []string{}...); len(got) != 0 {
		t.Errorf("of no environment: %v", got)
	}
}

// A page of 100 flows in 20 environments may be asked for at once, and takes as many
// statements as one flow in one of them.
func TestFlow_InEnvironments_Bounds(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	names := s.matrix(20, 3, 3)
	count := func(first int, environments []string) int64 {
		before := s.db.Statements()
		s.flowsInEnvironments(first, environments...)
		return s.db.Statements() - before
	}
	count(1, names[:1]) // so that everything is prepared
	if few, many := count(1, names[:2]), count(100, names); many > few || many > 9 {
		t.Errorf("%d statements for one flow in two environments, and %d for all", few, many)
	}
}

// What it costs follows from how many environments are asked for, and not from how many
// versions may run in one.
func TestFlow_InEnvironments_Cost(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	executable := s.executable()
	for n, want := range map[int]int{0: 1, 20: 141, 1_000_000: 351} {
		cost, ok := executable.Complexity(t.Context(), "Flow", "inEnvironments", 7, map[string]any{"environments": make([]any, n)})
		if !ok || cost != want {
			t.Errorf("of %d environments it costs %d (%v), want %d", n, cost, ok, want)
		}
	}
}

func TestOrganization_FlowsByName(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.matrix(0, 4, 0)
	for given, want := range map[string]string{
		`names: ["flow-002", "nobody", "flow-000"]`:           "[{flow-000} {flow-002}]",
		`names: "flow-001"`:                                   "[{flow-001}]",
		`names: ["flow-001"], tags: [{key: "a", value: "b"}]`: "[]",
		`names: []`:   "[]",
		`names: null`: "[{flow-000} {flow-001} {flow-002} {flow-003}]",
	} {
		var got struct {
			Organization struct {
				Flows struct{ Nodes []struct{ Name string } }
			}
		}
		s.must(`{ organization(name: "acme") { flows(`+given+`) { nodes { name } } } }`, &got)
		if said := fmt.Sprint(got.Organization.Flows.Nodes); said != want {
			t.Errorf("%s: %s, want %s", given, said, want)
		}
	}
	refused := s.ask(s.token, `{ organization(name: "acme") { flows(names: [`+strings.Repeat(`"a",`, 101)+`]) { nodes { name } } } }`)
	if got := fmt.Sprint(refused.codes()); got != "[INVALID]" {
		t.Errorf("101 names: %s", got)
	}
}
