package ingest

import (
	"github.com/go-playground/webhooks/v6/gitlab"

	"github.com/landfall-dev/landfall/model"
)

// readMergeRequest reads a merge request as it was after whatever happened to it.
// Who opened it is not told, only who did the latest thing to it, and neither is
// when it was merged.
func readMergeRequest(p *gitlab.MergeRequestEventPayload, body []byte) (*model.Facts, error) {
	f, err := gitLabFacts(p.Project)
	if err != nil {
		return nil, err
	}
	var more struct {
		ObjectAttributes struct {
			MergeCommitSHA  string `json:"merge_commit_sha"`
			SquashCommitSHA string `json:"squash_commit_sha"`
		} `json:"object_attributes"`
	}
	if err := beside(model.ForgeGitLab, "Merge Request Hook", body, &more); err != nil {
		return nil, err
	}
	mr := p.ObjectAttributes
	told := toldPullRequest{
		number: mr.IID, title: mr.Title, url: mr.URL, head: mr.LastCommit.ID, closed: mr.State == "closed", merged: mr.State == "merged",
	}
	// Without a commit for the merge, the branch was moved on to its own newest one.
	for _, sha := range []string{more.ObjectAttributes.MergeCommitSHA, more.ObjectAttributes.SquashCommitSHA, mr.LastCommit.ID} {
		if !isNoSHA(sha) {
			told.mergeSHA = &sha
			break
		}
	}
	if f.PullRequest, err = told.pullRequest(); err != nil {
		return nil, err
	}
	if f.PullRequest.CreatedAt, err = needTime("created_at", mr.CreatedAt.Time); err != nil {
		return nil, err
	}
	if f.PullRequest.UpdatedAt, err = needTime("updated_at", mr.UpdatedAt.Time); err != nil {
		return nil, err
	}
	return f, nil
}
