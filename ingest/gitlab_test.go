package ingest

import (
	"strings"
	"testing"

	"github.com/landfall-dev/landfall/model"
)

func TestParseGitLab_Push(t *testing.T) {
	t.Parallel()
	checkReadings(t, "gitlab", parseGitLab, map[string]reading{
		"Branch": {"Push Hook", "push", nil, []string{
			"GITLAB acme/web/shop https://gitlab.acme.example/acme/web/shop",
			`commit a1a1a1a "first" by Ada <ada@acme.example> 2026-03-01T09:00:00Z touches a.go for SHOP-7`, `commit b2b2b2b "second" by Ada <ada@acme.example> 2026-03-01T10:00:00Z touches a.go`,
			"move refs/heads/main c3c3c3c..b2b2b2b 2026-03-01T10:00:00Z", "!note",
		}},
		"OlderOnes":     {"Push Hook", "push", []change{{"total_commits_count", 25}}, []string{"note: GitLab tells only the newest commits of a push: 23 older ones were not sent"}},
		"DeletedBranch": {"Push Hook", "push", []change{{"after", noSHA}, {"checkout_sha", nil}, {"commits", []any{}}, {"total_commits_count", 0}}, []string{"ignored: the push brings no commits, and GitLab does not tell when it was"}},
		"AnnotatedTag":  {"Tag Push Hook", "push", []change{{"ref", "refs/tags/v1"}, {"before", noSHA}, {"after", shaC}}, []string{"move refs/tags/v1 ..b2b2b2b 2026-03-01T10:00:00Z"}},
		"NoProject":     {"Push Hook", "push", []change{{"project", nil}}, []string{`invalid: "" is not the name of a repository`}},
		"BadTime":       {"Push Hook", "push", []change{{"commits.0.timestamp", "now"}}, []string{"invalid: the delivery is not a Push Hook event of GitLab's"}},
	})
}

func TestParseGitLab_Builds(t *testing.T) {
	t.Parallel()
	const (
		page = "https://gitlab.acme.example/acme/web/shop/-/pipelines/600"
		jobs = "https://gitlab.acme.example/acme/web/shop/-/jobs/"
	)
	retried := map[string]any{"id": 6003, "name": "test", "status": "running", "created_at": "2026-03-01 10:06:00 UTC", "started_at": "2026-03-01 10:06:10 UTC"}
	checkReadings(t, "gitlab", parseGitLab, map[string]reading{
		"Pipeline": {"Pipeline Hook", "pipeline", nil, []string{
			`build GITLAB_CI 600.1 v6002 of b2b2b2b FAILED "main" ` + page + ` 2026-03-01T10:01:00Z..2026-03-01T10:05:00Z`,
			`job 6001 v1 of GITLAB_CI 600.1 FAILED "test" ` + jobs + `6001 2026-03-01T10:01:10Z..2026-03-01T10:05:00Z`,
			`job 6002 v1 of GITLAB_CI 600.1 SKIPPED "deploy" ` + jobs + `6002 -..-`,
			`commit b2b2b2b "second" by Ada <ada@acme.example> 2026-03-01T10:00:00Z touches ?`,
		}},
		"Retried": {"Pipeline Hook", "pipeline", []change{{"object_attributes.status", "running"}, {"object_attributes.finished_at", nil}, {"builds.0", retried}}, []string{
			`build GITLAB_CI 600.1 v6003 of b2b2b2b RUNNING "main" ` + page + ` 2026-03-01T10:01:00Z..-`, "job 6003 v1 of GITLAB_CI 600.1 RUNNING",
		}},
		"NoJobs":     {"Pipeline Hook", "pipeline", []change{{"builds", nil}, {"object_attributes.status", "pending"}, {"object_attributes.url", gone{}}}, []string{`build GITLAB_CI 600.1 v1 of b2b2b2b QUEUED "main" ` + page + ` -..-`, "!job"}},
		"JobNoID":    {"Pipeline Hook", "pipeline", []change{{"builds.0.id", 0}}, []string{"invalid: the job has the id 0"}},
		"PipelineNo": {"Pipeline Hook", "pipeline", []change{{"object_attributes.id", -1}}, []string{"invalid: the run has the id -1"}},
		"Job": {"Job Hook", "job", nil, []string{
			"GITLAB acme/web/shop https://gitlab.acme.example/acme/web/shop", `build GITLAB_CI 600.1 v0 of b2b2b2b RUNNING "" ` + page + ` -..-`,
			`job 6001 v1 of GITLAB_CI 600.1 RUNNING "test" ` + jobs + `6001 2026-03-01T10:01:10Z..-`,
		}},
		"JobOfOldServer": {"Build Hook", "job", []change{{"project", gone{}}, {"pipeline_id", gone{}}}, []string{
			"GITLAB acme/web/shop https://gitlab.acme.example/acme/web/shop", "build GITLAB_CI 600.1 v0 of b2b2b2b RUNNING",
		}},
		"JobManual":    {"Job Hook", "job", []change{{"build_status", "manual"}, {"build_started_at", nil}}, []string{"build GITLAB_CI 600.1 v0 of b2b2b2b QUEUED", "job 6001 v1 of GITLAB_CI 600.1 QUEUED"}},
		"JobNowhere":   {"Job Hook", "job", []change{{"project", nil}, {"repository.homepage", "http://[::1"}}, []string{`invalid: "" is not the name of a repository`}},
		"JobOfNoBuild": {"Job Hook", "job", []change{{"pipeline_id", 0}, {"commit.id", nil}}, []string{"invalid: the run has the id 0"}},
		"JobBroken":    {"Job Hook", "job", []change{{"commit", 5}}, []string{"invalid: the delivery is not a Job Hook event of GitLab's"}},
	})
}

