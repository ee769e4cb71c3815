package cli

import (
	"context"
	"errors"
	"os"
	"strings"

	"github.com/landfall-dev/landfall/cmd/internal/ci"
	"github.com/landfall-dev/landfall/cmd/internal/git"
	"github.com/landfall-dev/landfall/cmd/internal/lazy"
)

// build is what the CI system says, in which the command runs.
func (app *App) build() ci.Build {
	return ci.Detect(ci.Environment{Getenv: app.Getenv, ReadFile: os.ReadFile})
}

// sourceOf names where what a build says comes from.
func sourceOf(b ci.Build) string {
	if b.System == "" {
		return "the environment"
	}
	return b.System
}

// taken collects what was taken from the surroundings and not given, so that it
// can be told.
type taken struct {
	from  string
	facts []string
}

// take uses a value if it is there and the flag was not given.
func (t *taken) take(field *string, given bool, what, value string) {
	if given || value == "" {
		return
	}
	*field = value
	t.facts = append(t.facts, what+" "+value)
}

func (t *taken) tell(app *App) {
	if len(t.facts) > 0 {
		app.IO.Note("Taken from %s: %s.", t.from, strings.Join(t.facts, ", "))
	}
}

// takeAttempt fills in the page of the attempt that runs, if no URL was given. A
// job that runs again deploys and tests again, which the page of all attempts would
// not tell.
func (app *App) takeAttempt(field *string, given bool) {
	b := app.build()
	t := taken{from: sourceOf(b)}
	t.take(field, given, "URL", b.AttemptURL)
	t.tell(app)
}

// origin is the commit that something was built from.
type origin struct {
	from       string // what says so
	commit     string
	merge      string // made to try the merge of a pull request, if that was built
	repository string
}

// fits reports whether a SHA, in full or shortened, is that of the origin.
func (o *origin) fits(sha string) bool {
	return strings.HasPrefix(o.commit, sha) || o.merge != "" && strings.HasPrefix(o.merge, sha)
}

// originOfBuild is what the CI system says, and its checkout where it says too
// little.
func (app *App) originOfBuild(ctx context.Context, b ci.Build) origin {
	o := origin{from: sourceOf(b), commit: b.Commit, merge: b.Merge, repository: b.Repository}
	if b.System == "" || o.commit != "" && o.repository != "" {
		return o
	}
	checkout := app.originOfCheckout(ctx, ".")
	switch {
	case o.commit == "":
		o.commit = checkout.commit
		o.repository = firstOf(o.repository, checkout.repository)
		if o.commit != "" {
			o.from += " and its checkout"
		}
	case checkout.commit != "" && o.fits(checkout.commit):
		o.repository = checkout.repository
	}
	return o
}

// originOfCheckout is the commit of the checkout that a directory lies in; empty
// if there is none. What goes wrong is told, and no reason to end: nobody asked
// for it.
func (app *App) originOfCheckout(ctx context.Context, dir string) origin {
	o := origin{from: "the git checkout"}
	checkout, err := git.Open(ctx, dir)
	if err == nil {
		o.commit, err = checkout.Head(ctx)
	}
	if errors.Is(err, git.ErrNoCheckout) || errors.Is(err, git.ErrNoCommit) {
		return o
	}
	if err == nil {
		var remote string
		remote, err = checkout.Remote(ctx)
		o.repository = ci.RepositoryOf(remote)
	}
	if err != nil && ctx.Err() == nil {
		app.IO.Warn("nothing is taken from the git checkout: %v", err)
	}
	return o
}

// cleanOrigin is originOfCheckout if the checkout is as its commit says. A commit
// is no origin of what was built after something changed.
func (app *App) cleanOrigin(ctx context.Context, dir string) origin {
	o := app.originOfCheckout(ctx, dir)
	if o.commit == "" {
		return o
	}
	checkout, err := git.Open(ctx, dir)
	if err != nil {
		return origin{}
	}
	if clean, err := checkout.Clean(ctx); err != nil || !clean {
		app.IO.Note("No commit is taken from the git checkout: its files are not those of the commit.")
		return origin{}
	}
	return o
}

// shaTag is a tag that is most likely a short SHA, and not a number or a date.
var shaTag = lazy.Regexp(`^[0-9a-f]{7,40}$`)

// shaOf is the short SHA in the tag of a name; empty if it has none.
func shaOf(name string) string {
	name, _, _ = strings.Cut(name, "@")
	tag := name[strings.LastIndexByte(name, ':')+1:]
	if tag == name || !shaTag().MatchString(tag) || !strings.ContainsAny(tag, "abcdef") {
		return ""
	}
	return tag
}
