package fingerprint

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// The annotations by which images in a layout are named.
var nameAnnotations = []string{"org.opencontainers.image.ref.name", "io.containerd.image.name"}

// fromLayout reads what the index of an OCI layout names.
func fromLayout(ctx context.Context, source string, read readFunc, tag string) (ImageDigests, error) {
	content, err := read("index.json")
	if err != nil {
		return ImageDigests{}, fmt.Errorf("read the index of an OCI layout: %w", err)
	}
	index, err := v1.ParseIndexManifest(bytes.NewReader(content))
	if err != nil {
		return ImageDigests{}, fmt.Errorf("read the index of an OCI layout: %w", err)
	}
	d, err := choose(index.Manifests, tag)
	if err != nil {
		return ImageDigests{}, err
	}
	fetch := func(_ context.Context, d v1.Descriptor) ([]byte, error) {
		return read(path.Join("blobs", d.Digest.Algorithm, d.Digest.Hex))
	}
	manifest, err := fetch(ctx, d)
	if err != nil {
		return ImageDigests{}, fmt.Errorf("read the manifest %s: %w", d.Digest, err)
	}
	d.MediaType = mediaTypeOf(d, manifest)
	return digestsOf(ctx, source, d, manifest, fetch)
}

// choose is the one image of a layout, or the one of that name.
func choose(images []v1.Descriptor, tag string) (v1.Descriptor, error) {
	var fitting []v1.Descriptor
	var names []string
	seen := map[v1.Hash]bool{} // one image may have several names
	for _, d := range images {
		named := namesOf(d)
		names = append(names, named...)
		if !seen[d.Digest] && (tag == "" || isNamed(named, tag)) {
			seen[d.Digest] = true
			fitting = append(fitting, d)
		}
	}
	if len(fitting) == 1 {
		return fitting[0], nil
	}
	return v1.Descriptor{}, severalError(len(fitting), tag, names)
}

// severalError says why no single image could be taken.
func severalError(fitting int, tag string, names []string) error {
	switch {
	case fitting == 0 && tag == "":
		return errors.New("there is no image in it")
	case fitting == 0:
		return fmt.Errorf("no image in it is named %s; there are: %s", tag, strings.Join(names, ", "))
	default:
		return fmt.Errorf("there are %d images in it: write :NAME behind it, with one of: %s", fitting, strings.Join(names, ", "))
	}
}

func namesOf(d v1.Descriptor) []string {
	var names []string
	for _, annotation := range nameAnnotations {
		if name := d.Annotations[annotation]; name != "" {
			names = append(names, name)
		}
	}
	return names
}

// isNamed reports whether one of the names is the tag, or has it.
func isNamed(names []string, tag string) bool {
	for _, name := range names {
		if name == tag || strings.HasSuffix(name, ":"+tag) {
			return true
		}
	}
	return false
}

// fromDockerArchive reads what `docker save` made.
func fromDockerArchive(read readFunc, tag string) (ImageDigests, error) {
	content, err := read("manifest.json")
	if err != nil {
		return ImageDigests{}, fmt.Errorf("read a docker-archive: %w", err)
	}
	var images []struct {
		Config   string
		RepoTags []string
	}
	if err := json.Unmarshal(content, &images); err != nil {
		return ImageDigests{}, fmt.Errorf("read the manifest of a docker-archive: %w", err)
	}
	var configs, names []string
	for _, image := range images {
		names = append(names, image.RepoTags...)
		if tag == "" || isNamed(image.RepoTags, tag) {
			configs = append(configs, image.Config)
		}
	}
	if len(configs) != 1 {
		return ImageDigests{}, severalError(len(configs), tag, names)
	}
	config, err := read(configs[0])
	if err != nil {
		return ImageDigests{}, fmt.Errorf("read the configuration of an image: %w", err)
	}
	return ImageDigests{Source: SourceDockerArchive, Digest: sumOfBytes(config), Of: OfConfig}, nil
}
