package model

import (
	"time"
)

// ReportingStopped says that nothing was reported for too long.
type ReportingStopped struct{ *EventFacts }

// LastReportedAt is when the newest report arrived.
func (e ReportingStopped) LastReportedAt() time.Time {
	return e.At.Add(-time.Duration(e.Before) * time.Second)
}

// ReportingResumed says that an environment was reported again.
type ReportingResumed struct{ *EventFacts }

// SilentSeconds is how long nothing was reported.
func (e ReportingResumed) SilentSeconds() int { return e.After }

// EnvironmentRenamed says that an environment got another name.
type EnvironmentRenamed struct{ *EventFacts }

// ToName is its name from then on.
func (e EnvironmentRenamed) ToName() string { return e.Name }

// EnvironmentArchived says that an environment was put away.
type EnvironmentArchived struct{ *EventFacts }

// EnvironmentRestored says that an environment is in use again.
type EnvironmentRestored struct{ *EventFacts }

// MemberAdded says that an environment became part of a logical one.
type MemberAdded struct{ *EventFacts }

// MemberName is the name that the member had.
func (e MemberAdded) MemberName() string { return e.Name }

// MemberRemoved says that an environment ceased to be part of a logical one.
type MemberRemoved struct{ *EventFacts }

// MemberName is the name that the member had.
func (e MemberRemoved) MemberName() string { return e.Name }

// duration says a number of seconds in the largest unit that it is a whole number
// of, or else roughly.
func duration(seconds int) string {
	n, unit := seconds, "second"
	for _, larger := range []struct {
		seconds int
		name    string
	}{{60, "minute"}, {3600, "hour"}, {86400, "day"}} {
		if seconds >= 2*larger.seconds || seconds == larger.seconds {
			n, unit = seconds/larger.seconds, larger.name
		}
	}
	return counted(n, unit)
}
