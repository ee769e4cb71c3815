package db

import (
	"context"
	"math"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// order is which way a list goes, as it is written in a statement.
type order struct{ direction, beyond, within string }

var (
	newestFirst = order{"DESC", "<", "<="}
	oldestFirst = order{"ASC", ">", ">="}
)

// sourcesOfLog is where the log of p comes from: its own events, and those of its
// members while they were members.
const sourcesOfLog = `
    SELECT p.environment_id, coalesce(p.since, '-infinity') AS since, coalesce(p.before, 'infinity') AS before
    UNION ALL
    SELECT m.member_id, greatest(m.joined_at, p.since), least(m.left_at, p.before, 'infinity')
    FROM environment_members m WHERE m.organization_id = $1 AND m.environment_id = p.environment_id`

const fromSpans = `
FROM unnest($2::int[], $3::timestamptz[], $4::timestamptz[]) WITH ORDINALITY AS p(environment_id, since, before, i)`

// eventsOfSource are the events of a source after a place.
func eventsOfSource(o order, limit string) string {
	return `
    SELECT * FROM events e
    WHERE e.organization_id = $1 AND e.environment_id = source.environment_id AND e.at >= source.since AND e.at < source.before
      AND e.at ` + o.within + ` $5 AND (e.at, e.kind, e.id) ` + o.beyond + ` ($5, $6::smallint, $7)
    ` + byTime(o) + ` LIMIT ` + limit
}

func byTime(o order) string {
	return "ORDER BY e.at " + o.direction + ", e.kind " + o.direction + ", e.id " + o.direction
}

func logOfSpans(o order) string {
	return `
SELECT p.i AS parent, ` + eventColumns + fromSpans + `
CROSS JOIN LATERAL (
  SELECT e.* FROM (` + sourcesOfLog + `) source
  CROSS JOIN LATERAL (` + eventsOfSource(o, "$8") + `) e
  ` + byTime(o) + ` LIMIT $8) e` + eventJoins + `
ORDER BY p.i, ` + byTime(o)[len("ORDER BY "):]
}

// isAskedFor is true of an event e that a filter asks for; null lists ask for
// nothing. What runs is of the flows whose artifact it is, by any of its digests.
const isAskedFor = `
      ($9::smallint[] IS NULL OR e.kind = ANY ($9))
  AND ($10::bytea[] IS NULL OR e.fingerprint = ANY ($10))
  AND ($11::int[] IS NULL AND $12::int[] IS NULL
    OR EXISTS (
      SELECT FROM flows f
      WHERE f.organization_id = $1 AND f.id = e.flow_id
        AND ($11 IS NULL OR f.id = ANY ($11)) AND ($12 IS NULL OR f.repository_id = ANY ($12)))
    OR EXISTS (
      SELECT FROM (
        SELECT a.flow_id, a.repository_id FROM artifacts a
        WHERE a.organization_id = $1 AND a.fingerprint = e.fingerprint
        UNION ALL
        SELECT a.flow_id, a.repository_id FROM artifact_digests g
        JOIN artifacts a ON a.organization_id = $1 AND a.id = g.artifact_id
        WHERE g.organization_id = $1 AND g.digest = e.fingerprint) a
      JOIN flows f ON f.organization_id = $1 AND f.id = a.flow_id
      WHERE (e.flow_id IS NULL OR e.flow_id = a.flow_id)
        AND ($11 IS NULL OR a.flow_id = ANY ($11)) AND ($12 IS NULL OR coalesce(a.repository_id, f.repository_id) = ANY ($12))))`

// maxEventsLookedAt is how many events are looked at for one page of those that a
// filter asks for. Where few are, a page may have fewer members than were asked
// for, or none, and go on all the same.
const maxEventsLookedAt = 2000

// stop is the last event that is looked at, if there may be more after it: of the
// sources that were not read to their end, the one that was left first.
func filteredLogOfSpans(o order) string {
	return `
SELECT p.i AS parent, e.stop_at, e.stop_kind, e.stop_id, ` + eventColumns + fromSpans + `
CROSS JOIN LATERAL (
  WITH sources AS MATERIALIZED (` + sourcesOfLog + `), looked_at AS MATERIALIZED (
    SELECT e.*, shared.n AS share
    FROM (SELECT greatest($8, $13::bigint / count(*)) AS n FROM sources) shared
    CROSS JOIN sources source
    CROSS JOIN LATERAL (
      SELECT e.*, row_number() OVER (` + byTime(o) + `) AS place FROM (` + eventsOfSource(o, "shared.n") + `) e) e
  ), stop AS MATERIALIZED (
    SELECT e.at, e.kind, e.id FROM looked_at e WHERE e.place = e.share ` + byTime(o) + ` LIMIT 1
  ), page AS MATERIALIZED (
    SELECT e.* FROM looked_at e
    WHERE NOT EXISTS (SELECT FROM stop WHERE (e.at, e.kind, e.id) ` + o.beyond + ` (stop.at, stop.kind, stop.id)) AND ` + isAskedFor + `
    ` + byTime(o) + ` LIMIT $8
  )
  SELECT page.*, stop.at AS stop_at, stop.kind AS stop_kind, stop.id AS stop_id
  FROM (VALUES (1)) AS one LEFT JOIN stop ON true LEFT JOIN page ON true) e` + eventJoins + `
ORDER BY p.i, ` + byTime(o)[len("ORDER BY "):]
}

var (
	logNewestFirst         = logOfSpans(newestFirst)
	logOldestFirst         = logOfSpans(oldestFirst)
	filteredLogNewestFirst = filteredLogOfSpans(newestFirst)
	filteredLogOldestFirst = filteredLogOfSpans(oldestFirst)
)

// LogOfEnvironments returns a page of the log of each span, in order of time. The
// log of a logical environment has the events of its members too, of the time in
// which they were members. For one page with a filter not many more than 2000
// events are looked at: it may have fewer than were asked for, and go on. It returns
// KindNotFound for a filter with a flow or a repository that does not exist.
func (db *DB) LogOfEnvironments(ctx context.Context, org *model.Organization, spans []Span, filter *model.LogFilter, direction model.OrderDirection, p model.Page) ([]*model.EventConnection, error) {
	statement, filtered := logNewestFirst, filteredLogNewestFirst
	beginning, first := any("infinity"), int64(math.MaxInt64)
	if direction == model.OrderAscending {
		statement, filtered, beginning, first = logOldestFirst, filteredLogOldestFirst, "-infinity", math.MinInt64
	}
	at, kind, id, err := eventPlace(p, beginning, min(first, math.MaxInt16), first)
	if err != nil {
		return nil, err
	}
	environments, since, before := spanKeys(spans)
	args := []any{org.Key, environments, since, before, at, max(kind, math.MinInt16), id, p.First + 1}
	if filter.Empty() {
		var rows []eventOfParent
		if err := db.read(ctx, &rows, statement, args...); err != nil {
			return nil, wrap(err, "log")
		}
		return eventPages(org, rows, len(spans), p), nil
	}
	asked, err := db.logFilterKeys(ctx, org, filter)
	if err != nil {
		return nil, err
	}
	var rows []eventOrStop
	if err := db.read(ctx, &rows, filtered, append(append(args, asked...), db.lookedAt)...); err != nil {
		return nil, wrap(err, "log")
	}
	return partsOfLog(org, rows, len(spans), p), nil
}

func spanKeys(spans []Span) (environments, since, before any) {
	keys, from, to := make([]int64, len(spans)), make([]*string, len(spans)), make([]*string, len(spans))
	for i, s := range spans {
		keys[i], from[i], to[i] = int64(s.Environment), timeText(s.Since), timeText(s.Before)
	}
	return pq.Array(keys), pq.Array(from), pq.Array(to)
}

type eventOrStop struct {
	StopAt   *time.Time
	StopKind int
	StopID   int64
	eventOfParent
}

func partsOfLog(org *model.Organization, rows []eventOrStop, parents int, p model.Page) []*model.EventConnection {
	pages := make([]*model.EventConnection, parents)
	for i, group := range grouped(rows, parents, func(r *eventOrStop) int { return r.Parent }) {
		events := []model.Event{}
		var stop *model.Cursor
		for _, r := range group {
			if r.StopAt != nil {
				cursor := model.NewCursor(model.TimeKey(r.StopAt.UTC()), model.IntKey(int64(r.StopKind)), model.IntKey(r.StopID))
				stop = &cursor
			}
			if r.EID != 0 {
				events = append(events, r.event(org))
			}
		}
		pages[i] = model.NewPartOfConnection(events, p, model.EventCursor, stop)
	}
	return pages
}

const namesToKeys = `
SELECT 'flow' AS kind, name, id FROM flows WHERE organization_id = $1 AND name = ANY ($2::text[])
UNION ALL
SELECT 'repository', name, id FROM repositories WHERE organization_id = $1 AND name = ANY ($3::text[])`

// logFilterKeys is a filter as parameters of a statement; null for what it does not
// ask for.
func (db *DB) logFilterKeys(ctx context.Context, org *model.Organization, filter *model.LogFilter) ([]any, error) {
	if err := filter.Validate(); err != nil {
		return nil, err
	}
	var kinds []int64
	for _, k := range filter.Kinds {
		kinds = append(kinds, int64(k.Code()))
	}
	var fingerprints pq.ByteaArray
	for _, f := range filter.Fingerprints {
		fingerprints = append(fingerprints, f.Bytes())
	}
	keys := map[string]map[string]int64{"flow": {}, "repository": {}}
	if len(filter.Flows)+len(filter.Repositories) > 0 {
		var rows []struct {
			Kind, Name string
			ID         int64
		}
		if err := db.read(ctx, &rows, namesToKeys, org.Key, pq.Array(filter.Flows), pq.Array(filter.Repositories)); err != nil {
			return nil, wrap(err, "flows and repositories")
		}
		for _, r := range rows {
			keys[r.Kind][r.Name] = r.ID
		}
	}
	flows, err := keysOfNames("flow", filter.Flows, keys["flow"])
	if err != nil {
		return nil, err
	}
	repositories, err := keysOfNames("repository", filter.Repositories, keys["repository"])
	return []any{pq.Array(kinds), fingerprints, pq.Array(flows), pq.Array(repositories)}, err
}

func keysOfNames(what string, names []string, found map[string]int64) ([]int64, error) {
	var keys []int64
	for _, name := range names {
		key, ok := found[name]
		if !ok {
			return nil, model.Errorf(model.KindNotFound, "%s %q does not exist", what, name)
		}
		keys = append(keys, key)
	}
	return keys, nil
}
