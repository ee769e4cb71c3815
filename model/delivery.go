package model

import (
	"io"
	"math"
	"slices"
	"time"
)

// DeliverySource is what a delivery came from: a forge, or an agent whose report
// came too late to change anything.
type DeliverySource string

// SourceReport is an agent. The other sources are forges: see Forge.Source.
const SourceReport DeliverySource = "REPORT"

// Source is the forge as what a delivery came from.
func (f Forge) Source() DeliverySource { return DeliverySource(f) }

// Forge is the forge that sent it; it reports false for what no forge sends.
func (s DeliverySource) Forge() (Forge, bool) {
	f := Forge(s)
	return f, slices.Contains(Forges(), f)
}

// MarshalGQL writes the source as a GraphQL enum value.
func (s DeliverySource) MarshalGQL(w io.Writer) { writeQuoted(w, string(s)) }

// UnmarshalGQL reads a source from a GraphQL enum value.
func (s *DeliverySource) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, s, ForgeGitHub.Source(), ForgeGitLab.Source(), ForgeGitea.Source(),
		ForgeBitbucket.Source(), ForgeDockerHub.Source(), SourceReport)
}

// DeliveryState is what became of a delivery.
type DeliveryState string

// The states of a delivery.
const (
	DeliveryApplied DeliveryState = "APPLIED"
	DeliveryIgnored DeliveryState = "IGNORED" // understood, and of no use here
	DeliveryStale   DeliveryState = "STALE"   // a report that came too late
	DeliveryWaiting DeliveryState = "WAITING" // to be tried, again or for the first time
	DeliveryFailed  DeliveryState = "FAILED"  // not tried again by itself
)

// DeliveryStates are all states.
func DeliveryStates() []DeliveryState {
	return []DeliveryState{DeliveryApplied, DeliveryIgnored, DeliveryStale, DeliveryWaiting, DeliveryFailed}
}

// MarshalGQL writes the state as a GraphQL enum value.
func (s DeliveryState) MarshalGQL(w io.Writer) { writeQuoted(w, string(s)) }

// UnmarshalGQL reads a state from a GraphQL enum value.
func (s *DeliveryState) UnmarshalGQL(in any) error { return unmarshalEnum(in, s, DeliveryStates()...) }

// Delivery is one webhook request as it was received. It was proven before it was
// kept.
type Delivery struct {
	OrganizationName string
	Key              int64
	Source           DeliverySource
	SourceID         string // what tells it from another: the forge's own id, or the hash of its body
	Event            string // in the words of the forge: push, workflow_run, Pipeline Hook, ...
	Repository       string // with its owner; empty if it is about none
	ReceivedAt       time.Time
	State            DeliveryState
	Reason           string // why it is in this state, for people; of an applied one what was made of it
	NextAttemptAt    *time.Time
	Attempts         int
	Headers          []Header
	Size             int // of the body, in bytes
	Body             []byte
	Place            Position // when it became known what became of it; only of those that are followed
}

// DeliveryPart is a part of the deliveries of an organization, in the order in which they
// were kept or something became of them.
type DeliveryPart struct {
	Deliveries []*Delivery
	More       bool // there are others
	Unsettled  bool // there are others of which it is not known yet what comes before
}

// Header is a header of a request, without secrets.
type Header struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// IsNode marks what has an ID.
func (*Delivery) IsNode() {}

// ID is the delivery's id in the API.
func (d *Delivery) ID() ID { return NewID("delivery", d.OrganizationName, IntKey(d.Key)) }

// Receipt is what was made of a delivery when it was received.
type Receipt struct {
	Fresh  bool // false if it was seen before, and changed nothing
	State  DeliveryState
	Reason string
}

// MaxDeliveryAttempts is how often a delivery is tried before it is parked. With
// the pauses of DeliveryPause that is about a day and a half.
const MaxDeliveryAttempts = 20

// DeliveryPause is how long to wait after an attempt that failed, counting from 1:
// a second, doubled each time, up to six hours. Jitter, from 0 to 1, spreads what
// failed together over half of the pause.
func DeliveryPause(attempt int, jitter float64) time.Duration {
	const longest = 6 * time.Hour
	pause := min(longest, time.Duration(math.Exp2(float64(min(attempt, 30)-1))*float64(time.Second)))
	return pause - time.Duration(jitter*float64(pause)/2)
}

// DeliveryFilter says which deliveries; what is empty fits all.
type DeliveryFilter struct {
	Sources    []DeliverySource
	States     []DeliveryState
	Events     []string
	Repository *string
	SourceID   *string
	Since      *time.Time // received then or later
	Until      *time.Time // received before
}

// Validate checks bounds. It returns KindInvalid.
func (f *DeliveryFilter) Validate() error {
	if f == nil {
		return nil
	}
	if n := len(f.Events); n > 50 {
		return Invalid("events", "%d kinds of events were given, and 50 are taken", n)
	}
	for _, event := range f.Events {
		if err := ValidateText("events", event, 1, 100); err != nil {
			return err
		}
	}
	if f.SourceID != nil {
		if err := ValidateText("sourceId", *f.SourceID, 1, 200); err != nil {
			return err
		}
	}
	if f.Repository != nil {
		return ValidateRepositoryName(*f.Repository)
	}
	return nil
}

// Fits reports whether a filter fits a delivery.
func (f *DeliveryFilter) Fits(d *Delivery) bool {
	if f == nil {
		return true
	}
	return (len(f.Sources) == 0 || slices.Contains(f.Sources, d.Source)) &&
		(len(f.States) == 0 || slices.Contains(f.States, d.State)) &&
		(len(f.Events) == 0 || slices.Contains(f.Events, d.Event)) &&
		(f.Repository == nil || *f.Repository == d.Repository) &&
		(f.SourceID == nil || *f.SourceID == d.SourceID) &&
		(f.Since == nil || !d.ReceivedAt.Before(*f.Since)) &&
		(f.Until == nil || d.ReceivedAt.Before(*f.Until))
}

// IsEmpty reports whether the filter fits all deliveries.
func (f *DeliveryFilter) IsEmpty() bool {
	return f == nil || len(f.Sources) == 0 && len(f.States) == 0 && len(f.Events) == 0 &&
		f.Repository == nil && f.SourceID == nil && f.Since == nil && f.Until == nil
}

// DueDelivery is a delivery that is to be tried now, and whose it is.
type DueDelivery struct {
	Organization *Organization
	Delivery     *Delivery
}
