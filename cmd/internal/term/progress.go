package term

import (
	"fmt"
	"io"
)

// Progress tells a person that long work goes on. It is one line on Err that
// is written over, and only on a terminal; elsewhere it does nothing.
type Progress struct {
	io    *IO
	what  string
	shown bool
}

// Progress starts to tell of work that is named in the present: `reading
// artifacts`. Nothing is shown before the first Step.
func (s *IO) Progress(what string) *Progress {
	return &Progress{io: s, what: what}
}

// Step says how much is done by now.
func (p *Progress) Step(done int) {
	if !p.io.ErrTerminal {
		return
	}
	p.shown = true
	_, _ = io.WriteString(p.io.Err, "\r"+fmt.Sprintf("%s: %d", Clean(p.what), done))
}

// Done takes the line away again.
func (p *Progress) Done() {
	if !p.shown {
		return
	}
	p.shown = false
	blank := padding("", Width(Clean(p.what))+len(": 1000000000"))
	_, _ = io.WriteString(p.io.Err, "\r"+blank+"\r")
}
