package cli

import (
	"context"

	"github.com/spf13/cobra"
)

func newExpectationCreateCmd(app *App) *cobra.Command {
	var output outputFlag
	cmd := &cobra.Command{
		Use:   "expectation ENVIRONMENT EXPECTATION",
		Short: "Say what must run in an environment",
		Long: "Say what must run in an environment. What runs there is judged at once, and so is\n" +
			"each snapshot from now on. " + ruleHelp,
		Example:           "  landfall create expectation aws-prod 'runner: at least 3'\n  landfall create expectation aws-prod 'known provenance, except nginx*'",
		Args:              exactly(2),
		ValidArgsFunction: upTo(1, completeEnvironments(app)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runExpectationCreate(cmd.Context(), app, &output, args[0], args[1])
		},
	}
	output.addForOne(cmd)
	return cmd
}

func runExpectationCreate(ctx context.Context, app *App, output *outputFlag, environment, expect string) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	e, created, err := client.CreateExpectation(ctx, environment, expect)
	if err != nil {
		return err
	}
	if output.isJSON() {
		return app.IO.JSON(struct {
			expectationDocument
			Created bool `json:"created"`
		}{documentOfExpectation(e), created})
	}
	output.forOne(app.IO)
	if app.IO.Plain {
		since, snapshot, found := foundOf(app.IO, e)
		app.IO.Table(nil, [][]string{{e.Summary, e.State, since, snapshot, found}})
		return nil
	}
	if created {
		app.IO.Line("Expected of %s from now on: %s.", environment, e.Summary)
	} else {
		app.IO.Line("Expected of %s already: %s.", environment, e.Summary)
	}
	switch {
	case e.Breach != nil:
		since, snapshot, found := foundOf(app.IO, e)
		app.IO.Line("It is not so: %s, since %s (%s).", found, snapshot, since)
	case e.State == "MET":
		app.IO.Line("It is so now.")
	}
	return nil
}
