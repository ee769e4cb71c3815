package docker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	cerrdefs "github.com/containerd/errdefs"
	"github.com/distribution/reference"
	"github.com/moby/moby/api/types/container"
	imageapi "github.com/moby/moby/api/types/image"
	"golang.org/x/sync/errgroup"

	"github.com/landfall-dev/landfall/agent"
)

// image is what a daemon knows about an image, or about one that it had. Digests
// are bare hexadecimal.
type image struct {
	id    string
	names []string // that lead to it, with tags
	// repoDigests are by what registries know it, in the order of their text.
	repoDigests []repoDigest
	// manifest is by what the store itself knows it, which it may forget last; empty
	// if it does not tell.
	manifest string
	// local is an image that is known to have been in no registry.
	local bool
}

// repoDigest is a digest in a repository, which has its full name.
type repoDigest struct {
	repository string
	digest     string
}

// imagesOf returns the images of containers by their ids, without those that the
// daemon has no more. They are asked for anew by each look: an image that was built
// here becomes one of a registry when it is pushed.
func (s *Source) imagesOf(ctx context.Context, containers []container.InspectResponse) (map[string]*image, error) {
	var ids []string
	for _, c := range containers {
		ids = append(ids, c.Image)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	found := make([]*image, len(ids))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(inspectsAtOnce)
	for i, id := range ids {
		group.Go(func() (err error) {
			found[i], err = s.inspectImage(ctx, id)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	images := make(map[string]*image, len(ids))
	for i, id := range ids {
		images[id] = found[i]
	}
	return images, nil
}

// inspectImage returns nil for an image that the daemon has no more, which Docker
// may remove from under a container.
func (s *Source) inspectImage(ctx context.Context, id string) (*image, error) {
	inspected, err := s.client.ImageInspect(ctx, id)
	if id == "" || cerrdefs.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("inspect image %s: %w", id, err)
	}
	img := imageFrom(id, &inspected.InspectResponse)
	if s.podman.Load() {
		if err := s.askPodman(ctx, img); err != nil {
			return nil, fmt.Errorf("inspect image %s: %w", id, err)
		}
	}
	return img, nil
}

// imageFrom reads an answer of Docker's API. The id is that of the container, which
// is the same.
func imageFrom(id string, answer *imageapi.InspectResponse) *image {
	img := &image{id: hexOf(id), names: slices.Sorted(slices.Values(answer.RepoTags))}
	for _, text := range slices.Sorted(slices.Values(answer.RepoDigests)) {
		if d := parseRepoDigest(text); d.digest != "" {
			img.repoDigests = append(img.repoDigests, d)
		}
	}
	if answer.Descriptor != nil {
		img.manifest = hexOf(answer.Descriptor.Digest.String())
	}
	if from := answer.Identity; from != nil {
		img.local = len(from.Build) > 0 && len(from.Pull) == 0
	}
	return img
}

// goneImage is what a container tells of an image that the daemon has no more.
func goneImage(c container.InspectResponse) *image {
	img := &image{id: hexOf(c.Image)}
	if c.ImageManifestDescriptor != nil {
		// Only containerd's store tells it, in which ids are digests of registries.
		img.manifest = img.id
	}
	return img
}

// parseRepoDigest reads a name@sha256:digest. Under localhost/ are no registries but
// images that Podman has made, so what is there comes out empty, as does what is
// none.
func parseRepoDigest(text string) repoDigest {
	named, err := reference.ParseNormalizedNamed(text)
	if err != nil || madeHere(named) {
		return repoDigest{}
	}
	pinned, ok := named.(reference.Digested)
	if !ok || !agent.IsDigest(pinned.Digest().Encoded()) {
		return repoDigest{}
	}
	return repoDigest{repository: named.Name(), digest: pinned.Digest().Encoded()}
}

func madeHere(named reference.Named) bool { return reference.Domain(named) == "localhost" }

// referenceOf is the name that a container was created with; empty if it was
// created with the id of its image, or with the beginning of one.
func referenceOf(ref, id string) string {
	const shortest = 4 // fewer digits are more likely a name
	if agent.ImageName(ref) == "" || len(ref) >= shortest && strings.HasPrefix(id, ref) {
		return ""
	}
	return ref
}

// name is the name of an artifact that is this image in a container that was created
// with a reference, or with none; empty if nothing names it.
func (i *image) name(ref string) string {
	if name := agent.ImageName(ref); name != "" {
		return name
	}
	for _, name := range i.names {
		if name = agent.ImageName(name); name != "" && !strings.HasPrefix(name, "<none>") {
			return name
		}
	}
	for _, d := range i.repoDigests {
		return d.repository
	}
	return ""
}

// digest is what the image is known by in a container that was created with a
// reference, or with none, and whether that is only its id.
func (i *image) digest(ref string, built builtFunc) (digest string, local bool, err error) {
	if pinned := parseRepoDigest(ref); pinned.digest != "" {
		return built(ref, pinned.digest), false, nil
	}
	if candidates := i.candidates(ref); len(candidates) > 0 && !i.local {
		if ref == "" {
			ref = candidates[0].repository + "@sha256:" + candidates[0].digest
		}
		return builtOf(candidates, ref, built), false, nil
	}
	if i.manifest != "" && !i.local {
		return i.manifest, false, nil
	}
	if !agent.IsDigest(i.id) {
		return "", false, errors.New("its image has no id that is a SHA-256")
	}
	return i.id, true, nil
}

// candidates are the digests that an image may be known by, the best first: those
// in the repository of the reference, or else all. Among several in one repository
// the one that the store itself knows the image by is best.
func (i *image) candidates(ref string) []repoDigest {
	var candidates []repoDigest
	if named, err := reference.ParseNormalizedNamed(ref); err == nil {
		candidates = slices.DeleteFunc(slices.Clone(i.repoDigests), func(d repoDigest) bool { return d.repository != named.Name() })
	}
	if len(candidates) == 0 {
		candidates = slices.Clone(i.repoDigests)
	}
	slices.SortStableFunc(candidates, func(a, b repoDigest) int {
		return rank(a.digest == i.manifest) - rank(b.digest == i.manifest)
	})
	return candidates
}

func rank(first bool) int {
	if first {
		return 0
	}
	return 1
}

// builtFunc returns the digest of the index that a reference leads to if that lists
// a digest, or else the digest.
type builtFunc func(ref, digest string) string

// resolver asks registries once for each image in a look, if they are to be asked.
func (s *Source) resolver(ctx context.Context) builtFunc {
	if s.images == nil {
		return func(_, digest string) string { return digest }
	}
	type question struct{ ref, digest string }
	answers := make(map[question]string)
	return func(ref, digest string) string {
		q := question{ref, digest}
		if _, asked := answers[q]; !asked {
			answers[q] = s.images.Built(ctx, ref, digest)
		}
		return answers[q]
	}
}

// builtOf returns the index of the first of the candidates that is in one, or else
// the first of them.
func builtOf(candidates []repoDigest, ref string, built builtFunc) string {
	for _, c := range candidates {
		if index := built(ref, c.digest); index != c.digest {
			return index
		}
	}
	return candidates[0].digest
}

// hexOf is a digest or an id without its algorithm.
func hexOf(digest string) string { return strings.TrimPrefix(digest, "sha256:") }
