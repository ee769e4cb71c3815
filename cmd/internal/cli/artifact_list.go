package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

type artifactListOptions struct {
	flow   string
	limit  limitFlag
	output outputFlag
}

func newArtifactListCmd(app *App) *cobra.Command {
	var opts artifactListOptions
	cmd := &cobra.Command{
		Use:     "artifacts",
		Short:   "List artifacts, the newest first",
		Example: "  landfall list artifacts --flow runner\n  landfall list artifacts -o json | jq -r '.[].fingerprint'",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runArtifactList(cmd.Context(), app, &opts)
		},
	}
	cmd.Flags().StringVar(&opts.flow, "flow", "", "only those of this flow")
	completeFlag(cmd, "flow", completeFlows(app, ""))
	opts.limit.add(cmd)
	opts.output.addForList(cmd)
	return cmd
}

func runArtifactList(ctx context.Context, app *App, opts *artifactListOptions) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	done := app.follow(client, "artifacts")
	artifacts, err := client.Artifacts(ctx, opts.flow, opts.limit.n)
	done()
	if err != nil {
		return err
	}
	if opts.output.isJSON() {
		opts.limit.noteMore(app.IO, artifacts.More)
		return app.IO.JSON(documents(artifacts.Items, documentOfArtifact))
	}
	if len(artifacts.Items) == 0 {
		app.IO.Note("No artifacts yet. Report one from CI: landfall report artifact NAME --flow runner --fingerprint SHA256 --commit SHA")
		return nil
	}
	opts.output.forList(app.IO)
	writeArtifacts(app.IO, artifacts.Items)
	opts.limit.noteMore(app.IO, artifacts.More)
	return nil
}

// writeArtifacts writes two lines for each artifact, or one of tabs.
func writeArtifacts(io *term.IO, artifacts []api.Artifact) {
	var rows [][]string
	for i, a := range artifacts {
		if io.Plain {
			rows = append(rows, []string{
				orUnknown(deref(a.CommitSHA)), a.Name, a.Fingerprint, a.Flow.Name, stateOf(a.State), io.Time(a.CreatedAt),
			})
			continue
		}
		if i > 0 {
			rows = append(rows, nil)
		}
		name, fingerprint := namedLines(a.Name, a.Fingerprint)
		rows = append(rows,
			[]string{shortSHA(deref(a.CommitSHA)), name, a.Flow.Name, stateOf(a.State), io.Ago(a.CreatedAt)},
			[]string{"", fingerprint})
	}
	columns := term.Columns("COMMIT", "ARTIFACT", "FLOW", "STATE", "CREATED")
	columns[3].Color = colorOfState
	io.Table(columns, rows)
}
