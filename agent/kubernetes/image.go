package kubernetes

import (
	"strings"

	"github.com/landfall-dev/landfall/agent"
)

// digestOf reads what the kubelet says that a container runs. Runtimes write it in
// these ways:
//
//	ghcr.io/acme/web@sha256:…                    containerd, CRI-O
//	docker-pullable://ghcr.io/acme/web@sha256:…  Docker
//	sha256:…  docker://sha256:…  …               an image that was never pulled
//
// The last are ids of images, that is digests of their configuration, and local is
// true for them. The digest is empty if the text says nothing that a report can.
func digestOf(imageID string) (digest string, local bool) {
	if _, rest, ok := strings.Cut(imageID, "://"); ok {
		imageID = rest
	}
	at := strings.LastIndexByte(imageID, '@')
	digest, prefixed := strings.CutPrefix(imageID[at+1:], "sha256:")
	if !agent.IsDigest(digest) || at >= 0 && !prefixed {
		return "", false
	}
	return digest, at < 0
}
