package cli

import (
	"time"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// eventDocument is an event in JSON. What its kind does not have is null.
type eventDocument struct {
	Kind             string     `json:"kind"`
	At               time.Time  `json:"at"`
	RecordedAt       time.Time  `json:"recordedAt"`
	Summary          string     `json:"summary"`
	Flow             *string    `json:"flow"`
	ArtifactName     *string    `json:"artifactName"`
	Fingerprint      *string    `json:"fingerprint"`
	Environment      *string    `json:"environment"`
	Snapshot         *string    `json:"snapshot"`
	AttestationName  *string    `json:"attestationName"`
	Compliant        *bool      `json:"compliant"`
	DeploymentNumber *int       `json:"deploymentNumber"`
	FromReplicas     *int       `json:"fromReplicas"`
	ToReplicas       *int       `json:"toReplicas"`
	ToName           *string    `json:"toName"`
	MemberName       *string    `json:"memberName"`
	LastReportedAt   *time.Time `json:"lastReportedAt"`
	SilentSeconds    *int       `json:"silentSeconds"`
}

func documentOfEvent(e api.Event) eventDocument {
	return eventDocument{
		Kind: e.Kind, At: e.At.UTC(), RecordedAt: e.RecordedAt.UTC(), Summary: e.Summary,
		Flow: nameOf(e.Flow), ArtifactName: e.ArtifactName, Fingerprint: e.Fingerprint,
		Environment: nameOf(e.Environment), Snapshot: known(snapshotOf(e)),
		AttestationName: e.Attestation, Compliant: e.Compliant, DeploymentNumber: e.Deployment,
		FromReplicas: e.FromReplicas, ToReplicas: e.ToReplicas, ToName: e.ToName,
		MemberName: e.Member, LastReportedAt: utc(e.LastReported), SilentSeconds: e.Silence,
	}
}

// snapshotOf is the reference to the snapshot that shows an event first; empty
// if none does.
func snapshotOf(e api.Event) string {
	if e.Snapshot == nil {
		return ""
	}
	return e.Snapshot.Ref
}

// writeHistory writes the events of one artifact below its fields.
func writeHistory(io *term.IO, events []api.Event) {
	if io.Plain {
		rows := make([][]string, len(events))
		for i, e := range events {
			rows[i] = []string{"History", io.Time(e.At), e.Kind, e.Summary}
		}
		io.Table(nil, rows)
		return
	}
	io.Line("History:")
	widest := 0
	for _, e := range events {
		widest = max(widest, term.Width(term.Clean(e.Summary)))
	}
	for _, e := range events {
		io.Line("    %s  %s", term.Pad(term.Clean(e.Summary), widest), io.Time(e.At))
	}
}
