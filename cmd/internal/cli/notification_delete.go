package cli

import (
	"context"

	"github.com/spf13/cobra"
)

func newNotificationDeleteCmd(app *App) *cobra.Command {
	var output outputFlag
	cmd := &cobra.Command{
		Use:               "notification NAME",
		Short:             "Tell a place of events no more",
		Long:              "Tell a place of events no more. What waits for it is not sent. For administrators.",
		Example:           "  landfall delete notification deploys",
		Args:              exactly(1),
		ValidArgsFunction: upTo(1, completeNotifications(app)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runNotificationDelete(cmd.Context(), app, &output, args[0])
		},
	}
	output.addForOne(cmd)
	return cmd
}

func runNotificationDelete(ctx context.Context, app *App, output *outputFlag, name string) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	if err := client.DeleteNotification(ctx, name); err != nil {
		return err
	}
	if output.isJSON() {
		return app.IO.JSON(struct {
			Name string `json:"name"`
		}{name})
	}
	app.IO.Note("Notification %s is deleted.", name)
	return nil
}
