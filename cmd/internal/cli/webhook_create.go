package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
)

type webhookCreateOptions struct {
	secret string
	output outputFlag
}

func newWebhookCreateCmd(app *App) *cobra.Command {
	var opts webhookCreateOptions
	cmd := &cobra.Command{
		Use:   "webhook FORGE",
		Short: "Make the secret by which a forge proves its webhooks",
		Long: "Make the secret by which a forge proves its webhooks, and print what to paste\n" +
			"there. A secret that is given replaces the one that is there. For administrators.\n\n" +
			"FORGE is " + forgeWords() + ".",
		Example:   "  landfall create webhook github\n  landfall create webhook gitlab --secret - < secret.txt",
		Args:      oneForge,
		ValidArgs: forgeSlugs(),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runWebhookCreate(cmd.Context(), app, &opts, args[0])
		},
	}
	addSecret(cmd, &opts.secret)
	opts.output.addForOne(cmd)
	return cmd
}

func runWebhookCreate(ctx context.Context, app *App, opts *webhookCreateOptions, slug string) error {
	secret, err := readSecret(app.IO, opts.secret)
	if err != nil {
		return err
	}
	client, err := app.client()
	if err != nil {
		return err
	}
	webhook, err := client.CreateWebhook(ctx, api.CreateWebhookInput{Forge: forgeOf(slug), Secret: secret})
	if err != nil {
		return err
	}
	if opts.output.isJSON() {
		return app.IO.JSON(struct {
			URL     string `json:"url"`
			Secret  string `json:"secret"`
			Created bool   `json:"created"`
		}{webhook.URL, webhook.Secret, webhook.Created})
	}
	opts.output.forOne(app.IO)
	forge := forges[forgeOf(slug)]
	forge.write(app.IO, webhook.URL, webhook.Secret)
	app.IO.Note("Paste this at %s: %s, %s.", forge.title, forge.where, forge.add)
	app.IO.Note("Events: %s.", forge.events)
	app.IO.Note("%s", forge.warning())
	return nil
}
