package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

type environmentLogOptions struct {
	part   partFlags
	filter api.LogFilter
	limit  limitFlag
	follow bool
	output outputFlag
}

func newEnvironmentLogCmd(app *App) *cobra.Command {
	var opts environmentLogOptions
	cmd := &cobra.Command{
		Use:     "environment NAME [INTERVAL]",
		Aliases: []string{"env"},
		Short:   "Show what happened in an environment, the newest first",
		Long: "Show what happened in an environment, the newest first. Of a logical environment,\n" +
			"that is what happened in its members. " + intervalHelp,
		Example: "  landfall log environment aws-prod --limit 10\n  landfall log environment aws-prod ~3..NOW\n" +
			"  landfall log environment aws-prod 2.weeks.ago..yesterday --flow runner --reverse\n" +
			"  landfall log environment aws-prod --limit 5 --follow",
		Args:              oneOrTwo,
		ValidArgsFunction: upTo(1, completeEnvironments(app)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := opts.part.take(args[1:]); err != nil {
				return err
			}
			if opts.follow {
				return runEnvironmentFollow(cmd.Context(), app, &opts, args[0])
			}
			return runEnvironmentLog(cmd.Context(), app, &opts, args[0])
		},
	}
	opts.part.add(cmd)
	cmd.Flags().StringSliceVar(&opts.filter.Flows, "flow", nil, "only what happened to artifacts of this `flow` (may be repeated)")
	cmd.Flags().StringSliceVar(&opts.filter.Repositories, "repository", nil, "only what happened to artifacts of this `repository` (may be repeated)")
	completeFlag(cmd, "flow", completeFlows(app, ""))
	completeWith(cmd, "repository", nil)
	cmd.Flags().BoolVarP(&opts.follow, "follow", "f", false, "go on with what happens, until Ctrl-C; the newest last")
	opts.limit.add(cmd)
	opts.output.addForList(cmd)
	return cmd
}

func runEnvironmentLog(ctx context.Context, app *App, opts *environmentLogOptions, name string) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	done := app.follow(client, "events")
	events, reported, err := client.EnvironmentLog(ctx, name, opts.part.part(app.IO), opts.filter, opts.limit.n)
	done()
	if err != nil {
		return err
	}
	warnSilent(app.IO, reported)
	if opts.output.isJSON() {
		opts.limit.noteMore(app.IO, events.More)
		return app.IO.JSON(documents(events.Items, documentOfEvent))
	}
	if len(events.Items) == 0 {
		opts.noteNone(app.IO, name)
		return nil
	}
	opts.output.forList(app.IO)
	writeLog(app.IO, events.Items)
	opts.limit.noteMore(app.IO, events.More)
	return nil
}

// noteNone says that a log is empty: for good, or of what was asked for.
func (opts *environmentLogOptions) noteNone(io *term.IO, name string) {
	if opts.part.interval != "" || len(opts.filter.Flows)+len(opts.filter.Repositories) > 0 {
		io.Note("Nothing like that has happened in %s.", name)
		return
	}
	io.Note("Nothing has happened in %s yet.", name)
}

func writeLog(io *term.IO, events []api.Event) {
	rows := make([][]string, len(events))
	for i, e := range events {
		name, flow := orUnknown(deref(e.ArtifactName)), orUnknown(deref(nameOf(e.Flow)))
		if io.Plain {
			rows[i] = []string{
				io.Time(e.At), e.Kind, orUnknown(snapshotOf(e)), e.Summary, name, orUnknown(deref(e.Fingerprint)), flow,
			}
			continue
		}
		rows[i] = []string{io.Time(e.At), e.Summary, name, flow}
	}
	io.Table(term.Columns("TIME", "EVENT", "ARTIFACT", "FLOW"), rows)
}
