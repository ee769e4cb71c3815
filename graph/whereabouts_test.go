package graph_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

// Commits of the story of whereabouts.
var (
	rootSHA, topicSHA = sha("e000000"), sha("e000001")
	squashSHA         = sha("e000002") // what topic became
	nextSHA           = sha("e000003")
	pickSHA           = sha("e000004") // on root, with the patch of topic
)

// whereabouts makes a history in which a commit is in each state somewhere, in
// environments that are named for it: it was squashed, cherry-picked, built and
// announced.
func (s *server) whereabouts() {
	s.t.Helper()
	ctx, repository := s.t.Context(), s.org.Name+"/runner"
	ok := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	at := func(minutes int) *time.Time { t := start.Add(time.Duration(minutes) * time.Minute); return &t }
	_, _, err := s.db.CreateFlow(ctx, s.org, model.CreateFlowInput{Name: "runner", Repository: &repository})
	ok(err)
	for _, name := range []string{"edge", "gone", "included", "odd", "running", "waiting"} {
		_, _, err := s.db.CreateEnvironment(ctx, s.org, model.CreateEnvironmentInput{Name: name, Type: model.EnvironmentECS})
		ok(err)
	}
	_, _, err = s.db.CreateEnvironment(ctx, s.org, model.CreateEnvironmentInput{Name: "all", Type: model.EnvironmentLogical, Members: []string{"gone", "running"}})
	ok(err)
	patch := sha("9a7c4")
	commit := func(n int, subject string, sha model.CommitSHA, patch *model.CommitSHA, parents ...model.CommitSHA) *model.CommitInput {
		return &model.CommitInput{SHA: sha, Subject: subject, CommittedAt: *at(n), Parents: parents, ParentsComplete: true, PatchID: patch}
	}
	_, err = s.db.ReportCommits(ctx, s.org, model.ReportCommitsInput{Repository: repository, Commits: []*model.CommitInput{
		commit(0, "root", rootSHA, nil), commit(1, "topic", topicSHA, &patch, rootSHA), commit(2, "squash", squashSHA, nil, rootSHA),
		commit(3, "next", nextSHA, nil, squashSHA), commit(4, "pick", pickSHA, &patch, rootSHA),
	}})
	ok(err)
	url := "https://github.com/" + repository
	_, err = s.db.ReceiveDelivery(ctx, s.org, &model.Delivery{
		Source: model.ForgeGitHub.Source(), SourceID: "1", Event: "pull_request", Body: []byte("{}"), Repository: repository,
	}, &model.Facts{
		Repository: model.Repository{Forge: model.ForgeGitHub, Name: repository, URL: url},
		Builds:     []*model.Build{{System: model.GitHubActions, Run: 1, Attempt: 1, Workflow: "CI", URL: url + "/actions/runs/1", State: model.BuildSucceeded, CommitSHA: squashSHA}},
		PullRequest: &model.PullRequest{
			Number: 1, Title: "topic", URL: url + "/pull/1", State: model.PullRequestMerged, AuthorLogin: "ada", HeadSHA: topicSHA, MergeSHA: &squashSHA,
			CreatedAt: *at(1), MergedAt: at(2), UpdatedAt: *at(2),
		},
	})
	ok(err)
	for name, sha := range map[string]*model.CommitSHA{"runner:squash": &squashSHA, "runner:next": &nextSHA, "runner:pick": &pickSHA, "runner:odd": nil} {
		_, _, err := s.db.ReportArtifact(ctx, s.org, model.ReportArtifactInput{Flow: "runner", Name: name, Fingerprint: fingerprint(name), Commit: sha, At: at(10)})
		ok(err)
	}
	_, _, err = s.db.ReportDeployment(ctx, s.org, model.ReportDeploymentInput{
		Artifact: model.ArtifactRef{Flow: "runner", ByFingerprint: true, Prefix: string(fingerprint("runner:squash"))}, Environment: "waiting", At: at(15),
	})
	ok(err)
	report := func(n int, environment string, names ...string) {
		r := &model.Report{Environment: environment, Type: model.EnvironmentECS, ObservedAt: at(n), Body: []byte("{}")}
		for _, name := range names {
			r.Instances = append(r.Instances, model.Instance{Digests: map[string]string{name: string(fingerprint(name))}, StartedAt: *at(n)})
		}
		_, err := s.db.ApplyReport(ctx, s.org, r)
		ok(err)
	}
	report(20, "gone", "runner:squash")
	report(30, "gone", "runner:pick")
	report(20, "included", "runner:squash")
	report(30, "included", "runner:next")
	report(20, "odd", "runner:odd")
	report(20, "running", "runner:squash", "runner:squash")
	report(20, "waiting", "runner:pick")
}

