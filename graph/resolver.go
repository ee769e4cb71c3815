package graph

//go:generate go tool gqlgen generate

import (
	"context"

	"github.com/99designs/gqlgen/graphql"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

// Resolver is the root of all resolvers.
type Resolver struct {
	db      *db.DB
	walker  *walker
	options Options
	streams *Streams
	present graphql.ErrorPresenterFunc
}

// readable returns an organization that the caller may read: its own, or one
// that is public. What it may not read is not there.
func (r *Resolver) readable(ctx context.Context, name string) (*model.Organization, error) {
	caller := callerFrom(ctx)
	if caller.Organization.Name == name {
		return caller.Organization, nil
	}
	org, err := r.db.Organization(ctx, name)
	if model.KindOf(err) == model.KindNotFound || (err == nil && !org.Public) {
		return nil, model.Errorf(model.KindNotFound, "organization %q does not exist, or you may not read it: you belong to organization %q", name, caller.Organization.Name)
	}
	return org, err
}

// allowed returns KindForbidden for a caller of another organization, or without
// the role that reading something needs.
func allowed(ctx context.Context, org *model.Organization, needed model.Role) error {
	caller := callerFrom(ctx)
	if caller.Organization.Name != org.Name {
		return model.Errorf(model.KindForbidden, "you belong to organization %q, and only who belongs to %q may read this", caller.Organization.Name, org.Name)
	}
	if !caller.Role.Includes(needed) {
		return model.Errorf(model.KindForbidden, "you have the role %s, and this needs %s", caller.Role, needed)
	}
	return nil
}

// writable returns the caller's organization, if that is the one named and the
// caller has the role needed. It returns KindForbidden.
func (r *Resolver) writable(ctx context.Context, name string, needed model.Role) (*model.Organization, error) {
	caller := callerFrom(ctx)
	if caller.Organization.Name != name {
		return nil, model.Errorf(model.KindForbidden, "you belong to organization %q, and may change nothing in %q", caller.Organization.Name, name)
	}
	if !caller.Role.Includes(needed) {
		return nil, model.Errorf(model.KindForbidden, "you have the role %s, and this needs %s", caller.Role, needed)
	}
	return caller.Organization, nil
}
