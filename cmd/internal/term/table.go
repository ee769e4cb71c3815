package term

import "strings"

// gap is what stands between two columns of a table.
const gap = "  "

// shortest is how far a column may be cut.
const shortest = 20

// Column is a column of a table.
type Column struct {
	Name string
	// Cut lets the column be shortened to make the table fit the terminal. Leave
	// it false for what people copy.
	Cut bool
	// Color chooses the colour of a cell; nil for none.
	Color func(cell string) Color
}

// Columns makes columns that have only names.
func Columns(names ...string) []Column {
	columns := make([]Column, len(names))
	for i, name := range names {
		columns[i].Name = name
	}
	return columns
}

// Table writes aligned columns under a header for people, and bare
// tab-separated lines if Plain is set. A nil row is an empty line.
func (s *IO) Table(columns []Column, rows [][]string) {
	if s.Plain {
		for _, row := range rows {
			s.write(strings.Join(cleanCells(row), "\t") + "\n")
		}
		return
	}
	for _, line := range s.layOut(columns, rows, s.Width, s.Color) {
		s.write(line + "\n")
	}
}

// NoteTable writes a table for people that is not a result.
func (s *IO) NoteTable(columns []Column, rows [][]string) {
	for _, line := range s.layOut(columns, rows, 0, s.ErrColor) {
		s.writeErr(line)
	}
}

func (s *IO) layOut(columns []Column, rows [][]string, width int, color bool) []string {
	cells := make([][]string, len(rows))
	widths := make([]int, len(columns))
	for i, c := range columns {
		widths[i] = Width(c.Name)
	}
	for i, row := range rows {
		cells[i] = cleanCells(row)
		for j, cell := range cells[i] {
			widths[j] = max(widths[j], Width(cell))
		}
	}
	shrink(columns, widths, width)

	header := make([]string, len(columns))
	for i, c := range columns {
		header[i] = paint(color, Bold, c.Name) + padding(c.Name, widths[i])
	}
	lines := []string{joinCells(header)}
	for _, row := range cells {
		shown := make([]string, len(row))
		for j, cell := range row {
			text := cut(cell, widths[j])
			shown[j] = paint(color, colorOf(columns[j], cell), text) + padding(text, widths[j])
		}
		lines = append(lines, joinCells(shown))
	}
	return lines
}

// shrink takes from the columns that may be cut what the table is wider than
// the terminal. A width of 0 is no limit.
func shrink(columns []Column, widths []int, width int) {
	if width == 0 {
		return
	}
	total := len(gap) * (len(columns) - 1)
	for _, w := range widths {
		total += w
	}
	for i, c := range columns {
		if over := total - width; c.Cut && over > 0 {
			taken := min(over, max(widths[i]-shortest, 0))
			widths[i] -= taken
			total -= taken
		}
	}
}

func colorOf(c Column, cell string) Color {
	if c.Color == nil {
		return None
	}
	return c.Color(cell)
}

func cleanCells(row []string) []string {
	clean := make([]string, len(row))
	for i, cell := range row {
		clean[i] = Clean(cell)
	}
	return clean
}

func joinCells(cells []string) string {
	return strings.TrimRight(strings.Join(cells, gap), " ")
}

// Field is one labelled line about a thing.
type Field struct {
	Label string
	Value string
	Color Color
}

// Fields writes labelled lines with their values below each other, or tabs
// between label and value if Plain is set. Fields without a value are left out.
func (s *IO) Fields(indent string, fields []Field) {
	widest := 0
	for _, f := range fields {
		if f.Value != "" {
			widest = max(widest, Width(f.Label))
		}
	}
	for _, f := range fields {
		switch {
		case f.Value == "":
		case s.Plain:
			s.write(f.Label + "\t" + Clean(f.Value) + "\n")
		default:
			label := f.Label + ":"
			s.write(indent + label + padding(label, widest+1) + gap + paint(s.Color, f.Color, Clean(f.Value)) + "\n")
		}
	}
}
