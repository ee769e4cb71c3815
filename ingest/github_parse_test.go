package ingest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/landfall-dev/landfall/model"
)

var (
	shaA   = strings.Repeat("a1", 20)
	shaB   = strings.Repeat("b2", 20)
	shaC   = strings.Repeat("c3", 20)
	noSHA  = strings.Repeat("0", 40)
	digest = "sha256:" + strings.Repeat("d4", 32)
)

func TestParseGitHub_Push(t *testing.T) {
	t.Parallel()
	const nothing = "ignored: the push brings no commits, and does not tell when it was"
	deleted := []change{{"deleted", true}, {"after", noSHA}, {"commits", []any{}}, {"head_commit", nil}}
	checkReadings(t, "github", parseGitHub, map[string]reading{
		"Branch": {"push", "push", nil, []string{
			"GITHUB acme/shop https://github.com/acme/shop",
			`commit a1a1a1a "cart: add a line" by Ada <ada@acme.example> 2026-03-01T09:00:00Z touches cart/cart.go cart/line.go for SHOP-7`,
			`commit b2b2b2b "cart: remove a line" by Ada <ada@acme.example> 2026-03-01T10:00:00Z touches cart/cart.go cart/old.go`,
			"move refs/heads/main c3c3c3c..b2b2b2b 2026-03-01T10:00:05Z", "!note",
		}},
		"Forced":          {"push", "push", []change{{"forced", true}}, []string{"move refs/heads/main c3c3c3c..b2b2b2b forced 2026"}},
		"NewBranch":       {"push", "push", []change{{"before", noSHA}, {"commits", []any{}}}, []string{"commit b2b2b2b", "!commit a1a1a1a", "move refs/heads/main ..b2b2b2b"}},
		"DeletedBranch":   {"push", "push", deleted, []string{"move refs/heads/main c3c3c3c.. 2026-03-01T10:00:05Z", "!commit"}},
		"DeletedNoTime":   {"push", "push", append(slices.Clone(deleted), change{"repository.pushed_at", 0}), []string{nothing}},
		"Tag":             {"push", "push", []change{{"ref", "refs/tags/v1"}, {"before", noSHA}, {"commits", []any{}}}, []string{"commit b2b2b2b", "move refs/tags/v1 ..b2b2b2b"}},
		"AnnotatedTag":    {"push", "push", []change{{"ref", "refs/tags/v1"}, {"before", noSHA}, {"after", shaC}, {"commits", []any{}}}, []string{"move refs/tags/v1 ..b2b2b2b"}},
		"DeletedTag":      {"push", "push", append(slices.Clone(deleted), change{"ref", "refs/tags/v1"}), []string{"move refs/tags/v1 c3c3c3c.. "}},
		"NoTime":          {"push", "push", []change{{"repository.pushed_at", gone{}}}, []string{"commit a1a1a1a", "!move"}},
		"NoFiles":         {"push", "push", []change{{"commits.0.added", gone{}}, {"commits.0.modified", nil}, {"commits.0.removed", gone{}}}, []string{`commit a1a1a1a "cart: add a line" by Ada <ada@acme.example> 2026-03-01T09:00:00Z touches ? for SHOP-7`}},
		"TouchesNothing":  {"push", "push", []change{{"commits.0.added", []any{}}, {"commits.0.modified", nil}}, []string{"commit a1a1a1a \"cart: add a line\" by Ada <ada@acme.example> 2026-03-01T09:00:00Z touches  for SHOP-7\n"}},
		"AsManyFilesCut":  {"push", "push", []change{{"commits.0.added", many(maxGitHubFiles - 1)}}, []string{`commit a1a1a1a "cart: add a line" by Ada <ada@acme.example> 2026-03-01T09:00:00Z touches ? for SHOP-7`}},
		"RefNotInFull":    {"push", "push", []change{{"ref", "main"}}, []string{`invalid: "main" is not a ref in full`}},
		"NoRef":           {"push", "push", []change{{"ref", gone{}}}, []string{"invalid: ref has 0 characters"}},
		"RefNotText":      {"push", "push", []change{{"ref", "refs/heads/\x00"}}, []string{"invalid: ref holds characters that are not text"}},
		"BeforeNoSHA":     {"push", "push", []change{{"before", "HEAD"}}, []string{`invalid: "HEAD" is not a full commit SHA`}},
		"UpperCaseSHA":    {"push", "push", []change{{"after", strings.ToUpper(shaB)}}, []string{"move refs/heads/main c3c3c3c..b2b2b2b"}},
		"Delete":          {"delete", "delete", nil, []string{"move refs/heads/topic .. 2026-03-01T10:00:05Z"}},
		"DeleteTag":       {"delete", "delete", []change{{"ref_type", "tag"}, {"ref", "v1"}}, []string{"move refs/tags/v1 .. 2026-03-01T10:00:05Z"}},
		"DeleteRepo":      {"delete", "delete", []change{{"ref_type", "repository"}}, []string{`invalid: a "repository" was deleted`}},
		"DeleteNoTime":    {"delete", "delete", []change{{"repository.pushed_at", nil}}, []string{"ignored: it does not tell when the branch was deleted"}},
		"RepositoryBad":   {"push", "push", []change{{"repository.full_name", "shop"}}, []string{`invalid: "shop" is not the name of a repository`}},
		"CommitHasNoTime": {"push", "push", []change{{"commits.0.timestamp", "yesterday"}}, []string{"invalid: the time of commit " + shaA + " is no time"}},
	})
}

