// Package live tells of events and of deliveries as they become known. A Feed reads the
// end of the log of each organization that somebody follows, once for all who do, and
// keeps the newest of it. A Reader is a place in a log and nothing more: it reads on from
// the Feed, and from the database where it is further behind. So who is slow costs no
// memory, and who comes back goes on where it was.
//
// Servers do not hand events to each other: each looks for itself, when it hears that
// there are some, and now and then in case it did not hear.
package live

import (
	"context"
	"log/slog"
	"time"

	"github.com/landfall-dev/landfall/model"
)

const (
	// kept is how many of the newest events of an organization are kept, and as many of
	// its deliveries.
	kept = 1000
	// atOnce is how many are read at once.
	atOnce = 500
	// defaultPoll is how often it is looked for what was not heard of.
	defaultPoll = 5 * time.Second
	// settleFirst and settleMost are how long is waited for transactions that may yet
	// write what comes before.
	settleFirst = 10 * time.Millisecond
	settleMost  = time.Second
)

// Store has the logs.
type Store interface {
	Position(ctx context.Context, org *model.Organization) (model.Position, error)
	EventsAfter(ctx context.Context, org *model.Organization, after model.Position, most int) (*model.LogPart, error)
	DeliveryPosition(ctx context.Context, org *model.Organization) (model.Position, error)
	DeliveriesAfter(ctx context.Context, org *model.Organization, after model.Position, most int) (*model.DeliveryPart, error)
}

// Feed follows the logs of organizations. Make it with New.
type Feed struct {
	events     *logs[model.Event]
	deliveries *logs[*model.Delivery]
}

// New makes a feed. It looks for what is new as often as poll says, besides when it is
// told by Heard and HeardOfDelivery; 0 is every five seconds.
func New(store Store, log *slog.Logger, poll time.Duration) *Feed {
	if poll <= 0 {
		poll = defaultPoll
	}
	return &Feed{
		events:     &logs[model.Event]{kind: events(store), log: log, poll: poll, tails: map[int]*tail[model.Event]{}},
		deliveries: &logs[*model.Delivery]{kind: deliveries(store), log: log, poll: poll, tails: map[int]*tail[*model.Delivery]{}},
	}
}

// Heard lets the feed look for events of an organization, by its key, and of all for 0.
func (f *Feed) Heard(organization int) { f.events.heard(organization) }

// HeardOfDelivery lets the feed look for deliveries of an organization, by its key, and
// of all for 0.
func (f *Feed) HeardOfDelivery(organization int) { f.deliveries.heard(organization) }

// Follow begins to read the log of an organization after a position, or with what
// becomes known from now on if it is nil.
func (f *Feed) Follow(ctx context.Context, org *model.Organization, after *model.Position) (*Reader, error) {
	return f.events.follow(ctx, org, after)
}

// FollowDeliveries begins to read the deliveries of an organization: each that is kept
// from now on, and each of which something becomes.
func (f *Feed) FollowDeliveries(ctx context.Context, org *model.Organization) (*DeliveryReader, error) {
	return f.deliveries.follow(ctx, org, nil)
}

// events says how events are read.
func events(store Store) kind[model.Event] {
	return kind[model.Event]{
		name:     "events",
		position: store.Position,
		after: func(ctx context.Context, org *model.Organization, after model.Position, most int) (part[model.Event], error) {
			read, err := store.EventsAfter(ctx, org, after, most)
			if err != nil {
				return part[model.Event]{}, err
			}
			return part[model.Event]{read.Events, read.More, read.Unsettled}, nil
		},
		place: func(e model.Event) model.Position { return e.Facts().Place },
		clone: func(e model.Event) model.Event {
			facts := *e.Facts()
			return model.NewEvent(&facts)
		},
	}
}

// deliveries says how deliveries are read.
func deliveries(store Store) kind[*model.Delivery] {
	return kind[*model.Delivery]{
		name:     "deliveries",
		position: store.DeliveryPosition,
		after: func(ctx context.Context, org *model.Organization, after model.Position, most int) (part[*model.Delivery], error) {
			read, err := store.DeliveriesAfter(ctx, org, after, most)
			if err != nil {
				return part[*model.Delivery]{}, err
			}
			return part[*model.Delivery]{read.Deliveries, read.More, read.Unsettled}, nil
		},
		place: func(d *model.Delivery) model.Position { return d.Place },
		clone: func(d *model.Delivery) *model.Delivery {
			delivery := *d
			return &delivery
		},
	}
}
