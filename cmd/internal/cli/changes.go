package cli

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
)

// changesLimit is how many commits of each flow are shown if nobody says.
const changesLimit = 20

type changesOptions struct {
	limit  limitFlag
	output outputFlag
}

func newChangesCmd(app *App) *cobra.Command {
	var opts changesOptions
	cmd := &cobra.Command{
		Use:   "changes FROM [TO]",
		Short: "Show the commits that lie between two snapshots, environments, artifacts or commits",
		Long: "Show the commits that lie between two snapshots, by flow, or between two commits.\n\n" +
			"Snapshots are written as for: landfall get snapshot. An environment is its newest\n" +
			"snapshot. One alone is compared with the one before it. What is in beta and not yet\n" +
			"in prod: landfall changes aws-prod aws-beta\n\n" +
			"Commits are written as for: landfall where. A name that could be both (main, v1.2,\n" +
			"16d9990) is taken for an environment if there is one, and else for a commit.\n\n" +
			"Commits that the change brings have a +, and those that it takes away a -, the newest\n" +
			"first. What is not known is said, with the reason.",
		Example: "  landfall changes aws-prod aws-beta\n  landfall changes aws-prod\n  landfall changes 'aws-prod@{2.weeks.ago}' aws-prod\n" +
			"  landfall changes runner:85d83c6 runner:16d9990\n  landfall changes v1.1 v1.2 --limit 0",
		Args:              oneOrTwo,
		ValidArgsFunction: upTo(2, completeEnvironments(app)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runChanges(cmd.Context(), app, &opts, args)
		},
	}
	opts.limit.addOf(cmd, changesLimit, "show at most `n` commits of each flow each way; 0 shows all")
	opts.output.addForOne(cmd)
	return cmd
}

func runChanges(ctx context.Context, app *App, opts *changesOptions, args []string) error {
	ends, err := endsOf(args)
	if err != nil {
		return err
	}
	client, err := app.client()
	if err != nil {
		return err
	}
	done := app.follow(client, "commits")
	changes, commits, err := opts.find(ctx, app, client, ends)
	done()
	if several, ok := errors.AsType[*api.AmbiguousCommitError](err); ok {
		return ambiguousCommit(app.IO, &opts.output, several)
	}
	if err != nil {
		return err
	}
	if commits != nil {
		return opts.writeCommits(app.IO, ends, commits)
	}
	return opts.writeChanges(app.IO, changes)
}

// refKind is what a reference can be of.
type refKind int

const (
	eitherRef   refKind = iota // a name: of an environment, a branch, a tag, or a SHA
	snapshotRef                // aws-prod#65, aws-prod~1, aws-prod@{yesterday}
	commitRef                  // runner:16d9990, cyber-dojo/runner@main, #276
)

// refKindOf tells snapshots from commits by what names of environments cannot have.
func refKindOf(ref string) refKind {
	switch {
	case strings.Contains(ref, "@{"):
		return snapshotRef
	case strings.ContainsAny(ref, ":@/") || strings.HasPrefix(ref, "#"):
		return commitRef
	case strings.Contains(ref, "#"):
		return snapshotRef
	}
	if name, n, ok := cutLast(ref, "~"); ok && name != "" && isNumber(n) {
		return snapshotRef
	}
	return eitherRef
}

// ends are the two things between which changes are asked for.
type ends struct {
	from, to string
	kind     refKind
}

// endsOf reads the arguments. It returns a usage error for two that cannot be compared.
func endsOf(args []string) (ends, error) {
	if len(args) == 1 {
		before, ok := snapshotBefore(args[0])
		if !ok {
			return ends{}, usageErrorf("TO is missing: only a snapshot has one before it to be compared with, as in aws-prod, aws-prod#65 or aws-prod~1")
		}
		return ends{before, args[0], snapshotRef}, nil
	}
	e := ends{from: args[0], to: args[1], kind: refKindOf(args[0])}
	switch kind := refKindOf(e.to); {
	case e.kind == eitherRef:
		e.kind = kind
	case kind != eitherRef && kind != e.kind:
		return ends{}, usageErrorf("%s and %s cannot be compared: one is a snapshot, the other a commit", e.from, e.to)
	}
	return e, nil
}

// snapshotBefore is a reference to the snapshot before another, if that is one that
// is counted.
func snapshotBefore(ref string) (before string, ok bool) {
	kind := refKindOf(ref)
	if kind == eitherRef {
		return ref + "~1", true
	}
	if name, n, ok := cutLast(ref, "#"); ok && kind == snapshotRef {
		number, err := strconv.Atoi(n)
		return fmt.Sprintf("%s#%d", name, number-1), err == nil && number > 1
	}
	if name, n, ok := cutLast(ref, "~"); ok && kind == snapshotRef {
		back, err := strconv.Atoi(n)
		return fmt.Sprintf("%s~%d", name, back+1), err == nil
	}
	return "", false
}

func cutLast(s, separator string) (before, after string, found bool) {
	i := strings.LastIndex(s, separator)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(separator):], true
}

func isNumber(s string) bool {
	_, err := strconv.ParseUint(s, 10, 31)
	return err == nil
}

// find asks for the changes between two snapshots, or for the commits between two,
// and returns one of them. Names that no environment has are taken for commits.
func (o *changesOptions) find(ctx context.Context, app *App, client *api.Client, e ends) (*api.Changes, *api.ChangedCommits, error) {
	if e.kind != commitRef {
		changes, err := client.Changes(ctx, zonedRef(app.IO, e.from), zonedRef(app.IO, e.to), o.limit.n)
		if err == nil || e.kind == snapshotRef || !isNoSuch(err) {
			return changes, nil, err
		}
		commits, asCommits := client.CommitRange(ctx, e.from, e.to, o.limit.n)
		if isNoSuch(asCommits) {
			return nil, nil, &api.Error{
				Code: api.CodeNotFound, Message: fmt.Sprintf("%s and %s are neither two snapshots (%v) nor two commits (%v)", e.from, e.to, err, asCommits),
			}
		}
		return nil, commits, asCommits
	}
	commits, err := client.CommitRange(ctx, e.from, e.to, o.limit.n)
	return nil, commits, err
}

// isNoSuch reports whether a reference is of nothing that is there, or cannot be one.
func isNoSuch(err error) bool {
	code := api.CodeOf(err)
	return code == api.CodeNotFound || code == api.CodeInvalid
}
