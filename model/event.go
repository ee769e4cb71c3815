package model

import (
	"fmt"
	"io"
	"slices"
	"time"
)

// EventKind is a kind of event.
type EventKind string

// The kinds of events.
const (
	EventArtifactCreated     EventKind = "ARTIFACT_CREATED"
	EventAttestationReceived EventKind = "ATTESTATION_RECEIVED"
	EventDeploymentCreated   EventKind = "DEPLOYMENT_CREATED"
	EventStartedRunning      EventKind = "STARTED_RUNNING"
	EventScaled              EventKind = "SCALED"
	EventStoppedRunning      EventKind = "STOPPED_RUNNING"
	EventRunningNameChanged  EventKind = "RUNNING_NAME_CHANGED"
	EventRunningFlowChanged  EventKind = "RUNNING_FLOW_CHANGED"
	EventReportingStopped    EventKind = "REPORTING_STOPPED"
	EventReportingResumed    EventKind = "REPORTING_RESUMED"
	EventExpectationBreached EventKind = "EXPECTATION_BREACHED"
	EventExpectationMet      EventKind = "EXPECTATION_MET"
	EventEnvironmentRenamed  EventKind = "ENVIRONMENT_RENAMED"
	EventEnvironmentArchived EventKind = "ENVIRONMENT_ARCHIVED"
	EventEnvironmentRestored EventKind = "ENVIRONMENT_RESTORED"
	EventMemberAdded         EventKind = "MEMBER_ADDED"
	EventMemberRemoved       EventKind = "MEMBER_REMOVED"
)

// eventKind is what there is to know of a kind of events.
type eventKind struct {
	kind    EventKind
	code    int // as Postgres keeps it; the order of events that happened at one moment
	typed   func(*EventFacts) Event
	summary func(*EventFacts) string
}

// eventKinds are all kinds of events, in the order of their codes. These follow the
// life of an artifact: it is made before there is evidence of it, and runs before
// it stops.
var eventKinds = []eventKind{
	{EventArtifactCreated, 1, func(e *EventFacts) Event { return ArtifactCreated{e} }, func(*EventFacts) string { return "Artifact created" }},
	{EventAttestationReceived, 2, func(e *EventFacts) Event { return AttestationReceived{e} }, func(e *EventFacts) string {
		if e.After == 0 {
			return e.Name + " evidence received, and it does not hold"
		}
		return e.Name + " evidence received"
	}},
	{EventDeploymentCreated, 3, func(e *EventFacts) Event { return DeploymentCreated{e} }, func(e *EventFacts) string {
		return fmt.Sprintf("Deployment #%d to %s environment", e.Number, e.EnvironmentName)
	}},
	{EventStartedRunning, 10, func(e *EventFacts) Event { return StartedRunning{e} }, func(e *EventFacts) string { return "Started running " + e.in() }},
	{EventScaled, 11, func(e *EventFacts) Event { return Scaled{e} }, func(e *EventFacts) string {
		direction := "up"
		if e.After < e.Before {
			direction = "down"
		}
		return fmt.Sprintf("Scaled %s from %d to %d %s", direction, e.Before, e.After, e.in())
	}},
	{EventStoppedRunning, 12, func(e *EventFacts) Event { return StoppedRunning{e} }, func(e *EventFacts) string { return "No longer running " + e.in() }},
	{EventRunningNameChanged, 13, func(e *EventFacts) Event { return RunningNameChanged{e} }, func(e *EventFacts) string {
		return fmt.Sprintf("Running under the name %s %s", e.Name, e.in())
	}},
	{EventRunningFlowChanged, 14, func(e *EventFacts) Event { return RunningFlowChanged{e} }, func(e *EventFacts) string {
		return fmt.Sprintf("Found to be of flow %s %s", e.Name, e.in())
	}},
	{EventReportingStopped, 20, func(e *EventFacts) Event { return ReportingStopped{e} }, func(e *EventFacts) string {
		return fmt.Sprintf("No report of %s environment for %s", e.EnvironmentName, duration(e.Before))
	}},
	{EventReportingResumed, 21, func(e *EventFacts) Event { return ReportingResumed{e} }, func(e *EventFacts) string {
		return fmt.Sprintf("%s environment is reported again, after %s", e.EnvironmentName, duration(e.After))
	}},
	{EventExpectationBreached, 22, func(e *EventFacts) Event { return ExpectationBreached{e} }, func(e *EventFacts) string {
		rule, err := ParseRule(e.Name)
		if err != nil {
			return fmt.Sprintf("%s is not so in %s", e.Name, e.place())
		}
		return rule.Found(e.After, e.place())
	}},
	{EventExpectationMet, 23, func(e *EventFacts) Event { return ExpectationMet{e} }, func(e *EventFacts) string {
		return fmt.Sprintf("As expected again in %s: %s", e.place(), e.Name)
	}},
	{EventEnvironmentRenamed, 30, func(e *EventFacts) Event { return EnvironmentRenamed{e} }, func(e *EventFacts) string {
		return fmt.Sprintf("Environment renamed to %s", e.Name)
	}},
	{EventEnvironmentArchived, 31, func(e *EventFacts) Event { return EnvironmentArchived{e} }, func(e *EventFacts) string {
		return fmt.Sprintf("Environment %s archived", e.EnvironmentName)
	}},
	{EventEnvironmentRestored, 32, func(e *EventFacts) Event { return EnvironmentRestored{e} }, func(e *EventFacts) string {
		return fmt.Sprintf("Environment %s restored", e.EnvironmentName)
	}},
	{EventMemberAdded, 33, func(e *EventFacts) Event { return MemberAdded{e} }, func(e *EventFacts) string {
		return fmt.Sprintf("%s added to %s", e.Name, e.place())
	}},
	{EventMemberRemoved, 34, func(e *EventFacts) Event { return MemberRemoved{e} }, func(e *EventFacts) string {
		return fmt.Sprintf("%s removed from %s", e.Name, e.place())
	}},
}

