package db

import (
	"context"
	"time"

	"github.com/lib/pq"
	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// eventRow is one line of history as it is written. What happens to what runs is
// written by the statement that applies a report.
type eventRow struct {
	bun.BaseModel `bun:"events"`

	OrganizationID int
	EnvironmentID  *int
	At             time.Time
	RecordedAt     time.Time
	FlowID         *int
	Number         *int
	After          *int
	Kind           int
	Fingerprint    []byte
	Name           *string
}

func insertEvent(ctx context.Context, idb bun.IDB, org *model.Organization, row eventRow) error {
	row.OrganizationID = org.Key
	wroteEvents(ctx, org.Key)
	_, err := idb.NewInsert().Model(&row).Exec(ctx)
	return wrap(err, "event")
}

const eventColumns = `
  e.id AS e_id, e.xact::text::bigint AS e_xact, e.kind AS e_kind, e.at AS e_at, e.recorded_at AS e_recorded_at, e.flow_id AS e_flow_id, e.number AS e_number,
  e.before AS e_before, e.after AS e_after, e.fingerprint AS e_fingerprint, e.name AS e_name, e.expectation_id AS e_expectation_id,
  e.environment_id AS e_environment_id, en.name AS e_environment`

const eventJoins = `
LEFT JOIN environments en ON en.organization_id = $1 AND en.id = e.environment_id`

type eventOfParent struct {
	Parent       int
	EID          int64     `bun:"e_id"`
	EXact        int64     `bun:"e_xact"`
	EKind        int       `bun:"e_kind"`
	EAt          time.Time `bun:"e_at"`
	ERecordedAt  time.Time `bun:"e_recorded_at"`
	EFlowID      int       `bun:"e_flow_id"`
	ENumber      int       `bun:"e_number"`
	EBefore      int       `bun:"e_before"`
	EAfter       int       `bun:"e_after"`
	EFingerprint []byte    `bun:"e_fingerprint"`
	EName        string    `bun:"e_name"`

	EExpectationID int `bun:"e_expectation_id"`

	EEnvironmentID int    `bun:"e_environment_id"`
	EEnvironment   string `bun:"e_environment"`
}

func (r *eventOfParent) event(org *model.Organization) model.Event {
	facts := &model.EventFacts{
		OrganizationName: org.Name, Key: r.EID, Kind: model.EventKindOf(r.EKind), At: r.EAt.UTC(), RecordedAt: r.ERecordedAt.UTC(),
		Place:   model.Position{Transaction: r.EXact, Key: r.EID},
		FlowKey: r.EFlowID, Number: r.ENumber, Before: r.EBefore, After: r.EAfter, Name: r.EName,
		EnvironmentKey: r.EEnvironmentID, ExpectationKey: r.EExpectationID, EnvironmentName: r.EEnvironment,
	}
	if len(r.EFingerprint) > 0 {
		f := model.FingerprintOf(r.EFingerprint)
		facts.Fingerprint = &f
	}
	return model.NewEvent(facts)
}

// eventPlace is the place of a list of events at which a page begins.
func eventPlace(p model.Page, beginning any, kind, id int64) (at any, k, i int64, err error) {
	if p.After == "" {
		return beginning, kind, id, nil
	}
	key, err := p.After.Key(3)
	if err != nil {
		return nil, 0, 0, err
	}
	t, err := model.ParseTimeKey(key[0])
	if err != nil {
		return nil, 0, 0, err
	}
	if k, err = model.ParseIntKey(key[1]); err != nil {
		return nil, 0, 0, err
	}
	i, err = model.ParseIntKey(key[2])
	return t, k, i, err
}

func eventPages(org *model.Organization, rows []eventOfParent, parents int, p model.Page) []*model.EventConnection {
	groups := grouped(rows, parents, func(r *eventOfParent) int { return r.Parent })
	return connections(groups, p, func(r *eventOfParent) model.Event { return r.event(org) }, model.EventCursor)
}

// Events of one moment go by their kinds, which follow the life of an artifact. Of
// those that tell when it was made the one with its own time counts: an earlier
// time may have been told later. When it was found out of which flow something is that
// ran already (14) belongs to the log of the environment: it did not happen to the
// artifact.
const historyOfArtifacts = `
SELECT a.i AS parent, ` + eventColumns + fromArtifacts + `
CROSS JOIN LATERAL (
  SELECT e.* FROM (` + digestsOfArtifact + `) d
  CROSS JOIN LATERAL (
    SELECT * FROM events e
    WHERE e.organization_id = $1 AND e.fingerprint = d.digest AND (e.flow_id IS NULL OR e.flow_id = a.flow_id)
      AND e.at >= $5 AND (e.at, e.kind, e.id) > ($5, $6::smallint, $7) AND e.kind <> 14 AND (e.kind <> 1
        OR e.at = (SELECT made.created_at FROM artifacts made WHERE made.organization_id = $1 AND made.id = a.id))
    ORDER BY e.at, e.kind, e.id LIMIT $8) e
  ORDER BY e.at, e.kind, e.id LIMIT $8) e` + eventJoins + `
ORDER BY a.i, e.at, e.kind, e.id`

// HistoryOfArtifacts returns a page of the history of each artifact, oldest
// first.
func (db *DB) HistoryOfArtifacts(ctx context.Context, org *model.Organization, artifacts []*model.Artifact, p model.Page) ([]*model.EventConnection, error) {
	at, kind, id, err := eventPlace(p, "-infinity", 0, 0)
	if err != nil {
		return nil, err
	}
	fingerprints, flows, keys := artifactKeys(artifacts)
	var rows []eventOfParent
	err = db.read(ctx, &rows, historyOfArtifacts, org.Key, fingerprints, flows, keys, at, kind, id, p.First+1)
	if err != nil {
		return nil, wrap(err, "history")
	}
	return eventPages(org, rows, len(artifacts), p), nil
}

// Event returns one event. It returns KindNotFound.
func (db *DB) Event(ctx context.Context, org *model.Organization, key int64) (model.Event, error) {
	var rows []eventOfParent
	err := db.read(ctx, &rows, `
SELECT 1 AS parent, `+eventColumns+` FROM events e`+eventJoins+`
WHERE e.organization_id = $1 AND e.id = $2`, org.Key, key)
	if err != nil {
		return nil, wrap(err, "event")
	}
	if len(rows) == 0 {
		return nil, model.Errorf(model.KindNotFound, "event does not exist")
	}
	return rows[0].event(org), nil
}

const flowsByKey = `
SELECT ` + flowColumns + `
FROM flows f
LEFT JOIN repositories fr ON fr.organization_id = $1 AND fr.id = f.repository_id
WHERE f.organization_id = $1 AND f.id = ANY ($2::int[])`

// FlowsByKey returns flows by their keys; those that do not exist are missing.
func (db *DB) FlowsByKey(ctx context.Context, org *model.Organization, keys []int) (map[int]*model.Flow, error) {
	var rows []flowRow
	if err := db.read(ctx, &rows, flowsByKey, org.Key, pq.Array(keys)); err != nil {
		return nil, wrap(err, "flows")
	}
	flows := make(map[int]*model.Flow, len(rows))
	for i := range rows {
		f := rows[i].flow(org)
		flows[f.Key] = f
	}
	return flows, nil
}
