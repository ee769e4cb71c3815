package api

import "time"

// Event is one thing that happened, at one time. Fields that its kind does not
// have are nil.
type Event struct {
	Kind         string // ARTIFACT_CREATED, STARTED_RUNNING and so on
	At           time.Time
	RecordedAt   time.Time
	Summary      string // one line for people
	Flow         *Named
	Fingerprint  *string
	ArtifactName *string
	Environment  *Named
	Snapshot     *EventSnapshot // the one that shows it first

	Attestation  *string // name of the evidence
	Compliant    *bool   // whether the evidence holds
	Deployment   *int    // its number in its flow
	FromReplicas *int
	ToReplicas   *int
	ToName       *string
	Member       *string    // name of what became part of a logical environment, or ceased to be
	LastReported *time.Time // before a silence
	Silence      *int       // for how many seconds nothing was reported
}

// EventSnapshot is the snapshot that shows an event first.
type EventSnapshot struct {
	Ref    string `graphql:"ref"`
	Number int    `graphql:"number"`
}

// event is what is asked for about an event.
type event struct {
	Kind         string         `graphql:"kind"`
	At           time.Time      `graphql:"at"`
	RecordedAt   time.Time      `graphql:"recordedAt"`
	Summary      string         `graphql:"summary"`
	Flow         *Named         `graphql:"flow"`
	Fingerprint  *string        `graphql:"fingerprint"`
	ArtifactName *string        `graphql:"artifactName"`
	Environment  *Named         `graphql:"environment"`
	Snapshot     *EventSnapshot `graphql:"snapshot"`

	AttestationReceived struct {
		AttestationName *string `graphql:"attestationName"`
		Compliant       *bool   `graphql:"compliant"`
	} `graphql:"... on AttestationReceived"`
	DeploymentCreated struct {
		DeploymentNumber *int `graphql:"deploymentNumber"`
	} `graphql:"... on DeploymentCreated"`
	StartedRunning struct {
		ToReplicas *int `graphql:"toReplicas"`
	} `graphql:"... on StartedRunning"`
	Scaled struct {
		FromReplicas *int `graphql:"fromReplicas"`
		ToReplicas   *int `graphql:"toReplicas"`
	} `graphql:"... on Scaled"`
	StoppedRunning struct {
		FromReplicas *int `graphql:"fromReplicas"`
	} `graphql:"... on StoppedRunning"`
	RunningNameChanged struct {
		ToName *string `graphql:"toName"`
	} `graphql:"... on RunningNameChanged"`
	ReportingStopped struct {
		LastReportedAt *time.Time `graphql:"lastReportedAt"`
	} `graphql:"... on ReportingStopped"`
	ReportingResumed struct {
		SilentSeconds *int `graphql:"silentSeconds"`
	} `graphql:"... on ReportingResumed"`
	EnvironmentRenamed struct {
		ToName *string `graphql:"toName"`
	} `graphql:"... on EnvironmentRenamed"`
	MemberAdded struct {
		MemberName *string `graphql:"memberName"`
	} `graphql:"... on MemberAdded"`
	MemberRemoved struct {
		MemberName *string `graphql:"memberName"`
	} `graphql:"... on MemberRemoved"`
}

// eventsOf gives events the shape that callers see. The library fills a field
// in every fragment that has one of its name, so any of them will do.
func eventsOf(answers []event) []Event {
	events := make([]Event, len(answers))
	for i, e := range answers {
		events[i] = Event{
			Kind: e.Kind, At: e.At, RecordedAt: e.RecordedAt, Summary: e.Summary, Flow: e.Flow,
			Fingerprint: e.Fingerprint, ArtifactName: e.ArtifactName, Environment: e.Environment, Snapshot: e.Snapshot,
			Attestation: e.AttestationReceived.AttestationName, Compliant: e.AttestationReceived.Compliant,
			Deployment:   e.DeploymentCreated.DeploymentNumber,
			FromReplicas: e.Scaled.FromReplicas, ToReplicas: e.Scaled.ToReplicas,
			ToName: e.RunningNameChanged.ToName, Member: e.MemberAdded.MemberName,
			LastReported: e.ReportingStopped.LastReportedAt, Silence: e.ReportingResumed.SilentSeconds,
		}
	}
	return events
}
