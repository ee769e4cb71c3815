package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

type environmentListOptions struct {
	kind     choiceFlag
	tags     tagsFlag
	archived bool
	limit    limitFlag
	output   outputFlag
}

func newEnvironmentListCmd(app *App) *cobra.Command {
	opts := environmentListOptions{kind: choiceFlag{choices: api.EnvironmentTypes}}
	cmd := &cobra.Command{
		Use:     "environments",
		Aliases: []string{"envs", "env"},
		Short:   "List environments",
		Long:    "List environments. Those that were archived are left out; --archived lists these alone.",
		Example: "  landfall list environments\n  landfall list environments --type ecs --tag team=core\n  landfall list environments | cut -f 1,3",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runEnvironmentList(cmd.Context(), app, &opts)
		},
	}
	opts.kind.add(cmd, "type", "only those of this `kind`")
	opts.tags.add(cmd, "only those with this tag, as `key=value`; may be repeated")
	cmd.Flags().BoolVar(&opts.archived, "archived", false, "those that were archived")
	opts.limit.add(cmd)
	opts.output.addForList(cmd)
	return cmd
}

func runEnvironmentList(ctx context.Context, app *App, opts *environmentListOptions) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	done := app.follow(client, "environments")
	environments, err := client.Environments(ctx, opts.filter(), opts.limit.n)
	done()
	if err != nil {
		return err
	}
	if opts.output.isJSON() {
		opts.limit.noteMore(app.IO, environments.More)
		return app.IO.JSON(documents(environments.Items, documentOfEnvironment))
	}
	if len(environments.Items) == 0 {
		opts.noteNone(app.IO)
		return nil
	}
	opts.output.forList(app.IO)
	writeEnvironments(app.IO, environments.Items)
	opts.limit.noteMore(app.IO, environments.More)
	return nil
}

func (opts *environmentListOptions) filter() api.EnvironmentFilter {
	filter := api.EnvironmentFilter{Tags: opts.tags.tags, Archived: opts.archived}
	if opts.kind.value != "" {
		filter.Types = []string{opts.kind.value}
	}
	return filter
}

// noteNone says that there is no environment, or none that was asked for.
func (opts *environmentListOptions) noteNone(io *term.IO) {
	if opts.archived || opts.kind.value != "" || len(opts.tags.tags) > 0 {
		io.Note("There are no such environments.")
		return
	}
	io.Note("No environments yet. Create one: landfall create environment aws-prod --type ECS")
}

// writeEnvironments writes a line for each. Those that are silent are marked: for
// people where it is said when they were reported, and for programs in the last of
// the columns.
func writeEnvironments(io *term.IO, environments []api.Environment) {
	rows := make([][]string, len(environments))
	for i, e := range environments {
		last := io.Ago(timeOf(lastReported(e)))
		if !io.Plain && e.Reporting.State == api.ReportingSilent {
			last += silentMark
		}
		rows[i] = []string{e.Name, e.Type, orUnknown(e.Snapshot()), last, orUnknown(e.Description)}
		if io.Plain {
			rows[i] = append(rows[i], e.Reporting.State)
		}
	}
	reported := term.Column{Name: "LAST_REPORTED", Color: func(cell string) term.Color {
		if strings.HasSuffix(cell, silentMark) {
			return term.Yellow
		}
		return ""
	}}
	columns := append(term.Columns("NAME", "TYPE", "SNAPSHOT"), reported, term.Column{Name: "DESCRIPTION", Cut: true})
	io.Table(columns, rows)
}

const silentMark = ", silent"
