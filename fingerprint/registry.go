package fingerprint

import (
	"context"
	"fmt"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// fromRegistry asks a registry for what it has under a name.
func fromRegistry(ctx context.Context, ref string, opts ImageOptions) (ImageDigests, error) {
	parsed, err := name.ParseReference(ref)
	if err != nil {
		return ImageDigests{}, fmt.Errorf("%q is not the name of an image: write it as in ghcr.io/acme/hello:1.0", ref)
	}
	options := opts.remote(ctx)
	found, err := remote.Get(parsed, options...)
	if err != nil {
		return ImageDigests{}, fmt.Errorf("ask %s for %s: %w", parsed.Context().RegistryStr(), ref, err)
	}
	fetch := func(_ context.Context, d v1.Descriptor) ([]byte, error) {
		nested, err := remote.Get(parsed.Context().Digest(d.Digest.String()), options...)
		if err != nil {
			return nil, err
		}
		return nested.Manifest, nil
	}
	return digestsOf(ctx, SourceRegistry, found.Descriptor, found.Manifest, fetch)
}

func (o ImageOptions) remote(ctx context.Context) []remote.Option {
	keychain := o.Keychain
	if keychain == nil {
		keychain = authn.DefaultKeychain
	}
	options := []remote.Option{remote.WithContext(ctx), remote.WithAuthFromKeychain(keychain)}
	if o.Transport != nil {
		options = append(options, remote.WithTransport(o.Transport))
	}
	if o.UserAgent != "" {
		options = append(options, remote.WithUserAgent(o.UserAgent))
	}
	return options
}
