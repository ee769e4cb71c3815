package cli

import (
	"context"

	"github.com/spf13/cobra"
)

type deliveryPruneOptions struct {
	olderThan ageFlag
	states    wordsFlag
	output    outputFlag
}

func newDeliveryPruneCmd(app *App) *cobra.Command {
	var opts deliveryPruneOptions
	cmd := &cobra.Command{
		Use:   "deliveries",
		Short: "Forget old deliveries",
		Long: "Forget old deliveries: what they said stays, the requests themselves go. Those\n" +
			"that failed stay unless --state names them, and those that wait stay always. For\n" +
			"administrators.",
		Example: "  landfall prune deliveries --older-than 90d\n  landfall prune deliveries --older-than 1w --state failed",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runDeliveryPrune(cmd.Context(), app, &opts)
		},
	}
	opts.olderThan.add(app, cmd, "older-than", "those that were received longer ago: 36h, 90d, 4w, or before a time")
	require(cmd, "older-than")
	opts.states.choices = []string{"APPLIED", "IGNORED", "STALE", "FAILED"}
	opts.states.add(cmd, "state", "only those in this state")
	opts.output.addForOne(cmd)
	return cmd
}

func runDeliveryPrune(ctx context.Context, app *App, opts *deliveryPruneOptions) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	progress := app.IO.Progress("Pruning deliveries")
	client.OnPage = progress.Step
	count, err := client.PruneDeliveries(ctx, *opts.olderThan.t, opts.states.values)
	progress.Done()
	if err != nil {
		return err
	}
	return writeCount(app, &opts.output, count, "Forgot %s.")
}
