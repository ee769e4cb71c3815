package db_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

// listed are all changes of a list, oldest first, as its pages of one have them.
func (s *delivering) listed(m *model.DeliveryMetrics) []*model.DeliveredChange {
	s.t.Helper()
	var all []*model.DeliveredChange
	for p := (model.Page{First: 1}); ; {
		page, err := m.PageOfChanges(p)
		s.ok(err)
		all = append(all, page.Nodes...)
		if !page.PageInfo().HasNextPage {
			slices.Reverse(all)
			return all
		}
		p.After = *page.PageInfo().EndCursor
	}
}

// delivered reports four versions, a to d, that run one after the other.
func (s *delivering) delivered() {
	s.t.Helper()
	newFlow(s.t, s.db, s.org, "runner")
	s.commits(aaa, bbb, ccc, ddd)
	for i, name := range []string{aaa, bbb, ccc, ddd} {
		s.built("runner", name, float64(i))
		s.runs(float64(i+1), map[string]int{"runner-" + name: 1})
	}
}

// pageQueries are a query for the first page of changes, and for a further
// one.
func (s *delivering) pageQueries() (firstPage, nextPage model.MetricsQuery) {
	firstPage = s.query(0, 100)
	firstPage.Asked, firstPage.Lists = hours(1000), true
	nextPage = firstPage
	nextPage.Continues = true
	return firstPage, nextPage
}

// tellRow is all that is told of a change but what is filled in.
func tellRow(c *model.DeliveredChange) any {
	v := c.ReplacedVersion()
	replaced := model.Fingerprint("")
	if v != nil {
		replaced = v.Fingerprint
	}
	return []any{
		c.Environment.Name, c.Flow().Name, c.Flow().Repository.Name, c.Run.Since, c.Run.Version.Fingerprint, replaced, c.NewCommits(), c.LeadTime(), c.CommittedAt(),
		c.BuildStartedAt(), c.BuiltAt(), c.DeployedAt(), c.RunningAt(), c.Failure, c.RestoredAt, c.Excluded,
	}
}

