package fingerprint

import (
	"fmt"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// exclude is a pattern of what to leave out of a directory.
type exclude struct {
	glob    string // of a whole path from the directory
	dirOnly bool
}

// parseExcludes checks patterns as they are written.
func parseExcludes(patterns []string) ([]exclude, error) {
	excludes := make([]exclude, 0, len(patterns))
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

// excluded reports whether any of the patterns matches a path with slashes.
func excluded(excludes []exclude, path string, isDir bool) bool {
	for _, e := range excludes {
		if (isDir || !e.dirOnly) && doublestar.MatchUnvalidated(e.glob, path) {
			return true
		}
	}
	return false
}
