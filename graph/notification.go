package graph

import (
	"context"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

// notification is the organization and the key of a place that is told of events,
// which the caller may change.
func (r *Resolver) notification(ctx context.Context, id model.ID) (org *model.Organization, key int, err error) {
	organization, key, err := keyOfID(id, "notification", "notificationId")
	if err != nil {
		return nil, 0, err
	}
	org, err = r.writable(ctx, organization, model.RoleAdmin)
	return org, key, err
}

func fillNotificationHistory(ctx context.Context, d *db.DB, org *model.Organization, notifications []*model.Notification) error {
	return d.ReadNotificationAttempts(ctx, org, notifications)
}
