package git

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"os"
	"strconv"
	"strings"
	"time"
)

// MaxPaths is how many files of a commit are told.
const MaxPaths = 3000

// maxPathBytes bounds the size of their names, all together.
const maxPathBytes = 200_000

// maxText bounds one text: more of a subject or a name is cut off.
const maxText = 10_000

// Commit is a commit as git shows it. Texts are UTF-8: what is none has U+FFFD in
// its place.
type Commit struct {
	SHA         string
	Parents     []string // in order
	Shallow     bool     // its parents are not known here: Parents and Paths say nothing
	Author      string   // name
	CommittedAt time.Time
	Subject     string
	// Paths are the files that it touches: added, changed and removed ones, and of
	// those that were renamed both names. A merge is held against its first parent,
	// a first commit against nothing. Nil if they are not known, or too many.
	Paths []string
}

// LogOptions say which commits to log. The zero value is for all that HEAD reaches.
type LogOptions struct {
	Range string // as git log takes it: v1..HEAD; HEAD if empty
	Since string // as git log takes it: 2.weeks.ago
	Max   int    // at most so many, the newest; 0 for all
}

// logFormat begins each commit with a NUL, so that an empty field, which no path
// can be, tells it from the paths of the one before.
const logFormat = "--format=tformat:%x00%H%x00%P%x00%an%x00%ct%x00%s"

// Log returns commits as git reads them, the newest first. Few of them are in
// memory at a time. It ends with the first error.
func (c *Checkout) Log(ctx context.Context, opts LogOptions) iter.Seq2[Commit, error] {
	return func(yield func(Commit, error) bool) {
		if err := c.log(ctx, opts, func(commit Commit) bool { return yield(commit, nil) }); err != nil {
			yield(Commit{}, err)
		}
	}
}

func (c *Checkout) log(ctx context.Context, opts LogOptions, yield func(Commit) bool) error {
	shallow, err := c.Shallow(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd := c.command(ctx, opts.args()...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return fmt.Errorf("run git: %w", err)
	}
	stopped, err := readLog(newFieldReader(out), shallow, yield)
	if stopped || err != nil {
		cancel()
		_ = cmd.Wait() // it was killed
		return err
	}
	if err := cmd.Wait(); err != nil {
		return failure(ctx, "log", err, stderr.String())
	}
	return nil
}

// args makes the command line. What the user's configuration could change of the
// output is set.
func (o LogOptions) args() []string {
	args := []string{
		"-c", "log.showRoot=true", "-c", "log.showSignature=false", "-c", "diff.relative=false",
		"log", "-z", logFormat, "--encoding=UTF-8", "--no-color", "--no-notes", "--no-decorate",
		"--name-only", "--diff-merges=first-parent", "--no-renames", "--no-ext-diff", "--ignore-submodules=none", "-O" + os.DevNull,
	}
	if o.Since != "" {
		args = append(args, "--since="+o.Since)
	}
	if o.Max > 0 {
		args = append(args, "--max-count="+strconv.Itoa(o.Max))
	}
	revisions := o.Range
	if revisions == "" {
		revisions = "HEAD"
	}
	return append(args, "--end-of-options", revisions, "--")
}

// readLog reads what git log prints. It reports whether yield wanted no more.
func readLog(r *fieldReader, shallow map[string]bool, yield func(Commit) bool) (stopped bool, err error) {
	for r.next() { // the empty field before each commit
		if r.text != "" {
			return false, fmt.Errorf("git log printed %q where a commit begins", clip(r.text))
		}
		commit, err := readCommit(r, shallow)
		if err != nil {
			return false, err
		}
		if !yield(commit) {
			return true, nil
		}
	}
	return false, r.err
}

func readCommit(r *fieldReader, shallow map[string]bool) (Commit, error) {
	var fields [5]string
	for i := range fields {
		if !r.next() {
			return Commit{}, fmt.Errorf("git log ended within a commit: %w", r.cause())
		}
		fields[i] = r.text
	}
	seconds, err := strconv.ParseInt(fields[3], 10, 64)
	if err != nil {
		return Commit{}, fmt.Errorf("git log printed %q for a time", clip(fields[3]))
	}
	commit := Commit{
		SHA: fields[0], Parents: strings.Fields(fields[1]), Author: valid(fields[2]),
		CommittedAt: time.Unix(seconds, 0).UTC(), Subject: valid(fields[4]), Shallow: shallow[fields[0]],
	}
	commit.Paths, err = readPaths(r)
	if commit.Shallow {
		commit.Parents, commit.Paths = nil, nil // git holds it against nothing, as if it had made every file
	}
	return commit, err
}

// readPaths reads the paths of a commit, up to the empty field before the next.
func readPaths(r *fieldReader) ([]string, error) {
	paths := []string{}
	for size, first := 0, true; r.peek(); first = false {
		r.next()
		text := r.text
		if first {
			text = strings.TrimPrefix(text, "\n") // ends the line of the format
		}
		if size += len(text); paths != nil && !r.cut && size <= maxPathBytes && len(paths) < MaxPaths {
			paths = append(paths, valid(text))
			continue
		}
		paths = nil
	}
	return paths, r.err
}

// valid is a text as UTF-8.
func valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }

func clip(text string) string { return text[:min(len(text), 50)] }
