package model_test

import (
	"strings"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/model"
)

// It is Wednesday, half past six in the evening, in UTC.
func TestParseMoment(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"now": "2022-08-24T18:30:00Z", "NOW": "2022-08-24T18:30:00Z", "today": "2022-08-24T00:00:00Z",
		"yesterday": "2022-08-23T18:30:00Z", "Yesterday": "2022-08-23T18:30:00Z",
		"yesterday.noon": "2022-08-23T12:00:00Z", "yesterday 11:39": "2022-08-23T11:39:00Z", "yesterday.11:39:22": "2022-08-23T11:39:22Z",
		"today 7:05": "2022-08-24T07:05:00Z", "yesterday midnight": "2022-08-23T00:00:00Z",
		// A time of day alone is the last such time.
		"noon": "2022-08-24T12:00:00Z", "18:30": "2022-08-24T18:30:00Z", "18:31": "2022-08-23T18:31:00Z", "23:59:59": "2022-08-23T23:59:59Z",
		"midnight": "2022-08-24T00:00:00Z",
		// A day of the week is the last one before today, at the same time of day.
		"last.monday": "2022-08-22T18:30:00Z", "monday": "2022-08-22T18:30:00Z", "last wednesday": "2022-08-17T18:30:00Z",
		"thursday": "2022-08-18T18:30:00Z", "tue": "2022-08-23T18:30:00Z", "last.monday.noon": "2022-08-22T12:00:00Z", "sunday 9:00": "2022-08-21T09:00:00Z",
		"last.week": "2022-08-17T18:30:00Z", "last.month": "2022-07-24T18:30:00Z", "last year": "2021-08-24T18:30:00Z", "last day": "2022-08-23T18:30:00Z",
		"2.weeks.ago": "2022-08-10T18:30:00Z", "2 weeks ago": "2022-08-10T18:30:00Z", "two.weeks.ago": "2022-08-10T18:30:00Z", "2_weeks_ago": "2022-08-10T18:30:00Z",
		"a week ago": "2022-08-17T18:30:00Z", "an.hour.ago": "2022-08-24T17:30:00Z", "90.seconds.ago": "2022-08-24T18:28:30Z", "5.mins.ago": "2022-08-24T18:25:00Z",
		"1.day.2.hours.ago": "2022-08-23T16:30:00Z", "1 week 3 days ago": "2022-08-14T18:30:00Z", "2.days.ago.noon": "2022-08-22T12:00:00Z",
		"2022-08-22": "2022-08-22T00:00:00Z", "2022-08-22 11:39": "2022-08-22T11:39:00Z", "2022-08-22T11:39": "2022-08-22T11:39:00Z",
		"2022-08-22 11:39:22": "2022-08-22T11:39:22Z", "2022-08-22T11:39:22": "2022-08-22T11:39:22Z", "2022-08-22t11:39:22z": "2022-08-22T11:39:22Z",
		"2022-08-22T11:39:22.5": "2022-08-22T11:39:22.5Z",
		// With a zone.
		"2022-08-22T11:39:22+02:00": "2022-08-22T09:39:22Z", "2022-08-22 11:39 +02:00": "2022-08-22T09:39:00Z", "2022-08-22 11:39+0200": "2022-08-22T09:39:00Z",
		"2022-08-22 +02:00": "2022-08-21T22:00:00Z", "2022-08-22 Z": "2022-08-22T00:00:00Z", "2022-08-22 11:39 UTC": "2022-08-22T11:39:00Z",
		"yesterday.noon+02:00": "2022-08-23T10:00:00Z", "today -08:00": "2022-08-24T08:00:00Z", "noon -08:00": "2022-08-23T20:00:00Z",
		"last.monday.noon -0330": "2022-08-22T15:30:00Z", "2.weeks.ago +14:00": "2022-08-10T18:30:00Z", "yesterday 23:00 +14:00": "2022-08-24T09:00:00Z",
		"0001-01-01T00:00:00Z": "0001-01-01T00:00:00Z",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			m, err := model.ParseMoment(text)
			if err != nil {
				t.Fatal(err)
			}
			if got := m.At(now).Format(time.RFC3339Nano); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
	for _, text := range []string{
		"", " ", ".", "tomorrow", "next.week", "2.weeks", "weeks.ago", "ago", "2.ago", "-2.weeks.ago", "12345.days.ago", "2.decades.ago", "eleven.days.ago",
		"last", "last.decade", "last.tomorrow", "yesterday.today", "yesterday 24:00", "yesterday 11:60", "11:39:60", "11", "11.39", "noon.noon", "now noon noon",
		"2022-02-30", "2022-13-01", "2022-08", "22.08.2022", "08/22/2022", "2022-08-22 25:00", "2022-08-22 11:39 CEST", "2022-08-22 11:39 +99:00", "2022-08-22 11:39+02:00+02:00",
		"+02:00", "z", "monday.tuesday", "2022-08-22\x00", "\xff", "ｙesterday", strings.Repeat("1.day.", 30) + "ago",
	} {
		t.Run("Refused "+text, func(t *testing.T) {
			t.Parallel()
			m, err := model.ParseMoment(text)
			wantInvalid(t, err, "ref")
			if !strings.Contains(err.Error(), "2.weeks.ago") || m != (model.Moment{}) {
				t.Errorf("got %+v and an error without an example: %v", m, err)
			}
		})
	}
}

