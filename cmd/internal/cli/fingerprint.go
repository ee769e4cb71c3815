package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/fingerprint"
)

type fingerprintOptions struct {
	kind     typeFlag
	excludes []string
	output   outputFlag
}

func newFingerprintCmd(app *App) *cobra.Command {
	var opts fingerprintOptions
	cmd := &cobra.Command{
		Use:   "fingerprint THING",
		Short: "Print what a file, a directory or an image is known by",
		Long: "Print what a file, a directory or an image is known by: the SHA-256 of its content,\n" +
			"of a list of what is in it, or the digest of its manifest or index. The server is\n" +
			"not asked. THING is a FILE or a DIR if there is one of that name, and otherwise an\n" +
			"IMAGE of a registry, oci-layout:DIR, oci-archive:FILE or docker-archive:FILE. Of a\n" +
			"docker-archive it is the image id, because no registry has its manifest yet.",
		Example: "  landfall fingerprint dist/hello.tar.gz\n" +
			"  landfall fingerprint dist --exclude '*.map'\n" +
			"  landfall fingerprint ghcr.io/acme/hello:1.0 -o json",
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runFingerprint(cmd.Context(), app, &opts, args[0])
		},
	}
	opts.kind.add(cmd)
	addExclude(cmd, &opts.excludes)
	opts.output.addForOne(cmd)
	return cmd
}

func runFingerprint(ctx context.Context, app *App, opts *fingerprintOptions, what string) error {
	kind := opts.kind.value
	if kind == "" {
		var err error
		if kind, err = typeOf(what, func(kind string) string { return "--type " + kind }); err != nil {
			return err
		}
	}
	t, err := identify(ctx, kind, what, opts.excludes)
	if err != nil {
		return err
	}
	if opts.output.isJSON() {
		return app.IO.JSON(documentOfThing(t))
	}
	if t.isConfig() {
		app.IO.Note("This is the image id: a registry will know the image by another digest, which it has once it is pushed.")
	}
	app.IO.Line("%s", t.digest)
	return nil
}

// thingDocument is what a thing is known by, in JSON.
type thingDocument struct {
	Type      string             `json:"type"`
	Digest    string             `json:"digest"`
	DigestOf  string             `json:"digestOf"`
	Platforms []platformDocument `json:"platforms"`
}

type platformDocument struct {
	Platform *string `json:"platform"`
	Digest   string  `json:"digest"`
}

func documentOfThing(t *thing) thingDocument {
	return thingDocument{
		Type: t.kind, Digest: t.digest, DigestOf: t.of,
		Platforms: documents(t.platforms, func(p fingerprint.Platform) platformDocument {
			return platformDocument{Platform: known(p.Name), Digest: p.Digest}
		}),
	}
}