func many(n int) []string {
	paths := make([]string, n)
	for i := range paths {
		paths[i] = fmt.Sprint(i)
	}
	return paths
}

// Of a push that is as large as GitHub lets it be, it is said that there may be
// more.
func TestParseGitHub_LargestPush(t *testing.T) {
	t.Parallel()
	push := ownPayload(t, "github", "push")
	for n, want := range map[int]bool{maxGitHubCommits - 1: false, maxGitHubCommits: true} {
		commits := make([]any, n)
		for i := range commits {
			commits[i] = map[string]any{"id": fmt.Sprintf("%040x", i+1), "message": "m", "timestamp": "2026-03-01T09:00:00Z"}
		}
		f, err := parseGitHub("push", push.with(t, change{"commits", commits}))
		if err != nil || len(f.Commits) != n+1 || (f.Note != "") != want || want && !strings.Contains(f.Note, "landfall report commits") {
			t.Errorf("%d commits: got %d, note %q, %v", n, len(f.Commits), f.Note, err)
		}
	}
}

func TestParseGitHub_Actions(t *testing.T) {
	t.Parallel()
	const page = "https://github.com/acme/shop/actions/runs/900"
	checkReadings(t, "github", parseGitHub, map[string]reading{
		"Run": {"workflow_run", "workflow_run", nil, []string{
			`build GITHUB_ACTIONS 900.1 v0 of b2b2b2b SUCCEEDED "CI" ` + page + ` 2026-03-01T10:01:00Z..2026-03-01T10:05:00Z`,
			`commit b2b2b2b "cart: remove a line" by Ada <ada@acme.example> 2026-03-01T10:00:00Z touches ?`, "!move", "!job",
		}},
		"SecondAttempt": {"workflow_run", "workflow_run", []change{{"workflow_run.run_attempt", 2}, {"workflow_run.status", "in_progress"}, {"workflow_run.conclusion", nil}}, []string{
			`build GITHUB_ACTIONS 900.2 v0 of b2b2b2b RUNNING "CI" ` + page + ` 2026-03-01T10:01:00Z..-`,
		}},
		"Cancelled":      {"workflow_run", "workflow_run", []change{{"workflow_run.conclusion", "cancelled"}}, []string{"build GITHUB_ACTIONS 900.1 v0 of b2b2b2b CANCELLED"}},
		"RunBeforeStart": {"workflow_run", "workflow_run", []change{{"workflow_run.status", "pending"}, {"workflow_run.conclusion", nil}}, []string{`build GITHUB_ACTIONS 900.1 v0 of b2b2b2b QUEUED "CI" ` + page + ` -..-`}},
		"OtherHead":      {"workflow_run", "workflow_run", []change{{"workflow_run.head_commit.id", shaC}}, []string{"build", "!commit"}},
		"AttemptTooHigh": {"workflow_run", "workflow_run", []change{{"workflow_run.run_attempt", 10_001}}, []string{"invalid: the run has the id 900 and the attempt 10001"}},
		"JobBeforeRun": {"workflow_job", "workflow_job", nil, []string{
			`build GITHUB_ACTIONS 900.1 v0 of b2b2b2b RUNNING "CI" ` + page + ` -..-`,
			`job 5001 v0 of GITHUB_ACTIONS 900.1 RUNNING "test" ` + page + `/job/5001 2026-03-01T10:01:10Z..-`, "!commit",
		}},
		"JobWaits": {"workflow_job", "workflow_job", []change{{"action", "waiting"}, {"workflow_job.status", "waiting"}}, []string{
			"build GITHUB_ACTIONS 900.1 v0 of b2b2b2b QUEUED", `job 5001 v0 of GITHUB_ACTIONS 900.1 QUEUED "test" ` + page + `/job/5001 -..-`,
		}},
		"JobFailed": {"workflow_job", "workflow_job", []change{{"workflow_job.status", "completed"}, {"workflow_job.conclusion", "failure"}, {"workflow_job.completed_at", "2026-03-01T10:03:00Z"}}, []string{
			"build GITHUB_ACTIONS 900.1 v0 of b2b2b2b RUNNING", `job 5001 v0 of GITHUB_ACTIONS 900.1 FAILED "test" ` + page + `/job/5001 2026-03-01T10:01:10Z..2026-03-01T10:03:00Z`,
		}},
		"JobOfSecondAttempt": {"workflow_job", "workflow_job", []change{{"workflow_job.run_attempt", 2}}, []string{"build GITHUB_ACTIONS 900.2 v0", "job 5001 v0 of GITHUB_ACTIONS 900.2"}},
		"JobWithoutPage":     {"workflow_job", "workflow_job", []change{{"workflow_job.html_url", nil}}, []string{`job 5001 v0 of GITHUB_ACTIONS 900.1 RUNNING "test" ` + page + ` 2026`}},
		"JobWithoutID":       {"workflow_job", "workflow_job", []change{{"workflow_job.id", 0}}, []string{"invalid: the job has the id 0"}},
		"JobWithoutRun":      {"workflow_job", "workflow_job", []change{{"workflow_job.run_id", -3}}, []string{"invalid: the run has the id -3"}},
	})
}

