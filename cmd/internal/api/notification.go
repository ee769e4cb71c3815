package api

import (
	"context"
	"time"

	graphql "github.com/hasura/go-graphql-client"
)

// NotificationFormats are the forms in which places are told of events.
var NotificationFormats = []string{"WEBHOOK", "SLACK"}

// Notification is a place that is told of events.
type Notification struct {
	Name         string     `graphql:"name"`
	Format       string     `graphql:"format"`       // one of NotificationFormats
	Host         string     `graphql:"host"`         // of its URL; the rest is a secret
	Kinds        []string   `graphql:"kinds"`        // all if empty
	Environments []string   `graphql:"environments"` // all if empty
	Flows        []string   `graphql:"flows"`        // all if empty
	CreatedAt    time.Time  `graphql:"createdAt"`
	Failing      bool       `graphql:"failing"`
	Reason       *string    `graphql:"reason"`     // nil if it is not failing
	LastSentAt   *time.Time `graphql:"lastSentAt"` // nil if nothing was sent
}

// NotificationAttempt is one attempt to tell a place.
type NotificationAttempt struct {
	At     time.Time `graphql:"at"`
	Events int       `graphql:"events"` // 0 for a test
	Status *int      `graphql:"status"` // nil if there was no answer
	Reason *string   `graphql:"reason"` // nil if it did not fail
}

// NotificationStory is a place with the newest attempts to tell it, newest first.
type NotificationStory struct {
	Notification
	History []NotificationAttempt `graphql:"history"`
}

// CreateNotificationInput is a place to tell, and of what.
type CreateNotificationInput struct {
	Organization string   `json:"organization"` // set by the client
	Name         string   `json:"name"`
	Format       string   `json:"format"` // one of NotificationFormats
	URL          string   `json:"url"`
	Kinds        []string `json:"kinds,omitempty"`
	Environments []string `json:"environments,omitempty"`
	Flows        []string `json:"flows,omitempty"`
}

// CreateNotification has a place told of events. The secret, with which messages are
// signed, is not shown again; it is nil for a form that is not signed.
func (c *Client) CreateNotification(ctx context.Context, in CreateNotificationInput) (n Notification, secret *string, err error) {
	var m struct {
		CreateNotification struct {
			Notification Notification `graphql:"notification"`
			Secret       *string      `graphql:"secret"`
		} `graphql:"createNotification(input: $input)"`
	}
	in.Organization = c.organization
	err = c.mutate(ctx, "CreateNotification", &m, variables{"input": in})
	return m.CreateNotification.Notification, m.CreateNotification.Secret, err
}

// Notifications lists the places that are told of events, by name: at most limit of
// them, or all if it is 0.
func (c *Client) Notifications(ctx context.Context, limit int) (List[Notification], error) {
	return follow(ctx, c, limit, func(first int, after *Cursor) (page[Notification], error) {
		var q struct {
			Organization struct {
				Notifications page[Notification] `graphql:"notifications(first: $first, after: $after)"`
			} `graphql:"organization(name: $organization)"`
		}
		err := c.query(ctx, "Notifications", &q, variables{"organization": c.organization, "first": first, "after": after})
		return q.Organization.Notifications, err
	})
}

// Notification returns a place that is told of events, by name.
func (c *Client) Notification(ctx context.Context, name string) (NotificationStory, error) {
	var q struct {
		Organization struct {
			Notification NotificationStory `graphql:"notification(name: $name)"`
		} `graphql:"organization(name: $organization)"`
	}
	err := c.query(ctx, "Notification", &q, variables{"organization": c.organization, "name": name})
	return q.Organization.Notification, err
}

// DeleteNotificationInput says which place to tell no more.
type DeleteNotificationInput struct {
	NotificationID string `json:"notificationId"`
}

// DeleteNotification tells a place no more.
func (c *Client) DeleteNotification(ctx context.Context, name string) error {
	id, err := c.notificationID(ctx, name)
	if err != nil {
		return err
	}
	var m struct {
		DeleteNotification struct {
			ID graphql.ID `graphql:"deletedNotificationId"`
		} `graphql:"deleteNotification(input: $input)"`
	}
	return c.mutate(ctx, "DeleteNotification", &m, variables{"input": DeleteNotificationInput{id}})
}

// TestNotificationInput says which place to send a test to.
type TestNotificationInput struct {
	NotificationID string `json:"notificationId"`
}

// TestNotification sends a test to a place, and returns why it did not arrive; nil if
// it did.
func (c *Client) TestNotification(ctx context.Context, name string) (reason *string, err error) {
	id, err := c.notificationID(ctx, name)
	if err != nil {
		return nil, err
	}
	var m struct {
		TestNotification struct {
			Reason *string `graphql:"reason"`
		} `graphql:"testNotification(input: $input)"`
	}
	err = c.mutate(ctx, "TestNotification", &m, variables{"input": TestNotificationInput{id}})
	return m.TestNotification.Reason, err
}

func (c *Client) notificationID(ctx context.Context, name string) (string, error) {
	var q struct {
		Organization struct {
			Notification struct {
				ID string `graphql:"id"`
			} `graphql:"notification(name: $name)"`
		} `graphql:"organization(name: $organization)"`
	}
	err := c.query(ctx, "NotificationID", &q, variables{"organization": c.organization, "name": name})
	return q.Organization.Notification.ID, err
}
