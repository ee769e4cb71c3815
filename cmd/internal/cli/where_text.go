package cli

import (
	"strings"
	"time"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// writeWhereHeader says which commit it is.
func writeWhereHeader(io *term.IO, where *api.CommitWhereabouts, at *time.Time) {
	io.Heading("%s %s", where.ShortSHA, where.Subject)
	about := []string{where.Repository.Name, where.AuthorName, io.Moment(where.CommittedAt)}
	if where.AuthorName == "" {
		about = []string{about[0], about[2]}
	}
	io.Line("%s", strings.Join(about, " • "))
	became := becameOf(where)
	if became != nil {
		io.Line("Became %s by a squash or a rebase: %s", became.ShortSHA, became.Subject)
	}
	var same []string
	for _, p := range where.CherryPicks {
		if became == nil || p.SHA != became.SHA {
			same = append(same, p.ShortSHA)
		}
	}
	if len(same) > 0 {
		io.Line("The same change by cherry-pick: %s", strings.Join(same, ", "))
	}
	if at != nil {
		io.Line("As it was on %s", io.Moment(*at))
	}
}

// becameOf is what a squash or a rebase made of a commit; nil if it is in the history
// itself.
func becameOf(where *api.CommitWhereabouts) *api.CommitLine {
	for _, w := range where.Whereabouts {
		if w.Became != nil {
			return w.Became
		}
	}
	return nil
}

// writeWhereabouts writes a line for each environment, by flow. Those that it never
// reached come last, on one line, unless they were asked for.
func writeWhereabouts(io *term.IO, where *api.CommitWhereabouts, named bool) {
	if countsForNone(where.Whereabouts) {
		writeNoFlow(io, where)
		return
	}
	var shown, never []api.Whereabouts
	for _, w := range where.Whereabouts {
		if isNever(w) && !named {
			never = append(never, w)
		} else {
			shown = append(shown, w)
		}
	}
	several := len(flowsOf(where.Whereabouts)) > 1
	if len(shown) > 0 {
		io.Line("")
		writeWhereTable(io, where, shown, several)
	}
	writeNever(io, shown, never, several)
}

// writeNoFlow says once what is so in every environment.
func writeNoFlow(io *term.IO, where *api.CommitWhereabouts) {
	remedy := where.Whereabouts[0].Remedy
	io.Line("")
	io.Line("It counts for no flow, so nobody can tell where it is: %s", remedy)
	if !strings.Contains(remedy, "landfall ") {
		io.Note("A flow follows a repository: landfall create flow NAME --repository %s", where.Repository.Name)
	}
}

func writeWhereTable(io *term.IO, where *api.CommitWhereabouts, shown []api.Whereabouts, several bool) {
	columns := term.Columns("FLOW", "ENVIRONMENT", "STATE", "DETAIL")
	columns[2].Color = colorOfWhere
	rows := make([][]string, len(shown))
	for i, w := range shown {
		rows[i] = []string{orUnknown(deref(nameOf(w.Flow))), w.Environment.Name, stateWord(w.State), detailOf(io, where, w)}
	}
	for i := len(rows) - 1; i > 0; i-- { // from below: each is compared with what is still there
		if rows[i][0] == rows[i-1][0] {
			rows[i][0] = ""
		}
	}
	if !several {
		columns = columns[1:]
		for i := range rows {
			rows[i] = rows[i][1:]
		}
	}
	io.Table(columns, rows)
}

// writeNever names the environments that it never reached, by flow. Where a flow has no
// other, that tells how far the commit came.
func writeNever(io *term.IO, shown, never []api.Whereabouts, several bool) {
	if len(never) == 0 {
		return
	}
	io.Line("")
	for _, flow := range flowsOf(never) {
		var environments []string
		progress := ""
		for _, w := range never {
			if deref(nameOf(w.Flow)) == flow {
				environments = append(environments, w.Environment.Name)
				progress = "; " + progressOf(io, w)
			}
		}
		for _, other := range flowsOf(shown) {
			if other == flow {
				progress = ""
			}
		}
		line := strings.Join(environments, ", ") + progress
		if several {
			line = flow + " in " + line
		}
		io.Line("Never there: %s", line)
	}
}

// isNever reports whether nothing says that a commit is on its way to an environment
// in which nothing of its flow runs.
func isNever(w api.Whereabouts) bool {
	return w.State == api.StateNotYet && w.Running == nil && w.Announced == nil
}

// countsForNone reports whether a commit counts for no flow.
func countsForNone(answers []api.Whereabouts) bool {
	for _, w := range answers {
		if w.State != api.StateUnknown || w.Reason != api.ReasonNoFlow {
			return false
		}
	}
	return true
}

// flowsOf are the names of the flows of answers, in their order.
func flowsOf(answers []api.Whereabouts) []string {
	var flows []string
	for _, w := range answers {
		flow := deref(nameOf(w.Flow))
		if len(flows) == 0 || flows[len(flows)-1] != flow {
			flows = append(flows, flow)
		}
	}
	return flows
}

// stateWord is a state as people say it.
func stateWord(state string) string { return strings.ToLower(strings.ReplaceAll(state, "_", " ")) }

func colorOfWhere(word string) term.Color {
	switch word {
	case "running", "included":
		return term.Green
	case "gone":
		return term.Red
	default:
		return term.Yellow
	}
}
