package ingest

import (
	"errors"
	"net/http"

	"github.com/go-playground/webhooks/v6/bitbucket"

	"github.com/landfall-dev/landfall/model"
)

// bitbucketCloud signs the body: HMAC-SHA256 in X-Hub-Signature.
var bitbucketCloud = sender{
	forge:    model.ForgeBitbucket,
	proof:    func(r *http.Request) string { return r.Header.Get("X-Hub-Signature") },
	fits:     func(proof string, body []byte, secret string) bool { return signedBy(secret, body, proof, "sha256=") },
	sourceID: func(h http.Header) string { return h.Get("X-Request-UUID") },
	event:    func(h http.Header) string { return h.Get("X-Event-Key") },
	parse:    parseBitbucket,
}

// bitbucketEvents are the events that the library is to parse.
var bitbucketEvents = []bitbucket.Event{
	bitbucket.RepoPushEvent, bitbucket.RepoCommitStatusCreatedEvent, bitbucket.RepoCommitStatusUpdatedEvent,
	bitbucket.PullRequestCreatedEvent, bitbucket.PullRequestUpdatedEvent, bitbucket.PullRequestMergedEvent, bitbucket.PullRequestDeclinedEvent,
	bitbucket.PullRequestApprovedEvent, bitbucket.PullRequestUnapprovedEvent,
	bitbucket.PullRequestCommentCreatedEvent, bitbucket.PullRequestCommentUpdatedEvent, bitbucket.PullRequestCommentDeletedEvent,
}

// parseBitbucket says what a delivery of Bitbucket says. It returns KindInvalid
// for a body that is not what its event promises.
func parseBitbucket(event string, body []byte) (*model.Facts, error) {
	hook, err := bitbucket.New()
	if err != nil {
		return nil, notUnderstood(model.ForgeBitbucket, event, err)
	}
	payload, err := hook.Parse(request("X-Event-Key", event, body), bitbucketEvents...)
	switch {
	case errors.Is(err, bitbucket.ErrEventNotFound):
		return notUsed(event), nil
	case err != nil:
		return nil, notUnderstood(model.ForgeBitbucket, event, err)
	}
	switch p := payload.(type) {
	case bitbucket.RepoPushPayload:
		return readBitbucketPush(&p, body)
	case bitbucket.RepoCommitStatusCreatedPayload:
		return readCommitStatus(&p, body)
	case bitbucket.RepoCommitStatusUpdatedPayload:
		created := bitbucket.RepoCommitStatusCreatedPayload(p)
		return readCommitStatus(&created, body)
	case bitbucket.PullRequestCreatedPayload:
		return readBitbucketPullRequest(p.Repository, p.PullRequest)
	case bitbucket.PullRequestUpdatedPayload:
		return readBitbucketPullRequest(p.Repository, p.PullRequest)
	case bitbucket.PullRequestMergedPayload:
		return readBitbucketPullRequest(p.Repository, p.PullRequest)
	case bitbucket.PullRequestDeclinedPayload:
		return readBitbucketPullRequest(p.Repository, p.PullRequest)
	case bitbucket.PullRequestApprovedPayload:
		return readBitbucketPullRequest(p.Repository, p.PullRequest)
	case bitbucket.PullRequestUnapprovedPayload:
		return readBitbucketPullRequest(p.Repository, p.PullRequest)
	case bitbucket.PullRequestCommentCreatedPayload:
		return readBitbucketPullRequest(p.Repository, p.PullRequest)
	case bitbucket.PullRequestCommentUpdatedPayload:
		return readBitbucketPullRequest(p.Repository, p.PullRequest)
	case bitbucket.PullRequestCommentDeletedPayload:
		return readBitbucketPullRequest(p.Repository, p.PullRequest)
	}
	return notUsed(event), nil
}

// bitbucketFacts begins the facts about a repository.
func bitbucketFacts(r bitbucket.Repository) (*model.Facts, error) {
	return factsOf(model.ForgeBitbucket, r.FullName, r.Links.HTML.Href)
}

// readBitbucketPullRequest reads a pull request as it was after whatever happened
// to it. Bitbucket mostly tells no more than the first 12 digits of a SHA, and with
// those alone the pull request leads nowhere.
func readBitbucketPullRequest(r bitbucket.Repository, pr bitbucket.PullRequest) (*model.Facts, error) {
	f, err := bitbucketFacts(r)
	if err != nil {
		return nil, err
	}
	head, merge := pr.Source.Commit.Hash, pr.MergeCommit.Hash
	if isShortSHA(head) || pr.State == "MERGED" && isShortSHA(merge) {
		f.Ignored = "Bitbucket tells only how the SHAs of its commits begin"
		return f, nil
	}
	told := toldPullRequest{
		number: pr.ID, title: pr.Title, url: pr.Links.HTML.Href, author: pr.Author.NickName, head: head,
		closed: pr.State == "DECLINED" || pr.State == "SUPERSEDED", merged: pr.State == "MERGED", mergeSHA: &merge,
	}
	if f.PullRequest, err = told.pullRequest(); err != nil {
		return nil, err
	}
	if f.PullRequest.CreatedAt, err = needTime("created_on", pr.CreatedOn); err != nil {
		return nil, err
	}
	if f.PullRequest.UpdatedAt, err = needTime("updated_on", pr.UpdatedOn); err != nil {
		return nil, err
	}
	return f, nil
}

// isShortSHA reports whether a SHA is only the beginning of one.
func isShortSHA(sha string) bool { return len(sha) < 40 && hexRef.MatchString(sha) }