// find is what there is to know of the kind; nil for one that is not known.
func (k EventKind) find() *eventKind {
	for i := range eventKinds {
		if eventKinds[i].kind == k {
			return &eventKinds[i]
		}
	}
	return nil
}

// Code is the kind as Postgres keeps it; 0 for one that is not known.
func (k EventKind) Code() int {
	if found := k.find(); found != nil {
		return found.code
	}
	return 0
}

// EventKindOf is the kind of a code; empty if there is none.
func EventKindOf(code int) EventKind {
	for i := range eventKinds {
		if eventKinds[i].code == code {
			return eventKinds[i].kind
		}
	}
	return ""
}

// EventKinds are all kinds of events, in the order of events that happened at one
// moment.
func EventKinds() []EventKind {
	kinds := make([]EventKind, len(eventKinds))
	for i, k := range eventKinds {
		kinds[i] = k.kind
	}
	return kinds
}

// IsRunning reports whether events of this kind tell of what runs in an
// environment; their number is that of a snapshot.
func (k EventKind) IsRunning() bool {
	code := k.Code()
	return code >= 10 && code < 20
}

// MarshalGQL writes the kind as a GraphQL enum value.
func (k EventKind) MarshalGQL(w io.Writer) { writeQuoted(w, string(k)) }

// UnmarshalGQL reads a kind from a GraphQL enum value.
func (k *EventKind) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, k, EventKinds()...)
}

// Event is one line of history, of the type that its kind has.
type Event interface {
	IsNode()
	IsEvent()
	Facts() *EventFacts
}

// EventFacts is what every event has.
type EventFacts struct {
	OrganizationName string
	Key              int64
	Kind             EventKind
	At               time.Time
	RecordedAt       time.Time
	Place            Position // in the log of the organization
	Fingerprint      *Fingerprint
	FlowKey          int
	FlowKeys         []int // of all artifacts it may be about; filled where the log is followed
	Flow             *Flow // filled when it is asked for
	EnvironmentKey   int   // 0 if it happened in none
	EnvironmentName  string
	Environment      *Environment // filled when it is asked for
	Artifact         *Artifact    // filled when it is asked for
	ArtifactName     *string      // filled when it is asked for
	Snapshot         *Snapshot    // filled when it is asked for
	ExpectationKey   int
	Expected         *Expectation // filled when it is asked for

	Number int    // of the snapshot, or of the deployment; 0 if it has none
	Before int    // replicas before; for silence, after how many seconds it is one
	After  int    // replicas after; 1 for evidence that holds, 0 for evidence that does not; seconds of a silence that ended
	Name   string // of the evidence, the member or the flow, the new name of what was renamed, or what was expected
}

