package dbtest

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	_ "github.com/lib/pq" // the driver
)

// What Landfall itself makes up as things arrive is not in a dump: keys of rows,
// numbers of deployments, and when something was received or recorded.
var dumps = map[string]string{
	"organizations":     `SELECT name, public FROM organizations`,
	"repositories":      `SELECT name, forge, url, told FROM repositories`,
	"flows":             `SELECT f.name, r.name AS repository, description, required_evidence, paths, tags, deployments FROM flows f LEFT JOIN repositories r ON r.id = f.repository_id`,
	"environments":      `SELECT name, type, description, archived_at IS NOT NULL AS archived, silent_after, tags FROM environments`,
	"environment_names": `SELECT e.name AS environment, n.name FROM environment_names n JOIN environments e ON e.id = n.environment_id`,
	"environment_members": `SELECT e.name AS environment, m.name AS member, left_at IS NULL AS current
	  FROM environment_members x JOIN environments e ON e.id = x.environment_id JOIN environments m ON m.id = x.member_id`,
	"expectations": `SELECT e.name AS environment, x.kind, f.name AS flow, o.name AS other, at_least, at_most, days, within_seconds, except_names, removed_at IS NULL AS current
	  FROM expectations x JOIN environments e ON e.id = x.environment_id LEFT JOIN flows f ON f.id = x.flow_id LEFT JOIN environments o ON o.id = x.other_id`,
	"breaches": `SELECT e.name AS environment, x.kind, started_at, started_number, ended_at, ended_number, found
	  FROM breaches b JOIN expectations x ON x.id = b.expectation_id JOIN environments e ON e.id = b.environment_id`,
	"commits": `SELECT r.name AS repository, encode(sha, 'hex') AS sha, (SELECT array_agg(encode(p, 'hex')) FROM unnest(parents) AS p) AS parents, parents_complete,
	  committed_at, subject, author_name, author_email, issue_keys, encode(patch_id, 'hex') AS patch, paths FROM commits c JOIN repositories r ON r.id = c.repository_id`,
	"builds": `SELECT r.name AS repository, system, run_id, attempt, version, state, encode(commit_sha, 'hex') AS sha, workflow, b.url, started_at, finished_at
	  FROM builds b JOIN repositories r ON r.id = b.repository_id`,
	"jobs": `SELECT r.name AS repository, system, run_id, attempt, job_id, version, state, j.name, j.url, started_at, finished_at
	  FROM jobs j JOIN repositories r ON r.id = j.repository_id`,
	"ref_moves": `SELECT r.name AS repository, ref, at, forced, encode(before, 'hex') AS before, encode(after, 'hex') AS after
	  FROM ref_moves m JOIN repositories r ON r.id = m.repository_id`,
	"pull_requests": `SELECT r.name AS repository, number, state, p.created_at, updated_at, merged_at, encode(head_sha, 'hex') AS head, encode(merge_sha, 'hex') AS merge,
	  title, p.url, author FROM pull_requests p JOIN repositories r ON r.id = p.repository_id`,
	"releases": `SELECT r.name AS repository, x.id, state, updated_at, published_at, tag, x.name, x.url FROM releases x JOIN repositories r ON r.id = x.repository_id`,
	"forge_deployments": `SELECT r.name AS repository, d.id, d.created_at, encode(commit_sha, 'hex') AS sha, environment, d.url
	  FROM forge_deployments d JOIN repositories r ON r.id = d.repository_id`,
	"forge_deployment_statuses": `SELECT r.name AS repository, deployment_id, s.id, at, compliant, description, s.url
	  FROM forge_deployment_statuses s JOIN repositories r ON r.id = s.repository_id`,
	"trusted_repositories": `SELECT r.name AS repository, branch FROM trusted_repositories t JOIN repositories r ON r.id = t.repository_id`,
	"artifacts": `SELECT f.name AS flow, encode(fingerprint, 'hex') AS fingerprint, a.name, commit_ref, r.name AS repository, build_url, a.created_at
	  FROM artifacts a JOIN flows f ON f.id = a.flow_id LEFT JOIN repositories r ON r.id = a.repository_id`,
	"artifact_claims": `SELECT f.name AS flow, encode(a.fingerprint, 'hex') AS fingerprint, c.at, c.name, c.commit_ref, r.name AS repository, c.build_url
	  FROM artifact_claims c JOIN artifacts a ON a.id = c.artifact_id JOIN flows f ON f.id = a.flow_id LEFT JOIN repositories r ON r.id = c.repository_id`,
	"artifact_digests": `SELECT f.name AS flow, encode(a.fingerprint, 'hex') AS fingerprint, encode(digest, 'hex') AS digest
	  FROM artifact_digests d JOIN artifacts a ON a.id = d.artifact_id JOIN flows f ON f.id = a.flow_id`,
	"attestations": `SELECT f.name AS flow, encode(fingerprint, 'hex') AS fingerprint, t.name, at, compliant, kind, t.description, url
	  FROM attestations t JOIN flows f ON f.id = t.flow_id`,
	"deployments": `SELECT f.name AS flow, e.name AS environment, encode(a.fingerprint, 'hex') AS fingerprint, d.created_at, d.url
	  FROM deployments d JOIN flows f ON f.id = d.flow_id JOIN environments e ON e.id = d.environment_id JOIN artifacts a ON a.id = d.artifact_id`,
	"events": `SELECT e.at, f.name AS flow, n.name AS environment, kind, encode(fingerprint, 'hex') AS fingerprint, e.name, before, after,
	  CASE WHEN kind BETWEEN 10 AND 23 THEN number END AS snapshot
	  FROM events e LEFT JOIN flows f ON f.id = e.flow_id LEFT JOIN environments n ON n.id = e.environment_id
	  -- Of the events that tell when an artifact was made one counts: see db. What was
	  -- found out of something that ran already depends on what was told first.
	  WHERE kind NOT IN (1, 14) OR kind = 1 AND EXISTS (SELECT FROM artifacts a WHERE a.flow_id = e.flow_id AND a.fingerprint = e.fingerprint AND a.created_at = e.at)`,
	"environment_heads": `SELECT n.name AS environment, h.number, replicas, closed, judged, observed_at, encode(content, 'hex') AS content FROM environment_heads h JOIN environments n ON n.id = h.environment_id`,
	"snapshots":         `SELECT n.name AS environment, s.number, replicas, changes, observed_at, numbers FROM snapshots s JOIN environments n ON n.id = s.environment_id`,
	"runs": `SELECT n.name AS environment, encode(fingerprint, 'hex') AS fingerprint, r.name, since, till, replicas, started_at, starts
	  FROM runs r JOIN environments n ON n.id = r.environment_id`,
	// Which of two ids of one body was the first is the only thing that order decides.
	"deliveries": `SELECT source, encode(coalesce(content_hash, sha256(body)), 'hex') AS content, event, repository, state,
	  CASE WHEN state <> 'applied' THEN reason END AS reason FROM deliveries`,
}

