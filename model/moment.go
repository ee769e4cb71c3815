package model

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Moment is a moment as people say it, which may depend on now: `2022-08-22`,
// `2.weeks.ago`, `yesterday 11:39`. Without a zone it is in UTC.
type Moment struct {
	text string // as it was written

	at       time.Time // the moment, if it does not depend on now
	absolute bool

	zone                *time.Location
	years, months, days int // before now
	before              time.Duration
	weekday             time.Weekday // the last such day before today, if hasWeekday
	hasWeekday          bool
	clock               time.Duration // the time of day, if hasClock
	hasClock            bool
	hasDay              bool // without one, a time of day is the last such time
}

// At returns the moment, given what is now. It is never before the year 1:
// Postgres cannot be asked about what is long before.
func (m Moment) At(now time.Time) time.Time {
	at := m.at
	if !m.absolute {
		at = m.from(now.In(m.zone))
	}
	if at = at.UTC(); at.Year() < 1 {
		return time.Time{}
	}
	return at
}

func (m Moment) from(now time.Time) time.Time {
	at := now.AddDate(-m.years, -m.months, -m.days).Add(-m.before)
	if m.hasWeekday {
		back := (int(at.Weekday()-m.weekday) + 7) % 7
		if back == 0 {
			back = 7
		}
		at = at.AddDate(0, 0, -back)
	}
	if m.hasClock {
		at = atClock(at, m.clock)
		if !m.hasDay && at.After(now) {
			at = at.AddDate(0, 0, -1)
		}
	}
	return at
}

func atClock(day time.Time, clock time.Duration) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, int(clock/time.Second), 0, day.Location())
}

// maxMomentLength is more than any moment needs that can be said.
const maxMomentLength = 100

var (
	numberWords = map[string]int{
		"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	}
	weekdays = map[string]time.Weekday{
		"sunday": time.Sunday, "monday": time.Monday, "tuesday": time.Tuesday, "wednesday": time.Wednesday,
		"thursday": time.Thursday, "friday": time.Friday, "saturday": time.Saturday,
		"sun": time.Sunday, "mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday,
		"thu": time.Thursday, "fri": time.Friday, "sat": time.Saturday,
	}
	// A zone stands after a space, a time of day or the Z of UTC: the end of a date
	// looks like one.
	zonePattern    = regexp.MustCompile(`(?:^|[ ]|(:[0-9]{2})|(noon|midnight))[ ]?([+-][0-9]{2}:?[0-9]{2}|z|utc)$`)
	clockPattern   = regexp.MustCompile(`^([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?$`)
	numberPattern  = regexp.MustCompile(`^[0-9]{1,4}$`)
	momentDates    = []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"}
	momentExamples = "write 2022-08-22T11:39:22+02:00, 2022-08-22 11:39, 2022-08-22, 2.weeks.ago, yesterday, last.monday or now; without a zone it is in UTC"
)

// ParseMoment reads a moment as people say it. It returns KindInvalid, with
// examples, for what it does not understand.
func ParseMoment(s string) (Moment, error) {
	bad := Invalid("ref", "%q is not a moment: %s", clip(s, 60), momentExamples)
	if len(s) > maxMomentLength {
		return Moment{}, bad
	}
	if at, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return Moment{text: s, at: at.UTC(), absolute: true}, nil
	}
	text, zone, ok := cutZone(strings.ToLower(s))
	if !ok {
		return Moment{}, bad
	}
	date := strings.Replace(strings.ToUpper(text), " ", "T", 1)
	for _, layout := range momentDates {
		if at, err := time.ParseInLocation(layout, date, zone); err == nil {
			return Moment{text: s, at: at.UTC(), absolute: true}, nil
		}
	}
	words := strings.FieldsFunc(text, func(r rune) bool { return r == '.' || r == ' ' || r == '_' })
	if len(words) == 0 {
		return Moment{}, bad
	}
	m, err := momentOfWords(words)
	if err != nil {
		return Moment{}, bad
	}
	m.text, m.zone = s, zone
	return m, nil
}

// String returns the moment as it was written.
func (m Moment) String() string { return m.text }

// MarshalGQL writes the moment as a GraphQL string.
func (m Moment) MarshalGQL(w io.Writer) { writeQuoted(w, m.text) }

