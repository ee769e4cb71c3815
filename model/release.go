package model

import (
	"io"
	"strconv"
	"time"
)

// ReleaseState is the state of a release. It only ever moves forward.
type ReleaseState string

// The states of a release.
const (
	ReleaseDraft     ReleaseState = "DRAFT"
	ReleasePublished ReleaseState = "PUBLISHED"
	ReleaseDeleted   ReleaseState = "DELETED"
)

// Rank orders states: of two that were told for one moment the higher counts.
func (s ReleaseState) Rank() int {
	switch s {
	case ReleaseDraft:
		return 1
	case ReleasePublished:
		return 2
	case ReleaseDeleted:
		return 3
	}
	return 0
}

// MarshalGQL writes the state as a GraphQL enum value.
func (s ReleaseState) MarshalGQL(w io.Writer) { writeQuoted(w, string(s)) }

// UnmarshalGQL reads a state from a GraphQL enum value.
func (s *ReleaseState) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, s, ReleaseDraft, ReleasePublished, ReleaseDeleted)
}

// Release is what a forge calls a release: a tag with a name and a page.
type Release struct {
	Repository  *Repository
	Key         int64 // the forge's own id
	Tag         string
	Name        string
	URL         string
	State       ReleaseState
	PublishedAt *time.Time
	UpdatedAt   time.Time // of what is said here: what was updated later replaces it
}

// IsNode marks what has an ID.
func (*Release) IsNode() {}

// ID is the release's id in the API.
func (r *Release) ID() ID {
	return NewID("release", r.Repository.OrganizationName, r.Repository.Name, strconv.FormatInt(r.Key, 10))
}
