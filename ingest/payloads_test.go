package ingest

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

// said is what a forge is understood to say: an error, why it is of no use, or its
// facts, one a line.
func said(parse func(string, []byte) (*model.Facts, error), event string, body []byte) string {
	f, err := parse(event, body)
	if err != nil {
		message, _, _ := strings.Cut(err.Error(), " in JSON: ") // what follows is the words of encoding/json
		return fmt.Sprintf("%s: %s", model.KindOf(err), message)
	}
	if f.Ignored != "" {
		return "ignored: " + f.Ignored
	}
	return strings.Join(factLines(f), "\n")
}

// factLines are facts, one a line.
func factLines(f *model.Facts) []string {
	lines := []string{fmt.Sprintf("%s %s %s", f.Repository.Forge, f.Repository.Name, f.Repository.URL)}
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	if f.Note != "" {
		add("note: %s", f.Note)
	}
	for _, c := range f.Commits {
		touches := "?"
		if c.PathsKnown {
			touches = strings.Join(c.Paths, " ")
		}
		by := c.AuthorName
		if c.AuthorEmail != "" {
			by += " <" + c.AuthorEmail + ">"
		}
		issues := ""
		if len(c.IssueKeys) > 0 {
			issues = " for " + strings.Join(c.IssueKeys, " ")
		}
		add("commit %s %q by %s %s touches %s%s", shortSHA(string(c.SHA)), c.Subject, by, clock(&c.CommittedAt), touches, issues)
	}
	for _, m := range f.RefMoves {
		add("move %s %s..%s%s %s", m.Ref, shortSHA(m.Before), shortSHA(m.After), map[bool]string{true: " forced"}[m.Forced], clock(&m.At))
	}
	for _, b := range f.Builds {
		add("build %s %d.%d v%d of %s %s %q %s %s..%s", b.System, b.Run, b.Attempt, b.Version, shortSHA(string(b.CommitSHA)), b.State, b.Workflow, b.URL, clock(b.StartedAt), clock(b.FinishedAt))
	}
	for _, j := range f.Jobs {
		add("job %d v%d of %s %d.%d %s %q %s %s..%s", j.Key, j.Version, j.System, j.Run, j.Attempt, j.State, j.Name, j.URL, clock(j.StartedAt), clock(j.FinishedAt))
	}
	if p := f.PullRequest; p != nil {
		merge := "-"
		if p.MergeSHA != nil {
			merge = shortSHA(string(*p.MergeSHA))
		}
		add("pull request %d %q %s %s by %s head %s merge %s created %s merged %s updated %s", p.Number, p.Title, p.URL, p.State, p.AuthorLogin,
			shortSHA(string(p.HeadSHA)), merge, clock(&p.CreatedAt), clock(p.MergedAt), clock(&p.UpdatedAt))
	}
	if r := f.Release; r != nil {
		add("release %d %s %q %s %s published %s updated %s", r.Key, r.Tag, r.Name, r.URL, r.State, clock(r.PublishedAt), clock(&r.UpdatedAt))
	}
	if i := f.Image; i != nil {
		add("image %s sha256:%s of %s %s", i.NameWithTag(), shortSHA(string(i.Fingerprint)), i.CommitRef, clock(&i.At))
	}
	if d := f.Deployment; d != nil {
		add("deployment %d of %s to %s %s %s", d.ID, shortSHA(string(d.CommitSHA)), d.Environment, clock(&d.CreatedAt), orDash(d.URL))
		if s := d.Status; s != nil {
			add("status %d compliant %t %s %q %s", s.ID, s.Compliant, clock(&s.At), s.Description, orDash(s.URL))
		}
	}
	return lines
}

func shortSHA(sha string) string { return sha[:min(7, len(sha))] }

func orDash(s *string) string {
	if s == nil {
		return "-"
	}
	return *s
}

func clock(t *time.Time) string {
	if t == nil {
		return "-"
	}
	return t.Format(time.RFC3339Nano)
}

