package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
)

type notificationCreateOptions struct {
	input  api.CreateNotificationInput
	format choiceFlag
	output outputFlag
}

func newNotificationCreateCmd(app *App) *cobra.Command {
	opts := notificationCreateOptions{format: choiceFlag{value: "WEBHOOK", choices: api.NotificationFormats}}
	cmd := &cobra.Command{
		Use:   "notification NAME",
		Short: "Have a place told of events, from now on",
		Long: "Have a place told of events, from now on: a webhook, with JSON that is signed, or\n" +
			"an incoming webhook of Slack or of what understands the same. The secret of a\n" +
			"webhook is printed once. For administrators.",
		Example: "  landfall create notification deploys --format slack --url - --environment aws-prod < url.txt\n" +
			"  landfall create notification ours --url https://hooks.example.com/landfall",
		Args:              exactly(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.input.Name, opts.input.Format = args[0], opts.format.value
			return runNotificationCreate(cmd.Context(), app, &opts)
		},
	}
	opts.format.add(cmd, "format", "in what form it is told")
	cmd.Flags().StringVar(&opts.input.URL, "url", "", "where it is told; - reads it from the standard input")
	cmd.Flags().StringSliceVar(&opts.input.Environments, "environment", nil, "only events of this `environment` (may be repeated)")
	cmd.Flags().StringSliceVar(&opts.input.Flows, "flow", nil, "only events of this `flow` (may be repeated)")
	cmd.Flags().StringSliceVar(&opts.input.Kinds, "kind", nil, "only events of this `kind`, such as SCALED (may be repeated)")
	if err := cmd.MarkFlagRequired("url"); err != nil {
		panic(err) // there is no such flag: a mistake in the program
	}
	completeFlag(cmd, "environment", completeEnvironments(app))
	completeFlag(cmd, "flow", completeFlows(app, ""))
	completeWith(cmd, "kind", nil)
	completeWith(cmd, "url", nil)
	opts.output.addForOne(cmd)
	return cmd
}

func runNotificationCreate(ctx context.Context, app *App, opts *notificationCreateOptions) (err error) {
	if opts.input.URL, err = readSecret(app.IO, opts.input.URL); err != nil {
		return err
	}
	client, err := app.client()
	if err != nil {
		return err
	}
	n, secret, err := client.CreateNotification(ctx, opts.input)
	if err != nil {
		return err
	}
	if opts.output.isJSON() {
		return app.IO.JSON(struct {
			Notification notificationDocument `json:"notification"`
			Secret       *string              `json:"secret"`
		}{documentOfNotification(n), secret})
	}
	if secret != nil {
		app.IO.Line("%s", *secret)
		app.IO.Note("This is the secret that messages to %s are signed with. Keep it now: it cannot be shown again.", n.Host)
	}
	app.IO.Note("Notification %s made. To try it: landfall test notification %s", n.Name, n.Name)
	return nil
}