func TestGitLabState(t *testing.T) {
	t.Parallel()
	for status, want := range map[string]model.BuildState{
		"created": model.BuildQueued, "waiting_for_resource": model.BuildQueued, "preparing": model.BuildQueued, "pending": model.BuildQueued,
		"scheduled": model.BuildQueued, "manual": model.BuildQueued, "": model.BuildQueued, "new": model.BuildQueued,
		"running": model.BuildRunning, "canceling": model.BuildRunning, "success": model.BuildSucceeded, "failed": model.BuildFailed,
		"canceled": model.BuildCancelled, "skipped": model.BuildSkipped,
	} {
		if got := gitLabState(status); got != want {
			t.Errorf("%q: got %s, want %s", status, got, want)
		}
	}
}

func TestParseGitLab_DeploymentsAndMergeRequests(t *testing.T) {
	t.Parallel()
	const (
		job = "https://gitlab.acme.example/acme/web/shop/-/jobs/6002"
		mr  = `pull request 12 "Cart lines" https://gitlab.acme.example/acme/web/shop/-/merge_requests/12 `
	)
	status := func(status string) []change { return []change{{"status", status}} }
	const unended = "ignored: a deployment of GitLab counts when it has ended"
	checkReadings(t, "gitlab", parseGitLab, map[string]reading{
		"Failed":    {"Deployment Hook", "deployment", nil, []string{"deployment 70 of b2b2b2b to staging 2026-03-01T10:06:00Z " + job, `status 70 compliant false 2026-03-01T10:06:00Z "" ` + job}},
		"Success":   {"Deployment Hook", "deployment", status("success"), []string{"status 70 compliant true"}},
		"ISOTime":   {"Deployment Hook", "deployment", []change{{"status_changed_at", "2026-03-01T10:06:00.5Z"}}, []string{"deployment 70 of b2b2b2b to staging 2026-03-01T10:06:00.5Z"}},
		"UTC":       {"Deployment Hook", "deployment", []change{{"status_changed_at", "2026-03-01 10:06:00 UTC"}}, []string{"deployment 70 of b2b2b2b to staging 2026-03-01T10:06:00Z"}},
		"Running":   {"Deployment Hook", "deployment", status("running"), []string{unended}},
		"Cancelled": {"Deployment Hook", "deployment", status("canceled"), []string{unended}},
		"NoTime":    {"Deployment Hook", "deployment", []change{{"status_changed_at", nil}}, []string{"invalid: status_changed_at is no time"}},
		"NoCommit":  {"Deployment Hook", "deployment", []change{{"commit_url", nil}}, []string{`invalid: "" is not a full commit SHA`}},
		"NoID":      {"Deployment Hook", "deployment", []change{{"deployment_id", nil}}, []string{"invalid: the deployment has the id 0"}},

		"Merged":      {"Merge Request Hook", "merge_request", nil, []string{mr + "MERGED by  head a1a1a1a merge b2b2b2b created 2026-02-28T10:00:00Z merged - updated 2026-03-01T10:00:05Z"}},
		"Squashed":    {"Merge Request Hook", "merge_request", []change{{"object_attributes.merge_commit_sha", nil}, {"object_attributes.squash_commit_sha", shaC}}, []string{mr + "MERGED by  head a1a1a1a merge c3c3c3c "}},
		"FastForward": {"Merge Request Hook", "merge_request", []change{{"object_attributes.merge_commit_sha", nil}}, []string{mr + "MERGED by  head a1a1a1a merge a1a1a1a "}},
		"Open":        {"Merge Request Hook", "merge_request", []change{{"object_attributes.state", "opened"}}, []string{mr + "OPEN by  head a1a1a1a merge - "}},
		"Locked":      {"Merge Request Hook", "merge_request", []change{{"object_attributes.state", "locked"}}, []string{mr + "OPEN "}},
		"Closed":      {"Merge Request Hook", "merge_request", []change{{"object_attributes.state", "closed"}}, []string{mr + "CLOSED "}},
		"NoHead":      {"Merge Request Hook", "merge_request", []change{{"object_attributes.last_commit", nil}}, []string{`invalid: "" is not a full commit SHA`}},
		"NoUpdate":    {"Merge Request Hook", "merge_request", []change{{"object_attributes.updated_at", nil}}, []string{"invalid: updated_at is no time"}},
	})
}

func TestGitLab_Header(t *testing.T) {
	t.Parallel()
	h := headers("X-Gitlab-Event", "Push Hook", "X-Gitlab-Event-UUID", "event", "Idempotency-Key", "key")
	if id := gitLab.sourceID(h); id != "key" {
		t.Errorf("got %q", id)
	}
	h.Del("Idempotency-Key")
	if id, event := gitLab.sourceID(h), gitLab.event(h); id != "event" || event != "Push Hook" {
		t.Errorf("got %q of %q", id, event)
	}
	if text := said(parseGitLab, "Push Hook", []byte(strings.Repeat(" ", 3))); !strings.HasPrefix(text, "invalid: the delivery is not a Push Hook") {
		t.Error(text)
	}
}
