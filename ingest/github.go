package ingest

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/go-playground/webhooks/v6/github"

	"github.com/landfall-dev/landfall/model"
)

// gitHub signs the body: HMAC-SHA256 in X-Hub-Signature-256. Its id and event are
// beside the signature, not under it.
var gitHub = sender{
	forge:    model.ForgeGitHub,
	proof:    func(r *http.Request) string { return r.Header.Get("X-Hub-Signature-256") },
	fits:     func(proof string, body []byte, secret string) bool { return signedBy(secret, body, proof, "sha256=") },
	sourceID: func(h http.Header) string { return h.Get("X-GitHub-Delivery") },
	event:    func(h http.Header) string { return h.Get("X-GitHub-Event") },
	parse:    parseGitHub,
}

// gitHubEvents are the events that the library is to parse.
var gitHubEvents = []github.Event{
	github.PingEvent, github.PushEvent, github.CreateEvent, github.DeleteEvent,
	github.CheckSuiteEvent, github.CheckRunEvent, github.DeploymentEvent, github.DeploymentStatusEvent, github.PullRequestEvent, github.ReleaseEvent,
}

// parseGitHub says what a delivery of GitHub says. It returns KindInvalid for a
// body that is not what its event promises.
func parseGitHub(event string, body []byte) (*model.Facts, error) {
	switch event {
	case "package", "registry_package": // which the library does not know
		return readGitHubPackage(event, body)
	case "workflow_run", "workflow_job":
		return readGitHubWorkflow(event, body)
	}
	hook, err := github.New()
	if err != nil {
		return nil, notUnderstood(model.ForgeGitHub, event, err)
	}
	payload, err := hook.Parse(request("X-Github-Event", event, body), gitHubEvents...)
	switch {
	case errors.Is(err, github.ErrEventNotFound):
		return notUsed(event), nil
	case err != nil && !isDeploymentPayload(err):
		return nil, notUnderstood(model.ForgeGitHub, event, err)
	}
	switch p := payload.(type) {
	case github.PushPayload:
		return readGitHubPush(&p)
	case github.DeletePayload:
		return readGitHubDelete(&p)
	case github.CheckSuitePayload:
		return readCheckSuite(&p, body)
	case github.CheckRunPayload:
		return readCheckRun(&p, body)
	case github.DeploymentPayload:
		return readGitHubDeployment(&p)
	case github.DeploymentStatusPayload:
		return readGitHubDeploymentStatus(&p, body)
	case github.PullRequestPayload:
		return readGitHubPullRequest(&p)
	case github.ReleasePayload:
		return readGitHubRelease(&p, body)
	case github.CreatePayload:
		return &model.Facts{Ignored: "the push that comes with it tells of the new branch or tag, and of its commit"}, nil
	case github.PingPayload:
		return &model.Facts{Ignored: "a ping asks for nothing; its signature fits"}, nil
	}
	return notUsed(event), nil
}

// isDeploymentPayload reports whether all that the library could not read is what
// a deployment's maker noted in it for itself: GitHub takes any JSON there, and
// the library only objects. The rest has been read then.
func isDeploymentPayload(err error) bool {
	mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err)
	return ok && mismatch.Field == "deployment.payload"
}
