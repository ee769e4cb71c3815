package ingest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

// agents are the agents of an organization, the latest seen first.
func (s *server) agents(t testing.TB) []string {
	t.Helper()
	if err := s.db.WriteAgents(t.Context()); err != nil {
		t.Fatal(err)
	}
	found, err := s.db.Agents(t.Context(), s.org, model.Page{First: 100})
	if err != nil {
		t.Fatal(err)
	}
	lines := []string{}
	for _, a := range found.Nodes {
		lines = append(lines, fmt.Sprintf("%q %s %s %t", a.Program, a.TokenName, a.Environment.Name, a.LastSeenAt.After(a.FirstSeenAt)))
	}
	return lines
}

// Who sent a report that was taken is known a little later, whatever became of it; who
// sent one that was refused is not.
func TestReport_Agents(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	report := func(program, token, environment, body string) int {
		t.Helper()
		c := s.reporting(body)
		c.path = strings.Replace(c.path, "aws-prod", environment, 1)
		c.header = map[string]string{"User-Agent": program, "Authorization": "Bearer " + token}
		if environment == "build-host" {
			c.path = strings.Replace(c.path, "ECS", "docker", 1)
		}
		return s.send(t, c).Status
	}
	body := reportOf(item("runner:16d9990"))
	for _, r := range []struct {
		program, token, environment, body string
		want                              int
	}{
		{"landfall/1.4.0", s.tokens["REPORTER"], "aws-prod", body, 201},
		{"landfall/1.4.0", s.tokens["REPORTER"], "aws-prod", body, 200},
		{"curl/8\x7f\tb\u00fcro \U0001F680", s.tokens["MEMBER"], "aws-prod", body, 200},
		{"", s.tokens["REPORTER"], "build-host", observed(5, item("a:1")), 201},
		{"late", s.tokens["REPORTER"], "build-host", observed(4, item("a:2")), 200}, // it came too late
		{"wrong", "lf_wrong", "aws-prod", body, 401},
		{"reader", s.tokens["READER"], "aws-prod", body, 403},
		{"globex", s.tokens["globex"], "aws-prod", body, 403},
		{"nowhere", s.tokens["REPORTER"], "nowhere", body, 404},
		{"garbage", s.tokens["REPORTER"], "aws-prod", "{", 400},
	} {
		if got := report(r.program, r.token, r.environment, r.body); got != r.want {
			t.Errorf("%q: %d, want %d", r.program, got, r.want)
		}
	}
	want := []string{
		`"late" REPORTER build-host false`, `"" REPORTER build-host false`, `"curl/8büro 🚀" MEMBER aws-prod false`, `"landfall/1.4.0" REPORTER aws-prod true`,
	}
	if diff := cmp.Diff(want, s.agents(t)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := report(strings.Repeat("ü", 1000), s.tokens["REPORTER"], "aws-prod", body); got != 200 {
		t.Errorf("a long name: %d", got)
	}
	if got := s.agents(t)[0]; got != fmt.Sprintf("%q REPORTER aws-prod false", strings.Repeat("ü", 200)) {
		t.Errorf("a long name is kept as %s", got)
	}
}

// An unchanged report takes one statement, and what is noted of its agent none.
func TestReport_AgentsCostNothing(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	body := reportOf(item("runner:16d9990"))
	for range 2 {
		s.send(t, s.reporting(body))
	}
	before := s.db.Statements()
	if got := s.send(t, s.reporting(body)); got.Status != 200 || s.db.Statements()-before != 1 {
		t.Errorf("%d, %d statements", got.Status, s.db.Statements()-before)
	}
	before = s.db.Statements()
	for range 3 { // nothing is written where nothing was seen
		if err := s.db.WriteAgents(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.db.Statements() - before; got != 1 {
		t.Errorf("%d statements to write one agent", got)
	}
}