// Status and conclusion become the same state, wherever GitHub tells them.
func TestGitHubState(t *testing.T) {
	t.Parallel()
	for status, conclusions := range map[string]map[string]model.BuildState{
		"queued": {"": model.BuildQueued, "success": model.BuildQueued}, "requested": {"": model.BuildQueued}, "waiting": {"": model.BuildQueued}, "pending": {"": model.BuildQueued},
		"": {"": model.BuildQueued}, "in_progress": {"": model.BuildRunning},
		"completed": {
			"success": model.BuildSucceeded, "failure": model.BuildFailed, "cancelled": model.BuildCancelled, "stale": model.BuildCancelled, "timed_out": model.BuildTimedOut,
			"skipped": model.BuildSkipped, "neutral": model.BuildSkipped, "action_required": model.BuildFailed, "startup_failure": model.BuildFailed, "": model.BuildFailed, "new": model.BuildFailed,
		},
	} {
		for conclusion, want := range conclusions {
			if got := gitHubState(status, conclusion); got != want {
				t.Errorf("%q %q: got %s, want %s", status, conclusion, got, want)
			}
		}
	}
}

func TestParseGitHub_Checks(t *testing.T) {
	t.Parallel()
	const page = "https://github.com/acme/shop/commit/b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2/checks"
	actions := map[string]any{"slug": "github-actions", "name": "GitHub Actions"}
	const told = "ignored: a check of GitHub Actions: told by workflow_run and workflow_job"
	checkReadings(t, "github", parseGitHub, map[string]reading{
		"Suite": {"check_suite", "check_suite", nil, []string{
			`build GITHUB_CHECKS 70.1 v1772359440000000 of b2b2b2b SUCCEEDED "Other CI" ` + page + ` 2026-03-01T10:01:00Z..2026-03-01T10:04:00Z`, "commit b2b2b2b", "!job",
		}},
		"SuiteAgain": {"check_suite", "check_suite", []change{{"check_suite.status", "queued"}, {"check_suite.conclusion", nil}, {"check_suite.updated_at", "2026-03-01T11:00:00Z"}}, []string{
			`build GITHUB_CHECKS 70.1 v1772362800000000 of b2b2b2b QUEUED "Other CI" ` + page + ` -..-`,
		}},
		"SuitePage":         {"check_suite", "check_suite", []change{{"check_suite.html_url", "https://ci.acme.example/70"}}, []string{`build GITHUB_CHECKS 70.1 v1772359440000000 of b2b2b2b SUCCEEDED "Other CI" https://ci.acme.example/70 `}},
		"SuiteNoTime":       {"check_suite", "check_suite", []change{{"check_suite.updated_at", nil}}, []string{"invalid: updated_at is no time"}},
		"SuiteOfActions":    {"check_suite", "check_suite", []change{{"check_suite.app", actions}}, []string{told}},
		"SuiteOfOldActions": {"check_suite", "check_suite", []change{{"check_suite.app", map[string]any{"name": "GitHub Actions"}}}, []string{told}},
		"Run": {"check_run", "check_run", nil, []string{
			`build GITHUB_CHECKS 70.1 v0 of b2b2b2b RUNNING "Other CI" ` + page + ` -..-`,
			`job 71 v1 of GITHUB_CHECKS 70.1 FAILED "lint" https://github.com/acme/shop/runs/71 2026-03-01T10:01:00Z..2026-03-01T10:02:00Z`,
		}},
		"RunQueued":      {"check_run", "check_run", []change{{"check_run.status", "queued"}, {"check_run.conclusion", nil}}, []string{"build GITHUB_CHECKS 70.1 v0 of b2b2b2b QUEUED", `job 71 v1 of GITHUB_CHECKS 70.1 QUEUED "lint" https://github.com/acme/shop/runs/71 -..-`}},
		"RunDetails":     {"check_run", "check_run", []change{{"check_run.html_url", ""}}, []string{`job 71 v1 of GITHUB_CHECKS 70.1 FAILED "lint" https://ci.acme.example/71 `}},
		"RunOfActions":   {"check_run", "check_run", []change{{"check_run.app", actions}}, []string{told}},
		"RunWithoutOne":  {"check_run", "check_run", []change{{"check_run.id", gone{}}}, []string{"invalid: the check_run has the id 0"}},
		"RunOfNoSuite":   {"check_run", "check_run", []change{{"check_run.check_suite", nil}}, []string{"invalid: the check_suite has the id 0"}},
		"RunOfNoCommit":  {"check_run", "check_run", []change{{"check_run.head_sha", "main"}}, []string{`invalid: "main" is not a full commit SHA`}},
		"SuiteOfNothing": {"check_suite", "check_suite", []change{{"repository", nil}}, []string{`invalid: "" is not the name of a repository`}},
	})
}

