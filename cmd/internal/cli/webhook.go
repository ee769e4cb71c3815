package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// maxSecret is more than any secret has that the server takes.
const maxSecret = 1024

// forge is what people need to know of a forge to set up its webhook there.
type forge struct {
	title       string
	url         string // what it calls the URL
	secret      string // what it calls the secret; empty if it knows none
	contentType bool   // it has to be told which to send
	where       string // the way to its webhooks
	add         string // how to make one there
	events      string // those to choose
}

// forges are the forges by what the API calls them.
var forges = map[string]forge{
	"GITHUB": {
		title: "GitHub", url: "Payload URL", secret: "Secret", contentType: true,
		where: "settings of the organization or repository, Webhooks", add: "Add webhook",
		events: "pushes, branch or tag creation and deletion, workflow runs and jobs, check suites and runs, " +
			"pull requests, releases, deployments and their statuses, packages",
	},
	"GITLAB": {
		title: "GitLab", url: "URL", secret: "Secret token",
		where: "settings of the group or project, Webhooks", add: "Add new webhook",
		events: "push, tag push, merge request, job, pipeline and deployment",
	},
	"GITEA": {
		title: "Gitea or Forgejo", url: "Target URL", secret: "Secret", contentType: true,
		where: "settings of the organization or repository, Webhooks", add: "Add webhook, Gitea (or Forgejo), method POST",
		events: "all events",
	},
	"BITBUCKET": {
		title: "Bitbucket", url: "URL", secret: "Secret",
		where: "repository settings, Webhooks", add: "Add webhook",
		events: "repository push, build status created and updated; pull request created, updated, merged and declined",
	},
	"DOCKER_HUB": {
		title: "Docker Hub", url: "Webhook URL",
		where: "the repository, Webhooks", add: "Create",
		events: "there is one: a push of an image",
	},
}

func forgeSlugs() []string {
	slugs := make([]string, len(api.Forges))
	for i, f := range api.Forges {
		slugs[i] = slugOf(f)
	}
	return slugs
}

func forgeWords() string {
	slugs := forgeSlugs()
	last := len(slugs) - 1
	return strings.Join(slugs[:last], ", ") + " or " + slugs[last]
}

// forgeOf is what the API calls the forge of a word on the command line.
func forgeOf(slug string) string {
	return strings.ToUpper(strings.ReplaceAll(slug, "-", "_"))
}

// oneForge takes one forge as its argument.
func oneForge(_ *cobra.Command, args []string) error {
	if len(args) != 1 || !slices.Contains(forgeSlugs(), args[0]) {
		return usageErrorf("name the forge: %s", forgeWords())
	}
	return nil
}

// write writes what to paste at the forge.
func (f forge) write(io *term.IO, url, secret string, more ...term.Field) {
	fields := []term.Field{{Label: f.url, Value: url}}
	if f.contentType {
		fields = append(fields, term.Field{Label: "Content type", Value: "application/json"})
	}
	if f.secret != "" {
		fields = append(fields, term.Field{Label: f.secret, Value: secret})
	}
	io.Fields("", append(fields, more...))
}

// warning says what cannot be shown again.
func (f forge) warning() string {
	if f.secret == "" {
		return "The URL has the secret in it: keep it to yourself, and keep it now, since it cannot be shown again."
	}
	return "Keep the secret now: it cannot be shown again."
}

func addSecret(cmd *cobra.Command, secret *string) {
	cmd.Flags().StringVar(secret, "secret", "", "the secret, of 16 characters or more; - reads it from the standard input; made by the server if left out")
}

// readSecret is the secret that was given; empty if the server is to make one.
func readSecret(in *term.IO, given string) (string, error) {
	if given != "-" {
		return given, nil
	}
	text, err := io.ReadAll(io.LimitReader(in.In, maxSecret))
	if err != nil {
		return "", fmt.Errorf("read the secret: %w", err)
	}
	secret := strings.TrimRight(string(text), "\r\n")
	if secret == "" {
		return "", usageErrorf("the standard input has no secret")
	}
	return secret, nil
}
