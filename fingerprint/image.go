package fingerprint

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/authn"
)

// The places that an image is read from.
const (
	SourceRegistry      = "registry"
	SourceLayout        = "oci-layout"     // a directory
	SourceOCIArchive    = "oci-archive"    // a tar file of such a directory
	SourceDockerArchive = "docker-archive" // a tar file of `docker save`
)

// The things that the digest of an image can be of.
const (
	OfIndex    = "index"    // manifests of several platforms
	OfManifest = "manifest" // the manifest of one image
	OfConfig   = "config"   // its configuration: what Docker calls the image id
)

// ImageOptions say how a registry is asked. The zero value is right for most.
type ImageOptions struct {
	// Keychain finds the credentials for a registry; if nil, the configuration of
	// Docker or Podman does, and without one nobody signs in.
	Keychain authn.Keychain
	// Transport sends the requests; http.DefaultTransport if nil.
	Transport http.RoundTripper
	// UserAgent is how the program names itself to a registry.
	UserAgent string
}

// ImageDigests is what an image is known by.
type ImageDigests struct {
	Source string // where it was read: SourceRegistry and so on
	// Digest is that of what the reference names, without the name of the
	// algorithm: what Of says.
	Digest string
	Of     string // OfIndex, OfManifest or OfConfig
	// Platforms are the manifests of an index, in its order and each once; none if
	// the reference names no index. They are one artifact with the index: what runs
	// is known by either. Attestations in an index are not among them.
	Platforms []Platform
}

// Platform is the manifest of one platform.
type Platform struct {
	Name   string // linux/arm64/v8; empty if the index does not say
	Digest string
}

// Image returns the digests of an image. The reference is
//
//	ghcr.io/acme/hello:1.0, or with @sha256:…   what a registry has under that name
//	oci-layout:PATH, or PATH of such a directory
//	oci-archive:PATH                             a tar file of such a directory
//	docker-archive:PATH                          a tar file that `docker save` made
//	PATH of a tar file                           either, by what is in it
//
// where :NAME behind a PATH chooses one of several images by its tag.
//
// Of a registry and of OCI layouts, the digest is that of the index or manifest
// which the reference names: what registries and runtimes know the image by. It
// is checked against the content.
//
// A docker-archive has no manifest as a registry has it: that is made when the
// image is pushed. Its digest is that of the configuration of the image (OfConfig),
// which Docker calls the image id. It does not change when the image is pushed, and
// Docker alone says it of what runs. If a tar file is both, as newer versions of
// Docker make them, it is taken for a docker-archive: whether a registry will know
// the manifest in it depends on how Docker keeps its images. Say oci-archive: if
// you know that it will.
func Image(ctx context.Context, ref string, opts ImageOptions) (ImageDigests, error) {
	digests, err := image(ctx, ref, opts)
	if err != nil {
		return ImageDigests{}, fmt.Errorf("fingerprint an image: %w", err)
	}
	return digests, nil
}

func image(ctx context.Context, ref string, opts ImageOptions) (ImageDigests, error) {
	if source, where, ok := strings.Cut(ref, ":"); ok {
		switch source {
		case SourceLayout, SourceOCIArchive, SourceDockerArchive:
			path, tag := cutTag(where)
			return local(ctx, source, path, tag)
		}
	}
	path, tag := cutTag(ref)
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return fromRegistry(ctx, ref, opts)
	case !info.IsDir():
		return fromFile(ctx, ref, opts)
	case IsLayout(path):
		return local(ctx, SourceLayout, path, tag)
	default: // a directory that has the name of an image by chance
		return fromRegistry(ctx, ref, opts)
	}
}

// fromFile reads an archive. A file that is none and has the name of an image by
// chance is passed by if the reference says more than the name.
func fromFile(ctx context.Context, ref string, opts ImageOptions) (ImageDigests, error) {
	path, tag := cutTag(ref)
	source, err := ArchiveSource(path)
	switch {
	case err != nil:
		return ImageDigests{}, err
	case source != "":
		return local(ctx, source, path, tag)
	case tag != "":
		return fromRegistry(ctx, ref, opts)
	default:
		return ImageDigests{}, fmt.Errorf("%s is a file, and no archive of images", path)
	}
}

func local(ctx context.Context, source, path, tag string) (ImageDigests, error) {
	switch source {
	case SourceLayout:
		return fromLayout(ctx, source, dirReader(path), tag)
	case SourceOCIArchive:
		return fromLayout(ctx, source, tarReader(path), tag)
	default:
		return fromDockerArchive(tarReader(path), tag)
	}
}

// cutTag splits PATH:NAME. A path that is there as it is has no tag behind it.
func cutTag(where string) (path, tag string) {
	i := strings.LastIndexByte(where, ':')
	if i < 0 || strings.ContainsRune(where[i:], '/') || strings.ContainsRune(where[i:], os.PathSeparator) {
		return where, ""
	}
	if _, err := os.Stat(where); err == nil {
		return where, ""
	}
	return where[:i], where[i+1:]
}

// IsLayout reports whether a directory is an OCI image layout.
func IsLayout(path string) bool {
	info, err := os.Stat(filepath.Join(path, "oci-layout"))
	return err == nil && info.Mode().IsRegular()
}
