package fingerprint

import (
	"bytes"
	"context"
	"fmt"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// deepest is how many indexes may lie in each other. More is no image that
// anybody made on purpose.
const deepest = 4

// attestation marks manifests in an index that say something about another one,
// and run nowhere.
const attestation = "vnd.docker.reference.type"

// fetchFunc reads the manifest that a descriptor tells of.
type fetchFunc func(ctx context.Context, d v1.Descriptor) ([]byte, error)

// digestsOf reads what is known by the digest of a manifest or an index.
func digestsOf(ctx context.Context, source string, d v1.Descriptor, content []byte, fetch fetchFunc) (ImageDigests, error) {
	if err := check(d, content); err != nil {
		return ImageDigests{}, err
	}
	digests := ImageDigests{Source: source, Digest: d.Digest.Hex, Of: OfManifest}
	switch {
	case d.MediaType.IsIndex():
		digests.Of = OfIndex
		w := walk{fetch: fetch, seen: map[string]bool{d.Digest.Hex: true}}
		if err := w.index(ctx, content, 1); err != nil {
			return ImageDigests{}, err
		}
		digests.Platforms = w.platforms
	case !d.MediaType.IsImage():
		return ImageDigests{}, fmt.Errorf("its media type is %q, which is no image", d.MediaType)
	}
	return digests, nil
}

// check holds content against the digest that it is said to have.
func check(d v1.Descriptor, content []byte) error {
	if d.Digest.Algorithm != "sha256" {
		return fmt.Errorf("its digest is %s, and only those of sha256 are fingerprints", d.Digest)
	}
	if got := sumOfBytes(content); got != d.Digest.Hex {
		return fmt.Errorf("the digest of its manifest is %s, and it should be %s", got, d.Digest.Hex)
	}
	return nil
}

// walk collects the manifests of an index and of those in it.
type walk struct {
	fetch     fetchFunc
	seen      map[string]bool
	platforms []Platform
}

func (w *walk) index(ctx context.Context, content []byte, depth int) error {
	if depth > deepest {
		return fmt.Errorf("over %d indexes lie in each other", deepest)
	}
	index, err := v1.ParseIndexManifest(bytes.NewReader(content))
	if err != nil {
		return fmt.Errorf("read its index: %w", err)
	}
	for _, d := range index.Manifests {
		if w.seen[d.Digest.Hex] || d.Annotations[attestation] != "" {
			continue
		}
		w.seen[d.Digest.Hex] = true
		if err := w.manifest(ctx, d, depth); err != nil {
			return err
		}
	}
	return nil
}

func (w *walk) manifest(ctx context.Context, d v1.Descriptor, depth int) error {
	switch {
	case d.Digest.Algorithm != "sha256":
		return fmt.Errorf("a digest in its index is %s, and only those of sha256 are fingerprints", d.Digest)
	case d.MediaType.IsIndex():
		content, err := w.fetch(ctx, d)
		if err != nil {
			return fmt.Errorf("read the index %s in its index: %w", d.Digest, err)
		}
		if err := check(d, content); err != nil {
			return err
		}
		return w.index(ctx, content, depth+1)
	case d.MediaType.IsImage():
		p := Platform{Digest: d.Digest.Hex}
		if d.Platform != nil {
			p.Name = d.Platform.String()
		}
		w.platforms = append(w.platforms, p)
	}
	return nil
}

// mediaTypeOf is what a manifest says that it is, where what tells of it does not.
func mediaTypeOf(d v1.Descriptor, content []byte) types.MediaType {
	if d.MediaType != "" {
		return d.MediaType
	}
	manifest, err := v1.ParseManifest(bytes.NewReader(content))
	if err != nil {
		return ""
	}
	return manifest.MediaType
}
