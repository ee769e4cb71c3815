// Package ci reads from the environment what a CI system knows of the build that
// runs in it. It also gets the identity that GitHub Actions gives to a job.
package ci

import (
	"strconv"
	"strings"
)

// Build is what a CI system says of the build that runs. What it does not say is
// empty.
type Build struct {
	System     string // its name for people: "GitHub Actions"; empty if there is none
	Repository string // with its owner: "acme/hello"
	// Commit is the full SHA. For a pull request it is the head of its branch
	// wherever the system says that, and not the commit that was made to try the
	// merge: nobody will find that one again.
	Commit string
	// Merge is the commit that was made to try the merge of a pull request, if that
	// is what was checked out.
	Merge         string
	Branch        string // of a pull request, the one that is to be merged
	Tag           string
	PullRequest   int    // its number; 0 if the build is not of one
	URL           string // the page of the build, the same for all attempts
	AttemptURL    string // the page of this attempt; URL where the system has none
	DefaultBranch string
}

// Environment is where a Build is read from.
type Environment struct {
	Getenv   func(key string) string
	ReadFile func(path string) ([]byte, error) // for the event of GitHub Actions
}

// The variables that win over those of the CI system. They tell Landfall of
// systems that it does not know, and of what a system does not pass on.
const (
	EnvRepository = "LANDFALL_REPOSITORY"
	EnvCommit     = "LANDFALL_COMMIT"
	EnvBranch     = "LANDFALL_BRANCH"
	EnvTag        = "LANDFALL_TAG"
	EnvBuildURL   = "LANDFALL_BUILD_URL"
)

// systems are the CI systems that are known, by what gives them away. Those come
// first whose builds may run inside of others.
var systems = []struct {
	name  string
	found func(Environment) bool
	read  func(Environment, *Build)
}{
	{"GitHub Actions", whenTrue("GITHUB_ACTIONS"), readGitHub},
	{"GitLab CI", whenTrue("GITLAB_CI"), readGitLab},
	{"CircleCI", whenTrue("CIRCLECI"), readCircle},
	{"Azure Pipelines", whenTrue("TF_BUILD"), readAzure},
	{"Bitbucket Pipelines", whenSet("BITBUCKET_BUILD_NUMBER"), readBitbucket},
	{"Buildkite", whenTrue("BUILDKITE"), readBuildkite},
	{"TeamCity", whenSet("TEAMCITY_VERSION"), readTeamCity},
	{"Jenkins", whenSet("JENKINS_URL"), readJenkins},
}

// Detect returns what the environment says of the build. The System is empty if
// no CI system is there that Landfall knows.
func Detect(env Environment) Build {
	var b Build
	for _, s := range systems {
		if s.found(env) {
			b.System = s.name
			s.read(env, &b)
			break
		}
	}
	b.override(env)
	if b.AttemptURL == "" {
		b.AttemptURL = b.URL
	}
	return b
}

// override takes what the user set for Landfall alone.
func (b *Build) override(env Environment) {
	if sha := env.Getenv(EnvCommit); sha != "" {
		b.Commit, b.Merge = sha, ""
	}
	if url := env.Getenv(EnvBuildURL); url != "" {
		b.URL, b.AttemptURL = url, ""
	}
	if repository := env.Getenv(EnvRepository); repository != "" {
		b.Repository = repository
		if name := RepositoryOf(repository); name != "" {
			b.Repository = name
		}
	}
	if branch := env.Getenv(EnvBranch); branch != "" {
		b.Branch = strings.TrimPrefix(branch, "refs/heads/")
	}
	if tag := env.Getenv(EnvTag); tag != "" {
		b.Tag = strings.TrimPrefix(tag, "refs/tags/")
	}
}

func whenTrue(key string) func(Environment) bool {
	return func(env Environment) bool { return strings.EqualFold(env.Getenv(key), "true") }
}

func whenSet(key string) func(Environment) bool {
	return func(env Environment) bool { return env.Getenv(key) != "" }
}

// setRef reads a branch or a tag from a full ref.
func (b *Build) setRef(ref string) {
	if branch, ok := strings.CutPrefix(ref, "refs/heads/"); ok {
		b.Branch = branch
	}
	if tag, ok := strings.CutPrefix(ref, "refs/tags/"); ok {
		b.Tag = tag
	}
}

// numberOf is a number that counts from 1; 0 if the text is none.
func numberOf(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0
	}
	return n
}

// join puts texts together if none of them is empty.
func join(separator string, parts ...string) string {
	for _, part := range parts {
		if part == "" {
			return ""
		}
	}
	return strings.Join(parts, separator)
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
