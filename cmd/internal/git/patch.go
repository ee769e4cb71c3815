package git

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// Partial reports whether the checkout has not all objects that it has heard of. git
// would fetch the others one by one to tell what changed in them.
func (c *Checkout) Partial(ctx context.Context) bool {
	_, err := c.output(ctx, "config", "--get-regexp", `^(extensions\.partialclone|remote\..*\.promisor)$`)
	return err == nil
}

// patchIDs are read from git patch-id, which hears from git log what commits change. It
// tells them in the order in which git log has them, and none of merges and of commits
// that change nothing.
type patchIDs struct {
	lines *bufio.Scanner
	ended func() error // waits for both programs

	sha, id string // what was read and not asked for yet; empty at the end
}

// startPatchIDs starts to read the patch ids of the commits that the options ask for,
// which must be asked for in their order. The context ends it.
func (c *Checkout) startPatchIDs(ctx context.Context, opts LogOptions) (*patchIDs, error) {
	diffs, ids := c.command(ctx, opts.patchArgs()...), c.command(ctx, "patch-id", "--stable")
	diffs.Env = append(diffs.Env, "GIT_DIFF_OPTS=") // goes before --unified
	from, to, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("run git: %w", err)
	}
	diffs.Stdout, ids.Stdin = to, from
	var diffsSaid, idsSaid bytes.Buffer
	diffs.Stderr, ids.Stderr = &diffsSaid, &idsSaid
	out, err := ids.StdoutPipe()
	if err == nil {
		err = startBoth(ids, diffs)
	}
	// Each end is left to one program, so that the other hears when that has ended.
	_, _ = from.Close(), to.Close()
	if err != nil {
		return nil, fmt.Errorf("run git: %w", err)
	}
	p := &patchIDs{lines: bufio.NewScanner(out), ended: func() error {
		err := wait(ctx, ids, "patch-id", &idsSaid)
		return cmp.Or(wait(ctx, diffs, "log --patch", &diffsSaid), err)
	}}
	p.next()
	return p, nil
}

// startBoth starts two programs, or none.
func startBoth(first, second *exec.Cmd) error {
	if err := first.Start(); err != nil {
		return err
	}
	err := second.Start()
	if err != nil {
		_ = first.Process.Kill()
		_ = first.Wait() // it was killed
	}
	return err
}

func wait(ctx context.Context, cmd *exec.Cmd, command string, said *bytes.Buffer) error {
	if err := cmd.Wait(); err != nil {
		return failure(ctx, command, err, said.String())
	}
	return nil
}

func (p *patchIDs) next() {
	p.id, p.sha = "", ""
	if p.lines.Scan() {
		p.id, p.sha, _ = strings.Cut(p.lines.Text(), " ")
	}
}

// of returns the patch id of the next commit that git log has; empty if it has none.
func (p *patchIDs) of(sha string) string {
	if p == nil || p.sha != sha {
		return ""
	}
	id := p.id
	p.next()
	return id
}

// end waits for the programs, and returns why the ids are not all there.
func (p *patchIDs) end() error {
	if p == nil {
		return nil
	}
	for p.lines.Scan() { // so that nobody waits for what is left to be read
		continue
	}
	return p.ended()
}

// patchArgs makes the command line of what git patch-id reads. Whatever a configuration
// could change of it is set, to what git does without one, so that a change has one id
// everywhere. Renames are not looked for, as git cherry does not: whether one is found
// depends on what else a commit changes.
func (o LogOptions) patchArgs() []string {
	args := []string{
		"-c", "log.showRoot=true", "-c", "log.showSignature=false", "-c", "diff.relative=false", "-c", "core.quotePath=true", "-c", "diff.suppressBlankEmpty=false",
		"log", "--format=tformat:commit %H", "--patch", "--no-color", "--no-notes", "--no-decorate", "--diff-merges=off",
		"--no-renames", "--no-ext-diff", "--no-textconv", "--full-index", "--unified=3", "--inter-hunk-context=0", "--diff-algorithm=myers",
		"--indent-heuristic", "--submodule=short", "--ignore-submodules=none", "--src-prefix=a/", "--dst-prefix=b/", "-O" + os.DevNull,
	}
	if o.PatchIDs > 0 && (o.Max == 0 || o.PatchIDs < o.Max) {
		o.Max = o.PatchIDs
	}
	return append(args, o.revisions()...)
}

// revisions are the arguments that say which commits, and in which order.
func (o LogOptions) revisions() []string {
	args := []string{"--reverse", "--date-order"}
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
