package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

type metricsOptions struct {
	query        api.MetricsQuery
	tags         tagsFlag
	since, until string
	step         choiceFlag
	within       hotfixFlag
	output       outputFlag
}

func newMetricsCmd(app *App) *cobra.Command {
	opts := metricsOptions{step: choiceFlag{value: "WEEK", choices: api.MetricsSteps}, output: outputFlag{more: []string{formatCSV}}}
	cmd := &cobra.Command{
		Use:   "metrics [FLOW]",
		Short: "Show how well software is delivered to an environment",
		Long: "Show how well software is delivered to an environment, judged by what was seen to\n" +
			"run there: how often it changes, how long a commit takes until it runs, how many\n" +
			"changes fail, and how long it takes to mend them. Without FLOW, that of all flows\n" +
			"together, or of those with a tag. The times are days or how long ago, as in\n" +
			"2022-08-22, 90.days.ago or last.monday; without a zone, in yours. The steps are in UTC.\n\n" +
			"-o csv writes the changes themselves, one a line.",
		Example: "  landfall metrics runner --environment aws-prod\n" +
			"  landfall metrics --environment aws-prod --tag team=core --since 2022-01-01 --step month\n" +
			"  landfall metrics --environment aws-prod -o csv > changes.csv",
		Args:              atMost(1),
		ValidArgsFunction: upTo(1, completeFlows(app, "")),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				opts.query.Flow = args[0]
			}
			if len(args) > 0 && len(opts.tags.tags) > 0 {
				return usageErrorf("write either a flow or --tag")
			}
			return runMetrics(cmd.Context(), app, &opts)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.query.Environment, "environment", "", "`name` of the environment")
	require(cmd, "environment")
	completeFlag(cmd, "environment", completeEnvironments(app))
	opts.tags.add(cmd, "only flows with this tag, as `key=value`; may be repeated")
	flags.StringVar(&opts.since, "since", "90.days.ago", "the first `moment`")
	flags.StringVar(&opts.until, "until", "now", "the `moment` after the last")
	opts.step.add(cmd, "step", "how long each `step` is")
	opts.within.add(cmd)
	flags.StringSliceVar(&opts.query.Hotfix.Words, "hotfix-word", nil, "`word` that the subject of a hotfix begins with; may be repeated (default hotfix,revert)")
	for _, name := range []string{"since", "until", "hotfix-word"} {
		completeWith(cmd, name, nil)
	}
	opts.output.addForList(cmd)
	return cmd
}

func runMetrics(ctx context.Context, app *App, opts *metricsOptions) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	opts.query.Tags, opts.query.Step, opts.query.Hotfix.Within = opts.tags.tags, api.MetricsStep(opts.step.value), opts.within.seconds
	opts.query.During = api.TimeRangeInput{From: api.Moment(zoned(app.IO, opts.since)), To: api.Moment(zoned(app.IO, opts.until))}
	if opts.output.format == formatCSV {
		return writeChangesCSV(ctx, app, client, opts.query)
	}
	metrics, err := client.Metrics(ctx, opts.query)
	if err != nil {
		return err
	}
	if opts.output.isJSON() {
		return app.IO.JSON(documentOfMetrics(opts.query, metrics))
	}
	opts.output.forList(app.IO)
	if app.IO.Plain {
		app.IO.Table(nil, plainSeries(app.IO, metrics.Series))
		return nil
	}
	writeMetrics(app.IO, opts.query, metrics)
	return nil
}

// writeMetrics writes for people the totals, the stages, each step, and what was left
// out.
func writeMetrics(io *term.IO, q api.MetricsQuery, m api.Metrics) {
	total := m.Total
	io.Heading("%s in %s from %s to %s", subjectOf(q), m.Environment.Name, io.Time(m.From), io.Time(m.To))
	io.Line("")
	io.Fields("", []term.Field{
		{Label: "Changes", Value: changesLine(total)},
		{Label: "Lead time", Value: durationLine(total.LeadTime, "commit")},
		{Label: "Failed", Value: failureLine(total)},
		{Label: "Time to restore", Value: durationLine(total.TimeToRestore, "failure")},
	})
	if len(total.Stages) > 0 {
		io.Line("")
		rows := make([][]string, len(total.Stages))
		for i, s := range total.Stages {
			rows[i] = []string{stageName(s.Stage), took(s.Duration.MedianSeconds), took(s.Duration.P90Seconds), fmt.Sprint(s.Duration.Count)}
		}
		io.Table(term.Columns("STAGE", "MEDIAN", "9_OF_10", "MEASURED"), rows)
	}
	if total.Changes > 0 {
		io.Line("")
		writeSeries(io, m.Series)
	}
	if len(m.Excluded) > 0 {
		io.Line("")
		for _, e := range m.Excluded {
			io.Line("%s", exclusionLine(e))
		}
	}
}

