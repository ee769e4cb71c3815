package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
)

type environmentUpdateOptions struct {
	name, description string
	tags              tagsFlag
	untag             []string
	include, exclude  []string
	silentAfter       silenceFlag
	output            outputFlag
}

func newEnvironmentUpdateCmd(app *App) *cobra.Command {
	var opts environmentUpdateOptions
	cmd := &cobra.Command{
		Use:     "environment NAME",
		Aliases: []string{"env"},
		Short:   "Change an environment",
		Long: "Change an environment. What is not given stays as it is. After a new name the old\n" +
			"one keeps working everywhere, and no other environment can take it.",
		Example: "  landfall update environment aws-prod --name production --tag team=core\n" +
			"  landfall update environment everywhere --include gke --exclude aws-beta\n" +
			"  landfall update environment aws-prod --silent-after 1h",
		Args:              exactly(1),
		ValidArgsFunction: upTo(1, completeEnvironments(app)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runEnvironmentUpdate(cmd.Context(), app, &opts, opts.input(cmd, args[0]))
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.name, "name", "", "another `name`")
	flags.StringVar(&opts.description, "description", "", "what it is, for people")
	opts.tags.add(cmd, "`key=value` of a tag to set; may be repeated")
	flags.StringSliceVar(&opts.untag, "untag", nil, "`key` of a tag to take away; may be repeated")
	flags.StringSliceVar(&opts.include, "include", nil, "`environment` that a logical one is to include; may be repeated")
	flags.StringSliceVar(&opts.exclude, "exclude", nil, "`environment` that a logical one is to include no more; may be repeated")
	opts.silentAfter.add(cmd, "`duration` without a report after which it counts as silent, as in 15m, or never")
	for _, name := range []string{"name", "description", "untag"} {
		completeWith(cmd, name, nil)
	}
	completeFlag(cmd, "include", completeEnvironments(app))
	completeFlag(cmd, "exclude", completeEnvironments(app))
	cmd.MarkFlagsOneRequired("name", "description", "tag", "untag", "include", "exclude", "silent-after")
	opts.output.addForOne(cmd)
	return cmd
}

// input says what to change: what was given, even if it is empty.
func (opts *environmentUpdateOptions) input(cmd *cobra.Command, environment string) api.UpdateEnvironmentInput {
	in := api.UpdateEnvironmentInput{
		Environment: environment, SetTags: opts.tags.tags, RemoveTags: opts.untag,
		AddMembers: opts.include, RemoveMembers: opts.exclude, SilentAfterSeconds: opts.silentAfter.seconds,
	}
	if cmd.Flags().Changed("name") {
		in.Name = &opts.name
	}
	if cmd.Flags().Changed("description") {
		in.Description = &opts.description
	}
	return in
}

func runEnvironmentUpdate(ctx context.Context, app *App, opts *environmentUpdateOptions, in api.UpdateEnvironmentInput) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	environment, err := client.UpdateEnvironment(ctx, in)
	if err != nil {
		return err
	}
	return app.writeEnvironmentOutcome(&opts.output, environment, "updated")
}
