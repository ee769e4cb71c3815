package db

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// Of what runs now and has one of an artifact's digests: where the artifact is the
// first that is known of it, that is an event; and where it is expected something of
// what runs, it has to be judged anew.
const runningBecameKnown = `
WITH digests AS (
  SELECT fingerprint AS digest FROM artifacts WHERE organization_id = ?0 AND id = ?1
  UNION
  SELECT digest FROM artifact_digests WHERE organization_id = ?0 AND artifact_id = ?1
), open AS (
  SELECT DISTINCT r.environment_id, r.fingerprint FROM digests d
  JOIN runs r ON r.organization_id = ?0 AND r.fingerprint = d.digest AND r.till IS NULL
), told AS (
  INSERT INTO events (organization_id, environment_id, at, recorded_at, flow_id, number, kind, fingerprint, name)
  SELECT ?0, o.environment_id, ?2, ?2, a.flow_id, h.number, 14, o.fingerprint, f.name
  FROM open o
  JOIN artifacts a ON a.organization_id = ?0 AND a.id = ?1
  JOIN flows f ON f.organization_id = ?0 AND f.id = a.flow_id
  JOIN environment_heads h ON h.organization_id = ?0 AND h.environment_id = o.environment_id
  WHERE ?3
    AND NOT EXISTS (SELECT FROM artifacts k WHERE k.organization_id = ?0 AND k.fingerprint = o.fingerprint AND k.id <> a.id
                      AND (a.fingerprint <> o.fingerprint OR (k.created_at, k.id) < (a.created_at, a.id)))
    AND NOT EXISTS (SELECT FROM artifact_digests g JOIN artifacts k ON k.organization_id = ?0 AND k.id = g.artifact_id
                    WHERE g.organization_id = ?0 AND g.digest = o.fingerprint AND k.id <> a.id
                      AND a.fingerprint <> o.fingerprint AND (k.created_at, k.id) < (a.created_at, a.id))
  ORDER BY o.environment_id, o.fingerprint
)
UPDATE expectations x SET judge_at = least(x.judge_at, ?2)
FROM (
  SELECT o.environment_id FROM open o
  UNION
  SELECT unnest(h.unions) FROM open o JOIN environment_heads h ON h.organization_id = ?0 AND h.environment_id = o.environment_id
) concerned
WHERE x.organization_id = ?0 AND x.removed_at IS NULL AND concerned.environment_id IN (x.environment_id, x.other_id)`

// becameKnown tells of what runs already that more is known of it, now that an
// artifact was told of. It depends on what was told first, as nothing else does: the
// event is about what was known, not about what was so. News says that the artifact
// is new.
func becameKnown(ctx context.Context, tx bun.Tx, org *model.Organization, artifact int64, news bool, now time.Time) error {
	wroteEvents(ctx, org.Key)
	_, err := tx.NewRaw(runningBecameKnown, org.Key, artifact, now, news).Exec(ctx)
	return wrap(err, "what runs")
}
