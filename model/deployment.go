package model

import (
	"strconv"
	"time"
)

// Deployment is the statement that an artifact is to run in an environment.
type Deployment struct {
	Number      int
	Flow        *Flow
	Artifact    *Artifact // filled when it is asked for
	Environment *Environment
	Fingerprint Fingerprint
	CreatedAt   time.Time
	URL         *string
}

// IsNode marks what has an ID.
func (*Deployment) IsNode() {}

// ID is the deployment's id in the API.
func (d *Deployment) ID() ID {
	return NewID("deployment", d.Flow.Organization.Name, d.Flow.Name, strconv.Itoa(d.Number))
}

// ReportDeploymentInput announces that an artifact is to run in an environment.
type ReportDeploymentInput struct {
	Organization   string
	Artifact       ArtifactRef
	Environment    string
	URL            *string
	IdempotencyKey *string
	At             *time.Time
}

// Validate checks bounds. It returns KindInvalid.
func (in *ReportDeploymentInput) Validate() error {
	if in.Artifact.Flow == "" {
		return Invalid("artifact", "%q names no flow: write it before the reference, as in runner:16d9990", in.Artifact.String())
	}
	if in.IdempotencyKey != nil {
		return ValidateText("idempotencyKey", *in.IdempotencyKey, 1, 200)
	}
	return nil
}

// ReportDeploymentPayload holds the deployment as it is now.
type ReportDeploymentPayload struct {
	Deployment *Deployment
	Created    bool
}
