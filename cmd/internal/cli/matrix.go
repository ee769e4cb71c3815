package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// statePartly is the state of a commit that is there by some of its flows only. The
// API has none of that name: it answers for each flow.
const statePartly = "PARTLY"

// cellMarks stand for states where words have no room, in the order of the legend.
var cellMarks = []struct{ state, word, mark string }{
	{api.StateRunning, "running", "●"},
	{api.StateIncluded, "included", "◉"},
	{statePartly, "partly", "◐"},
	{api.StateNotYet, "not yet", "·"},
	{api.StateGone, "gone", "✗"},
	{api.StateUnknown, "?", "?"},
}

// matrix is where commits are: commits down, environments across. A cell is a state;
// empty where a commit counts for no flow that was ever there.
type matrix struct {
	commits      []api.LocatedCommit
	environments []string
	cells        [][]string
}

func newMatrix(commits []api.LocatedCommit) *matrix {
	m := &matrix{commits: commits}
	for _, c := range commits {
		for _, w := range c.Whereabouts {
			if wasThere(w) && !slices.Contains(m.environments, w.Environment.Name) {
				m.environments = append(m.environments, w.Environment.Name)
			}
		}
	}
	slices.Sort(m.environments)
	for _, c := range commits {
		row := make([]string, len(m.environments))
		for i, environment := range m.environments {
			row[i] = cellOf(c, environment)
		}
		m.cells = append(m.cells, row)
	}
	return m
}

// wasThere reports whether anything of the flow runs in the environment, or the commit
// was there.
func wasThere(w api.WhereaboutsLine) bool { return w.Running != nil || w.State == api.StateGone }

// cellOf is the state of a commit in an environment, by all its flows together.
func cellOf(c api.LocatedCommit, environment string) string {
	var states []string
	there := 0
	for _, w := range c.Whereabouts {
		if w.Environment.Name == environment && wasThere(w) {
			states = append(states, w.State)
			if w.State == api.StateRunning || w.State == api.StateIncluded {
				there++
			}
		}
	}
	has := func(state string) bool { return slices.Contains(states, state) }
	switch {
	case len(states) == 0:
		return ""
	case 0 < there && there < len(states):
		return statePartly
	case has(api.StateUnknown):
		return api.StateUnknown
	case has(api.StateGone):
		return api.StateGone
	case has(api.StateNotYet):
		return api.StateNotYet
	case has(api.StateIncluded):
		return api.StateIncluded
	default:
		return api.StateRunning
	}
}

// writeMatrix writes commits down and environments across, in words where these have
// room, and else in marks below numbers, with a legend.
func writeMatrix(io *term.IO, commits []api.LocatedCommit, repositories bool) {
	m := newMatrix(commits)
	columns, rows := m.about(io, repositories)
	narrow := io.Width > 0 && m.width(columns, rows) > io.Width
	for i, environment := range m.environments {
		if narrow {
			environment = strconv.Itoa(i + 1)
		}
		columns = append(columns, term.Column{Name: environment, Color: colorOfCell})
		for j := range rows {
			rows[j] = append(rows[j], cellText(m.cells[j][i], narrow))
		}
	}
	io.Table(columns, rows)
	switch {
	case len(m.environments) == 0:
		io.Note("Nothing of the flows that they count for was ever seen to run.")
	case narrow:
		m.writeLegend(io)
	}
}

// about are the columns that tell the commits.
func (m *matrix) about(io *term.IO, repositories bool) ([]term.Column, [][]string) {
	columns := []term.Column{{Name: "COMMIT"}, {Name: "COMMITTED"}, {Name: "SUBJECT", Cut: true}}
	if repositories {
		columns = slices.Insert(columns, 2, term.Column{Name: "REPOSITORY"})
	}
	rows := make([][]string, len(m.commits))
	for i, c := range m.commits {
		rows[i] = []string{c.ShortSHA, io.Ago(c.CommittedAt), c.Subject}
		if repositories {
			rows[i] = slices.Insert(rows[i], 2, c.Repository.Name)
		}
	}
	return columns, rows
}

// shortSubject is how far subjects may be cut to make room for words.
const shortSubject = 20

// width is how wide the matrix is in words at least.
func (m *matrix) width(columns []term.Column, rows [][]string) int {
	const gap = 2
	total := -gap
	for i, c := range columns {
		widest := term.Width(c.Name)
		for _, row := range rows {
			widest = max(widest, term.Width(row[i]))
		}
		if c.Cut {
			widest = min(widest, shortSubject)
		}
		total += widest + gap
	}
	for i, environment := range m.environments {
		widest := term.Width(environment)
		for _, cells := range m.cells {
			widest = max(widest, term.Width(cellText(cells[i], false)))
		}
		total += widest + gap
	}
	return total
}

// cellText is a state as a cell shows it.
func cellText(state string, narrow bool) string {
	for _, c := range cellMarks {
		switch {
		case c.state != state:
		case narrow:
			return c.mark
		default:
			return c.word
		}
	}
	return term.Unknown
}

// writeLegend says what the numbers and the marks stand for.
func (m *matrix) writeLegend(io *term.IO) {
	names := make([]string, len(m.environments))
	for i, environment := range m.environments {
		names[i] = fmt.Sprintf("%d %s", i+1, environment)
	}
	io.Note("%s", strings.Join(names, ", "))
	var marks []string
	for _, c := range cellMarks {
		used := slices.ContainsFunc(m.cells, func(row []string) bool { return slices.Contains(row, c.state) })
		if used && c.word != c.mark {
			marks = append(marks, c.mark+" "+c.word)
		}
	}
	io.Note("%s", strings.Join(marks, ", "))
}

func colorOfCell(text string) term.Color {
	for _, c := range cellMarks {
		if text == c.word || text == c.mark {
			return colorOfWhere(stateWord(c.state))
		}
	}
	return term.None
}
