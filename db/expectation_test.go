package db_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

func minute(n int) time.Time { return start.Add(time.Duration(n) * time.Minute) }

// expect makes an expectation of aws-prod.
func expect(t testing.TB, d *db.DB, org *model.Organization, rule string) *model.Expectation {
	t.Helper()
	e, created, err := d.CreateExpectation(t.Context(), org, model.CreateExpectationInput{Environment: "aws-prod", Expect: rule})
	if err != nil || !created {
		t.Fatalf("%s: created %v, %v", rule, created, err)
	}
	return e
}

// artifactOf makes an artifact known in a flow.
func artifactOf(t testing.TB, d *db.DB, org *model.Organization, flow, name string, at time.Time) {
	t.Helper()
	_, _, err := d.ReportArtifact(t.Context(), org, model.ReportArtifactInput{Flow: flow, Name: name, Fingerprint: fingerprint(name), At: &at})
	if err != nil {
		t.Fatal(err)
	}
}

// breachesOf are the breaches of aws-prod, newest first, as a person would tell them.
func breachesOf(t testing.TB, d *db.DB, org *model.Organization) []string {
	t.Helper()
	env, err := d.Environment(t.Context(), org, "aws-prod")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := d.BreachesOfEnvironments(t.Context(), org, []int{env.Key}, false, page(100))
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, b := range pages[0].Nodes {
		line := fmt.Sprintf("%s: from #%d at %s", b.Summary(), b.StartedNumber, b.StartedAt.Sub(start))
		if b.EndedAt != nil {
			line += fmt.Sprintf(" to %s", b.EndedAt.Sub(start))
		}
		if b.EndedNumber != nil {
			line += fmt.Sprintf(" in #%d", *b.EndedNumber)
		}
		told = append(told, line)
	}
	return told
}

// judgements are the events of expectations in the log of aws-prod, newest first.
func judgements(t testing.TB, d *db.DB, org *model.Organization) []string {
	t.Helper()
	env, err := d.Environment(t.Context(), org, "aws-prod")
	if err != nil {
		t.Fatal(err)
	}
	log, err := d.LogOfEnvironments(t.Context(), org, db.Whole(env.Key), nil, model.OrderDescending, page(100))
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, e := range log[0].Nodes {
		switch e.(type) {
		case model.ExpectationBreached, model.ExpectationMet:
			told = append(told, fmt.Sprintf("%s %s", e.Facts().At.Sub(start), e.Facts().Summary()))
		}
	}
	return told
}

