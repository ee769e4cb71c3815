package model_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

func moments(t testing.TB, from, to string) model.TimeRangeInput {
	t.Helper()
	var during model.TimeRangeInput
	var err error
	if during.From, err = model.ParseMoment(from); err == nil {
		during.To, err = model.ParseMoment(to)
	}
	if err != nil {
		t.Fatal(err)
	}
	return during
}

func TestNewMetricsQuery(t *testing.T) {
	t.Parallel()
	q, err := model.NewMetricsQuery("aws-prod", moments(t, "2020-08-24T18:30:00Z", "2023-01-01"), model.MetricsByDay, model.DefaultHotfixRule(), now)
	if err != nil || !q.To.Equal(now) {
		t.Errorf("two years until %v: %v; want until now", q.To, err)
	}
	many := strings.Split("a b c d e f g h i j k", " ")
	for name, tt := range map[string]struct {
		from, to string
		hotfix   model.HotfixRule
		says     string
	}{
		"Empty":         {"yesterday", "yesterday", model.HotfixRule{}, "write the older end first"},
		"Backwards":     {"yesterday", "2.days.ago", model.HotfixRule{}, "write the older end first"},
		"ToCome":        {"2022-09-01", "2022-10-01", model.HotfixRule{}, "what is yet to come is left out"},
		"TooLong":       {"2020-08-24T18:29:59Z", "now", model.HotfixRule{}, "is more than 2 years"},
		"WithinPast":    {"yesterday", "now", model.HotfixRule{Within: -1}, "within is -1 seconds"},
		"WithinTooLong": {"yesterday", "now", model.HotfixRule{Within: 31*24*3600 + 1}, "from 1 to 2678400"},
		"ManyWords":     {"yesterday", "now", model.HotfixRule{Words: many}, "11 words were given, and 10 are taken"},
		"NoWord":        {"yesterday", "now", model.HotfixRule{Words: []string{""}}, "must have from 1 to 50"},
		"TwoWords":      {"yesterday", "now", model.HotfixRule{Words: []string{"hot fix"}}, `"hot fix" is not one word`},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := model.NewMetricsQuery("aws-prod", moments(t, tt.from, tt.to), model.MetricsByDay, tt.hotfix, now)
			if model.KindOf(err) != model.KindInvalid || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error %v, want an invalid one that says %q", err, tt.says)
			}
		})
	}
}

// What a subject must look like shows in what becomes of b, which c takes the place of.
func TestHotfixRule_Subjects(t *testing.T) {
	t.Parallel()
	for subject, want := range map[string]bool{
		"hotfix":                            true,
		"Hotfix: do not crash":              true,
		"HOTFIX/PAY-12 do not crash":        true,
		"  revert to the old price":         true,
		`Revert "Run tests in parallel"`:    true,
		"[PAY-12] hotfix for checkout":      true,
		"[PAY-12][prod] Hotfix":             true,
		"(prod) hotfix":                     true,
		"PAY-12: revert 16d9990":            true,
		"fix(api)!: hotfix for checkout":    true,
		"fix(api gateway): hotfix":          true,
		"chore: (urgent) revert":            true,
		"urgent-fix the crash":              false,
		"reverts the price":                 false,
		"hotfixes":                          false,
		"hotfix_table: add a column":        false,
		"Add a hotfix":                      false,
		"Show how to: hotfix":               false,
		"Merge branch 'hotfix/pay'":         false,
		"[hotfix]":                          false,
		"":                                  false,
		"fix:":                              false,
		"[PAY-12":                           false,
		"Merge pull request #12: hotfix it": false,
	} {
		t.Run(subject, func(t *testing.T) {
			s := deliveryStory{commits: "a b<a c<b", snapshots: "a b c", subjects: map[string]string{"c": subject}}
			told, _ := s.tell(0)
			if got := strings.Contains(told[1], string(model.FailedHotfixed)); got != want {
				t.Errorf("%q is a hotfix: %v, want %v", subject, got, want)
			}
		})
	}
	rule := model.HotfixRule{Within: 3600, Words: []string{"NOTFALL"}}
	s := deliveryStory{commits: "a b<a c<b", snapshots: "a b c", subjects: map[string]string{"c": "notfall: zurück"}, hotfix: &rule}
	if told, _ := s.tell(0); !strings.Contains(told[1], string(model.FailedHotfixed)) {
		t.Errorf("a word of one's own is not taken: %v", told)
	}
}

// seconds of so many hours and minutes.
func seconds(hours, minutes int) int { return 3600*hours + 60*minutes }

