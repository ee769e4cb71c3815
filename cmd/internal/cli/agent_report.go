package cli

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/landfall-dev/landfall/agent"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// reportedDocument is what became of one report, in JSON.
type reportedDocument struct {
	Environment string  `json:"environment"`
	Outcome     string  `json:"outcome"` // changed, unchanged or stale
	Snapshot    *string `json:"snapshot"`
	Instances   int     `json:"instances"`
}

// reportOnce looks at each place and reports it.
func reportOnce(ctx context.Context, app *App, opts *agentOptions, a *agent.Agent) error {
	a.CreateEnvironment = opts.create
	documents := []reportedDocument{}
	for _, place := range a.Places {
		told, err := a.Once(ctx, place)
		if err != nil {
			return reportError(err, place.Environment, place.Kind)
		}
		documents = append(documents, reportedDocument{
			Environment: place.Environment, Outcome: told.Answer.Outcome, Snapshot: known(told.Answer.Snapshot), Instances: told.Report.Instances,
		})
	}
	if opts.output.isJSON() {
		return app.IO.JSON(documents)
	}
	opts.output.forOne(app.IO)
	for _, d := range documents {
		writeReported(app.IO, d)
	}
	return nil
}

func writeReported(io *term.IO, d reportedDocument) {
	snapshot := orUnknown(deref(d.Snapshot))
	switch {
	case io.Plain:
		io.Table(nil, [][]string{{d.Environment, d.Outcome, snapshot}})
	case d.Outcome == "changed":
		io.Line("%s reported, with %s: it is snapshot %s.", d.Environment, counted(d.Instances, "instance"), snapshot)
	case d.Outcome == "unchanged":
		io.Line("%s reported, with %s: nothing changed since %s.", d.Environment, counted(d.Instances, "instance"), snapshot)
	default:
		io.Line("%s reported, with %s: %s.", d.Environment, counted(d.Instances, "instance"), d.Outcome)
	}
}

// dryRunDocument is what would be sent for one environment.
type dryRunDocument struct {
	Environment string          `json:"environment"`
	Type        string          `json:"type"`
	Report      json.RawMessage `json:"report"` // the body, as it would be sent
}

// writeDryRun looks at each place and prints what would be reported: for people what
// runs, in JSON the very bodies.
func writeDryRun(ctx context.Context, app *App, output *outputFlag, places []agent.Place) error {
	var bodies []dryRunDocument
	output.forOne(app.IO)
	for i, place := range places {
		seen := app.IO.Now()
		instances, err := place.Source.Look(ctx)
		if err != nil {
			return err
		}
		report, err := agent.NewReport(place.Environment, place.Kind, seen, instances)
		if err != nil {
			return err
		}
		if output.isJSON() {
			body, err := report.Body()
			if err != nil {
				return err
			}
			bodies = append(bodies, dryRunDocument{place.Environment, place.Kind, body})
			continue
		}
		if i > 0 && !app.IO.Plain {
			app.IO.Line("")
		}
		writeLook(app.IO, place, instances)
	}
	if output.isJSON() {
		return app.IO.JSON(bodies)
	}
	return nil
}

func writeLook(io *term.IO, place agent.Place, instances []agent.Instance) {
	if len(instances) == 0 {
		io.Note("Nothing runs in %s.", place.Environment)
		return
	}
	if !io.Plain {
		io.Heading("%s (%s), with %s", place.Environment, place.Kind, counted(len(instances), "instance"))
	}
	columns := term.Columns("ARTIFACT", "FINGERPRINT", "REPLICAS", "RUNNING_SINCE", "NOTE")
	rows := [][]string{}
	for _, r := range agent.Summary(instances) {
		digest := orUnknown(r.Digest)
		if !io.Plain && len(digest) > 12 {
			digest = digest[:12]
		}
		rows = append(rows, []string{r.Name, digest, strconv.Itoa(r.Instances), io.Ago(since(r.Since)), orUnknown(noteText(r.Note))})
	}
	io.Table(columns, rows)
}

func since(t time.Time) time.Time {
	if t.Unix() <= 0 {
		return time.Time{}
	}
	return t
}

// noteText says in words what is special about an artifact.
func noteText(note agent.Note) string {
	switch note {
	case agent.NoteLocalImage:
		return "local image, never pushed"
	case agent.NoteInit:
		return "init container"
	case agent.NoteSidecar:
		return "sidecar"
	case agent.NoteDebug:
		return "debug container"
	default:
		return string(note)
	}
}
