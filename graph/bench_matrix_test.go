package graph_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
)

// largeMatrix is a server with 500 flows of 20 versions, and 20 environments of 5,000
// snapshots. Each snapshot shows the next version of one flow. The environments are of so
// many stages; the later a stage, the older are its versions.
func largeMatrix(b *testing.B, stages int) (s *server, environments []string) {
	b.Helper()
	d, url := dbtest.NewURL(b)
	d.Now = func() time.Time { return start.Add(24 * time.Hour) }
	s = serve(b, d)
	pool, err := sql.Open("postgres", url)
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	for _, statement := range []string{
		`INSERT INTO repositories (organization_id, forge, name, url, told, created_at)
			SELECT 1, 'GITHUB', 'acme/flow-' || lpad(f::text, 3, '0'), 'https://github.com/acme/flow-' || f, true, now() FROM generate_series(0, 499) f ORDER BY f`,
		`INSERT INTO flows (organization_id, repository_id, name, description, required_evidence, created_at)
			SELECT 1, id, split_part(name, '/', 2), '', '{}', now() FROM repositories ORDER BY id`,
		`CREATE TABLE versions AS
			SELECT f.f, v, row_number() OVER (ORDER BY v, f.f) AS i, encode(sha256((f.f || ' ' || v)::bytea), 'hex') AS hex,
			  timestamptz '2022-01-01' + v * interval '1 day' + f.f * interval '1 minute' AS at
			FROM generate_series(0, 499) f, generate_series(0, 19) v`,
		`INSERT INTO commits (organization_id, repository_id, sha, parents, parents_complete, committed_at, subject, author_name)
			SELECT 1, f.repository_id, decode(left(v.hex, 40), 'hex'),
			  CASE WHEN v.v > 0 THEN ARRAY[decode(left(lag(v.hex) OVER (PARTITION BY v.f ORDER BY v.v), 40), 'hex')] ELSE '{}' END, true, v.at, 'version ' || v.v, 'somebody'
			FROM versions v JOIN flows f ON f.name = 'flow-' || lpad(v.f::text, 3, '0') ORDER BY v.i`,
		`INSERT INTO artifacts (organization_id, flow_id, created_at, repository_id, fingerprint, commit_ref, name)
			SELECT 1, f.id, v.at, f.repository_id, sha256(v.hex::bytea), left(v.hex, 40), f.name || ':' || left(v.hex, 7)
			FROM versions v JOIN flows f ON f.name = 'flow-' || lpad(v.f::text, 3, '0') ORDER BY v.i`,
		`WITH made AS (
			  INSERT INTO environments (organization_id, name, created_as, type, description, created_at)
			  SELECT 1, 'env-' || lpad(e::text, 2, '0'), 'env-' || lpad(e::text, 2, '0'), 'K8S', '', now() FROM generate_series(0, 19) e RETURNING id, name
			), named AS (INSERT INTO environment_names (organization_id, name, environment_id) SELECT 1, name, id FROM made)
			INSERT INTO environment_heads (organization_id, environment_id, number, replicas, observed_at, reported_at) SELECT 1, id, 5000, 572, '2022-08-01', '2022-08-01' FROM made`,
		`CREATE TABLE places AS SELECT id, right(name, 2)::int AS e, right(name, 2)::int * ` + strconv.Itoa(stages) + ` / 20 AS stage FROM environments`,
		`INSERT INTO snapshots (organization_id, environment_id, number, replicas, changes, observed_at, received_at, content)
			SELECT 1, p.id, n, 572, 2, timestamptz '2022-02-01' + n * interval '40 minutes', timestamptz '2022-02-01', '' FROM generate_series(1, 5000) n, places p ORDER BY n, p.id`,
		`INSERT INTO runs (organization_id, environment_id, since, till, replicas, started_at, fingerprint, name, starts)
			SELECT 1, p.id, n, CASE WHEN n <= 4500 THEN n + 500 END, 1, timestamptz '2022-02-01' + n * interval '40 minutes', sha256(v.hex::bytea),
			  'registry.example/flow-' || lpad(v.f::text, 3, '0') || ':' || left(v.hex, 7), '{2022-02-01}'
			FROM generate_series(1, 5000) n, places p, versions v WHERE v.f = (n - 1) % 500 AND v.v = 10 - p.stage + (n - 1) / 500 ORDER BY n, p.id`,
		`INSERT INTO runs (organization_id, environment_id, since, replicas, started_at, fingerprint, name, starts)
			SELECT 1, p.id, 5000, 1, timestamptz '2022-02-01', sha256(v.hex::bytea),
			  'registry.example/flow-' || lpad(v.f::text, 3, '0') || ':' || left(v.hex, 7), '{2022-02-01}'
			FROM places p, versions v WHERE v.f % 7 = p.e % 7 AND v.v = 18 - p.stage`,
		`VACUUM ANALYZE`,
	} {
		if _, err := pool.ExecContext(b.Context(), statement); err != nil {
			b.Fatalf("%.60s: %v", statement, err)
		}
	}
	for e := range 20 {
		environments = append(environments, fmt.Sprintf("env-%02d", e))
	}
	return s, environments
}

// BenchmarkFlow_InEnvironments asks for a page of 100 of 500 flows in 20 environments,
// and for what of them runs there alone.
func BenchmarkFlow_InEnvironments(b *testing.B) {
	for _, stages := range []int{4, 10} {
		s, environments := largeMatrix(b, stages)
		if got := s.flowsInEnvironments(100, environments...); len(got) != 2000 {
			b.Fatalf("%d places", len(got))
		}
		b.Run(fmt.Sprintf("%dStages/Page", stages), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if w := s.post(s.token, s.askMatrix(100, environments)); w.Code != http.StatusOK || bytes.Contains(w.Body.Bytes(), []byte("errors")) {
					b.Fatalf("%d %.300s", w.Code, w.Body)
				}
			}
		})
		flows, err := s.db.Flows(b.Context(), s.org, model.FlowFilter{}, model.Page{First: 100})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("%dStages/Running", stages), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.db.FlowsInEnvironments(b.Context(), s.org, flows.Nodes, environments); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
