package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

func newEnvironmentGetCmd(app *App) *cobra.Command {
	var output outputFlag
	cmd := &cobra.Command{
		Use:               "environment NAME",
		Aliases:           []string{"env"},
		Short:             "Show what is known of an environment itself",
		Long:              "Show what is known of an environment itself: what it is called and was called, what\nit is made of, and whether it is reported as it should be.",
		Example:           "  landfall get environment aws-prod\n  landfall get environment everywhere -o json",
		Args:              exactly(1),
		ValidArgsFunction: upTo(1, completeEnvironments(app)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runEnvironmentGet(cmd.Context(), app, &output, args[0])
		},
	}
	output.addForOne(cmd)
	return cmd
}

func runEnvironmentGet(ctx context.Context, app *App, output *outputFlag, name string) error {
	client, err := app.client()
	if err != nil {
		return err
	}
	e, err := client.Environment(ctx, name)
	if err != nil {
		return err
	}
	warnSilent(app.IO, api.Reported{Name: e.Name, Type: e.Type, Reporting: e.Reporting})
	if output.isJSON() {
		return app.IO.JSON(struct {
			environmentDocument
			FormerNames []string `json:"formerNames"`
			Members     []string `json:"members"`
			MemberOf    []string `json:"memberOf"`

			Expectations []expectationDocument `json:"expectations"`
		}{documentOfEnvironment(e.Environment), listOf(e.FormerNames), e.Members, e.MemberOf, documents(e.Expectations, documentOfExpectation)})
	}
	output.forOne(app.IO)
	writeEnvironment(app.IO, e)
	return nil
}

func writeEnvironment(io *term.IO, e api.EnvironmentDetails) {
	archived, last := "", ""
	if e.ArchivedAt != nil {
		archived = io.Moment(*e.ArchivedAt)
	}
	if at := lastReported(e.Environment); at != nil {
		last = io.Moment(*at)
	}
	reporting := term.Field{Label: "Reporting", Value: reportingLine(io, e.Reporting)}
	if e.Reporting.State == api.ReportingSilent {
		reporting.Color = term.Yellow
	}
	fields := []term.Field{
		{Label: "Name", Value: e.Name},
		{Label: "Former names", Value: strings.Join(e.FormerNames, ", ")},
		{Label: "Type", Value: e.Type},
		{Label: "Description", Value: e.Description},
		{Label: "Tags", Value: tagsLine(e.Tags)},
		{Label: "Created on", Value: io.Moment(e.CreatedAt)},
		{Label: "Archived on", Value: archived},
		{Label: "Members", Value: strings.Join(e.Members, ", ")},
		{Label: "Member of", Value: strings.Join(e.MemberOf, ", ")},
		{Label: "Snapshot", Value: e.Snapshot()},
		{Label: "Last report", Value: last},
		reporting,
	}
	for _, x := range e.Expectations {
		fields = append(fields, expectationField(io, x))
	}
	io.Fields("", fields)
}

// expectationField is an expectation on one line of an environment.
func expectationField(io *term.IO, e api.Expectation) term.Field {
	field := term.Field{Label: "Expected", Value: e.Summary}
	if since, snapshot, found := foundOf(io, e); e.Breach != nil {
		field.Value += fmt.Sprintf(" • %s, since %s (%s)", found, snapshot, since)
		field.Color = term.Yellow
	}
	return field
}
