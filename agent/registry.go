package agent

import (
	"context"
	"log/slog"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2/expirable"

	"github.com/landfall-dev/landfall/fingerprint"
)

const (
	rememberedImages = 2_000
	rememberFor      = time.Hour // a registry that knew nothing may know later
	registryTimeout  = 10 * time.Second
)

// Registry asks registries what images were built as. It remembers their answers, the
// empty ones too, so that a registry is asked once an hour for an image at most.
type Registry struct {
	images fingerprint.ImageOptions
	log    *slog.Logger
	known  *lru.LRU[imageSeen, string]
}

type imageSeen struct{ image, digest string }

// NewRegistry returns a Registry that signs in as the configuration of Docker or
// Podman says, unless images says otherwise.
func NewRegistry(images fingerprint.ImageOptions, log *slog.Logger) *Registry {
	return &Registry{images: images, log: log, known: lru.NewLRU[imageSeen, string](rememberedImages, nil, rememberFor)}
}

// Built implements ImageResolver. A tag that has moved on since the image was taken leads
// to an index that does not list the digest: then the digest stays as it is.
func (g *Registry) Built(ctx context.Context, image, digest string) string {
	image, _, _ = strings.Cut(image, "@")
	key := imageSeen{image, digest}
	if built, ok := g.known.Get(key); ok {
		return built
	}
	built := g.ask(ctx, image, digest)
	if ctx.Err() == nil {
		g.known.Add(key, built)
	}
	return built
}

func (g *Registry) ask(ctx context.Context, image, digest string) string {
	ctx, cancel := context.WithTimeout(ctx, registryTimeout)
	defer cancel()
	found, err := fingerprint.Image(ctx, image, g.images)
	if err != nil {
		g.log.DebugContext(ctx, "the registry does not say what an image was built as", "image", image, "err", err)
		return digest
	}
	for _, platform := range found.Platforms {
		if platform.Digest == digest {
			return found.Digest
		}
	}
	return digest
}
