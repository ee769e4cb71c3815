package docker

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"

	"github.com/distribution/reference"
)

// libpodVersion is the version of Podman's own API that is asked for. Newer Podmans
// answer it as well.
const libpodVersion = "v4.0.0"

// libpodClient speaks Podman's own API where Docker's is, on the same socket.
func (s *Source) libpodClient() *http.Client {
	dial := s.client.Dialer()
	return &http.Client{Transport: &http.Transport{
		DialContext:  func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) },
		MaxIdleConns: 1,
	}}
}

// libpodImage is what is needed of Podman's own answer about an image.
type libpodImage struct {
	Digest       string   // that of the manifest or index that was pulled
	NamesHistory []string // names that it has and had, newest first
}

// askPodman adds to an image what only Podman's own API tells: the digest that was
// pulled, also when no name leads to the image any more, and whether it was made
// here.
func (s *Source) askPodman(ctx context.Context, img *image) error {
	answer, err := s.libpodInspect(ctx, img.id)
	if err != nil || answer == nil {
		return err
	}
	img.manifest = hexOf(answer.Digest)
	// A digest outside of localhost/ may be of a name that the history has not.
	img.local = len(img.repoDigests) == 0 && !slices.ContainsFunc(answer.NamesHistory, ofRegistry)
	return nil
}

func ofRegistry(name string) bool {
	named, err := reference.ParseNormalizedNamed(name)
	return err == nil && !madeHere(named)
}

// libpodInspect returns nil if Podman has the image no more.
func (s *Source) libpodInspect(ctx context.Context, id string) (*libpodImage, error) {
	// The host is part of each request, but the connection is the daemon's.
	url := "http://podman/" + libpodVersion + "/libpod/images/" + id + "/json"
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	response, err := s.libpod.Do(r)
	if err != nil {
		return nil, fmt.Errorf("ask Podman: %w", err)
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusOK:
		var answer libpodImage
		if err := json.NewDecoder(io.LimitReader(response.Body, largestResponse)).Decode(&answer); err != nil {
			return nil, fmt.Errorf("read Podman's answer: %w", err)
		}
		return &answer, nil
	case http.StatusNotFound:
		return nil, nil
	default:
		return nil, fmt.Errorf("ask Podman: it answers %s", response.Status)
	}
}
