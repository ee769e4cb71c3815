package cli

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

type snapshotListOptions struct {
	part   partFlags
	limit  limitFlag
	output outputFlag
}

func newSnapshotListCmd(app *App) *cobra.Command {
	var opts snapshotListOptions
	cmd := &cobra.Command{
		Use:   "snapshots ENVIRONMENT [INTERVAL]",
		Short: "List snapshots of an environment, the newest first",
		Long:  "List snapshots of an environment, the newest first. " + intervalHelp,
		Example: "  landfall list snapshots aws-prod --limit 5\n  landfall list snapshots aws-prod --interval 3..NOW --reverse\n" +
			"  landfall list snapshots aws-prod 2022-08-22..yesterday",
		Args:              oneOrTwo,
		ValidArgsFunction: upTo(1, completeEnvironments(app)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := opts.part.take(args[1:]); err != nil {
				return err
			}
			return runSnapshotList(cmd.Context(), app, &opts, args[0])
		},
	}
	opts.part.add(cmd)
	opts.limit.add(cmd)
	opts.output.addForList(cmd)
	return cmd
}

func runSnapshotList(ctx context.Context, app *App, opts *snapshotListOptions, environment string) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	done := app.follow(client, "snapshots")
	snapshots, err := client.Snapshots(ctx, environment, opts.part.part(app.IO), opts.limit.n)
	done()
	if err != nil {
		return err
	}
	if opts.output.isJSON() {
		opts.limit.noteMore(app.IO, snapshots.More)
		return app.IO.JSON(documents(snapshots.Items, documentOfSnapshot))
	}
	if len(snapshots.Items) == 0 {
		if opts.part.interval != "" {
			app.IO.Note("No snapshots of %s lie in %s.", environment, opts.part.interval)
			return nil
		}
		app.IO.Note("No snapshots of %s yet. The first report of what runs there makes one.", environment)
		return nil
	}
	opts.output.forList(app.IO)
	writeSnapshots(app.IO, snapshots.Items)
	opts.limit.noteMore(app.IO, snapshots.More)
	return nil
}

func writeSnapshots(io *term.IO, snapshots []api.Snapshot) {
	rows := make([][]string, len(snapshots))
	for i, s := range snapshots {
		replicas, changes := strconv.Itoa(s.ReplicaCount), strconv.Itoa(s.ChangeCount)
		if io.Plain {
			rows[i] = []string{s.Ref, io.Time(s.TakenAt), io.Time(timeOf(s.Until)), replicas, changes}
			continue
		}
		until, end := "now", io.Now()
		if s.Until != nil {
			until, end = io.Time(*s.Until), *s.Until
		}
		rows[i] = []string{s.Ref, io.Time(s.TakenAt), until, term.Lasting(end.Sub(s.TakenAt)), replicas, changes}
	}
	io.Table(term.Columns("SNAPSHOT", "FROM", "TO", "DURATION", "REPLICAS", "CHANGES"), rows)
}
