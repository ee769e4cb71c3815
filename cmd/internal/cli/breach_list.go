package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

type breachListOptions struct {
	ongoing bool
	limit   limitFlag
	output  outputFlag
}

func newBreachListCmd(app *App) *cobra.Command {
	var opts breachListOptions
	cmd := &cobra.Command{
		Use:               "breaches [ENVIRONMENT]",
		Short:             "List when environments were not as expected, the newest first",
		Example:           "  landfall list breaches --ongoing\n  landfall list breaches aws-prod",
		Args:              cobra.MaximumNArgs(1),
		ValidArgsFunction: upTo(1, completeEnvironments(app)),
		RunE: func(cmd *cobra.Command, args []string) error {
			environment := ""
			if len(args) > 0 {
				environment = args[0]
			}
			return runBreachList(cmd.Context(), app, &opts, environment)
		},
	}
	cmd.Flags().BoolVar(&opts.ongoing, "ongoing", false, "only what goes on")
	opts.limit.add(cmd)
	opts.output.addForList(cmd)
	return cmd
}

func runBreachList(ctx context.Context, app *App, opts *breachListOptions, environment string) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	done := app.follow(client, "breaches")
	var breaches api.List[api.Breach]
	if environment == "" {
		breaches, err = client.Breaches(ctx, opts.ongoing, opts.limit.n)
	} else {
		breaches, err = client.BreachesOf(ctx, environment, opts.ongoing, opts.limit.n)
	}
	done()
	if err != nil {
		return err
	}
	if opts.output.isJSON() {
		opts.limit.noteMore(app.IO, breaches.More)
		return app.IO.JSON(documents(breaches.Items, documentOfBreach))
	}
	if len(breaches.Items) == 0 {
		app.IO.Note("Everything is as expected.")
		return nil
	}
	opts.output.forList(app.IO)
	rows := make([][]string, len(breaches.Items))
	for i, b := range breaches.Items {
		until := "goes on"
		if b.EndedAt != nil {
			until = app.IO.Time(*b.EndedAt)
		}
		rows[i] = []string{app.IO.Time(b.StartedAt), until, orUnknown(b.Snapshot()), b.Summary}
	}
	app.IO.Table(append(term.Columns("SINCE", "UNTIL", "SNAPSHOT"), term.Column{Name: "FOUND", Cut: true}), rows)
	opts.limit.noteMore(app.IO, breaches.More)
	return nil
}
