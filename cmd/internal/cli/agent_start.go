package cli

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// agentProgram is the program that has the runtimes.
const agentProgram = "landfall-agent"

// startAgent goes on as landfall-agent, with the same arguments.
func (app *App) startAgent() error {
	if app.StartAgent != nil {
		return app.StartAgent(app.args)
	}
	path, err := findAgent()
	if err != nil {
		return err
	}
	return becomeProgram(path, app.args)
}

// findAgent looks beside this program, which is where it is installed, and then where
// the shell looks.
func findAgent() (string, error) {
	name := agentProgram
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if self, err := os.Executable(); err == nil {
		if real, err := filepath.EvalSymlinks(self); err == nil {
			self = real
		}
		beside := filepath.Join(filepath.Dir(self), name)
		if info, err := os.Stat(beside); err == nil && !info.IsDir() {
			return beside, nil
		}
	}
	path, err := exec.LookPath(name)
	if errors.Is(err, exec.ErrNotFound) {
		return "", fmt.Errorf("the program %s, which looks at runtimes, is not there: it belongs beside landfall; every package and archive of Landfall has both, and `make build` makes both", agentProgram)
	}
	return path, err
}
