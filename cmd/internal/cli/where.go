package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/git"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

type whereOptions struct {
	filter     api.WhereaboutsFilter
	at         momentFlag
	failUnless choiceFlag
	output     outputFlag
}

func newWhereCmd(app *App) *cobra.Command {
	opts := whereOptions{failUnless: choiceFlag{choices: []string{api.StateRunning, api.StateIncluded}}}
	cmd := &cobra.Command{
		Use:   "where REF [ENVIRONMENT...]",
		Short: "Show where a commit is: in which environments it runs, and how far it is from the others",
		Long: "Show where a commit is: in which environments it runs or is included in what runs,\n" +
			"where it was, and how far it is from the others. It is judged by ancestry, against\n" +
			"what was seen to run. REF is 16d9990 (five digits or more of its SHA), main or v1.2\n" +
			"(a branch or a tag), '#276' (a pull request), each with its repository if need be\n" +
			"(cyber-dojo/runner@16d9990), runner:16d9990 (an artifact), or HEAD (of this checkout).\n\n" +
			"The states are `running` (something built from this very commit runs there),\n" +
			"`included` (something built from a descendant), `not yet`, `gone` (it was there), and\n" +
			"`unknown`, with what to do about it. Cherry-picks are other commits: they are named, and\n" +
			"do not count. Environments in which nothing of the flow runs and it never was come\n" +
			"last, on one line, unless they are named.\n\n" +
			"With --fail-unless, the exit code is 3 unless the commit is running (or running or\n" +
			"included) in every environment named, by every flow that it counts for.",
		Example: "  landfall where 16d9990\n  landfall where main aws-prod aws-beta\n  landfall where '#276' --at 2.weeks.ago\n" +
			"  until landfall where runner:16d9990 aws-prod --fail-unless included; do sleep 10; done",
		Args:              atLeastOne,
		ValidArgsFunction: completeWhere(app),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.filter.Environments = args[1:]
			return runWhere(cmd.Context(), app, &opts, args[0])
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&opts.filter.Flows, "flow", nil, "only by this `flow` (may be repeated)")
	completeFlag(cmd, "flow", completeFlows(app, ""))
	opts.at.add(app, cmd, "at", "as it was then")
	flags.Var(&opts.failUnless, "fail-unless", "end with 3 unless it is so in every environment named: running, included")
	completeWith(cmd, "fail-unless", []string{"running", "included"})
	opts.output.addForOne(cmd)
	return cmd
}

// atLeastOne takes one argument or more.
func atLeastOne(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return exactly(1)(cmd, args)
	}
	return nil
}

// completeWhere offers what begins a reference to an artifact, and then environments.
func completeWhere(app *App) completeFunc {
	flows, environments := completeFlows(app, ":"), completeEnvironments(app)
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) == 0 {
			return flows(cmd, args, typed)
		}
		return environments(cmd, args, typed)
	}
}

func runWhere(ctx context.Context, app *App, opts *whereOptions, ref string) error {
	if opts.failUnless.value != "" && len(opts.filter.Environments) == 0 {
		return usageErrorf("--fail-unless needs the environments in which the commit is to be")
	}
	client, err := app.client()
	if err != nil {
		return err
	}
	if ref, err = ofCheckout(ctx, ref); err != nil {
		return err
	}
	done := app.follow(client, "whereabouts")
	where, err := client.Whereabouts(ctx, ref, opts.at.t, opts.filter)
	done()
	if several, ok := errors.AsType[*api.AmbiguousCommitError](err); ok {
		return ambiguousCommit(app.IO, &opts.output, several)
	}
	if err == nil {
		err = opts.allNamed(ctx, client, where.Whereabouts)
	}
	if err != nil {
		return err
	}
	if err := opts.write(app.IO, where); err != nil {
		return err
	}
	return opts.judge(app.IO, where.Whereabouts)
}

