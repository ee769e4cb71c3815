package model

import (
	"io"
	"net/url"
	"time"
)

// MaxNotifications is how many places of one organization may be told of events.
const MaxNotifications = 100

// MaxNotificationAttempts is how many attempts are kept of each.
const MaxNotificationAttempts = 100

// NotificationFormat is in what form a place is told of events.
type NotificationFormat string

// The forms.
const (
	NotificationWebhook NotificationFormat = "WEBHOOK" // JSON, signed
	NotificationSlack   NotificationFormat = "SLACK"   // a message for people
)

// MarshalGQL writes the form as a GraphQL enum value.
func (f NotificationFormat) MarshalGQL(w io.Writer) { writeQuoted(w, string(f)) }

// UnmarshalGQL reads a form from a GraphQL enum value.
func (f *NotificationFormat) UnmarshalGQL(in any) error {
	return unmarshalEnum(in, f, NotificationWebhook, NotificationSlack)
}

// Notification is a place that is told of events as they happen.
type Notification struct {
	OrganizationName string
	Key              int
	Name             string
	Format           NotificationFormat
	URL              string // with what proves who tells: it is shown to nobody
	Secret           string // that messages are signed with
	Kinds            []EventKind
	Environments     []string
	Flows            []string
	CreatedAt        time.Time
	Attempts         int // in a row that failed
	Reason           *string
	LastSentAt       *time.Time
	History          []*NotificationAttempt // filled when it is asked for
}

// IsNode marks what has an ID.
func (*Notification) IsNode() {}

// ID is the notification's id in the API.
func (n *Notification) ID() ID {
	return NewID("notification", n.OrganizationName, IntKey(int64(n.Key)))
}

// Host is the host that is told; the rest of the URL is a secret.
func (n *Notification) Host() string {
	u, err := url.Parse(n.URL)
	if err != nil {
		return ""
	}
	return u.Host
}

// Failing reports whether the newest could not be sent.
func (n *Notification) Failing() bool { return n.Attempts > 0 }

// NotificationAttempt is one attempt to tell a place of events.
type NotificationAttempt struct {
	At     time.Time
	Status *int    // of HTTP; nil if there was no answer
	Reason *string // why it failed; nil if it did not
	Events int     // how many were told of; 0 for a test
}

// DueNotification is a place that a server has leased, to tell it what is new.
type DueNotification struct {
	Organization *Organization
	Notification *Notification
	Scope        EventScope
	Position     Position
	LeasedUntil  time.Time
}

// NotificationResult is what became of an attempt to tell a place.
type NotificationResult struct {
	Position Position // up to which it has been told, or nothing was for it
	Events   int      // how many it was told of; 0 if there were none
	Tried    bool     // something was sent
	Status   *int
	Reason   string // why it failed; empty if it did not
	Next     time.Duration
}

// CreateNotificationInput says which place to tell of what.
type CreateNotificationInput struct {
	Organization string
	Name         string
	Format       NotificationFormat
	URL          string
	Kinds        []EventKind
	Environments []string
	Flows        []string
}

// Validate checks bounds. It returns KindInvalid.
func (in *CreateNotificationInput) Validate() error {
	if err := ValidateName("name", in.Name); err != nil {
		return err
	}
	if err := ValidateText("url", in.URL, 1, 2000); err != nil {
		return err
	}
	u, err := url.Parse(in.URL)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return Invalid("url", "the url is not one that can be told: write it as in https://hooks.example.com/landfall")
	}
	return in.Filter().Validate()
}

// Filter is which events the place is told of.
func (in *CreateNotificationInput) Filter() *EventFilter {
	return &EventFilter{Kinds: in.Kinds, Environments: in.Environments, Flows: in.Flows}
}

// CreateNotificationPayload holds the place, this once with the secret; nil for a form
// that is not signed.
type CreateNotificationPayload struct {
	Notification *Notification
	Secret       *string
}

// DeleteNotificationInput says which place to tell no more.
type DeleteNotificationInput struct {
	NotificationID ID
}

// DeleteNotificationPayload says what was taken away.
type DeleteNotificationPayload struct {
	DeletedNotificationID ID
}

// TestNotificationInput says which place to send a test to.
type TestNotificationInput struct {
	NotificationID ID
}

// TestNotificationPayload says what became of the test.
type TestNotificationPayload struct {
	Notification *Notification
	Sent         bool
	Reason       *string
}
