package graph

import (
	"context"

	"github.com/landfall-dev/landfall/live"
	"github.com/landfall-dev/landfall/model"
)

// followedEvents are the events of an organization that a subscription asks for.
type followedEvents struct {
	resolver *Resolver
	org      *model.Organization
	scope    model.EventScope
	matcher  *model.EventMatcher
}

// followEvents begins to tell of the events of an organization.
func (r *Resolver) followEvents(ctx context.Context, org *model.Organization, filter *model.EventFilter, after *model.Cursor) (<-chan model.Event, error) {
	var from *model.Position
	if after != nil {
		p, err := model.ParsePosition(*after)
		if err != nil {
			return nil, err
		}
		from = &p
	}
	scope, err := r.db.EventScope(ctx, org, filter)
	if err != nil {
		return nil, err
	}
	of := &followedEvents{resolver: r, org: org, scope: scope}
	if err := of.match(ctx); err != nil {
		return nil, err
	}
	return follow(ctx, r, org, of, func() (*live.Reader, error) { return r.streams.feed.Follow(ctx, org, from) })
}

func (f *followedEvents) matching(ctx context.Context, events []model.Event) ([]model.Event, error) {
	for _, e := range events {
		if f.matcher.IsOutdated(e) {
			if err := f.match(ctx); err != nil {
				return nil, err
			}
			break
		}
	}
	var matching []model.Event
	for _, e := range events {
		if f.matcher.Matches(e) {
			matching = append(matching, e)
		}
	}
	return matching, nil
}

func (f *followedEvents) match(ctx context.Context) (err error) {
	f.matcher, err = f.resolver.db.EventMatcher(ctx, f.org, f.scope)
	return err
}

func (f *followedEvents) check(ctx context.Context) error {
	if _, err := f.resolver.readable(ctx, f.org.Name); err != nil {
		return err
	}
	return f.match(ctx)
}

func (*followedEvents) unreadable() string {
	return "events cannot be read now: connect again, and go on after the last position"
}
