package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

type environmentLogOptions struct {
	limit  limitFlag
	output outputFlag
}

func newEnvironmentLogCmd(app *App) *cobra.Command {
	var opts environmentLogOptions
	cmd := &cobra.Command{
		Use:               "environment NAME",
		Aliases:           []string{"env"},
		Short:             "Show what happened in an environment, the newest first",
		Example:           "  landfall log environment aws-prod --limit 10",
		Args:              exactly(1),
		ValidArgsFunction: upTo(1, completeEnvironments(app)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runEnvironmentLog(cmd.Context(), app, &opts, args[0])
		},
	}
	opts.limit.add(cmd)
	opts.output.addForList(cmd)
	return cmd
}

func runEnvironmentLog(ctx context.Context, app *App, opts *environmentLogOptions, name string) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	done := app.follow(client, "events")
	events, err := client.EnvironmentLog(ctx, name, opts.limit.n)
	done()
	if err != nil {
		return err
	}
	if opts.output.isJSON() {
		opts.limit.noteMore(app.IO, events.More)
		return app.IO.JSON(documents(events.Items, documentOfEvent))
	}
	if len(events.Items) == 0 {
		app.IO.Note("Nothing has happened in %s yet.", name)
		return nil
	}
	opts.output.forList(app.IO)
	writeLog(app.IO, events.Items)
	opts.limit.noteMore(app.IO, events.More)
	return nil
}

func writeLog(io *term.IO, events []api.Event) {
	rows := make([][]string, len(events))
	for i, e := range events {
		name, flow := orUnknown(deref(e.ArtifactName)), orUnknown(deref(nameOf(e.Flow)))
		if io.Plain {
			rows[i] = []string{
				io.Time(e.At), e.Kind, orUnknown(snapshotOf(e)), e.Summary, name, orUnknown(deref(e.Fingerprint)), flow,
			}
			continue
		}
		rows[i] = []string{io.Time(e.At), e.Summary, name, flow}
	}
	io.Table(term.Columns("TIME", "EVENT", "ARTIFACT", "FLOW"), rows)
}
