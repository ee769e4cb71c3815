package graph_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

// An interval and a filter may be written into the query or be variables, with one
// for a list of one; what an environment has not is an error of its own.
func TestEnvironment_IntervalAndFilter(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.fill(3)
	type page struct {
		Nodes []struct {
			Number  int
			Summary string
			Flow    *struct{ Name string }
		}
	}
	var got struct {
		Organization struct {
			Environment struct{ Snapshots, Log, One, Oldest page }
		}
	}
	s.must(`query ($interval: SnapshotInterval = "~1..NOW", $filter: LogFilter = {flows: "flow-1", kinds: STARTED_RUNNING, fingerprints: "sha256:`+string(fingerprint("flow-1:2000000"))+`"}) {
		organization(name: "acme") { environment(name: "env-0") {
			snapshots(interval: $interval, direction: ASC) { nodes { number } }
			log: events(filter: $filter) { nodes { summary flow { name } } }
			one: events(interval: "2..2") { nodes { summary } }
			oldest: events(filter: {repositories: ["acme/flow-1"], kinds: []}, direction: ASC, first: 1) { nodes { summary flow { name } } } } } }`, &got)
	e := got.Organization.Environment
	if diff := cmp.Diff("[{2  <nil>} {3  <nil>}]", fmt.Sprint(e.Snapshots.Nodes)); diff != "" {
		t.Errorf("snapshots (-want +got):\n%s", diff)
	}
	if len(e.Log.Nodes) != 1 || e.Log.Nodes[0].Flow.Name != "flow-1" || e.Log.Nodes[0].Summary != "Started running in env-0#1 environment" {
		t.Errorf("log: %+v", e.Log)
	}
	if len(e.One.Nodes) != 2 || e.One.Nodes[0].Summary != "As expected again in env-0#2 environment: flow-0: at least 4" ||
		e.One.Nodes[1].Summary != "Scaled up from 1 to 2 in env-0#2 environment" {
		t.Errorf("log of #2: %+v", e.One)
	}
	if len(e.Oldest.Nodes) != 1 || e.Oldest.Nodes[0].Flow.Name != "flow-1" || !strings.HasPrefix(e.Oldest.Nodes[0].Summary, "Deployment") {
		t.Errorf("oldest: %+v", e.Oldest)
	}
	for query, want := range map[string]string{
		`environment(name: "env-0") { snapshots(interval: "5..3") { nodes { number } } }`:                                "INVALID",
		`environment(name: "env-0") { snapshots(interval: "3") { nodes { number } } }`:                                   "INVALID",
		`environment(name: "env-0") { events(interval: "7..NOW") { nodes { at } } }`:                                     "NOT_FOUND",
		`environment(name: "env-0") { events(interval: "3..~1") { nodes { at } } }`:                                      "INVALID",
		`environment(name: "env-0") { events(filter: {flows: ["nowhere"]}) { nodes { at } } }`:                           "NOT_FOUND",
		`environment(name: "env-0") { events(filter: {fingerprints: ["nothing"]}) { nodes { at } } }`:                    "INVALID",
		`environment(name: "env-0") { events(direction: ASC, after: "v1.x") { nodes { at } } }`:                          "INVALID",
		`environment(name: "env-0") { events(filter: {flows: [` + strings.Repeat(`"x",`, 101) + `]}) { nodes { at } } }`: "INVALID",
	} {
		got := s.ask(s.token, `{ organization(name: "acme") { `+query+` } }`)
		if fmt.Sprint(got.codes()) != "["+want+"]" || len(got.Errors[0].Path) < 3 {
			t.Errorf("%s: %+v, want %s", query, got.Errors, want)
		}
	}
	// Each environment answers for itself.
	if _, _, err := s.db.CreateEnvironment(t.Context(), s.org, model.CreateEnvironmentInput{Name: "unseen", Type: model.EnvironmentECS}); err != nil {
		t.Fatal(err)
	}
	all := s.ask(s.token, `{ organization(name: "acme") { environments(filter: {types: ECS}) { nodes { name snapshots(interval: "2..NOW") { nodes { number } } } } } }`)
	if fmt.Sprint(all.codes()) != "[NOT_FOUND]" || fmt.Sprint(all.Errors[0].Path) != "[organization environments nodes 3 snapshots]" {
		t.Errorf("one of four has no such snapshots: %+v", all.Errors)
	}
}

// Asking for a part of a log costs a fixed number of statements more.
func TestStatements_OfIntervalAndFilter(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.fill(2)
	const query = `{ organization(name: "acme") { environments(first: %d) { nodes { name
		snapshots(interval: "~1..NOW") { nodes { number } } events(interval: "1..NOW", filter: {flows: ["flow-0"], repositories: ["acme/flow-0"]}) { nodes { at } } } } } }`
	count := func(n int) int64 {
		before := s.db.Statements()
		s.must(fmt.Sprintf(query, n), nil)
		return s.db.Statements() - before
	}
	count(1)
	if one, two := count(1), count(2); one != two {
		t.Errorf("%d statements for one environment, and %d for two", one, two)
	}
}
