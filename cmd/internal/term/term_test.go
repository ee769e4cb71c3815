package term_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/cmd/internal/term"
)

var now = time.Date(2022, 9, 6, 12, 0, 0, 0, time.UTC)

// newIO returns an IO for people that writes into out and err.
func newIO(t *testing.T, zone string) (s *term.IO, out, err *bytes.Buffer) {
	t.Helper()
	where, zoneErr := time.LoadLocation(zone)
	if zoneErr != nil {
		t.Fatal(zoneErr)
	}
	out, err = &bytes.Buffer{}, &bytes.Buffer{}
	return &term.IO{Out: out, Err: err, Now: func() time.Time { return now }, Zone: where}, out, err
}

// written flushes the IO and returns its result.
func written(t *testing.T, s *term.IO, out *bytes.Buffer) string {
	t.Helper()
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestIO_Date(t *testing.T) {
	t.Parallel()
	late := time.Date(2022, 8, 22, 22, 30, 0, 0, time.UTC) // the next day in Berlin
	s, _, _ := newIO(t, "Europe/Berlin")
	if got := s.Date(late); got != "2022-08-23" {
		t.Errorf("Date = %q", got)
	}
	if got := s.Date(time.Time{}); got != term.Unknown {
		t.Errorf("Date of no time = %q", got)
	}
	s.Plain = true
	if got := s.Date(late); got != "2022-08-22T22:30:00Z" {
		t.Errorf("Date = %q if Plain", got)
	}
}

func TestIO_Time(t *testing.T) {
	t.Parallel()
	at := time.Date(2022, 8, 22, 9, 35, 0, 0, time.UTC)
	tests := map[string]struct {
		zone  string
		plain bool
		at    time.Time
		want  string
	}{
		"Summer":   {zone: "Europe/Berlin", at: at, want: "Mon, 22 Aug 2022 11:35:00 CEST"},
		"Winter":   {zone: "Europe/Berlin", at: at.AddDate(0, 4, 0), want: "Thu, 22 Dec 2022 10:35:00 CET"},
		"UTC":      {zone: "UTC", at: at, want: "Mon, 22 Aug 2022 09:35:00 UTC"},
		"Plain":    {zone: "Europe/Berlin", plain: true, at: at.In(time.FixedZone("", 7200)), want: "2022-08-22T09:35:00Z"},
		"Fraction": {zone: "UTC", plain: true, at: at.Add(120 * time.Millisecond), want: "2022-08-22T09:35:00.12Z"},
		"Unknown":  {zone: "UTC", want: "-"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _, _ := newIO(t, tt.zone)
			s.Plain = tt.plain
			if got := s.Time(tt.at); got != tt.want {
				t.Errorf("Time = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestIO_Ago(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	tests := map[string]struct {
		ago  time.Duration
		want string
	}{
		"Now":            {0, "just now"},
		"ClockAhead":     {-30 * time.Second, "just now"},
		"Ahead":          {-5 * time.Minute, "in 5 minutes"},
		"Seconds":        {59 * time.Second, "just now"},
		"Minute":         {time.Minute, "1 minute ago"},
		"Minutes":        {59*time.Minute + 59*time.Second, "59 minutes ago"},
		"Hour":           {time.Hour, "1 hour ago"},
		"Hours":          {3 * time.Hour, "3 hours ago"},
		"DayButOne":      {day - time.Second, "23 hours ago"},
		"Day":            {day, "1 day ago"},
		"Days":           {15 * day, "15 days ago"},
		"LastDays":       {60*day - 1, "59 days ago"},
		"Months":         {60 * day, "2 months ago"},
		"YearIsInMonths": {400 * day, "13 months ago"},
		"Years":          {2 * 365 * day, "2 years ago"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _, _ := newIO(t, "UTC")
			if got := s.Ago(now.Add(-tt.ago)); got != tt.want {
				t.Errorf("Ago = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestIO_Moment(t *testing.T) {
	t.Parallel()
	s, _, _ := newIO(t, "Europe/Berlin")
	at := time.Date(2022, 8, 22, 9, 35, 0, 0, time.UTC)
	if got, want := s.Moment(at), "Mon, 22 Aug 2022 11:35:00 CEST • 15 days ago"; got != want {
		t.Errorf("Moment = %q, want %q", got, want)
	}
	if got, want := s.Moment(time.Time{}), "-"; got != want {
		t.Errorf("Moment of nothing = %q, want %q", got, want)
	}
	s.Plain = true
	if got, want := s.Moment(at), "2022-08-22T09:35:00Z"; got != want {
		t.Errorf("plain Moment = %q, want %q", got, want)
	}
}

func TestLasting(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		-time.Second:              "0 seconds",
		time.Second + 900*1000000: "1 second",
		59 * time.Second:          "59 seconds",
		time.Minute:               "1 minute",
		11 * 24 * time.Hour:       "11 days",
	} {
		if got := term.Lasting(d); got != want {
			t.Errorf("Lasting(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestTook(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		-time.Second:                          "0 s",
		59*time.Second + 999*time.Millisecond: "59 s",
		time.Minute:                           "1 min",
		61 * time.Second:                      "1 min 1 s",
		3*time.Hour + 12*time.Minute + 59*time.Second: "3 h 12 min",
		3 * time.Hour:                   "3 h",
		24*time.Hour + 59*time.Minute:   "1 day",
		50 * time.Hour:                  "2 days 2 h",
		400*24*time.Hour + 23*time.Hour: "400 days 23 h",
	} {
		if got := term.Took(d); got != want {
			t.Errorf("Took(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestIO_Table(t *testing.T) {
	t.Parallel()
	columns := []term.Column{{Name: "NAME"}, {Name: "DESCRIPTION", Cut: true}, {Name: "STATE"}}
	rows := [][]string{
		{"runner", "Test runner", "up"},
		nil,
		{"語", "a very long description that fills the line", ""},
	}
	tests := map[string]struct {
		plain bool
		width int
		color bool
		want  string
	}{
		"People": {want: "NAME    DESCRIPTION                                  STATE\n" +
			"runner  Test runner                                  up\n" +
			"\n" +
			"語      a very long description that fills the line\n"},
		"Narrow": {width: 40, want: "NAME    DESCRIPTION                STATE\n" +
			"runner  Test runner                up\n" +
			"\n" +
			"語      a very long description…\n"},
		"TooNarrow": {width: 5, want: "NAME    DESCRIPTION           STATE\n" +
			"runner  Test runner           up\n" +
			"\n" +
			"語      a very long descrip…\n"},
		"Plain": {plain: true, width: 40, color: true, want: "runner\tTest runner\tup\n" +
			"\n" +
			"語\ta very long description that fills the line\t\n"},
		"Color": {width: 40, color: true, want: "\x1b[1mNAME\x1b[0m    \x1b[1mDESCRIPTION\x1b[0m                \x1b[1mSTATE\x1b[0m\n" +
			"runner  Test runner                \x1b[32mup\x1b[0m\n" +
			"\n" +
			"語      a very long description…\n"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, out, _ := newIO(t, "UTC")
			s.Plain, s.Width, s.Color = tt.plain, tt.width, tt.color
			colored := append([]term.Column(nil), columns...)
			colored[2].Color = func(string) term.Color { return term.Green }
			s.Table(colored, rows)
			if diff := cmp.Diff(tt.want, written(t, s, out)); diff != "" {
				t.Errorf("table (-want +got):\n%s", diff)
			}
		})
	}
}

func TestIO_Fields(t *testing.T) {
	t.Parallel()
	fields := []term.Field{
		{Label: "Name", Value: "runner"},
		{Label: "A long label without a value"},
		{Label: "Commit URL", Value: "https://x\x1b]0;y\a", Color: term.Red},
	}
	t.Run("People", func(t *testing.T) {
		t.Parallel()
		s, out, _ := newIO(t, "UTC")
		s.Fields("  ", fields)
		want := "  Name:        runner\n  Commit URL:  https://x\uFFFD]0;y\uFFFD\n"
		if diff := cmp.Diff(want, written(t, s, out)); diff != "" {
			t.Errorf("fields (-want +got):\n%s", diff)
		}
	})
	t.Run("Plain", func(t *testing.T) {
		t.Parallel()
		s, out, _ := newIO(t, "UTC")
		s.Plain = true
		s.Fields("  ", fields)
		want := "Name\trunner\nCommit URL\thttps://x\uFFFD]0;y\uFFFD\n"
		if diff := cmp.Diff(want, written(t, s, out)); diff != "" {
			t.Errorf("fields (-want +got):\n%s", diff)
		}
	})
}

// TestIO_Harmless sends what could steer a terminal through every way out.
func TestIO_Harmless(t *testing.T) {
	t.Parallel()
	const nasty = "a\x1b[2Jb\x9bc\u009b2Jd\x07e\x7ff\u202eg\r\nh\ti\u2028j"
	s, out, errOut := newIO(t, "UTC")
	s.ErrTerminal = true
	s.Line("%s", nasty)
	s.Heading("%s", nasty)
	s.Fields("", []term.Field{{Label: "x", Value: nasty}})
	s.Table(term.Columns("x"), [][]string{{nasty}})
	s.Plain = true
	s.Table(term.Columns("x"), [][]string{{nasty}})
	s.Fields("", []term.Field{{Label: "x", Value: nasty}})
	if err := s.JSON(nasty); err != nil {
		t.Fatal(err)
	}
	s.Note("%s", nasty)
	s.Warn("%s", nasty)
	s.Fail(nasty)
	s.NoteTable(term.Columns("x"), [][]string{{nasty}})

	for name, text := range map[string]string{"Out": written(t, s, out), "Err": errOut.String()} {
		if text == "" {
			t.Errorf("%s is empty", name)
		}
		for _, r := range text {
			if r != '\n' && r != '\t' && (r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u202e' || r == '\u2028') {
				t.Errorf("%s has %U: %q", name, r, text)
				break
			}
		}
	}
	for _, line := range bytes.Split(out.Bytes(), []byte("\n")) {
		if n := bytes.Count(line, []byte("\t")); n > 1 {
			t.Errorf("a value made columns of its own: %q", line)
		}
	}
}

func TestIO_JSON(t *testing.T) {
	t.Parallel()
	s, out, _ := newIO(t, "UTC")
	if err := s.JSON(map[string]string{"name": "a\u009bb<>&\u202e語\x7f"}); err != nil {
		t.Fatal(err)
	}
	want := "{\n  \"name\": \"a\\u009bb<>&\\u202e語\\u007f\"\n}\n"
	if diff := cmp.Diff(want, written(t, s, out)); diff != "" {
		t.Errorf("document (-want +got):\n%s", diff)
	}
}

func TestIO_Messages(t *testing.T) {
	t.Parallel()
	s, out, errOut := newIO(t, "UTC")
	both := &bytes.Buffer{}
	s.Out, s.Err = both, both
	s.Line("result")
	s.Note("then a note")
	s.ErrColor = true
	s.Warn("then a warning")
	s.Fail("then two\nlines")
	want := "result\nthen a note\n\x1b[33mWarning:\x1b[0m then a warning\n\x1b[31mError:\x1b[0m then two\nlines\n"
	if diff := cmp.Diff(want, both.String()); diff != "" {
		t.Errorf("order and colours (-want +got):\n%s", diff)
	}
	if out.Len()+errOut.Len() != 0 {
		t.Errorf("written elsewhere: %q %q", out, errOut)
	}
}

func TestIO_Flush(t *testing.T) {
	t.Parallel()
	s, _, _ := newIO(t, "UTC")
	full := errors.New("no space left")
	s.Out = writerFunc(func([]byte) (int, error) { return 0, full })
	s.Line("result")
	s.Note("a note flushes, and must not hide the error")
	if err := s.Flush(); !errors.Is(err, full) {
		t.Errorf("Flush = %v, want %v", err, full)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestProgress(t *testing.T) {
	t.Parallel()
	t.Run("Terminal", func(t *testing.T) {
		t.Parallel()
		s, out, errOut := newIO(t, "UTC")
		s.ErrTerminal = true
		p := s.Progress("Reading")
		p.Step(100)
		p.Step(200)
		p.Done()
		p.Done()
		want := "\rReading: 100\rReading: 200\r" + string(bytes.Repeat([]byte(" "), len("Reading: 1000000000"))) + "\r"
		if diff := cmp.Diff(want, errOut.String()); diff != "" {
			t.Errorf("progress (-want +got):\n%s", diff)
		}
		if out.Len() != 0 {
			t.Errorf("progress in the result: %q", out)
		}
	})
	t.Run("Pipe", func(t *testing.T) {
		t.Parallel()
		s, _, errOut := newIO(t, "UTC")
		p := s.Progress("Reading")
		p.Step(100)
		p.Done()
		if errOut.Len() != 0 {
			t.Errorf("progress in a pipe: %q", errOut)
		}
	})
}
