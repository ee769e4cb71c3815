package main

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"github.com/landfall-dev/landfall/model"
)

// registryTime is how long a registry may take to answer.
const registryTime = 15 * time.Second

// dockerHub asks the registry of Docker Hub for digests, which its webhooks do not
// tell. Its host is the server's own choice and never one that a webhook names.
type dockerHub struct {
	host string
}

// Digest implements ingest.Registry, for names such as docker.io/acme/runner:1.
func (h dockerHub) Digest(ctx context.Context, image string) (model.Fingerprint, error) {
	path, ok := strings.CutPrefix(image, "docker.io/")
	ref, err := name.ParseReference(h.host + "/" + path)
	if !ok || err != nil {
		return "", &model.Error{Kind: model.KindInvalid, Message: "the image's name is not one of Docker Hub's", Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, registryTime)
	defer cancel()
	found, err := remote.Head(ref, remote.WithContext(ctx))
	if e, ok := errors.AsType[*transport.Error](err); ok && (e.StatusCode == http.StatusNotFound || e.StatusCode == http.StatusUnauthorized) {
		return "", &model.Error{Kind: model.KindNotFound, Message: "Docker Hub shows no image " + path + " to everyone: a private one has to be reported from CI", Err: err}
	}
	if err != nil {
		return "", &model.Error{Kind: model.KindBusy, Message: "Docker Hub could not be asked for the digest of " + path, Err: err}
	}
	return model.ParseFingerprint(found.Digest.Hex)
}
