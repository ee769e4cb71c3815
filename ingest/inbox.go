package ingest

import (
	"context"
	"log/slog"
	"time"

	"github.com/landfall-dev/landfall/model"
)

const (
	inboxTick  = time.Second     // how often it is looked whether something is due
	inboxBatch = 8               // deliveries at once; with their bodies, which may be large
	inboxLease = 2 * time.Minute // after which another server takes over what this one began
	pruneTick  = time.Minute
	pruneBatch = 1000
)

// InboxStore keeps deliveries that wait. Any number of servers may share one.
type InboxStore interface {
	DueDeliveries(ctx context.Context, most int, lease time.Duration) ([]*model.DueDelivery, error)
	LeaseDelivery(ctx context.Context, org *model.Organization, key int64, lease time.Duration) (*model.Delivery, error)
	RetryDelivery(ctx context.Context, org *model.Organization, d *model.Delivery, facts *model.Facts) (model.Receipt, error)
	PostponeDelivery(ctx context.Context, org *model.Organization, d *model.Delivery, cause error) (model.Receipt, error)
	PruneOldDeliveries(ctx context.Context, before time.Time, most int) (int, error)

	// Time is the clock of the store.
	Time() time.Time
}

// Registry knows the digests of images.
type Registry interface {
	// Digest returns the digest of what an image's name with its tag refers to now.
	// It returns KindNotFound if there is no such image.
	Digest(ctx context.Context, name string) (model.Fingerprint, error)
}

// Inbox tries deliveries again that could not be applied when they were received,
// or that somebody wants to be applied again.
type Inbox struct {
	Store    InboxStore
	Registry Registry // asked for digests that a delivery does not tell; nil for never
	Log      *slog.Logger
	KeepFor  time.Duration // age at which deliveries are forgotten that need nothing any more; 0 for never
}

// Run tries what is due until ctx ends.
func (in *Inbox) Run(ctx context.Context) {
	tick, prune := time.NewTicker(inboxTick), time.NewTicker(pruneTick)
	defer tick.Stop()
	defer prune.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			in.logged(ctx, "try deliveries", in.TryDue)
		case <-prune.C:
			in.logged(ctx, "prune deliveries", in.Prune)
		}
	}
}

func (in *Inbox) logged(ctx context.Context, what string, do func(context.Context) (int, error)) {
	if n, err := do(ctx); err != nil && ctx.Err() == nil {
		in.Log.ErrorContext(ctx, "inbox", "what", what, "done", n, "err", err)
	}
}

// TryDue tries everything that is due, and returns how many deliveries it tried.
func (in *Inbox) TryDue(ctx context.Context) (tried int, err error) {
	for {
		due, err := in.Store.DueDeliveries(ctx, inboxBatch, inboxLease)
		if err != nil {
			return tried, err
		}
		for _, one := range due {
			if _, err := in.try(ctx, one.Organization, one.Delivery); err != nil {
				return tried, err
			}
			tried++
		}
		if len(due) < inboxBatch {
			return tried, nil
		}
	}
}

// Replay applies one delivery again, whatever became of it, as if it had just
// arrived. It returns KindNotFound, and KindInvalid for a report of an agent.
func (in *Inbox) Replay(ctx context.Context, org *model.Organization, key int64) error {
	d, err := in.Store.LeaseDelivery(ctx, org, key, inboxLease)
	if err != nil {
		return err
	}
	_, err = in.try(ctx, org, d)
	return err
}

// try tries one delivery that was leased. One whose attempts all ended without a
// word is parked: it may be what ends the server.
func (in *Inbox) try(ctx context.Context, org *model.Organization, d *model.Delivery) (model.Receipt, error) {
	if d.Attempts > model.MaxDeliveryAttempts {
		return in.Store.PostponeDelivery(ctx, org, d, model.Errorf(model.KindInvalid, "each of %d attempts ended with the server", d.Attempts-1))
	}
	facts, err := in.read(ctx, d)
	if err != nil {
		return in.Store.PostponeDelivery(ctx, org, d, err)
	}
	return in.Store.RetryDelivery(ctx, org, d, facts)
}

// read says what a delivery says, and asks the registry for what it does not.
func (in *Inbox) read(ctx context.Context, d *model.Delivery) (*model.Facts, error) {
	forge, ok := d.Source.Forge()
	from, known := senders[forge]
	if !ok || !known {
		return nil, model.Errorf(model.KindInvalid, "a delivery of %s cannot be applied again", d.Source)
	}
	facts, err := read(from, d)
	if err != nil || !needsRegistry(facts) {
		return facts, err
	}
	if in.Registry == nil {
		return nil, model.Errorf(model.KindInvalid, "%s does not tell digests, and this server asks no registry (LANDFALL_REGISTRY is off): report the artifact from CI", forge.Title())
	}
	facts.Image.Fingerprint, err = in.Registry.Digest(ctx, facts.Image.NameWithTag())
	return facts, err
}

// Prune forgets what is old and needs nothing any more, and returns how many
// deliveries that were.
func (in *Inbox) Prune(ctx context.Context) (pruned int, err error) {
	for in.KeepFor > 0 {
		n, err := in.Store.PruneOldDeliveries(ctx, in.Store.Time().Add(-in.KeepFor), pruneBatch)
		pruned += n
		if err != nil || n < pruneBatch {
			return pruned, err
		}
	}
	return pruned, nil
}
