package ingest

import (
	"strings"
	"testing"

	"github.com/landfall-dev/landfall/model"
)

func TestParseBitbucket_Push(t *testing.T) {
	t.Parallel()
	const first = "push.changes.0."
	checkReadings(t, "bitbucket", parseBitbucket, map[string]reading{
		"Branch": {"repo:push", "push", nil, []string{
			"BITBUCKET acme/shop https://bitbucket.org/acme/shop", "!note",
			`commit b2b2b2b "second" by Ada Byron <ada@acme.example> 2026-03-01T10:00:00Z touches ?`, `commit a1a1a1a "first" by Ada Byron <ada@acme.example> 2026-03-01T09:00:00Z touches ? for SHOP-7`,
			"move refs/heads/main c3c3c3c..b2b2b2b 2026-03-01T10:00:00Z",
		}},
		"Forced":     {"repo:push", "push", []change{{first + "forced", true}}, []string{"move refs/heads/main c3c3c3c..b2b2b2b forced "}},
		"Truncated":  {"repo:push", "push", []change{{first + "truncated", true}}, []string{"note: Bitbucket tells only the newest commits of a push"}},
		"NewTag":     {"repo:push", "push", []change{{first + "new.type", "tag"}, {first + "new.name", "v1"}, {first + "old", nil}, {first + "commits", []any{}}}, []string{"commit b2b2b2b", "move refs/tags/v1 ..b2b2b2b 2026"}},
		"Deleted":    {"repo:push", "push", []change{{first + "new", nil}, {first + "closed", true}, {first + "commits", gone{}}}, []string{"ignored: the push brings no commits, and Bitbucket does not tell when it was"}},
		"Bookmark":   {"repo:push", "push", []change{{first + "new.type", "bookmark"}}, []string{"commit b2b2b2b", "!move"}},
		"NoChanges":  {"repo:push", "push", []change{{"push.changes", []any{}}}, []string{"ignored: the push brings no commits"}},
		"ShortSHA":   {"repo:push", "push", []change{{first + "new.target.hash", "b2b2b2b"}}, []string{`invalid: "b2b2b2b" is not a full commit SHA`}},
		"CommitDate": {"repo:push", "push", []change{{first + "commits.1.date", gone{}}}, []string{"note: the push does not tell when all of its commits were made", "commit b2b2b2b", "!commit a1a1a1a"}},
		"Broken":     {"repo:push", "push", []change{{"push", 1}}, []string{"invalid: the delivery is not a repo:push event of Bitbucket's"}},
	})
}

// Bitbucket numbers no builds: the number of one depends on what it is told from
// others by, and on nothing else.
func TestStatusRun(t *testing.T) {
	t.Parallel()
	runs := map[int64]bool{}
	for _, sha := range []string{shaA, shaB} {
		for _, key := range []string{"CI-1", "CI-2", ""} {
			run := statusRun(model.CommitSHA(sha), key)
			if run <= 0 || run != statusRun(model.CommitSHA(sha), key) || runs[run] {
				t.Errorf("%s %q: got %d", sha, key, run)
			}
			runs[run] = true
		}
	}
}

func TestParseBitbucket_Builds(t *testing.T) {
	t.Parallel()
	state := func(state string) []change { return []change{{"commit_status.state", state}} }
	// The run is the first 63 bits of the SHA-256 of the commit, a newline and CI-1.
	build := func(rest string) []string {
		return []string{"build BITBUCKET 8176403869099816472.1 v1772359320500000 of b2b2b2b " + rest}
	}
	checkReadings(t, "bitbucket", parseBitbucket, map[string]reading{
		"InProgress": {"repo:commit_status_created", "commit_status", nil, build(`RUNNING "CI" https://ci.acme.example/1 2026-03-01T10:01:00Z..-`)},
		"Successful": {"repo:commit_status_updated", "commit_status", state("SUCCESSFUL"), build(`SUCCEEDED "CI" https://ci.acme.example/1 2026-03-01T10:01:00Z..2026-03-01T10:02:00.5Z`)},
		"Failed":     {"repo:commit_status_updated", "commit_status", state("FAILED"), build("FAILED ")},
		"Stopped":    {"repo:commit_status_updated", "commit_status", state("STOPPED"), build("CANCELLED ")},
		"New":        {"repo:commit_status_updated", "commit_status", state("PONDERING"), build("QUEUED ")},
		"Nameless":   {"repo:commit_status_created", "commit_status", []change{{"commit_status.name", nil}, {"commit_status.url", ""}}, build(`RUNNING "CI-1" https://bitbucket.org/acme/shop/commits/` + shaB)},
		"CommitHash": {"repo:commit_status_created", "commit_status", []change{{"commit_status.links", nil}, {"commit_status.commit", map[string]any{"hash": shaB}}}, build("RUNNING ")},
		"NoCommit":   {"repo:commit_status_created", "commit_status", []change{{"commit_status.links", nil}}, []string{`invalid: "" is not a full commit SHA`}},
		"NoKey":      {"repo:commit_status_created", "commit_status", []change{{"commit_status.key", ""}}, []string{"invalid: key has 0 characters"}},
		"NoTime":     {"repo:commit_status_created", "commit_status", []change{{"commit_status.updated_on", nil}}, []string{"invalid: updated_on is no time"}},
	})
}

