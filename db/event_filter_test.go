package db_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
)

// everyEvent is the log of an organization, when it is settled.
func everyEvent(t testing.TB, d *db.DB, org *model.Organization) []model.Event {
	t.Helper()
	for {
		part, err := d.EventsAfter(t.Context(), org, model.Position{}, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if !part.Unsettled {
			return part.Events
		}
		time.Sleep(time.Millisecond)
	}
}

// A part of the log ends where a transaction is under way that may yet write, and
// the next goes on from there.
func TestDB_EventsAfter(t *testing.T) {
	t.Parallel()
	d, url := dbtest.NewURL(t)
	org := newOrganization(t, d)
	newEnvironment(t, d, org, "aws-prod")
	for i := range 5 {
		report(t, d, org, start.Add(time.Duration(i)*time.Minute), map[string]int{"runner": i + 1})
	}
	all := everyEvent(t, d, org)
	if len(all) != 5 {
		t.Fatalf("%d events", len(all))
	}
	var places []model.Position
	for after, more := (model.Position{}), true; more; {
		part, err := d.EventsAfter(t.Context(), org, after, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range part.Events {
			after = e.Facts().Place
			places = append(places, after)
		}
		more = part.More
	}
	for i, e := range all {
		if i >= len(places) || places[i] != e.Facts().Place {
			t.Fatalf("in parts of two the log is %v", places)
		}
	}
	slow := slowWriter(t, url, org, "slow")
	report(t, d, org, start.Add(time.Hour), map[string]int{"runner": 9})
	part, err := d.EventsAfter(t.Context(), org, all[4].Facts().Place, 10)
	if err != nil || len(part.Events) != 0 || !part.Unsettled {
		t.Errorf("with a slow writer the next part is %+v, %v", part, err)
	}
	if err := slow.Commit(); err != nil {
		t.Fatal(err)
	}
	all = everyEvent(t, d, org)
	if len(all) != 7 || all[5].Facts().Name != "slow" {
		t.Errorf("%d events, and the sixth is %+v", len(all), all[5].Facts())
	}
}

func TestDB_EventMatcher(t *testing.T) {
	t.Parallel()
	d, url := dbtest.NewURL(t)
	org := newOrganization(t, d)
	for _, name := range []string{"aws-prod", "aws-beta", "all"} {
		newEnvironment(t, d, org, name)
	}
	newFlow(t, d, org, "runner")
	newFlow(t, d, org, "web")
	pool := connect(t, url)
	for _, statement := range []string{
		`UPDATE environments SET type = 'logical' WHERE name = 'all'`,
		`INSERT INTO environment_members (organization_id, environment_id, member_id, joined_at)
		 SELECT o.organization_id, o.id, m.id, now() FROM environments o, environments m WHERE o.name = 'all' AND m.name = 'aws-beta'`,
	} {
		if _, err := pool.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	// runner is known by two digests; what runs has the other one.
	platform := fingerprint("platform")
	_, _, err := d.ReportArtifact(t.Context(), org, model.ReportArtifactInput{Flow: "runner", Name: "runner:1", Fingerprint: fingerprint("runner"), Digests: []model.Fingerprint{platform}, At: &start})
	if err != nil {
		t.Fatal(err)
	}
	for _, environment := range []string{"aws-prod", "aws-beta"} {
		if _, err := apply(t.Context(), d, org, environment, &start, map[string]int{"platform": 1, "stranger": 1}); err != nil {
			t.Fatal(err)
		}
	}
	log := everyEvent(t, d, org)

	for name, tt := range map[string]struct {
		filter *model.EventFilter
		want   int
	}{
		"All":         {nil, 5},
		"Kinds":       {&model.EventFilter{Kinds: []model.EventKind{model.EventArtifactCreated}}, 1},
		"Environment": {&model.EventFilter{Environments: []string{"aws-prod"}}, 2},
		"Union":       {&model.EventFilter{Environments: []string{"all"}}, 2},
		"Several":     {&model.EventFilter{Environments: []string{"all", "aws-prod"}}, 4},
		"Flow":        {&model.EventFilter{Flows: []string{"runner"}}, 3},
		"OtherFlow":   {&model.EventFilter{Flows: []string{"web"}}, 0},
		"Fingerprint": {&model.EventFilter{Fingerprints: []model.Fingerprint{fingerprint("runner")}}, 3},
		"OtherDigest": {&model.EventFilter{Fingerprints: []model.Fingerprint{platform}}, 3},
		"Unknown":     {&model.EventFilter{Fingerprints: []model.Fingerprint{fingerprint("stranger")}}, 2},
		"Together":    {&model.EventFilter{Flows: []string{"runner"}, Environments: []string{"aws-beta"}, Kinds: []model.EventKind{model.EventStartedRunning}}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scope, err := d.EventScope(t.Context(), org, tt.filter)
			if err != nil {
				t.Fatal(err)
			}
			matcher, err := d.EventMatcher(t.Context(), org, scope)
			if err != nil {
				t.Fatal(err)
			}
			got := 0
			for _, e := range log {
				if matcher.Matches(e) {
					got++
				}
			}
			if got != tt.want {
				t.Errorf("%d events match, want %d", got, tt.want)
			}
		})
	}
}

func TestDB_EventScope_Refused(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	got := map[string]model.Kind{}
	for name, filter := range map[string]*model.EventFilter{
		"environment": {Environments: []string{"aws-prod"}},
		"flow":        {Flows: []string{"runner"}},
		"text":        {Flows: []string{"a\x00b", "'; --"}},
		"many":        {Flows: make([]string, 101)},
	} {
		_, err := d.EventScope(t.Context(), org, filter)
		got[name] = model.KindOf(err)
	}
	want := map[string]model.Kind{"environment": model.KindNotFound, "flow": model.KindNotFound, "text": model.KindNotFound, "many": model.KindInvalid}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
