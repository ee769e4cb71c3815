package cli

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/lazy"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

const intervalHelp = "INTERVAL is\n" +
	"3..NOW or 64..65 (by number), ~3..NOW (counted back from the newest),\n" +
	"2.weeks.ago..yesterday or 2022-08-22..65 (by time; without a zone, in yours). An end\n" +
	"that is left out is the first snapshot, or the newest."

// partFlags say which part of a history is asked for.
type partFlags struct {
	interval string
	reverse  bool
}

func (f *partFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&f.interval, "interval", "i", "", "only these snapshots: as in 3..NOW, ~3..NOW or 2.weeks.ago..yesterday")
	cmd.Flags().BoolVarP(&f.reverse, "reverse", "r", false, "the oldest first")
	completeWith(cmd, "interval", nil)
}

// take takes the interval from the arguments, if it is there.
func (f *partFlags) take(args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case f.interval != "":
		return usageErrorf("the interval is given twice: %q and --interval %q", args[0], f.interval)
	}
	f.interval = args[0]
	return nil
}

func (f *partFlags) part(io *term.IO) api.Part {
	return api.Part{Interval: zonedInterval(io, f.interval), OldestFirst: f.reverse}
}

// oneOrTwo takes one argument, and one more that may be left out.
func oneOrTwo(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return exactly(1)(cmd, args)
	}
	return atMost(2)(cmd, args)
}

// The server understands moments, and takes those without a zone for UTC. What a
// person types is meant in the zone in which times are shown.
var (
	bracedMoment  = lazy.Regexp(`@\{([^{}]*)\}`)
	dateOfMoment  = lazy.Regexp(`^([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?$`)
	zoneMatters   = lazy.Regexp(`(?i)\b(?:today|noon|midnight|(?:sun|mon|tues?|wed|wednes|thu|thurs?|fri|sat|satur)(?:day)?)\b|[0-9]:[0-9]{2}`)
	zoneOfMoment  = lazy.Regexp(`(?i)(?:z|utc|[+-][0-9]{2}:?[0-9]{2})$`)
	localLayouts  = []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02"}
	offsetPattern = " -07:00"
)

// zonedRef adds the local zone to the moment of a reference.
func zonedRef(io *term.IO, ref string) string {
	return bracedMoment().ReplaceAllStringFunc(ref, func(m string) string { return "@{" + zoned(io, m[2:len(m)-1]) + "}" })
}

// zonedInterval adds the local zone to the moments of an interval.
func zonedInterval(io *term.IO, interval string) string {
	ends := strings.SplitN(interval, "..", 2)
	for i, end := range ends {
		if strings.Contains(end, "{") {
			ends[i] = zonedRef(io, end)
		} else {
			ends[i] = zoned(io, end)
		}
	}
	return strings.Join(ends, "..")
}

// zoned adds the local zone to a moment that depends on it and does not name one.
func zoned(io *term.IO, moment string) string {
	if dateOfMoment().MatchString(moment) {
		written := strings.Replace(strings.ToUpper(moment), " ", "T", 1)
		for _, layout := range localLayouts {
			if at, err := time.ParseInLocation(layout, written, io.Zone); err == nil {
				return moment + at.Format(offsetPattern)
			}
		}
		return moment
	}
	if zoneMatters().MatchString(moment) && !zoneOfMoment().MatchString(moment) {
		return moment + io.Now().In(io.Zone).Format(offsetPattern)
	}
	return moment
}
