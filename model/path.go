package model

import (
	"slices"
	"strings"
)

// Bounds of what is kept of the files that a commit touches. A commit that
// touches more is one of which it is not known.
const (
	MaxCommitPaths     = 3000
	maxCommitPathBytes = 200_000
)

// CommitPaths puts the files that a commit touches in order, each once. It reports
// false if they are too many to be kept, or are no paths.
func CommitPaths(lists ...[]string) (paths []string, known bool) {
	size := 0
	paths = []string{}
	for _, list := range lists {
		for _, path := range list {
			if size += len(path); size > maxCommitPathBytes || path == "" || ValidateText("paths", path, 1, 4096) != nil {
				return nil, false
			}
			paths = append(paths, path)
		}
	}
	slices.Sort(paths)
	paths = slices.Compact(paths)
	if len(paths) > MaxCommitPaths {
		return nil, false
	}
	return paths, true
}

// ValidateFlowPaths checks the paths that a flow is limited to: folders or files
// from the root of the repository, without a slash before or after. It returns
// KindInvalid.
func ValidateFlowPaths(paths []string) error {
	if len(paths) > 100 {
		return Invalid("paths", "%d paths were given, and 100 are taken", len(paths))
	}
	for _, path := range paths {
		if err := ValidateText("paths", path, 1, 500); err != nil {
			return err
		}
		if strings.HasPrefix(path, "/") || strings.HasSuffix(path, "/") || slices.Contains(strings.Split(path, "/"), "..") || strings.ContainsAny(path, "*?[\\") {
			return Invalid("paths", "%q is not a path from the root of the repository: write a folder or a file, such as services/runner", clip(path, 100))
		}
	}
	return nil
}

// TouchesAny reports whether any of the files lies in one of the paths or is one;
// in no paths lies everything.
func TouchesAny(files, paths []string) bool {
	if len(paths) == 0 {
		return true
	}
	return slices.ContainsFunc(files, func(file string) bool {
		return slices.ContainsFunc(paths, func(path string) bool {
			return file == path || strings.HasPrefix(file, path+"/")
		})
	})
}
