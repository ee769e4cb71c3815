package cli

import (
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is set by the linker in releases:
// -ldflags "-X github.com/landfall-dev/landfall/cmd/internal/cli.version=1.2.3".
var version string

// Version is the version of the program: of the release, or else what Go knows
// of the commit that it was built from.
func Version() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "dev"
}

type versionOptions struct {
	output outputFlag
}

func newVersionCmd(app *App) *cobra.Command {
	var opts versionOptions
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Print the version of landfall",
		Example: "  landfall version",
		Args:    exactly(0),
		RunE: func(*cobra.Command, []string) error {
			return runVersion(app, &opts)
		},
	}
	opts.output.addForOne(cmd)
	return cmd
}

func runVersion(app *App, opts *versionOptions) error {
	if opts.output.isJSON() {
		return app.IO.JSON(struct {
			Version string `json:"version"`
		}{Version()})
	}
	opts.output.forOne(app.IO)
	if app.IO.Plain {
		app.IO.Line("%s", Version())
		return nil
	}
	app.IO.Line("landfall %s", Version())
	return nil
}