func TestParseBitbucket_PullRequests(t *testing.T) {
	t.Parallel()
	const pr = `pull request 12 "Cart lines" https://bitbucket.org/acme/shop/pull-requests/12 `
	const short = "ignored: Bitbucket tells only how the SHAs of its commits begin"
	checkReadings(t, "bitbucket", parseBitbucket, map[string]reading{
		"Merged":     {"pullrequest:fulfilled", "pull_request", nil, []string{pr + "MERGED by ada head a1a1a1a merge b2b2b2b created 2026-02-28T10:00:00Z merged - updated 2026-03-01T10:00:05Z"}},
		"Open":       {"pullrequest:updated", "pull_request", []change{{"pullrequest.state", "OPEN"}, {"pullrequest.merge_commit", nil}}, []string{pr + "OPEN by ada head a1a1a1a merge - "}},
		"Declined":   {"pullrequest:rejected", "pull_request", []change{{"pullrequest.state", "DECLINED"}, {"pullrequest.merge_commit", nil}}, []string{pr + "CLOSED "}},
		"ShortHead":  {"pullrequest:created", "pull_request", []change{{"pullrequest.source.commit.hash", shaA[:12]}}, []string{short}},
		"ShortMerge": {"pullrequest:fulfilled", "pull_request", []change{{"pullrequest.merge_commit.hash", shaB[:12]}}, []string{short}},
		"NoHead":     {"pullrequest:created", "pull_request", []change{{"pullrequest.source", nil}}, []string{`invalid: "" is not a full commit SHA`}},
		"NoTime":     {"pullrequest:created", "pull_request", []change{{"pullrequest.updated_on", nil}}, []string{"invalid: updated_on is no time"}},
	})
}

func TestParseDockerHub(t *testing.T) {
	t.Parallel()
	checkReadings(t, "dockerhub", parseDockerHub, map[string]reading{
		"Push":        {"push", "push", nil, []string{"  \nimage docker.io/acme/shop:v1.2.0 sha256: of  2026-03-01T10:05:30Z"}},
		"Fractions":   {"push", "push", []change{{"push_data.pushed_at", 1772359530.25}}, []string{"  \nimage docker.io/acme/shop:v1.2.0 sha256: of  2026-03-01T10:05:30.25Z"}},
		"Official":    {"push", "push", []change{{"repository.repo_name", "library/Shop"}}, []string{"  \nimage docker.io/library/shop:"}},
		"Untagged":    {"push", "push", []change{{"push_data.tag", ""}}, []string{"ignored: untagged: not meant to be known by name"}},
		"NoName":      {"push", "push", []change{{"repository", nil}}, []string{`invalid: "docker.io/" is not the name of an image`}},
		"OddName":     {"push", "push", []change{{"repository.repo_name", "acme/shop@" + digest}}, []string{"invalid: \"docker.io/acme/shop@sha256:"}},
		"LongTag":     {"push", "push", []change{{"push_data.tag", strings.Repeat("v", 129)}}, []string{`invalid: "vvv`}},
		"NoTime":      {"push", "push", []change{{"push_data.pushed_at", 0}}, []string{"invalid: pushed_at is no time"}},
		"TimeTooLate": {"push", "push", []change{{"push_data.pushed_at", 1e15}}, []string{"invalid: pushed_at is no time"}},
		"Broken":      {"push", "push", []change{{"push_data", "x"}}, []string{"invalid: the delivery is not a push event of Docker Hub's"}},
	})
}
