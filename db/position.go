package db

import (
	"context"

	"github.com/landfall-dev/landfall/model"
)

// What is settled can have nothing before it any more that is not known yet: all
// transactions that began before it have ended. What is not will be soon.
const (
	settled = `e.xact < pg_snapshot_xmin(pg_current_snapshot())`

	newestPosition = `
SELECT e.xact::text::bigint AS transaction, e.id AS key FROM events e
WHERE e.organization_id = $1 AND ` + settled + `
ORDER BY e.xact DESC, e.id DESC LIMIT 1`
)

// Position returns the newest place in the log of an organization. Whatever is read
// later knows all events up to it.
func (db *DB) Position(ctx context.Context, org *model.Organization) (model.Position, error) {
	var rows []model.Position
	if err := db.read(ctx, &rows, newestPosition, org.Key); err != nil {
		return model.Position{}, wrap(err, "position")
	}
	if len(rows) == 0 {
		return model.Position{}, nil
	}
	return rows[0], nil
}
