package host

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/shirou/gopsutil/v4/process"
)

// programOf returns the program of a process. The link that Linux has to it leads to
// the file that runs even if it was removed or replaced.
func programOf(ctx context.Context, p *process.Process) (program, error) {
	name, err := p.ExeWithContext(ctx)
	if err != nil {
		return program{}, err
	}
	// An agent in a container may have the processes of the machine elsewhere.
	proc := cmp.Or(os.Getenv("HOST_PROC"), "/proc")
	file := filepath.Join(proc, strconv.Itoa(int(p.Pid)), "exe")
	if trimmed, ok := strings.CutSuffix(name, " (deleted)"); ok && !leadsTo(name, file) {
		name = trimmed
	}
	return program{name: name, file: file}, nil
}

// leadsTo reports whether a path is of the same file as another, which shows that the
// suffix is a part of its name.
func leadsTo(path, file string) bool {
	there, err := os.Stat(path)
	if err != nil {
		return false
	}
	runs, err := os.Stat(file)
	return err == nil && os.SameFile(there, runs)
}
