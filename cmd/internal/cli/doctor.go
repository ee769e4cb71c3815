package cli

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/agent"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// errNo is the answer "no" of a command that said why already.
var errNo = errors.New("the answer is no")

// newDoctorCmd makes the command that checks the set-up, and below it those that check
// what an agent needs too.
func newDoctorCmd(app *App) *cobra.Command {
	var output outputFlag
	i := &inspection{
		verb: "doctor", short: "Check what an agent needs to report %s",
		flags: func(cmd *cobra.Command) { output.addForOne(cmd) },
	}
	i.run = func(ctx context.Context, environments []agent.Environment) error {
		return runDoctor(ctx, app, &output, environments)
	}
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check the set-up, and say what to mend",
		Long: "Check the set-up: whether the server is reached, the token is good, and the clocks\n" +
			"agree. With the runtime and the flags of an agent, check its rights too, and whether\n" +
			"the environment takes its reports. Nothing is changed or reported.\n\n" +
			"The exit code is 0 if all is well, warnings included, and 3 if something is to be mended.",
		Example: "  landfall doctor\n  landfall doctor kubernetes prod --namespace shop\n  landfall doctor from /etc/landfall/agent.yaml",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runDoctor(cmd.Context(), app, &output, nil)
		},
	}
	output.addForOne(cmd)
	cmd.AddCommand(runtimeCmds(app, i)...)
	return cmd
}

func runDoctor(ctx context.Context, app *App, output *outputFlag, environments []agent.Environment) error {
	if len(environments) > 0 && app.Runtimes == nil {
		return app.startAgent()
	}
	found := app.checkServer(ctx, environments)
	if len(environments) > 0 {
		found = append(found, app.checkPlaces(ctx, environments)...)
	}
	if output.isJSON() {
		if err := app.IO.JSON(documents(found, documentOfFinding)); err != nil {
			return err
		}
	} else {
		output.forOne(app.IO)
		writeFindings(app.IO, found)
	}
	for _, f := range found {
		if f.Level == agent.LevelProblem {
			return errNo
		}
	}
	return nil
}

// checkPlaces checks the rights of an agent.
func (app *App) checkPlaces(ctx context.Context, environments []agent.Environment) []agent.Finding {
	places, err := app.Runtimes(ctx, environments, app.agentLog(false))
	if err != nil {
		return []agent.Finding{{What: "open the runtime", Detail: err.Error(), Mend: "correct the flags or the configuration of the agent", Level: agent.LevelProblem}}
	}
	defer closePlaces(places)
	var found []agent.Finding
	for _, place := range places {
		for _, f := range place.Source.Check(ctx) {
			f.What = place.Environment + ": " + f.What
			found = append(found, f)
		}
	}
	return found
}

// findingDocument is a finding, in JSON.
type findingDocument struct {
	Check  string  `json:"check"`
	Level  string  `json:"level"` // ok, warning or problem
	Detail string  `json:"detail"`
	Mend   *string `json:"mend"`
}

var levels = map[agent.Level]string{agent.LevelOK: "ok", agent.LevelWarning: "warning", agent.LevelProblem: "problem"}

func documentOfFinding(f agent.Finding) findingDocument {
	return findingDocument{Check: f.What, Level: levels[f.Level], Detail: f.Detail, Mend: known(f.Mend)}
}

func writeFindings(io *term.IO, found []agent.Finding) {
	columns := term.Columns("RESULT", "CHECK", "DETAIL")
	columns[0].Color = colorOfLevel
	problems := 0
	var rows [][]string
	for _, f := range found {
		if f.Level == agent.LevelProblem {
			problems++
		}
		row := []string{levels[f.Level], f.What, strings.ReplaceAll(f.Detail, "\n", " ")}
		if io.Plain {
			rows = append(rows, append(row, f.Mend))
			continue
		}
		rows = append(rows, row)
		if f.Mend != "" {
			rows = append(rows, []string{"", "", "→ " + f.Mend})
		}
	}
	io.Table(columns, rows)
	switch {
	case io.Plain:
	case problems == 0:
		io.Note("All is well.")
	default:
		io.Note("%s to mend.", counted(problems, "problem"))
	}
}

func colorOfLevel(level string) term.Color {
	switch level {
	case levels[agent.LevelWarning]:
		return term.Yellow
	case levels[agent.LevelProblem]:
		return term.Red
	default:
		return term.Green
	}
}
