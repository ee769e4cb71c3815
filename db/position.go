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

	// What runs is told without a flow: it is that of the artifacts, as far as they
	// are known.
	eventsAfter = `
SELECT ` + eventColumns + `, ` + settled + ` AS e_settled,
  CASE WHEN e.flow_id IS NOT NULL THEN ARRAY[e.flow_id]
       WHEN e.fingerprint IS NOT NULL THEN ARRAY(SELECT DISTINCT x.flow_id FROM (SELECT e.fingerprint AS digest) p CROSS JOIN LATERAL (` + artifactsOfDigest + `) x)
  END AS e_flows
FROM (
  SELECT * FROM events e
  WHERE e.organization_id = $1 AND (e.xact, e.id) > ($2::text::xid8, $3)
  ORDER BY e.xact, e.id LIMIT $4) e` + eventJoins + `
ORDER BY e.xact, e.id`
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

type eventOfLog struct {
	eventOfParent
	ESettled bool    `bun:"e_settled"`
	EFlows   []int64 `bun:"e_flows,array"`
}

// EventsAfter returns a part of the log of an organization: so many events after a
// position at most, in order, each with the flows that it may be about. It ends
// before the first that is not settled.
func (db *DB) EventsAfter(ctx context.Context, org *model.Organization, after model.Position, most int) (*model.LogPart, error) {
	var rows []eventOfLog
	err := db.read(ctx, &rows, eventsAfter, org.Key, model.IntKey(after.Transaction), after.Key, most)
	if err != nil {
		return nil, wrap(err, "log")
	}
	part := &model.LogPart{More: len(rows) == most}
	for i := range rows {
		if !rows[i].ESettled {
			part.More, part.Unsettled = false, true
			break
		}
		event := rows[i].event(org)
		for _, flow := range rows[i].EFlows {
			event.Facts().FlowKeys = append(event.Facts().FlowKeys, int(flow))
		}
		part.Events = append(part.Events, event)
	}
	return part, nil
}
