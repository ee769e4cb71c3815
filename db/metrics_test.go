package db_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/ancestry"
	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

// delivering is an organization whose flows deliver to aws-prod.
type delivering struct {
	t   *testing.T
	db  *db.DB
	org *model.Organization
}

func newDelivering(t *testing.T) *delivering {
	t.Helper()
	d, org := newDB(t)
	newEnvironment(t, d, org, "aws-prod")
	s := &delivering{t, d, org}
	s.later(1000)
	return s
}

// later sets the clock to so many hours after the start.
func (s *delivering) later(hours int) {
	s.db.Now = func() time.Time { return start.Add(time.Duration(hours) * time.Hour) }
}

func (s *delivering) ok(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func hours(n float64) time.Time { return start.Add(time.Duration(n * float64(time.Hour))) }

// commits reports commits of the repository of flow runner, each a minute after the one
// before and with it as its parent: `a`, `b:the subject`, `c`.
func (s *delivering) commits(names ...string) {
	s.t.Helper()
	in := model.ReportCommitsInput{Repository: "cyber-dojo/runner"}
	for i, name := range names {
		name, subject, _ := strings.Cut(name, ":")
		c := &model.CommitInput{SHA: sha(name), Subject: subject, CommittedAt: hours(-1).Add(time.Duration(i) * time.Minute), ParentsComplete: true}
		if i > 0 {
			before, _, _ := strings.Cut(names[i-1], ":")
			c.Parents = []model.CommitSHA{sha(before)}
		}
		in.Commits = append(in.Commits, c)
	}
	_, err := s.db.ReportCommits(s.t.Context(), s.org, in)
	s.ok(err)
}

// built reports an artifact whose name is that of its commit, after the flow's.
func (s *delivering) built(flow, commit string, at float64, digests ...string) {
	s.t.Helper()
	made, from := hours(at), sha(commit)
	in := model.ReportArtifactInput{Flow: flow, Name: flow + "-" + commit, Fingerprint: fingerprint(flow + "-" + commit), Commit: &from, At: &made}
	for _, d := range digests {
		in.Digests = append(in.Digests, fingerprint(d))
	}
	_, _, err := s.db.ReportArtifact(s.t.Context(), s.org, in)
	s.ok(err)
}

func (s *delivering) query(from, to float64) model.MetricsQuery {
	return model.MetricsQuery{Environment: "aws-prod", From: hours(from), To: hours(to), Step: model.MetricsByDay, Hotfix: model.DefaultHotfixRule()}
}

// metrics are those of one flow.
func (s *delivering) metrics(flow string, q model.MetricsQuery) *model.DeliveryMetrics {
	s.t.Helper()
	f, err := s.db.Flow(s.t.Context(), s.org, flow)
	s.ok(err)
	found, err := s.db.MetricsOfFlows(s.t.Context(), s.org, []*model.Flow{f}, q)
	s.ok(err)
	return found[0]
}

// changesOf are the changes of metrics, oldest first, as `b@2 for a +1 ROLLED_BACK`:
// what came when and instead of what, how many commits it brought, and what became of
// it.
func changesOf(m *model.DeliveryMetrics) []string {
	names := map[model.Fingerprint]string{}
	for _, name := range strings.Split("abcdef01", "") {
		for _, flow := range []string{"runner", "web"} {
			names[fingerprint(flow+"-"+strings.Repeat(name, 7))] = name
		}
	}
	said := []string{}
	for _, c := range slices.Backward(m.Rows) {
		text := fmt.Sprintf("%s@%v", names[c.Run.Version.Fingerprint], c.RunningAt().Sub(start).Hours())
		if r := c.ReplacedVersion(); r != nil {
			text += " for " + names[r.Fingerprint]
		}
		if n := c.NewCommits(); n != nil {
			text += fmt.Sprintf(" +%d", *n)
		}
		if c.Failure != nil {
			text += fmt.Sprintf(" %s@%v", *c.Failure, c.RestoredAt.Sub(start).Hours())
		}
		if c.Excluded != nil {
			text += " " + string(*c.Excluded)
		}
		said = append(said, text)
	}
	return said
}

const (
	aaa, bbb, ccc, ddd = "aaaaaaa", "bbbbbbb", "ccccccc", "ddddddd"
)

// runs reports what runs in aws-prod.
func (s *delivering) runs(at float64, running map[string]int) {
	s.t.Helper()
	report(s.t, s.db, s.org, hours(at), running)
}

func TestDB_Metrics_OfAStory(t *testing.T) {
	t.Parallel()
	s := newDelivering(t)
	newFlow(t, s.db, s.org, "runner")
	newFlow(t, s.db, s.org, "web")
	s.commits(aaa, bbb, ccc, ddd+":Revert \"x\"") // of -1:00, -0:59, -0:58, -0:57
	s.built("runner", aaa, -0.5)
	s.built("runner", bbb, 0.5, "runner-b/arm64")
	s.built("runner", ddd, 4)
	s.built("web", ccc, 0)
	url := "https://github.com/cyber-dojo/runner/actions/runs/7"
	built, from := hours(0.5), sha(bbb)
	_, _, err := s.db.ReportArtifact(t.Context(), s.org, model.ReportArtifactInput{
		Flow: "runner", Name: "runner-" + bbb, Fingerprint: fingerprint("runner-" + bbb), Commit: &from, BuildURL: &url, At: &built,
	})
	s.ok(err)
	began, again := hours(0.25), hours(9)
	_, err = s.db.ReceiveDelivery(t.Context(), s.org, &model.Delivery{Source: model.ForgeGitHub.Source(), SourceID: "1", Event: "workflow_run", Body: []byte("1"), Repository: "cyber-dojo/runner"},
		&model.Facts{
			Repository: model.Repository{Forge: model.ForgeGitHub, Name: "cyber-dojo/runner", URL: "https://github.com/cyber-dojo/runner"},
			Builds: []*model.Build{
				{System: model.GitHubActions, Run: 7, Attempt: 1, Workflow: "CI", URL: url, State: model.BuildSucceeded, CommitSHA: from, StartedAt: &began},
				{System: model.GitHubActions, Run: 7, Attempt: 2, Workflow: "CI", URL: url, State: model.BuildSucceeded, CommitSHA: from, StartedAt: &again},
			},
		})
	s.ok(err)
	for _, at := range []float64{0.75, 1, 30} {
		announced := hours(at)
		_, _, err := s.db.ReportDeployment(t.Context(), s.org, model.ReportDeploymentInput{
			Artifact: model.ArtifactRef{Flow: "runner", ByFingerprint: true, Prefix: string(fingerprint("runner-" + bbb))}, Environment: "aws-prod", At: &announced,
		})
		s.ok(err)
	}

	s.runs(1, map[string]int{"runner-" + aaa: 1, "sidecar": 1})
	s.runs(2, map[string]int{"runner-" + aaa: 1, "runner-" + bbb: 1, "sidecar": 1})
	s.runs(3, map[string]int{"runner-b/arm64": 2, "web-" + ccc: 1}) // b, too
	s.runs(4, map[string]int{"runner-b/arm64": 1, "runner-" + bbb: 3, "web-" + ccc: 1})
	s.runs(5, map[string]int{"runner-" + ddd: 2, "web-" + ccc: 1})
	s.runs(30, map[string]int{"runner-" + bbb: 2, "web-" + ccc: 1})

	want := []string{
		"a@1 FIRST_DEPLOYMENT",
		"b@2 for a +1 HOTFIXED@5",
		"d@5 for b +2 ROLLED_BACK@30",
		"b@30 for d +0",
	}
	runner := s.metrics("runner", s.query(0, 48))
	if diff := cmp.Diff(want, changesOf(runner)); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	minutes := func(n int) *model.DurationFigures {
		return &model.DurationFigures{Count: 1, MedianSeconds: 60 * n, P90Seconds: 60 * n}
	}
	wantTotal := &model.DeliveryFigures{
		From: hours(0), To: hours(48), Changes: 3, Judged: 3, Failures: 2,
		// b took 2:59; c 5:58 and d 5:57.
		LeadTime: &model.DurationFigures{Count: 3, MedianSeconds: 60 * 357, P90Seconds: 60 * 358},
		// From 2 to 5, and from 5 to 30.
		TimeToRestore: &model.DurationFigures{Count: 2, MedianSeconds: 3 * 3600, P90Seconds: 25 * 3600},
		Stages: []*model.StageFigures{
			{Stage: model.StageCommitToBuild, Duration: minutes(74)}, // the first attempt, from -0:59 to 0:15
			{Stage: model.StageBuildToArtifact, Duration: minutes(15)},
			{Stage: model.StageArtifactToDeployment, Duration: minutes(30)}, // to the last that was announced before it ran
			{Stage: model.StageDeploymentToRunning, Duration: minutes(60)},
		},
	}
	if diff := cmp.Diff(wantTotal, runner.Total); diff != "" {
		t.Errorf("total (-want +got):\n%s", diff)
	}
	if want := []string{"c@3 FIRST_DEPLOYMENT"}; !slices.Equal(changesOf(s.metrics("web", s.query(0, 48))), want) {
		t.Errorf("changes of web: %v", changesOf(s.metrics("web", s.query(0, 48))))
	}

	all, err := s.db.Metrics(t.Context(), s.org, model.FlowFilter{}, s.query(0, 48))
	s.ok(err)
	if diff := cmp.Diff(wantTotal, all.Total); diff != "" || len(all.Rows) != 5 {
		t.Errorf("of all flows, %d changes (-want +got):\n%s", len(all.Rows), diff)
	}
	if diff := cmp.Diff([]*model.MetricsExclusion{{Reason: model.ExcludedFirst, Count: 2}}, all.Excluded); diff != "" {
		t.Errorf("excluded (-want +got):\n%s", diff)
	}
	_, err = s.db.UpdateFlow(t.Context(), s.org, model.UpdateFlowInput{Flow: "web", SetTags: []*model.Tag{{Key: "team", Value: "pages"}}})
	s.ok(err)
	tagged, err := s.db.Metrics(t.Context(), s.org, model.FlowFilter{Tags: []*model.Tag{{Key: "team", Value: "pages"}}}, s.query(0, 48))
	s.ok(err)
	if len(tagged.Rows) != 1 || tagged.Total.Changes != 0 {
		t.Errorf("of the flows of a team: %v", changesOf(tagged))
	}
}

// A flow that is made from a part of a repository has only commits that touch it.
func TestDB_Metrics_Paths(t *testing.T) {
	t.Parallel()
	s := newDelivering(t)
	repository := "acme/mono"
	for _, flow := range []string{"runner", "web"} {
		_, _, err := s.db.CreateFlow(t.Context(), s.org, model.CreateFlowInput{Name: flow, Repository: &repository, Paths: []string{"services/" + flow}})
		s.ok(err)
	}
	in := model.ReportCommitsInput{Repository: repository}
	for i, touched := range [][]string{{"x"}, {"services/web/a"}, {"services/runner/a", "services/web/b"}, nil, {"services/runners"}} {
		c := &model.CommitInput{SHA: sha(strings.Repeat(string(rune('a'+i)), 7)), CommittedAt: hours(float64(i)), ParentsComplete: true, Paths: touched}
		if i > 0 {
			c.Parents = []model.CommitSHA{in.Commits[i-1].SHA}
		}
		in.Commits = append(in.Commits, c)
	}
	_, err := s.db.ReportCommits(t.Context(), s.org, in)
	s.ok(err)
	for _, flow := range []string{"runner", "web"} {
		s.built(flow, aaa, 0)
		s.built(flow, "eeeeeee", 5)
	}
	s.runs(6, map[string]int{"runner-" + aaa: 1, "web-" + aaa: 1})
	s.runs(7, map[string]int{"runner-eeeeeee": 1, "web-eeeeeee": 1})
	for flow, want := range map[string]string{"runner": "e@7 for a +2", "web": "e@7 for a +3"} { // d is of nobody knows what
		if got := changesOf(s.metrics(flow, s.query(7, 8))); !slices.Equal(got, []string{want}) {
			t.Errorf("%s: %v, want %s", flow, got, want)
		}
	}
}

// Where the history has a hole, or a commit is not known, nothing is told that is not
// known.
func TestDB_Metrics_NeverGuesses(t *testing.T) {
	t.Parallel()
	s := newDelivering(t)
	newFlow(t, s.db, s.org, "runner")
	s.commits(aaa, bbb)
	_, err := s.db.ReportCommits(t.Context(), s.org, model.ReportCommitsInput{Repository: "cyber-dojo/runner", Commits: []*model.CommitInput{
		{SHA: sha(ccc), CommittedAt: hours(1)}, // as a push tells it
	}})
	s.ok(err)
	for i, name := range []string{aaa, bbb, ccc, ddd} {
		s.built("runner", name, float64(i))
		s.runs(float64(i+1), map[string]int{"runner-" + name: 1})
	}
	want := []string{"a@1 FIRST_DEPLOYMENT", "b@2 for a +1 ANCESTRY_INCOMPLETE", "c@3 for b UNKNOWN_COMMIT", "d@4 for c UNKNOWN_COMMIT"}
	m := s.metrics("runner", s.query(0, 10))
	if diff := cmp.Diff(want, changesOf(m)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if m.Total.Changes != 3 || m.Total.Judged != 0 || m.Total.FailureRate() != nil {
		t.Errorf("%d changes, %d of which were judged; want 3, and none", m.Total.Changes, m.Total.Judged)
	}
}

// However the time is cut, each part has the changes that the model finds in all
// snapshots from the beginning.
func TestDB_Metrics_AgreesWithTheModel(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		t.Run(fmt.Sprint("Seed", seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 5))
			s := newDelivering(t)
			flow := newFlow(t, s.db, s.org, "runner")
			names := []string{}
			for _, letter := range strings.Split("abcdef01", "") {
				names = append(names, strings.Repeat(letter, 7))
			}
			s.commits(names...)
			for i, name := range names {
				s.built("runner", name, float64(i)/10, name+"/arm64")
			}
			graph := ancestry.New()
			versions := map[string]*model.DeliveredVersion{}
			for i, name := range names {
				at := hours(-1).Add(time.Duration(i) * time.Minute)
				c := ancestry.Commit{SHA: sha(name).Bytes(), Complete: true, At: at}
				if i > 0 {
					c.Parents = [][]byte{sha(names[i-1]).Bytes()}
				}
				graph.Add(func(yield func(ancestry.Commit) bool) { yield(c) })
				versions[name] = &model.DeliveredVersion{
					Key: int64(i), Flow: flow, Fingerprint: fingerprint("runner-" + name), CreatedAt: hours(float64(i) / 10),
					Commit: &model.Commit{SHA: sha(name), CommittedAt: at, Repository: &model.Repository{Key: 1}},
				}
			}
			runs := s.randomSnapshots(random, names, versions)
			for range 12 {
				from := random.Float64() * 50
				q := s.query(from, from+random.Float64()*20+0.5)
				changes := model.ChangesOfFlow(runs)
				history := linearHistory{graph, versions}
				model.TraceChanges(changes, q.From, history)
				model.JudgeChanges(changes, q.From, history, q.Hotfix)
				want, got := model.NewDeliveryMetrics(nil, q, changes), s.metrics("runner", q)
				if diff := cmp.Diff(changesOf(want), changesOf(got)); diff != "" {
					t.Fatalf("from %v to %v (-want +got):\n%s", q.From, q.To, diff)
				}
				if diff := cmp.Diff(want.Total, got.Total); diff != "" {
					t.Fatalf("from %v to %v (-want +got):\n%s", q.From, q.To, diff)
				}
			}
		})
	}
}

