package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
)

type environmentCreateOptions struct {
	input  api.CreateEnvironmentInput
	kind   choiceFlag
	tags   tagsFlag
	silent silenceFlag
	output outputFlag
}

func newEnvironmentCreateCmd(app *App) *cobra.Command {
	opts := environmentCreateOptions{kind: choiceFlag{choices: api.EnvironmentTypes}}
	cmd := &cobra.Command{
		Use:     "environment NAME",
		Aliases: []string{"env"},
		Short:   "Create an environment",
		Long: "Create an environment: a place where artifacts run, or, of the type logical, a union\n" +
			"of others. If it is there and says the same, nothing changes.",
		Example: "  landfall create environment aws-prod --type ECS --description 'What customers use' --tag team=core\n" +
			"  landfall create environment everywhere --type logical --include aws-beta,aws-prod",
		Args:              exactly(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.input.Name = args[0]
			opts.input.Type, opts.input.Tags, opts.input.SilentAfterSeconds = opts.kind.value, opts.tags.tags, opts.silent.seconds
			return runEnvironmentCreate(cmd.Context(), app, &opts)
		},
	}
	opts.kind.addRequired(cmd, "type", "`kind` of place it is")
	cmd.Flags().StringVar(&opts.input.Description, "description", "", "what it is, for people")
	cmd.Flags().StringSliceVar(&opts.input.Members, "include", nil, "`environment` that a logical one includes; may be repeated")
	completeFlag(cmd, "include", completeEnvironments(app))
	opts.tags.add(cmd, "`key=value` of a tag; may be repeated")
	opts.silent.add(cmd, "`duration` without a report after which it counts as silent, as in 1h, or never (default 15m)")
	opts.output.addForOne(cmd)
	return cmd
}

func runEnvironmentCreate(ctx context.Context, app *App, opts *environmentCreateOptions) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	environment, created, err := client.CreateEnvironment(ctx, opts.input)
	if err != nil {
		return err
	}
	return app.writeOutcome(&opts.output, outcome{
		document: struct {
			Environment environmentDocument `json:"environment"`
			Created     bool                `json:"created"`
		}{documentOfEnvironment(environment), created},
		cells:   []string{environment.Name},
		created: created,
		what:    "Environment " + environment.Name,
		verb:    "created",
	})
}
