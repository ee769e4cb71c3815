// Package term is how the command line talks to people and to pipes. It is the
// only writer of the program: results go to Out, everything else to Err, and
// one place knows what is a terminal and what a terminal must not be sent.
package term

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// fallbackWidth is how wide a terminal is taken to be that does not say.
const fallbackWidth = 80

// IO is one program's way in and out. Make it with System, or fill it in; Now,
// Zone, Out and Err are required.
type IO struct {
	In  io.Reader
	Out io.Writer // results and nothing else
	Err io.Writer // all that is not a result

	OutTerminal bool // Out is read by a person
	ErrTerminal bool // Err is read by a person
	Width       int  // columns of the terminal behind Out; 0 if there is none
	Color       bool // Out understands colours
	ErrColor    bool // Err understands colours

	// Plain asks for what programs read: tab-separated lines without a header,
	// and times in RFC 3339. Otherwise the layout is one for people.
	Plain bool

	Now  func() time.Time
	Zone *time.Location

	out *bufio.Writer
}

// System is the IO of this process: its standard streams, the zone of the
// machine or of TZ, and colours unless NO_COLOR or TERM=dumb says otherwise.
func System() *IO {
	s := &IO{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Now: time.Now, Zone: time.Local}
	s.OutTerminal = term.IsTerminal(int(os.Stdout.Fd()))
	s.ErrTerminal = term.IsTerminal(int(os.Stderr.Fd()))
	if s.OutTerminal {
		s.Width = fallbackWidth
		if width, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil && width > 0 {
			s.Width = width
		}
	}
	colors := colorsWanted(os.Getenv)
	s.Color = s.OutTerminal && colors
	s.ErrColor = s.ErrTerminal && colors
	s.Plain = !s.OutTerminal
	return s
}

// colorsWanted reports whether the environment lets terminals be coloured.
func colorsWanted(getenv func(string) string) bool {
	return getenv("NO_COLOR") == "" && getenv("TERM") != "dumb"
}

// Line writes one line of the result. What is in it cannot break the line or
// steer the terminal.
func (s *IO) Line(format string, args ...any) {
	s.write(Clean(fmt.Sprintf(format, args...)) + "\n")
}

// Text writes a text of several lines as it is; to a terminal without what would
// steer it.
func (s *IO) Text(text string) {
	if s.OutTerminal {
		text = strings.TrimSuffix(cleanLines(text), "\n") + "\n"
	}
	s.write(text)
}

// Heading writes one line of the result that stands above others.
func (s *IO) Heading(format string, args ...any) {
	s.write(paint(s.Color, Bold, Clean(fmt.Sprintf(format, args...))) + "\n")
}

// Note writes one line that is not a result: what was done, what to do next.
func (s *IO) Note(format string, args ...any) {
	s.writeErr(Clean(fmt.Sprintf(format, args...)))
}

// Warn writes one line about something that is not as it should be.
func (s *IO) Warn(format string, args ...any) {
	s.writeErr(paint(s.ErrColor, Yellow, "Warning:") + " " + Clean(fmt.Sprintf(format, args...)))
}

// Fail writes why the command failed. A message may have several lines.
func (s *IO) Fail(message string) {
	s.writeErr(paint(s.ErrColor, Red, "Error:") + " " + cleanLines(message))
}

// Flush writes out what is still held back. It returns the first error that
// writing the result had, so that a full disk is not taken for success.
func (s *IO) Flush() error {
	if s.out == nil {
		return nil
	}
	if err := s.out.Flush(); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}

// write adds text to the result. Errors are kept until Flush.
func (s *IO) write(text string) {
	if s.out == nil {
		s.out = bufio.NewWriter(s.Out)
	}
	_, _ = s.out.WriteString(text)
}

// writeErr writes a line to Err, after the result that was written before it.
func (s *IO) writeErr(line string) {
	_ = s.Flush() // the error stays with the writer, and the last Flush returns it
	_, _ = io.WriteString(s.Err, line+"\n")
}
