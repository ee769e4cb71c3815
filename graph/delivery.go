package graph

import (
	"context"
	"slices"
	"strings"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/live"
	"github.com/landfall-dev/landfall/model"
)

func deliveriesOfOrganization(ctx context.Context, d *db.DB, org *model.Organization, parents []any, args arguments) []answer {
	page, err := args.page()
	if err != nil {
		return sameForAll(parents, answer{err: err})
	}
	filter, err := args.deliveryFilter()
	if err != nil {
		return sameForAll(parents, answer{err: err})
	}
	found, err := d.Deliveries(ctx, org, filter, page)
	if err != nil {
		return sameForAll(parents, answer{err: err})
	}
	return sameForAll(parents, answer{value: found})
}

// followedDeliveries are the deliveries of an organization that a subscription asks for.
type followedDeliveries struct {
	org    *model.Organization
	filter *model.DeliveryFilter
}

// followDeliveries begins to tell of the deliveries of an organization.
func (r *Resolver) followDeliveries(ctx context.Context, org *model.Organization, filter *model.DeliveryFilter) (<-chan *model.Delivery, error) {
	of := &followedDeliveries{org, filter}
	if err := of.check(ctx); err != nil {
		return nil, err
	}
	if err := filter.Validate(); err != nil {
		return nil, err
	}
	return follow(ctx, r, org, of, func() (*live.DeliveryReader, error) { return r.streams.feed.FollowDeliveries(ctx, org) })
}

func (f *followedDeliveries) matching(_ context.Context, deliveries []*model.Delivery) ([]*model.Delivery, error) {
	return slices.DeleteFunc(deliveries, func(d *model.Delivery) bool { return !f.filter.Fits(d) }), nil
}

func (f *followedDeliveries) check(ctx context.Context) error {
	return allowed(ctx, f.org, model.RoleMember)
}

func (*followedDeliveries) unreadable() string {
	return "deliveries cannot be read now: connect again, and ask for those that came meanwhile"
}

// deliveryFilter is the argument `filter` of deliveries; nil if there is none.
func (a arguments) deliveryFilter() (*model.DeliveryFilter, error) {
	return filter[model.DeliveryFilter](a, "sources", "states", "events")
}

// fillDeliveryBodies reads the bodies of deliveries, for administrators.
func fillDeliveryBodies(ctx context.Context, d *db.DB, org *model.Organization, deliveries []*model.Delivery) error {
	if caller := callerFrom(ctx); caller.Organization.Name != org.Name || !caller.Role.Includes(model.RoleAdmin) {
		return nil // for others they are null
	}
	return d.ReadDeliveryBodies(ctx, org, deliveries)
}

// bodyText is a body as text, nil if it was not read.
func bodyText(body []byte) *string {
	if body == nil {
		return nil
	}
	text := strings.ToValidUTF8(string(body), "\uFFFD")
	return &text
}

// orNull is a text, or null for an empty one.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// replay applies a delivery again, or leaves that to who does so in the
// background.
func (r *Resolver) replay(ctx context.Context, org *model.Organization, key int64) (*model.Delivery, error) {
	if r.options.Replayer == nil {
		return r.db.RequeueDelivery(ctx, org, key)
	}
	if err := r.options.Replayer.Replay(ctx, org, key); err != nil {
		return nil, err
	}
	return r.db.Delivery(ctx, org, key)
}
