package cli

import (
	"context"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/agent"
)

// Runtimes opens the sources that look at environments. Only landfall-agent has one: what speaks
// to Docker, Kubernetes and AWS is several times as large as all the rest, and
// would make each start of landfall wait.
type Runtimes func(ctx context.Context, environments []agent.Environment, log *slog.Logger) ([]agent.Place, error)

// inspection is what is done with environments and the places that they are: each kind of
// runtime has a command for each inspection, with the same flags.
type inspection struct {
	verb  string // the group of its commands
	short string // with %s for what is looked at
	flags func(*cobra.Command)
	run   func(ctx context.Context, environments []agent.Environment) error
}

// runtimeCmds makes the commands of an inspection, one for each kind of runtime.
func runtimeCmds(app *App, i *inspection) []*cobra.Command {
	return []*cobra.Command{
		newDockerCmd(app, i), newKubernetesCmd(app, i), newECSCmd(app, i), newLambdaCmd(app, i), newS3Cmd(app, i),
		newServerCmd(app, i), newPathCmd(app, i), newFromCmd(i),
	}
}

// command makes the command of one kind of runtime. The examples are what follows the
// verb.
func (i *inspection) command(app *App, name, what, long string, examples []string, read func(name string) agent.Environment) *cobra.Command {
	cmd := &cobra.Command{
		Use:               name + " ENVIRONMENT",
		Short:             strings.ReplaceAll(i.short, "%s", what),
		Long:              strings.ReplaceAll(i.short, "%s", what) + ".\n\n" + long,
		Example:           i.examples(examples),
		Args:              exactly(1),
		ValidArgsFunction: upTo(1, completeEnvironments(app)),
		RunE: func(cmd *cobra.Command, args []string) error {
			environment := read(args[0])
			if err := environment.Validate(); err != nil {
				return usageErrorf("%s", err)
			}
			return i.run(cmd.Context(), []agent.Environment{environment})
		},
	}
	i.flags(cmd)
	return cmd
}

func (i *inspection) examples(examples []string) string {
	lines := make([]string, len(examples))
	for n, example := range examples {
		lines[n] = "  landfall " + i.verb + " " + example
	}
	return strings.Join(lines, "\n")
}

// newFromCmd makes the command for all environments of a file.
func newFromCmd(i *inspection) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "from FILE",
		Short: strings.ReplaceAll(i.short, "%s", "what an agent's configuration names"),
		Long: strings.ReplaceAll(i.short, "%s", "what an agent's configuration names") + ".\n\n" +
			"FILE is YAML: a list of environments, each with one place to look in. The keys of a\n" +
			"place are those that docs/agents.md lists.\n\n" +
			"  environments:\n" +
			"    - name: prod\n" +
			"      kubernetes: {namespaces: [shop, \"team-*\"]}\n" +
			"    - name: build-host\n" +
			"      docker: {labels: [app]}",
		Example: i.examples([]string{"from /etc/landfall/agent.yaml"}),
		Args:    exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			config, err := agent.ReadConfig(args[0])
			if err != nil {
				return usageErrorf("%s", err)
			}
			return i.run(cmd.Context(), config.Environments)
		},
	}
	i.flags(cmd)
	return cmd
}

// stringsFlag adds a flag that may be given several times, or as a list with commas.
func stringsFlag(cmd *cobra.Command, values *[]string, name, usage string) {
	cmd.Flags().StringSliceVar(values, name, nil, usage+"; may be repeated")
	completeWith(cmd, name, nil)
}

func stringFlag(cmd *cobra.Command, value *string, name, usage string) {
	cmd.Flags().StringVar(value, name, "", usage)
	completeWith(cmd, name, nil)
}

// resolveFlag adds the flag that lets an agent ask registries.
func resolveFlag(cmd *cobra.Command, resolve *bool) {
	cmd.Flags().BoolVar(resolve, "resolve-images", false, "ask registries which index an image for one platform was built as")
}
