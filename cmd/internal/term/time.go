package term

import (
	"fmt"
	"time"
)

// layout is how people are shown a time: `Mon, 22 Aug 2022 11:35:00 CEST`.
const layout = "Mon, 02 Jan 2006 15:04:05 MST"

// Unknown stands for a value that is not known, in tables and in lines of tabs.
const Unknown = "-"

const day = 24 * time.Hour

// Time writes a time in the local zone, or in RFC 3339 and UTC if Plain is set.
// The zero time is Unknown.
func (s *IO) Time(t time.Time) string {
	switch {
	case t.IsZero():
		return Unknown
	case s.Plain:
		return t.UTC().Format(time.RFC3339Nano)
	default:
		return t.In(s.Zone).Format(layout)
	}
}

// Date writes the day of a time in the local zone, or does as Time if Plain is set.
func (s *IO) Date(t time.Time) string {
	if s.Plain || t.IsZero() {
		return s.Time(t)
	}
	return t.In(s.Zone).Format(time.DateOnly)
}

// Ago writes how long ago a time is, or as Time does if Plain is set.
func (s *IO) Ago(t time.Time) string {
	if s.Plain || t.IsZero() {
		return s.Time(t)
	}
	return ago(s.Now().Sub(t))
}

// Since writes how long ago a time is, for people, whatever Plain is: for what is
// not a result.
func (s *IO) Since(t time.Time) string {
	if t.IsZero() {
		return Unknown
	}
	return ago(s.Now().Sub(t))
}

// Moment writes a time that stands alone: when, and how long ago.
func (s *IO) Moment(t time.Time) string {
	if s.Plain || t.IsZero() {
		return s.Time(t)
	}
	return s.Time(t) + " • " + s.Ago(t)
}

// Lasting writes how long something took or has lasted: `59 seconds`.
func Lasting(d time.Duration) string {
	if d < time.Minute {
		return count(int64(max(d, 0)/time.Second), "second")
	}
	return span(d)
}

// Took writes how long something took, in its two largest units: `3 h 12 min`.
func Took(d time.Duration) string {
	days, hours, minutes, seconds := int(d/day), int(d%day/time.Hour), int(d%time.Hour/time.Minute), int(d%time.Minute/time.Second)
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", max(seconds, 0))
	case d < time.Hour && seconds > 0:
		return fmt.Sprintf("%d min %d s", minutes, seconds)
	case d < time.Hour:
		return fmt.Sprintf("%d min", minutes)
	case d < day && minutes > 0:
		return fmt.Sprintf("%d h %d min", hours, minutes)
	case d < day:
		return fmt.Sprintf("%d h", hours)
	case hours > 0:
		return fmt.Sprintf("%s %d h", count(int64(days), "day"), hours)
	default:
		return count(int64(days), "day")
	}
}

// ago says how long ago something was. Clocks differ a little between machines,
// so what lies less than a minute ahead is now.
func ago(d time.Duration) string {
	switch {
	case d <= -time.Minute:
		return "in " + span(-d)
	case d < time.Minute:
		return "just now"
	default:
		return span(d) + " ago"
	}
}

// span is a duration of a minute or more, as people say it.
func span(d time.Duration) string {
	switch {
	case d < time.Hour:
		return count(int64(d/time.Minute), "minute")
	case d < day:
		return count(int64(d/time.Hour), "hour")
	case d < 60*day:
		return count(int64(d/day), "day")
	case d < 2*365*day:
		return count(int64(d/(30*day)), "month")
	default:
		return count(int64(d/(365*day)), "year")
	}
}

func count(n int64, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}