// What is kept tells the same of everything, by fewer statements, and no request sees
// what another fills in.
func TestDB_Metrics_Kept(t *testing.T) {
	t.Parallel()
	s := newDelivering(t)
	s.delivered()
	firstPage, nextPage := s.pageQueries()
	rows := func(m *model.DeliveryMetrics) (told []any) {
		for _, c := range s.listed(m) {
			told = append(told, tellRow(c))
		}
		return told
	}
	began := s.metrics("runner", firstPage)
	before := s.db.Statements()
	s.metrics("runner", firstPage)
	whole := s.db.Statements() - before
	before = s.db.Statements()
	kept := s.metrics("runner", nextPage)
	if n := s.db.Statements() - before; n != 2 || whole <= n { // the flow, and the environment
		t.Errorf("%d statements for a further page, and %d for the first", n, whole)
	}
	if diff := cmp.Diff(rows(began), rows(kept)); diff != "" || len(rows(kept)) != 4 {
		t.Errorf("what is kept (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(began.Total, kept.Total); diff != "" {
		t.Errorf("total (-want +got):\n%s", diff)
	}
	s.listed(kept)[0].Artifact = new(model.Artifact)
	again := s.listed(s.metrics("runner", nextPage))[0]
	if again.Artifact != nil || again.Environment == kept.Environment {
		t.Error("two requests fill in the same change")
	}

	all, err := s.db.Metrics(t.Context(), s.org, model.FlowFilter{}, firstPage)
	s.ok(err)
	together, err := s.db.Metrics(t.Context(), s.org, model.FlowFilter{}, nextPage)
	s.ok(err)
	if diff := cmp.Diff(rows(all), rows(together)); diff != "" {
		t.Errorf("of all flows together (-want +got):\n%s", diff)
	}
}

// Whatever changes what is told, who begins to ask is told of it; who goes on is not, for
// a minute.
func TestDB_Metrics_KeptForNobodyElse(t *testing.T) {
	t.Parallel()
	report := func(c *model.CommitInput) func(s *delivering) {
		return func(s *delivering) {
			_, err := s.db.ReportCommits(s.t.Context(), s.org, model.ReportCommitsInput{Repository: "cyber-dojo/runner", Commits: []*model.CommitInput{c}})
			s.ok(err)
		}
	}
	for name, change := range map[string]func(s *delivering){
		"Running": func(s *delivering) { s.runs(9, map[string]int{"runner-" + aaa: 1}) },
		"History": report(&model.CommitInput{SHA: sha(ddd), Parents: []model.CommitSHA{sha(ccc), sha("eeeeeee")}, ParentsComplete: true, CommittedAt: hours(0)}),
		"Subject": report(&model.CommitInput{SHA: sha(ccc), Subject: "revert", Parents: []model.CommitSHA{sha(bbb)}, ParentsComplete: true, CommittedAt: hours(0)}),
		"Artifact": func(s *delivering) {
			s.built("runner", "eeeeeee", 3, "runner-"+ddd+"/arm64")
			s.runs(8, map[string]int{"runner-eeeeeee": 1})
		},
		"Deployment": func(s *delivering) {
			at := hours(2.9)
			_, _, err := s.db.ReportDeployment(s.t.Context(), s.org, model.ReportDeploymentInput{
				Artifact: model.ArtifactRef{Flow: "runner", ByFingerprint: true, Prefix: string(fingerprint("runner-" + ccc))}, Environment: "aws-prod", At: &at,
			})
			s.ok(err)
		},
		"Paths": func(s *delivering) {
			report(&model.CommitInput{SHA: sha(ccc), Parents: []model.CommitSHA{sha(bbb)}, ParentsComplete: true, CommittedAt: hours(0), Paths: []string{"docs/x"}})(s)
			_, err := s.db.UpdateFlow(s.t.Context(), s.org, model.UpdateFlowInput{Flow: "runner", Paths: []string{"src"}})
			s.ok(err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newDelivering(t)
			s.delivered()
			firstPage, nextPage := s.pageQueries()
			told := func(q model.MetricsQuery) (rows []any) {
				for _, c := range s.listed(s.metrics("runner", q)) {
					rows = append(rows, tellRow(c))
				}
				return rows
			}
			was := told(firstPage)
			change(s)
			if diff := cmp.Diff(was, told(nextPage)); diff != "" {
				t.Errorf("a further page (-want +got):\n%s", diff)
			}
			plain := firstPage
			plain.Lists = false
			now := told(plain)
			if cmp.Equal(was, now) {
				t.Fatal("nothing has changed")
			}
			if diff := cmp.Diff(now, told(firstPage)); diff != "" {
				t.Errorf("the first page (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDB_Metrics_KeptForAMinute(t *testing.T) {
	t.Parallel()
	s := newDelivering(t)
	s.delivered()
	firstPage, nextPage := s.pageQueries()
	s.metrics("runner", firstPage)
	s.runs(9, map[string]int{"runner-" + aaa: 1})
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{time.Minute - time.Microsecond, 4}, {time.Minute, 5}} {
		s.db.Now = func() time.Time { return hours(1000).Add(step.after) }
		if got := len(s.metrics("runner", nextPage).Rows); got != step.want {
			t.Errorf("%d changes after %v, want %d", got, step.after, step.want)
		}
	}
}

// What is kept answers the same question only.
func TestDB_Metrics_KeptForOneQuestion(t *testing.T) {
	t.Parallel()
	s := newDelivering(t)
	s.delivered()
	newEnvironment(t, s.db, s.org, "aws-beta")
	_, nextPage := s.pageQueries()
	for name, change := range map[string]func(q *model.MetricsQuery){
		"Environment": func(q *model.MetricsQuery) { q.Environment = "aws-beta" },
		"From":        func(q *model.MetricsQuery) { q.From = hours(0.5) },
		"To":          func(q *model.MetricsQuery) { q.To = hours(99) },
		"Asked":       func(q *model.MetricsQuery) { q.Asked = q.Asked.Add(-time.Second) },
		"Step":        func(q *model.MetricsQuery) { q.Step = model.MetricsByMonth },
		"Within":      func(q *model.MetricsQuery) { q.Hotfix.Within++ },
		"Words":       func(q *model.MetricsQuery) { q.Hotfix.Words = []string{"x"} },
	} {
		s.metrics("runner", nextPage)
		other := nextPage
		change(&other)
		before := s.db.Statements()
		s.metrics("runner", other)
		if n := s.db.Statements() - before; n <= 2 {
			t.Errorf("%s: %d statements, so that what is kept was taken", name, n)
		}
	}
}
