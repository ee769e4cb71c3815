package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/agent"
)

func newServerCmd(app *App, i *inspection) *cobra.Command {
	var opts agent.Server
	var paths pathsFlag
	var excludes []string
	cmd := i.command(app, "server", "processes, files and directories of this machine",
		"A process is known by the SHA-256 of the program that it runs, also if that was\n"+
			"replaced since. Files and directories have the fingerprint that landfall fingerprint\n"+
			"prints.",
		[]string{"server web-1 --process nginx --path site=/srv/www", "server web-1 --process '/opt/shop/*' --path /etc/shop --exclude '*.swp'"},
		func(name string) agent.Environment {
			opts.Paths = nil
			for _, p := range paths {
				p.Excludes = excludes
				opts.Paths = append(opts.Paths, p)
			}
			return agent.Environment{Name: name, Server: &opts}
		})
	stringsFlag(cmd, &opts.Processes, "process", "processes whose program this fits: `name, path or pattern`")
	cmd.Flags().Var(&paths, "path", "file or directory that is an artifact: `PATH or NAME=PATH`; may be repeated")
	excludeFlag(cmd, &excludes, "leave out of directories what this `glob` fits; may be repeated")
	return cmd
}

func newPathCmd(app *App, i *inspection) *cobra.Command {
	var opts agent.Path
	cmd := i.command(app, "path", "a file or a directory of this machine",
		"A symbolic link is followed, as from /srv/shop/current to a release: what it points to\n"+
			"is what runs.",
		[]string{"path web-1 --path /srv/shop/current --artifact shop --exclude 'cache/'"},
		func(name string) agent.Environment { return agent.Environment{Name: name, Path: &opts} })
	cmd.Flags().StringVar(&opts.Path, "path", "", "`file or directory` that is the artifact")
	require(cmd, "path")
	stringFlag(cmd, &opts.Name, "artifact", "`name` of the artifact (default the path)")
	excludeFlag(cmd, &opts.Excludes, "leave out of a directory what this `glob` fits; may be repeated")
	return cmd
}

// pathsFlag is --path of a server: a path, or the name of an artifact and its path.
type pathsFlag []agent.Path

func (f *pathsFlag) String() string {
	words := make([]string, len(*f))
	for i, p := range *f {
		words[i] = p.Name + "=" + p.Path
	}
	return strings.Join(words, ",")
}

// Set takes one path. A name has no slash, so that a path with an equals sign is one.
func (f *pathsFlag) Set(value string) error {
	name, path, named := strings.Cut(value, "=")
	if !named || strings.Contains(name, "/") {
		name, path = "", value
	}
	if path == "" {
		return fmt.Errorf("write it as in /srv/www or site=/srv/www")
	}
	*f = append(*f, agent.Path{Name: name, Path: path})
	return nil
}

// Type is what help calls the value.
func (f *pathsFlag) Type() string { return "path" }
