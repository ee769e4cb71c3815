// Package lazy puts off what a command may never need. A regular expression takes as
// long to compile as the rest of a package takes to start, and every command would
// wait for all of them.
package lazy

import (
	"regexp"
	"sync"
)

// Regexp returns a function that compiles an expression when it is called first. It
// panics then if the expression is none.
func Regexp(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}