func TestParseGitHub_Deployments(t *testing.T) {
	t.Parallel()
	const deployment = "deployment 300 of b2b2b2b to production 2026-03-01T10:06:00Z -"
	state := func(state string) []change { return []change{{"deployment_status.state", state}} }
	checkReadings(t, "github", parseGitHub, map[string]reading{
		"Announced":       {"deployment", "deployment", nil, []string{deployment, "!status"}},
		"OwnPayload":      {"deployment", "deployment", []change{{"deployment.payload", "anything"}}, []string{deployment}},
		"OwnList":         {"deployment_status", "deployment_status", []change{{"deployment.payload", []any{1}}}, []string{deployment, "status 301 compliant true"}},
		"Success":         {"deployment_status", "deployment_status", nil, []string{deployment, `status 301 compliant true 2026-03-01T10:07:00Z "It runs." https://github.com/acme/shop/actions/runs/900`}},
		"TargetFirst":     {"deployment_status", "deployment_status", []change{{"deployment_status.target_url", "https://shop.acme.example/t"}}, []string{`status 301 compliant true 2026-03-01T10:07:00Z "It runs." https://shop.acme.example/t`}},
		"NoURL":           {"deployment_status", "deployment_status", []change{{"deployment_status.log_url", "javascript:alert(1)"}, {"deployment_status.environment_url", nil}}, []string{`status 301 compliant true 2026-03-01T10:07:00Z "It runs." -`}},
		"Failure":         {"deployment_status", "deployment_status", state("failure"), []string{"status 301 compliant false"}},
		"Error":           {"deployment_status", "deployment_status", state("error"), []string{"status 301 compliant false"}},
		"InProgress":      {"deployment_status", "deployment_status", state("in_progress"), []string{deployment, "!status"}},
		"Inactive":        {"deployment_status", "deployment_status", state("inactive"), []string{deployment, "!status"}},
		"NoEnvironment":   {"deployment", "deployment", []change{{"deployment.environment", ""}}, []string{"invalid: environment has 0 characters"}},
		"OfBranch":        {"deployment", "deployment", []change{{"deployment.sha", "main"}}, []string{`invalid: "main" is not a full commit SHA`}},
		"NoTime":          {"deployment", "deployment", []change{{"deployment.created_at", nil}}, []string{"invalid: created_at is no time"}},
		"StatusWithoutID": {"deployment_status", "deployment_status", []change{{"deployment_status.id", nil}}, []string{"invalid: the deployment_status has the id 0"}},
		"IDIsText":        {"deployment", "deployment", []change{{"deployment.id", "x"}}, []string{"invalid: the delivery is not a deployment event of GitHub's"}},
	})
}

