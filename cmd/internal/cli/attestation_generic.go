package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
)

type genericAttestOptions struct {
	input     api.ReportAttestationInput
	thing     thingFlags
	compliant bool
	at        timeFlag
	output    outputFlag
}

func newGenericAttestCmd(app *App) *cobra.Command {
	var opts genericAttestOptions
	cmd := &cobra.Command{
		Use:   "generic NAME",
		Short: "Say that something holds of an artifact, or does not",
		Long: "Say that something holds of an artifact (--compliant), or does not\n" +
			"(--compliant=false). NAME is what the flow asks for. The artifact is told by\n" +
			"--fingerprint, --file, --dir or --image, and may be reported later. The newest\n" +
			"evidence of a name counts. In CI, the URL is that of the build if it is not given.",
		Example: "  landfall attest generic unit-test --flow hello --image ghcr.io/acme/hello:1.0 --compliant\n" +
			"  landfall attest generic branch-coverage --flow runner --compliant \\\n" +
			"    --fingerprint 9af401c4350b21e3f1df17d6ad808da43d9646e75b6da902cc7c492bcfb9c625",
		Args:              exactly(1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			opts.input.Name = args[0]
			opts.input.At = opts.at.t
			opts.input.Evidence.Generic = &api.GenericEvidenceInput{Compliant: opts.compliant}
			return runGenericAttest(cmd.Context(), app, &opts, cmd.Flags().Changed)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.input.Flow, "flow", "", "`name` of the flow")
	opts.thing.add(cmd)
	flags.BoolVar(&opts.compliant, "compliant", false, "whether it holds; --compliant=false if it does not")
	flags.StringVar(&opts.input.Description, "description", "", "what to know about it, for people")
	flags.StringVar(&opts.input.URL, "url", "", "`URL` of a page with more about it")
	flags.StringVar(&opts.input.IdempotencyKey, "idempotency-key", "", "what tells it from a repetition")
	opts.at.add(cmd, "at", "when it was made; now if left out")
	opts.output.addForOne(cmd)
	require(cmd, "flow", "compliant")
	cmd.MarkFlagsOneRequired("fingerprint", "file", "dir", "image")
	completeFlag(cmd, "flow", completeFlows(app, ""))
	return cmd
}

func runGenericAttest(ctx context.Context, app *App, opts *genericAttestOptions, given func(flag string) bool) error {
	t, err := opts.thing.find(ctx)
	if err != nil {
		return err
	}
	client, err := app.client()
	if err != nil {
		return err
	}
	opts.input.Fingerprint = t.digest
	app.takeAttempt(&opts.input.URL, given("url"))
	a, created, err := client.Attest(ctx, opts.input)
	if err != nil {
		return err
	}
	return app.writeOutcome(&opts.output, outcome{
		document: struct {
			Attestation attestationDocument `json:"attestation"`
			Created     bool                `json:"created"`
		}{documentOfAttestation(a), created},
		cells:   []string{a.Flow.Name, a.Fingerprint, a.Name},
		created: created,
		what:    "Evidence " + a.Name + " of flow " + a.Flow.Name,
		verb:    "given",
	})
}

// attestationDocument is evidence in JSON.
type attestationDocument struct {
	Name        string    `json:"name"`
	Compliant   bool      `json:"compliant"`
	Flow        string    `json:"flow"`
	Fingerprint string    `json:"fingerprint"`
	Description string    `json:"description"`
	URL         *string   `json:"url"`
	At          time.Time `json:"at"`
}

func documentOfAttestation(a api.Attestation) attestationDocument {
	return attestationDocument{
		Name: a.Name, Compliant: a.Compliant, Flow: a.Flow.Name, Fingerprint: a.Fingerprint,
		Description: a.Description, URL: a.URL, At: a.At.UTC(),
	}
}