// notDumped are tables that no input changes, and agents, which are a hint.
var notDumped = []string{"agents", "tokens", "sessions", "webhooks", "notifications", "notification_attempts", "bun_migrations", "bun_migration_locks"}

// Dump returns all that a database holds in one form for all orders in which it
// may have come: a line of JSON for each row, with names in place of keys, sorted.
// It fails the test if there is a table that it does not know.
func Dump(t testing.TB, url string) string {
	t.Helper()
	pool, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	var lines []string
	for _, table := range column(t, pool, `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`) {
		query, ok := dumps[table]
		if !ok && !slices.Contains(notDumped, table) {
			t.Fatalf("table %s is new: say in dbtest how it is dumped", table)
		}
		if !ok {
			continue
		}
		rows := column(t, pool, `SELECT row_to_json(x)::text COLLATE "C" FROM (`+query+`) x ORDER BY 1`)
		for _, row := range rows {
			lines = append(lines, fmt.Sprintf("%s %s", table, row))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n") + "\n"
}

// column reads the rows of a query with one column.
func column(t testing.TB, pool *sql.DB, query string) []string {
	t.Helper()
	rows, err := pool.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer rows.Close()
	var values []string
	for rows.Next() {
		var value string
		if err := rows.Scan(&value); err != nil {
			t.Fatal(err)
		}
		values = append(values, value)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return values
}
