package ingest

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/go-playground/webhooks/v6/github"

	"github.com/landfall-dev/landfall/model"
)

// maxGitHubBody is more than GitHub sends: it caps payloads at 25 MB.
const maxGitHubBody = 26 << 20

// github takes a webhook of GitHub: it proves it, keeps it and applies it.
func (h *handler) github(w http.ResponseWriter, r *http.Request) (int, any, error) {
	org, body, err := h.provenGitHub(w, r)
	if err != nil {
		return 0, nil, err
	}
	key := r.Header.Get("X-GitHub-Delivery")
	if err := model.ValidateText("X-GitHub-Delivery", key, 1, 100); err != nil {
		return 0, nil, err
	}
	event := r.Header.Get("X-GitHub-Event")
	if err := model.ValidateText("X-GitHub-Event", event, 1, 100); err != nil {
		return 0, nil, err
	}
	if mediaType, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";"); mediaType != "application/json" {
		return 0, nil, model.Errorf(model.KindInvalid, "the delivery is %q: set the webhook's content type to application/json", mediaType)
	}
	delivery, err := parseGitHub(event, body)
	if err != nil {
		return 0, nil, err
	}
	delivery.Key = key
	fresh, err := h.store.ApplyDelivery(r.Context(), org, delivery)
	switch {
	case err != nil:
		return 0, nil, err
	case !fresh:
		return http.StatusOK, map[string]string{"message": "seen before"}, nil
	case delivery.Ignored != "":
		return http.StatusOK, map[string]string{"message": "ignored: " + delivery.Ignored}, nil
	}
	return http.StatusOK, map[string]string{"message": "applied"}, nil
}

