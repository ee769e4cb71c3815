package cli

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// completeTimeout is how long a shell waits for names. Nobody waits longer for
// the answer to a Tab.
const completeTimeout = 2 * time.Second

// completeFunc offers what can stand where the cursor is.
type completeFunc = cobra.CompletionFunc

// completeWith offers fixed words for a flag; none of them turns off the
// completion of file names.
func completeWith(cmd *cobra.Command, flag string, words []string) {
	completeFlag(cmd, flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}

func completeFlag(cmd *cobra.Command, flag string, complete completeFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, complete); err != nil {
		panic(err) // there is no such flag: a mistake in the program
	}
}

// completeFlows offers the names of flows, each with a suffix.
func completeFlows(app *App, suffix string) completeFunc {
	return complete(app, suffix, func(ctx context.Context, c *api.Client) ([]string, error) {
		flows, err := c.Flows(ctx, nil, 0)
		names := make([]string, len(flows.Items))
		for i, f := range flows.Items {
			names[i] = f.Name
		}
		return names, err
	})
}

// completeEnvironments offers the names of environments, which are references to
// their newest snapshots too.
func completeEnvironments(app *App) completeFunc {
	return complete(app, "", func(ctx context.Context, c *api.Client) ([]string, error) {
		environments, err := c.Environments(ctx, api.EnvironmentFilter{}, 0)
		names := make([]string, len(environments.Items))
		for i, e := range environments.Items {
			names[i] = e.Name
		}
		return names, err
	})
}

// complete asks the server for names. If that fails there are none: a shell has
// no place for an error.
func complete(app *App, suffix string, ask func(context.Context, *api.Client) ([]string, error)) completeFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		directive := cobra.ShellCompDirectiveNoFileComp
		if suffix != "" {
			directive |= cobra.ShellCompDirectiveNoSpace
		}
		silent := *app
		silent.IO = &term.IO{In: app.IO.In, Out: io.Discard, Err: io.Discard, Now: app.IO.Now, Zone: app.IO.Zone}
		client, err := silent.client()
		if err != nil {
			return nil, directive
		}
		ctx, cancel := context.WithTimeout(cmd.Context(), completeTimeout)
		defer cancel()
		names, err := ask(ctx, client)
		if err != nil {
			return nil, directive
		}
		var fitting []string
		for _, name := range names {
			if strings.HasPrefix(name, typed) {
				fitting = append(fitting, term.Clean(name)+suffix)
			}
		}
		return fitting, directive
	}
}

// upTo offers the same for each of the first n arguments, and nothing after.
func upTo(n int, offer completeFunc) completeFunc {
	return func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) >= n {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return offer(cmd, args, typed)
	}
}
