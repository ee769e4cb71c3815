package db_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
)

// standing is a clock that stands still until it is set.
type standing struct {
	mu  sync.Mutex
	now time.Time
}

func (c *standing) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *standing) set(minutes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = start.Add(time.Duration(minutes) * time.Minute)
}

// watched is a database with a clock that stands, and environments that count as
// silent after 15 minutes.
func watched(t testing.TB, names ...string) (*db.DB, string, *model.Organization, *standing) {
	t.Helper()
	d, url := dbtest.NewURL(t)
	c := &standing{}
	c.set(0)
	d.Now = c.Now
	org := newOrganization(t, d)
	for _, name := range names {
		in := model.CreateEnvironmentInput{Name: name, Type: model.EnvironmentECS, SilentAfterSeconds: 900}
		if _, _, err := d.CreateEnvironment(t.Context(), org, in); err != nil {
			t.Fatal(err)
		}
	}
	return d, url, org, c
}

// look looks for silences, with a server that has listened for long, and returns how
// many began and how many ended.
func look(t testing.TB, d *db.DB) [2]int {
	t.Helper()
	begun, ended, err := d.TellSilences(t.Context(), start.Add(-time.Hour), 100)
	if err != nil {
		t.Fatal(err)
	}
	return [2]int{begun, ended}
}

func heard(t testing.TB, d *db.DB, org *model.Organization, name string) {
	t.Helper()
	if _, err := apply(t.Context(), d, org, name, nil, map[string]int{"runner": 1}); err != nil {
		t.Fatal(err)
	}
}

func reportingOf(t testing.TB, d *db.DB, org *model.Organization, name string) *model.Reporting {
	t.Helper()
	e := getEnvironment(t, d, org, name)
	if err := d.ReadReporting(t.Context(), org, []*model.Environment{e}); err != nil {
		t.Fatal(err)
	}
	return e.Reporting
}

func TestDB_TellSilences(t *testing.T) {
	t.Parallel()
	d, _, org, clock := watched(t, "aws-prod", "aws-beta")
	env := getEnvironment(t, d, org, "aws-prod")
	steps := []struct {
		minute int
		do     func()
		want   [2]int
		state  model.ReportingState
	}{
		{60, nil, [2]int{0, 0}, model.ReportingNever}, // it was never heard: nobody knows when it will be
		{60, func() { heard(t, d, org, "aws-prod") }, [2]int{0, 0}, model.ReportingCurrent},
		{75, nil, [2]int{0, 0}, model.ReportingCurrent}, // to the second
		{76, nil, [2]int{1, 0}, model.ReportingSilent},
		{77, nil, [2]int{0, 0}, model.ReportingSilent}, // told once
		{150, nil, [2]int{0, 0}, model.ReportingSilent},
		{151, func() { heard(t, d, org, "aws-prod") }, [2]int{0, 1}, model.ReportingCurrent},
		{152, nil, [2]int{0, 0}, model.ReportingCurrent},
		{170, nil, [2]int{1, 0}, model.ReportingSilent},
		{171, func() { silentAfter(t, d, org, "aws-prod", 3600) }, [2]int{0, 0}, model.ReportingCurrent},
		{212, nil, [2]int{1, 0}, model.ReportingSilent}, // by what counts now
		{213, func() { silentAfter(t, d, org, "aws-prod", 0) }, [2]int{0, 0}, model.ReportingCurrent},
		{999, nil, [2]int{0, 0}, model.ReportingCurrent}, // never
		{1000, func() { silentAfter(t, d, org, "aws-prod", 60); archive(t, d, org, "aws-prod", true) }, [2]int{0, 0}, model.ReportingCurrent},
		{1010, func() { archive(t, d, org, "aws-prod", false) }, [2]int{1, 0}, model.ReportingSilent},
	}
	for i, step := range steps {
		clock.set(step.minute)
		if step.do != nil {
			step.do()
		}
		if got := look(t, d); got != step.want {
			t.Errorf("step %d, minute %d: began and ended %v, want %v", i, step.minute, got, step.want)
		}
		if got := reportingOf(t, d, org, "aws-prod"); got.State != step.state {
			t.Errorf("step %d, minute %d: it is %s, want %s", i, step.minute, got.State, step.state)
		}
	}
	var got []string
	log, err := d.LogOfEnvironments(t.Context(), org, db.Whole(env.Key), nil, model.OrderAscending, page(100))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range log[0].Nodes {
		if summary := e.Facts().Summary(); strings.Contains(summary, "report") {
			got = append(got, e.Facts().At.Format("15:04 ")+summary)
		}
	}
	want := []string{
		"10:15 No report of aws-prod environment for 15 minutes", "11:31 aws-prod environment is reported again, after 91 minutes",
		"11:46 No report of aws-prod environment for 15 minutes", "12:31 No report of aws-prod environment for 1 hour",
		"11:32 No report of aws-prod environment for 1 minute",
	}
	want = []string{want[0], want[1], want[4], want[2], want[3]} // by when it was due
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	stopped := log[0].Nodes[1].(model.ReportingStopped)
	if want := start.Add(60 * time.Minute); !stopped.LastReportedAt().Equal(want) || !stopped.RecordedAt.Equal(start.Add(76*time.Minute)) {
		t.Errorf("it was last reported at %s, recorded at %s", stopped.LastReportedAt(), stopped.RecordedAt)
	}
}

