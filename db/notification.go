package db

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/lib/pq"
	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// notificationColumns are the columns of a notification n that people see.
const notificationColumns = `
  n.id, n.name, n.format, n.url, n.kinds, n.created_at, n.attempts, n.reason, n.last_sent_at,
  ARRAY(SELECT e.name FROM environments e WHERE e.organization_id = n.organization_id AND e.id = ANY (n.environments) ORDER BY e.name) AS environment_names,
  ARRAY(SELECT f.name FROM flows f WHERE f.organization_id = n.organization_id AND f.id = ANY (n.flows) ORDER BY f.name) AS flow_names`

type notificationRow struct {
	ID               int
	Name             string
	Format           string
	URL              string `bun:"url"`
	Secret           string
	Kinds            []string `bun:",array"`
	CreatedAt        time.Time
	Attempts         int
	Reason           *string
	LastSentAt       *time.Time
	EnvironmentNames []string `bun:",array"`
	FlowNames        []string `bun:",array"`
}

func (r *notificationRow) notification(org *model.Organization) *model.Notification {
	n := &model.Notification{
		OrganizationName: org.Name, Key: r.ID, Name: r.Name, Format: model.NotificationFormat(r.Format), URL: r.URL, Secret: r.Secret,
		Kinds: []model.EventKind{}, Environments: append([]string{}, r.EnvironmentNames...), Flows: append([]string{}, r.FlowNames...),
		CreatedAt: r.CreatedAt.UTC(), Attempts: r.Attempts, Reason: r.Reason, LastSentAt: utc(r.LastSentAt),
	}
	for _, kind := range r.Kinds {
		n.Kinds = append(n.Kinds, model.EventKind(kind))
	}
	return n
}

// CreateNotification has a place told of what becomes known from now on. The secret is
// empty for a form that is not signed. It returns KindInvalid, KindNotFound for an
// environment or a flow that does not exist, KindConflict for a name that is taken, and
// KindTooLarge if there are too many.
func (db *DB) CreateNotification(ctx context.Context, org *model.Organization, in model.CreateNotificationInput) (n *model.Notification, secret string, err error) {
	if err := in.Validate(); err != nil {
		return nil, "", err
	}
	scope, err := db.EventScope(ctx, org, in.Filter())
	if err != nil {
		return nil, "", err
	}
	if in.Format == model.NotificationWebhook {
		secret = "lfn_" + rand.Text()
	}
	now := db.now()
	kinds := make([]string, len(in.Kinds))
	for i, k := range in.Kinds {
		kinds[i] = string(k)
	}
	err = db.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		var made []struct{ ID int }
		err := db.readIn(ctx, tx, &made, insertNotification, org.Key, in.Name, string(in.Format), in.URL, secret, pq.Array(kinds),
			pq.Array(scope.Environments), pq.Array(scope.Flows), now, model.MaxNotifications)
		if err != nil {
			return wrap(err, "notification "+in.Name)
		}
		if len(made) == 0 {
			return model.Errorf(model.KindTooLarge, "organization %q has %d notifications, and may have no more: delete some", org.Name, model.MaxNotifications)
		}
		var rows []notificationRow
		err = db.readIn(ctx, tx, &rows, notificationsWhere+` AND n.id = $2`, org.Key, made[0].ID)
		if err == nil {
			n = rows[0].notification(org)
		}
		return wrap(err, "notification")
	})
	return n, secret, err
}

// It begins at the newest position. What is under way is told too: it will be after it.
const insertNotification = `
INSERT INTO notifications (organization_id, name, format, url, secret, kinds, environments, flows, created_at, due_at, xact, event_id)
SELECT $1, $2, $3, $4, nullif($5, ''), $6::text[], coalesce($7::int[], '{}'), coalesce($8::int[], '{}'), $9, $9, coalesce(p.xact, '0'), coalesce(p.id, 0)
FROM (VALUES (1)) AS one
LEFT JOIN LATERAL (
  SELECT e.xact, e.id FROM events e WHERE e.organization_id = $1 AND ` + settled + ` ORDER BY e.xact DESC, e.id DESC LIMIT 1) p ON true
WHERE (SELECT count(*) FROM notifications WHERE organization_id = $1) < $10
RETURNING id`

