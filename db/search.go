package db

import (
	"context"
	"fmt"
	"slices"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// Bounds of a search: how many things of one kind are found, and how many names are
// looked at for a part of one, in each list of names.
const (
	maxFound         = 100
	maxNamesLookedAt = 10_000
)

// What fits: $2 the text, $3 the kinds, $4 the prefix of a digest, $5 the number; each
// null if it is none. rank is 1 for what is just so, 2 for what begins so, and 3 for
// what has it in it. Names are few enough to be looked through; digests, tags and images
// are found by indexes.
const searchStatement = `
WITH asked AS MATERIALIZED (
  SELECT image_of($2::text) AS image, image_of($2) || chr(1114111) AS beyond
), ranked AS (
  SELECT 'FLOW' AS kind, id::bigint, name FROM (
    SELECT id, name FROM flows WHERE organization_id = $1 ORDER BY name LIMIT $7) f
  UNION ALL
  SELECT 'ENVIRONMENT', environment_id, name FROM (
    SELECT environment_id, name FROM environment_names WHERE organization_id = $1 ORDER BY name LIMIT $7) e
  UNION ALL
  SELECT 'REPOSITORY', id, name FROM (
    SELECT id, name FROM repositories WHERE organization_id = $1 ORDER BY name LIMIT $7) r
)
(SELECT n.kind, 'NAME' AS field, CASE
   WHEN lower(n.name) = $2 OR lower(regexp_replace(n.name, '^.*/', '')) = $2 THEN 1
   WHEN starts_with(lower(n.name), $2) OR starts_with(lower(regexp_replace(n.name, '^.*/', '')), $2) THEN 2 ELSE 3 END AS rank,
   n.name AS matched, n.id, 0 AS of, NULL::bytea AS digest
 FROM ranked n
 WHERE n.kind = ANY ($3::text[]) AND strpos(lower(n.name), $2) > 0
 ORDER BY rank, kind, matched LIMIT 3 * $6)
UNION ALL
(SELECT 'COMMIT', 'SHA', CASE WHEN encode(c.sha, 'hex') = $4 THEN 1 ELSE 2 END, encode(c.sha, 'hex'), c.id, c.repository_id, NULL
 FROM commits c
 WHERE 'COMMIT' = ANY ($3) AND c.organization_id = $1 AND c.sha BETWEEN prefix_low($4) AND prefix_high($4)
 ORDER BY c.sha, c.repository_id LIMIT $6)
UNION ALL
(SELECT 'COMMIT', ref.field, 1, ref.name, c.id, c.repository_id, NULL
 FROM (SELECT id FROM repositories WHERE organization_id = $1 ORDER BY name LIMIT $7) r
 CROSS JOIN (VALUES ('TAG', 'refs/tags/' || $8::text, $8), ('BRANCH', 'refs/heads/' || $8, $8)) AS ref(field, ref, name)
 CROSS JOIN LATERAL (
   SELECT m.after FROM ref_moves m
   WHERE m.organization_id = $1 AND m.repository_id = r.id AND m.ref = ref.ref
   ORDER BY m.at DESC, m.after DESC LIMIT 1) m
 JOIN commits c ON c.organization_id = $1 AND c.repository_id = r.id AND c.sha = m.after
 WHERE 'COMMIT' = ANY ($3) LIMIT $6)
UNION ALL
(SELECT 'ARTIFACT', 'FINGERPRINT', CASE WHEN encode(a.fingerprint, 'hex') = $4 THEN 1 ELSE 2 END, encode(a.fingerprint, 'hex'), a.id, a.flow_id, a.fingerprint
 FROM artifacts a
 WHERE 'ARTIFACT' = ANY ($3) AND a.organization_id = $1 AND a.fingerprint BETWEEN prefix_low($4) AND prefix_high($4)
 ORDER BY a.fingerprint, a.flow_id LIMIT $6)
UNION ALL
(SELECT 'ARTIFACT', 'FINGERPRINT', CASE WHEN encode(g.digest, 'hex') = $4 THEN 1 ELSE 2 END, encode(g.digest, 'hex'), a.id, a.flow_id, a.fingerprint
 FROM (SELECT * FROM artifact_digests g
       WHERE g.organization_id = $1 AND g.digest BETWEEN prefix_low($4) AND prefix_high($4)
       ORDER BY g.digest, g.artifact_id LIMIT $6) g
 JOIN artifacts a ON a.organization_id = $1 AND a.id = g.artifact_id
 WHERE 'ARTIFACT' = ANY ($3))
UNION ALL
(SELECT 'ARTIFACT', 'NAME', CASE WHEN image_of(k.name) = asked.image OR lower(k.name) = $2 THEN 1 ELSE 2 END, k.name, a.id, a.flow_id, a.fingerprint
 FROM asked
 CROSS JOIN LATERAL (
   SELECT * FROM (
     SELECT * FROM artifact_claims k
     WHERE k.organization_id = $1 AND image_of(k.name) >= asked.image AND image_of(k.name) < asked.beyond
     ORDER BY image_of(k.name), k.artifact_id LIMIT $7) k
   WHERE strpos(lower(k.name), $2) > 0 LIMIT $6) k
 JOIN artifacts a ON a.organization_id = $1 AND a.id = k.artifact_id
 WHERE 'ARTIFACT' = ANY ($3))
UNION ALL
(SELECT 'ARTIFACT', 'TAG', CASE WHEN tag_of(k.name) = $2 THEN 1 ELSE 2 END, k.name, a.id, a.flow_id, a.fingerprint
 FROM (
   SELECT * FROM artifact_claims k
   WHERE k.organization_id = $1 AND tag_of(k.name) IS NOT NULL AND tag_of(k.name) >= $2 AND tag_of(k.name) < $2 || chr(1114111)
   ORDER BY tag_of(k.name), k.artifact_id LIMIT $6) k
 JOIN artifacts a ON a.organization_id = $1 AND a.id = k.artifact_id
 WHERE 'ARTIFACT' = ANY ($3))
UNION ALL
(SELECT 'PULL_REQUEST', 'NUMBER', 1, '#' || q.number, q.number, q.repository_id, NULL
 FROM pull_requests q
 WHERE 'PULL_REQUEST' = ANY ($3) AND q.organization_id = $1 AND q.number = $5::int
 ORDER BY q.repository_id LIMIT $6)
UNION ALL
(SELECT 'RUNNING_ARTIFACT', found.field, found.rank, found.matched, 0, found.environment_id, found.fingerprint
 FROM (
   SELECT 'FINGERPRINT' AS field, CASE WHEN encode(r.fingerprint, 'hex') = $4 THEN 1 ELSE 2 END AS rank, encode(r.fingerprint, 'hex') AS matched, r.environment_id, r.fingerprint
   FROM (SELECT * FROM runs r
         WHERE r.organization_id = $1 AND r.fingerprint BETWEEN prefix_low($4) AND prefix_high($4) AND r.fingerprint <> ''
         ORDER BY r.fingerprint LIMIT $7) r
   UNION ALL
   SELECT CASE WHEN starts_with(image_of(r.name), asked.image) THEN 'NAME' ELSE 'TAG' END,
     CASE WHEN $2 IN (image_of(r.name), tag_of(r.name), lower(r.name)) THEN 1 ELSE 2 END, r.name, r.environment_id, r.fingerprint
   FROM asked, (SELECT * FROM runs r WHERE r.organization_id = $1 AND r.till IS NULL AND r.fingerprint <> '' LIMIT $7) r
   WHERE (starts_with(image_of(r.name), asked.image) OR starts_with(tag_of(r.name), $2)) AND strpos(lower(r.name), $2) > 0
 ) found
 WHERE 'RUNNING_ARTIFACT' = ANY ($3)
   AND NOT EXISTS (SELECT FROM artifacts a WHERE a.organization_id = $1 AND a.fingerprint = found.fingerprint)
   AND NOT EXISTS (SELECT FROM artifact_digests g WHERE g.organization_id = $1 AND g.digest = found.fingerprint)
 ORDER BY found.rank, found.matched LIMIT $6)`

type searchRow struct {
	Kind    model.SearchKind
	Field   model.SearchField
	Rank    int
	Matched string
	ID      int64
	Of      int // the flow of an artifact, the repository of a commit, the environment of what runs
	Digest  []byte
}

// key tells things of one kind apart.
func (r *searchRow) key() string {
	if r.Kind == model.SearchRunningArtifact {
		return fmt.Sprintf("%x", r.Digest)
	}
	return fmt.Sprintf("%d/%d", r.Of, r.ID)
}

func (r *searchRow) place() []string {
	kind := slices.Index(model.SearchKinds, r.Kind)
	return []string{fmt.Sprint(r.Rank), fmt.Sprint(kind), r.Matched, r.key()}
}

// Search returns a page of what fits what a person typed, the best first: of each kind,
// at most 100 for each way in which it can fit. How many statements it takes does not
// depend on what it finds.
func (db *DB) Search(ctx context.Context, org *model.Organization, search model.Search, p model.Page) (*model.SearchMatchConnection, error) {
	kinds := search.Kinds
	if len(kinds) == 0 {
		kinds = model.SearchKinds
	}
	var prefix *string
	if search.Prefix != "" {
		prefix = &search.Prefix
	}
	var number *int
	if search.Number != 0 {
		number = &search.Number
	}
	var rows []searchRow
	err := db.read(ctx, &rows, searchStatement, org.Key, search.Text, pq.Array(kinds), prefix, number, maxFound, maxNamesLookedAt, search.Said)
	if err != nil {
		return nil, wrap(err, "search")
	}
	rows = bestOfEach(rows)
	resolution := model.SearchSeveral
	switch len(rows) {
	case 0:
		resolution = model.SearchNone
	case 1:
		resolution = model.SearchOne
	}
	if p.After != "" {
		key, err := p.After.Key(4)
		if err != nil {
			return nil, err
		}
		after := slices.IndexFunc(rows, func(r searchRow) bool { return slices.Compare(r.place(), key) > 0 })
		if after < 0 {
			after = len(rows)
		}
		rows = rows[after:]
	}
	rows = rows[:min(len(rows), p.First+1)]
	matches, err := db.searchTargets(ctx, org, rows)
	if err != nil {
		return nil, err
	}
	return &model.SearchMatchConnection{Connection: model.NewConnection(matches, p, model.SearchCursor), Resolution: resolution}, nil
}

// bestOfEach puts what was found in order, the best first, and each thing once.
func bestOfEach(rows []searchRow) []searchRow {
	slices.SortFunc(rows, func(a, b searchRow) int { return slices.Compare(a.place(), b.place()) })
	seen := map[string]bool{}
	return slices.DeleteFunc(rows, func(r searchRow) bool {
		key := string(r.Kind) + " " + r.key()
		if r.Kind == model.SearchArtifact {
			key = fmt.Sprintf("%s %d", r.Kind, r.ID)
		}
		again := seen[key]
		seen[key] = true
		return again
	})
}

// searchTargets reads the things themselves, one statement for each kind.
func (db *DB) searchTargets(ctx context.Context, org *model.Organization, rows []searchRow) ([]*model.SearchMatch, error) {
	byKind := map[model.SearchKind][]searchRow{}
	for _, r := range rows {
		byKind[r.Kind] = append(byKind[r.Kind], r)
	}
	targets := found{}
	for _, kind := range model.SearchKinds {
		if some := byKind[kind]; len(some) > 0 {
			if err := searchReaders[kind](ctx, db, org, some, targets); err != nil {
				return nil, err
			}
		}
	}
	matches := []*model.SearchMatch{}
	for _, r := range rows {
		if target := targets[string(r.Kind)+" "+r.key()]; target != nil {
			matches = append(matches, &model.SearchMatch{Kind: r.Kind, MatchedBy: r.Field, Matched: r.Matched, Target: target, Place: r.place()})
		}
	}
	return matches, nil
}

// found holds what a search found, by kind and key.
type found = map[string]model.SearchTarget

var searchReaders = map[model.SearchKind]func(context.Context, *DB, *model.Organization, []searchRow, found) error{
	model.SearchFlow: func(ctx context.Context, db *DB, org *model.Organization, rows []searchRow, into found) error {
		flows, err := db.FlowsByKey(ctx, org, idsOf(rows))
		for key, f := range flows {
			into[fmt.Sprintf("%s 0/%d", model.SearchFlow, key)] = f
		}
		return err
	},
	model.SearchEnvironment: func(ctx context.Context, db *DB, org *model.Organization, rows []searchRow, into found) error {
		environments, err := db.EnvironmentsByKey(ctx, org, idsOf(rows))
		for key, e := range environments {
			into[fmt.Sprintf("%s 0/%d", model.SearchEnvironment, key)] = e
		}
		return err
	},
	model.SearchRepository: func(ctx context.Context, db *DB, org *model.Organization, rows []searchRow, into found) error {
		var of []ofRepository
		err := db.read(ctx, &of, `SELECT `+repositoryColumns+` FROM repositories r WHERE r.organization_id = $1 AND r.id = ANY ($2::int[])`, org.Key, pq.Array(idsOf(rows)))
		for i := range of {
			r := of[i].repository(org)
			into[fmt.Sprintf("%s 0/%d", model.SearchRepository, r.Key)] = r
		}
		return wrap(err, "repositories")
	},
	model.SearchArtifact: func(ctx context.Context, db *DB, org *model.Organization, rows []searchRow, into found) error {
		keys := make([]ArtifactKey, len(rows))
		for i, r := range rows {
			keys[i] = ArtifactKey{Fingerprint: model.FingerprintOf(r.Digest), Flow: r.Of}
		}
		artifacts, err := db.ArtifactsByKey(ctx, org, keys)
		for i, a := range artifacts {
			if a != nil {
				into[string(model.SearchArtifact)+" "+rows[i].key()] = a
			}
		}
		return err
	},
	model.SearchCommit: func(ctx context.Context, db *DB, org *model.Organization, rows []searchRow, into found) error {
		commits := make([]*model.Commit, len(rows))
		for i, r := range rows {
			commits[i] = &model.Commit{Key: r.ID, Repository: &model.Repository{Key: r.Of}}
			into[string(model.SearchCommit)+" "+r.key()] = commits[i]
		}
		return db.ReadCommits(ctx, org, commits)
	},
	model.SearchPullRequest: func(ctx context.Context, db *DB, org *model.Organization, rows []searchRow, into found) error {
		repositories := make([]int, len(rows))
		for i, r := range rows {
			repositories[i] = r.Of
		}
		requests, err := db.PullRequestsByNumber(ctx, org, repositories, int(rows[0].ID))
		for _, q := range requests {
			into[fmt.Sprintf("%s %d/%d", model.SearchPullRequest, q.Repository.Key, q.Number)] = q
		}
		return err
	},
	model.SearchRunningArtifact: func(ctx context.Context, db *DB, org *model.Organization, rows []searchRow, into found) error {
		return db.readLastRunning(ctx, org, rows, into)
	},
}

func idsOf(rows []searchRow) []int {
	ids := make([]int, len(rows))
	for i, r := range rows {
		ids[i] = int(r.ID)
	}
	return ids
}

// Where a fingerprint runs, or ran last, in one environment.
const lastRunning = `
SELECT p.i AS parent, total.fingerprint, total.names, total.replicas, total.started_at, ` + snapshotColumns + `
FROM unnest($2::int[], $3::bytea[]) WITH ORDINALITY AS p(environment_id, fingerprint, i)
JOIN environment_heads newest ON newest.organization_id = $1 AND newest.environment_id = p.environment_id
CROSS JOIN LATERAL (
  SELECT coalesce(r.till - 1, newest.number) AS number FROM runs r
  WHERE r.organization_id = $1 AND r.fingerprint = p.fingerprint AND r.environment_id = p.environment_id
  ORDER BY r.till DESC NULLS FIRST LIMIT 1) last
CROSS JOIN LATERAL (
  SELECT p.fingerprint, (array_agg(DISTINCT r.name))[1:50] AS names, sum(r.replicas) AS replicas, min(r.started_at) AS started_at
  FROM runs r
  WHERE r.organization_id = $1 AND r.environment_id = p.environment_id AND int4range(r.since, r.till) @> last.number AND ` + fingerprintInRange + ` = p.fingerprint) total
JOIN snapshots s ON s.organization_id = $1 AND s.environment_id = p.environment_id AND s.number = last.number` + snapshotJoins + `
ORDER BY p.i`

func (db *DB) readLastRunning(ctx context.Context, org *model.Organization, asked []searchRow, into found) error {
	environments, fingerprints := make([]int64, len(asked)), make(pq.ByteaArray, len(asked))
	for i, r := range asked {
		environments[i], fingerprints[i] = int64(r.Of), r.Digest
	}
	var rows []runningNowOfParent
	if err := db.read(ctx, &rows, lastRunning, org.Key, pq.Array(environments), fingerprints); err != nil {
		return wrap(err, "what runs")
	}
	for i := range rows {
		into[string(model.SearchRunningArtifact)+" "+asked[rows[i].Parent-1].key()] = rows[i].running(rows[i].snapshot(org))
	}
	return nil
}
