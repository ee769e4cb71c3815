package model

import (
	"fmt"
	"slices"
	"time"
)

// Flow is the way one deliverable takes to production.
type Flow struct {
	Key              int
	Organization     *Organization
	Name             string
	Description      string
	Repository       *Repository // nil if none is set
	RequiredEvidence []string
	Paths            []string // what of its repository it is made from; all if empty
	Tags             []*Tag   // by key
	CreatedAt        time.Time
}

// IsNode marks what has an ID.
func (*Flow) IsNode() {}

// ID is the flow's id in the API.
func (f *Flow) ID() ID { return NewID("flow", f.Organization.Name, f.Name) }

// Visibility says who can read it: as its organization is.
func (f *Flow) Visibility() Visibility { return f.Organization.Visibility() }

// CreateFlowInput says which flow to create.
type CreateFlowInput struct {
	Organization     string
	Name             string
	Description      string
	Repository       *string
	RequiredEvidence []string
	Paths            []string
	Tags             []*Tag
}

// Validate checks names and bounds. It returns KindInvalid.
func (in *CreateFlowInput) Validate() error {
	if err := ValidateName("flow", in.Name); err != nil {
		return err
	}
	if err := validateTags("tags", "a flow", in.Tags); err != nil {
		return err
	}
	return validateFlow(&in.Description, in.Repository, in.RequiredEvidence, in.Paths)
}

// Says reports whether the flow says what the input does. Tags that it is not given are
// not compared.
func (in *CreateFlowInput) Says(f *Flow) bool {
	repository := ""
	if f.Repository != nil {
		repository = f.Repository.Name
	}
	asked := ""
	if in.Repository != nil {
		asked = *in.Repository
	}
	return in.Description == f.Description && asked == repository && tagsSay(f.Tags, in.Tags) &&
		slices.Equal(SortedSet(in.RequiredEvidence), f.RequiredEvidence) && slices.Equal(SortedSet(in.Paths), f.Paths)
}

// SortedSet puts names or paths in order, each once.
func SortedSet(names []string) []string {
	out := append([]string{}, names...)
	slices.Sort(out)
	return slices.Compact(out)
}

func validateFlow(description, repository *string, evidence, paths []string) error {
	if description != nil {
		if err := ValidateText("description", *description, 0, 1000); err != nil {
			return err
		}
	}
	if repository != nil {
		if err := ValidateRepositoryName(*repository); err != nil {
			return err
		}
	}
	if len(evidence) > 100 {
		return Invalid("requiredEvidence", "%d names of evidence were given, and 100 are taken", len(evidence))
	}
	for _, name := range evidence {
		if err := ValidateText("requiredEvidence", name, 1, 200); err != nil {
			return err
		}
	}
	return ValidateFlowPaths(paths)
}

// CreateFlowPayload holds the flow that was created or found.
type CreateFlowPayload struct {
	Flow    *Flow
	Created bool
}

// UpdateFlowInput holds the changes to a flow; nil ones stay.
type UpdateFlowInput struct {
	Organization     string
	Flow             string
	Description      *string
	Repository       *string
	RequiredEvidence []string
	Paths            []string

	Tags       []*Tag // all of them, unless nil
	SetTags    []*Tag
	RemoveTags []string
}

// Validate checks names and bounds. It returns KindInvalid.
func (in *UpdateFlowInput) Validate() error {
	if err := in.tagChange().validate("a flow"); err != nil {
		return err
	}
	return validateFlow(in.Description, in.Repository, in.RequiredEvidence, in.Paths)
}

// TagsAfter are the tags of a flow that had some, as the input wants them. It returns
// KindInvalid if these are too many.
func (in *UpdateFlowInput) TagsAfter(had []*Tag) ([]*Tag, error) {
	return in.tagChange().after(fmt.Sprintf("flow %q", in.Flow), had)
}

func (in *UpdateFlowInput) tagChange() tagChange {
	return tagChange{all: in.Tags, set: in.SetTags, remove: in.RemoveTags}
}

// UpdateFlowPayload holds the flow as it is now.
type UpdateFlowPayload struct {
	Flow *Flow
}

// FlowFilter says which flows; all that is given must hold.
type FlowFilter struct {
	Names []string // unless nil
	Tags  []*Tag   // those that have all of these
}

// Validate checks bounds. It returns KindInvalid.
func (f FlowFilter) Validate() error {
	if n := len(f.Names); n > MaxPageSize {
		return Invalid("names", "%d names of flows were given, and %d are taken", n, MaxPageSize)
	}
	return validateTags("tags", "a flow", f.Tags)
}
