package host

import (
	"context"
	"path"
	"path/filepath"
	"strings"

	"github.com/shirou/gopsutil/v4/process"

	"github.com/landfall-dev/landfall/agent"
)

// longestKernelName is how much of a program's name the kernel tells everybody.
const longestKernelName = 15

// mayFit reports whether a process may run a program that patterns choose, by what
// everybody may see of it: the name that it was started under, and its first argument.
// Of a process of another user, no more is seen, and most of them cannot be meant.
// One that calls itself by another name is not found this way.
func mayFit(ctx context.Context, p *process.Process, patterns agent.Patterns) bool {
	name, err := p.NameWithContext(ctx)
	if err != nil {
		return true
	}
	called := []string{name}
	if arguments, err := p.CmdlineSliceWithContext(ctx); err == nil && len(arguments) > 0 {
		called = append(called, arguments[0], filepath.Base(arguments[0]))
	}
	for _, pattern := range patterns {
		last := path.Base(filepath.ToSlash(pattern))
		if len(name) == longestKernelName && agree(last, name) {
			return true
		}
		for _, text := range called {
			if (agent.Patterns{pattern, last}).Match(text) {
				return true
			}
		}
	}
	return false
}

// agree reports whether a pattern may fit a name of which only the beginning is known.
func agree(pattern, beginning string) bool {
	if i := strings.IndexAny(pattern, `*?[\`); i >= 0 {
		pattern = pattern[:i]
	} else if len(pattern) < len(beginning) {
		return false
	}
	return strings.HasPrefix(pattern, beginning) || strings.HasPrefix(beginning, pattern)
}
