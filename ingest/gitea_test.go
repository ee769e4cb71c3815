package ingest

import "testing"

func TestParseGitea_Push(t *testing.T) {
	t.Parallel()
	checkReadings(t, "gitea", parseGitea, map[string]reading{
		"Branch": {"push", "push", nil, []string{
			"GITEA acme/shop https://git.acme.example/acme/shop", "!note",
			`commit b2b2b2b "cart: remove a line" by Ada <ada@acme.example> 2026-03-01T10:00:00Z touches cart/cart.go cart/old.go`,
			`commit a1a1a1a "cart: add a line" by Ada <ada@acme.example> 2026-03-01T09:00:00Z touches cart/cart.go cart/line.go for SHOP-7`,
			"move refs/heads/main c3c3c3c..b2b2b2b 2026-03-01T10:00:00Z",
		}},
		"OlderOnes":    {"push", "push", []change{{"total_commits", 9}}, []string{"note: Gitea tells only the newest commits of a push: 7 older ones were not sent"}},
		"NewBranch":    {"push", "push", []change{{"before", noSHA}, {"commits", nil}, {"total_commits", 0}}, []string{"commit b2b2b2b", "move refs/heads/main ..b2b2b2b 2026-03-01T10:00:00Z", "!note"}},
		"AnnotatedTag": {"push", "push", []change{{"ref", "refs/tags/v1"}, {"after", shaC}}, []string{"move refs/tags/v1 c3c3c3c..b2b2b2b "}},
		"Deleted":      {"push", "push", []change{{"after", noSHA}, {"commits", nil}, {"head_commit", nil}}, []string{"move refs/heads/main c3c3c3c.. 2026-03-01T10:00:05Z"}},
		"NoTime":       {"push", "push", []change{{"commits", nil}, {"head_commit", nil}}, []string{"ignored: the push brings no commits, and does not tell when it was"}},
		"NoAuthor":     {"push", "push", []change{{"commits.0.author", nil}, {"commits.1", nil}}, []string{`commit b2b2b2b "cart: remove a line" by  2026`, "!commit a1a1a1a"}},
		"NoRepository": {"push", "push", []change{{"repository", nil}}, []string{`invalid: "" is not the name of a repository`}},
		"Delete":       {"delete", "delete", nil, []string{"move refs/heads/topic .. 2026-03-01T10:00:05Z"}},
		"DeleteTag":    {"delete", "delete", []change{{"ref_type", "tag"}}, []string{"move refs/tags/topic .. "}},
		"DeleteNoTime": {"delete", "delete", []change{{"repository.updated_at", gone{}}}, []string{"ignored: it does not tell when the branch was deleted"}},
		"DeleteOther":  {"delete", "delete", []change{{"ref_type", "wiki"}}, []string{`invalid: a "wiki" was deleted`}},
	})
}

func TestParseGitea_Actions(t *testing.T) {
	t.Parallel()
	const page = "https://git.acme.example/acme/shop/actions/runs/4"
	checkReadings(t, "gitea", parseGitea, map[string]reading{
		"Run": {"workflow_run", "workflow_run", nil, []string{`build GITEA_ACTIONS 900.1 v1772359260000000 of b2b2b2b SUCCEEDED "CI" ` + page + ` 2026-03-01T10:01:00Z..2026-03-01T10:05:00Z`, "!job"}},
		"RunAgain": {"workflow_run", "workflow_run", []change{{"workflow_run.status", "in_progress"}, {"workflow_run.started_at", "2026-03-01T11:01:00Z"}}, []string{
			`build GITEA_ACTIONS 900.1 v1772362860000000 of b2b2b2b RUNNING "CI" ` + page + ` 2026-03-01T11:01:00Z..-`,
		}},
		"RunQueued":   {"workflow_run", "workflow_run", []change{{"workflow_run.status", "queued"}, {"workflow_run.html_url", nil}}, []string{`build GITEA_ACTIONS 900.1 v0 of b2b2b2b QUEUED "CI" https://git.acme.example/acme/shop/actions -..-`}},
		"NamesOfRun":  {"workflow_run", "workflow_run", []change{{"workflow", gone{}}, {"workflow_run.name", "Nightly"}, {"workflow_run.started_at", gone{}}, {"workflow_run.run_started_at", "2026-03-01T10:01:00Z"}}, []string{`build GITEA_ACTIONS 900.1 v1772359260000000 of b2b2b2b SUCCEEDED "Nightly"`}},
		"RunOfNobody": {"workflow_run", "workflow_run", []change{{"workflow_run", nil}}, []string{`invalid: "" is not a full commit SHA`}},
		"Job": {"workflow_job", "workflow_job", nil, []string{
			`build GITEA_ACTIONS 900.1 v0 of b2b2b2b RUNNING "" https://git.acme.example/acme/shop/actions -..-`,
			`job 5001 v2 of GITEA_ACTIONS 900.1 RUNNING "test" ` + page + `/jobs/0 2026-03-01T10:01:10Z..-`,
		}},
		"JobFailed": {"workflow_job", "workflow_job", []change{{"workflow_job.status", "completed"}, {"workflow_job.conclusion", "failure"}, {"workflow_job.completed_at", "2026-03-01T10:02:00Z"}}, []string{"job 5001 v2 of GITEA_ACTIONS 900.1 FAILED"}},
		"JobNoID":   {"workflow_job", "workflow_job", []change{{"workflow_job.id", 0}}, []string{"invalid: the job has the id 0"}},
		"JobNoRun":  {"workflow_job", "workflow_job", []change{{"workflow_job.run_id", 0}}, []string{"invalid: the run has the id 0"}},
		"Broken":    {"workflow_job", "workflow_job", []change{{"workflow_job", []any{}}}, []string{"invalid: the delivery is not a workflow_job event of Gitea's"}},
	})
}