// allOfWhereabouts asks for every field of every type.
const allOfWhereabouts = `__typename state at summary commit { subject } became { subject } flow { name } environment { name } snapshot { number }
	running { name replicas artifact { name commit { subject } } } cherryPick { subject }
	... on CommitRunning { since firstAt } ... on CommitIncluded { since firstAt commitsLater }
	... on CommitNotYet { commitsBehind progress carrier { name commit { subject } } build { state commitSha } deployment { number artifact { name } environment { name } }
		missing { relation from { subject } to { subject } added { nodes { subject } } } }
	... on CommitGone { firstAt goneAt rolledBack last { name commit { subject } } } ... on CommitUnknown { reason remedy }`

// whereaboutsPage is a page of whereabouts, with their summaries.
type whereaboutsPage struct {
	Nodes    []struct{ Summary string }
	PageInfo struct {
		HasNextPage bool
		EndCursor   string
	}
}

func (p whereaboutsPage) environments() string {
	var names []string
	for _, n := range p.Nodes {
		_, after, _ := strings.Cut(n.Summary, " in ")
		names = append(names, strings.TrimSuffix(strings.Fields(strings.TrimPrefix(after, "it is in "))[0], ":"))
	}
	return strings.Join(names, " ")
}

func whereaboutsQuery(arguments, of string) string {
	return `{ organization(name: "acme") { commit(ref: "e000001") { ... on Commit { whereabouts` + arguments + ` { ` + of + ` } } } } }`
}

func (s *server) whereaboutsOf(arguments string) whereaboutsPage {
	s.t.Helper()
	var got struct {
		Organization struct {
			Commit struct{ Whereabouts whereaboutsPage }
		}
	}
	s.must(whereaboutsQuery(arguments, "nodes { summary } pageInfo { hasNextPage endCursor }"), &got)
	return got.Organization.Commit.Whereabouts
}

