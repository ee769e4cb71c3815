package db

import (
	"context"
	"time"

	"github.com/lib/pq"
	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// What is failing waits for its time, whatever happens.
const leaseNotifications = `
WITH due AS (
  SELECT organization_id, id FROM notifications
  WHERE leased_until <= $1 AND (due_at <= $1 OR (attempts = 0 AND organization_id = ANY ($2::int[])))
  ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED
), leased AS (
  UPDATE notifications n SET leased_until = $4 FROM due
  WHERE n.organization_id = due.organization_id AND n.id = due.id
  RETURNING n.*
)
SELECT o.id AS org, o.name AS org_name, coalesce(n.secret, '') AS secret, n.environments AS environment_keys, n.flows AS flow_keys,
  n.xact::text::bigint AS transaction, n.event_id, ` + notificationColumns + `
FROM leased n JOIN organizations o ON o.id = n.organization_id
ORDER BY n.due_at`

// DueNotifications leases places that may be told something: those that are due, and
// those of some organizations in which events were written. Until the lease ends, no
// other server tells them.
func (db *DB) DueNotifications(ctx context.Context, organizations []int, most int, lease time.Duration) ([]*model.DueNotification, error) {
	now := db.now()
	until := now.Add(lease)
	var rows []struct {
		Org             int
		OrgName         string
		EnvironmentKeys []int64 `bun:",array"`
		FlowKeys        []int64 `bun:",array"`
		Transaction     int64
		EventID         int64
		notificationRow
	}
	if err := db.read(ctx, &rows, leaseNotifications, now, pq.Array(organizations), most, until); err != nil {
		return nil, wrap(err, "notifications")
	}
	due := make([]*model.DueNotification, len(rows))
	for i := range rows {
		r := &rows[i]
		org := &model.Organization{Key: r.Org, Name: r.OrgName}
		d := &model.DueNotification{
			Organization: org, Notification: r.notification(org), LeasedUntil: until,
			Position: model.Position{Transaction: r.Transaction, Key: r.EventID},
		}
		d.Scope.Kinds = d.Notification.Kinds
		for _, key := range r.EnvironmentKeys {
			d.Scope.Environments = append(d.Scope.Environments, int(key))
		}
		for _, key := range r.FlowKeys {
			d.Scope.Flows = append(d.Scope.Flows, int(key))
		}
		due[i] = d
	}
	return due, nil
}

const settleNotification = `
UPDATE notifications SET
  xact = $4::text::xid8, event_id = $5, due_at = $6, leased_until = '-infinity',
  attempts = CASE WHEN $7::text <> '' THEN attempts + 1 WHEN $8 THEN 0 ELSE attempts END,
  reason = CASE WHEN $7 <> '' THEN $7 WHEN $8 THEN NULL ELSE reason END,
  last_sent_at = CASE WHEN $8 AND $7 = '' THEN $9 ELSE last_sent_at END
WHERE organization_id = $1 AND id = $2 AND leased_until = $3
RETURNING id`

const insertAttempt = `
WITH kept AS (
  INSERT INTO notification_attempts (organization_id, notification_id, at, events, status, reason)
  SELECT $1, id, $3, $4, $5, nullif($6, '') FROM notifications WHERE organization_id = $1 AND id = $2
)
DELETE FROM notification_attempts
WHERE organization_id = $1 AND notification_id = $2 AND id <= (
  SELECT a.id FROM notification_attempts a WHERE a.organization_id = $1 AND a.notification_id = $2 ORDER BY a.id DESC OFFSET $7 LIMIT 1)`

// SettleNotification notes what became of telling a leased place, and ends the lease.
// If the lease has gone to another server, nothing is noted: that one tells again.
func (db *DB) SettleNotification(ctx context.Context, due *model.DueNotification, r model.NotificationResult) error {
	now, org, key := db.now(), due.Organization.Key, due.Notification.Key
	return db.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var ours []struct{ ID int }
		err := db.readIn(ctx, tx, &ours, settleNotification, org, key, due.LeasedUntil, model.IntKey(r.Position.Transaction), r.Position.Key,
			now.Add(r.Next), r.Reason, r.Tried, now)
		if err != nil || len(ours) == 0 || !r.Tried {
			return wrap(err, "notification")
		}
		return wrap(db.execIn(ctx, tx, insertAttempt, org, key, now, r.Events, r.Status, r.Reason, model.MaxNotificationAttempts-1), "attempt")
	})
}

// NoteNotificationTest notes what became of a test message. If it arrived, what waits
// is tried at once.
func (db *DB) NoteNotificationTest(ctx context.Context, org *model.Organization, key int, status *int, reason string) error {
	now := db.now()
	return db.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := db.execIn(ctx, tx, insertAttempt, org.Key, key, now, 0, status, reason, model.MaxNotificationAttempts-1); err != nil {
			return wrap(err, "attempt")
		}
		_, err := tx.NewRaw(`UPDATE notifications SET due_at = least(due_at, ?) WHERE organization_id = ? AND id = ? AND ?`, now, org.Key, key, reason == "").Exec(ctx)
		return wrap(err, "notification")
	})
}

// NotificationToTell returns a place with what is needed to tell it. It returns
// KindNotFound.
func (db *DB) NotificationToTell(ctx context.Context, org *model.Organization, key int) (*model.Notification, error) {
	var rows []notificationRow
	err := db.read(ctx, &rows, `SELECT coalesce(n.secret, '') AS secret, `+notificationColumns+` FROM notifications n WHERE n.organization_id = $1 AND n.id = $2`, org.Key, key)
	if err != nil {
		return nil, wrap(err, "notification")
	}
	if len(rows) == 0 {
		return nil, model.Errorf(model.KindNotFound, "notification does not exist")
	}
	return rows[0].notification(org), nil
}
