package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
)

type trustOptions struct {
	branch string
	output outputFlag
}

func newRepositoryTrustCmd(app *App) *cobra.Command {
	var opts trustOptions
	cmd := &cobra.Command{
		Use:   "repository NAME",
		Short: "Let the CI of a repository report without a stored secret",
		Long: "Let the jobs of a repository at GitHub Actions report for the organization, without\n" +
			"a stored secret: GitHub proves who they are. They may do what a token with the role\n" +
			"member may. Asking again replaces the branch. For administrators.",
		Example:           "  landfall trust repository cyber-dojo/runner --branch main",
		Args:              exactly(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runTrust(cmd.Context(), app, &opts.output, func(ctx context.Context, c *api.Client) (api.TrustedRepository, error) {
				return c.TrustRepository(ctx, args[0], opts.branch)
			})
		},
	}
	cmd.Flags().StringVar(&opts.branch, "branch", "", "only from this branch; from all if left out")
	completeWith(cmd, "branch", nil)
	opts.output.addForOne(cmd)
	return cmd
}

func newRepositoryDistrustCmd(app *App) *cobra.Command {
	var output outputFlag
	cmd := &cobra.Command{
		Use:               "repository NAME",
		Short:             "Let the CI of a repository report no more without a token",
		Example:           "  landfall distrust repository cyber-dojo/runner",
		Args:              exactly(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runTrust(cmd.Context(), app, &output, func(ctx context.Context, c *api.Client) (api.TrustedRepository, error) {
				return c.DistrustRepository(ctx, args[0])
			})
		},
	}
	output.addForOne(cmd)
	return cmd
}

func runTrust(ctx context.Context, app *App, output *outputFlag, change func(context.Context, *api.Client) (api.TrustedRepository, error)) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	r, err := change(ctx, client)
	if err != nil {
		return err
	}
	if output.isJSON() {
		return app.IO.JSON(struct {
			Name          string  `json:"name"`
			Trusted       bool    `json:"trusted"`
			TrustedBranch *string `json:"trustedBranch"`
		}{r.Name, r.Trusted, r.TrustedBranch})
	}
	output.forOne(app.IO)
	word := "distrusted"
	if r.Trusted {
		word = "trusted"
	}
	switch {
	case app.IO.Plain:
		app.IO.Table(nil, [][]string{{r.Name, word, orUnknown(deref(r.TrustedBranch))}})
	case !r.Trusted:
		app.IO.Line("Jobs of %s are not trusted.", r.Name)
	case r.TrustedBranch != nil:
		app.IO.Line("Jobs of %s are trusted on the branch %s.", r.Name, *r.TrustedBranch)
	default:
		app.IO.Line("Jobs of %s are trusted on all branches.", r.Name)
	}
	return nil
}
