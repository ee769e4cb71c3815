package db

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// Unchanged reports are one update in place, of all that wait together, and make
// no row. Each proves itself by its token in the same statement. The rows are
// locked in their order, so that two servers cannot block each other.
const reportsUnchanged = `
WITH proven AS (
  SELECT r.i, h.organization_id, h.environment_id, h.content, r.observed_at, r.reported_at
  FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::timestamptz[], $7::timestamptz[])
    WITH ORDINALITY AS r(token, organization, environment, type, content, observed_at, reported_at, i)
  JOIN tokens t ON t.hash = r.token AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > r.reported_at) AND t.role <> 'READER'
  JOIN organizations o ON o.id = t.organization_id AND o.name = r.organization
  JOIN environment_names n ON n.organization_id = t.organization_id AND n.name = r.environment
  JOIN environments en ON en.organization_id = t.organization_id AND en.id = n.environment_id AND en.type = r.type
  JOIN environment_heads h ON h.organization_id = t.organization_id AND h.environment_id = n.environment_id AND h.content = r.content AND NOT h.closed
  ORDER BY h.organization_id, h.environment_id
  FOR NO KEY UPDATE OF h
), seen AS (
  UPDATE environment_heads h
  SET observed_at = greatest(h.observed_at, p.observed_at), reported_at = greatest(h.reported_at, p.reported_at)
  FROM (SELECT organization_id, environment_id, content, max(observed_at) AS observed_at, max(reported_at) AS reported_at
        FROM proven GROUP BY organization_id, environment_id, content) p
  WHERE h.organization_id = p.organization_id AND h.environment_id = p.environment_id AND h.content = p.content
  RETURNING h.organization_id, h.environment_id, h.number
)
SELECT p.i AS parent, s.number FROM proven p JOIN seen s ON s.organization_id = p.organization_id AND s.environment_id = p.environment_id`

// ReportUnchanged notes that an environment was looked at, if its newest snapshot
// says what the report says and the token is one that may report it. It returns
// the number of that snapshot, and 0 if any of that does not hold: then nothing
// was done, and ApplyReport tells what to do.
func (db *DB) ReportUnchanged(ctx context.Context, r model.TokenReport) (number int, err error) {
	number, err = db.unchanged.run(ctx, r)
	return number, wrap(err, fmt.Sprintf("report of %q", r.Environment))
}

// reportAllUnchanged notes all reports that wait, and returns the number of the
// newest snapshot of each, 0 where there is none.
func (db *DB) reportAllUnchanged(ctx context.Context, reports []model.TokenReport) ([]int, error) {
	now := db.now()
	tokens, contents := make(pq.ByteaArray, len(reports)), make(pq.ByteaArray, len(reports))
	organizations, environments, types := make([]string, len(reports)), make([]string, len(reports)), make([]string, len(reports))
	observed, reported := make([]time.Time, len(reports)), make([]time.Time, len(reports))
	for i, r := range reports {
		tokens[i], contents[i], organizations[i] = r.TokenHash, r.Content, r.Organization
		environments[i], types[i] = r.Environment, r.Type.WireName()
		observed[i], reported[i] = orNow(r.ObservedAt, now), now
	}
	var rows []struct{ Parent, Number int }
	err := db.read(ctx, &rows, reportsUnchanged, tokens, pq.Array(organizations), pq.Array(environments), pq.Array(types),
		contents, pq.Array(observed), pq.Array(reported))
	if err != nil {
		return nil, err
	}
	numbers := make([]int, len(reports))
	for _, row := range rows {
		numbers[row.Parent-1] = row.Number
	}
	return numbers, nil
}
