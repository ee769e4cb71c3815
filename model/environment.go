package model

import (
	"fmt"
	"io"
	"slices"
	"strings"
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

// Bounds of what environments have.
const (
	MaxMembers     = 50 // members of a logical environment
	MaxUnions      = 20 // logical environments that one is a member of
	MaxFormerNames = 20
)

// DefaultSilentAfter is after how many seconds without a report an environment
// counts as silent of which nobody said it.
const DefaultSilentAfter = 900

// maxSilentAfter is a year, in seconds.
const maxSilentAfter = 366 * 24 * 3600

// Environment is a place where artifacts run, or a union of such places.
type Environment struct {
	Key              int
	OrganizationName string
	CreatedAs        string // its first name, which its id is made of
	Name             string
	Type             EnvironmentType
	Description      string
	Tags             []*Tag // by key
	CreatedAt        time.Time
	ArchivedAt       *time.Time // nil while it is in use
	LastReportedAt   *time.Time
	LastObservedAt   *time.Time
	SilentAfter      *int // seconds; nil for never
	Newest           int  // number of its newest snapshot; 0 if there is none

	FormerNames []string   // filled when it is asked for
	Reporting   *Reporting // filled when it is asked for
}

// IsNode marks what has an ID.
func (*Environment) IsNode() {}

// ID is the environment's id in the API. It stays when the name changes.
func (e *Environment) ID() ID { return NewID("environment", e.OrganizationName, e.CreatedAs) }

// Archived reports whether the environment was put away.
func (e *Environment) Archived() bool { return e.ArchivedAt != nil }

// IsLogical reports whether it is a union of others.
func (e *Environment) IsLogical() bool { return e.Type == EnvironmentLogical }

// NoSuchEnvironment is the error that agents get for an unknown environment, in
// the words that they know.
func NoSuchEnvironment(org *Organization, name string) error {
	return Errorf(KindNotFound, "Environment named '%s' does not exist for organization '%s'", name, org.Name)
}

// EnvironmentIsArchived is the error that something is to be done to an environment
// that was put away.
func EnvironmentIsArchived(name string) error {
	return Errorf(KindConflict, "environment %q is archived: restore it with `landfall archive environment %s --restore`", name, name)
}

// TakesNoReports is the error that a logical environment is reported, which is
// made of the reports of its members.
func TakesNoReports(name string, members []string) error {
	if len(members) == 0 {
		return Invalid("environment", "%s is a logical environment, and has no members yet: report for the environments that it is to include", name)
	}
	return Invalid("environment", "%s is a logical environment: report for its members %s", name, strings.Join(members, ", "))
}

// CreateEnvironmentInput says which environment to create.
type CreateEnvironmentInput struct {
	Organization       string
	Name               string
	Type               EnvironmentType
	Description        string
	Members            []string
	Tags               []*Tag
	SilentAfterSeconds int // 0 for never
}

// Validate checks names and bounds. It returns KindInvalid.
func (in *CreateEnvironmentInput) Validate() error {
	if err := ValidateName("environment", in.Name); err != nil {
		return err
	}
	if err := ValidateText("description", in.Description, 0, 1000); err != nil {
		return err
	}
	if in.Type != EnvironmentLogical && len(in.Members) > 0 {
		return notLogical(in.Name, in.Type)
	}
	if err := validateMembers("members", in.Members); err != nil {
		return err
	}
	if err := validateTags("tags", "an environment", in.Tags); err != nil {
		return err
	}
	return validateSilence(in.SilentAfterSeconds)
}

// SilentAfter is after how many seconds it counts as silent; nil for never. A
// logical environment never does by itself.
func (in *CreateEnvironmentInput) SilentAfter() *int {
	if in.SilentAfterSeconds == 0 || in.Type == EnvironmentLogical {
		return nil
	}
	return &in.SilentAfterSeconds
}

// Says reports whether the environment, whose members have these names, says what
// the input does. Tags that it is not given are not compared.
func (in *CreateEnvironmentInput) Says(e *Environment, members []string) bool {
	return in.Type == e.Type && in.Description == e.Description && slices.Equal(SortedSet(in.Members), SortedSet(members)) &&
		tagsSay(e.Tags, in.Tags) && seconds(in.SilentAfter()) == seconds(e.SilentAfter)
}

func seconds(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

func notLogical(name string, kind EnvironmentType) error {
	return Invalid("members", "environment %q is of type %s: only a logical environment has members", name, kind.WireName())
}

func validateMembers(field string, names []string) error {
	if len(names) > MaxMembers {
		return Invalid(field, "%d members were given, and a logical environment has at most %d", len(names), MaxMembers)
	}
	for _, name := range names {
		if err := ValidateName("environment", name); err != nil {
			return Invalid(field, "%s", err.Error())
		}
	}
	return nil
}

func validateSilence(after int) error {
	if after < 0 || after > maxSilentAfter {
		return Invalid("silentAfterSeconds", "silentAfterSeconds is %d, and must be from 1 to %d, or 0 for never", after, maxSilentAfter)
	}
	return nil
}

// CreateEnvironmentPayload holds the environment that was created or found.
type CreateEnvironmentPayload struct {
	Environment *Environment
	Created     bool
}

// UpdateEnvironmentInput holds the changes to an environment; nil ones stay.
type UpdateEnvironmentInput struct {
	Organization       string
	Environment        string
	Name               *string
	Description        *string
	SilentAfterSeconds *int // 0 for never

	Members       []string // all of them, unless nil
	AddMembers    []string
	RemoveMembers []string

	Tags       []*Tag // all of them, unless nil
	SetTags    []*Tag
	RemoveTags []string
}

// Validate checks names and bounds. It returns KindInvalid.
func (in *UpdateEnvironmentInput) Validate() error {
	if in.Name != nil {
		if err := ValidateName("environment", *in.Name); err != nil {
			return Invalid("name", "%s", err.Error())
		}
	}
	if in.Description != nil {
		if err := ValidateText("description", *in.Description, 0, 1000); err != nil {
			return err
		}
	}
	if in.SilentAfterSeconds != nil {
		if err := validateSilence(*in.SilentAfterSeconds); err != nil {
			return err
		}
	}
	if err := in.validateMembers(); err != nil {
		return err
	}
	return in.tagChange().validate("an environment")
}

func (in *UpdateEnvironmentInput) validateMembers() error {
	if in.Members != nil && len(in.AddMembers)+len(in.RemoveMembers) > 0 {
		return Invalid("members", "say either all members, or which to add and to remove")
	}
	for _, name := range in.AddMembers {
		if slices.Contains(in.RemoveMembers, name) {
			return Invalid("removeMembers", "%q is to be added, and to be removed", clip(name, 60))
		}
	}
	for field, names := range map[string][]string{"members": in.Members, "addMembers": in.AddMembers, "removeMembers": in.RemoveMembers} {
		if err := validateMembers(field, names); err != nil {
			return err
		}
	}
	return nil
}

// ChangesMembers reports whether the input says anything of members.
func (in *UpdateEnvironmentInput) ChangesMembers() bool {
	return in.Members != nil || len(in.AddMembers)+len(in.RemoveMembers) > 0
}

// TagsAfter are the tags of an environment that had some, as the input wants them.
// It returns KindInvalid if these are too many.
func (in *UpdateEnvironmentInput) TagsAfter(had []*Tag) ([]*Tag, error) {
	return in.tagChange().after(fmt.Sprintf("environment %q", in.Environment), had)
}

func (in *UpdateEnvironmentInput) tagChange() tagChange {
	return tagChange{all: in.Tags, set: in.SetTags, remove: in.RemoveTags}
}

// UpdateEnvironmentPayload holds the environment as it is now.
type UpdateEnvironmentPayload struct {
	Environment *Environment
}

// ArchiveEnvironmentInput says which environment to put away or to bring back.
type ArchiveEnvironmentInput struct {
	Organization string
	Environment  string
	Archived     bool
}

// ArchiveEnvironmentPayload holds the environment as it is now.
type ArchiveEnvironmentPayload struct {
	Environment *Environment
}

// EnvironmentFilter says which environments; all that is given must hold.
type EnvironmentFilter struct {
	Name     *string // a part of the name, in any case
	Types    []EnvironmentType
	Tags     []*Tag
	Archived bool // those that were put away, instead of those in use
}

// Validate checks bounds. It returns KindInvalid.
func (f *EnvironmentFilter) Validate() error {
	if f == nil {
		return nil
	}
	if f.Name != nil {
		if err := ValidateText("name", *f.Name, 0, 128); err != nil {
			return err
		}
	}
	if len(f.Types) > len(environmentWireNames) {
		return Invalid("types", "%d types were given, and there are %d", len(f.Types), len(environmentWireNames))
	}
	return validateTags("tags", "an environment", f.Tags)
}