func subjectOf(q api.MetricsQuery) string {
	switch {
	case q.Flow != "":
		return q.Flow
	case len(q.Tags) > 0:
		return "Flows with " + tagsLine(q.Tags)
	default:
		return "All flows"
	}
}

func writeSeries(io *term.IO, series []api.Figures) {
	rows := make([][]string, len(series))
	for i, f := range series {
		lead, p90, failed, restore := term.Unknown, term.Unknown, term.Unknown, term.Unknown
		if f.LeadTime != nil {
			lead, p90 = took(f.LeadTime.MedianSeconds), took(f.LeadTime.P90Seconds)
		}
		if f.Judged > 0 {
			failed = fmt.Sprintf("%d of %d", f.Failures, f.Judged)
		}
		if f.TimeToRestore != nil {
			restore = took(f.TimeToRestore.MedianSeconds)
		}
		rows[i] = []string{f.From.UTC().Format(time.DateOnly), fmt.Sprint(f.Changes), lead, p90, failed, restore}
	}
	io.Table(term.Columns("FROM", "CHANGES", "LEAD_TIME", "9_OF_10", "FAILED", "RESTORED_IN"), rows)
}

// plainSeries is a line for each step, of numbers alone.
func plainSeries(io *term.IO, series []api.Figures) [][]string {
	rows := make([][]string, len(series))
	for i, f := range series {
		rows[i] = append([]string{io.Time(f.From), io.Time(f.To), fmt.Sprint(f.Changes)}, plainDuration(f.LeadTime)...)
		rows[i] = append(append(rows[i], fmt.Sprint(f.Judged), fmt.Sprint(f.Failures)), plainDuration(f.TimeToRestore)...)
	}
	return rows
}

func plainDuration(d *api.DurationFigures) []string {
	if d == nil {
		return []string{"0", term.Unknown, term.Unknown}
	}
	return []string{fmt.Sprint(d.Count), fmt.Sprint(d.MedianSeconds), fmt.Sprint(d.P90Seconds)}
}

func took(seconds int) string { return term.Took(time.Duration(seconds) * time.Second) }

// durationLine says how long something takes: `median 3 h 12 min, 9 of 10 within 1 day
// (12 commits)`.
func durationLine(d *api.DurationFigures, of string) string {
	if d == nil {
		return term.Unknown
	}
	return fmt.Sprintf("median %s, 9 of 10 within %s (%s)", took(d.MedianSeconds), took(d.P90Seconds), many(d.Count, of))
}

func failureLine(f api.Figures) string {
	if f.FailureRate == nil {
		return term.Unknown
	}
	return fmt.Sprintf("%d of %d (%.0f %%)", f.Failures, f.Judged, 100**f.FailureRate)
}

func changesLine(f api.Figures) string {
	if f.Changes == 0 {
		return "none"
	}
	return fmt.Sprintf("%d, %.2g a day", f.Changes, f.ChangesPerDay)
}

func many(n int, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return fmt.Sprintf("%d %ss", n, of)
}

// stageName is a stage as people say it.
func stageName(stage string) string {
	switch stage {
	case "COMMIT_TO_BUILD":
		return "commit to build"
	case "BUILD_TO_ARTIFACT":
		return "build to artifact"
	case "ARTIFACT_TO_DEPLOYMENT":
		return "artifact to deployment"
	case "DEPLOYMENT_TO_RUNNING":
		return "deployment to running"
	default:
		return wordOf(stage)
	}
}

// exclusionLine says what was left out, and why.
func exclusionLine(e api.MetricsExclusion) string {
	changes := many(e.Count, "change")
	switch e.Reason {
	case "FIRST_DEPLOYMENT":
		return changes + " left out: the first of a flow there has nothing to be compared with."
	case "UNKNOWN_COMMIT":
		return changes + " partly left out: a commit of it or of its neighbours is not known. Report artifacts with their commit."
	case "ANCESTRY_INCOMPLETE":
		return changes + " partly left out: the history has a hole. Report the commits of a whole checkout: landfall report commits."
	default:
		return changes + " left out: " + wordOf(e.Reason) + "."
	}
}
