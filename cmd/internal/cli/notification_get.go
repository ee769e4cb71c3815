package cli

import (
	"context"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

func newNotificationGetCmd(app *App) *cobra.Command {
	var output outputFlag
	cmd := &cobra.Command{
		Use:               "notification NAME",
		Short:             "Show a place that is told of events, and how that went",
		Example:           "  landfall get notification deploys",
		Args:              exactly(1),
		ValidArgsFunction: upTo(1, completeNotifications(app)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runNotificationGet(cmd.Context(), app, &output, args[0])
		},
	}
	output.addForOne(cmd)
	return cmd
}

// attemptDocument is one attempt to tell a place, in JSON.
type attemptDocument struct {
	At     time.Time `json:"at"`
	Events int       `json:"events"`
	Status *int      `json:"status"`
	Reason *string   `json:"reason"`
}

func runNotificationGet(ctx context.Context, app *App, output *outputFlag, name string) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	n, err := client.Notification(ctx, name)
	if err != nil {
		return err
	}
	if output.isJSON() {
		return app.IO.JSON(struct {
			notificationDocument
			History []attemptDocument `json:"history"`
		}{documentOfNotification(n.Notification), documents(n.History, func(a api.NotificationAttempt) attemptDocument {
			return attemptDocument{At: a.At.UTC(), Events: a.Events, Status: a.Status, Reason: a.Reason}
		})})
	}
	output.forOne(app.IO)
	writeNotification(app.IO, n)
	return nil
}

func writeNotification(io *term.IO, n api.NotificationStory) {
	fields := []term.Field{
		{Label: "Name", Value: n.Name},
		{Label: "Format", Value: wordOf(n.Format)},
		{Label: "Host", Value: n.Host},
		{Label: "Told of", Value: toldOf(n.Notification)},
		{Label: "Created", Value: io.Time(n.CreatedAt)},
		{Label: "State", Value: notificationState(n.Notification)},
	}
	if n.LastSentAt != nil {
		fields = append(fields, term.Field{Label: "Last sent", Value: io.Time(*n.LastSentAt)})
	}
	for _, a := range n.History {
		what := strconv.Itoa(a.Events) + " events"
		switch a.Events {
		case 0:
			what = "test"
		case 1:
			what = "1 event"
		}
		fields = append(fields, term.Field{Label: "Attempt", Value: io.Time(a.At) + "  " + what + "  " + orFallback(deref(a.Reason), "ok")})
	}
	io.Fields("", fields)
}

func orFallback(text, fallback string) string {
	if text == "" {
		return fallback
	}
	return text
}
