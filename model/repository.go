package model

import (
	"io"
	"time"
)

// Forge is where repositories are hosted.
type Forge string

// ForgeGitHub is github.com or a GitHub Enterprise server.
const ForgeGitHub Forge = "GITHUB"

// Title is the forge's name for people.
func (f Forge) Title() string {
	if f == ForgeGitHub {
		return "GitHub"
	}
	return string(f)
}

// MarshalGQL writes the forge as a GraphQL enum value.
func (f Forge) MarshalGQL(w io.Writer) { writeQuoted(w, string(f)) }

// UnmarshalGQL reads a forge from a GraphQL enum value.
func (f *Forge) UnmarshalGQL(in any) error { return unmarshalEnum(in, f, ForgeGitHub) }

// Repository is a git repository, known from whatever named it first.
type Repository struct {
	OrganizationName string
	Key              int
	Forge            Forge
	Name             string // with its owner
	URL              string
	CreatedAt        time.Time
}

// IsNode marks what has an ID.
func (*Repository) IsNode() {}

// ID is the repository's id in the API.
func (r *Repository) ID() ID { return NewID("repository", r.OrganizationName, r.Name) }

// CommitURL is the page of one of its commits.
func (r *Repository) CommitURL(sha CommitSHA) string { return r.URL + "/commit/" + string(sha) }

// DefaultRepositoryURL is the page of a repository that nothing but its name
// tells of.
func DefaultRepositoryURL(name string) string { return "https://github.com/" + name }