// libraryExamples are the payloads that the library for webhooks brings for its
// own tests of a forge, by file.
func libraryExamples(t testing.TB, folder string) map[string][]byte {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/go-playground/webhooks/v6").Output()
	if err != nil {
		t.Fatalf("find the library: %v", err)
	}
	return jsonFiles(t, filepath.Join(strings.TrimSpace(string(out)), "testdata", folder))
}

// jsonFiles are the JSON files of a folder, by name without `.json`.
func jsonFiles(t testing.TB, folder string) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s holds %v, %v", folder, files, err)
	}
	bodies := map[string][]byte{}
	for _, file := range files {
		if bodies[strings.TrimSuffix(filepath.Base(file), ".json")], err = os.ReadFile(file); err != nil {
			t.Fatal(err)
		}
	}
	return bodies
}

// example is a payload of the library's: the event that it is one of, and what is
// to be made of it. Empty stands for an event that is not used.
type example struct{ event, want string }

var libraryWants = map[string]struct {
	parse    func(string, []byte) (*model.Facts, error)
	examples map[string]example
}{
	"github": {parseGitHub, map[string]example{
		"check-run": {"check_run", lines(
			"GITHUB github/hello-world http://github.com/github/hello-world",
			`build GITHUB_CHECKS 5.1 v0 of d6fde92 RUNNING "Super Duper" http://github.com/github/hello-world/commit/d6fde92930d4715a2b49857d24b940956b26d2d3/checks -..-`,
			`job 4 v1 of GITHUB_CHECKS 5.1 SKIPPED "randscape" http://github.com/github/hello-world/runs/4 2018-05-04T01:14:52Z..2018-05-04T01:14:52Z`,
		)},
		"check-suite": {"check_suite", lines(
			"GITHUB github/hello-world http://github.com/github/hello-world",
			`commit d6fde92 "Say hello (again) to everybody" by octocat <octocat@github.com> 2018-05-04T01:14:46Z touches ?`,
			`build GITHUB_CHECKS 5.1 v1525396492000000 of d6fde92 SKIPPED "Super Duper" http://github.com/github/hello-world/commit/d6fde92930d4715a2b49857d24b940956b26d2d3/checks 2018-05-04T01:14:52Z..2018-05-04T01:14:52Z`,
		)},
		"code_scanning_alert": {"code_scanning_alert", ""},
		"commit-comment":      {"commit_comment", ""},
		"create":              {"create", "ignored: the push that comes with it tells of the new branch or tag, and of its commit"},
		"delete": {"delete", lines(
			"GITHUB baxterthehacker/public-repo https://github.com/baxterthehacker/public-repo",
			"move refs/tags/simple-tag .. 2015-05-05T23:40:40Z",
		)},
		"dependabot_alert": {"dependabot_alert", ""},
		"deploy_key":       {"deploy_key", ""},
		"deployment": {"deployment", lines(
			"GITHUB baxterthehacker/public-repo https://github.com/baxterthehacker/public-repo",
			"deployment 710692 of 9049f12 to production 2015-05-05T23:40:38Z -",
		)},
		"deployment-status": {"deployment_status", lines(
			"GITHUB baxterthehacker/public-repo https://github.com/baxterthehacker/public-repo",
			"deployment 710692 of 9049f12 to production 2015-05-05T23:40:38Z -",
			`status 1115122 compliant true 2015-05-05T23:40:39Z "" -`,
		)},
		"fork":                                  {"fork", ""},
		"github-app-authorization":              {"github_app_authorization", ""},
		"gollum":                                {"gollum", ""},
		"installation":                          {"installation", ""},
		"installation-repositories":             {"installation_repositories", ""},
		"integration-installation":              {"integration_installation", ""},
		"integration-installation-repositories": {"integration_installation_repositories", ""},
		"issue-comment":                         {"issue_comment", ""},
		"issues":                                {"issues", ""},
		"label":                                 {"label", ""},
		"member":                                {"member", ""},
		"membership":                            {"membership", ""},
		"milestone":                             {"milestone", ""},
		"org-block":                             {"org_block", ""},
		"organization":                          {"organization", ""},
		"page-build":                            {"page_build", ""},
		"ping":                                  {"ping", "ignored: a ping asks for nothing; its signature fits"},
		"project":                               {"project", ""},
		"project-card":                          {"project_card", ""},
		"project-column":                        {"project_column", ""},
		"public":                                {"public", ""},
		"pull-request": {"pull_request", lines(
			"GITHUB baxterthehacker/public-repo https://github.com/baxterthehacker/public-repo",
			`pull request 1 "Update the README with new information" https://github.com/baxterthehacker/public-repo/pull/1 OPEN by baxterthehacker head 0d1a26e merge - created 2015-05-05T23:40:27Z merged - updated 2015-05-05T23:40:27Z`,
		)},
		"pull-request-issue-comment":  {"issue_comment", ""},
		"pull-request-review":         {"pull_request_review", ""},
		"pull-request-review-comment": {"pull_request_review_comment", ""},
		"push": {"push", lines(
			"GITHUB binkkatal/sample_app https://github.com/binkkatal/sample_app",
			`commit fd48986 "test a push event" by binkkatal <binkkatal.r@gmail.com> 2018-06-29T14:04:13Z touches .razorops.yaml app/controllers/application_controller.rb`,
			"move refs/heads/master 737d38c..fd48986 2018-06-29T14:04:35Z",
		)},
		"release": {"release", lines(
			"GITHUB baxterthehacker/public-repo https://github.com/baxterthehacker/public-repo",
			`release 1261438 0.0.1 "" https://github.com/baxterthehacker/public-repo/releases/tag/0.0.1 PUBLISHED published 2015-05-05T23:40:38Z updated 2015-05-05T23:40:38Z`,
		)},
		"repository":                     {"repository", ""},
		"repository-edited":              {"repository", ""},
		"repository-vulnerability-alert": {"repository_vulnerability_alert", ""},
		"security-advisory":              {"security_advisory", ""},
		"status":                         {"status", ""},
		"team":                           {"team", ""},
		"team-add":                       {"team_add", ""},
		"watch":                          {"watch", ""},
		"workflow_dispatch":              {"workflow_dispatch", ""},
		"workflow_job": {"workflow_job", lines(
			"GITHUB baxterthehacker/public-repo https://github.com/baxterthehacker/public-repo",
			`build GITHUB_ACTIONS 128.1 v0 of d6b80f8 RUNNING "" https://github.com/baxterthehacker/public-repo/actions/runs/128 -..-`,
			`job 565676767 v0 of GITHUB_ACTIONS 128.1 FAILED "My Workflow" https://api.github.com/users/baxterthehacker/html_url 2015-05-05T23:40:12Z..2015-05-05T23:40:30Z`,
		)},
		"workflow_run": {"workflow_run", lines(
			"GITHUB baxterthehacker/public-repo https://github.com/baxterthehacker/public-repo",
			`build GITHUB_ACTIONS 565676767.1 v0 of d6b80f8 FAILED "My Workflow" https://api.github.com/users/baxterthehacker/html_url 2015-05-05T23:40:30Z..2015-05-05T23:40:30Z`,
		)},
	}},
	"gitlab": {parseGitLab, map[string]example{
		"build-event": {"Build Hook", lines(
			"GITLAB gitlab-org/gitlab-test http://192.168.64.1:3005/gitlab-org/gitlab-test",
			`build GITLAB_CI 2366.1 v0 of 2293ada QUEUED "" http://192.168.64.1:3005/gitlab-org/gitlab-test/-/pipelines/2366 -..-`,
			`job 1977 v1 of GITLAB_CI 2366.1 QUEUED "test" http://192.168.64.1:3005/gitlab-org/gitlab-test/-/jobs/1977 -..-`,
		)},
		"comment-commit-event":        {"Note Hook", ""},
		"comment-issue-event":         {"Note Hook", ""},
		"comment-merge-request-event": {"Note Hook", ""},
		"comment-snippet-event":       {"Note Hook", ""},
		"confidential-comment-event":  {"Confidential Note Hook", ""},
		"confidential-issue-event":    {"Confidential Issue Hook", ""},
		"deployment-event": {"Deployment Hook", lines(
			"GITLAB root/test-deployment-webhooks http://10.126.0.2:3000/root/test-deployment-webhooks",
			"deployment 15 of 279484c to staging 2021-04-28T19:50:00Z http://10.126.0.2:3000/root/test-deployment-webhooks/-/jobs/796",
			`status 15 compliant true 2021-04-28T19:50:00Z "" http://10.126.0.2:3000/root/test-deployment-webhooks/-/jobs/796`,
		)},
		"issue-event": {"Issue Hook", ""},
		"job-event": {"Job Hook", lines(
			"GITLAB gitlab-org/gitlab-test http://192.168.64.1:3005/gitlab-org/gitlab-test",
			`build GITLAB_CI 2366.1 v0 of 2293ada QUEUED "" http://192.168.64.1:3005/gitlab-org/gitlab-test/-/pipelines/2366 -..-`,
			`job 1977 v1 of GITLAB_CI 2366.1 QUEUED "test" http://192.168.64.1:3005/gitlab-org/gitlab-test/-/jobs/1977 -..-`,
		)},
		"merge-request-event": {"Merge Request Hook", lines(
			"GITLAB gitlabhq/gitlab-test http://example.com/gitlabhq/gitlab-test",
			`pull request 1 "MS-Viewport" http://example.com/diaspora/merge_requests/1 OPEN by  head da15608 merge - created 2013-12-03T17:23:34Z merged - updated 2013-12-03T17:23:34Z`,
		)},
		"pipeline-event": {"Pipeline Hook", lines(
			"GITLAB gitlab-org/gitlab-test http://192.168.64.1:3005/gitlab-org/gitlab-test",
			`commit bcbb5ec "test" by User <user@gitlab.com> 2016-08-12T15:23:21Z touches ?`,
			`build GITLAB_CI 31.1 v380 of bcbb5ec SUCCEEDED "pipeline_name" http://192.168.64.1:3005/gitlab-org/gitlab-test/-/pipelines/31 2016-08-12T15:23:28Z..2016-08-12T15:26:29Z`,
			`job 380 v1 of GITLAB_CI 31.1 SKIPPED "production" http://192.168.64.1:3005/gitlab-org/gitlab-test/-/jobs/380 -..-`,
			`job 377 v1 of GITLAB_CI 31.1 SUCCEEDED "test-image" http://192.168.64.1:3005/gitlab-org/gitlab-test/-/jobs/377 2016-08-12T15:26:12Z..-`,
			`job 378 v1 of GITLAB_CI 31.1 SUCCEEDED "test-build" http://192.168.64.1:3005/gitlab-org/gitlab-test/-/jobs/378 2016-08-12T15:26:12Z..2016-08-12T15:26:29Z`,
			`job 376 v1 of GITLAB_CI 31.1 SUCCEEDED "build-image" http://192.168.64.1:3005/gitlab-org/gitlab-test/-/jobs/376 2016-08-12T15:24:56Z..2016-08-12T15:25:26Z`,
			`job 379 v1 of GITLAB_CI 31.1 QUEUED "staging" http://192.168.64.1:3005/gitlab-org/gitlab-test/-/jobs/379 -..-`,
		)},
		"push-event": {"Push Hook", lines(
			"GITLAB mike/diaspora http://example.com/mike/diaspora",
			"note: GitLab tells only the newest commits of a push: 2 older ones were not sent, and `landfall report commits` tells them",
			`commit b6568db "Update Catalan translation to e38cb41." by Jordi Mallach <jordi@softcatala.org> 2011-12-12T12:27:31Z touches CHANGELOG app/controller/application.rb`,
			`commit da15608 "fixed readme" by GitLab dev user <gitlabdev@dv6700.(none)> 2012-01-03T21:36:29Z touches CHANGELOG app/controller/application.rb`,
			"move refs/heads/master 95790bf..da15608 2012-01-03T21:36:29Z",
		)},
		"release-event":               {"Release Hook", ""},
		"system-group-created":        {"System Hook", ""},
		"system-group-member-added":   {"System Hook", ""},
		"system-group-member-removed": {"System Hook", ""},
		"system-group-member-updated": {"System Hook", ""},
		"system-group-removed":        {"System Hook", ""},
		"system-group-renamed":        {"System Hook", ""},
		"system-key-added":            {"System Hook", ""},
		"system-key-removed":          {"System Hook", ""},
		"system-merge-request-event":  {"System Hook", ""},
		"system-project-created":      {"System Hook", ""},
		"system-project-destroyed":    {"System Hook", ""},
		"system-project-renamed":      {"System Hook", ""},
		"system-project-transferred":  {"System Hook", ""},
		"system-project-updated":      {"System Hook", ""},
		"system-push-event":           {"System Hook", ""},
		"system-tag-event":            {"System Hook", ""},
		"system-team-member-added":    {"System Hook", ""},
		"system-team-member-removed":  {"System Hook", ""},
		"system-team-member-updated":  {"System Hook", ""},
		"system-user-created":         {"System Hook", ""},
		"system-user-failed-login":    {"System Hook", ""},
		"system-user-removed":         {"System Hook", ""},
		"system-user-renamed":         {"System Hook", ""},
		"tag-event":                   {"Tag Push Hook", "ignored: the push brings no commits, and GitLab does not tell when it was"},
		"wikipage-event":              {"Wiki Page Hook", ""},
	}},
	"gitea": {parseGitea, map[string]example{
		"create-event": {"create", "ignored: the push that comes with it tells of the new branch or tag, and of its commit"},
		"delete-event": {"delete", lines(
			"GITEA example/example http://localhost:3000/example/example",
			"move refs/heads/example3 .. 2022-03-09T07:39:18Z",
		)},
		"fork-event":            {"fork", ""},
		"issue-assign-event":    {"issue_assign", ""},
		"issue-comment-event":   {"issue_comment", ""},
		"issue-label-event":     {"issue_label", ""},
		"issue-milestone-event": {"issue_milestone", ""},
		"issues-event":          {"issues", ""},
		"pull-request-assign-event": {"pull_request_assign", lines(
			"GITEA example/example http://localhost:3000/example/example",
			`pull request 2 "update" http://localhost:3000/example/example/pulls/2 OPEN by example2 head 48e773f merge - created 2022-03-09T07:31:06Z merged - updated 2022-03-09T07:31:59Z`,
		)},
		"pull-request-comment-event": {"pull_request_comment", ""},
		"pull-request-event": {"pull_request", lines(
			"GITEA example/example http://localhost:3000/example/example",
			`pull request 2 "update" http://localhost:3000/example/example/pulls/2 OPEN by example2 head 48e773f merge - created 2022-03-09T07:31:06Z merged - updated 2022-03-09T07:31:06Z`,
		)},
		"pull-request-label-event": {"pull_request_label", lines(
			"GITEA example/example http://localhost:3000/example/example",
			`pull request 2 "update" http://localhost:3000/example/example/pulls/2 OPEN by example2 head 48e773f merge - created 2022-03-09T07:31:06Z merged - updated 2022-03-09T07:32:19Z`,
		)},
		"pull-request-milestone-event": {"pull_request_milestone", lines(
			"GITEA example/example http://localhost:3000/example/example",
			`pull request 2 "update" http://localhost:3000/example/example/pulls/2 OPEN by example2 head 48e773f merge - created 2022-03-09T07:31:06Z merged - updated 2022-03-09T07:32:41Z`,
		)},
		"pull-request-review-event": {"pull_request_review", ""},
		"push-event": {"push", lines(
			"GITEA example/example http://localhost:3000/example/example",
			`commit 67b5658 "example" by example <example@example.com> 2022-03-09T07:23:39Z touches example`,
			"move refs/heads/master ..67b5658 2022-03-09T07:23:39Z",
		)},
		"release-event": {"release", lines(
			"GITEA example/example http://localhost:3000/example/example",
			`release 1 example "0.0.0" http://localhost:3000/example/example/releases/tag/example PUBLISHED published 2022-03-09T07:25:04Z updated 2022-03-09T07:25:04Z`,
		)},
		"repository-event": {"repository", ""},
	}},
	"bitbucket": {parseBitbucket, map[string]example{
		"commit-comment-created":        {"repo:commit_comment_created", ""},
		"issue-comment-created":         {"issue:comment_created", ""},
		"issue-created":                 {"issue:created", ""},
		"issue-updated":                 {"issue:updated", ""},
		"pull-request-approval-removed": {"pullrequest:unapproved", "ignored: Bitbucket tells only how the SHAs of its commits begin"},
		"pull-request-approved":         {"pullrequest:approved", "ignored: Bitbucket tells only how the SHAs of its commits begin"},
		"pull-request-comment-created":  {"pullrequest:comment_created", "ignored: Bitbucket tells only how the SHAs of its commits begin"},
		"pull-request-comment-deleted":  {"pullrequest:comment_deleted", "ignored: Bitbucket tells only how the SHAs of its commits begin"},
		"pull-request-comment-updated":  {"pullrequest:comment_updated", "ignored: Bitbucket tells only how the SHAs of its commits begin"},
		"pull-request-created":          {"pullrequest:created", "ignored: Bitbucket tells only how the SHAs of its commits begin"},
		"pull-request-declined":         {"pullrequest:rejected", "ignored: Bitbucket tells only how the SHAs of its commits begin"},
		"pull-request-merged":           {"pullrequest:fulfilled", "ignored: Bitbucket tells only how the SHAs of its commits begin"},
		"pull-request-updated":          {"pullrequest:updated", "ignored: Bitbucket tells only how the SHAs of its commits begin"},
		"repo-commit-status-created": {"repo:commit_status_created", lines(
			"BITBUCKET team_name/repo_name https://api.bitbucket.org/bitbucket/bitbucket",
			`build BITBUCKET 2565040705167246490.1 v1447965455547563 of 9fec847 RUNNING "Unit Tests (Python)" https://my-build-tool.com/builds/MY-PROJECT/BUILD-777 2015-11-19T20:37:35.547563Z..-`,
		)},
		"repo-commit-status-updated": {"repo:commit_status_updated", lines(
			"BITBUCKET team_name/repo_name https://api.bitbucket.org/bitbucket/bitbucket",
			`build BITBUCKET 2565040705167246490.1 v1448006476433108 of 9fec847 SUCCEEDED "Unit Tests (Python)" https://my-build-tool.com/builds/MY-PROJECT/BUILD-792 2015-11-19T20:37:35.547563Z..2015-11-20T08:01:16.433108Z`,
		)},
		"repo-fork": {"repo:fork", ""},
		"repo-push": {"repo:push", lines(
			"BITBUCKET team_name/repo_name https://api.bitbucket.org/bitbucket/bitbucket",
			"note: the push does not tell when all of its commits were made: the others are left out, and `landfall report commits` tells them",
			`commit 709d658 "new commit message" by Emma 2015-06-09T03:34:49Z touches ?`,
			"move refs/heads/name-of-branch 1e65c05..709d658 2015-06-09T03:34:49Z",
		)},
		"repo-updated": {"repo:updated", ""},
	}},
	"docker": {parseDockerHub, map[string]example{
		"docker_hub_build_notice": {"push", lines(
			"  ",
			"image docker.io/svendowideit/testhook:latest sha256: of  2014-12-03T00:22:41Z",
		)},
	}},
}

