// Package git asks the git program about a checkout. It changes nothing in it.
package git

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Errors of a checkout that has not what is asked for.
var (
	ErrNoCheckout = errors.New("it is no git checkout")
	ErrNoCommit   = errors.New("it has no commit yet")
)

// Checkout is a working tree, or a bare repository.
type Checkout struct {
	dir string
}

// Open returns the checkout that a directory lies in. It returns ErrNoCheckout if
// it lies in none, or if there is no git.
func Open(ctx context.Context, dir string) (*Checkout, error) {
	c := &Checkout{dir: dir}
	if _, err := c.line(ctx, "rev-parse", "--git-dir"); err != nil {
		if isNoCheckout(err) {
			return nil, fmt.Errorf("%s: %w", dir, ErrNoCheckout)
		}
		return nil, err
	}
	return c, nil
}

// isNoCheckout tells a directory without git from one in which git refuses to
// work, for example because it belongs to somebody else.
func isNoCheckout(err error) bool {
	if errors.Is(err, exec.ErrNotFound) {
		return true
	}
	failed, ok := errors.AsType[*Error](err)
	return ok && strings.Contains(failed.Message, "not a git repository")
}

// Error is what git said when it failed.
type Error struct {
	Command string // rev-parse
	Message string // the first line of it
	Code    int    // with which it ended
}

// Error returns the command and what it said.
func (e *Error) Error() string { return "git " + e.Command + ": " + e.Message }

// Head returns the SHA of the commit that is checked out. It returns ErrNoCommit
// if there is none.
func (c *Checkout) Head(ctx context.Context) (string, error) { return c.Resolve(ctx, "HEAD") }

// Resolve returns the SHA of the commit that a revision such as HEAD~2 leads to. It
// returns ErrNoCommit if there is none.
func (c *Checkout) Resolve(ctx context.Context, revision string) (string, error) {
	sha, err := c.line(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	if _, failed := errors.AsType[*Error](err); failed {
		return "", ErrNoCommit
	}
	return sha, err
}

// Has reports whether a commit is there, by its full SHA.
func (c *Checkout) Has(ctx context.Context, sha string) bool {
	_, err := c.line(ctx, "cat-file", "-e", "--end-of-options", sha+"^{commit}")
	return err == nil
}

// Remote returns the URL of the remote named origin, or of the only one; it is
// empty if there is none.
func (c *Checkout) Remote(ctx context.Context) (string, error) {
	text, err := c.output(ctx, "remote")
	if err != nil {
		return "", err
	}
	remotes := strings.Fields(text)
	name := "origin"
	if len(remotes) == 1 {
		name = remotes[0]
	}
	for _, remote := range remotes {
		if remote == name {
			return c.line(ctx, "remote", "get-url", name)
		}
	}
	return "", nil
}

// AuthorEmail returns the address of who commits in the checkout, as git is configured;
// it is empty if nobody said.
func (c *Checkout) AuthorEmail(ctx context.Context) (string, error) {
	email, err := c.line(ctx, "config", "--get", "user.email")
	if failed, ok := errors.AsType[*Error](err); ok && failed.Code == notConfigured {
		return "", nil
	}
	return strings.TrimSpace(email), err
}

// notConfigured is the exit code of git config for what nobody set.
const notConfigured = 1

// Clean reports whether the files that git follows are those of the commit that is
// checked out.
func (c *Checkout) Clean(ctx context.Context) (bool, error) {
	text, err := c.output(ctx, "status", "--porcelain", "--untracked-files=no")
	return text == "", err
}

// Shallow returns the commits whose parents git was told not to fetch; none if the
// whole history is there.
func (c *Checkout) Shallow(ctx context.Context) (map[string]bool, error) {
	path, err := c.line(ctx, "rev-parse", "--git-path", "shallow")
	if err != nil {
		return nil, err
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(c.dir, path)
	}
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("read which commits have no parents here: %w", err)
	}
	shallow := map[string]bool{}
	for _, sha := range strings.Fields(string(text)) {
		shallow[sha] = true
	}
	return shallow, nil
}

// line is the one line that a command prints.
func (c *Checkout) line(ctx context.Context, args ...string) (string, error) {
	text, err := c.output(ctx, args...)
	return strings.TrimSuffix(strings.TrimSuffix(text, "\n"), "\r"), err
}

func (c *Checkout) output(ctx context.Context, args ...string) (string, error) {
	cmd := c.command(ctx, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", failure(ctx, args[0], err, stderr.String())
	}
	return string(out), nil
}

// command makes a command that reads the objects as they are, in the language in
// which its messages are known here.
func (c *Checkout) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "git", append([]string{"--no-replace-objects"}, args...)...)
	cmd.Dir = c.dir
	cmd.Env = append(os.Environ(), "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0")
	return cmd
}

// failure is the error of a command that failed.
func failure(ctx context.Context, command string, err error, stderr string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	ended, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		return fmt.Errorf("run git: %w", err)
	}
	message, _, _ := strings.Cut(strings.TrimSpace(stderr), "\n")
	if message == "" {
		message = err.Error()
	}
	return &Error{Command: command, Message: strings.TrimPrefix(message, "fatal: "), Code: ended.ExitCode()}
}
