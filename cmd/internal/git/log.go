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

// Bounds of one text, in bytes: more of a subject or a name, and of a message, is cut
// off.
const (
	maxText    = 10_000
	maxMessage = 64 << 10
)

// Commit is a commit as git shows it. Texts are UTF-8: what is none has U+FFFD in
// its place.
type Commit struct {
	SHA         string
	Parents     []string // in order
	Shallow     bool     // its parents are not known here: Parents and Paths say nothing
	Author      string   // name
	Email       string   // of the author
	CommittedAt time.Time
	Subject     string
	Message     string // the whole of it, with the subject
	PatchID     string // what git patch-id --stable prints; empty for a merge, an empty commit, and if not asked for
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

	PatchIDs int // of at most so many, the newest, their patch ids too; 0 for none, less for all
	// OnNoPatchIDs is called if patch ids cannot be read, in place of an error; the
	// commits that follow have none. Nil for the error.
	OnNoPatchIDs func(error)
}

// logFormat begins each commit with a NUL, so that an empty field, which no path
// can be, tells it from the paths of the one before.
const logFormat = "--format=tformat:%x00%H%x00%P%x00%an%x00%ae%x00%ct%x00%B%x00%s"

// Places of fields in logFormat.
const (
	fieldTime    = 4
	fieldMessage = 5
)

// Log returns commits as git reads them: parents before their children, and otherwise
// the oldest first. Whoever reads a part of them has no hole in the history. Few of them
// are in memory at a time. It ends with the first error.
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
	var ids *patchIDs
	if opts.PatchIDs != 0 {
		if ids, err = c.startPatchIDs(ctx, opts); err != nil && !opts.passes(ctx, err) {
			return err
		}
	}
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
	stopped, err := readLog(newFieldReader(out), shallow, func(commit Commit) bool {
		if id := ids.of(commit.SHA); !commit.Shallow {
			commit.PatchID = id
		}
		return yield(commit)
	})
	if stopped || err != nil {
		cancel()
		_ = cmd.Wait() // it was killed
		_ = ids.end()
		return err
	}
	if err := cmd.Wait(); err != nil {
		err = failure(ctx, "log", err, stderr.String())
		cancel()
		_ = ids.end()
		return err
	}
	if err := ids.end(); err != nil && !opts.passes(ctx, err) {
		return err
	}
	return nil
}

// passes reports whether patch ids can be done without, and tells why they are.
func (o LogOptions) passes(ctx context.Context, err error) bool {
	if o.OnNoPatchIDs == nil || ctx.Err() != nil {
		return false
	}
	o.OnNoPatchIDs(err)
	return true
}

// args makes the command line. What the user's configuration could change of the
// output is set.
func (o LogOptions) args() []string {
	args := []string{
		"-c", "log.showRoot=true", "-c", "log.showSignature=false", "-c", "diff.relative=false",
		"log", "-z", logFormat, "--encoding=UTF-8", "--no-color", "--no-notes", "--no-decorate",
		"--name-only", "--diff-merges=first-parent", "--no-renames", "--no-ext-diff", "--ignore-submodules=none", "-O" + os.DevNull,
	}
	return append(args, o.revisions()...)
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
	var fields [7]string
	for i := range fields {
		most := maxText
		if i == fieldMessage {
			most = maxMessage
		}
		if !r.nextOf(most) {
			return Commit{}, fmt.Errorf("git log ended within a commit: %w", r.cause())
		}
		fields[i] = r.text
	}
	seconds, err := strconv.ParseInt(fields[fieldTime], 10, 64)
	if err != nil {
		return Commit{}, fmt.Errorf("git log printed %q for a time", clip(fields[fieldTime]))
	}
	commit := Commit{
		SHA: fields[0], Parents: strings.Fields(fields[1]), Author: valid(fields[2]), Email: valid(fields[3]),
		CommittedAt: time.Unix(seconds, 0).UTC(), Message: valid(fields[fieldMessage]), Subject: valid(fields[6]), Shallow: shallow[fields[0]],
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
