package db

import (
	"context"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// An artifact is known by its fingerprint and by other digests: those of the
// manifests that an image index lists for single platforms. A digest that is the
// fingerprint of an artifact of the same flow is that artifact's, and no other's.
const (
	// digestsOfArtifact are all digests of an artifact a.
	digestsOfArtifact = `
          SELECT a.fingerprint AS digest
          UNION ALL
          SELECT g.digest FROM artifact_digests g
          WHERE g.organization_id = $1 AND g.artifact_id = a.id
            AND NOT EXISTS (SELECT FROM artifacts o WHERE o.organization_id = $1 AND o.fingerprint = g.digest AND o.flow_id = a.flow_id)`

	// artifactsOfDigest are the artifacts that have p.digest, as their fingerprint or
	// as another one.
	artifactsOfDigest = `
      SELECT a.id, a.flow_id, a.created_at, false AS other FROM artifacts a
      WHERE a.organization_id = $1 AND a.fingerprint = p.digest
      UNION ALL
      SELECT a.id, a.flow_id, a.created_at, true FROM artifact_digests g
      JOIN artifacts a ON a.organization_id = $1 AND a.id = g.artifact_id
      WHERE g.organization_id = $1 AND g.digest = p.digest`

	// artifactsOfDigests are the artifacts that have one of some digests, of all of them
	// together: where there are thousands, a lateral join of artifactsOfDigest would take
	// twice as long.
	artifactsOfDigests = `
    SELECT p.digest, a.id, a.flow_id, a.created_at, false AS other
    FROM digests p JOIN artifacts a ON a.organization_id = $1 AND a.fingerprint = p.digest
    UNION ALL
    SELECT p.digest, a.id, a.flow_id, a.created_at, true
    FROM digests p JOIN artifact_digests g ON g.organization_id = $1 AND g.digest = p.digest
    JOIN artifacts a ON a.organization_id = $1 AND a.id = g.artifact_id`

	// fromArtifacts makes each of some artifacts a parent of what is read for it.
	fromArtifacts = `
FROM unnest($2::bytea[], $3::int[], $4::bigint[]) WITH ORDINALITY AS a(fingerprint, flow_id, id, i)`
)

// artifactKeys are the fingerprints of artifacts, the keys of their flows and their
// own, as parameters of a statement: see fromArtifacts.
func artifactKeys(artifacts []*model.Artifact) (fingerprints, flows, keys any) {
	f, k, o := make(pq.ByteaArray, len(artifacts)), make([]int64, len(artifacts)), make([]int64, len(artifacts))
	for i, a := range artifacts {
		f[i], k[i], o[i] = a.Fingerprint.Bytes(), int64(a.Flow.Key), a.Key
	}
	return f, pq.Array(k), pq.Array(o)
}

// maxShown is how many members a list has at most that is no page.
const maxShown = 100

const otherDigests = `
SELECT p.i AS parent, g.digest
FROM unnest($2::bigint[]) WITH ORDINALITY AS p(artifact_id, i)
CROSS JOIN LATERAL (
  SELECT g.digest FROM artifact_digests g WHERE g.organization_id = $1 AND g.artifact_id = p.artifact_id ORDER BY g.digest LIMIT $3) g
ORDER BY p.i, g.digest`

// OtherDigests returns for each artifact the digests by which it is known besides
// its fingerprint, at most 100, in order.
func (db *DB) OtherDigests(ctx context.Context, org *model.Organization, artifacts []*model.Artifact) ([][]model.Fingerprint, error) {
	var rows []struct {
		Parent int
		Digest []byte
	}
	_, _, keys := artifactKeys(artifacts)
	if err := db.read(ctx, &rows, otherDigests, org.Key, keys, maxShown); err != nil {
		return nil, wrap(err, "digests")
	}
	digests := make([][]model.Fingerprint, len(artifacts))
	for _, r := range rows {
		digests[r.Parent-1] = append(digests[r.Parent-1], model.FingerprintOf(r.Digest))
	}
	return digests, nil
}

const namesOfArtifacts = `
SELECT p.i AS parent, c.name
FROM unnest($2::bigint[]) WITH ORDINALITY AS p(artifact_id, i)
CROSS JOIN LATERAL (
  SELECT c.name, min(c.at) AS at FROM artifact_claims c
  WHERE c.organization_id = $1 AND c.artifact_id = p.artifact_id
  GROUP BY c.name ORDER BY min(c.at), c.name LIMIT $3) c
ORDER BY p.i, c.at, c.name`

// NamesOfArtifacts returns for each artifact all names that it was told of by, at
// most 100, the one that was told first first.
func (db *DB) NamesOfArtifacts(ctx context.Context, org *model.Organization, artifacts []*model.Artifact) ([][]string, error) {
	var rows []struct {
		Parent int
		Name   string
	}
	_, _, keys := artifactKeys(artifacts)
	if err := db.read(ctx, &rows, namesOfArtifacts, org.Key, keys, maxShown); err != nil {
		return nil, wrap(err, "names")
	}
	names := make([][]string, len(artifacts))
	for _, r := range rows {
		names[r.Parent-1] = append(names[r.Parent-1], r.Name)
	}
	return names, nil
}
