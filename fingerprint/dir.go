package fingerprint

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path"
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
	sum, err := dir(path, excludes)
	if err != nil {
		return "", fmt.Errorf("fingerprint a directory: %w", err)
	}
	return sum, nil
}

func dir(path string, excludes []string) (string, error) {
	patterns, err := parseExcludes(excludes)
	if err != nil {
		return "", err
	}
	root, err := os.OpenRoot(path)
	if err != nil {
		return "", err
	}
	defer root.Close()
	entries, err := entriesOf(root, patterns)
	if err != nil {
		return "", err
	}
	if len(entries) == 0 {
		return "", fmt.Errorf("nothing is in %s, or all of it is left out", path)
	}
	slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.path, b.path) })
	hash := sha256.New()
	for _, e := range entries {
		sum, err := e.sum(root)
		if err != nil {
			return "", err
		}
		hash.Write([]byte(sum + e.mark() + e.path + "\x00"))
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// entry is one file or one symbolic link below a directory.
type entry struct {
	path string // from the directory, with slashes
	link bool
}

// mark is what stands in a record between the sum and the path.
func (e entry) mark() string {
	if e.link {
		return " >"
	}
	return "  "
}

// sum is the SHA-256 of a file, or of where a link leads.
func (e entry) sum(root *os.Root) (string, error) {
	name := filepath.FromSlash(e.path)
	if e.link {
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
func entriesOf(root *os.Root, excludes []exclude) ([]entry, error) {
	var entries []entry
	err := fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == ".":
			return nil
		case path.Base(name) == ".git", excluded(excludes, name, d.IsDir()):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		case d.Type().IsRegular(), d.Type()&fs.ModeSymlink != 0:
			entries = append(entries, entry{path: name, link: !d.Type().IsRegular()})
			return nil
		default:
			return fmt.Errorf("%s is %s: leave it out, or fingerprint what can be kept", name, kindOf(d.Type()))
		}
	})
	return entries, err
}
