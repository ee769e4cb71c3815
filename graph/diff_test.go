package graph_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

// versions makes n flows, each with a version that is two commits after the one
// before: snapshot 1 runs the old ones, and snapshot 2 the new ones. something else
// runs in both.
func (s *server) versions(n int) {
	s.t.Helper()
	ctx := s.t.Context()
	ok := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	_, _, err := s.db.CreateEnvironment(ctx, s.org, model.CreateEnvironmentInput{Name: "prod", Type: model.EnvironmentECS})
	ok(err)
	running := [2]map[string]string{{"nginx:1": string(fingerprint("nginx"))}, {"nginx:1": string(fingerprint("nginx"))}}
	for f := range n {
		flow, repository := fmt.Sprintf("flow-%d", f), fmt.Sprintf("acme/flow-%d", f)
		_, _, err := s.db.CreateFlow(ctx, s.org, model.CreateFlowInput{Name: flow, Repository: &repository})
		ok(err)
		var commits []*model.CommitInput
		for i := range 3 {
			c := &model.CommitInput{SHA: sha(fmt.Sprintf("%x%06x", f+1, i)), Subject: fmt.Sprintf("%s %d", flow, i), CommittedAt: start.Add(time.Duration(i) * time.Minute), ParentsComplete: true}
			if i > 0 {
				c.Parents = []model.CommitSHA{commits[i-1].SHA}
			}
			commits = append(commits, c)
		}
		_, err = s.db.ReportCommits(ctx, s.org, model.ReportCommitsInput{Repository: repository, Commits: commits})
		ok(err)
		for v, commit := range []*model.CommitInput{commits[0], commits[2]} {
			name := flow + ":" + string(commit.SHA[:7])
			_, _, err = s.db.ReportArtifact(ctx, s.org, model.ReportArtifactInput{Flow: flow, Name: name, Fingerprint: fingerprint(name), Commit: &commit.SHA})
			ok(err)
			running[v][name] = string(fingerprint(name))
		}
	}
	for v := range running {
		at := start.Add(time.Duration(v) * time.Hour)
		r := &model.Report{Environment: "prod", Type: model.EnvironmentECS, ObservedAt: &at, Body: []byte("{}")}
		for name, f := range running[v] {
			r.Instances = append(r.Instances, model.Instance{Digests: map[string]string{name: f}, StartedAt: at})
		}
		_, err := s.db.ApplyReport(ctx, s.org, r)
		ok(err)
	}
}

func TestDiff_FlowsAndCommits(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.versions(2)
	var got struct {
		Organization struct {
			Diff struct {
				Summary        string
				UnchangedCount int
				Unchanged      struct{ Nodes []struct{ Name string } }
				Flows          struct {
					PageInfo struct{ EndCursor string }
					Nodes    []struct {
						Flow     struct{ Name string }
						From, To struct{ Name string }
						Commits  struct {
							Relation      string
							Ahead, Behind int
							Reason        *string
							Added, Again  struct{ Nodes []struct{ Subject string } }
							From          struct{ Subject string }
						}
					}
				}
			}
		}
	}
	const query = `{ organization(name: "acme") { diff(from: "prod%s", to: "prod%s") { summary unchangedCount unchanged { nodes { name } }
		flows%s { pageInfo { endCursor } nodes { flow { name } from { name } to { name } commits { relation reason ahead behind from { subject artifacts { nodes { name } } }
			added(first: 1) { nodes { subject repository { name commits { nodes { sha } } } } } again: added { nodes { subject repository { name commits { nodes { subject } } } } } } } } } } }`
	s.must(fmt.Sprintf(query, "#1", "#2", ""), &got)
	d := got.Organization.Diff
	if d.Summary != "2 added, 2 removed" || d.UnchangedCount != 1 || fmt.Sprint(d.Unchanged.Nodes) != "[{nginx:1}]" {
		t.Errorf("got %+v", d)
	}
	var lines []string
	for _, f := range d.Flows.Nodes {
		c := f.Commits
		lines = append(lines, fmt.Sprintf("%s %s %s: %s %d %d %v %v from %s", f.Flow.Name, f.From.Name, f.To.Name, c.Relation, c.Ahead, c.Behind, c.Added.Nodes, c.Again.Nodes, c.From.Subject))
	}
	if diff := cmp.Diff([]string{
		"flow-0 flow-0:1000000 flow-0:1000002: AHEAD 2 0 [{flow-0 2}] [{flow-0 2} {flow-0 1}] from flow-0 0",
		"flow-1 flow-1:2000000 flow-1:2000002: AHEAD 2 0 [{flow-1 2}] [{flow-1 2} {flow-1 1}] from flow-1 0",
	}, lines); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	s.must(fmt.Sprintf(query, "#2", "#1", `(first: 1)`), &got)
	if c := got.Organization.Diff.Flows.Nodes[0].Commits; c.Relation != "BEHIND" || c.Behind != 2 || len(c.Again.Nodes) != 0 {
		t.Errorf("back: %+v", c)
	}
	got.Organization.Diff.Flows.Nodes = nil
	s.must(fmt.Sprintf(query, "#2", "#1", `(after: "`+got.Organization.Diff.Flows.PageInfo.EndCursor+`")`), &got)
	if nodes := got.Organization.Diff.Flows.Nodes; len(nodes) != 1 || nodes[0].Flow.Name != "flow-1" {
		t.Errorf("the second page: %+v", nodes)
	}
}

// The commits of many flows take no more statements than those of one.
func TestStatements_OfFlowsAndCommits(t *testing.T) {
	t.Parallel()
	const query = `{ organization(name: "acme") { diff(from: "prod#1", to: "prod#2") { unchangedCount unchanged { nodes { name } } flows { nodes { flow { name }
		from { name } to { name } commits { relation added { nodes { sha repository { name } } } removed { nodes { sha } } } } } } } }`
	count := func(n int) int64 {
		s := newServer(t)
		s.versions(n)
		s.must(query, nil)
		before := s.db.Statements()
		s.must(query, nil)
		return s.db.Statements() - before
	}
	one, four := count(1), count(4)
	if one != four || one > 16 {
		t.Errorf("%d statements for one flow, and %d for four", one, four)
	}
	t.Logf("%d statements, %d fields", one, strings.Count(query, " "))
}
