package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// maxSecret is more than any secret has that the server takes.
const maxSecret = 1024

// forges are the words for forges, and what the API calls them.
var forges = map[string]string{"github": "GITHUB"}

type webhookCreateOptions struct {
	secret string
	output outputFlag
}

func newWebhookCreateCmd(app *App) *cobra.Command {
	var opts webhookCreateOptions
	cmd := &cobra.Command{
		Use:   "webhook github",
		Short: "Make the secret by which a forge proves its webhooks",
		Long: "Make the secret by which a forge proves its webhooks, and print what to paste\n" +
			"there. A secret that is given replaces the one that is there. For administrators.",
		Example: "  landfall create webhook github\n  landfall create webhook github --secret - < secret.txt",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || forges[args[0]] == "" {
				return usageErrorf("name the forge: github")
			}
			return nil
		},
		ValidArgs: []string{"github"},
		RunE: func(cmd *cobra.Command, args []string) error {
			return runWebhookCreate(cmd.Context(), app, &opts, forges[args[0]])
		},
	}
	cmd.Flags().StringVar(&opts.secret, "secret", "", "the secret, of 16 characters or more; - reads it from the standard input; made by the server if left out")
	opts.output.addForOne(cmd)
	return cmd
}

func runWebhookCreate(ctx context.Context, app *App, opts *webhookCreateOptions, forge string) error {
	secret, err := opts.readSecret(app.IO)
	if err != nil {
		return err
	}
	client, err := app.client()
	if err != nil {
		return err
	}
	webhook, err := client.CreateWebhook(ctx, api.CreateWebhookInput{Forge: forge, Secret: secret})
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
	app.IO.Fields("", []term.Field{
		{Label: "Payload URL", Value: webhook.URL},
		{Label: "Content type", Value: "application/json"},
		{Label: "Secret", Value: webhook.Secret},
	})
	app.IO.Note("Paste this at GitHub: settings of the organization or repository, Webhooks, Add webhook.")
	app.IO.Note("Events: pushes and workflow runs. Keep the secret now: it cannot be shown again.")
	return nil
}

// readSecret is the secret that was given; empty if the server is to make one.
func (opts *webhookCreateOptions) readSecret(in *term.IO) (string, error) {
	if opts.secret != "-" {
		return opts.secret, nil
	}
	text, err := io.ReadAll(io.LimitReader(in.In, maxSecret))
	if err != nil {
		return "", fmt.Errorf("read the secret: %w", err)
	}
	secret := strings.TrimRight(string(text), "\r\n")
	if secret == "" {
		return "", usageErrorf("the standard input has no secret")
	}
	return secret, nil
}
