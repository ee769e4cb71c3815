package api

import "context"

// Organization is a tenant.
type Organization struct {
	Name       string `graphql:"name"`
	Visibility string `graphql:"visibility"` // PUBLIC or PRIVATE
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
	Organization string `json:"organization"`
	Visibility   string `json:"visibility,omitempty"` // PUBLIC or PRIVATE
}

// UpdateOrganization changes who can read the organization.
func (c *Client) UpdateOrganization(ctx context.Context, visibility string) (Organization, error) {
	var m struct {
		UpdateOrganization struct {
			Organization Organization `graphql:"organization"`
		} `graphql:"updateOrganization(input: $input)"`
	}
	in := UpdateOrganizationInput{Organization: c.organization, Visibility: visibility}
	err := c.mutate(ctx, "UpdateOrganization", &m, variables{"input": in})
	return m.UpdateOrganization.Organization, err
}
