// Command release builds what a release of Landfall consists of: archives, packages of
// Debian and RPM, images, a formula for Homebrew, lists of what is in the programs, and
// the checksums of all.
//
// It is a module of its own, so that what it stands on is no part of the product. The
// same commit gives the same bytes, whoever builds it: times are that of the commit, and
// nothing of the machine gets in.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// run is the program.
func run(ctx context.Context, args []string) error {
	r, push, err := parse(args)
	if err != nil {
		return err
	}
	r.progress = os.Stderr
	if err := r.build(ctx); err != nil {
		return err
	}
	if push != "" {
		return r.push(ctx, push)
	}
	return nil
}

// parse makes a release of flags.
func parse(args []string) (r *release, push string, err error) {
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	root := flags.String("root", "..", "`directory` of the repository")
	out := flags.String("out", "../dist", "`directory` to write to, of which the content is replaced")
	version := flags.String("version", "", "version, as in v1.2.3; required")
	epoch := flags.Int64("epoch", 0, "`seconds` since 1970 that all times are; required: SOURCE_DATE_EPOCH of the commit")
	only := flags.String("platforms", "", "platforms with commas between, as in linux/amd64; none stands for all")
	flags.StringVar(&push, "push", "", "`repository` to push the images below, as in ghcr.io/acme")
	if err := flags.Parse(args); err != nil {
		return nil, "", err
	}
	if *version == "" || *epoch <= 0 {
		return nil, "", fmt.Errorf("-version and -epoch are required: `make release` sets them")
	}
	platforms, err := parsePlatforms(*only)
	if err != nil {
		return nil, "", err
	}
	r, err = newRelease(*root, *out, *version, time.Unix(*epoch, 0).UTC(), platforms)
	return r, push, err
}
