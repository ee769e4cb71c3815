package model

import (
	"io"
	"time"
)

// EnvironmentType is a kind of environment.
type EnvironmentType string

// The kinds of environment, as the API writes them.
const (
	EnvironmentK8S       EnvironmentType = "K8S"
	EnvironmentECS       EnvironmentType = "ECS"
	EnvironmentS3        EnvironmentType = "S3"
	EnvironmentLambda    EnvironmentType = "LAMBDA"
	EnvironmentServer    EnvironmentType = "SERVER"
	EnvironmentDocker    EnvironmentType = "DOCKER"
	EnvironmentAzureApps EnvironmentType = "AZURE_APPS"
	EnvironmentCloudRun  EnvironmentType = "CLOUD_RUN"
	EnvironmentLogical   EnvironmentType = "LOGICAL" // a union of others
)

// environmentWireNames are the kinds as agents write them, which Postgres keeps.
var environmentWireNames = map[EnvironmentType]string{
	EnvironmentK8S: "K8S", EnvironmentECS: "ECS", EnvironmentS3: "S3", EnvironmentLambda: "lambda",
	EnvironmentServer: "server", EnvironmentDocker: "docker", EnvironmentAzureApps: "azure-apps", EnvironmentCloudRun: "cloud-run",
	EnvironmentLogical: "logical",
}

// WireName is the kind as agents write it, such as `cloud-run`.
func (t EnvironmentType) WireName() string { return environmentWireNames[t] }

// ParseEnvironmentType reads a kind as agents write it; case counts. It returns
// KindInvalid for what is none.
func ParseEnvironmentType(wireName string) (EnvironmentType, error) {
	for t, name := range environmentWireNames {
		if name == wireName {
			return t, nil
		}
	}
	return "", Invalid("type", "Input payload validation failed: %q is not a type of environment; it must be one of K8S, ECS, S3, lambda, server, docker, azure-apps, cloud-run, logical", clip(wireName, 60))
}

// MayHideDigests reports whether the runtime may run something without telling
// its digest.
func (t EnvironmentType) MayHideDigests() bool {
	return t == EnvironmentECS || t == EnvironmentAzureApps || t == EnvironmentCloudRun
}

// MarshalGQL writes the kind as a GraphQL enum value.
func (t EnvironmentType) MarshalGQL(w io.Writer) { writeQuoted(w, string(t)) }

// UnmarshalGQL reads a kind from a GraphQL enum value.
func (t *EnvironmentType) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, t, EnvironmentK8S, EnvironmentECS, EnvironmentS3, EnvironmentLambda,
		EnvironmentServer, EnvironmentDocker, EnvironmentAzureApps, EnvironmentCloudRun, EnvironmentLogical)
}

// Environment is a place where artifacts run.
type Environment struct {
	Key              int
	OrganizationName string
	Name             string
	Type             EnvironmentType
	Description      string
	CreatedAt        time.Time
	LastReportedAt   *time.Time
	LastObservedAt   *time.Time
	Newest           int // number of its newest snapshot; 0 if there is none
}

// IsNode marks what has an ID.
func (*Environment) IsNode() {}

// ID is the environment's id in the API.
func (e *Environment) ID() ID { return NewID("environment", e.OrganizationName, e.Name) }

// NoSuchEnvironment is the error that agents get for an unknown environment, in
// the words that they know.
func NoSuchEnvironment(org *Organization, name string) error {
	return Errorf(KindNotFound, "Environment named '%s' does not exist for organization '%s'", name, org.Name)
}

// CreateEnvironmentInput says which environment to create.
type CreateEnvironmentInput struct {
	Organization string
	Name         string
	Type         EnvironmentType
	Description  string
}

// Validate checks the name and bounds. It returns KindInvalid.
func (in *CreateEnvironmentInput) Validate() error {
	if err := ValidateName("environment", in.Name); err != nil {
		return err
	}
	return ValidateText("description", in.Description, 0, 1000)
}

// CreateEnvironmentPayload holds the environment that was created or found.
type CreateEnvironmentPayload struct {
	Environment *Environment
	Created     bool
}
