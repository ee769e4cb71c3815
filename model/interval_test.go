package model_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

// end writes one end of an interval: #3, ~3 or a moment.
func end(r model.SnapshotRef) string {
	switch {
	case r.Moment != nil:
		return r.Moment.At(now).Format(time.RFC3339)
	case r.Number != 0:
		return fmt.Sprintf("#%d", r.Number)
	default:
		return fmt.Sprintf("~%d", r.Back)
	}
}

func TestParseSnapshotInterval(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"3..NOW": "#3 ~0", "~3..NOW": "~3 ~0", "3..5": "#3 #5", "5..5": "#5 #5", "#3..#5": "#3 #5", "..5": "#1 #5", "5..": "#5 ~0", "..": "#1 ~0",
		"~3..": "~3 ~0", "~3..~1": "~3 ~1", "~3..100": "~3 #100", "3..~1": "#3 ~1", "..NOW": "#1 ~0", "NOW..NOW": "~0 ~0", "1..~0": "#1 ~0",
		"2.weeks.ago..yesterday":                   "2022-08-10T18:30:00Z 2022-08-23T18:30:00Z",
		"@{2.weeks.ago}..@{yesterday}":             "2022-08-10T18:30:00Z 2022-08-23T18:30:00Z",
		"@{2022-08-22T11:39:22+02:00}..NOW":        "2022-08-22T09:39:22Z ~0",
		"2022-08-22..2022-08-23":                   "2022-08-22T00:00:00Z 2022-08-23T00:00:00Z",
		"3..yesterday":                             "#3 2022-08-23T18:30:00Z",
		"yesterday..~1":                            "2022-08-23T18:30:00Z ~1",
		"last.monday 11:39 .. now":                 "2022-08-22T11:39:00Z 2022-08-24T18:30:00Z",
		"2022-08-22T11:39:22.5Z..3.minutes.ago":    "2022-08-22T11:39:22Z 2022-08-24T18:27:00Z",
		"..@{2022-08-22 11:39 +02:00}":             "#1 2022-08-22T09:39:00Z",
		"@{2022-08-22 +02:00}..@{2022-08-22 noon}": "",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			got, err := model.ParseSnapshotInterval(text)
			if want == "" {
				wantInvalid(t, err, "interval")
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, end(got.From)+" "+end(got.To)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if written := throughGraphQL(t, got); written != text {
				t.Errorf("it is written %q", written)
			}
		})
	}
	for text, why := range map[string]string{
		"": "3..NOW", "5": "3..NOW", "3.NOW": "3..NOW", "3...5": "3..NOW", "3....5": "3..NOW", "1..2..3": "3..NOW", strings.Repeat("1", 300) + "..": "3..NOW",
		"0..5": "counted from 1", "#0..": "counted from 1", "-3..NOW": "neither a number", "aws-prod#3..5": "neither a number", "1234567890..": "neither a number",
		"tomorrow..": "neither a number", "@{}..": "neither a number", "@{now..": "neither a number", "later..NOW": "neither a number", "3..\xff": "neither a number",
		"5..3": "begins later", "NOW..~3": "begins later", "~1..~3": "begins later", "2022-08-23..2022-08-22": "begins later",
	} {
		t.Run("Refused "+text, func(t *testing.T) {
			t.Parallel()
			_, err := model.ParseSnapshotInterval(text)
			wantInvalid(t, err, "interval")
			if !strings.Contains(err.Error(), why) {
				t.Errorf("the error does not say %q: %v", why, err)
			}
		})
	}
}

func FuzzParseSnapshotInterval(f *testing.F) {
	for _, seed := range []string{"3..NOW", "~3..NOW", "..5", "5..", "..", "2.weeks.ago..yesterday", "@{2022-08-22 11:39 +02:00}..~1", "3...5", "5..3", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		interval, err := model.ParseSnapshotInterval(in)
		if err != nil {
			wantInvalid(t, err, "interval")
			return
		}
		again, err := model.ParseSnapshotInterval(interval.String())
		if err != nil || interval.String() != in || end(again.From) != end(interval.From) || end(again.To) != end(interval.To) {
			t.Errorf("%q is written %q and read as %+v, %v", in, interval.String(), again, err)
		}
		for _, r := range []model.SnapshotRef{interval.From, interval.To} {
			if r.Environment != "" || r.Moment != nil && (r.Number != 0 || r.Back != 0) || r.Number != 0 && r.Back != 0 {
				t.Errorf("%q has an end that says too much: %+v", in, r)
			}
		}
		if from, to := interval.From, interval.To; from.Number > to.Number && to.Number > 0 {
			t.Errorf("%q begins later than it ends", in)
		}
	})
}