// provenGitHub returns the body of a webhook and the organization it is for, if
// it was signed with the organization's secret. Until then nothing else is looked
// at, and nothing is read of a request without a signature. Whether there is such
// an organization, an unproven caller does not learn: the body is read, and its
// signature made, in any case.
func (h *handler) provenGitHub(w http.ResponseWriter, r *http.Request) (*model.Organization, []byte, error) {
	unproven := model.Errorf(model.KindUnauthenticated, "the signature does not fit the webhook of organization %q: set its secret at GitHub to the one that `landfall create webhook github` printed", r.PathValue("org"))
	signature, err := hex.DecodeString(strings.TrimPrefix(r.Header.Get("X-Hub-Signature-256"), "sha256="))
	if err != nil || len(signature) != sha256.Size {
		return nil, nil, unproven
	}
	body, err := readBody(w, r, maxGitHubBody)
	if err != nil {
		return nil, nil, err
	}
	org, secret, err := h.store.WebhookSecret(r.Context(), r.PathValue("org"), model.ForgeGitHub)
	if kind := model.KindOf(err); err != nil && kind != model.KindNotFound && kind != model.KindInvalid {
		return nil, nil, err
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	if !hmac.Equal(mac.Sum(nil), signature) || err != nil || secret == "" {
		return nil, nil, unproven
	}
	return org, body, nil
}

// parseGitHub says what a delivery of GitHub says. It has been proven: the
// library is only asked to parse. It returns KindInvalid for a body that is not
// what its event promises.
func parseGitHub(event string, body []byte) (*model.Delivery, error) {
	delivery := &model.Delivery{Source: "github", Event: model.CleanText(event, 100), Body: body}
	hook, err := github.New()
	if err != nil {
		return nil, fmt.Errorf("parse webhook: %w", err)
	}
	r := &http.Request{Method: http.MethodPost, Header: http.Header{"X-Github-Event": {event}}, Body: io.NopCloser(bytes.NewReader(body))}
	payload, err := hook.Parse(r, github.PingEvent, github.PushEvent, github.WorkflowRunEvent)
	switch {
	case errors.Is(err, github.ErrEventNotFound):
		delivery.Ignored = fmt.Sprintf("events of kind %q are not used", delivery.Event)
		return delivery, nil
	case err != nil:
		return nil, &model.Error{Kind: model.KindInvalid, Message: fmt.Sprintf("the delivery is not a %s event of GitHub's in JSON", delivery.Event), Err: err}
	}
	switch p := payload.(type) {
	case github.PushPayload:
		err = readPush(delivery, &p)
	case github.WorkflowRunPayload:
		err = readWorkflowRun(delivery, &p)
	default:
		delivery.Ignored = "a ping asks for nothing; its signature fits"
	}
	if err != nil {
		return nil, err
	}
	return delivery, nil
}

// readPush reads the commits of a push. It does not tell their parents.
func readPush(d *model.Delivery, p *github.PushPayload) error {
	if err := readRepository(d, p.Repository.FullName, p.Repository.HTMLURL); err != nil {
		return err
	}
	add := func(sha, message, timestamp, author string) error {
		id, err := model.ParseCommitSHA(sha)
		if err != nil {
			return err
		}
		at, err := time.Parse(time.RFC3339, timestamp)
		committedAt := orNil(at)
		if err != nil || committedAt == nil {
			return model.Invalid("timestamp", "the time of commit %s is no time", id)
		}
		d.Commits = append(d.Commits, &model.Commit{SHA: id, Subject: model.Subject(message), AuthorName: model.CleanText(author, 200), CommittedAt: *committedAt})
		return nil
	}
	for _, c := range p.Commits {
		if err := add(c.ID, c.Message, c.Timestamp, c.Author.Name); err != nil {
			return err
		}
	}
	if head := p.HeadCommit; head.ID != "" { // a tag, or a branch that begins at an old commit
		if err := add(head.ID, head.Message, head.Timestamp, head.Author.Name); err != nil {
			return err
		}
	}
	if len(d.Commits) == 0 {
		d.Ignored = "the push brings no commits"
	}
	return nil
}

// readWorkflowRun reads the state of a build, and the commit that it builds.
func readWorkflowRun(d *model.Delivery, p *github.WorkflowRunPayload) error {
	name, url := p.Repository.FullName, p.Repository.HTMLURL
	if err := readRepository(d, name, url); err != nil {
		return err
	}
	run := p.WorkflowRun
	sha, err := model.ParseCommitSHA(run.HeadSha)
	if err != nil {
		return err
	}
	if run.ID <= 0 || run.RunAttempt < 0 || run.RunAttempt > 10_000 {
		return model.Invalid("workflow_run", "the run has the id %d and the attempt %d", run.ID, run.RunAttempt)
	}
	if err := model.ValidateURL("html_url", run.HTMLURL); err != nil {
		return err
	}
	build := &model.Build{
		Run: run.ID, Attempt: max(1, int(run.RunAttempt)), Workflow: model.CleanText(run.Name, 200), URL: run.HTMLURL,
		CommitSHA: sha, State: buildState(run.Status, run.Conclusion),
	}
	if build.State != model.BuildQueued {
		build.StartedAt = orNil(run.RunStartedAt)
	}
	if build.State.Final() {
		build.FinishedAt = orNil(run.UpdatedAt)
	}
	d.Build = build
	if head := run.HeadCommit; head.ID == string(sha) && orNil(head.Timestamp) != nil {
		d.Commits = []*model.Commit{{SHA: sha, Subject: model.Subject(head.Message), AuthorName: model.CleanText(head.Author.Name, 200), CommittedAt: head.Timestamp.UTC()}}
	}
	return nil
}

func readRepository(d *model.Delivery, name, url string) error {
	if err := model.ValidateRepositoryName(name); err != nil {
		return err
	}
	if err := model.ValidateURL("html_url", url); err != nil {
		return err
	}
	d.Repository = model.Repository{Name: name, URL: strings.TrimSuffix(url, "/")}
	return nil
}

// buildState is the state of a build in our words. What GitHub may come to say
// besides is taken for a run that ended, but not well.
func buildState(status, conclusion string) model.BuildState {
	if status != "completed" {
		if status == "in_progress" {
			return model.BuildRunning
		}
		return model.BuildQueued
	}
	switch conclusion {
	case "success":
		return model.BuildSucceeded
	case "cancelled", "stale":
		return model.BuildCancelled
	case "timed_out":
		return model.BuildTimedOut
	case "skipped", "neutral":
		return model.BuildSkipped
	default:
		return model.BuildFailed
	}
}

// orNil is a time that a payload has, and nil for one that it has not or that
// cannot be kept.
func orNil(t time.Time) *time.Time {
	t = t.UTC()
	if t.Year() < 1970 || t.Year() > 9999 {
		return nil
	}
	return &t
}
