package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

type artifactGetOptions struct {
	output outputFlag
}

func newArtifactGetCmd(app *App) *cobra.Command {
	var opts artifactGetOptions
	cmd := &cobra.Command{
		Use:   "artifact REF",
		Short: "Show an artifact with its whole history",
		Long: "Show an artifact with its whole history. REF is runner:16d9990 (what flow runner\n" +
			"built from that commit) or runner@9af401c (what it has with that fingerprint).",
		Example:           "  landfall get artifact runner:16d9990\n  landfall get artifact runner@9af401c -o json",
		Args:              exactly(1),
		ValidArgsFunction: upTo(1, completeFlows(app, ":")),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runArtifactGet(cmd.Context(), app, &opts, args[0])
		},
	}
	opts.output.addForOne(cmd)
	return cmd
}

func runArtifactGet(ctx context.Context, app *App, opts *artifactGetOptions, ref string) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	done := app.follow(client, "history")
	artifact, err := client.Artifact(ctx, ref)
	done()
	if several, ok := errors.AsType[*api.AmbiguousError](err); ok {
		return ambiguous(app.IO, &opts.output, several)
	}
	if err != nil {
		return err
	}
	if opts.output.isJSON() {
		return app.IO.JSON(documentOfStory(artifact))
	}
	opts.output.forOne(app.IO)
	writeStory(app.IO, artifact)
	return nil
}

func writeStory(io *term.IO, a *api.ArtifactStory) {
	commit := deref(a.CommitSHA)
	if commit == "" && a.AmbiguousCommit != nil && !io.Plain {
		commit = term.Unknown + " (" + a.AmbiguousCommit.Summary + ")"
	}
	io.Fields("", []term.Field{
		{Label: "Name", Value: a.Name},
		{Label: "Flow", Value: a.Flow.Name},
		{Label: "Fingerprint", Value: a.Fingerprint},
		{Label: "Created on", Value: io.Moment(a.CreatedAt)},
		{Label: "Git commit", Value: orUnknown(commit)},
		{Label: "Commit URL", Value: deref(a.CommitURL)},
		{Label: "Build URL", Value: deref(a.BuildURL)},
		{Label: "State", Value: stateOf(a.State), Color: colorOfState(a.State)},
		{Label: "Failed", Value: requirements(a, "FAILED")},
		{Label: "Missing", Value: requirements(a, "MISSING")},
	})
	writeHistory(io, a.History)
}

// requirements names the evidence that is in a state.
func requirements(a *api.ArtifactStory, state string) string {
	var names []string
	for _, r := range a.Requirements {
		if r.State == state {
			names = append(names, r.Name)
		}
	}
	return strings.Join(names, ", ")
}

// storyDocument is an artifact with all that is known of it, in JSON.
type storyDocument struct {
	artifactDocument
	AmbiguousCommit *ambiguityDocument    `json:"ambiguousCommit"`
	Requirements    []requirementDocument `json:"requirements"`
	History         []eventDocument       `json:"history"`
}

type requirementDocument struct {
	Name  string `json:"name"`
	State string `json:"state"`
}

func documentOfStory(a *api.ArtifactStory) storyDocument {
	return storyDocument{
		artifactDocument: documentOfArtifact(a.Artifact),
		AmbiguousCommit:  documentOfAmbiguity(a.AmbiguousCommit),
		Requirements: documents(a.Requirements, func(r api.Requirement) requirementDocument {
			return requirementDocument(r)
		}),
		History: documents(a.History, documentOfEvent),
	}
}

// ambiguous is the error of a reference that fits several artifacts, and lists
// them below it. In JSON they are an answer as well.
func ambiguous(io *term.IO, output *outputFlag, several *api.AmbiguousError) error {
	if output.isJSON() {
		return errors.Join(several, io.JSON(struct {
			ambiguityDocument
			Candidates []artifactDocument `json:"candidates"`
		}{*documentOfAmbiguity(&several.Ambiguity), documents(several.Candidates, documentOfArtifact)}))
	}
	return &detailedError{several, func(io *term.IO) {
		rows := make([][]string, len(several.Candidates))
		for i, a := range several.Candidates {
			rows[i] = []string{shortSHA(deref(a.CommitSHA)), a.Name, a.Ref}
		}
		io.NoteTable(term.Columns("COMMIT", "NAME", "REF"), rows)
	}}
}
