package db_test

import (
	"database/sql"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
)

func TestDB_ApplyReport(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	env := newEnvironment(t, d, org, "aws-prod")
	minute := func(n int) time.Time { return start.Add(time.Duration(n) * time.Minute) }

	for _, step := range []struct {
		at      int
		running map[string]int
		want    model.ReportResult
	}{
		{1, map[string]int{}, model.ReportResult{Outcome: model.OutcomeChanged, Number: 1}}, // empty differs from unknown
		{2, map[string]int{"runner:1111111": 1}, model.ReportResult{Outcome: model.OutcomeChanged, Number: 2}},
		{3, map[string]int{"runner:1111111": 1}, model.ReportResult{Outcome: model.OutcomeUnchanged, Number: 2}},
		{4, map[string]int{"runner:1111111": 1, "runner:2222222": 3}, model.ReportResult{Outcome: model.OutcomeChanged, Number: 3}},
		{4, map[string]int{"runner:1111111": 1, "runner:2222222": 3}, model.ReportResult{Outcome: model.OutcomeUnchanged, Number: 3}},
		{5, map[string]int{"runner:2222222": 1}, model.ReportResult{Outcome: model.OutcomeChanged, Number: 4}},
		{3, map[string]int{"runner:3333333": 1}, model.ReportResult{Outcome: model.OutcomeStale, Number: 4}},
		{6, map[string]int{"runner:2222222": 1}, model.ReportResult{Outcome: model.OutcomeUnchanged, Number: 4}},
		{6, map[string]int{"runner:3333333": 1}, model.ReportResult{Outcome: model.OutcomeStale, Number: 4}}, // older than what was looked at
		{7, map[string]int{}, model.ReportResult{Outcome: model.OutcomeChanged, Number: 5}},
	} {
		if got := report(t, d, org, minute(step.at), step.running); got != step.want {
			t.Errorf("report at minute %d of %v: got %v, want %v", step.at, step.running, got, step.want)
		}
	}

	log, err := d.LogOfEnvironments(t.Context(), org, db.Whole(env.Key), nil, model.OrderDescending, page(100))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range log[0].Nodes {
		got = append(got, e.Facts().At.Format("15:04 ")+e.Facts().Summary())
	}
	want := []string{
		"09:07 No longer running in aws-prod#5 environment",
		"09:05 No longer running in aws-prod#4 environment",
		"09:05 Scaled down from 3 to 1 in aws-prod#4 environment",
		"09:04 Started running in aws-prod#3 environment",
		"09:02 Started running in aws-prod#2 environment",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
}

func TestDB_Snapshot(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	newEnvironment(t, d, org, "aws-prod")
	for i := range 10 {
		report(t, d, org, start.Add(time.Duration(i)*time.Minute), map[string]int{"a:1111111": 1, "b:2222222": i + 1})
	}
	d.Now = func() time.Time { return start.Add(9*time.Minute + 30*time.Second) }

	for text, want := range map[string]int{
		"aws-prod": 10, "aws-prod#1": 1, "aws-prod#10": 10, "aws-prod~0": 10, "aws-prod~9": 1,
		"aws-prod@{2022-08-22T09:04:59Z}": 5, "aws-prod@{2022-08-22T11:05:00+02:00}": 6,
		"aws-prod@{2.minutes.ago}": 8, "aws-prod@{now}": 10,
	} {
		ref, err := model.ParseSnapshotRef(text)
		if err != nil {
			t.Fatal(err)
		}
		s, err := d.Snapshot(t.Context(), org, ref)
		if err != nil || s.Number != want {
			t.Errorf("%s: got %+v, %v, want #%d", text, s, err, want)
			continue
		}
		running, err := d.RunningOfSnapshots(t.Context(), org, []*model.Snapshot{s}, page(10))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range running[0].Nodes {
			replicas := map[string]int{"a:1111111": 1, "b:2222222": want}
			if r.Replicas != replicas[r.Name()] {
				t.Errorf("%s: %s has %d replicas", text, r.Name(), r.Replicas)
			}
		}
		if len(running[0].Nodes) != 2 {
			t.Errorf("%s: %d run, want 2", text, len(running[0].Nodes))
		}
	}
	for text, want := range map[string]string{
		"aws-prod#11":                     "aws-prod#11: aws-prod has snapshots 1 to 10",
		"aws-prod~10":                     "aws-prod~10: aws-prod has snapshots 1 to 10",
		"aws-prod@{2022-08-22T08:00:00Z}": "aws-prod@{2022-08-22T08:00:00Z}: nothing was reported for aws-prod before that moment",
		"aws-beta#1":                      `environment "aws-beta" does not exist in organization "acme"; there are: aws-prod`,
	} {
		ref, err := model.ParseSnapshotRef(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Snapshot(t.Context(), org, ref); model.KindOf(err) != model.KindNotFound || err.Error() != want {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

// A head whose hash was made in another way takes the new one, and nothing else
// changes.
func TestDB_ApplyReport_OtherHash(t *testing.T) {
	t.Parallel()
	d, url := dbtest.NewURL(t)
	d.Now = (&clock{now: start.Add(24 * time.Hour)}).Now
	org := newOrganization(t, d)
	newEnvironment(t, d, org, "aws-prod")
	running := map[string]int{"a": 1, "b": 2}
	report(t, d, org, start, running)
	before := canonical(t, url)
	pool, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	if _, err := pool.ExecContext(t.Context(), `UPDATE environment_heads SET content = 'old', observed_at = observed_at - interval '1 hour'`); err != nil {
		t.Fatal(err)
	}
	want := model.ReportResult{Outcome: model.OutcomeUnchanged, Number: 1}
	if got := report(t, d, org, start, running); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if diff := cmp.Diff(before, canonical(t, url)); diff != "" {
		t.Errorf("what is kept (-before +after):\n%s", diff)
	}
}

// Bootstrapping an organization that is there changes nothing.
func TestDB_Bootstrap_Twice(t *testing.T) {
	t.Parallel()
	d, _ := newDB(t)
	created, err := d.Bootstrap(t.Context(), "acme", model.NewTokenSecret())
	if created || err != nil {
		t.Errorf("got %v, %v, want it to be there", created, err)
	}
}
