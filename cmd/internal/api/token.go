package api

import (
	"context"
	"time"
)

// Roles are what tokens can be for; each may do what the ones before it may.
var Roles = []string{"READER", "REPORTER", "MEMBER", "ADMIN"}

// Token is what a caller proves itself with, without the proof.
type Token struct {
	Name      string     `graphql:"name"`
	Role      string     `graphql:"role"` // one of Roles
	Hint      string     `graphql:"hint"` // its last characters
	CreatedAt time.Time  `graphql:"createdAt"`
	ExpiresAt *time.Time `graphql:"expiresAt"` // nil if valid for good
}

// CreateTokenInput is a token to make.
type CreateTokenInput struct {
	Organization string     `json:"organization"` // set by the client
	Name         string     `json:"name"`
	Role         string     `json:"role"`                // one of Roles
	ExpiresAt    *time.Time `json:"expiresAt,omitempty"` // never if nil
}

// CreateToken makes a token. The secret is what to send; it is not shown again.
func (c *Client) CreateToken(ctx context.Context, in CreateTokenInput) (token Token, secret string, err error) {
	var m struct {
		CreateToken struct {
			Token  Token  `graphql:"token"`
			Secret string `graphql:"secret"`
		} `graphql:"createToken(input: $input)"`
	}
	in.Organization = c.organization
	err = c.mutate(ctx, "CreateToken", &m, variables{"input": in})
	return m.CreateToken.Token, m.CreateToken.Secret, err
}