// Every field of every type is loaded, alone and through the edges of the list.
func TestWhereabouts_EveryField(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.whereabouts()
	var got struct {
		Organization struct {
			Commit struct {
				Whereabouts struct {
					Nodes []map[string]any
					Edges []struct{ Node map[string]any }
				}
			}
		}
	}
	s.must(whereaboutsQuery("", `nodes { `+allOfWhereabouts+` } edges { cursor node { `+allOfWhereabouts+` } }`), &got)
	const (
		same     = `"at": "2022-08-23T09:00:00Z", "commit": {"subject": "topic"}, "became": {"subject": "squash"}, "flow": {"name": "runner"}`
		runs     = `"running": {"name": "runner:%[1]s", "replicas": %[2]d, "artifact": {"name": "runner:%[1]s", "commit": {"subject": "%[1]s"}}}`
		version  = `{"name": "runner:squash", "commit": {"subject": "squash"}}`
		pick     = `"cherryPick": {"subject": "pick"}`
		sentence = `; its cherry-pick e000004 is there, which is another commit`
	)
	var want []map[string]any
	for _, node := range []string{
		`"__typename": "CommitUnknown", "state": "UNKNOWN", "summary": "Not known whether it is in edge: nothing was reported of it", "environment": {"name": "edge"},
			"snapshot": null, "running": null, "cherryPick": null, "reason": "NOT_OBSERVED", "remedy": "Let an agent report it, such as landfall snapshot docker edge --watch"`,
		`"__typename": "CommitGone", "state": "GONE", "summary": "No longer in gone: runner:e000004 took its place` + sentence + `", "environment": {"name": "gone"},
			"snapshot": {"number": 2}, ` + fmt.Sprintf(runs, "pick", 1) + `, ` + pick + `, "firstAt": "2022-08-22T09:20:00Z", "goneAt": "2022-08-22T09:30:00Z", "rolledBack": false, "last": ` + version,
		`"__typename": "CommitIncluded", "state": "INCLUDED", "summary": "Included in included by runner:e000003, 1 commit later", "environment": {"name": "included"},
			"snapshot": {"number": 2}, ` + fmt.Sprintf(runs, "next", 1) + `, "cherryPick": null, "since": "2022-08-22T09:20:00Z", "firstAt": "2022-08-22T09:20:00Z", "commitsLater": 1`,
		`"__typename": "CommitUnknown", "state": "UNKNOWN", "summary": "Not known whether it is in odd: nobody told from which commit runner:odd was built", "environment": {"name": "odd"},
			"snapshot": {"number": 1}, "running": {"name": "runner:odd", "replicas": 1, "artifact": {"name": "runner:odd", "commit": null}}, "cherryPick": null,
			"reason": "NO_PROVENANCE", "remedy": "Tell it when it is built: landfall report artifact --flow runner --commit SHA"`,
		`"__typename": "CommitRunning", "state": "RUNNING", "summary": "Running in running with 2 replicas", "environment": {"name": "running"},
			"snapshot": {"number": 1}, ` + fmt.Sprintf(runs, "squash", 2) + `, "cherryPick": null, "since": "2022-08-22T09:20:00Z", "firstAt": "2022-08-22T09:20:00Z"`,
		`"__typename": "CommitNotYet", "state": "NOT_YET", "environment": {"name": "waiting"},
			"summary": "Not yet in waiting: runner:e000004 is 1 commit behind, deployment #1 of runner:e000002 is announced` + sentence + `",
			"snapshot": {"number": 1}, ` + fmt.Sprintf(runs, "pick", 1) + `, ` + pick + `, "commitsBehind": 1, "progress": "DEPLOYING", "carrier": ` + version + `,
			"build": {"state": "SUCCEEDED", "commitSha": "` + string(squashSHA) + `"}, "deployment": {"number": 1, "artifact": {"name": "runner:squash"}, "environment": {"name": "waiting"}},
			"missing": {"relation": "DIVERGED", "from": {"subject": "pick"}, "to": {"subject": "squash"}, "added": {"nodes": [{"subject": "squash"}]}}`,
	} {
		var of map[string]any
		if err := json.Unmarshal([]byte("{"+node+", "+same+"}"), &of); err != nil {
			t.Fatalf("%s: %v", node, err)
		}
		want = append(want, of)
	}
	found := got.Organization.Commit.Whereabouts
	if diff := cmp.Diff(want, found.Nodes); diff != "" {
		t.Errorf("nodes (-want +got):\n%s", diff)
	}
	var nodes []map[string]any
	for _, e := range found.Edges {
		nodes = append(nodes, e.Node)
	}
	if diff := cmp.Diff(want, nodes); diff != "" {
		t.Errorf("edges (-want +got):\n%s", diff)
	}
}

