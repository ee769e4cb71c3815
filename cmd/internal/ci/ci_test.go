package ci_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/cmd/internal/ci"
)

const (
	head  = "16d9990ad23a40eecaf087abac2a58a2d2a4b3f4"
	merge = "7c45272ab23a40eecaf087abac2a58a2d2a4b3f4"
)

// files is what can be read in the tests.
var files = map[string]string{
	"/push.json":  `{"ref":"refs/heads/main","repository":{"full_name":"acme/hello","default_branch":"main"}}`,
	"/pull.json":  `{"number":276,"pull_request":{"number":276,"head":{"ref":"fix","sha":"` + head + `","repo":{"full_name":"ada/hello"}}},"repository":{"default_branch":"main"}}`,
	"/weird.json": `[]`,
}

func environment(vars map[string]string) ci.Environment {
	return ci.Environment{
		Getenv: func(key string) string { return vars[key] },
		ReadFile: func(path string) ([]byte, error) {
			text, ok := files[path]
			if !ok {
				return nil, errors.New("no such file")
			}
			return []byte(text), nil
		},
	}
}

func TestDetect(t *testing.T) {
	t.Parallel()
	github := func(more map[string]string) map[string]string {
		vars := map[string]string{
			"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/hello", "GITHUB_SERVER_URL": "https://github.com",
			"GITHUB_RUN_ID": "2902808452", "GITHUB_RUN_ATTEMPT": "2", "GITHUB_RUN_NUMBER": "7", "GITHUB_EVENT_PATH": "/push.json",
			"GITHUB_EVENT_NAME": "push", "GITHUB_SHA": head, "GITHUB_REF": "refs/heads/main", "GITHUB_REF_NAME": "main", "GITHUB_REF_TYPE": "branch",
		}
		for key, value := range more {
			vars[key] = value
		}
		return vars
	}
	onGitHub := func(change func(*ci.Build)) ci.Build {
		b := ci.Build{
			System: "GitHub Actions", Repository: "acme/hello", Commit: head, Branch: "main", DefaultBranch: "main",
			URL:        "https://github.com/acme/hello/actions/runs/2902808452",
			AttemptURL: "https://github.com/acme/hello/actions/runs/2902808452/attempts/2",
		}
		change(&b)
		return b
	}
	pull := map[string]string{
		"GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": "/pull.json", "GITHUB_SHA": merge,
		"GITHUB_REF": "refs/pull/276/merge", "GITHUB_HEAD_REF": "fix", "GITHUB_BASE_REF": "main",
	}
	gitlab := map[string]string{
		"GITLAB_CI": "true", "CI": "true", "CI_PROJECT_PATH": "acme/backend/hello", "CI_COMMIT_SHA": head, "CI_COMMIT_BRANCH": "main",
		"CI_COMMIT_REF_NAME": "main", "CI_PIPELINE_URL": "https://gitlab.com/acme/backend/hello/-/pipelines/9",
		"CI_JOB_URL": "https://gitlab.com/acme/backend/hello/-/jobs/11", "CI_DEFAULT_BRANCH": "main",
	}
	onGitLab := ci.Build{
		System: "GitLab CI", Repository: "acme/backend/hello", Commit: head, Branch: "main", DefaultBranch: "main",
		URL: "https://gitlab.com/acme/backend/hello/-/pipelines/9", AttemptURL: "https://gitlab.com/acme/backend/hello/-/jobs/11",
	}
	for name, tt := range map[string]struct {
		vars map[string]string
		want ci.Build
	}{
		"Nothing":       {nil, ci.Build{}},
		"SomeCI":        {map[string]string{"CI": "true", "BUILD_URL": "https://x"}, ci.Build{}},
		"GitHubPush":    {github(nil), onGitHub(func(*ci.Build) {})},
		"GitHubPull":    {github(pull), onGitHub(func(b *ci.Build) { b.Merge, b.Branch, b.PullRequest = merge, "fix", 276 })},
		"GitHubNoEvent": {github(map[string]string{"GITHUB_EVENT_PATH": "/none"}), onGitHub(func(b *ci.Build) { b.DefaultBranch = "" })},
		"GitHubWeirdEvent": {
			github(map[string]string{
				"GITHUB_EVENT_PATH": "/weird.json", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_SHA": merge,
				"GITHUB_REF": "refs/pull/276/merge", "GITHUB_HEAD_REF": "fix",
			}),
			onGitHub(func(b *ci.Build) { b.Commit, b.DefaultBranch, b.Branch, b.PullRequest = merge, "", "fix", 276 }),
		},
		// It runs in the branch that is merged into, whatever the pull request has.
		"GitHubPullTarget": {
			github(map[string]string{"GITHUB_EVENT_NAME": "pull_request_target", "GITHUB_EVENT_PATH": "/pull.json", "GITHUB_SHA": merge, "GITHUB_HEAD_REF": "fix"}),
			onGitHub(func(b *ci.Build) { b.Commit, b.PullRequest = merge, 276 }),
		},
		"GitHubTag": {
			github(map[string]string{"GITHUB_REF": "refs/tags/v1.0", "GITHUB_REF_NAME": "v1.0", "GITHUB_REF_TYPE": "tag"}),
			onGitHub(func(b *ci.Build) { b.Branch, b.Tag = "", "v1.0" }),
		},
		"GitHubOld": {
			github(map[string]string{"GITHUB_RUN_ATTEMPT": ""}),
			onGitHub(func(b *ci.Build) { b.AttemptURL = b.URL }),
		},
		"GitLab": {gitlab, onGitLab},
		"GitLabMergedResult": {
			with(gitlab, map[string]string{
				"CI_COMMIT_BRANCH": "", "CI_COMMIT_SHA": merge, "CI_MERGE_REQUEST_IID": "12", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "fix",
				"CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": head,
			}),
			func() ci.Build {
				b := onGitLab
				b.Merge, b.Branch, b.PullRequest = merge, "fix", 12
				return b
			}(),
		},
		"Jenkins": {
			map[string]string{
				"JENKINS_URL": "https://ci.example/", "BUILD_URL": "https://ci.example/job/hello/7/", "BUILD_NUMBER": "7",
				"GIT_URL": "git@github.com:acme/hello.git", "GIT_COMMIT": head, "GIT_BRANCH": "origin/main",
			},
			ci.Build{
				System: "Jenkins", Repository: "acme/hello", Commit: head, Branch: "main",
				URL: "https://ci.example/job/hello/7/", AttemptURL: "https://ci.example/job/hello/7/",
			},
		},
		"JenkinsChange": {
			map[string]string{
				"JENKINS_URL": "https://ci.example/", "BUILD_URL": "https://ci.example/job/hello/view/PR-276/1/", "CHANGE_ID": "276",
				"CHANGE_BRANCH": "fix", "CHANGE_TARGET": "main", "BRANCH_NAME": "PR-276", "GIT_BRANCH": "PR-276", "GIT_URL": "https://github.com/acme/hello",
			},
			ci.Build{
				System: "Jenkins", Repository: "acme/hello", Branch: "fix", PullRequest: 276,
				URL: "https://ci.example/job/hello/view/PR-276/1/", AttemptURL: "https://ci.example/job/hello/view/PR-276/1/",
			},
		},
		"JenkinsTag": {
			map[string]string{"JENKINS_URL": "https://ci.example/", "TAG_NAME": "v1", "BRANCH_NAME": "v1", "GIT_URL_1": "https://github.com/acme/hello.git"},
			ci.Build{System: "Jenkins", Repository: "acme/hello", Tag: "v1"},
		},
		"CircleCI": {
			map[string]string{
				"CIRCLECI": "true", "CIRCLE_PROJECT_USERNAME": "acme", "CIRCLE_PROJECT_REPONAME": "hello", "CIRCLE_SHA1": head, "CIRCLE_BRANCH": "fix",
				"CIRCLE_PULL_REQUEST": "https://github.com/acme/hello/pull/276", "CIRCLE_BUILD_URL": "https://circleci.com/gh/acme/hello/7",
			},
			ci.Build{
				System: "CircleCI", Repository: "acme/hello", Commit: head, Branch: "fix", PullRequest: 276,
				URL: "https://circleci.com/gh/acme/hello/7", AttemptURL: "https://circleci.com/gh/acme/hello/7",
			},
		},
		"CircleCIFork": {
			map[string]string{
				"CIRCLECI": "true", "CIRCLE_REPOSITORY_URL": "https://github.com/acme/hello.git", "CIRCLE_SHA1": head, "CIRCLE_BRANCH": "pull/276",
				"CIRCLE_PR_NUMBER": "276", "CIRCLE_BUILD_URL": "https://circleci.com/gh/acme/hello/7",
			},
			ci.Build{
				System: "CircleCI", Repository: "acme/hello", Commit: head, PullRequest: 276,
				URL: "https://circleci.com/gh/acme/hello/7", AttemptURL: "https://circleci.com/gh/acme/hello/7",
			},
		},
		"AzureGitHubPull": {
			map[string]string{
				"TF_BUILD": "True", "BUILD_REPOSITORY_NAME": "acme/hello", "BUILD_REPOSITORY_PROVIDER": "GitHub", "BUILD_SOURCEVERSION": merge,
				"BUILD_SOURCEBRANCH": "refs/pull/276/merge", "SYSTEM_PULLREQUEST_SOURCECOMMITID": head, "SYSTEM_PULLREQUEST_SOURCEBRANCH": "fix",
				"SYSTEM_PULLREQUEST_PULLREQUESTNUMBER": "276", "SYSTEM_PULLREQUEST_PULLREQUESTID": "99887766",
				"SYSTEM_COLLECTIONURI": "https://dev.azure.com/acme/", "SYSTEM_TEAMPROJECT": "Our Project", "BUILD_BUILDID": "7",
			},
			ci.Build{
				System: "Azure Pipelines", Repository: "acme/hello", Commit: head, Merge: merge, Branch: "fix", PullRequest: 276,
				URL:        "https://dev.azure.com/acme/Our%20Project/_build/results?buildId=7",
				AttemptURL: "https://dev.azure.com/acme/Our%20Project/_build/results?buildId=7",
			},
		},
		"AzureRepos": {
			map[string]string{
				"TF_BUILD": "True", "BUILD_REPOSITORY_NAME": "hello", "BUILD_REPOSITORY_PROVIDER": "TfsGit", "BUILD_SOURCEVERSION": head,
				"BUILD_REPOSITORY_URI": "https://acme@dev.azure.com/acme/shop/_git/hello", "BUILD_SOURCEBRANCH": "refs/heads/main",
			},
			ci.Build{System: "Azure Pipelines", Repository: "shop/hello", Commit: head, Branch: "main"},
		},
		"AzureRepositoryWithoutURI": {
			map[string]string{"TF_BUILD": "True", "BUILD_REPOSITORY_NAME": "hello", "SYSTEM_TEAMPROJECT": "shop", "BUILD_SOURCEBRANCH": "refs/tags/v1"},
			ci.Build{System: "Azure Pipelines", Repository: "shop/hello", Tag: "v1"},
		},
		"Bitbucket": {
			map[string]string{
				"CI": "true", "BITBUCKET_BUILD_NUMBER": "7", "BITBUCKET_REPO_FULL_NAME": "acme/hello", "BITBUCKET_COMMIT": head,
				"BITBUCKET_BRANCH": "fix", "BITBUCKET_PR_ID": "276",
			},
			ci.Build{
				System: "Bitbucket Pipelines", Repository: "acme/hello", Commit: head, Branch: "fix", PullRequest: 276,
				URL: "https://bitbucket.org/acme/hello/pipelines/results/7", AttemptURL: "https://bitbucket.org/acme/hello/pipelines/results/7",
			},
		},
		"Buildkite": {
			map[string]string{
				"BUILDKITE": "true", "BUILDKITE_REPO": "git@github.com:acme/hello.git", "BUILDKITE_COMMIT": head, "BUILDKITE_BRANCH": "main",
				"BUILDKITE_PULL_REQUEST": "false", "BUILDKITE_BUILD_URL": "https://buildkite.com/acme/hello/builds/7",
				"BUILDKITE_PIPELINE_DEFAULT_BRANCH": "main",
			},
			ci.Build{
				System: "Buildkite", Repository: "acme/hello", Commit: head, Branch: "main", DefaultBranch: "main",
				URL: "https://buildkite.com/acme/hello/builds/7", AttemptURL: "https://buildkite.com/acme/hello/builds/7",
			},
		},
		"BuildkiteByHand": {
			map[string]string{"BUILDKITE": "true", "BUILDKITE_COMMIT": "HEAD", "BUILDKITE_TAG": "v1", "BUILDKITE_PULL_REQUEST": "276"},
			ci.Build{System: "Buildkite", Tag: "v1", PullRequest: 276},
		},
		"TeamCity": {
			map[string]string{"TEAMCITY_VERSION": "2024.12 (build 174331)", "BUILD_VCS_NUMBER": head, "BUILD_NUMBER": "7", "BUILD_URL": "https://tc.example/build/7"},
			ci.Build{System: "TeamCity", Commit: head, URL: "https://tc.example/build/7", AttemptURL: "https://tc.example/build/7"},
		},
		"TeamCityMapped": {
			map[string]string{
				"TEAMCITY_VERSION": "2024.12 (build 174331)", "BUILD_VCS_NUMBER": head, "LANDFALL_REPOSITORY": "https://github.com/acme/hello.git",
				"LANDFALL_BRANCH": "refs/heads/main", "LANDFALL_BUILD_URL": "https://tc.example/build/7", "LANDFALL_TAG": "refs/tags/v1",
			},
			ci.Build{
				System: "TeamCity", Repository: "acme/hello", Commit: head, Branch: "main", Tag: "v1",
				URL: "https://tc.example/build/7", AttemptURL: "https://tc.example/build/7",
			},
		},
		// What is said for Landfall alone wins, in a known system and without one.
		"Overridden": {
			github(map[string]string{"LANDFALL_COMMIT": merge, "LANDFALL_BUILD_URL": "https://x/1", "LANDFALL_REPOSITORY": "a/b"}),
			onGitHub(func(b *ci.Build) {
				b.Commit, b.Repository, b.URL, b.AttemptURL = merge, "a/b", "https://x/1", "https://x/1"
			}),
		},
		"Unknown": {
			map[string]string{"LANDFALL_COMMIT": head, "LANDFALL_REPOSITORY": "a/b"},
			ci.Build{Commit: head, Repository: "a/b"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, ci.Detect(environment(tt.vars))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func with(vars, more map[string]string) map[string]string {
	all := map[string]string{}
	for _, m := range []map[string]string{vars, more} {
		for key, value := range m {
			all[key] = value
		}
	}
	return all
}

func TestRepositoryOf(t *testing.T) {
	t.Parallel()
	for remote, want := range map[string]string{
		"https://github.com/acme/hello.git":                   "acme/hello",
		"https://github.com/acme/hello":                       "acme/hello",
		"https://github.com/acme/hello/":                      "acme/hello",
		"https://x-access-token:s3cr3t@github.com/acme/hello": "acme/hello",
		"git@github.com:acme/hello.git":                       "acme/hello",
		"github.com:acme/hello.git":                           "acme/hello",
		"ssh://git@github.com:22/acme/hello.git":              "acme/hello",
		"git://example.com/acme/hello.git":                    "acme/hello",
		"https://gitlab.com/acme/backend/hello.git":           "acme/backend/hello",
		"https://acme@dev.azure.com/acme/shop/_git/hello":     "shop/hello",
		"https://dev.azure.com/acme/_git/hello":               "hello/hello",
		"git@ssh.dev.azure.com:v3/acme/shop/hello":            "shop/hello",
		"https://acme.visualstudio.com/shop/_git/hello":       "shop/hello",
		"https://acme.visualstudio.com/_git/hello":            "hello/hello",
		"https://dev.azure.com/acme":                          "",
		"/srv/git/hello.git":                                  "",
		"../hello":                                            "",
		"file:///srv/git/hello.git":                           "",
		`C:\src\hello`:                                        "",
		"C:/src/hello":                                        "",
		"https://github.com/hello":                            "",
		"acme/hello":                                          "",
		"https://github.com/../etc/passwd":                    "",
		"%zz://":                                              "",
		"":                                                    "",
	} {
		if got := ci.RepositoryOf(remote); got != want {
			t.Errorf("RepositoryOf(%q) = %q, want %q", remote, got, want)
		}
	}
}

func FuzzRepositoryOf(f *testing.F) {
	f.Add("git@github.com:acme/hello.git")
	f.Add("https://dev.azure.com/_git/x")
	f.Fuzz(func(_ *testing.T, remote string) { ci.RepositoryOf(remote) })
}