// linearHistory is a history whose commits are those of versions.
type linearHistory struct {
	graph    *ancestry.Graph
	versions map[string]*model.DeliveredVersion
}

func (h linearHistory) Contains(descendant, ancestor *model.Commit) (contains, known bool) {
	return h.graph.Contains(descendant.SHA.Bytes(), ancestor.SHA.Bytes()) == ancestry.Yes, true
}

func (h linearHistory) Missing(from []*model.Commit, to *model.Commit) (missing []*model.Commit, known bool) {
	for _, v := range h.versions {
		has, _ := h.Contains(to, v.Commit)
		if has && !slices.ContainsFunc(from, func(f *model.Commit) bool { had, _ := h.Contains(f, v.Commit); return had }) {
			missing = append(missing, v.Commit)
		}
	}
	return missing, true
}

// randomSnapshots reports sixty snapshots of some versions, by one digest or another,
// and returns the runs in them.
func (s *delivering) randomSnapshots(random *rand.Rand, names []string, versions map[string]*model.DeliveredVersion) []*model.VersionRun {
	s.t.Helper()
	var runs []*model.VersionRun
	open := map[string]*model.VersionRun{}
	running := map[string]bool{}
	for i := range 60 {
		if random.IntN(3) == 0 {
			running[names[random.IntN(len(names))]] = true
		}
		for name := range running {
			if random.IntN(5) == 0 {
				delete(running, name)
			}
		}
		told := map[string]int{"sidecar": 1 + i} // each report is another snapshot
		for name := range running {
			told["runner-"+name] = random.IntN(3)
			told[name+"/arm64"] = random.IntN(2)
			if told["runner-"+name]+told[name+"/arm64"] == 0 {
				told["runner-"+name] = 1
			}
		}
		s.runs(float64(i+1), told)
		for name, run := range maps.Clone(open) {
			if !running[name] {
				run.Till, run.EndedAt = i+1, hours(float64(i+1))
				delete(open, name)
			}
		}
		for name := range running {
			if open[name] == nil {
				open[name] = &model.VersionRun{Version: versions[name], Since: i + 1, StartedAt: hours(float64(i + 1))}
				runs = append(runs, open[name])
			}
		}
	}
	return runs
}