func TestDeliveryMetrics_Figures(t *testing.T) {
	t.Parallel()
	// a was made at -1:00, b at -0:59, c at -0:58, d at -0:57, e at -0:56.
	s := deliveryStory{commits: "a b<a c<b d<c e<d", snapshots: "a b b a - d e"}
	_, metrics := s.tell(0)
	got := *metrics.Total
	// b ran at 1 and a again at 3; d brought c and d at 5, and e came at 6.
	want := model.DeliveryFigures{
		From: hour(0), To: hour(100), Changes: 4, Judged: 4, Failures: 1, Stages: []*model.StageFigures{},
		// 1:59 for b, 5:58 for c, 5:57 for d, 6:56 for e: of four, the second and the fourth.
		LeadTime:      &model.DurationFigures{Count: 4, MedianSeconds: seconds(5, 57), P90Seconds: seconds(6, 56)},
		TimeToRestore: &model.DurationFigures{Count: 1, MedianSeconds: seconds(2, 0), P90Seconds: seconds(2, 0)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if rate := got.FailureRate(); rate == nil || *rate != 0.25 {
		t.Errorf("failure rate %v, want 1 of 4", rate)
	}
	if perDay := got.ChangesPerDay(); perDay != 0.96 { // 4 in 100 hours
		t.Errorf("%v changes a day, want 0.96", perDay)
	}
	empty := deliveryStory{}
	_, metrics = empty.tell(0)
	if f := metrics.Total; f.FailureRate() != nil || f.LeadTime != nil || f.TimeToRestore != nil || f.ChangesPerDay() != 0 || f.Changes != 0 {
		t.Errorf("figures of nothing: %+v", f)
	}
}

// Of n durations of 1 to n hours, the nearest ranks.
func TestDeliveryMetrics_Percentiles(t *testing.T) {
	t.Parallel()
	for n, want := range map[int][2]int{1: {1, 1}, 2: {1, 2}, 3: {2, 3}, 9: {5, 9}, 10: {5, 9}, 11: {6, 10}, 20: {10, 18}} {
		// Each change brings a commit that is as many hours old as the change is late.
		flow := &model.Flow{Name: "runner"}
		h := &slowHistory{commits: map[model.CommitSHA]*model.Commit{}, parents: map[model.CommitSHA][]model.CommitSHA{}}
		var runs []*model.VersionRun
		for i := range n + 1 {
			sha := (&deliveryStory{}).sha(string(rune('A' + i)))
			h.commits[sha] = &model.Commit{SHA: sha, Repository: &model.Repository{Key: 1}, CommittedAt: hour(0)}
			if i > 0 {
				h.parents[sha] = []model.CommitSHA{(&deliveryStory{}).sha(string(rune('A' + i - 1)))}
			}
			run := &model.VersionRun{Version: &model.DeliveredVersion{Key: int64(i + 1), Flow: flow, Commit: h.commits[sha]}, Since: i + 1, Till: i + 2, StartedAt: hour(i), EndedAt: hour(i + 1)}
			runs = append(runs, run)
		}
		changes := model.ChangesOfFlow(runs)
		model.TraceChanges(changes, hour(0), h)
		metrics := model.NewDeliveryMetrics(nil, model.MetricsQuery{From: hour(0), To: hour(n + 1), Step: model.MetricsByDay}, changes)
		wanted := &model.DurationFigures{Count: n, MedianSeconds: seconds(want[0], 0), P90Seconds: seconds(want[1], 0)}
		if diff := cmp.Diff(wanted, metrics.Total.LeadTime); diff != "" {
			t.Errorf("of %d (-want +got):\n%s", n, diff)
		}
	}
}

func TestDeliveryMetrics_Steps(t *testing.T) {
	t.Parallel()
	day := func(text string) time.Time {
		at, err := time.Parse("2006-01-02 15:04", text)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for name, tt := range map[string]struct {
		step     model.MetricsStep
		from, to string
		want     []string // when each step begins
	}{
		"Weeks":     {model.MetricsByWeek, "2022-08-17 12:00", "2022-08-30 00:00", []string{"08-17 12:00", "08-22 00:00", "08-29 00:00"}},
		"WeekWhole": {model.MetricsByWeek, "2022-08-22 00:00", "2022-08-29 00:00", []string{"08-22 00:00"}},
		"Sunday":    {model.MetricsByWeek, "2022-08-21 23:59", "2022-08-22 00:01", []string{"08-21 23:59", "08-22 00:00"}},
		"Days":      {model.MetricsByDay, "2022-12-30 22:00", "2023-01-01 01:00", []string{"12-30 22:00", "12-31 00:00", "01-01 00:00"}},
		"Months":    {model.MetricsByMonth, "2023-12-15 00:00", "2024-03-01 00:00", []string{"12-15 00:00", "01-01 00:00", "02-01 00:00"}},
		"InOne":     {model.MetricsByMonth, "2022-08-02 00:00", "2022-08-03 00:00", []string{"08-02 00:00"}},
	} {
		t.Run(name, func(t *testing.T) {
			metrics := model.NewDeliveryMetrics(nil, model.MetricsQuery{From: day(tt.from), To: day(tt.to), Step: tt.step}, nil)
			var got []string
			end := day(tt.from)
			for _, f := range metrics.Series {
				if !f.From.Equal(end) {
					t.Errorf("a step begins at %v, and the one before ended at %v", f.From, end)
				}
				got, end = append(got, f.From.Format("01-02 15:04")), f.To
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || !end.Equal(day(tt.to)) {
				t.Errorf("until %v (-want +got):\n%s", end, diff)
			}
		})
	}
	twoYears, err := model.NewMetricsQuery("x", moments(t, "2022-08-24T18:30:00Z", "now"), model.MetricsByDay, model.HotfixRule{}, now.AddDate(2, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(model.NewDeliveryMetrics(nil, twoYears, nil).Series); n > 750 {
		t.Errorf("two years have %d days", n)
	}
}

// A change at the border of two steps is of the later one, and one at the end of the
// time is not of it.
func TestDeliveryMetrics_Borders(t *testing.T) {
	t.Parallel()
	s := deliveryStory{commits: "a b<a c<b d<c", snapshots: strings.Repeat("a ", 23) + "b c " + strings.Repeat("c ", 23) + "d"}
	h := s.history()
	changes := model.ChangesOfFlow(s.runs(h))
	model.TraceChanges(changes, hour(1), h)
	model.JudgeChanges(changes, hour(1), h, model.HotfixRule{})
	metrics := model.NewDeliveryMetrics(nil, model.MetricsQuery{From: hour(1), To: hour(48), Step: model.MetricsByDay}, changes)
	var got []int
	for _, f := range metrics.Series {
		got = append(got, f.Changes)
	}
	if diff := cmp.Diff([]int{1, 1}, got); diff != "" || metrics.Total.Changes != 2 || metrics.Total.LeadTime.Count != 2 {
		t.Errorf("%d in all (-want +got):\n%s", metrics.Total.Changes, diff)
	}
}

func TestDeliveryMetrics_Stages(t *testing.T) {
	t.Parallel()
	s := deliveryStory{commits: "a b<a c<b", snapshots: "a a b c b"}
	h := s.history()
	runs := s.runs(h)
	moment := func(hours, minutes int) *time.Time {
		at := hour(hours).Add(time.Duration(minutes) * time.Minute)
		return &at
	}
	for _, r := range runs { // b was made at -0:59, and runs at 2 and at 4; c runs at 3
		switch r.Version.Key {
		case 'b':
			r.Version.BuildStartedAt, r.Version.CreatedAt, r.DeployedAt = moment(-1, 11), *moment(0, 20), moment(1, 30)
		case 'c':
			r.DeployedAt = moment(3, 30) // a clock that is fast
			r.Version.CreatedAt = *moment(2, 0)
		}
	}
	changes := model.ChangesOfFlow(runs)
	model.TraceChanges(changes, hour(0), h)
	metrics := model.NewDeliveryMetrics(nil, model.MetricsQuery{From: hour(0), To: hour(9), Step: model.MetricsByDay}, changes)
	figures := func(stage model.DeliveryStage, count, median, p90 int) *model.StageFigures {
		return &model.StageFigures{Stage: stage, Duration: &model.DurationFigures{Count: count, MedianSeconds: median, P90Seconds: p90}}
	}
	want := []*model.StageFigures{
		figures(model.StageCommitToBuild, 1, seconds(0, 10), seconds(0, 10)),
		figures(model.StageBuildToArtifact, 1, seconds(1, 9), seconds(1, 9)),
		figures(model.StageArtifactToDeployment, 2, seconds(1, 10), seconds(1, 30)),
		figures(model.StageDeploymentToRunning, 2, 0, seconds(0, 30)),
	}
	if diff := cmp.Diff(want, metrics.Total.Stages); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Of a flow that is made from a part of its repository, only commits count that touch
// it, or of which it is not known.
func TestDeliveryMetrics_Paths(t *testing.T) {
	t.Parallel()
	s := deliveryStory{
		commits: "a b<a c<b d<c", snapshots: "a d", flow: &model.Flow{Name: "runner", Paths: []string{"services/runner"}},
		paths: map[string][]string{"b": {"services/runner/main.go"}, "c": {"services/runners.md"}},
	}
	_, metrics := s.tell(0)
	if got := metrics.Total.LeadTime.Count; got != 2 {
		t.Errorf("%d commits count, want b and d", got)
	}
	row := metrics.Rows[0]
	if n := row.NewCommits(); n == nil || *n != 2 || !row.CommittedAt().Equal(hour(-1).Add(time.Minute)) {
		t.Errorf("%v new commits, the oldest of %v; want 2, and b", n, row.CommittedAt())
	}
}

func TestDeliveryMetrics_Pages(t *testing.T) {
	t.Parallel()
	s := deliveryStory{commits: "a b<a c<b d<c", snapshots: "ab c d a"}
	told, metrics := s.tell(0)
	var got []string
	for p := (model.Page{First: 2}); ; {
		page, err := metrics.PageOfChanges(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Nodes {
			got = append(got, tellChange(c))
		}
		info := page.PageInfo()
		if !info.HasNextPage {
			break
		}
		p.After = *info.EndCursor
	}
	slices.Reverse(got)
	if diff := cmp.Diff(told, got); diff != "" || len(got) != 5 {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, after := range []model.Cursor{"x", model.NewCursor("1", "b", "2"), model.NewCursor("a", "b", "1", "1"), model.NewCursor("1", "b", "x", "1")} {
		if _, err := metrics.PageOfChanges(model.Page{First: 1, After: after}); model.KindOf(err) != model.KindInvalid {
			t.Errorf("cursor %q: %v", after, err)
		}
	}
}
