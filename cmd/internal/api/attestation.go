package api

import (
	"context"
	"time"
)

// Attestation is named evidence about an artifact.
type Attestation struct {
	Name        string    `graphql:"name"`
	Compliant   bool      `graphql:"compliant"`
	Flow        Named     `graphql:"flow"`
	Fingerprint string    `graphql:"fingerprint"`
	At          time.Time `graphql:"at"`
	URL         *string   `graphql:"url"`
	Description string    `graphql:"description"`
}

// ReportAttestationInput is evidence to give.
type ReportAttestationInput struct {
	Organization   string        `json:"organization"` // set by the client
	Flow           string        `json:"flow"`
	Fingerprint    string        `json:"fingerprint"`
	Name           string        `json:"name"`
	Evidence       EvidenceInput `json:"evidence"`
	Description    string        `json:"description,omitempty"`
	URL            string        `json:"url,omitempty"`
	IdempotencyKey string        `json:"idempotencyKey,omitempty"`
	At             *time.Time    `json:"at,omitempty"` // now if nil
}

// EvidenceInput is what evidence says: exactly one of its fields.
type EvidenceInput struct {
	Generic *GenericEvidenceInput `json:"generic,omitempty"`
}

// GenericEvidenceInput is a statement and nothing more.
type GenericEvidenceInput struct {
	Compliant bool `json:"compliant"`
}

// Attest gives evidence, and reports whether it is new.
func (c *Client) Attest(ctx context.Context, in ReportAttestationInput) (Attestation, bool, error) {
	var m struct {
		ReportAttestation struct {
			Attestation Attestation `graphql:"attestation"`
			Created     bool        `graphql:"created"`
		} `graphql:"reportAttestation(input: $input)"`
	}
	in.Organization = c.organization
	err := c.mutate(ctx, "ReportAttestation", &m, variables{"input": in})
	return m.ReportAttestation.Attestation, m.ReportAttestation.Created, err
}
