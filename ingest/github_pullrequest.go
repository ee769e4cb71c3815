package ingest

import (
	"github.com/go-playground/webhooks/v6/github"

	"github.com/landfall-dev/landfall/model"
)

// readGitHubPullRequest reads a pull request as it was after whatever happened to
// it.
func readGitHubPullRequest(p *github.PullRequestPayload) (*model.Facts, error) {
	f, err := factsOf(model.ForgeGitHub, p.Repository.FullName, p.Repository.HTMLURL)
	if err != nil {
		return nil, err
	}
	pr := p.PullRequest
	told := toldPullRequest{
		number: pr.Number, title: pr.Title, url: pr.HTMLURL, author: pr.User.Login, head: pr.Head.Sha,
		closed: pr.State == "closed", merged: pr.Merged, mergeSHA: pr.MergeCommitSha,
	}
	f.PullRequest, err = told.pullRequest()
	if err != nil {
		return nil, err
	}
	if f.PullRequest.CreatedAt, err = needTime("created_at", pr.CreatedAt); err != nil {
		return nil, err
	}
	if f.PullRequest.UpdatedAt, err = needTime("updated_at", pr.UpdatedAt); err != nil {
		return nil, err
	}
	if pr.Merged {
		f.PullRequest.MergedAt = pointed(pr.MergedAt)
	}
	return f, nil
}

// toldPullRequest is a pull request as any forge tells of it, without its times.
type toldPullRequest struct {
	number             int64
	title, url, author string
	head               string
	closed, merged     bool
	mergeSHA           *string // of what it became, or of a trial: it counts only when it is merged
}

// pullRequest is the pull request in our words.
func (t toldPullRequest) pullRequest() (*model.PullRequest, error) {
	if err := checkNumber(t.number); err != nil {
		return nil, err
	}
	if err := model.ValidateURL("html_url", t.url); err != nil {
		return nil, err
	}
	head, err := model.ParseCommitSHA(t.head)
	if err != nil {
		return nil, err
	}
	pr := &model.PullRequest{
		Number: int(t.number), Title: model.CleanText(t.title, 500), URL: t.url, AuthorLogin: model.CleanText(t.author, 200), HeadSHA: head,
		State: model.PullRequestOpen,
	}
	switch {
	case t.merged:
		pr.State = model.PullRequestMerged
		if t.mergeSHA != nil && !isNoSHA(*t.mergeSHA) {
			sha, err := model.ParseCommitSHA(*t.mergeSHA)
			if err != nil {
				return nil, err
			}
			pr.MergeSHA = &sha
		}
	case t.closed:
		pr.State = model.PullRequestClosed
	}
	return pr, nil
}
