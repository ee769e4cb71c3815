package cli

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

type deliveryGetOptions struct {
	source choiceFlag
	body   bool
	output outputFlag
}

func newDeliveryGetCmd(app *App) *cobra.Command {
	var opts deliveryGetOptions
	cmd := &cobra.Command{
		Use:   "delivery ID",
		Short: "Show a delivery, and what became of it",
		Long: "Show a delivery, and what became of it. ID is the forge's own, as GitHub shows it\n" +
			"among recent deliveries, or the one that landfall shows in JSON.",
		Example:           "  landfall get delivery 72d3162e-cc78-11e3-81ab-4c9367dc0958\n  landfall get delivery 72d3162e-cc78-11e3-81ab-4c9367dc0958 --body | jq .",
		Args:              exactly(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runDeliveryGet(cmd.Context(), app, &opts, args[0])
		},
	}
	addSource(cmd, &opts.source)
	cmd.Flags().BoolVar(&opts.body, "body", false, "print its body as it was received, and nothing else; for administrators")
	opts.output.addForOne(cmd)
	cmd.MarkFlagsMutuallyExclusive("body", "output")
	return cmd
}

func runDeliveryGet(ctx context.Context, app *App, opts *deliveryGetOptions, id string) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	delivery, err := client.Delivery(ctx, opts.source.value, id)
	if err != nil {
		return err
	}
	if opts.body {
		return writeBody(ctx, app, client, delivery)
	}
	if opts.output.isJSON() {
		return app.IO.JSON(documentOfDelivery(delivery))
	}
	opts.output.forOne(app.IO)
	writeDelivery(app.IO, delivery)
	return nil
}

func writeBody(ctx context.Context, app *App, client *api.Client, d api.Delivery) error {
	body, err := client.DeliveryBody(ctx, d.ID)
	if err != nil {
		return err
	}
	if body == nil {
		return &api.Error{Code: api.CodeForbidden, Message: "bodies of deliveries are for administrators, and this token is not one's"}
	}
	app.IO.Text(*body)
	return nil
}

func writeDelivery(io *term.IO, d api.Delivery) {
	io.Fields("", []term.Field{
		{Label: "Source", Value: slugOf(d.Source)},
		{Label: "ID", Value: d.SourceID},
		{Label: "Event", Value: d.Event},
		{Label: "Repository", Value: deref(d.Repository)},
		{Label: "Received on", Value: io.Moment(d.ReceivedAt)},
		{Label: "State", Value: d.State, Color: colorOfDelivery(d.State)},
		{Label: "Reason", Value: deref(d.Reason)},
		{Label: "Next attempt", Value: nextAttempt(io, d)},
		{Label: "Attempts", Value: strconv.Itoa(d.Attempts)},
		{Label: "Size", Value: fmt.Sprintf("%d bytes", d.Size)},
	})
	if len(d.Headers) == 0 {
		return
	}
	headers := make([]term.Field, len(d.Headers))
	for i, h := range d.Headers {
		headers[i] = term.Field{Label: h.Name, Value: h.Value}
	}
	if !io.Plain {
		io.Line("Headers:")
	}
	io.Fields("    ", headers)
}

func nextAttempt(io *term.IO, d api.Delivery) string {
	if d.NextAttemptAt == nil {
		return ""
	}
	return io.Time(*d.NextAttemptAt)
}