// ofCheckout is the commit of this checkout that HEAD, HEAD~2 and the like lead to; what
// else is said stays as it is.
func ofCheckout(ctx context.Context, ref string) (string, error) {
	rest, ok := strings.CutPrefix(ref, "HEAD")
	if !ok || rest != "" && !strings.ContainsAny(rest[:1], "~^@") {
		return ref, nil
	}
	checkout, err := git.Open(ctx, ".")
	if err != nil {
		return "", usageErrorf("%s is said of a git checkout: %v", ref, err)
	}
	sha, err := checkout.Resolve(ctx, ref)
	if errors.Is(err, git.ErrNoCommit) {
		return "", usageErrorf("this checkout has no commit %s", ref)
	}
	return sha, err
}

// allNamed makes sure that every environment that was named is answered for: a script
// must not take a misspelt one for one in which the commit is. One that is not among
// the answers may be known by an older name, or be answered for by its members.
func (o *whereOptions) allNamed(ctx context.Context, client *api.Client, answers []api.Whereabouts) error {
	for _, name := range o.filter.Environments {
		if isAnswered(name, answers) {
			continue
		}
		environment, err := client.Environment(ctx, name)
		if err != nil {
			return err
		}
		answered := func(name string) bool { return isAnswered(name, answers) }
		switch {
		case answered(environment.Name), slices.ContainsFunc(environment.Members, answered):
		case environment.ArchivedAt != nil:
			return &api.Error{Code: api.CodeInvalid, Message: fmt.Sprintf("environment %s is archived: nothing is told of it", name)}
		case len(o.filter.Flows) > 0:
			return &api.Error{Code: api.CodeNotFound, Message: fmt.Sprintf("nothing is told of %s by flow %s", name, strings.Join(o.filter.Flows, ", "))}
		default:
			return &api.Error{Code: api.CodeNotFound, Message: fmt.Sprintf("nothing is told of %s", name)}
		}
	}
	return nil
}

func isAnswered(environment string, answers []api.Whereabouts) bool {
	return slices.ContainsFunc(answers, func(w api.Whereabouts) bool { return w.Environment.Name == environment })
}

func (o *whereOptions) write(io *term.IO, where *api.CommitWhereabouts) error {
	if o.at.t == nil {
		warnAllSilent(io, where.Whereabouts)
	}
	if o.output.isJSON() {
		return io.JSON(documentOfWhere(where))
	}
	o.output.forOne(io)
	if io.Plain {
		io.Table(nil, rowsOfWhere(io, where.Whereabouts))
		return nil
	}
	writeWhereHeader(io, where, o.at.t)
	switch {
	case len(where.Whereabouts) > 0:
		writeWhereabouts(io, where, len(o.filter.Environments) > 0)
	case len(o.filter.Flows) > 0:
		io.Note("Nothing is told of it by flow %s.", strings.Join(o.filter.Flows, ", "))
	default:
		io.Note("There is no environment yet. Make one with: landfall create environment NAME --type TYPE")
	}
	return nil
}

// warnAllSilent warns of each environment whose answer may be out of date.
func warnAllSilent(io *term.IO, answers []api.Whereabouts) {
	warned := map[string]bool{}
	for _, w := range answers {
		if !warned[w.Environment.Name] && !isNever(w) {
			warned[w.Environment.Name] = true
			warnSilent(io, w.Environment)
		}
	}
}

// judge says no unless the commit is where it is to be.
func (o *whereOptions) judge(io *term.IO, answers []api.Whereabouts) error {
	if o.failUnless.value == "" {
		return nil
	}
	var missing []string
	for _, w := range answers {
		there := w.State == api.StateRunning || w.State == api.StateIncluded && o.failUnless.value == api.StateIncluded
		if !there && !slices.Contains(missing, w.Environment.Name) {
			missing = append(missing, w.Environment.Name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	io.Note("It is not %s in %s.", stateWord(o.failUnless.value), strings.Join(missing, ", "))
	return errNo
}
