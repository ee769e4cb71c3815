// Command landfalld is the Landfall server.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// version is set when a release is built.
var version string

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal drains. The second is not ours any more, and ends us.
	context.AfterFunc(ctx, stop)
	if err := run(ctx, os.Args[1:], os.LookupEnv, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "landfalld:", err)
		os.Exit(1)
	}
}

// run is the program. It returns when its work is done or ctx has ended.
func run(ctx context.Context, args []string, env lookupFunc, stdout, stderr io.Writer) error {
	command, rest := "", args
	if len(args) > 0 {
		command, rest = args[0], args[1:]
	}
	switch command {
	case "serve":
		cfg, err := newConfig(rest, env)
		if errors.Is(err, flag.ErrHelp) {
			return printHelp(stdout)
		}
		if err != nil {
			return err
		}
		return serve(ctx, cfg, newLogger(stderr), stdout, cfg.routes)
	case "version", "--version":
		_, err := fmt.Fprintln(stdout, "landfalld", currentVersion())
		return err
	case "help", "--help", "-h":
		return printHelp(stdout)
	}
	return fmt.Errorf("there is no command %q: use serve, version or --help", command)
}

func currentVersion() string {
	if info, ok := debug.ReadBuildInfo(); version == "" && ok {
		return info.Main.Version
	}
	return version
}
