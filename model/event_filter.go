package model

import "slices"

// maxFiltered is how many names a filter of events may have of each kind.
const maxFiltered = 100

// EventFilter says which events are wanted: all that is given must hold, and of a
// list any. A nil one fits all.
type EventFilter struct {
	Kinds        []EventKind
	Environments []string
	Flows        []string
	Fingerprints []Fingerprint
}

// Validate checks bounds. It returns KindInvalid.
func (f *EventFilter) Validate() error {
	if f == nil {
		return nil
	}
	for field, n := range map[string]int{
		"kinds": len(f.Kinds), "environments": len(f.Environments), "flows": len(f.Flows), "fingerprints": len(f.Fingerprints),
	} {
		if n > maxFiltered {
			return Invalid(field, "%s has %d members, and may have %d", field, n, maxFiltered)
		}
	}
	return nil
}

// EventScope is an EventFilter whose names were found. What is empty fits all.
type EventScope struct {
	Kinds        []EventKind
	Environments []int
	Flows        []int
	Fingerprints []Fingerprint
}

// EventMatcher tells which events are in a scope. What a union is made of and what an
// artifact is known by may change: a matcher holds for a while, and IsOutdated by
// some events.
type EventMatcher struct {
	Scope   EventScope
	Unions  map[int]bool         // the environments of the scope that are unions of others
	Members map[int]bool         // what they are unions of
	Digests map[Fingerprint]bool // by which the artifacts of the scope's fingerprints are known too
}

// Matches reports whether an event is in the scope.
func (m *EventMatcher) Matches(e Event) bool {
	f, s := e.Facts(), &m.Scope
	switch {
	case len(s.Kinds) > 0 && !slices.Contains(s.Kinds, f.Kind):
	case len(s.Environments) > 0 && !slices.Contains(s.Environments, f.EnvironmentKey) && !m.Members[f.EnvironmentKey]:
	case len(s.Flows) > 0 && !slices.ContainsFunc(s.Flows, func(flow int) bool { return slices.Contains(f.FlowKeys, flow) }):
	case len(s.Fingerprints) > 0 && !m.isAbout(f):
	default:
		return true
	}
	return false
}

func (m *EventMatcher) isAbout(f *EventFacts) bool {
	return f.Fingerprint != nil && (m.Digests[*f.Fingerprint] || slices.Contains(m.Scope.Fingerprints, *f.Fingerprint))
}

// IsOutdated reports whether an event may have changed which events are in the
// scope: it happened to a union, or tells of an artifact.
func (m *EventMatcher) IsOutdated(e Event) bool {
	f := e.Facts()
	return m.Unions[f.EnvironmentKey] || (len(m.Scope.Fingerprints) > 0 && f.FlowKey != 0 && m.isAbout(f))
}
