package ingest

import (
	"errors"
	"net/http"

	"github.com/go-playground/webhooks/v6/gitea"

	"github.com/landfall-dev/landfall/model"
)

// giteaForge is Gitea or Forgejo, which signs the body: HMAC-SHA256 in hexadecimal
// digits, without a prefix. Forgejo sends each header under both names.
var giteaForge = sender{
	forge:    model.ForgeGitea,
	proof:    func(r *http.Request) string { return giteaHeader(r.Header, "Signature") },
	fits:     func(proof string, body []byte, secret string) bool { return signedBy(secret, body, proof, "") },
	sourceID: func(h http.Header) string { return giteaHeader(h, "Delivery") },
	event:    func(h http.Header) string { return giteaHeader(h, "Event") },
	parse:    parseGitea,
}

func giteaHeader(h http.Header, name string) string {
	if value := h.Get("X-Gitea-" + name); value != "" {
		return value
	}
	return h.Get("X-Forgejo-" + name)
}

// giteaEvents are the events that the library is to parse.
var giteaEvents = []gitea.Event{
	gitea.PushEvent, gitea.CreateEvent, gitea.DeleteEvent, gitea.ReleaseEvent, gitea.PullRequestEvent, gitea.PullRequestAssignEvent,
	gitea.PullRequestLabelEvent, gitea.PullRequestMilestoneEvent, gitea.PullRequestSyncEvent,
}

// parseGitea says what a delivery of Gitea or Forgejo says. It returns KindInvalid
// for a body that is not what its event promises.
func parseGitea(event string, body []byte) (*model.Facts, error) {
	if event == "workflow_run" || event == "workflow_job" { // which the library does not know
		return readGiteaActions(event, body)
	}
	hook, err := gitea.New()
	if err != nil {
		return nil, notUnderstood(model.ForgeGitea, event, err)
	}
	payload, err := hook.Parse(request("X-Gitea-Event", event, body), giteaEvents...)
	switch {
	case errors.Is(err, gitea.ErrEventNotFound):
		return notUsed(event), nil
	case err != nil:
		return nil, notUnderstood(model.ForgeGitea, event, err)
	}
	switch p := payload.(type) {
	case gitea.PushPayload:
		return readGiteaPush(&p, body)
	case gitea.DeletePayload:
		return readGiteaDelete(&p)
	case gitea.PullRequestPayload:
		return readGiteaPullRequest(&p)
	case gitea.ReleasePayload:
		return readGiteaRelease(&p)
	case gitea.CreatePayload:
		return &model.Facts{Ignored: "the push that comes with it tells of the new branch or tag, and of its commit"}, nil
	}
	return notUsed(event), nil
}

// giteaFacts begins the facts about a repository.
func giteaFacts(r *gitea.Repository) (*model.Facts, error) {
	if r == nil {
		r = new(gitea.Repository)
	}
	return factsOf(model.ForgeGitea, r.FullName, r.HTMLURL)
}

// readGiteaPullRequest reads a pull request as it was after whatever happened to
// it.
func readGiteaPullRequest(p *gitea.PullRequestPayload) (*model.Facts, error) {
	f, err := giteaFacts(p.Repository)
	if err != nil {
		return nil, err
	}
	pr := p.PullRequest
	if pr == nil {
		pr = new(gitea.PullRequest)
	}
	told := toldPullRequest{
		number: pr.Index, title: pr.Title, url: pr.HTMLURL, closed: pr.State == "closed", merged: pr.HasMerged, mergeSHA: pr.MergedCommitID,
	}
	if pr.Poster != nil {
		told.author = pr.Poster.UserName
	}
	if pr.Head != nil {
		told.head = pr.Head.Sha
	}
	if f.PullRequest, err = told.pullRequest(); err != nil {
		return nil, err
	}
	created, updated := pointed(pr.Created), pointed(pr.Updated)
	if created == nil || updated == nil {
		return nil, model.Invalid("updated_at", "the pull request does not tell when it was made and updated")
	}
	f.PullRequest.CreatedAt, f.PullRequest.UpdatedAt = *created, *updated
	if pr.HasMerged {
		f.PullRequest.MergedAt = pointed(pr.Merged)
	}
	return f, nil
}

// readGiteaRelease reads a release as it was after whatever happened to it. Gitea
// does not tell when it was updated.
func readGiteaRelease(p *gitea.ReleasePayload) (*model.Facts, error) {
	f, err := giteaFacts(p.Repository)
	if err != nil {
		return nil, err
	}
	r := p.Release
	if r == nil {
		r = new(gitea.Release)
	}
	release := &model.Release{
		Key: r.ID, Tag: r.TagName, Name: model.CleanText(r.Title, 500), URL: r.HTMLURL, State: releaseState(p.Action == "deleted", r.IsDraft),
	}
	if release.State != model.ReleaseDraft {
		release.PublishedAt = orNil(r.PublishedAt)
	}
	if err := finishRelease(release, r.PublishedAt, r.CreatedAt); err != nil {
		return nil, err
	}
	f.Release = release
	return f, nil
}
