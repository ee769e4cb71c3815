package model

import (
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// SnapshotInterval is a stretch of the snapshots of an environment, both ends
// included: `3..NOW`, `~3..NOW`, `64..65`, `2.weeks.ago..yesterday`. An end that is
// left out is the first snapshot, or the newest.
type SnapshotInterval struct {
	From, To SnapshotRef // without an environment
	text     string
}

var intervalEnd = regexp.MustCompile(`^(?:#?([0-9]{1,9})|~([0-9]{1,9})|@\{([^{}]*)\})$`)

// ParseSnapshotInterval reads an interval. It returns KindInvalid, with examples,
// for what is none, and for one that ends before it begins.
func ParseSnapshotInterval(s string) (SnapshotInterval, error) {
	bad := Invalid("interval", "%q is not an interval of snapshots: write 3..NOW, ~3..NOW, 64..65, 2.weeks.ago..yesterday or @{2022-08-22}..65; an end that is left out is the first snapshot or the newest", clip(s, 100))
	if len(s) > 300 {
		return SnapshotInterval{}, bad
	}
	from, to, isRange := strings.Cut(s, "..")
	if !isRange || strings.HasPrefix(to, ".") || strings.Contains(to, "..") {
		return SnapshotInterval{}, bad
	}
	interval := SnapshotInterval{text: s}
	var err error
	if interval.From, err = parseIntervalEnd(from, SnapshotRef{Number: 1}); err != nil {
		return SnapshotInterval{}, err
	}
	if interval.To, err = parseIntervalEnd(to, SnapshotRef{}); err != nil {
		return SnapshotInterval{}, err
	}
	return interval, interval.checkOrder()
}

// parseIntervalEnd reads one end of an interval; open is what an empty one is.
func parseIntervalEnd(s string, open SnapshotRef) (SnapshotRef, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return open, nil
	}
	if s == "NOW" {
		return SnapshotRef{}, nil
	}
	end := intervalEnd.FindStringSubmatch(s)
	switch {
	case end == nil:
		return momentEnd(s)
	case end[1] != "":
		n, _ := strconv.Atoi(end[1])
		if n == 0 {
			return SnapshotRef{}, Invalid("interval", "%q: snapshots are counted from 1", s)
		}
		return SnapshotRef{Number: n}, nil
	case end[2] != "":
		n, _ := strconv.Atoi(end[2])
		return SnapshotRef{Back: n}, nil
	default:
		return momentEnd(end[3])
	}
}

func momentEnd(s string) (SnapshotRef, error) {
	moment, err := ParseMoment(s)
	if err != nil {
		return SnapshotRef{}, Invalid("interval", "%q is neither a number of a snapshot nor a moment: %s", clip(s, 60), momentExamples)
	}
	return SnapshotRef{Moment: &moment}, nil
}

// checkOrder refuses an interval that ends before it begins, if that can be told
// without looking at an environment.
func (i SnapshotInterval) checkOrder() error {
	from, to := i.From, i.To
	switch {
	case from.Number > 0 && to.Number > 0 && from.Number > to.Number,
		from.Number == 0 && to.Number == 0 && from.Moment == nil && to.Moment == nil && from.Back < to.Back,
		from.Moment != nil && to.Moment != nil && from.Moment.absolute && to.Moment.absolute && from.Moment.at.After(to.Moment.at):
		return i.Backwards("it begins later than it ends")
	}
	return nil
}

// Backwards is the error that the interval ends before it begins; why says how that
// is seen.
func (i SnapshotInterval) Backwards(why string) error {
	return Invalid("interval", "%q: %s; write the older end first", clip(i.text, 100), why)
}

// Moments are the moments of the ends, given what is now; nil for an end that is
// not said by time.
func (i SnapshotInterval) Moments(now time.Time) (from, to *time.Time) {
	return i.From.at(now), i.To.at(now)
}

// String returns the interval as it was written.
func (i SnapshotInterval) String() string { return i.text }

// MarshalGQL writes the interval as a GraphQL string.
func (i SnapshotInterval) MarshalGQL(w io.Writer) { writeQuoted(w, i.text) }

// UnmarshalGQL reads an interval from a GraphQL string.
func (i *SnapshotInterval) UnmarshalGQL(v any) (err error) {
	s, err := unmarshalString(v, "an interval of snapshots")
	if err == nil {
		*i, err = ParseSnapshotInterval(s)
	}
	return err
}