// Filters, moments and pages.
func TestWhereabouts_Arguments(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.whereabouts()
	for arguments, want := range map[string]string{
		``: "edge gone included odd running waiting",
		`(filter: {environments: ["waiting", "odd"]})`:                          "odd waiting",
		`(filter: {environments: ["all", "edge"]})`:                             "edge gone running", // its members stand for it
		`(filter: {environments: ["all", "gone"], states: [GONE, NOT_YET]})`:    "gone",
		`(filter: {states: [UNKNOWN, INCLUDED], flows: ["runner"]})`:            "edge included odd",
		`(filter: {environments: [], flows: [], states: []}, first: 2)`:         "edge gone",
		`(at: "2022-08-22T09:25:00Z", filter: {states: [RUNNING]})`:             "gone included running",
		`(at: "2022-08-22T09:19:59Z", filter: {states: [UNKNOWN]}, first: 100)`: "edge gone included odd running waiting",
	} {
		if got := s.whereaboutsOf(arguments).environments(); got != want {
			t.Errorf("%s: got %q, want %q", arguments, got, want)
		}
	}
	var pages []string
	for after := ""; len(pages) < 5; {
		page := s.whereaboutsOf(`(first: 4` + after + `)`)
		pages = append(pages, page.environments())
		if !page.PageInfo.HasNextPage {
			break
		}
		after = fmt.Sprintf(`, after: %q`, page.PageInfo.EndCursor)
	}
	if diff := cmp.Diff([]string{"edge gone included odd", "running waiting"}, pages); diff != "" {
		t.Errorf("page by page (-want +got):\n%s", diff)
	}
}

func TestWhereabouts_Refusals(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.whereabouts()
	for name, tt := range map[string]struct{ arguments, code, field, message string }{
		"Environment":      {`(filter: {environments: ["running", "nowhere"]})`, "NOT_FOUND", "", `environment "nowhere" does not exist`},
		"Flow":             {`(filter: {flows: ["nothing"]})`, "NOT_FOUND", "", `flow "nothing" does not exist`},
		"Moment":           {`(at: "soon")`, "INVALID", "", `"soon" is not a time: write it in RFC 3339`},
		"ManyEnvironments": {`(filter: {environments: [` + strings.Repeat(`"running" `, 101) + `]})`, "INVALID", "environments", "101 environments were given, and a filter takes 100"},
		"ManyFlows":        {`(filter: {flows: [` + strings.Repeat(`"runner" `, 101) + `]})`, "INVALID", "flows", "101 flows were given, and a filter takes 100"},
		"ManyAtOnce":       {`(first: 101)`, "INVALID", "first", "100"},
		"Cursor":           {`(after: "nonsense")`, "INVALID", "after", "cursor"},
	} {
		got := s.ask(s.token, whereaboutsQuery(tt.arguments, "nodes { summary }"))
		if len(got.Errors) != 1 {
			t.Errorf("%s: %s %+v", name, got.Data, got.Errors)
			continue
		}
		e := got.Errors[0]
		if e.Extensions.Code != tt.code || e.Extensions.Field != tt.field || !strings.Contains(e.Message, tt.message) {
			t.Errorf("%s: got %+v, want %s of %q: %s", name, e, tt.code, tt.field, tt.message)
		}
	}
}

// What is public is seen by others, and what is not is seen by nobody else; what they
// have under the same names is not mixed in.
func TestWhereabouts_Tenants(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	s.whereabouts()
	other := *s
	other.token = model.NewTokenSecret()
	other.org = s.newOrganization("globex", other.token)
	other.whereabouts()
	query := whereaboutsQuery("", "nodes { "+allOfWhereabouts+" }")
	own := s.ask(s.token, query)
	if got := s.ask(other.token, query); string(got.Data) != `{"organization":null}` || fmt.Sprint(got.codes()) != "[NOT_FOUND]" {
		t.Errorf("another tenant sees %s %+v", got.Data, got.Errors)
	}
	s.must(`mutation { updateOrganization(input: {organization: "acme", visibility: PUBLIC}) { organization { name } } }`, nil)
	if got := s.ask(other.token, query); string(got.Data) != string(own.Data) || len(got.Errors) > 0 {
		t.Errorf("of what is public another tenant sees %s %+v, and its own %s", got.Data, got.Errors, own.Data)
	}
	if n := strings.Count(string(own.Data), `"__typename"`); n != 6 {
		t.Errorf("%d answers, want 6: %s", n, own.Data)
	}
}
