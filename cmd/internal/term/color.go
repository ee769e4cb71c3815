package term

// Color is a way to show text on a terminal that can.
type Color string

// The colours that are used, as parameters of the terminal's SGR sequence.
const (
	None   Color = ""
	Bold   Color = "1"
	Red    Color = "31"
	Green  Color = "32"
	Yellow Color = "33"
)

// paint colours text where colours are understood. The text must be clean.
func paint(on bool, c Color, text string) string {
	if !on || c == None || text == "" {
		return text
	}
	return "\x1b[" + string(c) + "m" + text + "\x1b[0m"
}
