package model

import (
	"io"
	"slices"
	"strings"
)

// Forge is what sends webhooks: where repositories are hosted, or images.
type Forge string

// The forges.
const (
	ForgeGitHub    Forge = "GITHUB"     // github.com or a GitHub Enterprise server
	ForgeGitLab    Forge = "GITLAB"     // gitlab.com or a GitLab server
	ForgeGitea     Forge = "GITEA"      // a Gitea or Forgejo server
	ForgeBitbucket Forge = "BITBUCKET"  // Bitbucket Cloud
	ForgeDockerHub Forge = "DOCKER_HUB" // Docker Hub, which hosts images only
)

// Forges are all forges.
func Forges() []Forge {
	return []Forge{ForgeGitHub, ForgeGitLab, ForgeGitea, ForgeBitbucket, ForgeDockerHub}
}

var forgeTitles = map[Forge]string{
	ForgeGitHub: "GitHub", ForgeGitLab: "GitLab", ForgeGitea: "Gitea", ForgeBitbucket: "Bitbucket", ForgeDockerHub: "Docker Hub",
}

// Title is the forge's name for people.
func (f Forge) Title() string {
	if title, ok := forgeTitles[f]; ok {
		return title
	}
	return string(f)
}

// Slug is the forge's name in paths and on command lines: `docker-hub`.
func (f Forge) Slug() string { return strings.ReplaceAll(strings.ToLower(string(f)), "_", "-") }

// ForgeOfSlug is the forge of a name in a path; it reports false if there is none.
func ForgeOfSlug(slug string) (Forge, bool) {
	forges := Forges()
	i := slices.IndexFunc(forges, func(f Forge) bool { return f.Slug() == slug })
	if i < 0 {
		return "", false
	}
	return forges[i], true
}

// MarshalGQL writes the forge as a GraphQL enum value.
func (f Forge) MarshalGQL(w io.Writer) { writeQuoted(w, string(f)) }

// UnmarshalGQL reads a forge from a GraphQL enum value.
func (f *Forge) UnmarshalGQL(in any) error { return unmarshalEnum(in, f, Forges()...) }