func lines(all ...string) string { return strings.Join(all, "\n") }

// Every payload that the library knows is read as it was thought out, and read as
// one of another event it is at worst refused.
func TestParse_LibraryExamples(t *testing.T) {
	t.Parallel()
	for folder, forge := range libraryWants {
		bodies := libraryExamples(t, folder)
		events := map[string]bool{}
		for _, e := range forge.examples {
			events[e.event] = true
		}
		if diff := cmp.Diff(slices.Sorted(maps.Keys(forge.examples)), slices.Sorted(maps.Keys(bodies))); diff != "" {
			t.Errorf("%s: examples (-thought of +there):\n%s", folder, diff)
		}
		for file, e := range forge.examples {
			want := e.want
			if want == "" {
				want = fmt.Sprintf("ignored: events of kind %q are not used", e.event)
			}
			if diff := cmp.Diff(want, said(forge.parse, e.event, bodies[file])); diff != "" {
				t.Errorf("%s of %s (-want +got):\n%s", file, folder, diff)
			}
			for event := range events {
				if f, err := forge.parse(event, bodies[file]); err != nil && (model.KindOf(err) != model.KindInvalid || f != nil) {
					t.Errorf("%s of %s as %q: got %v, %v", file, folder, event, f, err)
				}
			}
		}
	}
}