// UnmarshalGQL reads a moment from a GraphQL string.
func (m *Moment) UnmarshalGQL(v any) error {
	s, err := unmarshalString(v, "a moment")
	if err != nil {
		return err
	}
	*m, err = ParseMoment(s)
	if err != nil { // there may be several in an input: its path says which
		return Errorf(KindInvalid, "%s", err.Error())
	}
	return nil
}

// cutZone cuts the zone from the end of a moment.
func cutZone(s string) (text string, zone *time.Location, ok bool) {
	at := zonePattern.FindStringSubmatchIndex(s)
	if at == nil {
		return s, time.UTC, true
	}
	said := s[at[6]:at[7]]
	text = strings.TrimSuffix(s[:at[6]], " ")
	if said == "z" || said == "utc" {
		return text, time.UTC, text != ""
	}
	for _, layout := range []string{"-07:00", "-0700"} {
		if t, err := time.Parse(layout, said); err == nil {
			return text, t.Location(), text != ""
		}
	}
	return "", nil, false
}

// momentOfWords reads a day, or how long ago, and then a time of day; either may
// be missing.
func momentOfWords(words []string) (Moment, error) {
	m := Moment{hasDay: true}
	var err error
	switch day, isWeekday := weekdays[words[0]]; {
	case words[0] == "now":
		words = words[1:]
	case words[0] == "today":
		m.hasClock, words = true, words[1:]
	case words[0] == "yesterday":
		m.days, words = 1, words[1:]
	case isWeekday:
		m.weekday, m.hasWeekday, words = day, true, words[1:]
	case words[0] == "last" && len(words) > 1:
		err = m.last(words[1])
		words = words[2:]
	case strings.Contains(words[0], ":") || words[0] == "noon" || words[0] == "midnight":
		m.hasDay = false
	default:
		words, err = m.ago(words)
	}
	if err != nil || len(words) == 0 {
		return m, err
	}
	return m, m.timeOfDay(words)
}

// last reads what was last: `last.monday`, `last.week`.
func (m *Moment) last(word string) error {
	if day, ok := weekdays[word]; ok {
		m.weekday, m.hasWeekday = day, true
		return nil
	}
	return m.back(1, word)
}

// ago reads how long ago: `2 weeks 3 days ago`. It returns the words after it.
func (m *Moment) ago(words []string) ([]string, error) {
	for len(words) >= 3 {
		n, ok := numberWords[words[0]]
		if !ok {
			if !numberPattern.MatchString(words[0]) {
				break
			}
			n, _ = strconv.Atoi(words[0])
		}
		if err := m.back(n, words[1]); err != nil {
			return nil, err
		}
		if words[2] == "ago" {
			return words[3:], nil
		}
		words = words[2:]
	}
	return nil, fmt.Errorf("no word says when")
}

func (m *Moment) back(n int, unit string) error {
	switch strings.TrimSuffix(unit, "s") {
	case "second", "sec":
		m.before += time.Duration(n) * time.Second
	case "minute", "min":
		m.before += time.Duration(n) * time.Minute
	case "hour":
		m.before += time.Duration(n) * time.Hour
	case "day":
		m.days += n
	case "week":
		m.days += 7 * n
	case "month":
		m.months += n
	case "year":
		m.years += n
	default:
		return fmt.Errorf("%s is no unit of time", unit)
	}
	return nil
}

func (m *Moment) timeOfDay(words []string) error {
	if len(words) > 1 {
		return fmt.Errorf("more than a time of day is left")
	}
	m.hasClock = true
	switch words[0] {
	case "noon":
		m.clock = 12 * time.Hour
	case "midnight":
		m.clock = 0
	default:
		clock := clockPattern.FindStringSubmatch(words[0])
		if clock == nil {
			return fmt.Errorf("%s is no time of day", words[0])
		}
		var parts [3]int
		for i, part := range clock[1:] {
			parts[i], _ = strconv.Atoi("0" + part)
		}
		if parts[0] > 23 || parts[1] > 59 || parts[2] > 59 {
			return fmt.Errorf("%s is no time of day", words[0])
		}
		m.clock = time.Duration(parts[0])*time.Hour + time.Duration(parts[1])*time.Minute + time.Duration(parts[2])*time.Second
	}
	return nil
}
