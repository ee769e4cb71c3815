package model

import "time"

// Repository is a git repository, known from whatever named it first.
type Repository struct {
	OrganizationName string
	Key              int
	Forge            Forge  // what was told of it first
	Name             string // with its owner
	URL              string
	CreatedAt        time.Time
	Trust            *Trust // filled when it is asked for
}

// IsNode marks what has an ID.
func (*Repository) IsNode() {}

// ID is the repository's id in the API.
func (r *Repository) ID() ID { return NewID("repository", r.OrganizationName, r.Name) }

// CommitURL is the page of one of its commits.
func (r *Repository) CommitURL(sha CommitSHA) string {
	switch r.Forge {
	case ForgeGitLab:
		return r.URL + "/-/commit/" + string(sha)
	case ForgeBitbucket:
		return r.URL + "/commits/" + string(sha)
	default:
		return r.URL + "/commit/" + string(sha)
	}
}

// DefaultRepositoryURL is the page of a repository that nothing but its name
// tells of.
func DefaultRepositoryURL(name string) string { return "https://github.com/" + name }
