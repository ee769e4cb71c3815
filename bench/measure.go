package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// measurement is something that users ask of the server, and the bare SQL of it.
type measurement struct {
	name    string
	request func(client, n int) []byte // the n-th request of a client, as it goes over the wire
	status  string                     // what the server must answer
	bareSQL string                     // a script for pgbench
	against func(client, n int) []byte // what it is measured beside, in place of SQL
	clients int                        // how many ask at once, if not as many as usual
	fresh   bool                       // no request may be sent twice
	paced   bool                       // how long answers take is measured too, at half of the rate
}

var measurements = []measurement{
	{
		name:    "artifact with its history, by short SHA",
		request: artifactQuery,
		status:  "200",
		bareSQL: bareArtifact,
	},
	{
		name:    "unchanged report of 100 artifacts",
		request: func(client, _ int) []byte { return report(client, 1) },
		status:  "200",
		bareSQL: bareUnchanged,
	},
	{
		name:    "unchanged report of 100 artifacts, 64 agents",
		request: func(client, _ int) []byte { return report(client, 1) },
		status:  "200",
		bareSQL: bareUnchanged,
		clients: 64,
	},
	{
		name:    "unchanged report, 10,000 environments",
		request: fleetReport,
		status:  "200",
		bareSQL: bareFleet,
		clients: 64,
		fresh:   true,
		paced:   true,
	},
	{
		name:    "changed report: 1 of 100 artifacts, 64 agents",
		request: func(client, n int) []byte { return report(client, 2+n%2) },
		status:  "201",
		bareSQL: bareChanged,
		clients: 64,
	},
	{
		name:    "changed report: 1 of 100 artifacts",
		request: func(client, n int) []byte { return report(client, 2+n%2) },
		status:  "201",
		bareSQL: bareChanged,
	},
	{
		name:    "signed delivery of a workflow run",
		request: workflowRun,
		status:  "200",
		bareSQL: bareDelivery,
		fresh:   true,
		paced:   true,
	},
}

func artifactQuery(int, int) []byte {
	i := rand.IntN(artifacts)
	body, err := json.Marshal(map[string]any{
		"query": `query Artifact($ref: ArtifactRef!) { organization(name: "bench") { artifact(ref: $ref) { __typename
			... on Artifact { name flow { name } fingerprint createdAt commit { sha url } buildUrl state history(first: 100) { nodes { __typename at summary } } }
			... on Ambiguity { summary } } } }`,
		"variables": map[string]string{"ref": fmt.Sprintf("flow-%d:%s", i%flows, shaOf(i))},
	})
	if err != nil {
		panic(err)
	}
	return request("POST", "/graphql", body)
}

// report says that 100 artifacts run in the client's environment, the first of
// them with so many replicas.
func report(client, replicas int) []byte {
	type instance struct {
		Digests           map[string]string `json:"digests"`
		CreationTimestamp int64             `json:"creationTimestamp"`
		TaskARN           string            `json:"taskArn"`
	}
	var said struct {
		Artifacts []instance `json:"artifacts"`
	}
	for i := range runsEach {
		n := 1
		if i == 0 {
			n = replicas
		}
		for r := range n {
			name := fmt.Sprintf("registry.example/bench/flow-%d:%s", i%flows, shaOf(i))
			said.Artifacts = append(said.Artifacts, instance{
				Digests:           map[string]string{name: fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "artifact %d", i)))},
				CreationTimestamp: 1735689600, TaskARN: fmt.Sprintf("arn:aws:ecs:eu-central-1:274425519734:task/bench/%d-%d", i, r),
			})
		}
	}
	body, err := json.Marshal(said)
	if err != nil {
		panic(err)
	}
	return request("PUT", fmt.Sprintf("/api/v2/environments/%s/env-%d/report/ECS", organization, client%environments), body)
}

// fleetReport says that a few artifacts run in one environment of many.
func fleetReport(client, n int) []byte {
	e := (client*7919 + n*61) % fleet
	var said bytes.Buffer
	for i := range fleetRuns {
		if i > 0 {
			said.WriteByte(',')
		}
		fmt.Fprintf(&said, `{"digests":{"registry.example/bench/flow-%d:%s":"%x"},"creationTimestamp":1735689600}`, i%flows, shaOf(i), sha256.Sum256(fmt.Appendf(nil, "artifact %d", i)))
	}
	return request("PUT", fmt.Sprintf("/api/v2/environments/%s/fleet-%d/report/ECS", organization, e), fmt.Appendf(nil, `{"artifacts":[%s]}`, said.Bytes()))
}

// bareFleet updates one row of many in place.
const bareFleet = `
\set e random(0, 9999)
UPDATE environment_heads SET observed_at = greatest(observed_at, now()), reported_at = now()
WHERE organization_id = 1 AND environment_id = (SELECT max(id) FROM environments WHERE organization_id = 1) - :e;
`

