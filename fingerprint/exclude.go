package fingerprint

import (
	"fmt"
	"path"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// exclude is a pattern of what to leave out of a directory.
type exclude struct {
	glob    string // of a whole path from the directory
	dirOnly bool
}

// Excludes are patterns of what to leave out of a directory. What is named .git is
// left out also by none.
type Excludes []exclude

// ParseExcludes checks patterns as Dir has them. Its error names the first that is
// none.
func ParseExcludes(patterns []string) (Excludes, error) {
	excludes := make(Excludes, 0, len(patterns))
	for _, pattern := range patterns {
		e, err := parseExclude(pattern)
		if err != nil {
			return nil, err
		}
		excludes = append(excludes, e)
	}
	return excludes, nil
}

func parseExclude(pattern string) (exclude, error) {
	glob, dirOnly := strings.CutSuffix(pattern, "/")
	anchored := strings.Contains(glob, "/")
	glob = strings.TrimPrefix(strings.TrimPrefix(glob, "./"), "/")
	switch {
	case strings.HasPrefix(glob, "!"):
		return exclude{}, fmt.Errorf("%q takes nothing back: an exclude only leaves out", pattern)
	case glob == "" || glob == ".":
		return exclude{}, fmt.Errorf("%q would leave out everything", pattern)
	case !doublestar.ValidatePattern(glob):
		return exclude{}, fmt.Errorf("%q is no glob: write it as in *.log, docs/**/*.md or cache/", pattern)
	}
	if !anchored {
		glob = "**/" + glob
	}
	return exclude{glob: glob, dirOnly: dirOnly}, nil
}

// Match reports whether a path from the directory, with slashes, is left out. If it
// is a directory, all below it is too, which Match does not see of its path.
func (x Excludes) Match(name string, isDir bool) bool {
	return path.Base(name) == ".git" || x.fit(name, isDir)
}

// fit reports whether one of the patterns fits.
func (x Excludes) fit(name string, isDir bool) bool {
	for _, e := range x {
		if (isDir || !e.dirOnly) && doublestar.MatchUnvalidated(e.glob, name) {
			return true
		}
	}
	return false
}
