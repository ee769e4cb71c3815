package ingest

import (
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/go-playground/webhooks/v6/docker"

	"github.com/landfall-dev/landfall/model"
)

// dockerHub can prove nothing but that it knows the URL of the webhook: the secret
// is the last part of its path.
var dockerHub = sender{
	forge:    model.ForgeDockerHub,
	proof:    func(r *http.Request) string { return r.PathValue("secret") },
	fits:     func(proof string, _ []byte, secret string) bool { return sameSecret(proof, secret) },
	sourceID: func(http.Header) string { return "" },
	event:    func(http.Header) string { return "push" }, // there is no other
	parse:    parseDockerHub,
}

// parseDockerHub says which image was pushed. Its digest is not told: the registry
// has to be asked for it. It returns KindInvalid for a body that is no push.
func parseDockerHub(event string, body []byte) (*model.Facts, error) {
	hook, err := docker.New()
	if err != nil {
		return nil, notUnderstood(model.ForgeDockerHub, event, err)
	}
	payload, err := hook.Parse(request("Content-Type", "application/json", body))
	if err != nil {
		return nil, notUnderstood(model.ForgeDockerHub, event, err)
	}
	p, ok := payload.(docker.BuildPayload)
	if !ok {
		return notUsed(event), nil
	}
	var more struct {
		PushData struct {
			PushedAt float64 `json:"pushed_at"` // of which the library keeps two minutes less or more
		} `json:"push_data"`
	}
	if err := beside(model.ForgeDockerHub, event, body, &more); err != nil {
		return nil, err
	}
	if p.PushData.Tag == "" {
		return &model.Facts{Ignored: "untagged: not meant to be known by name"}, nil
	}
	image := &model.Image{Name: "docker.io/" + strings.ToLower(p.Repository.RepoName), Tag: p.PushData.Tag}
	if err := checkImage(image); err != nil {
		return nil, err
	}
	seconds := more.PushData.PushedAt
	if !(seconds > 0 && seconds < 253_402_300_800) { // the year 10000
		return nil, model.Invalid("pushed_at", "pushed_at is no time")
	}
	image.At = time.UnixMicro(int64(math.Round(seconds * 1e6))).UTC()
	return &model.Facts{Image: image}, nil
}
