package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/term"
)

type expectationListOptions struct {
	limit  limitFlag
	output outputFlag
}

func newExpectationListCmd(app *App) *cobra.Command {
	var opts expectationListOptions
	cmd := &cobra.Command{
		Use:               "expectations ENVIRONMENT",
		Short:             "List what must run in an environment, and whether it does",
		Example:           "  landfall list expectations aws-prod",
		Args:              exactly(1),
		ValidArgsFunction: upTo(1, completeEnvironments(app)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runExpectationList(cmd.Context(), app, &opts, args[0])
		},
	}
	opts.limit.add(cmd)
	opts.output.addForList(cmd)
	return cmd
}

func runExpectationList(ctx context.Context, app *App, opts *expectationListOptions, environment string) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	done := app.follow(client, "expectations")
	expectations, err := client.Expectations(ctx, environment, opts.limit.n)
	done()
	if err != nil {
		return err
	}
	if opts.output.isJSON() {
		opts.limit.noteMore(app.IO, expectations.More)
		return app.IO.JSON(documents(expectations.Items, documentOfExpectation))
	}
	if len(expectations.Items) == 0 {
		app.IO.Note("Nothing is expected of %[1]s yet. Expect something: landfall create expectation %[1]s 'FLOW: at least 3'", environment)
		return nil
	}
	opts.output.forList(app.IO)
	rows := make([][]string, len(expectations.Items))
	for i, e := range expectations.Items {
		since, snapshot, found := foundOf(app.IO, e)
		rows[i] = []string{e.Summary, e.State, since, snapshot, found}
	}
	app.IO.Table(append(term.Columns("EXPECTATION", "STATE", "SINCE", "SNAPSHOT"), term.Column{Name: "FOUND", Cut: true}), rows)
	opts.limit.noteMore(app.IO, expectations.More)
	return nil
}
