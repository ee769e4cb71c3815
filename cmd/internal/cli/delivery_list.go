package cli

import (
	"context"

	"github.com/spf13/cobra"
)

type deliveryListOptions struct {
	which  deliveryFlags
	limit  limitFlag
	output outputFlag
}

func newDeliveryListCmd(app *App) *cobra.Command {
	var opts deliveryListOptions
	cmd := &cobra.Command{
		Use:   "deliveries",
		Short: "List what came in by webhook, the newest first",
		Long: "List what came in by webhook, the newest first, and what became of it. ID is the\n" +
			"forge's own, as GitHub shows it among recent deliveries.",
		Example: "  landfall list deliveries --state failed,waiting\n  landfall list deliveries --event push --repository cyber-dojo/runner --since 2d",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runDeliveryList(cmd.Context(), app, &opts)
		},
	}
	opts.which.add(app, cmd)
	opts.limit.add(cmd)
	opts.output.addForList(cmd)
	return cmd
}

func runDeliveryList(ctx context.Context, app *App, opts *deliveryListOptions) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	filter := opts.which.filter()
	done := app.follow(client, "deliveries")
	deliveries, err := client.Deliveries(ctx, filter, opts.limit.n)
	done()
	if err != nil {
		return err
	}
	if opts.output.isJSON() {
		opts.limit.noteMore(app.IO, deliveries.More)
		return app.IO.JSON(documents(deliveries.Items, documentOfDelivery))
	}
	if len(deliveries.Items) == 0 {
		if filter.IsEmpty() {
			app.IO.Note("No deliveries yet. Set up a webhook: landfall create webhook github")
		} else {
			app.IO.Note("No deliveries like these. All that came in: landfall list deliveries")
		}
		return nil
	}
	opts.output.forList(app.IO)
	writeDeliveries(app.IO, deliveries.Items)
	opts.limit.noteMore(app.IO, deliveries.More)
	return nil
}
