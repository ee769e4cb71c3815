package cli

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
)

type deploymentReportOptions struct {
	input  api.ReportDeploymentInput
	flow   string
	thing  thingFlags
	at     timeFlag
	output outputFlag
}

func newDeploymentReportCmd(app *App) *cobra.Command {
	var opts deploymentReportOptions
	cmd := &cobra.Command{
		Use:   "deployment [ARTIFACT]",
		Short: "Announce that an artifact is to run in an environment",
		Long: "Announce that an artifact is to run in an environment. ARTIFACT is a reference:\n" +
			"runner:16d9990 (flow and commit) or runner@9af401c (flow and fingerprint). The\n" +
			"same key again is the same deployment; without a key, --at or else --url is it.\n\n" +
			"Without ARTIFACT, --flow and one of --fingerprint, --file, --dir or --image tell\n" +
			"which it is; with --flow alone it is what was built from the commit of the CI run.\n" +
			"In CI, the URL is that of the run if it is not given.",
		Example: "  landfall report deployment --flow hello --image ghcr.io/acme/hello:1.0 --environment staging\n" +
			"  landfall report deployment runner:16d9990 --environment aws-prod \\\n" +
			"    --url https://github.com/cyber-dojo/runner/actions/runs/2902808452",
		Args:              atMost(1),
		ValidArgsFunction: upTo(1, completeFlows(app, ":")),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				opts.input.Artifact = args[0]
			}
			opts.input.At = opts.at.t
			return runDeploymentReport(cmd.Context(), app, &opts, cmd.Flags().Changed)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.input.Environment, "environment", "", "`name` of the environment")
	flags.StringVar(&opts.flow, "flow", "", "`name` of the flow, if ARTIFACT is left out")
	opts.thing.add(cmd)
	flags.StringVar(&opts.input.URL, "url", "", "`URL` of a page about it, such as that of the build that deploys")
	flags.StringVar(&opts.input.IdempotencyKey, "idempotency-key", "", "what tells this deployment from another of the same artifact to the same place")
	opts.at.add(cmd, "at", "when it was announced; now if left out")
	opts.output.addForOne(cmd)
	require(cmd, "environment")
	completeFlag(cmd, "environment", completeEnvironments(app))
	completeFlag(cmd, "flow", completeFlows(app, ""))
	return cmd
}

func runDeploymentReport(ctx context.Context, app *App, opts *deploymentReportOptions, given func(flag string) bool) error {
	if err := opts.findArtifact(ctx, app); err != nil {
		return err
	}
	client, err := app.client()
	if err != nil {
		return err
	}
	app.takeAttempt(&opts.input.URL, given("url"))
	d, created, err := client.ReportDeployment(ctx, opts.input)
	if err != nil {
		return err
	}
	return app.writeOutcome(&opts.output, outcome{
		document: struct {
			Deployment deploymentDocument `json:"deployment"`
			Created    bool               `json:"created"`
		}{documentOfDeployment(d), created},
		cells:   []string{strconv.Itoa(d.Number), d.Flow.Name, d.Artifact.Ref, d.Environment.Name},
		created: created,
		what:    fmt.Sprintf("Deployment #%d of %s to %s", d.Number, d.Artifact.Name, d.Environment.Name),
		verb:    "announced",
	})
}

// findArtifact makes the reference to the artifact, if it was not given.
func (o *deploymentReportOptions) findArtifact(ctx context.Context, app *App) error {
	switch {
	case o.input.Artifact != "" && (o.flow != "" || o.thing.given()):
		return usageErrorf("ARTIFACT tells which artifact, and so do the flags: leave out one of them")
	case o.input.Artifact != "":
		return nil
	case o.flow == "":
		return usageErrorf("say which artifact: ARTIFACT, or --flow with --fingerprint, --file, --dir or --image")
	case o.thing.given():
		t, err := o.thing.find(ctx)
		if err != nil {
			return err
		}
		o.input.Artifact = o.flow + "@" + t.digest
		return nil
	}
	found := app.originOfBuild(ctx, app.build())
	if found.commit == "" {
		return usageErrorf("say which artifact of flow %s: no CI system tells a commit, and there is none of --fingerprint, --file, --dir or --image", o.flow)
	}
	facts := taken{from: found.from}
	facts.take(&o.input.Artifact, false, "artifact", o.flow+":"+found.commit)
	facts.tell(app)
	return nil
}

// deploymentDocument is a deployment in JSON.
type deploymentDocument struct {
	Number      int              `json:"number"`
	Flow        string           `json:"flow"`
	Artifact    artifactDocument `json:"artifact"`
	Environment string           `json:"environment"`
	URL         *string          `json:"url"`
	CreatedAt   time.Time        `json:"createdAt"`
}

func documentOfDeployment(d api.Deployment) deploymentDocument {
	return deploymentDocument{
		Number: d.Number, Flow: d.Flow.Name, Artifact: documentOfArtifact(d.Artifact),
		Environment: d.Environment.Name, URL: d.URL, CreatedAt: d.CreatedAt.UTC(),
	}
}
