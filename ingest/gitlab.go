package ingest

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-playground/webhooks/v6/gitlab"

	"github.com/landfall-dev/landfall/model"
)

// gitLab sends the secret itself, in X-Gitlab-Token. When it sends a delivery
// again, it does so with the same Idempotency-Key; older servers have none, and
// name the event, which several webhooks may be told of.
var gitLab = sender{
	forge: model.ForgeGitLab,
	proof: func(r *http.Request) string { return r.Header.Get("X-Gitlab-Token") },
	fits:  func(proof string, _ []byte, secret string) bool { return sameSecret(proof, secret) },
	sourceID: func(h http.Header) string {
		if key := h.Get("Idempotency-Key"); key != "" {
			return key
		}
		return h.Get("X-Gitlab-Event-UUID")
	},
	event: func(h http.Header) string { return h.Get("X-Gitlab-Event") },
	parse: parseGitLab,
}

// gitLabEvents are the events that the library is to parse. It takes an old build
// event for a job too.
var gitLabEvents = []gitlab.Event{
	gitlab.PushEvents, gitlab.TagEvents, gitlab.PipelineEvents, gitlab.JobEvents, gitlab.BuildEvents, gitlab.DeploymentEvents,
	gitlab.MergeRequestEvents,
}

// parseGitLab says what a delivery of GitLab says. It returns KindInvalid for a
// body that is not what its event promises.
func parseGitLab(event string, body []byte) (*model.Facts, error) {
	hook, err := gitlab.New()
	if err != nil {
		return nil, notUnderstood(model.ForgeGitLab, event, err)
	}
	payload, err := hook.Parse(request("X-Gitlab-Event", event, body), gitLabEvents...)
	switch {
	case errors.Is(err, gitlab.ErrEventNotFound):
		return notUsed(event), nil
	case err != nil:
		return nil, notUnderstood(model.ForgeGitLab, event, err)
	}
	switch p := payload.(type) {
	case gitlab.PushEventPayload:
		return readGitLabPush(gitLabPush{p.Ref, p.Before, p.After, p.CheckoutSHA, p.Project, p.Commits, p.TotalCommitsCount})
	case gitlab.TagEventPayload:
		return readGitLabPush(gitLabPush{p.Ref, p.Before, p.After, p.CheckoutSHA, p.Project, p.Commits, p.TotalCommitsCount})
	case gitlab.PipelineEventPayload:
		return readPipeline(&p)
	case gitlab.JobEventPayload:
		return readGitLabJob(event, body)
	case gitlab.BuildEventPayload:
		return readGitLabJob(event, body)
	case gitlab.DeploymentEventPayload:
		return readGitLabDeployment(&p)
	case gitlab.MergeRequestEventPayload:
		return readMergeRequest(&p, body)
	}
	return notUsed(event), nil
}

// gitLabFacts begins the facts about a project.
func gitLabFacts(p gitlab.Project) (*model.Facts, error) {
	return factsOf(model.ForgeGitLab, p.PathWithNamespace, p.WebURL)
}

// projectOfPage is what the page of a project tells of it. Events of jobs name the
// project no better on older servers.
func projectOfPage(page string) gitlab.Project {
	u, err := url.Parse(page)
	if err != nil {
		return gitlab.Project{}
	}
	return gitlab.Project{PathWithNamespace: strings.Trim(u.Path, "/"), WebURL: page}
}
