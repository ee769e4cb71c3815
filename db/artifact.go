package db

import (
	"context"
	"time"

	"github.com/lib/pq"
	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// fittingCommit joins how many commits fit what was said of an artifact a, two for
// several, and one of them: it is the artifact's if n is 1. It is looked up, not stored,
// so that a link appears with a late commit and disappears with a second candidate.
const fittingCommit = `LEFT JOIN LATERAL (
  SELECT count(*) AS n, min(id) AS id, min(repository_id) AS repository_id, (array_agg(sha))[1] AS sha FROM (
    SELECT c.id, c.repository_id, c.sha FROM commits c
    WHERE c.organization_id = $1 AND c.sha BETWEEN prefix_low(a.commit_ref) AND prefix_high(a.commit_ref)
      AND (a.repository_id IS NULL OR c.repository_id = a.repository_id)
    LIMIT 2) c
) fitting ON a.commit_ref IS NOT NULL
`

// commitOfArtifact joins the commit c of an artifact a, and how many are fitting. It is
// none if several are.
const commitOfArtifact = fittingCommit + `LEFT JOIN commits c ON fitting.n = 1 AND c.organization_id = $1 AND c.repository_id = fitting.repository_id AND c.id = fitting.id
`

// An artifact is always read whole: with its flow, its commit, its build and the
// newest evidence of each name, in one statement. selectArtifacts is that
// statement; it begins with a list `page` of (i, id), which says which artifacts
// belong to which parent, and in which order.
const selectArtifacts = `
SELECT page.i AS parent, a.id AS a_id, a.name AS a_name, a.fingerprint AS a_fingerprint, a.created_at AS a_created_at,
  a.commit_ref AS a_commit_ref, a.build_url AS a_build_url,
  ar.id AS ar_id, ar.name AS ar_name, ar.url AS ar_url, ar.forge AS ar_forge, ar.created_at AS ar_created_at,
  ` + flowColumns + `, ` + commitColumns + `, coalesce(fitting.n, 0) > 1 AS ambiguous,
  ` + buildColumns + `, evidence.held, evidence.failed
FROM page
JOIN artifacts a ON a.organization_id = $1 AND a.id = page.id
JOIN flows f ON f.organization_id = $1 AND f.id = a.flow_id
LEFT JOIN repositories fr ON fr.organization_id = $1 AND fr.id = f.repository_id
LEFT JOIN repositories ar ON ar.organization_id = $1 AND ar.id = a.repository_id
` + commitOfArtifact + `LEFT JOIN repositories cr ON cr.organization_id = $1 AND cr.id = c.repository_id
LEFT JOIN LATERAL (
  SELECT * FROM builds b WHERE b.organization_id = $1 AND b.url = a.build_url ORDER BY b.attempt DESC LIMIT 1
) b ON true
LEFT JOIN repositories br ON br.organization_id = $1 AND br.id = b.repository_id
CROSS JOIN LATERAL (
  SELECT array_agg(name) FILTER (WHERE compliant) AS held, array_agg(name) FILTER (WHERE NOT compliant) AS failed
  FROM (SELECT DISTINCT ON (t.name) t.name, t.compliant
        FROM (` + digestsOfArtifact + `) d
        CROSS JOIN LATERAL (
          SELECT * FROM attestations t WHERE t.organization_id = $1 AND t.fingerprint = d.digest AND t.flow_id = a.flow_id OFFSET 0) t
        ORDER BY t.name, t.at DESC, t.compliant, t.id) t
) evidence
ORDER BY page.i, a.created_at DESC, a.fingerprint DESC, a.flow_id DESC`

type artifactRow struct {
	Parent       int        `bun:"parent"`
	AID          int64      `bun:"a_id"`
	AName        string     `bun:"a_name"`
	AFingerprint []byte     `bun:"a_fingerprint"`
	ACreatedAt   time.Time  `bun:"a_created_at"`
	ACommitRef   *string    `bun:"a_commit_ref"`
	ABuildURL    *string    `bun:"a_build_url"`
	ArID         *int       `bun:"ar_id"`
	ArName       *string    `bun:"ar_name"`
	ArURL        *string    `bun:"ar_url"`
	ArForge      *string    `bun:"ar_forge"`
	ArCreatedAt  *time.Time `bun:"ar_created_at"`
	Ambiguous    bool       `bun:"ambiguous"`
	Held         []string   `bun:"held,array"`
	Failed       []string   `bun:"failed,array"`
	flowRow
	commitRow
	buildRow
}

func (r *artifactRow) artifact(org *model.Organization) *model.Artifact {
	a := &model.Artifact{
		Key: r.AID, Flow: r.flow(org), Fingerprint: model.FingerprintOf(r.AFingerprint), Name: r.AName,
		Repository: newRepository(org, r.ArID, r.ArForge, r.ArName, r.ArURL, r.ArCreatedAt),
		Commit:     r.commit(org), Build: r.build(org), BuildURL: r.ABuildURL, CreatedAt: r.ACreatedAt.UTC(),
		CommitIsAmbiguous: r.Ambiguous,
	}
	if r.ACommitRef != nil {
		a.CommitPrefix = *r.ACommitRef
	}
	for _, name := range r.Held {
		a.Evidence = append(a.Evidence, model.Evidence{Name: name, Compliant: true})
	}
	for _, name := range r.Failed {
		a.Evidence = append(a.Evidence, model.Evidence{Name: name})
	}
	return a
}

// artifacts runs a statement made with selectArtifacts and puts what it finds to
// the parents it was found for.
func (db *DB) artifacts(ctx context.Context, org *model.Organization, parents int, statement string, args ...any) ([][]*model.Artifact, error) {
	var rows []artifactRow
	if err := db.read(ctx, &rows, statement, append([]any{org.Key}, args...)...); err != nil {
		return nil, wrap(err, "artifacts")
	}
	found := make([][]*model.Artifact, parents)
	for i := range rows {
		p := rows[i].Parent - 1
		found[p] = append(found[p], rows[i].artifact(org))
	}
	return found, nil
}

func artifactPages(groups [][]*model.Artifact, p model.Page) []*model.ArtifactConnection {
	pages := make([]*model.ArtifactConnection, len(groups))
	for i, group := range groups {
		pages[i] = model.NewConnection(group, p, func(a *model.Artifact) model.Cursor {
			return model.NewCursor(model.TimeKey(a.CreatedAt), string(a.Fingerprint), model.IntKey(int64(a.Flow.Key)))
		})
	}
	return pages
}

const artifactsOfFlows = `
WITH page AS MATERIALIZED (
  SELECT p.i, a.id
  FROM unnest($2::int[]) WITH ORDINALITY AS p(flow_id, i)
  CROSS JOIN LATERAL (
    SELECT a.id FROM artifacts a
    WHERE a.organization_id = $1 AND a.flow_id = p.flow_id
      AND a.created_at <= $3 AND (a.created_at, a.fingerprint, a.flow_id) < ($3, $4, $5)
    ORDER BY a.created_at DESC, a.fingerprint DESC LIMIT $6) a
)` + selectArtifacts

// ArtifactsOfFlows returns a page of the artifacts of each flow, newest first.
func (db *DB) ArtifactsOfFlows(ctx context.Context, org *model.Organization, flows []int, p model.Page) ([]*model.ArtifactConnection, error) {
	at, fingerprint, flow, err := timeHexAndNumberBefore(p)
	if err != nil {
		return nil, err
	}
	found, err := db.artifacts(ctx, org, len(flows), artifactsOfFlows, pq.Array(flows), at, fingerprint, flow, p.First+1)
	if err != nil {
		return nil, err
	}
	return artifactPages(found, p), nil
}

const artifactsOfOrganization = `
WITH page AS MATERIALIZED (
  SELECT 1 AS i, a.id FROM artifacts a
  WHERE a.organization_id = $1 AND (a.created_at, a.fingerprint, a.flow_id) < ($2, $3, $4)
  ORDER BY a.created_at DESC, a.fingerprint DESC, a.flow_id DESC LIMIT $5
)` + selectArtifacts

// Artifacts returns a page of the artifacts of all flows, newest first.
func (db *DB) Artifacts(ctx context.Context, org *model.Organization, p model.Page) (*model.ArtifactConnection, error) {
	at, fingerprint, flow, err := timeHexAndNumberBefore(p)
	if err != nil {
		return nil, err
	}
	found, err := db.artifacts(ctx, org, 1, artifactsOfOrganization, at, fingerprint, flow, p.First+1)
	if err != nil {
		return nil, err
	}
	return artifactPages(found, p)[0], nil
}

// An artifact counts for a commit only if what was said of it fits no other.
const artifactsOfCommits = `
WITH page AS MATERIALIZED (
  SELECT p.i, a.id
  FROM unnest($2::text[], $3::int[]) WITH ORDINALITY AS p(sha, repository_id, i)
  CROSS JOIN LATERAL (
    SELECT a.id FROM artifacts a
    WHERE a.organization_id = $1 AND a.commit_ref >= left(p.sha, 7) COLLATE "C" AND a.commit_ref <= p.sha COLLATE "C"
      AND starts_with(p.sha, a.commit_ref) AND (a.repository_id IS NULL OR a.repository_id = p.repository_id)
      AND (a.created_at, a.fingerprint, a.flow_id) < ($4, $5, $6)
      AND NOT EXISTS (
        SELECT FROM commits o
        WHERE o.organization_id = $1 AND o.sha BETWEEN prefix_low(a.commit_ref) AND prefix_high(a.commit_ref)
          AND (a.repository_id IS NULL OR o.repository_id = a.repository_id)
          AND (o.sha, o.repository_id) <> (decode(p.sha, 'hex'), p.repository_id))
    ORDER BY a.created_at DESC, a.fingerprint DESC, a.flow_id DESC LIMIT $7) a
)` + selectArtifacts

// ArtifactsOfCommits returns a page of what was built from each commit, newest
// first.
func (db *DB) ArtifactsOfCommits(ctx context.Context, org *model.Organization, commits []*model.Commit, p model.Page) ([]*model.ArtifactConnection, error) {
	at, fingerprint, flow, err := timeHexAndNumberBefore(p)
	if err != nil {
		return nil, err
	}
	shas, repositories := make([]string, len(commits)), make([]int64, len(commits))
	for i, c := range commits {
		shas[i], repositories[i] = string(c.SHA), int64(c.Repository.Key)
	}
	found, err := db.artifacts(ctx, org, len(commits), artifactsOfCommits, pq.Array(shas), pq.Array(repositories), at, fingerprint, flow, p.First+1)
	if err != nil {
		return nil, err
	}
	return artifactPages(found, p), nil
}

const artifactsByFingerprint = `
WITH page AS MATERIALIZED (
  SELECT p.i, a.id
  FROM unnest($2::bytea[], $3::int[]) WITH ORDINALITY AS p(digest, flow_id, i)
  CROSS JOIN LATERAL (
    SELECT a.id FROM (` + artifactsOfDigest + `) a
    WHERE p.flow_id = 0 OR a.flow_id = p.flow_id
    ORDER BY a.other, a.created_at, a.flow_id, a.id LIMIT 1) a
)` + selectArtifacts

// ArtifactKey names an artifact by its fingerprint, or another digest by which it is
// known, and its flow; 0 stands for the flow that had it first.
type ArtifactKey struct {
	Fingerprint model.Fingerprint
	Flow        int
}

// ArtifactsByKey returns the artifact of each key, nil where there is none.
func (db *DB) ArtifactsByKey(ctx context.Context, org *model.Organization, keys []ArtifactKey) ([]*model.Artifact, error) {
	fingerprints, flows := make(pq.ByteaArray, len(keys)), make([]int64, len(keys))
	for i, k := range keys {
		fingerprints[i], flows[i] = k.Fingerprint.Bytes(), int64(k.Flow)
	}
	found, err := db.artifacts(ctx, org, len(keys), artifactsByFingerprint, fingerprints, pq.Array(flows))
	if err != nil {
		return nil, err
	}
	return firstOfEach(found), nil
}

const artifactsByID = `
WITH page AS MATERIALIZED (
  SELECT p.i, p.id FROM unnest($2::bigint[]) WITH ORDINALITY AS p(id, i)
)` + selectArtifacts

// ArtifactsByID returns artifacts by their keys, nil where there is none.
func (db *DB) ArtifactsByID(ctx context.Context, org *model.Organization, keys []int64) ([]*model.Artifact, error) {
	found, err := db.artifacts(ctx, org, len(keys), artifactsByID, pq.Array(keys))
	if err != nil {
		return nil, err
	}
	return firstOfEach(found), nil
}

// firstOfEach is the first artifact that was found for each parent, nil for none.
func firstOfEach(found [][]*model.Artifact) []*model.Artifact {
	artifacts := make([]*model.Artifact, len(found))
	for i, group := range found {
		if len(group) > 0 {
			artifacts[i] = group[0]
		}
	}
	return artifacts
}

// ReportArtifact makes an artifact known. If its flow has the fingerprint
// already, only what was not known of it is added, and created is false. Without
// a commit, a short SHA in the tag of its name tells. It returns KindNotFound for
// an unknown flow and KindInvalid for input out of bounds.
func (db *DB) ReportArtifact(ctx context.Context, org *model.Organization, in model.ReportArtifactInput) (artifact *model.Artifact, created bool, err error) {
	if err := in.Validate(); err != nil {
		return nil, false, err
	}
	flow, err := db.Flow(ctx, org, in.Flow)
	if err != nil {
		return nil, false, err
	}
	now := db.now()
	c := claim{
		flow: flow.Key, fingerprint: in.Fingerprint, name: in.Name, commitRef: model.CommitPrefixOfName(in.Name), buildURL: in.BuildURL,
		at: orNow(in.At, now), digests: in.Digests,
	}
	if in.Commit != nil {
		c.commitRef = string(*in.Commit)
	}
	err = db.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		c.repository, err = repositoryKey(ctx, tx, org, in.Repository, now)
		if err != nil {
			return err
		}
		if c.repository == nil && flow.Repository != nil {
			c.repository = &flow.Repository.Key
		}
		created, err = claimArtifact(ctx, tx, org, c, now)
		return err
	})
	if err != nil {
		return nil, false, err
	}
	found, err := db.ArtifactsByKey(ctx, org, []ArtifactKey{{in.Fingerprint, flow.Key}})
	if err != nil {
		return nil, false, err
	}
	return found[0], created, nil
}