func TestParseGitea_ReleasesAndPullRequests(t *testing.T) {
	t.Parallel()
	const pr = `pull request 12 "Cart lines" https://git.acme.example/acme/shop/pulls/12 `
	const release = `release 40 v1.2.0 "Spring" https://git.acme.example/acme/shop/releases/tag/v1.2.0 `
	checkReadings(t, "gitea", parseGitea, map[string]reading{
		"Merged":       {"pull_request", "pull_request", nil, []string{pr + "MERGED by ada head a1a1a1a merge b2b2b2b created 2026-02-28T10:00:00Z merged 2026-03-01T10:00:04Z updated 2026-03-01T10:00:05Z"}},
		"Synchronized": {"pull_request_sync", "pull_request", []change{{"pull_request.merged", false}, {"pull_request.state", "open"}, {"pull_request.merged_at", nil}}, []string{pr + "OPEN by ada head a1a1a1a merge - created 2026-02-28T10:00:00Z merged - "}},
		"Closed":       {"pull_request", "pull_request", []change{{"pull_request.merged", false}, {"pull_request.user", nil}}, []string{pr + "CLOSED by  head"}},
		"Nothing":      {"pull_request", "pull_request", []change{{"pull_request", nil}}, []string{"invalid: the number of the pull request is 0"}},
		"NoHead":       {"pull_request", "pull_request", []change{{"pull_request.head", nil}}, []string{`invalid: "" is not a full commit SHA`}},
		"NoTimes":      {"pull_request", "pull_request", []change{{"pull_request.updated_at", nil}}, []string{"invalid: the pull request does not tell when it was made and updated"}},
		"Published":    {"release", "release", nil, []string{release + "PUBLISHED published 2026-03-01T10:10:00Z updated 2026-03-01T10:10:00Z"}},
		"Draft":        {"release", "release", []change{{"release.draft", true}, {"release.published_at", nil}}, []string{release + "DRAFT published - updated 2026-03-01T09:00:00Z"}},
		"Deleted":      {"release", "release", []change{{"action", "deleted"}}, []string{release + "DELETED "}},
		"NoRelease":    {"release", "release", []change{{"release", nil}}, []string{"invalid: the release has the id 0"}},
	})
}

func TestGitea_Header(t *testing.T) {
	t.Parallel()
	h := headers("X-Forgejo-Event", "push", "X-Forgejo-Delivery", "1")
	if id, event := giteaForge.sourceID(h), giteaForge.event(h); id != "1" || event != "push" {
		t.Errorf("got %q of %q", id, event)
	}
	h = headers("X-Gitea-Event", "pull_request", "X-Gitea-Delivery", "2", "X-Forgejo-Event", "other", "X-Forgejo-Delivery", "3")
	if id, event := giteaForge.sourceID(h), giteaForge.event(h); id != "2" || event != "pull_request" {
		t.Errorf("got %q of %q", id, event)
	}
}