func TestParseGitHub_ReleasesAndPullRequests(t *testing.T) {
	t.Parallel()
	const pr = `pull request 12 "Cart lines" https://github.com/acme/shop/pull/12 `
	const release = `release 40 v1.2.0 "Spring" https://github.com/acme/shop/releases/tag/v1.2.0 `
	open := []change{{"pull_request.state", "open"}, {"pull_request.merged", false}, {"pull_request.merged_at", nil}}
	closed := []change{{"pull_request.merged", false}, {"pull_request.merged_at", nil}}
	checkReadings(t, "github", parseGitHub, map[string]reading{
		"Published": {"release", "release", nil, []string{release + "PUBLISHED published 2026-03-01T10:10:00Z updated 2026-03-01T10:11:00Z"}},
		"OldServer": {"release", "release", []change{{"release.updated_at", gone{}}}, []string{release + "PUBLISHED published 2026-03-01T10:10:00Z updated 2026-03-01T10:10:00Z"}},
		"Draft":     {"release", "release", []change{{"release.draft", true}, {"release.published_at", nil}, {"release.updated_at", nil}}, []string{release + "DRAFT published - updated 2026-03-01T09:00:00Z"}},
		"Deleted":   {"release", "release", []change{{"action", "deleted"}}, []string{release + "DELETED published 2026-03-01T10:10:00Z updated 2026-03-01T10:11:00Z"}},
		"NoTag":     {"release", "release", []change{{"release.tag_name", ""}}, []string{"invalid: tag_name has 0 characters"}},
		"NoTimes":   {"release", "release", []change{{"release.updated_at", nil}, {"release.created_at", nil}, {"release.published_at", nil}}, []string{"invalid: the release does not tell when it was made"}},

		"Merged":     {"pull_request", "pull_request", nil, []string{pr + "MERGED by ada head a1a1a1a merge b2b2b2b created 2026-02-28T10:00:00Z merged 2026-03-01T10:00:04Z updated 2026-03-01T10:00:05Z"}},
		"Open":       {"pull_request", "pull_request", open, []string{pr + "OPEN by ada head a1a1a1a merge - created 2026-02-28T10:00:00Z merged - updated 2026"}},
		"Closed":     {"pull_request", "pull_request", closed, []string{pr + "CLOSED by ada head a1a1a1a merge - created"}},
		"MergeNoSHA": {"pull_request", "pull_request", []change{{"pull_request.merge_commit_sha", "x"}}, []string{`invalid: "x" is not a full commit SHA`}},
		"NumberOver": {"pull_request", "pull_request", []change{{"pull_request.number", 1 << 31}}, []string{"invalid: the number of the pull request is 2147483648"}},
		"NoUpdate":   {"pull_request", "pull_request", []change{{"pull_request.updated_at", nil}}, []string{"invalid: updated_at is no time"}},
	})
}

