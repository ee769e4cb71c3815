// Package docker tells what containers of a Docker or a Podman run, by the API of
// Docker Engine, version 1.40 or newer.
//
// # What an image is known by
//
// An image is known by the digest of its manifest, or of its index if it was built
// for several platforms, because that is what a registry and a build know it by. An
// image id is not that. What a daemon tells depends on how it keeps images:
//
//   - Docker's own store has the digest of what was pulled or pushed, also when the
//     tag has moved on. For an image that was neither, there is no digest.
//   - Docker on containerd's store keeps images as registries do: the id is the
//     digest, also of what was built here and will be pushed.
//   - Podman makes up digests for images that were built here, and shows both the
//     index and the manifest of what was pulled. Its API of Docker forgets all
//     digests when the tag moves on. So it is asked by its own API too, which says
//     what was pulled.
//
// An image that has never been in a registry is known by its id and has
// agent.NoteLocalImage. With Podman, that are images whose names all begin with
// localhost/, which is where it puts what it builds. If such an image is tagged for a
// registry, or built under the name of one, nothing tells it from one that was
// pulled; and as Podman compresses layers when it pushes, the registry has another
// digest than the store that it was pushed from.
package docker

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/moby/moby/client"

	"github.com/landfall-dev/landfall/agent"
)

// What is read of a daemon is bounded.
const (
	mostContainers  = 20_000
	longestName     = 500       // bytes
	largestResponse = 128 << 20 // bytes; a container takes some kilobytes in a list
	inspectsAtOnce  = 8
)

// Source looks at the containers of one Docker or Podman.
type Source struct {
	cfg    agent.Docker
	images agent.ImageResolver // nil: digests are as the daemon shows them
	client *client.Client
	libpod *http.Client // speaks Podman's own API
	podman atomic.Bool  // the daemon has said that it is Podman
}

var _ agent.Source = (*Source)(nil)

// New returns a source of the containers that a configuration chooses. It connects
// to nothing yet. Images are asked for indexes if the configuration wants that and
// they are not nil.
func New(cfg agent.Docker, images agent.ImageResolver) (*Source, error) {
	if err := validate(cfg); err != nil {
		return nil, err
	}
	s := &Source{cfg: cfg}
	if cfg.ResolveIndex {
		s.images = images
	}
	var err error
	if s.client, err = client.New(s.options()...); err != nil {
		return nil, fmt.Errorf("connect to Docker or Podman: %w", err)
	}
	s.libpod = s.libpodClient()
	return s, nil
}

func validate(cfg agent.Docker) error {
	for _, patterns := range [][]string{cfg.Names, cfg.ExcludeNames} {
		if err := agent.Patterns(patterns).Validate(); err != nil {
			return err
		}
	}
	if slices.ContainsFunc(cfg.Labels, func(label string) bool { return label == "" || label[0] == '=' }) {
		return errors.New("a label of containers is empty: write it as in key or key=value")
	}
	scheme, _, found := strings.Cut(cfg.Host, "://")
	if cfg.Host != "" && (!found || !slices.Contains([]string{"unix", "tcp", "http", "https", "npipe"}, scheme)) {
		return fmt.Errorf("%q is no address of Docker or Podman: write it as in unix:///run/podman/podman.sock or tcp://10.0.0.5:2376", cfg.Host)
	}
	return nil
}

// options are how to reach the daemon: as the configuration says, or else as the
// environment does.
func (s *Source) options() []client.Opt {
	host := client.WithHostFromEnv()
	if s.cfg.Host != "" {
		host = client.WithHost(s.cfg.Host)
	}
	return []client.Opt{
		client.WithTLSClientConfigFromEnv(), host, client.WithAPIVersionFromEnv(),
		client.WithUserAgent("landfall"),
		client.WithHTTPResponseHook(s.received),
	}
}

// received sees each response before it is read.
func (s *Source) received(r *http.Response) {
	if r.Header.Get("Libpod-Api-Version") != "" {
		s.podman.Store(true)
	}
	if endless := strings.HasSuffix(r.Request.URL.Path, "/events"); !endless {
		r.Body = &boundedBody{ReadCloser: r.Body, left: largestResponse}
	}
}

// boundedBody is a body that fails where it is too large.
type boundedBody struct {
	io.ReadCloser
	left int
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("the answer has over %d MiB: choose fewer containers, by labels", largestResponse>>20)
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// Close lets go of the connections.
func (s *Source) Close() error {
	s.libpod.CloseIdleConnections()
	return s.client.Close()
}
