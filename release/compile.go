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
		args := []string{
			"build", "-trimpath", "-buildvcs=false",
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
	if _, err := os.Stat(filepath.Join(r.root, "cmd", "manual")); err == nil {
		return r.goTool(ctx, []string{"run", "./cmd/manual", r.papers()}, "SOURCE_DATE_EPOCH="+strconv.FormatInt(r.time.Unix(), 10))
	}
	// A version from before there were manual pages.
	dir := filepath.Join(r.papers(), "completions")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for shell, name := range map[string]string{"bash": "landfall.bash", "zsh": "_landfall", "fish": "landfall.fish", "powershell": "landfall.ps1"} {
		text, err := r.goCommand(ctx, []string{"run", "./cmd/landfall", "completion", shell}).Output()
		if err != nil {
			return fmt.Errorf("completions of %s: %w", shell, err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
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
