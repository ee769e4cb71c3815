package ci

import "strings"

// readGitLab reads GitLab CI. In a pipeline for merged results CI_COMMIT_SHA is a
// commit that GitLab made; the head of the branch is told in those pipelines only.
func readGitLab(env Environment, b *Build) {
	b.Repository = env.Getenv("CI_PROJECT_PATH")
	b.Commit = env.Getenv("CI_COMMIT_SHA")
	if head := env.Getenv("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"); head != "" && head != b.Commit {
		b.Commit, b.Merge = head, b.Commit
	}
	b.Branch = firstOf(env.Getenv("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME"), env.Getenv("CI_COMMIT_BRANCH"))
	b.Tag = env.Getenv("CI_COMMIT_TAG")
	b.PullRequest = numberOf(env.Getenv("CI_MERGE_REQUEST_IID"))
	b.URL = env.Getenv("CI_PIPELINE_URL")
	b.AttemptURL = env.Getenv("CI_JOB_URL") // a job that is retried gets a new page
	b.DefaultBranch = env.Getenv("CI_DEFAULT_BRANCH")
}

// readJenkins reads Jenkins with its git plugin. Scripted pipelines have no
// GIT_COMMIT, and if a change is merged before it is built, GIT_COMMIT is that
// merge: Jenkins does not say which.
func readJenkins(env Environment, b *Build) {
	b.Repository = RepositoryOf(firstOf(env.Getenv("GIT_URL"), env.Getenv("GIT_URL_1")))
	b.Commit = env.Getenv("GIT_COMMIT")
	b.PullRequest = numberOf(env.Getenv("CHANGE_ID"))
	b.Tag = env.Getenv("TAG_NAME")
	b.URL = env.Getenv("BUILD_URL")
	if b.Tag != "" {
		return // BRANCH_NAME is the tag
	}
	b.Branch = firstOf(env.Getenv("CHANGE_BRANCH"), env.Getenv("BRANCH_NAME"))
	if b.Branch == "" {
		b.Branch = strings.TrimPrefix(env.Getenv("GIT_BRANCH"), "origin/")
	}
}

// readCircle reads CircleCI. The number of a pull request is in its URL, or in
// CIRCLE_PR_NUMBER if it comes from a fork.
func readCircle(env Environment, b *Build) {
	b.Repository = firstOf(
		join("/", env.Getenv("CIRCLE_PROJECT_USERNAME"), env.Getenv("CIRCLE_PROJECT_REPONAME")),
		RepositoryOf(env.Getenv("CIRCLE_REPOSITORY_URL")))
	b.Commit = env.Getenv("CIRCLE_SHA1")
	b.Branch = env.Getenv("CIRCLE_BRANCH")
	if strings.HasPrefix(b.Branch, "pull/") {
		b.Branch = "" // how it names a pull request of a fork
	}
	b.Tag = env.Getenv("CIRCLE_TAG")
	page := env.Getenv("CIRCLE_PULL_REQUEST")
	b.PullRequest = numberOf(firstOf(env.Getenv("CIRCLE_PR_NUMBER"), page[strings.LastIndexByte(page, '/')+1:]))
	b.URL = env.Getenv("CIRCLE_BUILD_URL")
}

// readAzure reads Azure Pipelines. Repositories of Azure itself are named by their
// project and name; those of GitHub have their owner in the name.
func readAzure(env Environment, b *Build) {
	b.Repository = env.Getenv("BUILD_REPOSITORY_NAME")
	if b.Repository != "" && !strings.Contains(b.Repository, "/") {
		b.Repository = firstOf(RepositoryOf(env.Getenv("BUILD_REPOSITORY_URI")), join("/", env.Getenv("SYSTEM_TEAMPROJECT"), b.Repository))
	}
	b.Commit = env.Getenv("BUILD_SOURCEVERSION")
	if head := env.Getenv("SYSTEM_PULLREQUEST_SOURCECOMMITID"); head != "" && head != b.Commit {
		b.Commit, b.Merge = head, b.Commit
	}
	b.setRef(env.Getenv("BUILD_SOURCEBRANCH"))
	if source := env.Getenv("SYSTEM_PULLREQUEST_SOURCEBRANCH"); source != "" {
		b.Branch = strings.TrimPrefix(source, "refs/heads/")
	}
	b.PullRequest = numberOf(firstOf(env.Getenv("SYSTEM_PULLREQUEST_PULLREQUESTNUMBER"), env.Getenv("SYSTEM_PULLREQUEST_PULLREQUESTID")))
	b.URL = join("", env.Getenv("SYSTEM_COLLECTIONURI"), strings.ReplaceAll(env.Getenv("SYSTEM_TEAMPROJECT"), " ", "%20"),
		"/_build/results?buildId=", env.Getenv("BUILD_BUILDID"))
}

// readBitbucket reads Bitbucket Pipelines.
func readBitbucket(env Environment, b *Build) {
	b.Repository = env.Getenv("BITBUCKET_REPO_FULL_NAME")
	b.Commit = env.Getenv("BITBUCKET_COMMIT")
	b.Branch = env.Getenv("BITBUCKET_BRANCH")
	b.Tag = env.Getenv("BITBUCKET_TAG")
	b.PullRequest = numberOf(env.Getenv("BITBUCKET_PR_ID"))
	b.URL = join("/", "https://bitbucket.org", b.Repository, "pipelines", "results", env.Getenv("BITBUCKET_BUILD_NUMBER"))
}

// readBuildkite reads Buildkite. A build that somebody started by hand may have
// the word HEAD for its commit.
func readBuildkite(env Environment, b *Build) {
	b.Repository = RepositoryOf(env.Getenv("BUILDKITE_REPO"))
	if sha := env.Getenv("BUILDKITE_COMMIT"); sha != "HEAD" {
		b.Commit = sha
	}
	b.Branch = env.Getenv("BUILDKITE_BRANCH")
	b.Tag = env.Getenv("BUILDKITE_TAG")
	b.PullRequest = numberOf(env.Getenv("BUILDKITE_PULL_REQUEST")) // or the word false
	b.URL = env.Getenv("BUILDKITE_BUILD_URL")
	b.DefaultBranch = env.Getenv("BUILDKITE_PIPELINE_DEFAULT_BRANCH")
}

// readTeamCity reads TeamCity, which says little: the commit where the build has
// one VCS root, and its page since 2023. The rest has to be handed on: see EnvRepository
// and its like.
func readTeamCity(env Environment, b *Build) {
	b.Commit = env.Getenv("BUILD_VCS_NUMBER")
	b.URL = env.Getenv("BUILD_URL")
}
