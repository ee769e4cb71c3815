package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// release is one release, while it is built.
type release struct {
	root, out string // absolute
	version   string // as git has it
	time      time.Time
	platforms []platform
	scratch   string    // programs and papers on their way into archives
	progress  io.Writer // is told of each step; nil if nobody waits
}

// platform is what programs are built for.
type platform struct{ os, arch string }

func (p platform) String() string { return p.os + "/" + p.arch }

// all are the platforms of a release.
var all = []platform{
	{"linux", "amd64"},
	{"linux", "arm64"},
	{"darwin", "amd64"},
	{"darwin", "arm64"},
	{"windows", "amd64"},
}

// programs are what is built for a platform. The server runs on Linux, and on the
// machines on which people try it.
func (p platform) programs() []string {
	switch p {
	case platform{"darwin", "amd64"}, platform{"windows", "amd64"}:
		return []string{"landfall", "landfall-agent"}
	default:
		return []string{"landfall", "landfall-agent", "landfalld"}
	}
}

// suffix is what names of programs end in.
func (p platform) suffix() string {
	if p.os == "windows" {
		return ".exe"
	}
	return ""
}

// parsePlatforms reads platforms with commas between; nothing stands for all.
func parsePlatforms(text string) ([]platform, error) {
	if text == "" {
		return all, nil
	}
	var chosen []platform
	for name := range strings.SplitSeq(text, ",") {
		i := slices.IndexFunc(all, func(p platform) bool { return p.String() == name })
		if i < 0 {
			return nil, fmt.Errorf("%q is no platform of a release: it is one of %v", name, all)
		}
		chosen = append(chosen, all[i])
	}
	return chosen, nil
}

// newRelease begins a release in an empty directory.
func newRelease(root, out, version string, at time.Time, platforms []platform) (*release, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	if out, err = filepath.Abs(out); err != nil {
		return nil, err
	}
	if out == root || strings.HasPrefix(root, out+string(filepath.Separator)) {
		return nil, fmt.Errorf("%s holds the repository: write to a directory of its own", out)
	}
	return &release{root: root, out: out, version: version, time: at, platforms: platforms}, nil
}

// build makes everything, one after another: nothing is left of what was there before.
func (r *release) build(ctx context.Context) (err error) {
	if err := os.RemoveAll(r.out); err != nil {
		return err
	}
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return err
	}
	if r.scratch, err = os.MkdirTemp("", "landfall-release-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(r.scratch)) }()
	for _, step := range []struct {
		what string
		do   func(context.Context) error
	}{
		{"build programs", r.compile},
		{"write completions and manual pages", r.writePapers},
		{"list what is in the programs", r.writeSBOMs},
		{"write archives", r.writeArchives},
		{"write packages", r.writePackages},
		{"write images", r.writeImages},
		{"write the formula of Homebrew", r.writeFormula},
		{"write checksums", r.writeSums},
	} {
		r.say("%s", step.what)
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
	}
	return nil
}

// say tells who waits how far it is.
func (r *release) say(format string, args ...any) {
	if r.progress != nil {
		fmt.Fprintf(r.progress, format+"\n", args...)
	}
}

// number is the version without the v that git's tags begin with.
func (r *release) number() string { return strings.TrimPrefix(r.version, "v") }

// programDir is where the programs of a platform are built.
func (r *release) programDir(p platform) string {
	return filepath.Join(r.scratch, p.os+"_"+p.arch)
}

// program is where a program is once it is built.
func (r *release) program(p platform, name string) string {
	return filepath.Join(r.programDir(p), name+p.suffix())
}

// papers is where completions and manual pages are once they are written.
func (r *release) papers() string { return filepath.Join(r.scratch, "papers") }
