package api

import "context"

// Organization is a tenant.
type Organization struct {
	Name       string `graphql:"name"`
	Visibility string `graphql:"visibility"` // PUBLIC or PRIVATE

	CreatesEnvironments bool `graphql:"createsEnvironments"` // by the first report of them
}

// Viewer is who asks.
type Viewer struct {
	Organization Organization `graphql:"organization"`
	Name         string       `graphql:"name"` // of its token
	Role         string       `graphql:"role"` // one of Roles
}

// Viewer returns who asks, as the server sees it.
func (c *Client) Viewer(ctx context.Context) (Viewer, error) {
	var q struct {
		Viewer Viewer `graphql:"viewer"`
	}
	err := c.query(ctx, "Viewer", &q, nil)
	return q.Viewer, err
}

// UpdateOrganizationInput is settings of an organization. What is empty stays.
type UpdateOrganizationInput struct {
	Organization        string `json:"organization"`         // set by the client
	Visibility          string `json:"visibility,omitempty"` // PUBLIC or PRIVATE
	CreatesEnvironments *bool  `json:"createsEnvironments,omitempty"`
}

// UpdateOrganization changes settings of the organization.
func (c *Client) UpdateOrganization(ctx context.Context, in UpdateOrganizationInput) (Organization, error) {
	var m struct {
		UpdateOrganization struct {
			Organization Organization `graphql:"organization"`
		} `graphql:"updateOrganization(input: $input)"`
	}
	in.Organization = c.organization
	err := c.mutate(ctx, "UpdateOrganization", &m, variables{"input": in})
	return m.UpdateOrganization.Organization, err
}
