package model

import (
	"io"
	"time"
)

// ReportingState says whether an environment is reported as it should be.
type ReportingState string

// Whether an environment is reported.
const (
	ReportingNever   ReportingState = "NEVER"   // not yet
	ReportingCurrent ReportingState = "CURRENT" // as it should be
	ReportingSilent  ReportingState = "SILENT"  // not for too long
)

// MarshalGQL writes the state as a GraphQL enum value.
func (s ReportingState) MarshalGQL(w io.Writer) { writeQuoted(w, string(s)) }

// UnmarshalGQL reads a state from a GraphQL enum value.
func (s *ReportingState) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, s, ReportingNever, ReportingCurrent, ReportingSilent)
}

// Reporting says whether an environment is reported as it should be, at the moment
// at which it was asked.
type Reporting struct {
	State              ReportingState
	LastReportedAt     *time.Time
	LastObservedAt     *time.Time
	SilentAfterSeconds *int
	SilentSince        *time.Time // when the time ran out within which a report was due
}

// ReportingOf judges an environment that is reported by itself. Nobody waits for
// reports of one that is archived.
func ReportingOf(e *Environment, now time.Time) *Reporting {
	r := &Reporting{State: ReportingNever, LastReportedAt: e.LastReportedAt, LastObservedAt: e.LastObservedAt, SilentAfterSeconds: e.SilentAfter}
	if e.LastReportedAt == nil {
		return r
	}
	r.State = ReportingCurrent
	if e.SilentAfter == nil || e.Archived() {
		return r
	}
	if due := e.LastReportedAt.Add(time.Duration(*e.SilentAfter) * time.Second); due.Before(now) {
		r.State, r.SilentSince = ReportingSilent, &due
	}
	return r
}

// ReportingOfUnion is that of the most silent of the members of a logical
// environment: of those that are silent the one that is so for longest, or else of
// those that are reported the one that was not for longest.
func ReportingOfUnion(members []*Reporting) *Reporting {
	most := &Reporting{State: ReportingNever}
	for _, r := range members {
		if r.moreSilentThan(most) {
			most = r
		}
	}
	return most
}

func (r *Reporting) moreSilentThan(other *Reporting) bool {
	rank := map[ReportingState]int{ReportingNever: 0, ReportingCurrent: 1, ReportingSilent: 2}
	switch {
	case r.State != other.State:
		return rank[r.State] > rank[other.State]
	case r.State == ReportingSilent:
		return r.SilentSince.Before(*other.SilentSince)
	case r.State == ReportingCurrent:
		return r.LastReportedAt.Before(*other.LastReportedAt)
	default:
		return false
	}
}
