package agent

import (
	"fmt"
	"path"
	"slices"
)

// Patterns choose names. In a pattern * is any text without a slash and ? any
// character, as path.Match has it.
type Patterns []string

// Validate returns an error that names the first pattern that is none.
func (p Patterns) Validate() error {
	for _, pattern := range p {
		if _, err := path.Match(pattern, ""); err != nil || pattern == "" {
			return fmt.Errorf("%q is no pattern: write it as in web, web-* or web-?", pattern)
		}
	}
	return nil
}

// Match reports whether any of the patterns fits the whole name.
func (p Patterns) Match(name string) bool {
	return slices.ContainsFunc(p, func(pattern string) bool {
		ok, _ := path.Match(pattern, name)
		return ok
	})
}

// Chooses reports whether a name is chosen: by all, if there are no patterns to
// include, and not by one of those to leave out.
func Chooses(include, exclude []string, name string) bool {
	return (len(include) == 0 || Patterns(include).Match(name)) && !Patterns(exclude).Match(name)
}
