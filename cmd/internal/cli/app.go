// Package cli is the commands of landfall: what they are called, what they ask
// the server, and how they write the answer. They know the server only through
// package api, and write only through package term.
package cli

import (
	"context"
	"os"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// App is what the commands share.
type App struct {
	IO     *term.IO
	Getenv func(key string) string
	// Runtimes looks at what runs. Where it is nil, landfall-agent is started for that.
	Runtimes Runtimes
	// StartAgent goes on as landfall-agent; if nil, the one that is installed.
	StartAgent func(args []string) error

	args    []string // of the command line
	flags   settingFlags
	started bool   // a command runs: errors from here on are not about its usage
	signIn  string // where the token came from, for who is told that it is wrong
}

// Run runs one command line in the environment of this process, and returns its
// exit code.
func Run(ctx context.Context, args []string, io *term.IO) int {
	return RunWith(ctx, args, io, nil)
}

// RunWith is Run for a program that can look at what runs by itself.
func RunWith(ctx context.Context, args []string, io *term.IO, runtimes Runtimes) int {
	app := &App{IO: io, Getenv: os.Getenv, Runtimes: runtimes}
	return app.Run(ctx, args)
}

// Run runs one command line and returns its exit code. An App runs once.
func (app *App) Run(ctx context.Context, args []string) int {
	app.args = args
	root := newRootCmd(app)
	root.SetArgs(args)
	root.SetIn(app.IO.In)
	root.SetOut(app.IO.Out)
	root.SetErr(app.IO.Err)
	cmd, err := root.ExecuteContextC(ctx)
	if flushErr := app.IO.Flush(); err == nil {
		err = flushErr
	}
	return app.exit(ctx, cmd, err)
}

// client makes the client that the settings describe. Without a token or an
// organization it returns an error that says how to get one.
func (app *App) client() (*api.Client, error) {
	s, err := app.settings()
	if err != nil {
		return nil, err
	}
	if err := app.check(s); err != nil {
		return nil, err
	}
	app.signIn = s.tokenFrom
	return api.New(s.clientConfig())
}

// follow shows a person how far the reading of a long list has come. The
// function that it returns ends that.
func (app *App) follow(client *api.Client, what string) (done func()) {
	progress := app.IO.Progress("Reading " + what)
	client.OnPage = progress.Step
	return progress.Done
}

// newRootCmd makes the tree of commands.
func newRootCmd(app *App) *cobra.Command {
	root := &cobra.Command{
		Use:   "landfall",
		Short: "Follow a git commit to where it runs",
		Long: "Landfall follows a git commit to where it runs: what was built from it, what\n" +
			"evidence there is, where it was deployed, and what is really running.",
		Example:       "  landfall list flows\n  landfall get artifact runner:16d9990\n  landfall diff snapshots aws-prod#64 aws-prod#65",
		Version:       Version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate("landfall {{.Version}}\n")
	app.flags.add(root)
	root.AddCommand(
		newGroupCmd("list", "List what is there", []string{"ls"},
			newFlowListCmd(app), newArtifactListCmd(app), newEnvironmentListCmd(app), newSnapshotListCmd(app),
			newDeliveryListCmd(app), newNotificationListCmd(app), newExpectationListCmd(app), newBreachListCmd(app)),
		newGroupCmd("get", "Show one thing with all that is known of it", nil,
			newArtifactGetCmd(app), newEnvironmentGetCmd(app), newSnapshotGetCmd(app), newDeliveryGetCmd(app), newCommitGetCmd(app), newNotificationGetCmd(app)),
		newGroupCmd("diff", "Show what differs", nil, newSnapshotDiffCmd(app)),
		newGroupCmd("log", "Show what happened", nil, newEnvironmentLogCmd(app)),
		newGroupCmd("create", "Create what does not come by itself", nil,
			newFlowCreateCmd(app), newEnvironmentCreateCmd(app), newTokenCreateCmd(app), newWebhookCreateCmd(app), newNotificationCreateCmd(app),
			newExpectationCreateCmd(app)),
		newGroupCmd("update", "Change what was created", nil,
			newFlowUpdateCmd(app), newEnvironmentUpdateCmd(app), newOrganizationUpdateCmd(app)),
		newGroupCmd("archive", "Put away what is not used any more", nil, newEnvironmentArchiveCmd(app)),
		newGroupCmd("remove", "Take away what was said", nil, newExpectationRemoveCmd(app)),
		newGroupCmd("delete", "Take away what was created", nil, newNotificationDeleteCmd(app)),
		newGroupCmd("test", "Try what was set up", nil, newNotificationTestCmd(app)),
		newGroupCmd("rotate", "Replace a secret", nil, newWebhookRotateCmd(app)),
		newGroupCmd("trust", "Let others act without a stored secret", nil, newRepositoryTrustCmd(app)),
		newGroupCmd("distrust", "Let others act no more", nil, newRepositoryDistrustCmd(app)),
		newGroupCmd("replay", "Apply again what came in", nil, newDeliveryReplayCmd(app), newDeliveriesReplayCmd(app)),
		newGroupCmd("prune", "Forget what is old", nil, newDeliveryPruneCmd(app)),
		newGroupCmd("report", "Report what CI knows", nil,
			newArtifactReportCmd(app), newDeploymentReportCmd(app), newCommitsReportCmd(app)),
		newGroupCmd("attest", "Give evidence about an artifact", nil, newGenericAttestCmd(app)),
		newWhereCmd(app),
		newChangesCmd(app),
		newMineCmd(app),
		newSnapshotCmd(app),
		newDoctorCmd(app),
		newSearchCmd(app),
		newMetricsCmd(app),
		newFingerprintCmd(app),
		newDemoCmd(app),
		newVersionCmd(app),
		newExitCodesTopic(),
	)
	app.markStart(root)
	return root
}

// newGroupCmd makes a command that has only others below it. Cobra would answer
// an unknown one with help and success.
func newGroupCmd(name, short string, aliases []string, children ...*cobra.Command) *cobra.Command {
	group := &cobra.Command{
		Use: name + " <command>", Short: short, Aliases: aliases, DisableFlagsInUseLine: true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageErrorf("say what to %s: %s", cmd.Name(), namesOf(cmd.Commands()))
			}
			return usageErrorf("%q is nothing that %q knows: it knows %s", args[0], cmd.CommandPath(), namesOf(cmd.Commands()))
		},
		RunE: func(*cobra.Command, []string) error { return nil }, // never reached: Args refuses all
	}
	group.AddCommand(children...)
	return group
}

// markStart notes when a command begins to run, so that the errors that cobra
// finds before can be told from those of the command itself.
func (app *App) markStart(cmd *cobra.Command) {
	if run := cmd.RunE; run != nil {
		cmd.RunE = func(cmd *cobra.Command, args []string) error {
			app.started = true
			return run(cmd, args)
		}
	}
	for _, child := range cmd.Commands() {
		app.markStart(child)
	}
}

// Commands returns the tree of commands for those who write about it, as manuals do.
// None of them can run.
func Commands() *cobra.Command { return newRootCmd(&App{Getenv: func(string) string { return "" }}) }