// body is a JSON object that tests change before it is sent.
type body map[string]any

// ownPayload is a payload of testdata.
func ownPayload(t testing.TB, forge, name string) body {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", forge, name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var p body
	if err := json.Unmarshal(raw, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// change is a value to be set at a path; the value `gone` takes away what is there.
type change struct {
	path  string
	value any
}

type gone struct{}

// with is the payload as it is sent, after some changes.
func (p body) with(t testing.TB, changes ...change) []byte {
	t.Helper()
	raw, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	copied := map[string]any{}
	if err := json.Unmarshal(raw, &copied); err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		set(t, copied, strings.Split(c.path, "."), c.value)
	}
	raw, err = json.Marshal(copied)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// set sets the value at a path of an object, whose lists have numbers for names.
func set(t testing.TB, in any, path []string, value any) {
	t.Helper()
	switch in := in.(type) {
	case map[string]any:
		if len(path) > 1 {
			set(t, in[path[0]], path[1:], value)
		} else if _, ok := value.(gone); ok {
			delete(in, path[0])
		} else {
			in[path[0]] = value
		}
	case []any:
		i, err := strconv.Atoi(path[0])
		if err != nil || i >= len(in) {
			t.Fatalf("there is no item %s", path[0])
		}
		if len(path) > 1 {
			set(t, in[i], path[1:], value)
		} else {
			in[i] = value
		}
	default:
		t.Fatalf("there is nothing at %v", path)
	}
}

// reading is a payload, what is changed in it, and what is to be made of it then:
// all of it, or what some of its lines begin with.
type reading struct {
	event   string
	file    string
	changes []change
	want    []string
}

// checkReadings fails the test unless every wanted line is said, in some words
// that begin so; a want of `!` and a word is one that no line begins with.
func checkReadings(t *testing.T, forge string, parse func(string, []byte) (*model.Facts, error), readings map[string]reading) {
	t.Helper()
	for name, tt := range readings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := said(parse, tt.event, ownPayload(t, forge, tt.file).with(t, tt.changes...))
			for _, want := range tt.want {
				unwanted, not := strings.CutPrefix(want, "!")
				if strings.Contains("\n"+got, "\n"+unwanted) == not {
					t.Errorf("want %s\ngot\n%s", want, got)
				}
			}
		})
	}
}
