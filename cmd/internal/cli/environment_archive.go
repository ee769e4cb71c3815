package cli

import (
	"context"

	"github.com/spf13/cobra"
)

type environmentArchiveOptions struct {
	restore bool
	output  outputFlag
}

func newEnvironmentArchiveCmd(app *App) *cobra.Command {
	var opts environmentArchiveOptions
	cmd := &cobra.Command{
		Use:     "environment NAME",
		Aliases: []string{"env"},
		Short:   "Put an environment away, or bring it back",
		Long: "Put an environment away. Its history stays and can be read, lists leave it out,\n" +
			"and it takes no reports and no deployments. It leaves the logical environments\n" +
			"that it is a member of. With --restore it is brought back.",
		Example:           "  landfall archive environment aws-old\n  landfall archive environment aws-old --restore",
		Args:              exactly(1),
		ValidArgsFunction: upTo(1, completeEnvironments(app)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runEnvironmentArchive(cmd.Context(), app, &opts, args[0])
		},
	}
	cmd.Flags().BoolVar(&opts.restore, "restore", false, "bring it back")
	opts.output.addForOne(cmd)
	return cmd
}

func runEnvironmentArchive(ctx context.Context, app *App, opts *environmentArchiveOptions, name string) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	environment, err := client.ArchiveEnvironment(ctx, name, !opts.restore)
	if err != nil {
		return err
	}
	word := "archived"
	if opts.restore {
		word = "restored"
	}
	return app.writeEnvironmentOutcome(&opts.output, environment, word)
}
