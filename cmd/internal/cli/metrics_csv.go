package cli

import (
	"context"
	"encoding/csv"
	"fmt"
	"strings"
	"time"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// changeColumns are the columns of a CSV file of changes.
var changeColumns = []string{
	"flow", "environment", "artifact", "fingerprint", "commit", "replaced_commit", "snapshot", "new_commits",
	"committed_at", "build_started_at", "built_at", "deployed_at", "running_at", "lead_time_median_seconds", "lead_time_p90_seconds",
	"failure", "restored_at", "excluded",
}

// writeChangesCSV writes all changes, the newest first.
func writeChangesCSV(ctx context.Context, app *App, client *api.Client, query api.MetricsQuery) error {
	done := app.follow(client, "changes")
	changes, err := client.DeliveredChanges(ctx, query, 0)
	done()
	if err != nil {
		return err
	}
	var text strings.Builder
	w := csv.NewWriter(&text)
	rows := [][]string{changeColumns}
	for _, c := range changes.Items {
		rows = append(rows, cellsOfChange(query.Environment, c))
	}
	if err := w.WriteAll(rows); err != nil {
		return fmt.Errorf("write the changes: %w", err)
	}
	app.IO.Text(text.String())
	return nil
}

func cellsOfChange(environment string, c api.DeliveredChange) []string {
	replaced := ""
	if c.Replaced != nil {
		replaced = deref(c.Replaced.CommitSHA)
	}
	median, p90 := "", ""
	if c.LeadTime != nil {
		median, p90 = fmt.Sprint(c.LeadTime.MedianSeconds), fmt.Sprint(c.LeadTime.P90Seconds)
	}
	cells := []string{
		c.Flow.Name, environment, c.Artifact.Name, c.Artifact.Fingerprint, deref(c.Artifact.CommitSHA), replaced, c.Snapshot.Ref, numberCell(c.NewCommits),
		timeCell(c.CommittedAt), timeCell(c.BuildStartedAt), timeCell(&c.BuiltAt), timeCell(c.DeployedAt), timeCell(&c.RunningAt), median, p90,
		deref(c.Failure), timeCell(c.RestoredAt), deref(c.Excluded),
	}
	for i, cell := range cells {
		cells[i] = textCell(cell)
	}
	return cells
}

func numberCell(n *int) string {
	if n == nil {
		return ""
	}
	return fmt.Sprint(*n)
}

func timeCell(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}

// textCell is a cell that a spreadsheet takes for text: one that begins as a formula
// does has an apostrophe before it.
func textCell(cell string) string {
	cell = term.Clean(cell)
	if cell != "" && strings.ContainsRune("=+-@", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
