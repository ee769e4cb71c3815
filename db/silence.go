package db

import (
	"context"
	"time"

	"github.com/landfall-dev/landfall/model"
)

// ReadReporting fills in whether environments are reported as they should be. A
// logical one is reported as the most silent of its members is.
func (db *DB) ReadReporting(ctx context.Context, org *model.Organization, environments []*model.Environment) error {
	now := db.now()
	var logical []*model.Environment
	for _, e := range environments {
		if e.IsLogical() {
			logical = append(logical, e)
		} else {
			e.Reporting = model.ReportingOf(e, now)
		}
	}
	if len(logical) == 0 {
		return nil
	}
	pages, err := db.MembersOfEnvironments(ctx, org, logical, model.Page{First: model.MaxMembers})
	if err != nil {
		return err
	}
	for i, page := range pages {
		var members []*model.Reporting
		for _, m := range page.Nodes {
			members = append(members, model.ReportingOf(m, now))
		}
		logical[i].Reporting = model.ReportingOfUnion(members)
	}
	return nil
}

// silenceGrace is how long the server itself must have listened before it calls an
// environment silent: while it was away, nobody could be heard.
const silenceGrace = model.DefaultSilentAfter

// A silence is known by when the newest report before it had arrived, which is kept
// when it is told of: of servers that look at the same moment, one locks the row and
// the others pass by. It ended when another report has arrived. One scan of two small
// tables finds both, and nothing is written if there is neither.
const tellSilences = `
WITH looked_at AS MATERIALIZED (
  SELECT en.organization_id, en.id, en.silent_after, en.silent_since AS was, h.reported_at,
         h.reported_at < $1::timestamptz - en.silent_after * interval '1 second'
           AND $2::timestamptz < $1::timestamptz - least(en.silent_after, $3::int) * interval '1 second' AS is_silent
  FROM environments en
  JOIN environment_heads h ON h.organization_id = en.organization_id AND h.environment_id = en.id
  WHERE en.silent_after IS NOT NULL AND en.archived_at IS NULL AND h.reported_at > '-infinity'
    AND en.silent_since IS DISTINCT FROM h.reported_at
    AND (en.silent_since IS NOT NULL
      OR h.reported_at < $1::timestamptz - en.silent_after * interval '1 second'
        AND $2::timestamptz < $1::timestamptz - least(en.silent_after, $3::int) * interval '1 second')
  ORDER BY en.organization_id, en.id
  LIMIT $4 FOR NO KEY UPDATE OF en SKIP LOCKED
), kept AS (
  UPDATE environments en SET silent_since = CASE WHEN l.is_silent THEN l.reported_at END
  FROM looked_at l WHERE en.organization_id = l.organization_id AND en.id = l.id
), told AS (
  INSERT INTO events (organization_id, environment_id, at, recorded_at, kind, before, after)
  SELECT organization_id, id, reported_at, $1, 21, NULL::int, extract(epoch FROM reported_at - was)::int FROM looked_at WHERE was IS NOT NULL
  UNION ALL
  SELECT organization_id, id, reported_at + silent_after * interval '1 second', $1, 20, silent_after, NULL FROM looked_at WHERE is_silent
)
SELECT count(*) FILTER (WHERE is_silent) AS begun, count(was) AS ended,
  coalesce(array_agg(DISTINCT organization_id), '{}') AS organizations
FROM looked_at`

// TellSilences writes events of environments, of all organizations, that have
// fallen silent or are heard again: of so many environments at most. Since tells from when
// on reports could come in: what was silent before then is given some time. Any
// number of servers may do it at once.
func (db *DB) TellSilences(ctx context.Context, since time.Time, most int) (begun, ended int, err error) {
	var rows []struct {
		Begun, Ended  int
		Organizations []int `bun:",array"`
	}
	if err := db.read(ctx, &rows, tellSilences, db.now(), since.UTC(), silenceGrace, most); err != nil {
		return 0, 0, wrap(err, "silences")
	}
	for _, organization := range rows[0].Organizations {
		db.hints.add(hint{organization, ofEvents})
	}
	return rows[0].Begun, rows[0].Ended, nil
}
