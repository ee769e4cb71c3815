package cli

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// diffIndent is where the lines about one thing begin in a diff.
const diffIndent = "     "

type snapshotDiffOptions struct {
	output outputFlag
}

func newSnapshotDiffCmd(app *App) *cobra.Command {
	var opts snapshotDiffOptions
	cmd := &cobra.Command{
		Use:   "snapshots FROM TO",
		Short: "Show what differs between two snapshots",
		Long: "Show what differs between two snapshots, of one environment or of two. FROM and\n" +
			"TO are written as for: landfall get snapshot.",
		Example:           "  landfall diff snapshots aws-prod#64 aws-prod#65\n  landfall diff snapshots aws-beta aws-prod",
		Args:              exactly(2),
		ValidArgsFunction: upTo(2, completeEnvironments(app)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runSnapshotDiff(cmd.Context(), app, &opts, args[0], args[1])
		},
	}
	opts.output.addForOne(cmd)
	return cmd
}

func runSnapshotDiff(ctx context.Context, app *App, opts *snapshotDiffOptions, from, to string) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	done := app.follow(client, "what differs")
	diff, err := client.Diff(ctx, zonedRef(app.IO, from), zonedRef(app.IO, to))
	done()
	if err != nil {
		return err
	}
	if opts.output.isJSON() {
		return app.IO.JSON(documentOfDiff(diff))
	}
	opts.output.forOne(app.IO)
	if app.IO.Plain {
		app.IO.Table(nil, rowsOfDiff(app.IO, diff))
		return nil
	}
	writeDiff(app.IO, diff)
	return nil
}

// writeDiff writes a section for each way in which the snapshots differ.
func writeDiff(io *term.IO, d *api.Diff) {
	if d.Empty {
		io.Line("Nothing differs between %s and %s.", d.From.Ref, d.To.Ref)
		return
	}
	first := true
	section := func(heading string, things [][]term.Field) {
		if len(things) == 0 {
			return
		}
		if !first {
			io.Line("")
		}
		first = false
		io.Heading("%s", heading)
		for _, fields := range things {
			io.Line("")
			io.Fields(diffIndent, fields)
		}
	}
	section("Only present in "+d.From.Ref, fieldsOfAll(io, d.Removed))
	section("Only present in "+d.To.Ref, fieldsOfAll(io, d.Added))
	var changed [][]term.Field
	for _, c := range d.Changed {
		replicas := fmt.Sprintf("%d -> %d", c.From.Replicas, c.To.Replicas)
		changed = append(changed, append(fieldsOfRunning(io, c.To), term.Field{Label: "Replicas", Value: replicas}))
	}
	section("Changed from "+d.From.Ref+" to "+d.To.Ref, changed)
}

func fieldsOfAll(io *term.IO, running []api.RunningArtifact) [][]term.Field {
	var things [][]term.Field
	for _, r := range running {
		things = append(things, fieldsOfRunning(io, r))
	}
	return things
}

func fieldsOfRunning(io *term.IO, r api.RunningArtifact) []term.Field {
	return []term.Field{
		{Label: "Name", Value: r.Name},
		{Label: "Fingerprint", Value: orUnknown(deref(r.Fingerprint))},
		{Label: "Flow", Value: orUnknown(r.Flow())},
		{Label: "Commit URL", Value: orUnknown(r.CommitURL())},
		{Label: "Started", Value: io.Moment(r.RunningSince)},
	}
}

// rowsOfDiff has one line for each thing that differs: how, what, and how many
// replicas there were and are.
func rowsOfDiff(io *term.IO, d *api.Diff) [][]string {
	var rows [][]string
	row := func(how string, r api.RunningArtifact, before, after string) {
		rows = append(rows, []string{
			how, r.Name, orUnknown(deref(r.Fingerprint)), orUnknown(r.Flow()), orUnknown(r.CommitURL()),
			io.Time(r.RunningSince), before, after,
		})
	}
	for _, r := range d.Removed {
		row("removed", r, strconv.Itoa(r.Replicas), "0")
	}
	for _, r := range d.Added {
		row("added", r, "0", strconv.Itoa(r.Replicas))
	}
	for _, c := range d.Changed {
		row("changed", c.To, strconv.Itoa(c.From.Replicas), strconv.Itoa(c.To.Replicas))
	}
	return rows
}

// diffDocument is what differs between two snapshots, in JSON.
type diffDocument struct {
	From    snapshotDocument  `json:"from"`
	To      snapshotDocument  `json:"to"`
	Empty   bool              `json:"empty"`
	Summary string            `json:"summary"`
	Added   []runningDocument `json:"added"`
	Removed []runningDocument `json:"removed"`
	Changed []changeDocument  `json:"changed"`
}

type changeDocument struct {
	From runningDocument `json:"from"`
	To   runningDocument `json:"to"`
}

func documentOfDiff(d *api.Diff) diffDocument {
	return diffDocument{
		From: documentOfSnapshot(d.From), To: documentOfSnapshot(d.To), Empty: d.Empty, Summary: d.Summary,
		Added: documents(d.Added, documentOfRunning), Removed: documents(d.Removed, documentOfRunning),
		Changed: documents(d.Changed, func(c api.RunningChange) changeDocument {
			return changeDocument{From: documentOfRunning(c.From), To: documentOfRunning(c.To)}
		}),
	}
}
