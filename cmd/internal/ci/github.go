package ci

import (
	"encoding/json"

	"github.com/landfall-dev/landfall/cmd/internal/lazy"
)

// readGitHub reads GitHub Actions, and Gitea and Forgejo Actions, which set the
// same variables.
//
// On pull_request, GITHUB_SHA is a commit that GitHub made to try the merge. The
// head of the pull request is in the event alone. On pull_request_target and
// workflow_run the job has checked out the branch itself, so that GITHUB_SHA is
// what it builds.
func readGitHub(env Environment, b *Build) {
	b.Repository = env.Getenv("GITHUB_REPOSITORY")
	b.Commit = env.Getenv("GITHUB_SHA")
	b.setRef(env.Getenv("GITHUB_REF"))
	b.URL = join("/", env.Getenv("GITHUB_SERVER_URL"), b.Repository, "actions", "runs", env.Getenv("GITHUB_RUN_ID"))
	b.AttemptURL = join("/", b.URL, "attempts", env.Getenv("GITHUB_RUN_ATTEMPT"))

	event := githubEvent(env)
	b.DefaultBranch = event.Repository.DefaultBranch
	b.PullRequest = event.PullRequest.Number
	if m := pullRef().FindStringSubmatch(env.Getenv("GITHUB_REF")); m != nil && b.PullRequest == 0 {
		b.PullRequest = numberOf(m[1])
	}
	if env.Getenv("GITHUB_EVENT_NAME") != "pull_request" {
		return
	}
	b.Branch = firstOf(env.Getenv("GITHUB_HEAD_REF"), event.PullRequest.Head.Ref)
	if head := event.PullRequest.Head.SHA; head != "" && head != b.Commit {
		b.Commit, b.Merge = head, b.Commit
	}
}

// pullRef is the ref that forges make for a pull request.
var pullRef = lazy.Regexp(`^refs/pull/(\d+)/`)

// event is what Landfall reads of the event that started a workflow.
type event struct {
	Repository struct {
		DefaultBranch string `json:"default_branch"`
	} `json:"repository"`
	PullRequest struct {
		Number int `json:"number"`
		Head   struct {
			Ref string `json:"ref"`
			SHA string `json:"sha"`
		} `json:"head"`
	} `json:"pull_request"`
}

// githubEvent reads the event; an empty one if it cannot be read, because what is
// in it is more than the variables say, and never instead of it.
func githubEvent(env Environment) event {
	var e event
	path := env.Getenv("GITHUB_EVENT_PATH")
	if path == "" || env.ReadFile == nil {
		return event{}
	}
	text, err := env.ReadFile(path)
	if err != nil || json.Unmarshal(text, &e) != nil {
		return event{}
	}
	return e
}
