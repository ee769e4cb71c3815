package cli

import (
	"fmt"
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
	for _, w := range where.Whereabouts {
		if w.Became != nil {
			io.Line("Became %s by a squash or a rebase: %s", w.Became.ShortSHA, w.Became.Subject)
			break
		}
	}
	if len(where.CherryPicks) > 0 {
		picks := make([]string, len(where.CherryPicks))
		for i, p := range where.CherryPicks {
			picks[i] = p.ShortSHA
		}
		io.Line("Cherry-picked as %s", strings.Join(picks, ", "))
	}
	if at != nil {
		io.Line("As it was on %s", io.Moment(*at))
	}
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

// detailOf says on one line what is known of a commit in an environment.
func detailOf(io *term.IO, where *api.CommitWhereabouts, w api.Whereabouts) string {
	var parts []string
	switch w.State {
	case api.StateRunning:
		parts = []string{hereSince(io, w)}
		if w.Running != nil {
			parts[0] = counted(w.Running.Replicas, "replica") + " " + strings.TrimPrefix(parts[0], "here ")
		}
	case api.StateIncluded:
		parts = []string{"in " + versionOf(w), hereSince(io, w)}
		if w.CommitsLater != nil {
			parts[0] += ", " + counted(*w.CommitsLater, "commit") + " later"
		}
	case api.StateNotYet:
		parts = []string{distanceOf(w), progressOf(io, w)}
	case api.StateGone:
		parts = goneParts(io, where, w)
	default:
		return unknownReason(w) + ": " + w.Remedy
	}
	if w.CherryPick != nil {
		parts = append(parts, "its cherry-pick "+w.CherryPick.ShortSHA+" is there")
	}
	return strings.Join(parts, "; ")
}

// hereSince says since when it is there, and when it was there first if that was
// before a break.
func hereSince(io *term.IO, w api.Whereabouts) string {
	since := "here since " + io.Moment(timeOf(w.Since))
	if w.FirstAt != nil && w.Since != nil && w.FirstAt.Before(*w.Since) {
		since += "; here first on " + io.Time(*w.FirstAt)
	}
	return since
}

// versionOf is what runs: its flow and its commit, or else its name.
func versionOf(w api.Whereabouts) string {
	switch {
	case w.Running == nil:
		return "nothing"
	case w.Flow == nil || w.Running.CommitSHA() == "":
		return w.Running.Name
	default:
		return w.Flow.Name + ":" + shortSHA(w.Running.CommitSHA())
	}
}

// distanceOf says what runs in place of a commit that was never there.
func distanceOf(w api.Whereabouts) string {
	switch {
	case w.Running == nil:
		return nothingOf(w)
	case w.CommitsBehind == nil:
		return "runs " + versionOf(w) + ", which does not have it"
	default:
		return fmt.Sprintf("%s behind (runs %s)", counted(*w.CommitsBehind, "commit"), versionOf(w))
	}
}

func nothingOf(w api.Whereabouts) string {
	if w.Flow == nil {
		return "nothing of it runs there"
	}
	return "nothing of " + w.Flow.Name + " runs there"
}

// progressOf says how far a commit came on its way to an environment.
func progressOf(io *term.IO, w api.Whereabouts) string {
	switch w.Progress {
	case "BUILDING":
		if w.Build != nil && w.Build.StartedAt != nil {
			return "being built for " + term.Lasting(w.At.Sub(*w.Build.StartedAt))
		}
		return "being built"
	case "BUILD_FAILED":
		if w.Build == nil {
			return "its build failed"
		}
		return buildEnd(w.Build.State) + ": " + w.Build.URL
	case "BUILT":
		return "built as " + carrierOf(w)
	case "DEPLOYING":
		if w.Announced == nil {
			return "its deployment was announced"
		}
		return fmt.Sprintf("deployment #%d of %s was announced %s", w.Announced.Number, carrierOf(w), io.Ago(w.Announced.CreatedAt))
	default:
		return "not built yet"
	}
}

// buildEnd says how a build ended that made nothing.
func buildEnd(state string) string {
	switch state {
	case "CANCELLED":
		return "its build was cancelled"
	case "TIMED_OUT":
		return "its build ran out of time"
	case "SKIPPED":
		return "its build was skipped"
	default:
		return "its build failed"
	}
}

// carrierOf is the first artifact that has a commit.
func carrierOf(w api.Whereabouts) string {
	if w.Carrier == nil {
		return "an artifact"
	}
	return linkOf(w.Carrier)
}

// linkOf is an artifact by its commit, as people say it, or else exactly.
func linkOf(a *api.ArtifactLink) string {
	if a.CommitSHA == nil {
		return a.Ref
	}
	return a.Flow.Name + ":" + shortSHA(*a.CommitSHA)
}

func goneParts(io *term.IO, where *api.CommitWhereabouts, w api.Whereabouts) []string {
	was := "was here from " + io.Time(timeOf(w.FirstAt)) + " to " + io.Time(timeOf(w.GoneAt))
	if w.Last != nil && deref(w.Last.CommitSHA) != where.SHA {
		was += ", last in " + linkOf(w.Last)
	}
	switch {
	case w.RolledBack && w.Running != nil:
		return []string{was, "rolled back to " + versionOf(w)}
	case w.Running != nil:
		return []string{was, "in its place runs " + versionOf(w)}
	default:
		return []string{was, nothingOf(w)}
	}
}

// unknownReason says why it cannot be told.
func unknownReason(w api.Whereabouts) string {
	switch w.Reason {
	case api.ReasonNoFlow:
		return "it counts for no flow"
	case "NOT_OBSERVED":
		return "nothing was reported yet"
	case "NO_PROVENANCE":
		return "nobody told what " + versionOf(w) + " was built from"
	case "RUNNING_COMMIT_UNSEEN":
		return "the commit of " + versionOf(w) + " is not known yet"
	case "AMBIGUOUS_COMMIT":
		return "what " + versionOf(w) + " was built from fits several commits"
	case "ANCESTRY_INCOMPLETE":
		return "the history between it and " + versionOf(w) + " has a hole"
	case "TOO_MUCH_HISTORY":
		return "too much of the history would have to be looked at"
	default:
		return stateWord(w.Reason)
	}
}