func request(method, path string, body []byte) []byte {
	return fmt.Appendf(nil, "%s %s HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		method, path, token, len(body), body)
}

// One statement that returns the artifact and its history as JSON: what the API
// would be if it were SQL.
const bareArtifact = `
\set i random(0, 19999)
\set sha (:i * 2654435761) % 268435456
WITH said AS MATERIALIZED (
  SELECT id, flow_id, repository_id, name, fingerprint, created_at, commit_ref, build_url FROM artifacts
  WHERE organization_id = 1 AND commit_ref >= lpad(to_hex(:sha::bigint), 7, '0') COLLATE "C" AND commit_ref <= (lpad(to_hex(:sha::bigint), 7, '0') || 'g') COLLATE "C"
)
SELECT jsonb_build_array(a.name, f.name, a.fingerprint, a.created_at, c.sha, c.url, a.build_url, t.held, h.history)
FROM said a
JOIN flows f ON f.organization_id = 1 AND f.id = a.flow_id AND f.name = 'flow-' || :i % 20
LEFT JOIN LATERAL (
  SELECT min(encode(c.sha, 'hex')) AS sha, min(r.url) AS url FROM commits c JOIN repositories r ON r.organization_id = 1 AND r.id = c.repository_id
  WHERE c.organization_id = 1 AND c.sha BETWEEN decode(a.commit_ref, 'hex') AND decode(rpad(a.commit_ref, 64, 'f'), 'hex') AND c.repository_id = a.repository_id
) c ON true
LEFT JOIN LATERAL (
  SELECT array_agg(t.name) AS held FROM attestations t WHERE t.organization_id = 1 AND t.fingerprint = a.fingerprint AND t.flow_id = a.flow_id
) t ON true
LEFT JOIN LATERAL (
  SELECT jsonb_agg(jsonb_build_array(e.kind, e.at, en.name, e.number, e.before, e.after, e.name) ORDER BY e.at, e.kind, e.id) AS history
  FROM (SELECT * FROM events e WHERE e.organization_id = 1 AND e.fingerprint = a.fingerprint AND (e.flow_id IS NULL OR e.flow_id = a.flow_id)
        ORDER BY e.at, e.kind, e.id LIMIT 101) e
  LEFT JOIN environments en ON en.organization_id = 1 AND en.id = e.environment_id
) h ON true;
`

// A single row that is updated in place.
const bareUnchanged = `
UPDATE environment_heads SET observed_at = greatest(observed_at, now()), reported_at = now()
WHERE organization_id = 1 AND environment_id = (SELECT min(id) FROM environments WHERE organization_id = 1) + :client_id;
`

// What a change must write, in one statement, by a client that knows all else: the
// head, the run that closes, the run that opens, the snapshot and the event.
const bareChanged = `
WITH moved AS (
  UPDATE environment_heads SET number = number + 1, observed_at = clock_timestamp(), reported_at = clock_timestamp(), content = sha256(number::text::bytea)
  WHERE organization_id = 1 AND environment_id = (SELECT min(id) FROM environments WHERE organization_id = 1) + :client_id RETURNING environment_id, number, observed_at, content
), closed AS (
  UPDATE runs r SET till = m.number FROM moved m
  WHERE r.organization_id = 1 AND r.environment_id = m.environment_id AND r.till IS NULL AND r.fingerprint = sha256('artifact 0')
  RETURNING r.fingerprint, r.name, r.started_at, r.replicas
), opened AS (
  INSERT INTO runs (organization_id, environment_id, since, replicas, started_at, fingerprint, name, starts)
  SELECT 1, m.environment_id, m.number, 5 - least(4, c.replicas), c.started_at, c.fingerprint, c.name, ARRAY[c.started_at] FROM moved m, closed c
), snapshot AS (
  INSERT INTO snapshots (organization_id, environment_id, number, replicas, changes, observed_at, received_at, content)
  SELECT 1, m.environment_id, m.number, 101, 1, m.observed_at, m.observed_at, m.content FROM moved m
)
INSERT INTO events (organization_id, environment_id, at, recorded_at, number, before, after, kind, fingerprint)
SELECT 1, m.environment_id, m.observed_at, m.observed_at, m.number, 2, 3, 11, c.fingerprint FROM moved m, closed c;
`

var tps = regexp.MustCompile(`(?m)^tps = ([0-9.]+)`)

// pgbench measures the bare SQL, with more flags if there are any.
func (p *parts) pgbench(ctx context.Context, m measurement, flags ...string) (float64, error) {
	script := filepath.Join(p.dir, "script.sql")
	// pgbench takes a statement on one line, or up to its semicolon.
	if err := os.WriteFile(script, []byte(m.bareSQL), 0o600); err != nil {
		return 0, err
	}
	program := p.opts.pgbench
	if program == "" {
		program = p.cluster.Program("pgbench")
	}
	flags = append([]string{
		"-n", "-M", "prepared", "-c", strconv.Itoa(p.clientsOf(m)), "-j", "2",
		"-T", strconv.Itoa(max(1, int(p.opts.duration/time.Second))), "-f", script,
	}, flags...)
	command := exec.CommandContext(ctx, program, append(flags, p.cluster.URL(database))...)
	command.Env = append(os.Environ(), "PGOPTIONS=-c jit=off -c max_parallel_workers_per_gather=0 -c plan_cache_mode=force_generic_plan")
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		return 0, fmt.Errorf("pgbench: %w: %s", err, stderr.String())
	}
	found := tps.FindSubmatch(out)
	if found == nil || !strings.Contains(string(out), "number of failed transactions: 0 ") {
		return 0, fmt.Errorf("pgbench says %s", out)
	}
	return strconv.ParseFloat(string(found[1]), 64)
}
