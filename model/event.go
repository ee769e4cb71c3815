package model

import (
	"fmt"
	"io"
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
)

// eventCodes are the kinds as Postgres keeps them. They follow the life of an
// artifact, and are the order of events that happened at one moment.
var eventCodes = map[EventKind]int{
	EventArtifactCreated: 1, EventAttestationReceived: 2, EventDeploymentCreated: 3,
	EventStartedRunning: 10, EventScaled: 11, EventStoppedRunning: 12, EventRunningNameChanged: 13,
}

// Code is the kind as Postgres keeps it.
func (k EventKind) Code() int { return eventCodes[k] }

// EventKindOf is the kind of a code; empty if there is none.
func EventKindOf(code int) EventKind {
	for kind, c := range eventCodes {
		if c == code {
			return kind
		}
	}
	return ""
}

// IsRunning reports whether events of this kind tell of what runs in an
// environment; their number is that of a snapshot.
func (k EventKind) IsRunning() bool {
	return k.Code() >= EventStartedRunning.Code() && k.Code() <= EventRunningNameChanged.Code()
}

// MarshalGQL writes the kind as a GraphQL enum value.
func (k EventKind) MarshalGQL(w io.Writer) { writeQuoted(w, string(k)) }

// UnmarshalGQL reads a kind from a GraphQL enum value.
func (k *EventKind) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, k, EventArtifactCreated, EventAttestationReceived, EventDeploymentCreated,
		EventStartedRunning, EventScaled, EventStoppedRunning, EventRunningNameChanged)
}

// Event is one line of history: one of ArtifactCreated, AttestationReceived,
// DeploymentCreated, StartedRunning, Scaled, StoppedRunning and
// RunningNameChanged.
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
	Flow             *Flow // filled when it is asked for
	EnvironmentKey   int   // 0 if it happened in none
	EnvironmentName  string
	Environment      *Environment // filled when it is asked for
	Artifact         *Artifact    // filled when it is asked for
	ArtifactName     *string      // filled when it is asked for
	Snapshot         *Snapshot    // filled when it is asked for

	Number int    // of the snapshot, or of the deployment
	Before int    // replicas before
	After  int    // replicas after; 1 for evidence that holds, 0 for evidence that does not
	Name   string // of the evidence, or the new name of what was renamed
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
	in := fmt.Sprintf("in %s#%d environment", e.EnvironmentName, e.Number)
	switch e.Kind {
	case EventArtifactCreated:
		return "Artifact created"
	case EventAttestationReceived:
		if e.After == 0 {
			return e.Name + " evidence received, and it does not hold"
		}
		return e.Name + " evidence received"
	case EventDeploymentCreated:
		return fmt.Sprintf("Deployment #%d to %s environment", e.Number, e.EnvironmentName)
	case EventStartedRunning:
		return "Started running " + in
	case EventScaled:
		direction := "up"
		if e.After < e.Before {
			direction = "down"
		}
		return fmt.Sprintf("Scaled %s from %d to %d %s", direction, e.Before, e.After, in)
	case EventStoppedRunning:
		return "No longer running " + in
	case EventRunningNameChanged:
		return fmt.Sprintf("Running under the name %s %s", e.Name, in)
	}
	return string(e.Kind)
}

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
	switch facts.Kind {
	case EventArtifactCreated:
		return ArtifactCreated{facts}
	case EventAttestationReceived:
		return AttestationReceived{facts}
	case EventDeploymentCreated:
		return DeploymentCreated{facts}
	case EventStartedRunning:
		return StartedRunning{facts}
	case EventScaled:
		return Scaled{facts}
	case EventStoppedRunning:
		return StoppedRunning{facts}
	case EventRunningNameChanged:
		return RunningNameChanged{facts}
	}
	return facts
}

// EventCursor is the place of an event in a list by time.
func EventCursor(e Event) Cursor {
	f := e.Facts()
	return NewCursor(TimeKey(f.At), IntKey(int64(f.Kind.Code())), IntKey(f.Key))
}
