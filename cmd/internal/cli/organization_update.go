package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
)

type organizationUpdateOptions struct {
	createEnvironments bool
	visibility         choiceFlag
	output             outputFlag
}

func newOrganizationUpdateCmd(app *App) *cobra.Command {
	opts := organizationUpdateOptions{visibility: choiceFlag{choices: []string{"PUBLIC", "PRIVATE"}}}
	cmd := &cobra.Command{
		Use:   "organization",
		Short: "Change settings of the organization",
		Long: "Change settings of the organization. What is not given stays as it is. For\n" +
			"administrators.",
		Example:           "  landfall update organization --create-environments\n  landfall update organization --visibility public",
		Args:              exactly(0),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			in := api.UpdateOrganizationInput{Visibility: opts.visibility.value}
			if cmd.Flags().Changed("create-environments") {
				in.CreatesEnvironments = &opts.createEnvironments
			}
			return runOrganizationUpdate(cmd.Context(), app, &opts.output, in)
		},
	}
	cmd.Flags().BoolVar(&opts.createEnvironments, "create-environments", false, "let the first report for an unknown environment make it; --create-environments=false ends that")
	opts.visibility.add(cmd, "visibility", "`word`: who can read it")
	cmd.MarkFlagsOneRequired("create-environments", "visibility")
	opts.output.addForOne(cmd)
	return cmd
}

func runOrganizationUpdate(ctx context.Context, app *App, output *outputFlag, in api.UpdateOrganizationInput) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	o, err := client.UpdateOrganization(ctx, in)
	if err != nil {
		return err
	}
	return app.writeOutcome(output, outcome{
		document: struct {
			Name                string `json:"name"`
			Visibility          string `json:"visibility"`
			CreatesEnvironments bool   `json:"createsEnvironments"`
		}{o.Name, o.Visibility, o.CreatesEnvironments},
		cells:   []string{o.Name},
		created: true,
		what:    "Organization " + o.Name,
		verb:    "updated",
		word:    "updated",
	})
}
