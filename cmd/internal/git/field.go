package git

import (
	"bufio"
	"errors"
	"io"
)

// fieldReader reads fields that end in NUL, of which it keeps a bounded part.
type fieldReader struct {
	r    *bufio.Reader
	text string // the last field
	cut  bool   // it was longer
	err  error  // why there is no next field, except that the input has ended
}

func newFieldReader(r io.Reader) *fieldReader {
	return &fieldReader{r: bufio.NewReaderSize(r, 64<<10)}
}

// peek reports whether there is a next field that is not empty.
func (f *fieldReader) peek() bool {
	b, err := f.r.Peek(1)
	if err != nil {
		f.fail(err)
		return false
	}
	return b[0] != 0
}

// next reads the next field, and keeps maxText of it at most. It reports whether there
// is one.
func (f *fieldReader) next() bool { return f.nextOf(maxText) }

// nextOf is next with another bound.
func (f *fieldReader) nextOf(most int) bool {
	var text []byte
	f.cut = false
	for {
		part, err := f.r.ReadSlice(0)
		full := errors.Is(err, bufio.ErrBufferFull)
		if err == nil {
			part = part[:len(part)-1]
		}
		if room := most - len(text); len(part) > room {
			part, f.cut = part[:room], true
		}
		text = append(text, part...)
		switch {
		case full:
		case err != nil:
			if len(text) > 0 && errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			f.fail(err)
			return false
		default:
			f.text = string(text)
			return true
		}
	}
}

func (f *fieldReader) fail(err error) {
	if !errors.Is(err, io.EOF) {
		f.err = err
	}
}

// cause is why a field is missing that has to be there.
func (f *fieldReader) cause() error {
	if f.err != nil {
		return f.err
	}
	return io.ErrUnexpectedEOF
}
