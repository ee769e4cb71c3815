package cli

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
)

type flowUpdateOptions struct {
	description, repository string
	evidence, paths         []string
	tags                    tagsFlag
	untag                   []string
	output                  outputFlag
}

func newFlowUpdateCmd(app *App) *cobra.Command {
	var opts flowUpdateOptions
	cmd := &cobra.Command{
		Use:   "flow NAME",
		Short: "Change a flow",
		Long: "Change a flow. What is not given stays as it is. What evidence it asks for holds\n" +
			"for all its artifacts, those made before too.",
		Example: "  landfall update flow runner --description 'Runs the tests'\n" +
			"  landfall update flow runner --required-evidence branch-coverage --required-evidence tests\n" +
			"  landfall update flow runner --tag team=core --untag owner",
		Args:              exactly(1),
		ValidArgsFunction: upTo(1, completeFlows(app, "")),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runFlowUpdate(cmd.Context(), app, &opts, opts.input(cmd, args[0]))
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.description, "description", "", "what it is, for people")
	flags.StringVar(&opts.repository, "repository", "", "repository whose commits it follows, with its owner")
	flags.StringArrayVar(&opts.evidence, "required-evidence", nil, "`name` of evidence that each artifact needs; may be repeated, and names all of it")
	flags.StringArrayVar(&opts.paths, "path", nil, "`folder` or file of the repository that it is made from; may be repeated, and names all; --path '' stands for all of the repository")
	opts.tags.add(cmd, "`key=value` of a tag to set; may be repeated")
	flags.StringSliceVar(&opts.untag, "untag", nil, "`key` of a tag to take away; may be repeated")
	completeWith(cmd, "untag", nil)
	cmd.MarkFlagsOneRequired("description", "repository", "required-evidence", "path", "tag", "untag")
	opts.output.addForOne(cmd)
	return cmd
}

// input says what to change: what was given, even if it is empty.
func (opts *flowUpdateOptions) input(cmd *cobra.Command, flow string) api.UpdateFlowInput {
	in := api.UpdateFlowInput{Flow: flow, SetTags: opts.tags.tags, RemoveTags: opts.untag}
	if cmd.Flags().Changed("description") {
		in.Description = &opts.description
	}
	if cmd.Flags().Changed("repository") {
		in.Repository = &opts.repository
	}
	if cmd.Flags().Changed("required-evidence") {
		in.RequiredEvidence = &opts.evidence
	}
	if cmd.Flags().Changed("path") {
		paths := slices.DeleteFunc(slices.Clone(opts.paths), func(path string) bool { return path == "" })
		in.Paths = &paths
	}
	return in
}

func runFlowUpdate(ctx context.Context, app *App, opts *flowUpdateOptions, in api.UpdateFlowInput) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	flow, err := client.UpdateFlow(ctx, in)
	if err != nil {
		return err
	}
	return app.writeOutcome(&opts.output, outcome{
		document: struct {
			Flow flowDocument `json:"flow"`
		}{documentOfFlow(flow)},
		cells:   []string{flow.Name},
		created: true,
		what:    "Flow " + flow.Name,
		verb:    "updated",
		word:    "updated",
	})
}
