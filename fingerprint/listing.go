package fingerprint

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"slices"
	"strings"
)

// Listing is what a directory would hold if somebody else keeps the files, as an
// object store does: the paths of files and the SHA-256 of each one's content. Its
// fingerprint is that of a directory of the same files, without any link. The zero
// value is empty and ready to use.
type Listing struct {
	sums map[string]string // by path
}

// Add takes in a file by its path, which has slashes and is relative, and by the
// SHA-256 of its content, in 64 hexadecimal digits in lower case. The order in which
// files are added does not matter. It returns an error if the path could not be one
// below a directory, and if it was added before.
func (l *Listing) Add(path, sum string) error {
	if !fs.ValidPath(path) || path == "." || strings.Contains(path, "\x00") {
		return fmt.Errorf("%q could be no file of a directory: leave it out", path)
	}
	if raw, err := hex.DecodeString(sum); err != nil || len(raw) != sha256.Size || sum != hex.EncodeToString(raw) {
		return fmt.Errorf("%q is no SHA-256 of %s", sum, path)
	}
	if _, twice := l.sums[path]; twice {
		return fmt.Errorf("%s is there twice", path)
	}
	if l.sums == nil {
		l.sums = map[string]string{}
	}
	l.sums[path] = sum
	return nil
}

// Len is the number of files that were added.
func (l *Listing) Len() int { return len(l.sums) }

// Sum returns the fingerprint, in the format that Dir documents. Like Dir it returns
// an error if there are no files, and if a file would be a directory too.
func (l *Listing) Sum() (string, error) {
	if len(l.sums) == 0 {
		return "", errors.New("fingerprint a listing: there are no files in it")
	}
	hash := sha256.New()
	for _, path := range slices.Sorted(maps.Keys(l.sums)) {
		for dir := range parents(path) {
			if _, file := l.sums[dir]; file {
				return "", fmt.Errorf("fingerprint a listing: %q would be both a file and the directory of %q: leave one out", dir, path)
			}
		}
		hash.Write([]byte(l.sums[path] + Entry{}.mark() + path + "\x00"))
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// Choice chooses paths, by patterns that follow the rules of the excludes of Dir.
type Choice struct {
	includes, excludes Excludes
}

// NewChoice returns the choice of what includes match, or of everything if there are
// none, less what excludes match. A pattern that matches a directory matches all below
// it. It returns an error that names the first pattern that is none.
func NewChoice(includes, excludes []string) (Choice, error) {
	in, err := ParseExcludes(includes)
	if err != nil {
		return Choice{}, err
	}
	out, err := ParseExcludes(excludes)
	return Choice{includes: in, excludes: out}, err
}

// Takes reports whether the file of a path, which has slashes, is chosen. Whatever is
// named .git is not, nor is what is below it, as Dir has it.
func (c Choice) Takes(path string) bool {
	return (len(c.includes) == 0 || c.includes.cover(path)) && !c.excludes.cover(path) && !slices.Contains(strings.Split(path, "/"), ".git")
}

// Prefix is what all paths begin with that the choice may take, so that whoever lists
// them can ask for those only. It may be empty.
func (c Choice) Prefix() string {
	if len(c.includes) == 0 {
		return ""
	}
	prefix := literal(c.includes[0].glob)
	for _, include := range c.includes[1:] {
		prefix = commonPrefix(prefix, literal(include.glob))
	}
	return prefix
}

// literal is what a glob begins with that stands for itself.
func literal(glob string) string {
	if i := strings.IndexAny(glob, `*?[{\`); i >= 0 {
		return glob[:i]
	}
	return glob
}

func commonPrefix(a, b string) string {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return a[:n]
}

// cover reports whether any of the patterns matches a file, or a directory above it.
func (x Excludes) cover(path string) bool {
	for dir := range parents(path) {
		if x.fit(dir, true) {
			return true
		}
	}
	return x.fit(path, false)
}

// parents are the directories that a path is in, from the top.
func parents(path string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i := range len(path) {
			if path[i] == '/' && !yield(path[:i]) {
				return
			}
		}
	}
}
