package main

import (
	"context"
	"fmt"
)

// The history that is measured on.
const (
	flows         = 20
	artifacts     = 20_000
	eventsEach    = 10
	environments  = 16 // at least as many as there are clients
	runsEach      = 100
	snapshotsEach = 2_000
)

// fill makes a history by SQL over sets: through the server it would take longer
// than the measurement. Commit i begins with the seven digits of shaOf(i).
func (p *parts) fill(ctx context.Context) error {
	for _, statement := range []string{
		fmt.Sprintf(`
			INSERT INTO repositories (organization_id, forge, name, url, told, created_at)
			SELECT o.id, 'GITHUB', 'bench/flow-' || f, 'https://github.com/bench/flow-' || f, true, now() FROM organizations o, generate_series(0, %d) f`, flows-1),
		`INSERT INTO flows (organization_id, repository_id, name, description, required_evidence, created_at)
			SELECT r.organization_id, r.id, split_part(r.name, '/', 2), 'a flow', '{tests}', now() FROM repositories r`,
		fmt.Sprintf(`
			CREATE TABLE bench_artifacts AS
			SELECT i, lpad(to_hex(i::bigint * 2654435761 %% 268435456), 7, '0') AS short, 'flow-' || i %% %d AS flow,
			       timestamptz '2025-01-01' + i * interval '5 minutes' AS at, sha256(('artifact ' || i)::bytea) AS fingerprint
			FROM generate_series(0, %d) i`, flows, artifacts-1),
		`INSERT INTO commits (organization_id, repository_id, sha, parents, parents_complete, committed_at, subject, author_name)
			SELECT f.organization_id, f.repository_id, decode(rpad(b.short, 40, md5(b.i::text)), 'hex'), '{}', true, b.at, 'change number ' || b.i, 'somebody'
			FROM bench_artifacts b JOIN flows f ON f.name = b.flow`,
		`INSERT INTO webhooks (organization_id, forge, secret, created_at) SELECT id, 'GITHUB', '` + webhookSecret + `', now() FROM organizations`,
		`INSERT INTO builds (organization_id, repository_id, run_id, attempt, system, state, commit_sha, workflow, url, started_at, finished_at)
			SELECT f.organization_id, f.repository_id, b.i + 1, 1, 'GITHUB_ACTIONS', 4, decode(rpad(b.short, 40, md5(b.i::text)), 'hex'), 'CI',
			       'https://github.com/bench/' || b.flow || '/actions/runs/' || b.i + 1, b.at, b.at
			FROM bench_artifacts b JOIN flows f ON f.name = b.flow`,
		`INSERT INTO artifacts (organization_id, flow_id, created_at, repository_id, fingerprint, commit_ref, name, build_url)
			SELECT f.organization_id, f.id, b.at, f.repository_id, b.fingerprint, rpad(b.short, 40, md5(b.i::text)), 'bench/' || b.flow || ':' || b.short,
			       'https://github.com/bench/' || b.flow || '/actions/runs/' || b.i + 1
			FROM bench_artifacts b JOIN flows f ON f.name = b.flow`,
		`INSERT INTO attestations (organization_id, flow_id, at, recorded_at, compliant, fingerprint, name, kind, description, source)
			SELECT f.organization_id, f.id, b.at, b.at, true, b.fingerprint, 'tests', 'GENERIC', '', b.i::text FROM bench_artifacts b JOIN flows f ON f.name = b.flow`,
		fmt.Sprintf(`
			WITH made AS (
			  INSERT INTO environments (organization_id, name, type, description, created_at)
			  SELECT o.id, 'env-' || e, 'ECS', '', now() FROM organizations o, generate_series(0, %d) e RETURNING organization_id, id)
			INSERT INTO environment_heads (organization_id, environment_id, number, observed_at, reported_at, content)
			SELECT organization_id, id, %d, timestamptz '2025-01-01', timestamptz '2025-01-01', '' FROM made`, environments-1, snapshotsEach),
		fmt.Sprintf(`
			INSERT INTO snapshots (organization_id, environment_id, number, replicas, changes, observed_at, received_at, content)
			SELECT e.organization_id, e.id, n, %d, 1, timestamptz '2024-01-01' + n * interval '1 minute', timestamptz '2024-01-01', ''
			FROM environments e, generate_series(1, %d) n ORDER BY e.id, n`, runsEach, snapshotsEach),
		// The newest of each environment is what its reports say; before that, one of
		// its artifacts changed in each snapshot.
		fmt.Sprintf(`
			INSERT INTO runs (organization_id, environment_id, since, till, replicas, started_at, fingerprint, name, starts)
			SELECT e.organization_id, e.id, %d, NULL, 1, timestamptz '2025-01-01', b.fingerprint, 'registry.example/bench/' || b.flow || ':' || b.short, '{2025-01-01}'
			FROM environments e JOIN bench_artifacts b ON b.i < %d`, snapshotsEach, runsEach),
		fmt.Sprintf(`
			INSERT INTO runs (organization_id, environment_id, since, till, replicas, started_at, fingerprint, name, starts)
			SELECT e.organization_id, e.id, n, n + 1, 1 + n %% 3, timestamptz '2025-01-01', b.fingerprint, 'registry.example/bench/' || b.flow || ':' || b.short, '{2025-01-01}'
			FROM environments e, generate_series(1, %d) n JOIN bench_artifacts b ON b.i = n %% %d`, snapshotsEach-1, runsEach),
		fmt.Sprintf(`
			INSERT INTO events (organization_id, environment_id, at, recorded_at, flow_id, number, before, after, kind, fingerprint, name)
			SELECT f.organization_id, CASE WHEN k > 1 THEN (SELECT min(id) FROM environments) + k %% 2 END, b.at + k * interval '1 minute', b.at,
			       CASE WHEN k < 4 THEN f.id END, k, 1, k %% 3, (ARRAY[1, 2, 3, 3, 10, 10, 11, 11, 12, 12])[k + 1], b.fingerprint, CASE WHEN k = 1 THEN 'tests' END
			FROM bench_artifacts b JOIN flows f ON f.name = b.flow, generate_series(0, %d) k`, eventsEach-1),
		`VACUUM ANALYZE`,
		`CHECKPOINT`,
	} {
		if _, err := p.sql.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%w in %s", err, statement)
		}
	}
	return nil
}

// shaOf is the first seven digits of commit i: the same as in bench_artifacts.
func shaOf(i int) string { return fmt.Sprintf("%07x", uint64(i)*2654435761%268435456) }
