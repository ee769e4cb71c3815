package cli

import (
	"strconv"
	"strings"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// writeChanges writes what changes between two snapshots as was asked for.
func (o *changesOptions) writeChanges(io *term.IO, c *api.Changes) error {
	if o.output.isJSON() {
		return io.JSON(documentOfChanges(c))
	}
	o.output.forOne(io)
	if io.Plain {
		var rows [][]string
		for _, f := range c.Flows {
			rows = append(rows, rowsOfChange(io, f)...)
		}
		io.Table(nil, rows)
		return nil
	}
	io.Line("From %s (%s)", c.From.Ref, io.Moment(c.From.TakenAt))
	io.Line("to   %s (%s)", c.To.Ref, io.Moment(c.To.TakenAt))
	for _, f := range c.Flows {
		io.Line("")
		writeFlowChange(io, f)
	}
	if len(c.Flows) == 0 {
		io.Line("")
		io.Line("No flow has another version.")
		if !c.Empty {
			io.Note("What else differs: landfall diff snapshots %s %s", c.From.Ref, c.To.Ref)
		}
	}
	return nil
}

// writeCommits writes what lies between two commits as was asked for.
func (o *changesOptions) writeCommits(io *term.IO, e ends, c *api.ChangedCommits) error {
	if o.output.isJSON() {
		return io.JSON(documentOfChangedRange(*c))
	}
	o.output.forOne(io)
	if io.Plain {
		io.Table(nil, rowsOfCommits(io, "", e.from, e.to, c))
		return nil
	}
	io.Heading("%s → %s: %s", e.from, e.to, changeOf(*c))
	writeChangedCommits(io, c)
	return nil
}

// writeFlowChange writes what changes for one flow.
func writeFlowChange(io *term.IO, f api.FlowChanges) {
	switch {
	case f.From == nil && f.To != nil:
		io.Heading("%s  %s came", f.Flow.Name, versionIn(f.To))
	case f.To == nil && f.From != nil:
		io.Heading("%s  %s went", f.Flow.Name, versionIn(f.From))
	default:
		io.Heading("%s  %s → %s: %s", f.Flow.Name, versionIn(f.From), versionIn(f.To), changeOf(f.Commits))
		writeChangedCommits(io, &f.Commits)
	}
}

// versionIn is a version within its flow: its commit, or else its name.
func versionIn(r *api.RunningArtifact) string {
	switch {
	case r == nil:
		return term.Unknown
	case r.CommitSHA() == "":
		return r.Name
	default:
		return shortSHA(r.CommitSHA())
	}
}

// changeOf says how two commits stand to each other.
func changeOf(c api.ChangedCommits) string {
	var parts []string
	if c.Ahead != nil && *c.Ahead > 0 {
		parts = append(parts, counted(*c.Ahead, "commit")+" added")
	}
	if c.Behind != nil && *c.Behind > 0 {
		parts = append(parts, counted(*c.Behind, "commit")+" taken away")
	}
	switch {
	case len(parts) > 0:
		return strings.Join(parts, ", ")
	case c.Relation == "SAME":
		return "the same commit"
	default:
		return "not known, since " + deref(c.Reason)
	}
}

func writeChangedCommits(io *term.IO, c *api.ChangedCommits) {
	writeSigned(io, "+", c.Added, c.Ahead)
	writeSigned(io, "-", c.Removed, c.Behind)
}

// writeSigned writes commits below each other, and how many more there are.
func writeSigned(io *term.IO, sign string, commits api.List[api.ChangedCommit], of *int) {
	rows := make([][]string, len(commits.Items))
	widths := make([]int, 3)
	for i, c := range commits.Items {
		rows[i] = []string{term.Clean(io.Date(c.CommittedAt)), term.Clean(orUnknown(c.AuthorName)), term.Clean(strings.Join(append([]string{c.Subject}, marksOf(c)...), " "))}
		for j, cell := range rows[i] {
			widths[j] = max(widths[j], term.Width(cell))
		}
	}
	for i, c := range commits.Items {
		io.Line("  %s %s  %s  %s  %s", sign, shortSHA(c.SHA), term.Pad(rows[i][0], widths[0]), term.Pad(rows[i][1], widths[1]), rows[i][2])
	}
	switch {
	case of != nil && *of > len(rows):
		io.Line("  %s and %d more: --limit 0 shows all", sign, *of-len(rows))
	case commits.More:
		io.Line("  %s and more: --limit 0 shows all", sign)
	}
}

// marksOf are the pull requests and the issues of a commit that its subject does not
// name.
func marksOf(c api.ChangedCommit) []string {
	var marks []string
	for _, mark := range append(pullRequestsOf(c), c.IssueKeys...) {
		if !mentions(c.Subject, mark) {
			marks = append(marks, mark)
		}
	}
	if len(marks) == 0 {
		return nil
	}
	return []string{"(" + strings.Join(marks, ", ") + ")"}
}

// mentions reports whether a text has a mark in it: #27 is not in #276.
func mentions(text, mark string) bool {
	for {
		_, rest, found := strings.Cut(text, mark)
		if !found {
			return false
		}
		if rest == "" || rest[0] < '0' || rest[0] > '9' {
			return true
		}
		text = rest
	}
}

func pullRequestsOf(c api.ChangedCommit) []string {
	numbers := make([]string, len(c.PullRequests.Nodes))
	for i, r := range c.PullRequests.Nodes {
		numbers[i] = "#" + strconv.Itoa(r.Number)
	}
	return numbers
}

// rowsOfChange has a line for each commit of one flow, or one for the flow if there is
// none to show.
func rowsOfChange(io *term.IO, f api.FlowChanges) [][]string {
	from, to := versionIn(f.From), versionIn(f.To)
	switch {
	case f.From == nil && f.To != nil:
		return [][]string{rowOfFlow(f.Flow.Name, "came", from, to, "")}
	case f.To == nil && f.From != nil:
		return [][]string{rowOfFlow(f.Flow.Name, "went", from, to, "")}
	default:
		return rowsOfCommits(io, f.Flow.Name, from, to, &f.Commits)
	}
}

func rowsOfCommits(io *term.IO, flow, from, to string, c *api.ChangedCommits) [][]string {
	switch c.Relation {
	case "SAME":
		return [][]string{rowOfFlow(flow, "same", from, to, "")}
	case "UNKNOWN":
		return [][]string{rowOfFlow(flow, "unknown", from, to, deref(c.Reason))}
	}
	var rows [][]string
	row := func(how string, c api.ChangedCommit) {
		rows = append(rows, []string{
			orUnknown(flow), how, from, to, c.SHA, io.Time(c.CommittedAt), orUnknown(c.AuthorName), c.Subject,
			orUnknown(strings.Join(pullRequestsOf(c), ",")), orUnknown(strings.Join(c.IssueKeys, ",")), term.Unknown,
		})
	}
	for _, commit := range c.Added.Items {
		row("added", commit)
	}
	for _, commit := range c.Removed.Items {
		row("removed", commit)
	}
	return rows
}

// rowOfFlow is a line without a commit.
func rowOfFlow(flow, how, from, to, reason string) []string {
	none := term.Unknown
	return []string{orUnknown(flow), how, from, to, none, none, none, none, none, none, orUnknown(reason)}
}
