package graph_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// metricsFields ask for all that metrics are.
const metricsFields = `environment { name } from to excluded { reason count }
	total { from changes leadTime { count medianSeconds p90Seconds } stages { stage duration { count } } judged failures failureRate timeToRestore { count } }
	series { from to changes }
	changes(first: 2) { pageInfo { hasNextPage } nodes {
		flow { name } artifact { name } snapshot { ref } replaced { name } commits { relation ahead } newCommits leadTime { count } committedAt
		buildStartedAt builtAt deployedAt runningAt failure restoredAt excluded } }`

// In fill, each flow has a first version at 10:40 and others at 10:41, each from a
// commit of its own that has no parents. What is late is of flow-0, and of no commit.
func TestMetrics(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.fill(3)
	var got struct {
		Organization struct {
			Metrics any
			Day     struct {
				Total struct{ ChangesPerDay float64 }
			}
			Flow struct{ Metrics any }
		}
	}
	s.must(`{ organization(name: "acme") {
		metrics(environment: "live", during: {from: "2022-08-22", to: "2022-08-24"}, step: DAY, hotfix: {within: 0, words: "x"}) { total { changes judged } excluded { reason count } series { from to changes } }
		day: metrics(environment: "live", during: {from: "2022-08-22", to: "2022-08-23"}) { total { changesPerDay } }
		flow(name: "flow-1") { metrics(environment: "live", during: {from: "2022-08-22T10:41:00Z"}, step: MONTH) { `+metricsFields+` } } } }`, &got)
	want := map[string]any{}
	unpack := func(text string, into any) {
		t.Helper()
		if err := json.Unmarshal([]byte(text), into); err != nil {
			t.Fatal(err)
		}
	}
	unpack(`{"total": {"changes": 7, "judged": 6}, "excluded": [{"reason": "FIRST_DEPLOYMENT", "count": 3}, {"reason": "UNKNOWN_COMMIT", "count": 1}],
		"series": [
			{"from": "2022-08-22T00:00:00Z", "to": "2022-08-23T00:00:00Z", "changes": 7},
			{"from": "2022-08-23T00:00:00Z", "to": "2022-08-23T09:00:00Z", "changes": 0}]}`, &want)
	if diff := cmp.Diff(want, got.Organization.Metrics); diff != "" {
		t.Errorf("of all flows (-want +got):\n%s", diff)
	}
	if perDay := got.Organization.Day.Total.ChangesPerDay; perDay != 7 {
		t.Errorf("%v changes a day, want 7", perDay)
	}
	first := `"flow": {"name": "flow-1"}, "snapshot": {"ref": "live#2"}, "replaced": {"name": "flow-1:2000000"}, "commits": {"relation": "DIVERGED", "ahead": 1},
		"buildStartedAt": null, "runningAt": "2022-08-22T10:41:00Z", "failure": null, "restoredAt": null, "excluded": null, "newCommits": 1, "leadTime": {"count": 1}`
	unpack(`{"environment": {"name": "live"}, "from": "2022-08-22T10:41:00Z", "to": "2022-08-23T09:00:00Z", "excluded": [],
		"total": {"from": "2022-08-22T10:41:00Z", "changes": 2, "leadTime": {"count": 2, "medianSeconds": 5940, "p90Seconds": 6000},
			"stages": [], "judged": 2, "failures": 0, "failureRate": 0, "timeToRestore": null},
		"series": [{"from": "2022-08-22T10:41:00Z", "to": "2022-08-23T09:00:00Z", "changes": 2}],
		"changes": {"pageInfo": {"hasNextPage": false}, "nodes": [
			{`+first+`, "artifact": {"name": "flow-1:2000002"}, "committedAt": "2022-08-22T09:02:00Z", "builtAt": "2022-08-22T09:02:00Z", "deployedAt": null},
			{`+first+`, "artifact": {"name": "flow-1:2000001"}, "committedAt": "2022-08-22T09:01:00Z", "builtAt": "2022-08-22T09:01:00Z", "deployedAt": null}]}}`, &want)
	if diff := cmp.Diff(want, got.Organization.Flow.Metrics); diff != "" {
		t.Errorf("of a flow (-want +got):\n%s", diff)
	}
}

