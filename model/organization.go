package model

import (
	"io"
	"strings"
	"time"
)

// Organization is a tenant: everything belongs to exactly one.
type Organization struct {
	Key       int // its key in Postgres; never shown
	Name      string
	Public    bool
	CreatedAt time.Time

	CreatesEnvironments bool // the first report for an unknown environment makes it
}

// IsNode marks what has an ID.
func (*Organization) IsNode() {}

// ID is the organization's id in the API.
func (o *Organization) ID() ID { return NewID("organization", o.Name) }

// Visibility says who can read it.
func (o *Organization) Visibility() Visibility {
	if o.Public {
		return VisibilityPublic
	}
	return VisibilityPrivate
}

// Visibility says who can read an organization and what belongs to it.
type Visibility string

// Who can read an organization.
const (
	VisibilityPublic  Visibility = "PUBLIC"  // any signed-in caller
	VisibilityPrivate Visibility = "PRIVATE" // only its own callers
)

// MarshalGQL writes the visibility as a GraphQL enum value.
func (v Visibility) MarshalGQL(w io.Writer) { writeQuoted(w, string(v)) }

// UnmarshalGQL reads a visibility from a GraphQL enum value.
func (v *Visibility) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, v, VisibilityPublic, VisibilityPrivate)
}

// UpdateOrganizationInput holds the settings to change; nil ones stay.
type UpdateOrganizationInput struct {
	Organization        string
	Visibility          *Visibility
	CreatesEnvironments *bool
}

// UpdateOrganizationPayload holds the organization as it is now.
type UpdateOrganizationPayload struct {
	Organization *Organization
}

// Server is what a client may know of the server that answers.
type Server struct {
	Version   string
	Time      time.Time
	CostLimit int
}

// Node is anything that has an id and can be fetched again by it.
type Node interface{ IsNode() }

func unmarshalEnum[E ~string](in any, out *E, values ...E) error {
	s, err := unmarshalString(in, "an enum value")
	if err != nil {
		return err
	}
	names := make([]string, len(values))
	for i, v := range values {
		if string(v) == s {
			*out = v
			return nil
		}
		names[i] = string(v)
	}
	return Invalid("", "%q is none of %s", clip(s, 60), strings.Join(names, ", "))
}
