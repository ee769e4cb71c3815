package model

import (
	"io"
	"time"
)

// Evidence is what counts of an attestation: its name, and whether it holds.
type Evidence struct {
	Name      string
	Compliant bool
}

// RequirementStatus is one thing that is asked for, and whether it is there.
type RequirementStatus struct {
	Name  string
	State RequirementState
}

// RequirementState says whether one thing that is asked for is there.
type RequirementState string

// The states of a requirement.
const (
	RequirementMet     RequirementState = "MET"
	RequirementFailed  RequirementState = "FAILED"
	RequirementMissing RequirementState = "MISSING"
)

// MarshalGQL writes the state as a GraphQL enum value.
func (s RequirementState) MarshalGQL(w io.Writer) { writeQuoted(w, string(s)) }

// UnmarshalGQL reads a state from a GraphQL enum value.
func (s *RequirementState) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, s, RequirementMet, RequirementFailed, RequirementMissing)
}

// Requirements says of each name that is asked for whether evidence of that name
// is there and holds. Evidence is the newest of each name.
func Requirements(required []string, evidence []Evidence) []*RequirementStatus {
	holds := make(map[string]bool, len(evidence))
	for _, e := range evidence {
		holds[e.Name] = e.Compliant
	}
	statuses := make([]*RequirementStatus, len(required))
	for i, name := range required {
		state := RequirementMissing
		if compliant, there := holds[name]; there && compliant {
			state = RequirementMet
		} else if there {
			state = RequirementFailed
		}
		statuses[i] = &RequirementStatus{Name: name, State: state}
	}
	return statuses
}

// Judge says what state follows from what is asked for: evidence that does not
// hold weighs more than evidence that is missing.
func Judge(statuses []*RequirementStatus) ComplianceState {
	state := Compliant
	for _, s := range statuses {
		switch s.State {
		case RequirementFailed:
			return NonCompliant
		case RequirementMissing:
			state = Incomplete
		case RequirementMet:
		}
	}
	return state
}

// Attestation is named evidence about an artifact.
type Attestation interface {
	IsNode()
	IsAttestation()
}

// GenericAttestation is a statement and nothing more.
type GenericAttestation struct {
	Key         int64
	Name        string
	Compliant   bool
	Flow        *Flow
	Fingerprint Fingerprint
	Artifact    *Artifact // filled when it is asked for; nil while there is none
	At          time.Time
	URL         *string
	Description string
}

// IsNode marks what has an ID.
func (*GenericAttestation) IsNode() {}

// IsAttestation marks evidence.
func (*GenericAttestation) IsAttestation() {}

// ID is the attestation's id in the API.
func (a *GenericAttestation) ID() ID {
	return NewID("attestation", a.Flow.Organization.Name, IntKey(a.Key))
}

// ReportAttestationInput gives evidence.
type ReportAttestationInput struct {
	Organization   string
	Flow           string
	Fingerprint    Fingerprint
	Name           string
	Evidence       *EvidenceInput
	Description    string
	URL            *string
	IdempotencyKey *string
	At             *time.Time
}

// EvidenceInput is what evidence says: exactly one of its fields is set.
type EvidenceInput struct {
	Generic *GenericEvidenceInput
}

// GenericEvidenceInput is a statement and nothing more.
type GenericEvidenceInput struct {
	Compliant bool
}

// Validate checks bounds. It returns KindInvalid.
func (in *ReportAttestationInput) Validate() error {
	if in.Evidence == nil || in.Evidence.Generic == nil {
		return Invalid("evidence", "evidence says nothing: give generic { compliant }")
	}
	if err := ValidateText("name", in.Name, 1, 200); err != nil {
		return err
	}
	if in.IdempotencyKey != nil {
		if err := ValidateText("idempotencyKey", *in.IdempotencyKey, 1, 200); err != nil {
			return err
		}
	}
	return ValidateText("description", in.Description, 0, 1000)
}

// ReportAttestationPayload holds the evidence as it is now.
type ReportAttestationPayload struct {
	Attestation Attestation
	Created     bool
}
