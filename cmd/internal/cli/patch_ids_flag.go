package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/git"
)

// The ways to tell patch ids.
const (
	patchIDsAuto   = "auto"
	patchIDsAlways = "always"
	patchIDsNever  = "never"
)

var patchIDsWays = []string{patchIDsAuto, patchIDsAlways, patchIDsNever}

// autoPatchIDs is of how many commits patch ids are told if nobody says more: each
// costs a look at all that the commit changes.
const autoPatchIDs = 1000

// patchIDsFlag is --patch-ids: of which commits to tell them.
type patchIDsFlag struct {
	way string
}

func (f *patchIDsFlag) String() string { return f.way }

// Set takes one of the ways.
func (f *patchIDsFlag) Set(value string) error {
	if !slices.Contains(patchIDsWays, value) {
		return fmt.Errorf("write %s", strings.Join(patchIDsWays, ", "))
	}
	f.way = value
	return nil
}

// Type is what help calls the value.
func (f *patchIDsFlag) Type() string { return "when" }

func (f *patchIDsFlag) add(cmd *cobra.Command) {
	f.way = patchIDsAuto
	cmd.Flags().Var(f, "patch-ids", "tell what makes cherry-picks known, `when`: auto (of the newest 1000 commits), always or never")
	completeWith(cmd, "patch-ids", patchIDsWays)
}

// apply asks for patch ids in the log of a checkout. Without being told to, it asks for
// none that git would have to fetch something for, and does without them where they
// cannot be read.
func (f *patchIDsFlag) apply(ctx context.Context, app *App, checkout *git.Checkout, log *git.LogOptions) {
	switch {
	case f.way == patchIDsAlways:
		log.PatchIDs = -1
	case f.way == patchIDsAuto && !checkout.Partial(ctx):
		log.PatchIDs = autoPatchIDs
		log.OnNoPatchIDs = func(err error) {
			app.IO.Warn("no patch ids are told, so that cherry-picks stay unknown: %v", err)
		}
	}
}