// Months and years are counted as git counts them: the same day of the month,
// and where there is none, as many days on into the next one.
func TestMoment_Calendar(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ now, text, want string }{
		"LastDayOfMonth": {"2022-03-31T12:00:00Z", "1.month.ago", "2022-03-03T12:00:00Z"},
		"LastDayLeap":    {"2020-03-31T12:00:00Z", "1.month.ago", "2020-03-02T12:00:00Z"},
		"LeapDay":        {"2020-02-29T12:00:00Z", "1.year.ago", "2019-03-01T12:00:00Z"},
		"TwelveMonths":   {"2022-01-15T00:00:00Z", "12.months.ago", "2021-01-15T00:00:00Z"},
		"January":        {"2022-01-15T00:00:00Z", "1.month.ago", "2021-12-15T00:00:00Z"},
		"AbsoluteStays":  {"2022-01-15T00:00:00Z", "2021-06-01T00:00:00Z", "2021-06-01T00:00:00Z"},
		// What day it is depends on the zone: in Auckland it is the 16th already.
		"DayOfZone":     {"2022-01-15T20:00:00Z", "today +13:00", "2022-01-15T11:00:00Z"},
		"WeekdayOfZone": {"2022-01-15T20:00:00Z", "saturday midnight +13:00", "2022-01-14T11:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now, err := time.Parse(time.RFC3339, tt.now)
			if err != nil {
				t.Fatal(err)
			}
			m, err := model.ParseMoment(tt.text)
			if err != nil {
				t.Fatal(err)
			}
			if got := m.At(now).Format(time.RFC3339); got != tt.want {
				t.Errorf("%s of %s is %s, want %s", tt.text, tt.now, got, tt.want)
			}
		})
	}
}

// Postgres keeps no time before 4713 BC: a moment before all history is none that
// it could be asked about.
func TestMoment_BeforeHistory(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"9999.years.ago", "9999.years.9999.years.ago", "9999.years.9999.weeks.ago.noon", "0000-01-01T00:00:00+14:00"} {
		m, err := model.ParseMoment(text)
		if err != nil {
			t.Fatal(err)
		}
		if at := m.At(now); at.Year() < 0 || at.Year() > 1 {
			t.Errorf("%s is %s", text, at)
		}
	}
}

func FuzzParseMoment(f *testing.F) {
	for _, seed := range []string{
		"now", "yesterday.noon+02:00", "2.weeks.ago", "a week 3 days ago", "last.monday 11:39", "2022-08-22 11:39 +02:00", "2022-08-22T11:39:22,5Z",
		"9999.years.ago", "23:59:59", "today -0800", "z", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		m, err := model.ParseMoment(in)
		if err != nil {
			wantInvalid(t, err, "ref")
			return
		}
		at := m.At(now)
		if at.Year() < 0 || at.Location() != time.UTC {
			t.Errorf("%q is %v", in, at)
		}
		if words := strings.Trim(in, " "); !strings.ContainsAny(words[:1], "0123456789") && at.After(now) {
			t.Errorf("%q is %v, in the future", in, at)
		}
	})
}
