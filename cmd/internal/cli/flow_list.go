package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/term"
)

type flowListOptions struct {
	tags   tagsFlag
	limit  limitFlag
	output outputFlag
}

func newFlowListCmd(app *App) *cobra.Command {
	var opts flowListOptions
	cmd := &cobra.Command{
		Use:     "flows",
		Short:   "List flows",
		Example: "  landfall list flows\n  landfall list flows --tag team=core\n  landfall list flows -o json | jq -r '.[].name'",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runFlowList(cmd.Context(), app, &opts)
		},
	}
	opts.tags.add(cmd, "only those with this tag, as `key=value`; may be repeated")
	opts.limit.add(cmd)
	opts.output.addForList(cmd)
	return cmd
}

func runFlowList(ctx context.Context, app *App, opts *flowListOptions) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	done := app.follow(client, "flows")
	flows, err := client.Flows(ctx, opts.tags.tags, opts.limit.n)
	done()
	if err != nil {
		return err
	}
	if opts.output.isJSON() {
		opts.limit.noteMore(app.IO, flows.More)
		return app.IO.JSON(documents(flows.Items, documentOfFlow))
	}
	if len(flows.Items) == 0 {
		if len(opts.tags.tags) > 0 {
			app.IO.Note("There are no such flows.")
			return nil
		}
		app.IO.Note("No flows yet. Create one: landfall create flow runner --description 'Test runner'")
		return nil
	}
	opts.output.forList(app.IO)
	rows := make([][]string, len(flows.Items))
	for i, f := range flows.Items {
		rows[i] = []string{f.Name, orUnknown(f.Description), wordOf(f.Visibility)}
	}
	app.IO.Table([]term.Column{{Name: "NAME"}, {Name: "DESCRIPTION", Cut: true}, {Name: "VISIBILITY"}}, rows)
	opts.limit.noteMore(app.IO, flows.More)
	return nil
}
