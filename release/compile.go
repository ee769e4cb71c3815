package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// compile builds the programs of all platforms.
func (r *release) compile(ctx context.Context) error {
	const cli = "github.com/landfall-dev/landfall/cmd/internal/cli.version"
	for _, p := range r.platforms {
		r.say("  for %s", p)
		args := []string{
			"build", "-tags", "web", "-trimpath", "-buildvcs=false",
			"-ldflags", "-s -w -buildid= -X main.version=" + r.version + " -X " + cli + "=" + r.version,
			"-o", r.programDir(p) + string(filepath.Separator),
		}
		for _, name := range p.programs() {
			args = append(args, "./cmd/"+name)
		}
		if err := os.MkdirAll(r.programDir(p), 0o755); err != nil {
			return err
		}
		// What somebody has set for his own machine changes the bytes.
		if err := r.goTool(ctx, args, "CGO_ENABLED=0", "GOOS="+p.os, "GOARCH="+p.arch, "GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS=-mod=readonly", "GOEXPERIMENT="); err != nil {
			return fmt.Errorf("for %s: %w", p, err)
		}
	}
	return nil
}

// writePapers writes completions of shells and manual pages, which the product makes of
// its own commands.
func (r *release) writePapers(ctx context.Context) error {
	return r.goTool(ctx, []string{"run", "./cmd/manual", r.papers()}, "SOURCE_DATE_EPOCH="+strconv.FormatInt(r.time.Unix(), 10))
}

// goTool runs Go in the repository.
func (r *release) goTool(ctx context.Context, args []string, env ...string) error {
	cmd := r.goCommand(ctx, args)
	cmd.Env = append(os.Environ(), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w\n%s", args[0], err, out)
	}
	return nil
}

func (r *release) goCommand(ctx context.Context, args []string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = r.root
	return cmd
}