func TestParseGitHub_Packages(t *testing.T) {
	t.Parallel()
	image := "image ghcr.io/acme/shop:v1.2.0 sha256:d4d4d4d of " + shaB + " 2026-03-01T10:05:20Z"
	const (
		version = "package.package_version."
		meta    = version + "container_metadata."
		labels  = meta + "labels.all_labels"
	)
	registry := func(t testing.TB) any { return ownPayload(t, "github", "package")["package"] }
	checkReadings(t, "github", parseGitHub, map[string]reading{
		"Tagged":         {"package", "package", nil, []string{"GITHUB acme/shop", image}},
		"Registry":       {"registry_package", "package", []change{{"registry_package", registry(t)}, {"package", gone{}}}, []string{image}},
		"Updated":        {"package", "package", []change{{"action", "updated"}}, []string{image}},
		"LowerCaseType":  {"package", "package", []change{{"package.package_type", "container"}, {"package.ecosystem", ""}}, []string{image}},
		"Docker":         {"package", "package", []change{{"package.package_type", "docker"}, {version + "package_url", "docker.pkg.github.com/acme/shop/web:1"}}, []string{"image docker.pkg.github.com/acme/shop/web:v1.2.0 "}},
		"NoPackageURL":   {"package", "package", []change{{version + "package_url", ""}}, []string{"image ghcr.io/acme/shop:v1.2.0 "}},
		"OwnServer":      {"package", "package", []change{{version + "package_url", nil}, {"package.html_url", "https://git.acme.example/orgs/acme/packages/container/shop/1"}}, []string{"image containers.git.acme.example/acme/shop:v1.2.0 "}},
		"NoRepository":   {"package", "package", []change{{"repository", gone{}}}, []string{"GITHUB  \n" + image}},
		"Untagged":       {"package", "package", []change{{meta + "tag", map[string]any{"name": "", "digest": digest}}}, []string{"ignored: untagged: a part of an image index, or not meant to be known by name"}},
		"NoMetadata":     {"package", "package", []change{{version + "container_metadata", nil}}, []string{"ignored: untagged"}},
		"DigestInName":   {"package", "package", []change{{meta + "tag.digest", ""}}, []string{image}},
		"DigestShort":    {"package", "package", []change{{meta + "tag.digest", "sha256:" + shaA}}, []string{image}},
		"ManifestOnly":   {"package", "package", []change{{meta + "tag.digest", ""}, {version + "version", "v1.2.0"}}, []string{image}},
		"NoDigest":       {"package", "package", []change{{meta + "tag.digest", ""}, {version + "version", "v1.2.0"}, {meta + "manifest", nil}}, []string{"ignored: it does not tell the digest of the image"}},
		"NoLabel":        {"package", "package", []change{{labels, nil}}, []string{"image ghcr.io/acme/shop:v1.2.0 sha256:d4d4d4d of " + shaC}},
		"ShortRevision":  {"package", "package", []change{{labels, map[string]any{"org.opencontainers.image.revision": "B2B2B2B"}}}, []string{"image ghcr.io/acme/shop:v1.2.0 sha256:d4d4d4d of b2b2b2b "}},
		"OddLabels":      {"package", "package", []change{{labels, map[string]any{"org.opencontainers.image.revision": 5}}, {version + "target_oid", "main"}}, []string{"image ghcr.io/acme/shop:v1.2.0 sha256:d4d4d4d of  2026"}},
		"YearOne":        {"package", "package", []change{{version + "created_at", "0001-01-01T00:00:00Z"}}, []string{strings.Replace(image, "05:20", "04:00", 1)}},
		"YearOneNoLabel": {"package", "package", []change{{version + "created_at", nil}, {labels, nil}, {version + "updated_at", nil}}, []string{"image ghcr.io/acme/shop:v1.2.0 sha256:d4d4d4d of " + shaC + " 2026-03-01T10:05:30Z"}},
		"NPM":            {"package", "package", []change{{"package.package_type", "npm"}, {"package.ecosystem", "npm"}}, []string{`ignored: packages of type "npm" are not used`}},
		"Deleted":        {"package", "package", []change{{"action", "deleted"}}, []string{`ignored: only that an image was published or updated is used, and it was "deleted"`}},
		"BadTag":         {"package", "package", []change{{meta + "tag.name", "v 1"}}, []string{`invalid: "v 1" is not the tag of an image`}},
		"BadName":        {"package", "package", []change{{version + "package_url", "ghcr.io/acme/sh op:1"}}, []string{`invalid: "ghcr.io/acme/sh op" is not the name of an image`}},
		"NoTime":         {"package", "package", []change{{version + "created_at", nil}, {labels, nil}, {version + "updated_at", nil}, {"package.updated_at", nil}}, []string{"invalid: the package does not tell when the image was made"}},
		"Broken":         {"package", "package", []change{{"package", 5}}, []string{"invalid: the delivery is not a package event of GitHub's"}},
	})
}
