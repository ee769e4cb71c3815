package model

import (
	"cmp"
	"slices"
	"time"
)

// RunningCount is how many replicas of one fingerprint run under one name: what
// the content of a snapshot is.
type RunningCount struct {
	Fingerprint string // the 32 bytes; empty where the runtime does not tell
	Name        string
	Replicas    int
}

// CountsOf is the content of a report, in its order: by fingerprint and name.
func CountsOf(running []Running) []RunningCount {
	counts := make([]RunningCount, len(running))
	for i, r := range running {
		counts[i] = RunningCount{Fingerprint: r.Fingerprint, Name: r.Name, Replicas: len(r.Starts)}
	}
	return counts
}

// RunningDelta is how a report differs from the snapshot before it. A fingerprint
// may run under several names; those that differ are Runs. It makes one event, in
// Events, of what its replicas add up to. Both come in the order of reports.
type RunningDelta struct {
	Runs     []RunDelta
	Events   []RunningEvent
	Replicas int // of all that run now
}

// RunDelta is one fingerprint under one name whose replicas differ.
type RunDelta struct {
	Fingerprint string
	Name        string
	Was, Now    int         // replicas; 0 where it does not run
	Starts      []time.Time // of those that run now, the first first
}

// RunningEvent is what happened to one fingerprint, or to one name where the
// runtime does not tell a fingerprint.
type RunningEvent struct {
	Kind        EventKind
	Fingerprint string
	Was, Now    int    // replicas
	Name        string // of what has no fingerprint, or the new one of what has another; else empty
}

// DeltaOf compares what ran with what runs, both in the order of reports. It costs
// one look at each.
func DeltaOf(before []RunningCount, after []Running) RunningDelta {
	var delta RunningDelta
	var group []RunDelta // of one fingerprint, those that stayed too
	flush := func() {
		if event, ok := eventOf(group); ok {
			delta.Events = append(delta.Events, event)
		}
		group = group[:0]
	}
	for i, j := 0, 0; i < len(before) || j < len(after); {
		var next RunDelta
		switch order := compareHeads(before[i:], after[j:]); {
		case order < 0:
			next = RunDelta{Fingerprint: before[i].Fingerprint, Name: before[i].Name, Was: before[i].Replicas}
			i++
		case order > 0:
			next = RunDelta{Fingerprint: after[j].Fingerprint, Name: after[j].Name, Now: len(after[j].Starts), Starts: after[j].Starts}
			j++
		default:
			next = RunDelta{Fingerprint: after[j].Fingerprint, Name: after[j].Name, Was: before[i].Replicas, Now: len(after[j].Starts), Starts: after[j].Starts}
			i, j = i+1, j+1
		}
		if len(group) > 0 && (group[0].Fingerprint != next.Fingerprint || next.Fingerprint == "") {
			flush()
		}
		group = append(group, next)
		delta.Replicas += next.Now
		if next.Was != next.Now {
			delta.Runs = append(delta.Runs, next)
		}
	}
	flush()
	return delta
}

// compareHeads tells which of two lists has the next key; one that is over has none.
func compareHeads(before []RunningCount, after []Running) int {
	switch {
	case len(before) == 0:
		return 1
	case len(after) == 0:
		return -1
	}
	return cmp.Or(cmp.Compare(before[0].Fingerprint, after[0].Fingerprint), cmp.Compare(before[0].Name, after[0].Name))
}

// eventOf is what happened to a fingerprint that runs and ran under some names, and
// false if nothing did.
func eventOf(group []RunDelta) (RunningEvent, bool) {
	if !slices.ContainsFunc(group, func(r RunDelta) bool { return r.Was != r.Now }) {
		return RunningEvent{}, false
	}
	event := RunningEvent{Fingerprint: group[0].Fingerprint}
	firstNow := ""
	for _, r := range group {
		event.Was += r.Was
		event.Now += r.Now
		if firstNow == "" && r.Now > 0 {
			firstNow = r.Name // names come in their order
		}
	}
	switch {
	case event.Was == 0:
		event.Kind = EventStartedRunning
	case event.Now == 0:
		event.Kind = EventStoppedRunning
	case event.Was != event.Now:
		event.Kind = EventScaled
	default:
		event.Kind = EventRunningNameChanged
	}
	switch {
	case event.Fingerprint == "":
		event.Name = group[0].Name
	case event.Kind == EventRunningNameChanged:
		event.Name = firstNow
	}
	return event, true
}