// IsNode marks what has an ID.
func (*EventFacts) IsNode() {}

// IsEvent marks events.
func (*EventFacts) IsEvent() {}

// Facts returns what every event has.
func (e *EventFacts) Facts() *EventFacts { return e }

// ID is the event's id in the API.
func (e *EventFacts) ID() ID { return NewID("event", e.OrganizationName, IntKey(e.Key)) }

// Position is the event's place in the log of its organization.
func (e *EventFacts) Position() Cursor { return e.Place.Cursor() }

// Summary is one line for people.
func (e *EventFacts) Summary() string {
	if found := e.Kind.find(); found != nil {
		return found.summary(e)
	}
	return string(e.Kind)
}

// snapshotKinds are the kinds whose number is that of a snapshot, too.
var snapshotKinds = []EventKind{EventMemberAdded, EventMemberRemoved, EventExpectationBreached, EventExpectationMet}

// ShowsSnapshot reports whether a snapshot shows the event first: the one that its
// number is of.
func (e *EventFacts) ShowsSnapshot() bool {
	return e.Number > 0 && (e.Kind.IsRunning() || slices.Contains(snapshotKinds, e.Kind))
}

// place is where it happened, with the snapshot that shows it if there is one.
func (e *EventFacts) place() string {
	if e.Number == 0 {
		return e.EnvironmentName + " environment"
	}
	return fmt.Sprintf("%s#%d environment", e.EnvironmentName, e.Number)
}

func (e *EventFacts) in() string { return "in " + e.place() }

// ArtifactCreated says that an artifact was made.
type ArtifactCreated struct{ *EventFacts }

// AttestationReceived says that evidence was received.
type AttestationReceived struct{ *EventFacts }

// AttestationName is the name of the evidence.
func (e AttestationReceived) AttestationName() string { return e.Name }

// Compliant reports whether the evidence holds.
func (e AttestationReceived) Compliant() bool { return e.After != 0 }

// DeploymentCreated says that a deployment was announced.
type DeploymentCreated struct{ *EventFacts }

// DeploymentNumber is the number of the deployment in its flow.
func (e DeploymentCreated) DeploymentNumber() int { return e.Number }

// StartedRunning says that an artifact was seen to run where it did not before.
type StartedRunning struct{ *EventFacts }

// ToReplicas is how many replicas run.
func (e StartedRunning) ToReplicas() int { return e.After }

// Scaled says that the number of replicas changed.
type Scaled struct{ *EventFacts }

// FromReplicas is how many replicas ran before.
func (e Scaled) FromReplicas() int { return e.Before }

// ToReplicas is how many replicas run now.
func (e Scaled) ToReplicas() int { return e.After }

// StoppedRunning says that an artifact that ran was seen no longer.
type StoppedRunning struct{ *EventFacts }

// FromReplicas is how many replicas ran before.
func (e StoppedRunning) FromReplicas() int { return e.Before }

// RunningNameChanged says that the names of a running artifact changed.
type RunningNameChanged struct{ *EventFacts }

// ToName is its name now.
func (e RunningNameChanged) ToName() string { return e.Name }

// NewEvent gives facts the type of their kind.
func NewEvent(facts *EventFacts) Event {
	if found := facts.Kind.find(); found != nil {
		return found.typed(facts)
	}
	return facts
}

// EventCursor is the place of an event in a list by time.
func EventCursor(e Event) Cursor {
	f := e.Facts()
	return NewCursor(TimeKey(f.At), IntKey(int64(f.Kind.Code())), IntKey(f.Key))
}
