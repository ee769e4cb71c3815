package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

type searchOptions struct {
	kinds  wordsFlag
	limit  limitFlag
	output outputFlag
}

func newSearchCmd(app *App) *cobra.Command {
	opts := searchOptions{kinds: wordsFlag{choices: api.SearchKinds}}
	cmd := &cobra.Command{
		Use:   "search TEXT",
		Short: "Find things by a part of what they are called",
		Long: "Find commits, artifacts, flows, environments, repositories, pull requests and what\n" +
			"runs, the best first: by 5 digits or more of a SHA or a fingerprint, a tag or a branch,\n" +
			"the name or the tag of an image, the number of a pull request, a name or a part of one.",
		Example:           "  landfall search 16d9990\n  landfall search runner --kind flow,repository\n  landfall search '#276'",
		Args:              exactly(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runSearch(cmd.Context(), app, &opts, args[0])
		},
	}
	opts.kinds.add(cmd, "kind", "only this `kind` of thing, or several with commas")
	opts.limit.add(cmd)
	opts.output.addForList(cmd)
	return cmd
}

func runSearch(ctx context.Context, app *App, opts *searchOptions, text string) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	done := app.follow(client, "matches")
	found, err := client.Search(ctx, text, opts.kinds.values, opts.limit.n)
	done()
	if err != nil {
		return err
	}
	if opts.output.isJSON() {
		opts.limit.noteMore(app.IO, found.More)
		return app.IO.JSON(documents(found.Items, documentOfMatch))
	}
	if len(found.Items) == 0 {
		app.IO.Note("Nothing fits %q.", text)
		return nil
	}
	opts.output.forList(app.IO)
	writeMatches(app.IO, found.Items)
	opts.limit.noteMore(app.IO, found.More)
	if len(found.Items) == 1 && !app.IO.Plain && found.Items[0].Kind != "REPOSITORY" {
		app.IO.Note("Go on with: landfall %s", nextOf(found.Items[0]))
	}
	return nil
}

func writeMatches(io *term.IO, matches []api.Match) {
	rows := make([][]string, len(matches))
	for i, m := range matches {
		rows[i] = []string{m.Kind, m.MatchedBy, m.Summary}
		if io.Plain {
			rows[i] = []string{m.Kind, m.MatchedBy, m.Matched, refOf(m), m.Summary}
		}
	}
	io.Table(term.Columns("KIND", "FITS BY", "WHAT"), rows)
}

// refOf is how to say what was found.
func refOf(m api.Match) string {
	t := m.Target
	switch m.Kind {
	case "ARTIFACT":
		return t.Artifact.Ref
	case "COMMIT":
		return t.Commit.Repository.Name + "@" + t.Commit.SHA
	case "PULL_REQUEST":
		return fmt.Sprintf("%s#%d", t.PullRequest.Repository.Name, t.PullRequest.Number)
	case "ENVIRONMENT":
		return t.Environment.Name
	case "FLOW":
		return t.Flow.Name
	case "REPOSITORY":
		return t.Repository.Name
	default:
		return t.RunningArtifact.Snapshot.Ref
	}
}

// nextOf is the command that shows what was found; there is none for repositories.
func nextOf(m api.Match) string {
	switch m.Kind {
	case "ARTIFACT":
		return "get artifact " + refOf(m)
	case "COMMIT", "PULL_REQUEST":
		return "get commit " + refOf(m)
	case "ENVIRONMENT":
		return "log environment " + refOf(m)
	case "FLOW":
		return "list artifacts --flow " + refOf(m)
	default:
		return "get snapshot " + refOf(m)
	}
}

// matchDocument is what fits a search, in JSON.
type matchDocument struct {
	Kind      string `json:"kind"`
	MatchedBy string `json:"matchedBy"`
	Matched   string `json:"matched"`
	Ref       string `json:"ref"`
	Summary   string `json:"summary"`
}

func documentOfMatch(m api.Match) matchDocument {
	return matchDocument{Kind: m.Kind, MatchedBy: m.MatchedBy, Matched: m.Matched, Ref: refOf(m), Summary: m.Summary}
}
