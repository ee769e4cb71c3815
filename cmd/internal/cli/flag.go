package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// The ways to write an answer.
const (
	formatTable = "table"
	formatTSV   = "tsv"
	formatJSON  = "json"
	formatCSV   = "csv" // where a command says so
)

var formats = []string{formatTable, formatTSV, formatJSON}

// outputFlag is --output: how to write the answer.
type outputFlag struct {
	format string   // empty if not said
	more   []string // formats that this command has, and others have not
}

func (o *outputFlag) String() string { return o.format }

// Set takes one of the formats.
func (o *outputFlag) Set(value string) error {
	if all := slices.Concat(formats, o.more); !slices.Contains(all, value) {
		return fmt.Errorf("write %s", strings.Join(all, ", "))
	}
	o.format = value
	return nil
}

// Type is what help calls the value.
func (o *outputFlag) Type() string { return "format" }

func (o *outputFlag) add(cmd *cobra.Command, fallback string) {
	all := slices.Concat(formats, o.more)
	last := len(all) - 1
	cmd.Flags().VarP(o, "output", "o", "`format` of the answer: "+strings.Join(all[:last], ", ")+" or "+all[last]+" (default "+fallback+")")
	completeWith(cmd, "output", all)
}

// addForList adds the flag to a command whose answer is a list: columns for a
// person, tabs for a pipe.
func (o *outputFlag) addForList(cmd *cobra.Command) {
	o.add(cmd, "table, or tsv in a pipe")
}

// addForOne adds the flag to a command whose answer is about one thing, which
// keeps its layout in a pipe.
func (o *outputFlag) addForOne(cmd *cobra.Command) {
	o.add(cmd, "table")
}

// isJSON reports whether one document is asked for.
func (o *outputFlag) isJSON() bool { return o.format == formatJSON }

// forList makes io write a list as was asked for.
func (o *outputFlag) forList(io *term.IO) {
	if o.format != "" {
		io.Plain = o.format == formatTSV
	}
}

// forOne makes io write one thing as was asked for.
func (o *outputFlag) forOne(io *term.IO) {
	io.Plain = o.format == formatTSV
}

// limitFlag is --limit: how many of a list at most, 0 for all.
type limitFlag struct {
	n int
}

const defaultLimit = 30

func (l *limitFlag) String() string { return strconv.Itoa(l.n) }

// Set takes a number that is not negative.
func (l *limitFlag) Set(value string) error {
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 {
		return fmt.Errorf("write a number, or 0 for all")
	}
	l.n = n
	return nil
}

// Type is what help calls the value.
func (l *limitFlag) Type() string { return "n" }

func (l *limitFlag) add(cmd *cobra.Command) {
	l.addOf(cmd, defaultLimit, "list at most `n`; 0 lists all")
}

// addOf adds the flag to a command that lists fewer, or means something else by it.
func (l *limitFlag) addOf(cmd *cobra.Command, fallback int, usage string) {
	l.n = fallback
	cmd.Flags().VarP(l, "limit", "L", usage)
	completeWith(cmd, "limit", nil)
}

// noteMore says that a list has more than was asked for.
func (l *limitFlag) noteMore(io *term.IO, more bool) {
	if more {
		io.Note("There are more than %d: --limit 0 lists all.", l.n)
	}
}

// timeFlag is a moment; nil if not said.
type timeFlag struct {
	t *time.Time
}

func (f *timeFlag) String() string {
	if f.t == nil {
		return ""
	}
	return f.t.Format(time.RFC3339Nano)
}

// Set takes a moment in RFC 3339.
func (f *timeFlag) Set(value string) error {
	t, err := time.Parse(time.RFC3339Nano, value)
	if err != nil {
		return fmt.Errorf("write it as in 2022-08-22T11:35:00+02:00")
	}
	f.t = &t
	return nil
}

// Type is what help calls the value.
func (f *timeFlag) Type() string { return "time" }

func (f *timeFlag) add(cmd *cobra.Command, name, usage string) {
	cmd.Flags().Var(f, name, usage)
	completeWith(cmd, name, nil)
}

// choiceFlag is one of several words of the API, in any spelling of their case
// and with either dash: `cloud-run` is CLOUD_RUN.
type choiceFlag struct {
	value   string
	choices []string
}

func (f *choiceFlag) String() string { return f.value }

// Set takes one of the choices.
func (f *choiceFlag) Set(value string) error {
	word := strings.ReplaceAll(strings.ToUpper(value), "-", "_")
	if !slices.Contains(f.choices, word) {
		return fmt.Errorf("write one of %s", strings.Join(f.choices, ", "))
	}
	f.value = word
	return nil
}

// Type is what help calls the value.
func (f *choiceFlag) Type() string { return "word" }

func (f *choiceFlag) add(cmd *cobra.Command, name, usage string) {
	cmd.Flags().Var(f, name, usage+": "+strings.Join(f.choices, ", "))
	completeWith(cmd, name, f.choices)
}

func (f *choiceFlag) addRequired(cmd *cobra.Command, name, usage string) {
	f.add(cmd, name, usage)
	require(cmd, name)
}

// require makes a flag required. It panics if there is no such flag, which is a
// mistake in the program.
func require(cmd *cobra.Command, names ...string) {
	for _, name := range names {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err)
		}
	}
}
