package term

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// replacement stands for a character that must not reach a terminal.
const replacement = '\uFFFD'

// Clean makes one harmless line of text that came from elsewhere: line ends and
// tabs become spaces; other control characters, and those that reverse the
// direction of writing, become a replacement character.
func Clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029':
			return ' '
		case steers(r):
			return replacement
		default:
			return r
		}
	}, text)
}

// cleanLines is Clean for each line of a text of several.
func cleanLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = Clean(line)
	}
	return strings.Join(lines, "\n")
}

// steers reports whether a character does something to a terminal other than
// to appear. C1 controls count: some terminals take U+009B for ESC [.
func steers(r rune) bool {
	switch {
	case unicode.IsControl(r):
		return true
	case r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069':
		return true
	default:
		return false
	}
}

// Width is how many columns of a terminal the text takes.
func Width(text string) int {
	columns := 0
	for _, r := range text {
		columns += runeWidth(r)
	}
	return columns
}

func runeWidth(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	default:
		return 1
	}
}

// Pad fills text with spaces up to a number of columns.
func Pad(text string, columns int) string { return text + padding(text, columns) }

// padding is the spaces that fill text up to a number of columns.
func padding(text string, columns int) string {
	return strings.Repeat(" ", max(columns-Width(text), 0))
}

// cut shortens text to a number of columns, and shows that it did.
func cut(text string, columns int) string {
	if Width(text) <= columns {
		return text
	}
	var b strings.Builder
	used := 0
	for _, r := range text {
		if used+runeWidth(r) > columns-1 {
			break
		}
		used += runeWidth(r)
		b.WriteRune(r)
	}
	return strings.TrimRight(b.String(), " ") + "…"
}
