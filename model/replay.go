package model

import (
	"slices"
	"time"
)

// MaxDeliveriesAtOnce is how many deliveries one call replays or prunes.
const MaxDeliveriesAtOnce = 10_000

// Pages of deliveries.
type (
	DeliveryConnection = Connection[*Delivery]
	DeliveryEdge       = Edge[*Delivery]
)

// ReplayDeliveryInput says which delivery to apply again.
type ReplayDeliveryInput struct {
	DeliveryID ID
}

// ReplayDeliveryPayload holds the delivery as it is now.
type ReplayDeliveryPayload struct {
	Delivery *Delivery
}

// ReplayDeliveriesInput says which deliveries to apply again: those that fit,
// oldest first, after the place that After names.
type ReplayDeliveriesInput struct {
	Organization string
	Filter       *DeliveryFilter
	After        *Cursor
}

// Validate checks bounds, and that something is asked for: to replay everything
// that ever came is no slip of a hand. It returns KindInvalid.
func (in *ReplayDeliveriesInput) Validate() error {
	if in.Filter.IsEmpty() {
		return Invalid("filter", "the filter fits every delivery: say at least one thing about those to replay, such as states: [FAILED]")
	}
	return in.Filter.Validate()
}

// ReplayDeliveriesPayload says how many deliveries wait to be applied again.
type ReplayDeliveriesPayload struct {
	Count     int
	More      bool // others fit too, which come after EndCursor
	EndCursor *Cursor
}

// PruneDeliveriesInput says which deliveries to forget; no States stand for those
// that need nothing any more.
type PruneDeliveriesInput struct {
	Organization string
	Before       time.Time
	States       []DeliveryState
}

// Validate refuses to forget what still waits. It returns KindInvalid.
func (in *PruneDeliveriesInput) Validate() error {
	if slices.Contains(in.States, DeliveryWaiting) {
		return Invalid("states", "a delivery that waits is never pruned: it has not been applied yet")
	}
	return nil
}

// SettledStates are those of deliveries that need nothing any more.
func SettledStates() []DeliveryState {
	return []DeliveryState{DeliveryApplied, DeliveryIgnored, DeliveryStale}
}

// PruneDeliveriesPayload says how many deliveries were forgotten.
type PruneDeliveriesPayload struct {
	Count int
	More  bool // others fit too
}

// DeliverySources are all that deliveries come from.
func DeliverySources() []DeliverySource {
	sources := []DeliverySource{SourceReport}
	for _, f := range Forges() {
		sources = append(sources, f.Source())
	}
	return sources
}
