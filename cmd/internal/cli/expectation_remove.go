package cli

import (
	"context"

	"github.com/spf13/cobra"
)

func newExpectationRemoveCmd(app *App) *cobra.Command {
	var output outputFlag
	cmd := &cobra.Command{
		Use:               "expectation ENVIRONMENT EXPECTATION",
		Short:             "Say what must no longer run in an environment",
		Long:              "Take an expectation away, as it was said. When it was not met stays in history.",
		Example:           "  landfall remove expectation aws-prod 'runner: at least 3'",
		Args:              exactly(2),
		ValidArgsFunction: upTo(1, completeEnvironments(app)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runExpectationRemove(cmd.Context(), app, &output, args[0], args[1])
		},
	}
	output.addForOne(cmd)
	return cmd
}

func runExpectationRemove(ctx context.Context, app *App, output *outputFlag, environment, expect string) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	e, err := client.RemoveExpectation(ctx, environment, expect)
	if err != nil {
		return err
	}
	if output.isJSON() {
		return app.IO.JSON(documentOfExpectation(e))
	}
	output.forOne(app.IO)
	if app.IO.Plain {
		app.IO.Table(nil, [][]string{{e.Summary, "removed"}})
		return nil
	}
	app.IO.Line("No longer expected of %s: %s.", environment, e.Summary)
	return nil
}
