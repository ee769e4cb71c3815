package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
)

type tokenCreateOptions struct {
	input     api.CreateTokenInput
	role      choiceFlag
	expiresAt timeFlag
	output    outputFlag
}

func newTokenCreateCmd(app *App) *cobra.Command {
	opts := tokenCreateOptions{role: choiceFlag{choices: api.Roles}}
	cmd := &cobra.Command{
		Use:   "token NAME",
		Short: "Make a token for a program or a person",
		Long: "Make a token for a program or a person. It is printed once, and nothing else is\n" +
			"printed to the standard output. Asking twice makes two. For administrators.",
		Example:           "  landfall create token 'ci of runner' --role member",
		Args:              exactly(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.input.Name = args[0]
			opts.input.Role = opts.role.value
			opts.input.ExpiresAt = opts.expiresAt.t
			return runTokenCreate(cmd.Context(), app, &opts)
		},
	}
	opts.role.addRequired(cmd, "role", "what it may do, each what the ones before it may")
	opts.expiresAt.add(cmd, "expires-at", "until when it is valid; for good if left out")
	opts.output.addForOne(cmd)
	return cmd
}

func runTokenCreate(ctx context.Context, app *App, opts *tokenCreateOptions) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	token, secret, err := client.CreateToken(ctx, opts.input)
	if err != nil {
		return err
	}
	if opts.output.isJSON() {
		return app.IO.JSON(tokenDocument{
			Name: token.Name, Role: token.Role, Hint: token.Hint, CreatedAt: token.CreatedAt.UTC(),
			ExpiresAt: utc(token.ExpiresAt), Secret: secret,
		})
	}
	app.IO.Line("%s", secret)
	app.IO.Note("Token %q made, with the role %s. Keep it now: it cannot be shown again.", token.Name, wordOf(token.Role))
	app.IO.Note("To use it: export %s=<the token>", envToken)
	return nil
}

// tokenDocument is a new token in JSON.
type tokenDocument struct {
	Name      string     `json:"name"`
	Role      string     `json:"role"`
	Hint      string     `json:"hint"`
	CreatedAt time.Time  `json:"createdAt"`
	ExpiresAt *time.Time `json:"expiresAt"`
	Secret    string     `json:"secret"`
}
