package cli

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// momentFlag is a moment as people say it; nil if not said. The server reads the
// moments that are part of a reference. This one it takes as a time only, so it is
// read here, in the zone in which times are shown.
type momentFlag struct {
	t    *time.Time
	said string
	io   func() *term.IO
}

func (f *momentFlag) String() string { return f.said }

// Set takes a moment.
func (f *momentFlag) Set(value string) error {
	io := f.io()
	t, ok := parseMoment(value, io.Now().In(io.Zone))
	if !ok {
		return fmt.Errorf("write 2022-08-22T11:35:00+02:00, 2022-08-22 11:35, 2022-08-22, 2.weeks.ago, 2w or yesterday")
	}
	f.t, f.said = &t, value
	return nil
}

// Type is what help calls the value.
func (f *momentFlag) Type() string { return "moment" }

func (f *momentFlag) add(app *App, cmd *cobra.Command, name, usage string) {
	f.io = func() *term.IO { return app.IO }
	cmd.Flags().Var(f, name, usage+": 2.weeks.ago, yesterday, 2022-08-22 11:35, or RFC 3339")
	completeWith(cmd, name, nil)
}

// parseMoment reads a moment, given what is now, in the zone of now.
func parseMoment(s string, now time.Time) (time.Time, bool) {
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return t, true
	}
	text := strings.ToLower(strings.TrimSpace(s))
	for _, layout := range localLayouts {
		written := strings.Replace(strings.ToUpper(text), " ", "T", 1)
		if t, err := time.ParseInLocation(layout, written, now.Location()); err == nil {
			return t, true
		}
	}
	if m := agePattern().FindStringSubmatch(text); m != nil {
		n, err := strconv.Atoi(m[1])
		return now.Add(-time.Duration(n) * ageUnits[m[2]]), err == nil
	}
	switch text {
	case "now":
		return now, true
	case "yesterday":
		return now.AddDate(0, 0, -1), true
	case "today":
		return time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location()), true
	}
	return timeAgo(text, now)
}

// timeAgo reads how long ago something was: 2.weeks.ago, an.hour.ago, 1 day 2 hours ago.
func timeAgo(text string, now time.Time) (time.Time, bool) {
	words := strings.FieldsFunc(text, func(r rune) bool { return r == '.' || r == '_' || r == ' ' })
	last := len(words) - 1
	if last < 2 || last%2 != 0 || words[last] != "ago" {
		return time.Time{}, false
	}
	at := now
	for i := 0; i < last; i += 2 {
		n, err := strconv.Atoi(words[i])
		if words[i] == "a" || words[i] == "an" {
			n, err = 1, nil
		}
		if err != nil || n < 0 || n > 9999 {
			return time.Time{}, false
		}
		var ok bool
		if at, ok = goBack(at, n, strings.TrimSuffix(words[i+1], "s")); !ok {
			return time.Time{}, false
		}
	}
	return at, true
}

func goBack(at time.Time, n int, unit string) (time.Time, bool) {
	switch unit {
	case "second":
		return at.Add(-time.Duration(n) * time.Second), true
	case "minute":
		return at.Add(-time.Duration(n) * time.Minute), true
	case "hour":
		return at.Add(-time.Duration(n) * time.Hour), true
	case "day":
		return at.AddDate(0, 0, -n), true
	case "week":
		return at.AddDate(0, 0, -7*n), true
	case "month":
		return at.AddDate(0, -n, 0), true
	case "year":
		return at.AddDate(-n, 0, 0), true
	default:
		return time.Time{}, false
	}
}
