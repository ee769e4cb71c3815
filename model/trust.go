package model

import "time"

// Trust says whether the CI of a repository may act for its organization without a
// stored secret.
type Trust struct {
	Since  time.Time
	Branch *string // if set, only from this branch
}

// TrustedRepository is a repository that an organization trusts.
type TrustedRepository struct {
	Organization *Organization
	Repository   *Repository
	Trust        Trust
}

// Trusted reports whether its CI may act for the organization. It is known once it
// was asked for.
func (r *Repository) Trusted() bool { return r.Trust != nil && !r.Trust.Since.IsZero() }

// TrustedBranch is the only branch that is trusted; nil if all are, or none.
func (r *Repository) TrustedBranch() *string {
	if r.Trust == nil {
		return nil
	}
	return r.Trust.Branch
}

// TrustRepositoryInput says which repository to trust.
type TrustRepositoryInput struct {
	Organization string
	Repository   string
	Branch       *string
}

// Validate checks bounds. It returns KindInvalid.
func (in *TrustRepositoryInput) Validate() error {
	if in.Branch != nil {
		if err := ValidateText("branch", *in.Branch, 1, 200); err != nil {
			return err
		}
	}
	return ValidateRepositoryName(in.Repository)
}

// TrustRepositoryPayload holds the repository as it is now.
type TrustRepositoryPayload struct {
	Repository *Repository
}

// DistrustRepositoryInput says which repository not to trust any more.
type DistrustRepositoryInput struct {
	Organization string
	Repository   string
}

// DistrustRepositoryPayload holds the repository as it is now.
type DistrustRepositoryPayload struct {
	Repository *Repository
}
