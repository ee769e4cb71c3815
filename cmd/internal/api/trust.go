package api

import "context"

// TrustedRepository is a repository, and whether its CI may act for the
// organization.
type TrustedRepository struct {
	Name          string  `graphql:"name"`
	Trusted       bool    `graphql:"trusted"`
	TrustedBranch *string `graphql:"trustedBranch"` // nil if all branches are, or none
}

// TrustRepositoryInput is a repository to trust.
type TrustRepositoryInput struct {
	Organization string `json:"organization"` // set by the client
	Repository   string `json:"repository"`
	Branch       string `json:"branch,omitempty"`
}

// TrustRepository lets the CI of a repository act for the organization: from one
// branch, or from all if it is empty.
func (c *Client) TrustRepository(ctx context.Context, repository, branch string) (TrustedRepository, error) {
	var m struct {
		TrustRepository struct {
			Repository TrustedRepository `graphql:"repository"`
		} `graphql:"trustRepository(input: $input)"`
	}
	err := c.mutate(ctx, "TrustRepository", &m, variables{"input": TrustRepositoryInput{c.organization, repository, branch}})
	return m.TrustRepository.Repository, err
}

// DistrustRepositoryInput is a repository not to trust any more.
type DistrustRepositoryInput struct {
	Organization string `json:"organization"` // set by the client
	Repository   string `json:"repository"`
}

// DistrustRepository ends that the CI of a repository may act for the organization.
func (c *Client) DistrustRepository(ctx context.Context, repository string) (TrustedRepository, error) {
	var m struct {
		DistrustRepository struct {
			Repository TrustedRepository `graphql:"repository"`
		} `graphql:"distrustRepository(input: $input)"`
	}
	err := c.mutate(ctx, "DistrustRepository", &m, variables{"input": DistrustRepositoryInput{c.organization, repository}})
	return m.DistrustRepository.Repository, err
}
