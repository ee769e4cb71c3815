package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
)

// webhookSecret is the secret of the organization's webhook of GitHub.
const webhookSecret = "whs_bench_secret_of_the_webhook"

// A delivery is new each time: its run and its id are counted.
var deliveries atomic.Int64

// The place of a run's number in a payload: as many digits as GitHub's have.
const (
	runPlace  = 2902808452
	firstRuns = 5_000_000_000
)

// runPayload is what GitHub sends of a workflow run: most of it says where more is
// to be read, twice. Its size is that of real ones.
var runPayload = func() string {
	repository := map[string]any{"id": 123456789, "name": "flow-0", "full_name": "bench/flow-0", "private": false, "html_url": "https://github.com/bench/flow-0", "description": "the first flow of the bench"}
	for _, kind := range []string{
		"archive", "assignees", "blobs", "branches", "collaborators", "comments", "commits", "compare", "contents", "contributors", "deployments", "downloads", "events", "forks",
		"git_commits", "git_refs", "git_tags", "hooks", "issue_comment", "issue_events", "issues", "keys", "labels", "languages", "merges", "milestones", "notifications", "pulls",
		"releases", "stargazers", "statuses", "subscribers", "subscription", "tags", "teams", "trees",
	} {
		repository[kind+"_url"] = "https://api.github.com/repos/bench/flow-0/" + strings.ReplaceAll(kind, "_", "/") + "{/sha}"
	}
	user := map[string]any{"login": "somebody", "id": 12345, "type": "User", "site_admin": false}
	for _, kind := range []string{"avatar", "html", "followers", "following", "gists", "starred", "subscriptions", "organizations", "repos", "events", "received_events"} {
		user[kind+"_url"] = "https://api.github.com/users/somebody/" + kind + "{/other_user}"
	}
	run := map[string]any{
		"id": runPlace, "name": "Main", "node_id": "WFR_kwLOBzQ4wM6tBYfE", "head_branch": "main", "head_sha": shaOf(0) + strings.Repeat("0", 33), "path": ".github/workflows/main.yml",
		"display_title": "change number 0", "run_number": 561, "run_attempt": 1, "event": "push", "status": "completed", "conclusion": "success", "workflow_id": 9041520,
		"html_url": fmt.Sprintf("https://github.com/bench/flow-0/actions/runs/%d", runPlace), "created_at": "2025-01-01T09:00:00Z", "updated_at": "2025-01-01T09:05:00Z", "run_started_at": "2025-01-01T09:00:00Z",
		"actor": user, "triggering_actor": user, "repository": repository, "head_repository": repository,
	}
	for _, kind := range []string{"jobs", "logs", "check_suite", "artifacts", "cancel", "rerun", "previous_attempt", "workflow"} {
		run[kind+"_url"] = fmt.Sprintf("https://api.github.com/repos/bench/flow-0/actions/runs/%d/%s", runPlace, kind)
	}
	body, err := json.Marshal(map[string]any{"action": "completed", "workflow_run": run, "repository": repository, "sender": user, "organization": user})
	if err != nil {
		panic(err)
	}
	return string(body)
}()

// workflowRun is a signed delivery that was never sent before.
func workflowRun(int, int) []byte {
	n := deliveries.Add(1)
	body := strings.ReplaceAll(runPayload, fmt.Sprint(runPlace), fmt.Sprint(firstRuns+n))
	mac := hmac.New(sha256.New, []byte(webhookSecret))
	mac.Write([]byte(body))
	return fmt.Appendf(nil, "POST /webhooks/%s/github HTTP/1.1\r\nHost: bench\r\nUser-Agent: GitHub-Hookshot/044aadd\r\nContent-Type: application/json\r\n"+
		"X-GitHub-Event: workflow_run\r\nX-GitHub-Delivery: 72d3162e-cc78-11e3-81ab-%012x\r\nX-Hub-Signature-256: sha256=%s\r\nContent-Length: %d\r\n\r\n%s",
		organization, n, hex.EncodeToString(mac.Sum(nil)), len(body), body)
}

// What keeps and applies a delivery, by a client that has proven and parsed it and
// knows that both are new: two rows, in one statement. Its body is one literal of
// the same size, which has not to be sent again; in hexadecimal digits, because
// pgbench takes what follows a colon for a variable.
var bareDelivery = `
WITH kept AS (
  INSERT INTO deliveries (organization_id, received_at, source, key, event, repository, state, attempts, headers, content_hash, body)
  SELECT 1, now(), 'github', x, 'workflow_run', 'bench/flow-0', 'applied', 1, '[{"name": "X-GitHub-Event", "value": "workflow_run"}]', sha256(x::bytea),
         '\x` + hex.EncodeToString([]byte(runPayload)) + `'::bytea
  FROM (SELECT gen_random_uuid()::text AS x) x
)
INSERT INTO builds (organization_id, repository_id, run_id, attempt, system, version, state, commit_sha, workflow, url, started_at, finished_at)
SELECT 1, (SELECT id FROM repositories WHERE organization_id = 1 AND name = 'bench/flow-0'), (random() * 9e18)::bigint, 1, 'GITHUB_ACTIONS', 0, 4, sha256('a'), 'Main',
       'https://github.com/bench/flow-0/actions/runs/1', now(), now();
`
