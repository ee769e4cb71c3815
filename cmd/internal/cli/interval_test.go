package cli

import (
	"testing"
	"time"

	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// It is winter in Berlin: a date in summer has another offset than now.
func TestZoned(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	io := &term.IO{Zone: berlin, Now: func() time.Time { return time.Date(2022, 12, 6, 12, 0, 0, 0, time.UTC) }}
	for interval, want := range map[string]string{
		"3..NOW": "3..NOW", "~3..": "~3..", "..": "..", "": "", "2.weeks.ago..yesterday": "2.weeks.ago..yesterday", "yesterday": "yesterday",
		"2022-08-22..2022-12-01":                        "2022-08-22 +02:00..2022-12-01 +01:00",
		"2022-08-22 11:39..5":                           "2022-08-22 11:39 +02:00..5",
		"@{2022-08-22T11:39:22}..@{now}":                "@{2022-08-22T11:39:22 +02:00}..@{now}",
		"2022-08-22T11:39:22.5..NOW":                    "2022-08-22T11:39:22.5 +02:00..NOW",
		"2022-08-22T11:39:22Z..2022-08-22 11:40 -07:00": "2022-08-22T11:39:22Z..2022-08-22 11:40 -07:00",
		"yesterday 11:39..noon":                         "yesterday 11:39 +01:00..noon +01:00",
		"last.monday..today":                            "last.monday +01:00..today +01:00",
		"@{yesterday.noon+02:00}..@{tuesday}":           "@{yesterday.noon+02:00}..@{tuesday +01:00}",
		"2022-99-99..NOW":                               "2022-99-99..NOW",
	} {
		if got := zonedInterval(io, interval); got != want {
			t.Errorf("%q becomes %q, want %q", interval, got, want)
		}
	}
	for ref, want := range map[string]string{
		"aws-prod": "aws-prod", "aws-prod#65": "aws-prod#65", "2022-08-22": "2022-08-22", "noon@{noon}": "noon@{noon +01:00}",
		"aws-prod@{2022-08-22 11:39}": "aws-prod@{2022-08-22 11:39 +02:00}", "aws-prod@{2.weeks.ago}": "aws-prod@{2.weeks.ago}", "aws-prod@{": "aws-prod@{",
	} {
		if got := zonedRef(io, ref); got != want {
			t.Errorf("%q becomes %q, want %q", ref, got, want)
		}
	}
}