func wantLines(t testing.TB, want, got []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The story's bug: one replica where three should be, found by the first snapshot
// that shows it.
func TestExpectation_Replicas(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	newFlow(t, d, org, "runner")
	newEnvironment(t, d, org, "aws-prod")
	for _, name := range []string{"runner:1", "runner:2"} {
		artifactOf(t, d, org, "runner", name, start)
	}
	e := expect(t, d, org, "runner: at least 3")
	if e.State() != model.StateUnknown {
		t.Errorf("with no report it is %s", e.State())
	}
	report(t, d, org, minute(1), map[string]int{"runner:1": 3, "web:1": 1})
	wantLines(t, nil, breachesOf(t, d, org))
	report(t, d, org, minute(2), map[string]int{"runner:1": 1, "web:1": 1})
	report(t, d, org, minute(3), map[string]int{"runner:1": 1, "runner:2": 1, "web:1": 1}) // more, and still too few
	wantLines(t, []string{"runner has 2 replicas in aws-prod, expected at least 3: from #2 at 2m0s"}, breachesOf(t, d, org))
	if e, _ = d.Expectation(t.Context(), org, e.Key); e.State() != model.StateBreached || e.Breach.StartedNumber != 2 {
		t.Errorf("it is %s since %+v", e.State(), e.Breach)
	}
	report(t, d, org, minute(4), map[string]int{"runner:1": 1, "runner:2": 3}) // blue and green count together
	report(t, d, org, minute(5), nil)
	wantLines(t, []string{
		"runner has 0 replicas in aws-prod, expected at least 3: from #5 at 5m0s",
		"runner has 2 replicas in aws-prod, expected at least 3: from #2 at 2m0s to 4m0s in #4",
	}, breachesOf(t, d, org))
	wantLines(t, []string{
		"5m0s runner has 0 replicas in aws-prod#5 environment, expected at least 3",
		"4m0s As expected again in aws-prod#4 environment: runner: at least 3",
		"2m0s runner has 1 replica in aws-prod#2 environment, expected at least 3",
	}, judgements(t, d, org))

	if _, created, err := d.CreateExpectation(t.Context(), org, model.CreateExpectationInput{Environment: "aws-prod", Expect: " RUNNER: at least 3"}); err == nil || created {
		t.Error("a flow of another case is the same flow")
	}
	again, created, err := d.CreateExpectation(t.Context(), org, model.CreateExpectationInput{Environment: "aws-prod", Expect: "runner:  At Least 3 replicas"})
	if err != nil || created || again.Key != e.Key {
		t.Errorf("the same again: created %v, %v", created, err)
	}
	removed, err := d.RemoveExpectation(t.Context(), org, model.RemoveExpectationInput{Environment: "aws-prod", Expect: "runner: at least 3"})
	if err != nil || removed.RemovedAt == nil || removed.Breach != nil {
		t.Errorf("removed: %+v, %v", removed, err)
	}
	report(t, d, org, minute(6), map[string]int{"web:1": 1})
	if got := len(judgements(t, d, org)); got != 3 {
		t.Errorf("%d events after it was taken away, want the 3 of before", got)
	}
}

// An expectation that is made late finds since when what runs is against it.
func TestExpectation_LooksBack(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	newFlow(t, d, org, "runner")
	newEnvironment(t, d, org, "aws-prod")
	artifactOf(t, d, org, "runner", "runner:1", start)
	report(t, d, org, minute(1), map[string]int{"runner:1": 1, "web:1": 1})
	report(t, d, org, minute(2), map[string]int{"web:1": 1})                // it does not run, which is another thing than too few
	report(t, d, org, minute(3), map[string]int{"runner:1": 1, "web:1": 1}) // from here
	report(t, d, org, minute(4), map[string]int{"runner:1": 1, "web:1": 2, "sidecar:1": 1})
	report(t, d, org, minute(5), map[string]int{"runner:1": 2, "web:1": 2, "sidecar:1": 1})
	expect(t, d, org, "runner: exactly 3")
	expect(t, d, org, "known provenance, except side*")
	expect(t, d, org, "runner: at most 1") // for a minute only
	wantLines(t, []string{
		"runner has 2 replicas in aws-prod, expected at most 1: from #5 at 5m0s",
		"runner has 2 replicas in aws-prod, expected exactly 3: from #3 at 3m0s",
		"2 artifacts of unknown provenance in aws-prod: from #1 at 1m0s",
	}, breachesOf(t, d, org))
}

func TestExpectation_Provenance(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	newFlow(t, d, org, "web")
	newEnvironment(t, d, org, "aws-prod")
	expect(t, d, org, "known provenance, except proxy:*, sidecar")
	report(t, d, org, minute(1), map[string]int{"web:abcdef1": 1, "proxy:3": 1, "sidecar": 2})
	wantLines(t, []string{"1 artifact of unknown provenance in aws-prod: from #1 at 1m0s"}, breachesOf(t, d, org))
	artifactOf(t, d, org, "web", "web:abcdef1", minute(0)) // its tag tells its commit
	for more := true; more; {
		var err error
		if more, err = d.JudgeDue(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	got := breachesOf(t, d, org)
	if len(got) != 1 || got[0] == "1 artifact of unknown provenance in aws-prod: from #1 at 1m0s" {
		t.Errorf("an artifact that became known leaves %q", got)
	}
	report(t, d, org, minute(2), map[string]int{"web:abcdef1": 1, "other": 1})
	if got := breachesOf(t, d, org); len(got) != 2 {
		t.Errorf("breaches %q", got)
	}
}

// An artifact grows too old while nothing changes.
func TestExpectation_MaxAge(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	now := &clock{now: start}
	d.Now = now.Now
	newFlow(t, d, org, "web")
	newEnvironment(t, d, org, "aws-prod")
	artifactOf(t, d, org, "web", "web:1", start)
	artifactOf(t, d, org, "web", "web:2", minute(30))
	expect(t, d, org, "web: at most 1 day old")
	report(t, d, org, minute(1), map[string]int{"web:1": 1, "web:2": 1, "other": 1})
	judge := func(at time.Time) {
		now.mu.Lock()
		now.now = at
		now.mu.Unlock()
		if _, err := d.JudgeDue(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	judge(minute(24*60 - 1))
	wantLines(t, nil, breachesOf(t, d, org))
	judge(minute(24*60 + 10))
	wantLines(t, []string{"1 web artifact in aws-prod older than 1 day: from #1 at 24h0m0s"}, breachesOf(t, d, org))
	judge(minute(24*60 + 40)) // the second, too
	wantLines(t, []string{"2 web artifacts in aws-prod older than 1 day: from #1 at 24h0m0s"}, breachesOf(t, d, org))
	report(t, d, org, minute(24*60+41), map[string]int{"other": 1})
	wantLines(t, []string{"2 web artifacts in aws-prod older than 1 day: from #1 at 24h0m0s to 24h41m0s in #2"}, breachesOf(t, d, org))
}

func TestExpectation_SameAs(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	now := &clock{now: minute(11)}
	d.Now = now.Now
	newEnvironment(t, d, org, "aws-prod")
	newEnvironment(t, d, org, "aws-beta")
	expect(t, d, org, "same as aws-beta within 10m")
	in := func(environment string, at time.Time, running map[string]int) {
		t.Helper()
		if _, err := apply(t.Context(), d, org, environment, &at, running); err != nil {
			t.Fatal(err)
		}
	}
	in("aws-prod", minute(0), map[string]int{"web:1": 3})
	in("aws-beta", minute(1), map[string]int{"web:1": 1}) // replicas may differ
	in("aws-beta", minute(2), map[string]int{"web:2": 1}) // ahead, and may be for a while
	in("aws-beta", minute(11), map[string]int{"web:2": 2})
	wantLines(t, nil, breachesOf(t, d, org))
	now.mu.Lock()
	now.now = minute(13)
	now.mu.Unlock()
	if _, err := d.JudgeDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	wantLines(t, []string{"aws-prod differs from aws-beta by 2 artifacts: from #1 at 12m0s"}, breachesOf(t, d, org))
	in("aws-prod", minute(15), map[string]int{"web:2": 1})
	wantLines(t, []string{"aws-prod differs from aws-beta by 2 artifacts: from #1 at 12m0s to 15m0s in #2"}, breachesOf(t, d, org))
}

func TestExpectation_Refused(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	newFlow(t, d, org, "runner")
	newEnvironment(t, d, org, "aws-prod")
	for rule, want := range map[string]model.Kind{
		"three replicas":              model.KindInvalid,
		"at least 3":                  model.KindInvalid,
		"runner: at least 0":          model.KindInvalid,
		"runner: 5 to 3":              model.KindInvalid,
		"runner: known provenance":    model.KindInvalid,
		"same as aws-prod":            model.KindInvalid,
		"same as aws-beta":            model.KindNotFound,
		"walker: at least 3":          model.KindNotFound,
		"same as aws-beta within 9wk": model.KindInvalid,
	} {
		_, _, err := d.CreateExpectation(t.Context(), org, model.CreateExpectationInput{Environment: "aws-prod", Expect: rule})
		if model.KindOf(err) != want {
			t.Errorf("%s: %v, want %s", rule, err, want)
		}
	}
	_, _, err := d.CreateExpectation(t.Context(), org, model.CreateExpectationInput{Environment: "nowhere", Expect: "runner: at least 3"})
	if model.KindOf(err) != model.KindNotFound {
		t.Errorf("of an environment that is not there: %v", err)
	}
	for i := range model.MaxExpectations {
		expect(t, d, org, fmt.Sprintf("runner: at least %d", i+1))
	}
	_, _, err = d.CreateExpectation(t.Context(), org, model.CreateExpectationInput{Environment: "aws-prod", Expect: "runner: at most 1"})
	if model.KindOf(err) != model.KindConflict {
		t.Errorf("one too many: %v", err)
	}
}
