package main

import (
	"context"
	"fmt"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// push sends the images that were written to a registry, as REPOSITORY/NAME:VERSION, and
// what is said about them after them. It signs in as docker login has set it up.
func (r *release) push(ctx context.Context, repository string) error {
	for _, kind := range imageKinds() {
		index, err := layout.ImageIndexFromPath(r.imageDir(kind))
		if err != nil {
			return fmt.Errorf("read image %s: %w", kind.program, err)
		}
		to, err := name.NewTag(repository + "/" + kind.program + ":" + r.number())
		if err != nil {
			return err
		}
		if err := pushAll(ctx, to, index); err != nil {
			return fmt.Errorf("push %s: %w", to, err)
		}
	}
	return nil
}

// pushAll sends what a layout lists: an index, by its tag, and images, by their digests.
func pushAll(ctx context.Context, to name.Tag, from v1.ImageIndex) error {
	options := []remote.Option{remote.WithContext(ctx), remote.WithAuthFromKeychain(authn.DefaultKeychain)}
	manifest, err := from.IndexManifest()
	if err != nil {
		return err
	}
	for _, d := range manifest.Manifests {
		if d.MediaType.IsIndex() {
			index, err := from.ImageIndex(d.Digest)
			if err != nil {
				return err
			}
			if err := remote.WriteIndex(to, index, options...); err != nil {
				return err
			}
			continue
		}
		image, err := from.Image(d.Digest)
		if err != nil {
			return err
		}
		if err := remote.Write(to.Digest(d.Digest.String()), image, options...); err != nil {
			return err
		}
	}
	return nil
}