func TestDB_Metrics_Refused(t *testing.T) {
	t.Parallel()
	s := newDelivering(t)
	d := s.db
	newFlow(t, d, s.org, "runner")
	s.built("runner", aaa, 0)
	s.built("runner", bbb, 0)
	_, _, err := d.CreateEnvironment(t.Context(), s.org, model.CreateEnvironmentInput{Name: "all", Type: model.EnvironmentLogical})
	s.ok(err)
	q := s.query(0, 10)
	q.Environment = "all"
	_, err = d.Metrics(t.Context(), s.org, model.FlowFilter{}, q)
	wantError(t, err, model.KindInvalid, "ask for one of its members")
	q.Environment = "nowhere"
	_, err = d.Metrics(t.Context(), s.org, model.FlowFilter{}, q)
	wantError(t, err, model.KindNotFound, "aws-prod")
	_, err = d.Metrics(t.Context(), s.org, model.FlowFilter{Tags: []*model.Tag{{Key: " "}}}, s.query(0, 1))
	wantError(t, err, model.KindInvalid, "cannot be the key of a tag")

	s.commits(aaa, bbb)
	for at := range 8 {
		s.runs(float64(at), map[string]int{"runner-" + []string{aaa, bbb}[at%2]: 1})
	}
	d.SetMetricsChanges(6)
	_, err = d.Metrics(t.Context(), s.org, model.FlowFilter{}, s.query(0.5, 10)) // without the first
	wantError(t, err, model.KindInvalid, "more than 10000 changes")
	most, err := d.Metrics(t.Context(), s.org, model.FlowFilter{}, s.query(1.5, 10))
	s.ok(err)
	if most.Total.Changes != 6 {
		t.Errorf("%d changes, want 6", most.Total.Changes)
	}
}

