package db_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

// Five snapshots, one at each full minute; the clock stands two and a half minutes
// after the last one.
func TestSpans(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	env := newEnvironment(t, d, org, "aws-prod")
	for i := range 5 {
		report(t, d, org, start.Add(time.Duration(i)*time.Minute), map[string]int{"runner": i + 1})
	}
	none := newEnvironment(t, d, org, "none")
	d.Now = func() time.Time { return start.Add(6*time.Minute + 30*time.Second) }
	for text, want := range map[string]string{
		// The numbers of the snapshots, and the minutes of the events.
		"..": "1 2 3 4 5: 0 1 2 3 4", "3..NOW": "3 4 5: 2 3 4", "~3..NOW": "2 3 4 5: 1 2 3 4", "3..5": "3 4 5: 2 3 4", "2..3": "2 3: 1 2", "..2": "1 2: 0 1",
		"4..": "4 5: 3 4", "~1..": "4 5: 3 4", "~3..~1": "2 3 4: 1 2 3", "2..~1": "2 3 4: 1 2 3", "~2..4": "3 4: 2 3", "5..5": "5: 4", "NOW..NOW": "5: 4",
		"~100..2": "1 2: 0 1", "4..100": "4 5: 3 4", "..~100": ": ",
		// At a moment the snapshot counts that was current then, and events count from it on.
		"2022-08-22T09:01:30..2022-08-22T09:03:30": "2 3 4: 2 3", "2022-08-22T09:02:00..2022-08-22T09:03:00": "3 4: 2 3",
		"2022-08-22T09:01:30..NOW": "2 3 4 5: 2 3 4", "3..2022-08-22T09:03:00": "3 4: 2 3", "..2022-08-22T09:01:59": "1 2: 0 1",
		"2.years.ago..yesterday": ": ", "2.years.ago..now": "1 2 3 4 5: 0 1 2 3 4", "4.minutes.ago..": "3 4 5: 3 4", "now..now": "5: ",
		"..9999-12-31T23:59:59.999999Z": "1 2 3 4 5: 0 1 2 3 4",

		"6..NOW": "NOT_FOUND aws-prod has snapshots 1 to 5", "6..7": "NOT_FOUND aws-prod has snapshots 1 to 5",
		"4..~2": "INVALID of aws-prod it begins at #4 and ends at #3", "3..~100": "INVALID of aws-prod it begins at #3",
		"4..2022-08-22T09:01:00": "INVALID of aws-prod it begins at #4 and ends at #2", "2022-08-22T09:03:00..2": "INVALID of aws-prod it begins at #4",
		"now..2.minutes.ago": "INVALID it begins later than it ends", "~1..2": "INVALID of aws-prod it begins at #4 and ends at #2",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			interval, err := model.ParseSnapshotInterval(text)
			if err != nil {
				t.Fatal(err)
			}
			spans, err := d.Spans(t.Context(), org, []*model.Environment{env, none}, interval)
			if err != nil {
				t.Fatal(err)
			}
			if err := spans[0].Err; err != nil {
				got := map[model.Kind]string{model.KindInvalid: "INVALID", model.KindNotFound: "NOT_FOUND"}[model.KindOf(err)] + " " + err.Error()
				kind, why, _ := strings.Cut(want, " ")
				if !strings.HasPrefix(got, kind) || !strings.Contains(got, why) {
					t.Errorf("got %s, want %s", got, want)
				}
				return
			}
			var numbers, minutes []string
			pages, err := d.SnapshotsOfEnvironments(t.Context(), org, spans[:1], model.OrderAscending, page(100))
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range pages[0].Nodes {
				numbers = append(numbers, fmt.Sprint(s.Number))
			}
			for _, e := range wholeLog(t, d, org, spans[0], nil, model.OrderAscending, 2) {
				minutes = append(minutes, fmt.Sprint(e.Facts().At.Minute()))
			}
			if diff := cmp.Diff(want, strings.Join(numbers, " ")+": "+strings.Join(minutes, " ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	for text, want := range map[string]bool{"..": true, "1..NOW": true, "~3..": true, "yesterday..now": true, "3..NOW": false} {
		interval, err := model.ParseSnapshotInterval(text)
		if err != nil {
			t.Fatal(err)
		}
		spans, err := d.Spans(t.Context(), org, []*model.Environment{none, env}, interval)
		if err != nil {
			t.Fatal(err)
		}
		if err := spans[0].Err; want != (err == nil) || err != nil && model.KindOf(err) != model.KindNotFound {
			t.Errorf("%s of an environment without snapshots: %v", text, err)
		}
	}
}

// Pages in both directions, of any size, are the whole.
func TestSnapshotsOfEnvironments_Pages(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	env := newEnvironment(t, d, org, "aws-prod")
	for i := range 7 {
		report(t, d, org, start.Add(time.Duration(i)*time.Minute), map[string]int{"runner": i + 1})
	}
	interval, err := model.ParseSnapshotInterval("2..6")
	if err != nil {
		t.Fatal(err)
	}
	spans, err := d.Spans(t.Context(), org, []*model.Environment{env}, interval)
	if err != nil {
		t.Fatal(err)
	}
	for direction, want := range map[model.OrderDirection]string{model.OrderAscending: "[2 3 4 5 6]", model.OrderDescending: "[6 5 4 3 2]"} {
		for size := range 6 {
			var got []int
			p := page(size + 1)
			for {
				pages, err := d.SnapshotsOfEnvironments(t.Context(), org, spans, direction, p)
				if err != nil {
					t.Fatal(err)
				}
				for _, s := range pages[0].Nodes {
					got = append(got, s.Number)
				}
				info := pages[0].PageInfo()
				if !info.HasNextPage {
					break
				}
				p.After = *info.EndCursor
			}
			if fmt.Sprint(got) != want {
				t.Errorf("%s by %d: %v, want %s", direction, size+1, got, want)
			}
		}
	}
}
