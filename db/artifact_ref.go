package db

import (
	"context"
	"slices"
	"strings"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// Flows are named by their keys, each in its place, or one by its name.
const (
	flowsByKeys = `unnest($2::int[]) WITH ORDINALITY AS p(flow_id, i)`
	flowByName  = `(SELECT id AS flow_id, 1 AS i FROM flows WHERE organization_id = $1 AND name = $2) AS p`
)

// What was said may be longer than what is asked for, or a prefix of it. Found
// first, without the flow: there are few of one commit, and many of one flow.
const (
	saidOfCommit = `
WITH said AS MATERIALIZED (
  SELECT id, flow_id, created_at, fingerprint FROM artifacts a
  WHERE a.organization_id = $1
    AND a.commit_ref >= left($3, 7) COLLATE "C" AND a.commit_ref <= ($3 || 'g') COLLATE "C"
    AND (starts_with(a.commit_ref, $3) OR starts_with($3, a.commit_ref))
), page AS MATERIALIZED (
  SELECT p.i, a.id
  FROM `
	amongSaid = `
  CROSS JOIN LATERAL (
    SELECT said.id FROM said WHERE said.flow_id = p.flow_id
    ORDER BY said.created_at DESC, said.fingerprint DESC LIMIT $4) a
)` + selectArtifacts

	// A digest that is an artifact's own is no other's. That is looked up for each by
	// the index: as NOT EXISTS it would be joined with all artifacts of the flow.
	withFingerprint = `
WITH page AS MATERIALIZED (
  SELECT p.i, a.id
  FROM `
	amongArtifacts = `
  CROSS JOIN LATERAL (
    SELECT a.id, a.fingerprint FROM artifacts a
    WHERE a.organization_id = $1 AND a.fingerprint BETWEEN prefix_low($3) AND prefix_high($3) AND a.flow_id = p.flow_id
    UNION
    SELECT a.id, a.fingerprint FROM (
      SELECT * FROM artifact_digests g WHERE g.organization_id = $1 AND g.digest BETWEEN prefix_low($3) AND prefix_high($3) OFFSET 0) g
    CROSS JOIN LATERAL (
      SELECT * FROM artifacts a WHERE a.organization_id = $1 AND a.id = g.artifact_id AND a.flow_id = p.flow_id OFFSET 0) a
    WHERE (SELECT o.id FROM artifacts o WHERE o.organization_id = $1 AND o.fingerprint = g.digest AND o.flow_id = p.flow_id LIMIT 1) IS NULL
    ORDER BY fingerprint DESC LIMIT $4) a
)` + selectArtifacts
)

// ArtifactsByRef returns for each flow the artifacts that a reference fits, at
// most model.MaxCandidates of them, newest first. The reference's own flow is
// not looked at.
func (db *DB) ArtifactsByRef(ctx context.Context, org *model.Organization, flows []int, ref model.ArtifactRef) ([][]*model.Artifact, error) {
	return db.artifactsByRef(ctx, org, len(flows), flowsByKeys, pq.Array(flows), ref)
}

// artifactsByRef returns what a reference fits in flows, which a part of the
// statement names by its second parameter.
func (db *DB) artifactsByRef(ctx context.Context, org *model.Organization, parents int, from string, flows any, ref model.ArtifactRef) ([][]*model.Artifact, error) {
	if ref.ByFingerprint {
		return db.artifacts(ctx, org, parents, withFingerprint+from+amongArtifacts, flows, ref.Prefix, model.MaxCandidates)
	}
	found, err := db.artifacts(ctx, org, parents, saidOfCommit+from+amongSaid, flows, ref.Prefix, model.MaxCandidates)
	if err != nil {
		return nil, err
	}
	for i, group := range found {
		found[i] = slices.DeleteFunc(group, func(a *model.Artifact) bool { return !fitsCommit(a, ref.Prefix) })
	}
	return found, nil
}

// fitsCommit reports whether an artifact was built from a commit that a prefix
// fits. If less was said of its commit than is asked for, only the commit that it
// was linked to can tell.
func fitsCommit(a *model.Artifact, prefix string) bool {
	if strings.HasPrefix(a.CommitPrefix, prefix) {
		return true
	}
	return a.Commit != nil && strings.HasPrefix(string(a.Commit.SHA), prefix)
}

// ArtifactByRef returns what a reference that names its flow leads to. It returns
// KindNotFound.
func (db *DB) ArtifactByRef(ctx context.Context, org *model.Organization, ref model.ArtifactRef) (model.ArtifactResult, error) {
	if ref.Flow == "" {
		return nil, model.Invalid("ref", "%q names no flow: write it before the reference, as in runner:16d9990", ref.String())
	}
	found, err := db.artifactsByRef(ctx, org, 1, flowByName, ref.Flow, ref)
	if err != nil {
		return nil, err
	}
	if len(found[0]) == 0 {
		if _, err := db.Flow(ctx, org, ref.Flow); err != nil {
			return nil, err
		}
		return nil, NoSuchArtifact(ref)
	}
	return model.NewArtifactResult(ref.String(), found[0]), nil
}

// NoSuchArtifact is the error that a reference leads to no artifact.
func NoSuchArtifact(ref model.ArtifactRef) error {
	if ref.ByFingerprint {
		return model.Errorf(model.KindNotFound, "flow %q has no artifact whose fingerprint begins with %s", ref.Flow, ref.Prefix)
	}
	return model.Errorf(model.KindNotFound, "flow %q has no artifact built from a commit that begins with %s", ref.Flow, ref.Prefix)
}
