//go:build unix

package cli

import (
	"fmt"
	"os"
	"syscall"
)

// becomeProgram replaces this process by a program, so that signals and the process id
// are the program's. It returns only if it cannot.
func becomeProgram(path string, args []string) error {
	err := syscall.Exec(path, append([]string{path}, args...), os.Environ())
	return fmt.Errorf("start %s: %w", path, err)
}
