package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
)

type artifactReportOptions struct {
	input  api.ReportArtifactInput
	at     timeFlag
	output outputFlag
}

func newArtifactReportCmd(app *App) *cobra.Command {
	var opts artifactReportOptions
	cmd := &cobra.Command{
		Use:   "artifact NAME",
		Short: "Say that something was built",
		Long: "Say that something was built. The same fingerprint in the same flow is the same\n" +
			"artifact: the first call counts, and any number of them may follow.",
		Example: "  landfall report artifact cyberdojo/runner:16d9990 --flow runner \\\n" +
			"    --fingerprint 9af401c4350b21e3f1df17d6ad808da43d9646e75b6da902cc7c492bcfb9c625 \\\n" +
			"    --commit 16d9990ad23a40eecaf087abac2a58a2d2a4b3f4 \\\n" +
			"    --build-url https://github.com/cyber-dojo/runner/actions/runs/2902808452",
		Args:              exactly(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.input.Name = args[0]
			opts.input.At = opts.at.t
			return runArtifactReport(cmd.Context(), app, &opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.input.Flow, "flow", "", "`name` of the flow")
	flags.StringVar(&opts.input.Fingerprint, "fingerprint", "", "`SHA-256` of what was built")
	flags.StringVar(&opts.input.Commit, "commit", "", "full `SHA` of the commit; if left out, a short one in the tag of NAME tells")
	flags.StringVar(&opts.input.Repository, "repository", "", "repository with its owner; that of the flow if left out")
	flags.StringVar(&opts.input.BuildURL, "build-url", "", "`URL` of the page of the build")
	opts.at.add(cmd, "at", "when it was made; now if left out")
	opts.output.addForOne(cmd)
	require(cmd, "flow", "fingerprint")
	completeFlag(cmd, "flow", completeFlows(app, ""))
	return cmd
}

func runArtifactReport(ctx context.Context, app *App, opts *artifactReportOptions) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	artifact, created, err := client.ReportArtifact(ctx, opts.input)
	if err != nil {
		return err
	}
	return app.writeOutcome(&opts.output, outcome{
		document: struct {
			Artifact artifactDocument `json:"artifact"`
			Created  bool             `json:"created"`
		}{documentOfArtifact(artifact), created},
		cells:   []string{artifact.Ref},
		created: created,
		what:    "Artifact " + artifact.Name + " of flow " + artifact.Flow.Name,
		verb:    "reported",
	})
}
