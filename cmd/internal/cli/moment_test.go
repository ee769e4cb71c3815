package cli

import (
	"testing"
	"time"
)

func TestParseMoment(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2022, 9, 6, 14, 0, 0, 0, berlin)
	for said, want := range map[string]string{
		"2022-08-22T11:35:00+02:00": "2022-08-22T09:35:00Z",
		"2022-08-22T09:35:00Z":      "2022-08-22T09:35:00Z",
		"2022-08-22 11:35":          "2022-08-22T09:35:00Z",
		"2022-12-22t11:35:10":       "2022-12-22T10:35:10Z",
		"2022-08-22":                "2022-08-21T22:00:00Z",
		"2w":                        "2022-08-23T12:00:00Z",
		"36h":                       "2022-09-05T00:00:00Z",
		"now":                       "2022-09-06T12:00:00Z",
		"Yesterday":                 "2022-09-05T12:00:00Z",
		"today":                     "2022-09-05T22:00:00Z",
		"2.weeks.ago":               "2022-08-23T12:00:00Z",
		"an.hour.ago":               "2022-09-06T11:00:00Z",
		"1 day 2 hours ago":         "2022-09-05T10:00:00Z",
		"6_months_ago":              "2022-03-06T13:00:00Z", // in winter
		"":                          "",
		"ago":                       "",
		"2.ago":                     "",
		"weeks.ago":                 "",
		"2.weeks":                   "",
		"2.weeks.3.ago":             "",
		"-1.day.ago":                "",
		"99999.days.ago":            "",
		"2.fortnights.ago":          "",
		"2.weekss.ago":              "",
		"banana":                    "",
		"2022-13-22":                "",
		"11:35":                     "",
	} {
		got, ok := parseMoment(said, now)
		if ok != (want != "") || ok && got.UTC().Format(time.RFC3339) != want {
			t.Errorf("%q is %v, %v; want %q", said, got.UTC(), ok, want)
		}
	}
}
