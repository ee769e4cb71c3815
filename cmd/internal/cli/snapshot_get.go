package cli

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

type snapshotGetOptions struct {
	output outputFlag
}

func newSnapshotGetCmd(app *App) *cobra.Command {
	var opts snapshotGetOptions
	cmd := &cobra.Command{
		Use:   "snapshot REF",
		Short: "Show what runs in a snapshot",
		Long: "Show what runs in a snapshot. REF is aws-prod (the newest), aws-prod#65 (by\n" +
			"number), aws-prod~1 (one before the newest), aws-prod@{2.weeks.ago} or\n" +
			"aws-prod@{2022-08-22 11:39} (what was current then; without a zone, in yours).",
		Example:           "  landfall get snapshot aws-prod#65\n  landfall get snapshot aws-prod@{yesterday}",
		Args:              exactly(1),
		ValidArgsFunction: upTo(1, completeEnvironments(app)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runSnapshotGet(cmd.Context(), app, &opts, args[0])
		},
	}
	opts.output.addForOne(cmd)
	return cmd
}

func runSnapshotGet(ctx context.Context, app *App, opts *snapshotGetOptions, ref string) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	done := app.follow(client, "what runs")
	snapshot, err := client.Snapshot(ctx, zonedRef(app.IO, ref))
	done()
	if err != nil {
		return err
	}
	if snapshot.Until == nil { // it is to be what runs now
		warnSilent(app.IO, snapshot.Reported)
	}
	if opts.output.isJSON() {
		return app.IO.JSON(struct {
			snapshotDocument
			Running []runningDocument `json:"running"`
		}{documentOfSnapshot(snapshot.Snapshot), documents(snapshot.Running, documentOfRunning)})
	}
	if len(snapshot.Running) == 0 {
		app.IO.Note("Nothing runs in %s.", snapshot.Ref)
		return nil
	}
	opts.output.forOne(app.IO)
	writeRunning(app.IO, snapshot.Running)
	return nil
}

// writeRunning writes two lines for each thing that runs, or one of tabs.
func writeRunning(io *term.IO, running []api.RunningArtifact) {
	var rows [][]string
	for i, r := range running {
		flow, since, replicas := orUnknown(r.Flow()), io.Ago(r.RunningSince), strconv.Itoa(r.Replicas)
		if io.Plain {
			rows = append(rows, []string{
				orUnknown(r.CommitSHA()), r.Name, orUnknown(deref(r.Fingerprint)), flow, since, replicas,
			})
			continue
		}
		if i > 0 {
			rows = append(rows, nil)
		}
		name, fingerprint := namedLines(r.Name, deref(r.Fingerprint))
		rows = append(rows,
			[]string{shortSHA(r.CommitSHA()), name, flow, since, replicas},
			[]string{"", fingerprint})
	}
	io.Table(term.Columns("COMMIT", "ARTIFACT", "FLOW", "RUNNING_SINCE", "REPLICAS"), rows)
}
