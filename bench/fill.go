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
	environments  = 64 // at least as many as there are clients
	runsEach      = 100
	snapshotsEach = 500

	longHistory = 100_000 // snapshots of the environments `long` and `large`, of which `short` has 100
	large       = 10_000  // artifacts that run in `large`
	fleet       = 10_000  // environments of fleetRuns artifacts each, with one snapshot
	fleetRuns   = 10
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
		// One of the artifacts changed in each snapshot, and the newest is what reports say.
		makeEnvironments("env-", environments),
		fmt.Sprintf(`
			CREATE TABLE bench_histories AS
			SELECT id AS environment_id, %d AS size, %d AS snapshots FROM environments WHERE name LIKE 'env-%%'`, runsEach, snapshotsEach),
		makeEnvironments("short-", 1), makeEnvironments("long-", 1), makeEnvironments("large-", 1),
		fmt.Sprintf(`
			INSERT INTO bench_histories
			SELECT id, CASE name WHEN 'large-0' THEN %d ELSE %d END, CASE name WHEN 'short-0' THEN 100 ELSE %d END
			FROM environments WHERE name IN ('short-0', 'long-0', 'large-0')`, large, runsEach, longHistory),
		makeEnvironments("fleet-", fleet),
		fmt.Sprintf(`INSERT INTO bench_histories SELECT id, %d, 1 FROM environments WHERE name LIKE 'fleet-%%'`, fleetRuns),
		`UPDATE environment_heads h SET number = b.snapshots, replicas = b.size, observed_at = timestamptz '2025-01-01', reported_at = timestamptz '2025-01-01'
			FROM bench_histories b WHERE b.environment_id = h.environment_id`,
		`INSERT INTO snapshots (organization_id, environment_id, number, replicas, changes, observed_at, received_at, content)
			SELECT 1, b.environment_id, n, b.size, 1, timestamptz '2024-01-01' + n * interval '1 minute', timestamptz '2024-01-01', ''
			FROM bench_histories b, generate_series(1, b.snapshots) n ORDER BY n, b.environment_id`,
		// Which artifact changes in which snapshot, all of them in the first: rows of
		// several environments lie between each other, as they do in life.
		`CREATE TABLE bench_changes AS
			SELECT b.environment_id, n, 0 AS artifact FROM bench_histories b, generate_series(2, b.snapshots) n
			UNION ALL
			SELECT b.environment_id, 1, a FROM bench_histories b, generate_series(0, b.size - 1) a`,
		`UPDATE bench_changes c SET artifact = (hashint4(n * 7 + c.environment_id) & 2147483647) % b.size
			FROM bench_histories b WHERE b.environment_id = c.environment_id AND n > 1`,
		`INSERT INTO runs (organization_id, environment_id, since, till, replicas, started_at, fingerprint, name, starts)
			SELECT 1, c.environment_id, n, c.till, CASE WHEN c.till IS NULL THEN 1 ELSE 1 + n % 3 END, timestamptz '2025-01-01', a.fingerprint,
			       'registry.example/bench/' || a.flow || ':' || a.short, '{2025-01-01}'
			FROM (SELECT *, lead(n) OVER (PARTITION BY environment_id, artifact ORDER BY n) AS till FROM bench_changes) c
			JOIN bench_artifacts a ON a.i = c.artifact ORDER BY n, c.environment_id`,
		`INSERT INTO events (organization_id, environment_id, at, recorded_at, number, before, after, kind, fingerprint)
			SELECT 1, c.environment_id, timestamptz '2024-01-01' + n * interval '1 minute', timestamptz '2024-01-01', n, 1, 2, 11, a.fingerprint
			FROM bench_changes c JOIN environments e ON e.id = c.environment_id AND e.name IN ('short-0', 'long-0', 'large-0')
			JOIN bench_artifacts a ON a.i = c.artifact WHERE n > 1 ORDER BY n`,
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

// makeEnvironments makes so many environments, whose names count from 0.
func makeEnvironments(prefix string, n int) string {
	return fmt.Sprintf(`
		WITH made AS (
		  INSERT INTO environments (organization_id, name, created_as, type, description, created_at)
		  SELECT 1, '%[1]s' || e, '%[1]s' || e, 'ECS', '', now() FROM generate_series(0, %[2]d) e RETURNING id, name
		), named AS (
		  INSERT INTO environment_names (organization_id, name, environment_id) SELECT 1, name, id FROM made
		)
		INSERT INTO environment_heads (organization_id, environment_id) SELECT 1, id FROM made ORDER BY id`, prefix, n-1)
}

// shaOf is the first seven digits of commit i: the same as in bench_artifacts.
func shaOf(i int) string { return fmt.Sprintf("%07x", uint64(i)*2654435761%268435456) }
