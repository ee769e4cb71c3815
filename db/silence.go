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

// A silence is known by when the newest report before it had arrived, so that
// servers that look at the same moment tell of it once. It ended when another
// report has arrived.
const tellSilences = `
WITH heard AS MATERIALIZED (
  SELECT s.organization_id, s.environment_id, s.since, h.reported_at
  FROM environment_silences s
  JOIN environment_heads h ON h.organization_id = s.organization_id AND h.environment_id = s.environment_id
  WHERE s.ended_at IS NULL AND h.reported_at > s.since
  ORDER BY s.organization_id, s.environment_id
  LIMIT $4 FOR UPDATE OF s SKIP LOCKED
), ended AS (
  UPDATE environment_silences s SET ended_at = heard.reported_at
  FROM heard
  WHERE s.organization_id = heard.organization_id AND s.environment_id = heard.environment_id AND s.since = heard.since AND s.ended_at IS NULL
  RETURNING s.organization_id, s.environment_id, s.since, s.ended_at
), begun AS (
  INSERT INTO environment_silences (organization_id, environment_id, since)
  SELECT en.organization_id, en.id, h.reported_at
  FROM environments en
  JOIN environment_heads h ON h.organization_id = en.organization_id AND h.environment_id = en.id
  WHERE en.silent_after IS NOT NULL AND en.archived_at IS NULL AND h.reported_at > '-infinity'
    AND h.reported_at < $1::timestamptz - en.silent_after * interval '1 second'
    AND $2::timestamptz < $1::timestamptz - least(en.silent_after, $3::int) * interval '1 second'
    AND NOT EXISTS (SELECT FROM environment_silences s
      WHERE s.organization_id = en.organization_id AND s.environment_id = en.id AND s.since = h.reported_at)
  ORDER BY en.organization_id, en.id
  LIMIT $4
  ON CONFLICT ON CONSTRAINT environment_silences_pkey DO NOTHING
  RETURNING organization_id, environment_id, since
), told AS (
  INSERT INTO events (organization_id, environment_id, at, recorded_at, kind, before, after)
  SELECT b.organization_id, b.environment_id, b.since + en.silent_after * interval '1 second', $1, 20, en.silent_after, NULL
  FROM begun b JOIN environments en ON en.organization_id = b.organization_id AND en.id = b.environment_id
  UNION ALL
  SELECT organization_id, environment_id, ended_at, $1, 21, NULL, extract(epoch FROM ended_at - since)::int FROM ended
)
SELECT (SELECT count(*) FROM begun) AS begun, (SELECT count(*) FROM ended) AS ended,
  ARRAY(SELECT organization_id FROM begun UNION SELECT organization_id FROM ended) AS organizations`

// TellSilences writes events of environments, of all organizations, that have
// fallen silent or are heard again, at most so many of each. Since tells from when
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
		db.hints.add(organization)
	}
	return rows[0].Begun, rows[0].Ended, nil
}
