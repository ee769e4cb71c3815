package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
)

type flowCreateOptions struct {
	input  api.CreateFlowInput
	tags   tagsFlag
	output outputFlag
}

func newFlowCreateCmd(app *App) *cobra.Command {
	var opts flowCreateOptions
	cmd := &cobra.Command{
		Use:   "flow NAME",
		Short: "Create a flow",
		Long: "Create a flow: the way one deliverable takes to production. If it is there and\n" +
			"says the same, nothing changes.",
		Example: "  landfall create flow runner --description 'Test runner' \\\n" +
			"    --repository cyber-dojo/runner --required-evidence branch-coverage --tag team=core\n" +
			"  landfall create flow api --repository acme/mono --path services/api --path go.mod",
		Args:              exactly(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.input.Name, opts.input.Tags = args[0], opts.tags.tags
			return runFlowCreate(cmd.Context(), app, &opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.input.Description, "description", "", "what it is, for people")
	flags.StringVar(&opts.input.Repository, "repository", "", "repository whose commits it follows, with its owner")
	flags.StringArrayVar(&opts.input.RequiredEvidence, "required-evidence", nil, "`name` of evidence that each artifact needs; may be repeated")
	flags.StringArrayVar(&opts.input.Paths, "path", nil, "`folder` or file of the repository that it is made from, for a repository with several flows; may be repeated")
	opts.tags.add(cmd, "`key=value` of a tag; may be repeated")
	opts.output.addForOne(cmd)
	return cmd
}

func runFlowCreate(ctx context.Context, app *App, opts *flowCreateOptions) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	flow, created, err := client.CreateFlow(ctx, opts.input)
	if err != nil {
		return err
	}
	return app.writeOutcome(&opts.output, outcome{
		document: struct {
			Flow    flowDocument `json:"flow"`
			Created bool         `json:"created"`
		}{documentOfFlow(flow), created},
		cells:   []string{flow.Name},
		created: created,
		what:    "Flow " + flow.Name,
		verb:    "created",
	})
}