func silentAfter(t testing.TB, d *db.DB, org *model.Organization, name string, seconds int) {
	t.Helper()
	if _, err := d.UpdateEnvironment(t.Context(), org, model.UpdateEnvironmentInput{Environment: name, SilentAfterSeconds: &seconds}); err != nil {
		t.Fatal(err)
	}
}

// While the server was away, nobody could be heard: what was silent then is given
// some time, or as much as it has itself if that is less.
func TestDB_TellSilences_AfterStart(t *testing.T) {
	t.Parallel()
	d, _, org, clock := watched(t, "aws-prod", "quick", "slow")
	silentAfter(t, d, org, "quick", 60)
	silentAfter(t, d, org, "slow", 24*3600)
	for _, name := range []string{"aws-prod", "quick", "slow"} {
		heard(t, d, org, name)
	}
	began := start.Add(48 * time.Hour)
	for _, step := range []struct{ minutes, want int }{{0, 0}, {1, 0}, {2, 1}, {15, 0}, {16, 2}} {
		clock.set(48*60 + step.minutes)
		begun, _, err := d.TellSilences(t.Context(), began, 100)
		if err != nil || begun != step.want {
			t.Errorf("%d minutes after it began, %d are silent, want %d: %v", step.minutes, begun, step.want, err)
		}
	}
}

// However many servers look at once, and however few they may tell of at once, each
// silence begins once and ends once.
func TestDB_TellSilences_AtOnce(t *testing.T) {
	t.Parallel()
	names := []string{"a", "b", "c", "d", "e", "f", "g"}
	first, url, org, clock := watched(t, names...)
	second := open(t, url)
	second.Now = clock.Now
	take := []func() []int64{first.HoldHints(), second.HoldHints()}
	for _, name := range names {
		heard(t, first, org, name)
	}
	everybody := func() (begun, ended int) {
		t.Helper()
		var mu sync.Mutex
		var group errgroup.Group
		for i := range 8 {
			group.Go(func() error {
				for range 4 {
					b, e, err := []*db.DB{first, second}[i%2].TellSilences(t.Context(), start.Add(-time.Hour), 3)
					if err != nil {
						return err
					}
					mu.Lock()
					begun, ended = begun+b, ended+e
					mu.Unlock()
				}
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		return begun, ended
	}
	clock.set(20)
	take[0]()
	if begun, ended := everybody(); begun != len(names) || ended != 0 {
		t.Errorf("%d began and %d ended, want %d and 0", begun, ended, len(names))
	}
	if hints := slices.Concat(take[0](), take[1]()); !slices.Contains(hints, int64(org.Key)) {
		t.Errorf("nobody is told of the events: %v", hints)
	}
	clock.set(21)
	for _, name := range names {
		heard(t, first, org, name)
	}
	if begun, ended := everybody(); begun != 0 || ended != len(names) {
		t.Errorf("%d began and %d ended, want 0 and %d", begun, ended, len(names))
	}
	for _, name := range names {
		log := logOf(t, first, org, getEnvironment(t, first, org, name))
		if len(log) != 3 {
			t.Errorf("log of %s: %v", name, log)
		}
	}
}

// A logical environment is as silent as the most silent of its members.
func TestDB_ReadReporting_Logical(t *testing.T) {
	t.Parallel()
	d, _, org, clock := watched(t, "aws-prod", "aws-beta", "new")
	newUnion(t, d, org, "all", "aws-prod", "aws-beta", "new")
	newUnion(t, d, org, "none")
	want := func(name string, state model.ReportingState, last, since int) {
		t.Helper()
		got := reportingOf(t, d, org, name)
		at := func(minute int) *time.Time {
			if minute < 0 {
				return nil
			}
			at := start.Add(time.Duration(minute) * time.Minute)
			return &at
		}
		if got.State != state || cmp.Diff(at(last), got.LastReportedAt) != "" || cmp.Diff(at(since), got.SilentSince) != "" {
			t.Errorf("%s: %s since %v, last reported at %v; want %s since %v, last at %v", name, got.State, got.SilentSince, got.LastReportedAt, state, at(since), at(last))
		}
	}
	want("all", model.ReportingNever, -1, -1)
	heard(t, d, org, "aws-beta")
	clock.set(10)
	heard(t, d, org, "aws-prod")
	want("all", model.ReportingCurrent, 0, -1)
	clock.set(16)
	want("all", model.ReportingSilent, 0, 15)
	clock.set(60)
	want("all", model.ReportingSilent, 0, 15)
	heard(t, d, org, "aws-beta")
	want("all", model.ReportingSilent, 10, 25)
	want("none", model.ReportingNever, -1, -1)
	if got := look(t, d); got != [2]int{1, 0} { // of aws-prod, and not of the union
		t.Errorf("began and ended %v", got)
	}
}
