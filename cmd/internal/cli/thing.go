package cli

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/landfall-dev/landfall/fingerprint"
)

// The types of things that have fingerprints, beside the sources of images that
// package fingerprint names.
const (
	typeFile  = "file"
	typeDir   = "dir"
	typeImage = "image"
)

var (
	archiveTypes = []string{fingerprint.SourceLayout, fingerprint.SourceOCIArchive, fingerprint.SourceDockerArchive}
	thingTypes   = append([]string{typeFile, typeDir, typeImage}, archiveTypes...)
)

// thing is something that was built, and what it is known by.
type thing struct {
	kind      string // one of thingTypes
	digest    string
	of        string // what the digest is of
	platforms []fingerprint.Platform
	name      string // what to call it if nobody says
	place     string // the directory that it lies in; empty if it is not on this machine
}

// isConfig reports whether the digest is of a configuration, by which no registry
// knows an image.
func (t *thing) isConfig() bool { return t.of == fingerprint.OfConfig }

// maxDigests is how many digests of platforms the server takes.
const maxDigests = 100

// digests are those of the platforms of an image, as the server takes them.
func (t *thing) digests() []string {
	var digests []string
	for _, p := range t.platforms {
		digests = append(digests, p.Digest)
	}
	return digests[:min(len(digests), maxDigests)]
}

// typeOf tells what somebody means who names a file, a directory or an image. What
// could be two things is an error that says so, and how to say which: say writes
// the flag that chooses a type.
func typeOf(what string, say func(kind string) string) (string, error) {
	if source, _, ok := strings.Cut(what, ":"); ok && slices.Contains(archiveTypes, source) {
		return source, nil
	}
	info, err := os.Stat(what)
	switch {
	case err == nil && info.IsDir() && fingerprint.IsLayout(what):
		return "", usageErrorf("%s is a directory, and an image too: say which with %s or %s", what, say(typeDir), say(fingerprint.SourceLayout))
	case err == nil && info.IsDir():
		return typeDir, nil
	case err == nil:
		return typeOfFile(what, say)
	case !errors.Is(err, fs.ErrNotExist) && !strings.Contains(what, ":"):
		return "", err
	case namesImage(what):
		return typeImage, nil
	case looksLikePath(what):
		return "", usageErrorf("there is no file or directory %s", what)
	default:
		return "", usageErrorf("there is no file or directory %s; if it is an image, write its tag, or say %s", what, say(typeImage))
	}
}

func typeOfFile(path string, say func(string) string) (string, error) {
	source, err := fingerprint.ArchiveSource(path)
	if err != nil || source == "" {
		return typeFile, nil //nolint:nilerr // a broken archive is a file
	}
	return "", usageErrorf("%s is a file, and an image too: say which with %s or %s", path, say(typeFile), say(source))
}

// namesImage reports whether a text names an image beyond doubt: by a tag, a digest
// or a registry.
func namesImage(what string) bool {
	if looksLikePath(what) {
		return false
	}
	first, _, several := strings.Cut(what, "/")
	last := what[strings.LastIndexByte(what, '/')+1:]
	return strings.ContainsAny(last, ":@") || several && (first == "localhost" || strings.ContainsAny(first, ".:"))
}

func looksLikePath(what string) bool {
	for _, prefix := range []string{"./", "../", "/", "~", `.\`, `..\`} {
		if strings.HasPrefix(what, prefix) {
			return true
		}
	}
	return what == "." || what == ".."
}

// identify computes what a thing is known by. Directories may leave something out.
func identify(ctx context.Context, kind, what string, excludes []string) (*thing, error) {
	if len(excludes) > 0 && kind != typeDir {
		return nil, usageErrorf("--exclude leaves something out of a directory, and %s is none", what)
	}
	return interruptible(ctx, func() (*thing, error) {
		switch kind {
		case typeFile:
			sum, err := fingerprint.File(what)
			return &thing{kind: kind, digest: sum, of: "content", name: baseOf(what), place: filepath.Dir(what)}, err
		case typeDir:
			sum, err := fingerprint.Dir(what, excludes...)
			return &thing{kind: kind, digest: sum, of: "list", name: baseOf(what), place: what}, err
		default:
			return identifyImage(ctx, kind, what)
		}
	})
}

func identifyImage(ctx context.Context, kind, what string) (*thing, error) {
	ref, name := what, what
	if slices.Contains(archiveTypes, kind) {
		path := strings.TrimPrefix(what, kind+":")
		ref, name = kind+":"+path, baseOf(path)
	}
	image, err := fingerprint.Image(ctx, ref, fingerprint.ImageOptions{UserAgent: "landfall/" + Version()})
	if err != nil {
		return nil, err
	}
	t := &thing{kind: image.Source, digest: image.Digest, of: image.Of, platforms: image.Platforms, name: name}
	if image.Source == fingerprint.SourceRegistry {
		t.kind = typeImage
	}
	return t, nil
}

// baseOf is the name of a file or a directory without where it lies.
func baseOf(path string) string {
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	return filepath.Base(path)
}

// interruptible does what knows nothing of a context, and returns when that ends.
// What was begun goes on until the program ends, which is at once.
func interruptible[T any](ctx context.Context, do func() (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		value, err := do()
		done <- outcome{value, err}
	}()
	select {
	case o := <-done:
		return o.value, o.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}
