package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
)

func newNotificationTestCmd(app *App) *cobra.Command {
	var output outputFlag
	cmd := &cobra.Command{
		Use:   "notification NAME",
		Short: "Send a test to a place that is told of events",
		Long: "Send a test to a place that is told of events. If it arrives, what waits for the\n" +
			"place is tried at once. For administrators.",
		Example:           "  landfall test notification deploys",
		Args:              exactly(1),
		ValidArgsFunction: upTo(1, completeNotifications(app)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runNotificationTest(cmd.Context(), app, &output, args[0])
		},
	}
	output.addForOne(cmd)
	return cmd
}

func runNotificationTest(ctx context.Context, app *App, output *outputFlag, name string) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	reason, err := client.TestNotification(ctx, name)
	if err != nil {
		return err
	}
	if output.isJSON() {
		if err := app.IO.JSON(struct {
			Name   string  `json:"name"`
			Sent   bool    `json:"sent"`
			Reason *string `json:"reason"`
		}{name, reason == nil, reason}); err != nil {
			return err
		}
	}
	if reason != nil {
		return fmt.Errorf("the test for %s did not arrive: %s", name, *reason)
	}
	app.IO.Note("The test for %s arrived.", name)
	return nil
}

// completeNotifications offers the names of places that are told of events.
func completeNotifications(app *App) completeFunc {
	return complete(app, "", func(ctx context.Context, c *api.Client) ([]string, error) {
		list, err := c.Notifications(ctx, 0)
		names := make([]string, len(list.Items))
		for i, n := range list.Items {
			names[i] = n.Name
		}
		return names, err
	})
}
