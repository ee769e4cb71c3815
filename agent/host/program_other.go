//go:build !linux

package host

import (
	"context"

	"github.com/shirou/gopsutil/v4/process"
)

// programOf returns the program of a process: what is now at the path that it was
// started from, as there is no other way to the file here.
func programOf(ctx context.Context, p *process.Process) (program, error) {
	name, err := p.ExeWithContext(ctx)
	return program{name: name, file: name}, err
}
