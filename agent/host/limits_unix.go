//go:build unix

package host

import "syscall"

// What systems answer that have no more watches or open files to give.
const (
	errNoWatches = syscall.ENOSPC
	errNoFiles   = syscall.EMFILE
)
