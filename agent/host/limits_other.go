//go:build !unix

package host

import "errors"

// No error of this system is known to tell of its limits.
var (
	errNoWatches = errors.New("no more watches")
	errNoFiles   = errors.New("no more open files")
)
