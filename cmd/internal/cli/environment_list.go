package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/term"
)

type environmentListOptions struct {
	limit  limitFlag
	output outputFlag
}

func newEnvironmentListCmd(app *App) *cobra.Command {
	var opts environmentListOptions
	cmd := &cobra.Command{
		Use:     "environments",
		Aliases: []string{"envs", "env"},
		Short:   "List environments",
		Example: "  landfall list environments\n  landfall list environments | cut -f 1,3",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runEnvironmentList(cmd.Context(), app, &opts)
		},
	}
	opts.limit.add(cmd)
	opts.output.addForList(cmd)
	return cmd
}

func runEnvironmentList(ctx context.Context, app *App, opts *environmentListOptions) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	done := app.follow(client, "environments")
	environments, err := client.Environments(ctx, opts.limit.n)
	done()
	if err != nil {
		return err
	}
	if opts.output.isJSON() {
		opts.limit.noteMore(app.IO, environments.More)
		return app.IO.JSON(documents(environments.Items, documentOfEnvironment))
	}
	if len(environments.Items) == 0 {
		app.IO.Note("No environments yet. Create one: landfall create environment aws-prod --type ECS")
		return nil
	}
	opts.output.forList(app.IO)
	rows := make([][]string, len(environments.Items))
	for i, e := range environments.Items {
		rows[i] = []string{
			e.Name, e.Type, orUnknown(e.Snapshot()), app.IO.Ago(timeOf(e.LastReportedAt)), orUnknown(e.Description),
		}
	}
	columns := append(term.Columns("NAME", "TYPE", "SNAPSHOT", "LAST_REPORT"), term.Column{Name: "DESCRIPTION", Cut: true})
	app.IO.Table(columns, rows)
	opts.limit.noteMore(app.IO, environments.More)
	return nil
}