// The number of statements is the same for one flow and for many.
func TestDB_Metrics_Statements(t *testing.T) {
	t.Parallel()
	s := newDelivering(t)
	s.commits(aaa, bbb)
	running, later := map[string]int{}, map[string]int{}
	for f := range 8 {
		flow := fmt.Sprint("flow-", f)
		_, _, err := s.db.CreateFlow(t.Context(), s.org, model.CreateFlowInput{Name: flow})
		s.ok(err)
		s.built(flow, aaa, 0)
		s.built(flow, bbb, 0)
		running[flow+"-"+aaa], later[flow+"-"+bbb] = 1, 1
	}
	s.runs(1, running)
	s.runs(2, later)
	flows, err := s.db.Flows(t.Context(), s.org, model.FlowFilter{}, page(100))
	s.ok(err)
	count := func(n int) int64 {
		before := s.db.Statements()
		found, err := s.db.MetricsOfFlows(t.Context(), s.org, flows.Nodes[:n], s.query(0, 10))
		s.ok(err)
		for _, m := range found {
			if m.Total.Changes != 1 || m.Total.LeadTime.Count != 1 {
				t.Errorf("%d changes of a flow, %+v", m.Total.Changes, m.Total.LeadTime)
			}
		}
		return s.db.Statements() - before
	}
	count(1)
	if one, many := count(1), count(8); one != many {
		t.Errorf("%d statements for a flow, and %d for eight", one, many)
	}
}
