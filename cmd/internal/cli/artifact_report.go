package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
)

type artifactReportOptions struct {
	input  api.ReportArtifactInput
	thing  thingFlags
	at     timeFlag
	output outputFlag
}

func newArtifactReportCmd(app *App) *cobra.Command {
	var opts artifactReportOptions
	cmd := &cobra.Command{
		Use:   "artifact [NAME]",
		Short: "Say that something was built",
		Long: "Say that something was built. The same fingerprint in the same flow is the same\n" +
			"artifact: the first call counts, and any number of them may follow.\n\n" +
			"What was built is told by --fingerprint, --file, --dir or --image, or else NAME is\n" +
			"the file, the directory or the image itself. Without NAME it is called as it is\n" +
			"there. In CI, the commit, the repository and the URL of the build are known, and\n" +
			"taken if they are not given; elsewhere, the commit that is checked out, if it is\n" +
			"clear that it is the one. What is taken is told.",
		Example: "  landfall report artifact ghcr.io/acme/hello:1.0 --flow hello\n" +
			"  landfall report artifact --file dist/hello.tar.gz --flow hello\n" +
			"  landfall report artifact cyberdojo/runner:16d9990 --flow runner \\\n" +
			"    --fingerprint 9af401c4350b21e3f1df17d6ad808da43d9646e75b6da902cc7c492bcfb9c625 \\\n" +
			"    --commit 16d9990ad23a40eecaf087abac2a58a2d2a4b3f4 \\\n" +
			"    --build-url https://github.com/cyber-dojo/runner/actions/runs/2902808452",
		Args: atMost(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				opts.input.Name = args[0]
			}
			opts.input.At = opts.at.t
			return runArtifactReport(cmd.Context(), app, &opts, cmd.Flags().Changed)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&opts.input.Flow, "flow", "", "`name` of the flow")
	opts.thing.add(cmd)
	flags.StringVar(&opts.input.Commit, "commit", "", "full `SHA` of the commit; if nothing tells it, a short one in the tag of NAME does")
	flags.StringVar(&opts.input.Repository, "repository", "", "`repository` with its owner; that of the flow if nothing tells it")
	flags.StringVar(&opts.input.BuildURL, "build-url", "", "`URL` of the page of the build")
	opts.at.add(cmd, "at", "when it was made; now if left out")
	opts.output.addForOne(cmd)
	require(cmd, "flow")
	completeFlag(cmd, "flow", completeFlows(app, ""))
	return cmd
}

func runArtifactReport(ctx context.Context, app *App, opts *artifactReportOptions, given func(flag string) bool) error {
	t, err := opts.find(ctx)
	if err != nil {
		return err
	}
	client, err := app.client()
	if err != nil {
		return err
	}
	opts.input.Fingerprint, opts.input.Digests = t.digest, t.digests()
	opts.takeOrigin(ctx, app, given, t.place)
	artifact, created, err := client.ReportArtifact(ctx, opts.input)
	if err != nil {
		return err
	}
	if t.isConfig() {
		app.IO.Note("It is known by its image id: a registry will know it by another digest, which it has once it is pushed.")
	}
	return app.writeOutcome(&opts.output, outcome{
		document: struct {
			Artifact artifactDocument `json:"artifact"`
			Created  bool             `json:"created"`
		}{documentOfArtifact(artifact), created},
		cells:   []string{artifact.Ref},
		created: created,
		what:    "Artifact " + artifact.Name + " of flow " + artifact.Flow.Name,
		verb:    "reported",
	})
}

// find returns what was built, and names it.
func (o *artifactReportOptions) find(ctx context.Context) (*thing, error) {
	switch {
	case o.thing.given():
		t, err := o.thing.find(ctx)
		if err != nil {
			return nil, err
		}
		o.input.Name = firstOf(o.input.Name, t.name)
		if o.input.Name == "" {
			return nil, usageErrorf("NAME is missing: a fingerprint alone does not tell what to call it")
		}
		return t, nil
	case o.input.Name == "":
		return nil, usageErrorf("say what was built: NAME with --fingerprint, or --file, --dir or --image")
	}
	kind, err := typeOf(o.input.Name, flagOf)
	if err != nil {
		return nil, err
	}
	t, err := identify(ctx, kind, o.input.Name, o.thing.excludes)
	if err != nil {
		return nil, err
	}
	o.input.Name = t.name
	return t, nil
}

// takeOrigin fills in what was not given and the surroundings know. A commit and
// its repository are taken together or not at all.
func (o *artifactReportOptions) takeOrigin(ctx context.Context, app *App, given func(string) bool, place string) {
	b := app.build()
	page := taken{from: sourceOf(b)}
	page.take(&o.input.BuildURL, given("build-url"), "build URL", b.URL)
	found := app.originOfBuild(ctx, b)
	if found.commit == "" && b.System == "" {
		found = o.originHere(ctx, app, given, place)
	}
	if o.contradicts(app, found, given) {
		page.tell(app)
		return
	}
	facts := taken{from: found.from}
	facts.take(&o.input.Commit, given("commit"), "commit", found.commit)
	facts.take(&o.input.Repository, given("repository"), "repository", found.repository)
	if facts.from == page.from {
		facts.facts, page.facts = append(facts.facts, page.facts...), nil
	}
	facts.tell(app)
	page.tell(app)
}

// originHere is the commit that is checked out, if it is clear that the artifact
// was built from it: it lies in the checkout, its tag names the commit, or somebody
// says that it is of that repository. A person may stand in any checkout.
func (o *artifactReportOptions) originHere(ctx context.Context, app *App, given func(string) bool, place string) origin {
	tag := shaOf(o.input.Name)
	if given("commit") || place == "" && tag == "" && !given("repository") {
		return origin{}
	}
	found := app.originOfCheckout(ctx, firstOf(place, "."))
	isOrigin := place != "" || tag != "" && found.fits(tag) || given("repository") && found.repository == o.input.Repository
	if found.commit == "" || !isOrigin {
		return origin{}
	}
	return app.cleanOrigin(ctx, firstOf(place, "."))
}

// contradicts reports whether what is given is of another commit than what was
// found, which then tells nothing.
func (o *artifactReportOptions) contradicts(app *App, found origin, given func(string) bool) bool {
	switch tag := shaOf(o.input.Name); {
	case given("commit"):
		return o.input.Commit == "" || !found.fits(o.input.Commit)
	case given("repository") && found.repository != "" && o.input.Repository != found.repository:
		return true
	case found.commit != "" && tag != "" && !found.fits(tag):
		app.IO.Note("The commit is not taken from %s: %s is another than the %s in the name.", found.from, found.commit, tag)
		return true
	}
	return false
}
