package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

type webhookRotateOptions struct {
	secret  string
	overlap time.Duration
	output  outputFlag
}

func newWebhookRotateCmd(app *App) *cobra.Command {
	var opts webhookRotateOptions
	cmd := &cobra.Command{
		Use:   "webhook FORGE",
		Short: "Replace the secret of a webhook without losing a delivery",
		Long: "Make a new secret for a webhook, or take one that is given, and print what to\n" +
			"paste at the forge. The one before stays good for a while. For administrators.\n\n" +
			"FORGE is " + forgeWords() + ".",
		Example:   "  landfall rotate webhook github\n  landfall rotate webhook gitlab --overlap 1h --secret - < secret.txt",
		Args:      oneForge,
		ValidArgs: forgeSlugs(),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runWebhookRotate(cmd.Context(), app, &opts, args[0])
		},
	}
	addSecret(cmd, &opts.secret)
	cmd.Flags().DurationVar(&opts.overlap, "overlap", 24*time.Hour, "for how long the one before stays good: `1h`, at most 720h")
	completeWith(cmd, "overlap", nil)
	opts.output.addForOne(cmd)
	return cmd
}

func runWebhookRotate(ctx context.Context, app *App, opts *webhookRotateOptions, slug string) error {
	secret, err := readSecret(app.IO, opts.secret)
	if err != nil {
		return err
	}
	client, err := app.client()
	if err != nil {
		return err
	}
	webhook, err := client.RotateWebhookSecret(ctx, api.RotateWebhookSecretInput{
		Forge: forgeOf(slug), Secret: secret, OverlapSeconds: int(opts.overlap / time.Second),
	})
	if err != nil {
		return err
	}
	if opts.output.isJSON() {
		return app.IO.JSON(struct {
			URL             string    `json:"url"`
			Secret          string    `json:"secret"`
			FormerExpiresAt time.Time `json:"formerExpiresAt"`
		}{webhook.URL, webhook.Secret, webhook.FormerExpiresAt.UTC()})
	}
	opts.output.forOne(app.IO)
	forge := forges[forgeOf(slug)]
	forge.write(app.IO, webhook.URL, webhook.Secret, term.Field{Label: "The one before is good until", Value: app.IO.Time(webhook.FormerExpiresAt)})
	app.IO.Note("Put this in place of what is there, at %s: %s.", forge.title, forge.where)
	app.IO.Note("%s", forge.warning())
	return nil
}