func TestMetrics_Refused(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.fill(2)
	for args, want := range map[string][2]string{
		`environment: "all-0", during: {from: "yesterday"}`:                                    {"INVALID", "ask for one of its members"},
		`environment: "nowhere", during: {from: "yesterday"}`:                                  {"NOT_FOUND", "there are: "},
		`environment: "live", during: {from: "soon"}`:                                          {"INVALID", `"soon" is not a moment`},
		`environment: "live", during: {from: "3.years.ago"}`:                                   {"INVALID", "is more than 2 years"},
		`environment: "live", during: {from: "now", to: "yesterday"}`:                          {"INVALID", "write the older end first"},
		`environment: "live", during: {from: "yesterday"}, hotfix: {within: -5}`:               {"INVALID", "within is -5 seconds"},
		`environment: "live", during: {from: "yesterday"}, hotfix: {words: ["a b"]}`:           {"INVALID", `"a b" is not one word`},
		`environment: "live", during: {from: "yesterday"}, tags: {key: " ", value: "x"}`:       {"INVALID", "cannot be the key of a tag"},
		`environment: "live", during: {from: "yesterday"}, step: YEAR`:                         {"GRAPHQL_VALIDATION_FAILED", "YEAR"},
		`environment: "live", during: {to: "yesterday"}`:                                       {"GRAPHQL_VALIDATION_FAILED", "from"},
		`environment: "live", during: {from: "yesterday"}, hotfix: {within: 1, words: [null]}`: {"GRAPHQL_VALIDATION_FAILED", "String"},
	} {
		got := s.ask(s.token, `{ organization(name: "acme") { metrics(`+args+`) { total { changes } } } }`)
		if codes := got.codes(); len(codes) == 0 || codes[0] != want[0] || !strings.Contains(got.Errors[0].Message, want[1]) {
			t.Errorf("%s: %+v, want %s that says %q", args, got.Errors, want[0], want[1])
		}
	}
	// A hundred flows are asked at once, but not for all their steps.
	cost := func(below string) []string {
		return s.ask(s.token, `{ organization(name: "acme") { flows(first: 100) { nodes { metrics(environment: "live", during: {from: "yesterday"}) { `+below+` } } } } }`).codes()
	}
	if codes := cost(`total { changes leadTime { medianSeconds } }`); len(codes) > 0 {
		t.Errorf("a hundred flows: %v", codes)
	}
	if codes := cost(`series { changes }`); len(codes) != 1 || codes[0] != "COMPLEXITY_LIMIT_EXCEEDED" {
		t.Errorf("all steps of a hundred flows: %v", codes)
	}
}

// The pages of a list are about the time of the first, and are found out once; who begins
// again sees what is new.
func TestMetrics_Pages(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.fill(3)
	type metrics struct {
		From, To string
		Changes  struct {
			PageInfo struct {
				EndCursor   string
				HasNextPage bool
			}
			Nodes []struct {
				Flow     struct{ Name string }
				Artifact struct{ Name string }
			}
		}
	}
	type answer struct{ Organization struct{ Metrics metrics } }
	page := func(arguments string) (answer, int64) {
		t.Helper()
		var got answer
		before := s.db.Statements()
		s.must(`{ organization(name: "acme") { metrics(environment: "live", during: {from: "2.days.ago"}) { from to
			changes(`+arguments+`) { pageInfo { endCursor hasNextPage } nodes { flow { name } artifact { name } } } } } }`, &got)
		return got, s.db.Statements() - before
	}
	first, whole := page(`first: 4`)
	wanted, _ := page(`first: 100`)
	now := s.db.Now()
	s.db.Now = func() time.Time { return now.Add(50 * time.Second) }
	list, got := first.Organization.Metrics, first.Organization.Metrics.Changes.Nodes
	for list.Changes.PageInfo.HasNextPage {
		next, statements := page(`first: 4, after: "` + list.Changes.PageInfo.EndCursor + `"`)
		if next.Organization.Metrics.From != list.From || next.Organization.Metrics.To != list.To || statements >= whole {
			t.Errorf("a page from %s to %s after one from %s to %s, by %d statements after %d", next.Organization.Metrics.From, next.Organization.Metrics.To, list.From, list.To, statements, whole)
		}
		list = next.Organization.Metrics
		got = append(got, list.Changes.Nodes...)
	}
	if diff := cmp.Diff(wanted.Organization.Metrics.Changes.Nodes, got); diff != "" || len(got) <= 8 {
		t.Errorf("page by page (-want +got):\n%s", diff)
	}
	if again, _ := page(`first: 4`); again.Organization.Metrics.To == first.Organization.Metrics.To {
		t.Errorf("who begins again asks until %s", again.Organization.Metrics.To)
	}
}
