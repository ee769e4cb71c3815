package fingerprint

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Dir returns the fingerprint of a directory: the SHA-256 of a list of what is in
// it. It is the same on every machine, whatever the order and the times in which
// the files were made.
//
// The list has one record for each file and each symbolic link below the
// directory, sorted by the bytes of their paths. A record is
//
//	of a file            the SHA-256 of its content    two spaces           its path  a NUL byte
//	of a symbolic link   the SHA-256 of its target     a space and a ">"    its path  a NUL byte
//
// where a path is relative to the directory and has slashes, and the target is the
// text of the link, which is not followed. Where there are no links, this is what
// `sha256sum --zero` prints, so that anybody can check it without this package:
//
//	find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum -z | sha256sum
//
// Permissions, owners, times and empty directories are no part of it, because
// archives and object stores lose them on the way from a build to where it runs.
// Whatever is named .git is left out, at any depth: it differs from clone to clone.
//
// What an exclude matches is left out, and all below it if it is a directory. An
// exclude is a glob in which * and ? stop at slashes and ** does not. One without
// a slash, as *.log, holds at any depth; one with a slash, as docs/*.md or /build,
// from the directory on; one that ends in a slash, as cache/, for directories only.
//
// A file that cannot be read is an error, and so are a device, a pipe, a socket,
// and a directory of which nothing is left: it is more likely that a build made
// nothing than that somebody means it.
func Dir(path string, excludes ...string) (string, error) {
	patterns, err := ParseExcludes(excludes)
	if err != nil {
		return "", fmt.Errorf("fingerprint a directory: %w", err)
	}
	return DirWith(path, DirOptions{Excludes: patterns})
}

// DirOptions are for those who fingerprint the same directory often.
type DirOptions struct {
	Excludes Excludes
	// Sum returns the SHA-256 of an entry, for those who know it from before. It is
	// called for each entry, in the order of the list; nil stands for Entry.Sum.
	Sum func(*os.Root, Entry) (string, error)
	// MostEntries bounds what may be in the directory, with its directories; 0 stands
	// for no bound. To have more is ErrManyEntries.
	MostEntries int
}

var (
	// ErrEmpty is the error about a directory of which nothing is left.
	ErrEmpty = errors.New("it has no files, or all of them are left out")
	// ErrManyEntries is the error about a directory that has more than is allowed.
	ErrManyEntries = errors.New("it has too many files: leave out those that no build makes")
)

// DirWith returns the same as Dir.
func DirWith(path string, opts DirOptions) (string, error) {
	if opts.Sum == nil {
		opts.Sum = func(root *os.Root, e Entry) (string, error) { return e.Sum(root) }
	}
	sum, err := dir(path, opts)
	if err != nil {
		return "", fmt.Errorf("fingerprint a directory: %w", err)
	}
	return sum, nil
}

func dir(path string, opts DirOptions) (string, error) {
	root, err := os.OpenRoot(path)
	if err != nil {
		return "", err
	}
	defer root.Close()
	entries, err := entriesOf(root, opts)
	if err != nil {
		return "", err
	}
	if len(entries) == 0 {
		return "", fmt.Errorf("nothing is in %s: %w", path, ErrEmpty)
	}
	slices.SortFunc(entries, func(a, b Entry) int { return strings.Compare(a.Path, b.Path) })
	hash := sha256.New()
	for _, e := range entries {
		sum, err := opts.Sum(root, e)
		if err != nil {
			return "", err
		}
		hash.Write([]byte(sum + e.mark() + e.Path + "\x00"))
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// Entry is one file or one symbolic link below a directory.
type Entry struct {
	Path string // from the directory, with slashes
	Link bool
}

// mark is what stands in a record between the sum and the path.
func (e Entry) mark() string {
	if e.Link {
		return " >"
	}
	return "  "
}

// Sum reads the entry, and returns the SHA-256 of a file, or of where a link leads.
func (e Entry) Sum(root *os.Root) (string, error) {
	name := filepath.FromSlash(e.Path)
	if e.Link {
		target, err := root.Readlink(name)
		return sumOfBytes([]byte(filepath.ToSlash(target))), err
	}
	f, err := root.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return sumOf(f)
}

// entriesOf finds what is below a directory and not left out.
func entriesOf(root *os.Root, opts DirOptions) ([]Entry, error) {
	var entries []Entry
	seen := 0
	err := fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == ".":
			return nil
		case opts.Excludes.Match(name, d.IsDir()):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if seen++; opts.MostEntries > 0 && seen > opts.MostEntries {
			return fmt.Errorf("over %d entries: %w", opts.MostEntries, ErrManyEntries)
		}
		switch {
		case d.IsDir():
			return nil
		case d.Type().IsRegular(), d.Type()&fs.ModeSymlink != 0:
			entries = append(entries, Entry{Path: name, Link: !d.Type().IsRegular()})
			return nil
		default:
			return fmt.Errorf("%s is %s: leave it out, or fingerprint what can be kept", name, kindOf(d.Type()))
		}
	})
	return entries, err
}