const notificationsWhere = `SELECT ` + notificationColumns + ` FROM notifications n WHERE n.organization_id = $1`

// Notification returns a place that is told of events, by its key. It returns
// KindNotFound.
func (db *DB) Notification(ctx context.Context, org *model.Organization, key int) (*model.Notification, error) {
	var rows []notificationRow
	if err := db.read(ctx, &rows, notificationsWhere+` AND n.id = $2`, org.Key, key); err != nil {
		return nil, wrap(err, "notification")
	}
	if len(rows) == 0 {
		return nil, model.Errorf(model.KindNotFound, "notification does not exist")
	}
	return rows[0].notification(org), nil
}

// NotificationByName returns a place that is told of events. It returns KindNotFound.
func (db *DB) NotificationByName(ctx context.Context, org *model.Organization, name string) (*model.Notification, error) {
	var rows []notificationRow
	if model.ValidateName("name", name) == nil { // what is none may be no text that Postgres takes
		if err := db.read(ctx, &rows, notificationsWhere+` AND n.name = $2`, org.Key, name); err != nil {
			return nil, wrap(err, "notification")
		}
	}
	if len(rows) == 0 {
		return nil, model.Errorf(model.KindNotFound, "notification %q does not exist", name)
	}
	return rows[0].notification(org), nil
}

// Notifications returns a page of the places that are told of events, by name.
func (db *DB) Notifications(ctx context.Context, org *model.Organization, p model.Page) (*model.NotificationConnection, error) {
	after, err := nameAfter(p)
	if err != nil {
		return nil, err
	}
	var rows []notificationRow
	err = db.read(ctx, &rows, notificationsWhere+` AND n.name > $2 ORDER BY n.name LIMIT $3`, org.Key, after, p.First+1)
	if err != nil {
		return nil, wrap(err, "notifications")
	}
	nodes := make([]*model.Notification, len(rows))
	for i := range rows {
		nodes[i] = rows[i].notification(org)
	}
	return model.NewConnection(nodes, p, func(n *model.Notification) model.Cursor { return model.NewCursor(n.Name) }), nil
}

// DeleteNotification tells a place no more. It returns KindNotFound.
func (db *DB) DeleteNotification(ctx context.Context, org *model.Organization, key int) error {
	res, err := db.bun.NewRaw(`DELETE FROM notifications WHERE organization_id = ? AND id = ?`, org.Key, key).Exec(ctx)
	if err != nil {
		return wrap(err, "notification")
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return model.Errorf(model.KindNotFound, "notification does not exist")
	}
	return nil
}

const attemptsOfNotifications = `
SELECT p.i AS parent, a.at, a.events, a.status, a.reason
FROM unnest($2::int[]) WITH ORDINALITY AS p(notification_id, i)
CROSS JOIN LATERAL (
  SELECT * FROM notification_attempts a WHERE a.organization_id = $1 AND a.notification_id = p.notification_id ORDER BY a.id DESC LIMIT $3) a
ORDER BY p.i, a.id DESC`

// ReadNotificationAttempts reads the newest attempts of each notification into it.
func (db *DB) ReadNotificationAttempts(ctx context.Context, org *model.Organization, notifications []*model.Notification) error {
	keys := make([]int64, len(notifications))
	for i, n := range notifications {
		keys[i] = int64(n.Key)
		n.History = []*model.NotificationAttempt{}
	}
	var rows []struct {
		Parent int
		At     time.Time
		Events int
		Status *int
		Reason *string
	}
	err := db.read(ctx, &rows, attemptsOfNotifications, org.Key, pq.Array(keys), model.MaxNotificationAttempts)
	for _, r := range rows {
		n := notifications[r.Parent-1]
		n.History = append(n.History, &model.NotificationAttempt{At: r.At.UTC(), Status: r.Status, Reason: r.Reason, Events: r.Events})
	}
	return wrap(err, "attempts of notifications")
}
