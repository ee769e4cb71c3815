package cli

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// diffIndent is where the lines about one thing begin in a diff.
const diffIndent = "     "

type snapshotDiffOptions struct {
	unchanged bool
	output    outputFlag
}

func newSnapshotDiffCmd(app *App) *cobra.Command {
	var opts snapshotDiffOptions
	cmd := &cobra.Command{
		Use:   "snapshots FROM TO",
		Short: "Show what differs between two snapshots",
		Long: "Show what differs between two snapshots, of one environment or of two, and the\n" +
			"commits that this brings or takes away. FROM and TO are written as for:\n" +
			"landfall get snapshot.",
		Example:           "  landfall diff snapshots aws-prod#64 aws-prod#65\n  landfall diff snapshots aws-beta aws-prod --show-unchanged",
		Args:              exactly(2),
		ValidArgsFunction: upTo(2, completeEnvironments(app)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runSnapshotDiff(cmd.Context(), app, &opts, args[0], args[1])
		},
	}
	cmd.Flags().BoolVarP(&opts.unchanged, "show-unchanged", "u", false, "show what is in both, too")
	opts.output.addForOne(cmd)
	return cmd
}

func runSnapshotDiff(ctx context.Context, app *App, opts *snapshotDiffOptions, from, to string) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	done := app.follow(client, "what differs")
	diff, err := client.Diff(ctx, zonedRef(app.IO, from), zonedRef(app.IO, to), opts.unchanged)
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
	}
	first := !d.Empty
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
		changed = append(changed, fieldsOfChange(io, c))
	}
	section("Changed from "+d.From.Ref+" to "+d.To.Ref, changed)
	section("Present in both", fieldsOfAll(io, d.Unchanged))
	for _, f := range d.Flows {
		if f.From != nil && f.To != nil { // of others there is nothing between
			writeCommits(io, f)
		}
	}
}

func fieldsOfChange(io *term.IO, c api.RunningChange) []term.Field {
	fields := fieldsOfRunning(io, c.To)
	if before, after := strings.Join(c.From.Names, ", "), strings.Join(c.To.Names, ", "); before != after && c.From.Replicas == c.To.Replicas {
		return append(fields, term.Field{Label: "Renamed", Value: before + " -> " + after})
	}
	return append(fields, term.Field{Label: "Replicas", Value: fmt.Sprintf("%d -> %d", c.From.Replicas, c.To.Replicas)})
}

// writeCommits writes the commits that lie between two versions of a flow.
func writeCommits(io *term.IO, f api.FlowChange) {
	io.Line("")
	io.Heading("Commits of %s from %s to %s: %s", f.Flow.Name, shortSHA(f.From.CommitSHA()), shortSHA(f.To.CommitSHA()), relationOf(f.Commits))
	lines := func(sign string, commits []api.CommitLine, of *int) {
		if len(commits) == 0 {
			return
		}
		io.Line("")
		widest := 0
		for _, c := range commits {
			widest = max(widest, term.Width(term.Clean(c.Subject)))
		}
		for _, c := range commits {
			io.Line("%s%s %s  %s  %s", diffIndent, sign, shortSHA(c.SHA), term.Pad(term.Clean(c.Subject), widest), term.Clean(orUnknown(c.AuthorName)))
		}
		if more := *of - len(commits); more > 0 {
			io.Line("%s%s and %d more", diffIndent, sign, more)
		}
	}
	lines("+", f.Commits.Added.Nodes, f.Commits.Ahead)
	lines("-", f.Commits.Removed.Nodes, f.Commits.Behind)
}

// relationOf says how two commits stand to each other.
func relationOf(r api.CommitRange) string {
	switch r.Relation {
	case "AHEAD":
		return fmt.Sprintf("%d added", *r.Ahead)
	case "BEHIND":
		return fmt.Sprintf("%d taken back", *r.Behind)
	case "DIVERGED":
		return fmt.Sprintf("%d added, %d taken back", *r.Ahead, *r.Behind)
	case "SAME":
		return "the same commit"
	default:
		return "not known, since " + deref(r.Reason)
	}
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
	for _, r := range d.Unchanged {
		row("unchanged", r, strconv.Itoa(r.Replicas), strconv.Itoa(r.Replicas))
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

	Unchanged *[]runningDocument   `json:"unchanged"` // null if it was not asked for
	Flows     []flowChangeDocument `json:"flows"`
}

// flowChangeDocument is what a diff means for one flow, in JSON.
type flowChangeDocument struct {
	Flow    string              `json:"flow"`
	From    *runningDocument    `json:"from"`
	To      *runningDocument    `json:"to"`
	Commits commitRangeDocument `json:"commits"`
}

// commitRangeDocument is what lies between two commits, in JSON.
type commitRangeDocument struct {
	Relation string           `json:"relation"`
	Reason   *string          `json:"reason"`
	Ahead    *int             `json:"ahead"`
	Behind   *int             `json:"behind"`
	Added    []commitDocument `json:"added"`
	Removed  []commitDocument `json:"removed"`
}

func documentOfFlowChange(f api.FlowChange) flowChangeDocument {
	return flowChangeDocument{
		Flow: f.Flow.Name, From: maybe(f.From, documentOfRunning), To: maybe(f.To, documentOfRunning),
		Commits: commitRangeDocument{
			Relation: f.Commits.Relation, Reason: f.Commits.Reason, Ahead: f.Commits.Ahead, Behind: f.Commits.Behind,
			Added: documents(f.Commits.Added.Nodes, documentOfCommit), Removed: documents(f.Commits.Removed.Nodes, documentOfCommit),
		},
	}
}

type changeDocument struct {
	From runningDocument `json:"from"`
	To   runningDocument `json:"to"`
}

func documentOfDiff(d *api.Diff) diffDocument {
	document := diffDocument{
		From: documentOfSnapshot(d.From), To: documentOfSnapshot(d.To), Empty: d.Empty, Summary: d.Summary,
		Added: documents(d.Added, documentOfRunning), Removed: documents(d.Removed, documentOfRunning),
		Changed: documents(d.Changed, func(c api.RunningChange) changeDocument {
			return changeDocument{From: documentOfRunning(c.From), To: documentOfRunning(c.To)}
		}),
		Flows: documents(d.Flows, documentOfFlowChange),
	}
	if d.Unchanged != nil {
		unchanged := documents(d.Unchanged, documentOfRunning)
		document.Unchanged = &unchanged
	}
	return document
}
