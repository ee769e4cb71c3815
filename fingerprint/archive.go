package fingerprint

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// largestManifest bounds what is read of what describes an image, and is not the
// image itself.
const largestManifest = 16 << 20

// readFunc reads one small file of a layout or an archive by its name. It returns
// fs.ErrNotExist if there is none.
type readFunc func(name string) ([]byte, error)

// dirReader reads files of a directory, and nothing outside of it.
func dirReader(dir string) readFunc {
	return func(name string) ([]byte, error) {
		f, err := os.OpenInRoot(dir, filepath.FromSlash(name))
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return readSmall(f, name)
	}
}

// tarReader reads files of a tar file. Each is found anew, from one header to the
// next: there are three or four to read, and the large ones are passed over.
func tarReader(archive string) readFunc {
	return func(name string) ([]byte, error) {
		var content []byte
		err := eachEntry(archive, func(header *tar.Header, r io.Reader) (more bool, err error) {
			if path.Clean(header.Name) != path.Clean(name) || header.Typeflag != tar.TypeReg {
				return true, nil
			}
			content, err = readSmall(r, name)
			return false, err
		})
		if err == nil && content == nil {
			err = fmt.Errorf("%s in %s: %w", name, archive, fs.ErrNotExist)
		}
		return content, err
	}
}

// ArchiveSource tells what archive of images a tar file is: SourceDockerArchive,
// SourceOCIArchive, or nothing if it is none.
func ArchiveSource(archive string) (string, error) {
	docker, oci := false, false
	err := eachEntry(archive, func(header *tar.Header, _ io.Reader) (bool, error) {
		switch path.Clean(header.Name) {
		case "manifest.json":
			docker = true
		case "oci-layout":
			oci = true
		}
		return !docker, nil
	})
	switch {
	case errors.Is(err, errNoTar):
		return "", nil
	case err != nil:
		return "", err
	case docker:
		return SourceDockerArchive, nil
	case oci:
		return SourceOCIArchive, nil
	default:
		return "", nil
	}
}

var errNoTar = errors.New("it is no tar file")

// eachEntry calls do for each entry of a tar file until it wants no more.
func eachEntry(archive string, do func(*tar.Header, io.Reader) (more bool, err error)) error {
	f, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer f.Close()
	r := tar.NewReader(f)
	for first := true; ; first = false {
		header, err := r.Next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil && first:
			return fmt.Errorf("read %s: %w", archive, errNoTar)
		case err != nil:
			return fmt.Errorf("read %s: %w", archive, err)
		}
		more, err := do(header, r)
		if err != nil || !more {
			return err
		}
	}
}

func readSmall(r io.Reader, name string) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(r, largestManifest+1))
	if err != nil {
		return nil, err
	}
	if len(content) > largestManifest {
		return nil, fmt.Errorf("%s has over %d MiB", name, largestManifest>>20)
	}
	return content, nil
}
