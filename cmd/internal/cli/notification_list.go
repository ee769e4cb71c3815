package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/term"
)

type notificationListOptions struct {
	limit  limitFlag
	output outputFlag
}

func newNotificationListCmd(app *App) *cobra.Command {
	var opts notificationListOptions
	cmd := &cobra.Command{
		Use:               "notifications",
		Short:             "List the places that are told of events",
		Long:              "List the places that are told of events, and how that goes. For administrators.",
		Example:           "  landfall list notifications",
		Args:              exactly(0),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runNotificationList(cmd.Context(), app, &opts)
		},
	}
	opts.limit.add(cmd)
	opts.output.addForList(cmd)
	return cmd
}

func runNotificationList(ctx context.Context, app *App, opts *notificationListOptions) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	done := app.follow(client, "notifications")
	list, err := client.Notifications(ctx, opts.limit.n)
	done()
	if err != nil {
		return err
	}
	if opts.output.isJSON() {
		opts.limit.noteMore(app.IO, list.More)
		return app.IO.JSON(documents(list.Items, documentOfNotification))
	}
	if len(list.Items) == 0 {
		app.IO.Note("Nobody is told of events.")
		return nil
	}
	opts.output.forList(app.IO)
	rows := make([][]string, len(list.Items))
	for i, n := range list.Items {
		sent := "never"
		if n.LastSentAt != nil {
			sent = app.IO.Time(*n.LastSentAt)
		}
		rows[i] = []string{n.Name, wordOf(n.Format), n.Host, toldOf(n), sent, notificationState(n)}
	}
	app.IO.Table(append(term.Columns("NAME", "FORMAT", "HOST", "TOLD OF", "LAST SENT"), term.Column{Name: "STATE", Cut: true}), rows)
	opts.limit.noteMore(app.IO, list.More)
	return nil
}
