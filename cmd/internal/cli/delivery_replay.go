package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
)

type deliveryReplayOptions struct {
	source choiceFlag
	output outputFlag
}

func newDeliveryReplayCmd(app *App) *cobra.Command {
	var opts deliveryReplayOptions
	cmd := &cobra.Command{
		Use:   "delivery ID...",
		Short: "Apply deliveries again, as if they had just arrived",
		Long: "Apply deliveries again, as if they had just arrived, and print what became of\n" +
			"them. What they said before is not said twice.",
		Example: "  landfall replay delivery 72d3162e-cc78-11e3-81ab-4c9367dc0958",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageErrorf("ID is missing; `landfall replay deliveries` takes a filter instead")
			}
			return nil
		},
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runDeliveryReplay(cmd.Context(), app, &opts, args)
		},
	}
	addSource(cmd, &opts.source)
	opts.output.addForList(cmd)
	return cmd
}

func runDeliveryReplay(ctx context.Context, app *App, opts *deliveryReplayOptions, ids []string) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	replayed, failed := replayAll(ctx, client, opts.source.value, ids)
	if opts.output.isJSON() {
		return errors.Join(failed, app.IO.JSON(documents(replayed, documentOfDelivery)))
	}
	opts.output.forList(app.IO)
	if len(replayed) > 0 {
		writeDeliveries(app.IO, replayed)
	}
	return failed
}

// replayAll replays deliveries, up to the first that cannot be.
func replayAll(ctx context.Context, client *api.Client, source string, ids []string) (replayed []api.Delivery, err error) {
	for _, id := range ids {
		delivery, err := client.Delivery(ctx, source, id)
		if err != nil {
			return replayed, err
		}
		if delivery, err = client.ReplayDelivery(ctx, delivery.ID); err != nil {
			return replayed, err
		}
		replayed = append(replayed, delivery)
	}
	return replayed, nil
}

type deliveriesReplayOptions struct {
	which  deliveryFlags
	output outputFlag
}

func newDeliveriesReplayCmd(app *App) *cobra.Command {
	var opts deliveriesReplayOptions
	cmd := &cobra.Command{
		Use:   "deliveries",
		Short: "Apply all deliveries again that fit, in the background",
		Long: "Apply all deliveries of forges again that fit, the oldest first, in the\n" +
			"background. At least one flag must say which.",
		Example: "  landfall replay deliveries --state failed\n  landfall replay deliveries --repository cyber-dojo/runner --event push --since 2d",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runDeliveriesReplay(cmd.Context(), app, &opts)
		},
	}
	opts.which.add(app, cmd)
	opts.output.addForOne(cmd)
	return cmd
}

func runDeliveriesReplay(ctx context.Context, app *App, opts *deliveriesReplayOptions) error {
	filter := opts.which.filter()
	if filter.IsEmpty() {
		return usageErrorf("say which deliveries to replay, as in --state failed or --since 2d")
	}
	client, err := app.client()
	if err != nil {
		return err
	}
	progress := app.IO.Progress("Replaying deliveries")
	client.OnPage = progress.Step
	count, err := client.ReplayDeliveries(ctx, filter)
	progress.Done()
	if err != nil {
		return err
	}
	return writeCount(app, &opts.output, count, "%s will be applied again.")
}

// writeCount writes to how many deliveries something was done, in a sentence that
// leaves a place for them.
func writeCount(app *App, output *outputFlag, count int, sentence string) error {
	if output.isJSON() {
		return app.IO.JSON(struct {
			Count int `json:"count"`
		}{count})
	}
	output.forOne(app.IO)
	if app.IO.Plain {
		app.IO.Line("%d", count)
		return nil
	}
	app.IO.Line(sentence, countOfDeliveries(count))
	return nil
}
