package ingest

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/go-playground/webhooks/v6/bitbucket"

	"github.com/landfall-dev/landfall/model"
)

// bitbucketStates are the states of a commit in our words. Any other is taken for
// one before the beginning.
var bitbucketStates = map[string]model.BuildState{
	"INPROGRESS": model.BuildRunning,
	"SUCCESSFUL": model.BuildSucceeded,
	"FAILED":     model.BuildFailed,
	"STOPPED":    model.BuildCancelled,
}

// readCommitStatus reads what a CI system made of a commit. A status is set anew
// when the commit is built again: what was updated later counts.
func readCommitStatus(p *bitbucket.RepoCommitStatusCreatedPayload, body []byte) (*model.Facts, error) {
	f, err := bitbucketFacts(p.Repository)
	if err != nil {
		return nil, err
	}
	var more struct {
		CommitStatus struct {
			Commit struct {
				Hash string `json:"hash"`
			} `json:"commit"`
		} `json:"commit_status"`
	}
	if err := beside(model.ForgeBitbucket, "repo:commit_status", body, &more); err != nil {
		return nil, err
	}
	status := p.CommitStatus
	hash := more.CommitStatus.Commit.Hash
	if hash == "" {
		hash = lastSegment(status.Links.Commit.Href)
	}
	sha, err := model.ParseCommitSHA(hash)
	if err != nil {
		return nil, err
	}
	if err := model.ValidateText("key", status.Key, 1, 255); err != nil {
		return nil, err
	}
	updatedAt, err := needTime("updated_on", status.UpdatedOn)
	if err != nil {
		return nil, err
	}
	workflow := status.Name
	if workflow == "" {
		workflow = status.Key
	}
	state, ok := bitbucketStates[status.State]
	if !ok {
		state = model.BuildQueued
	}
	build := &model.Build{
		System: model.BitbucketBuild, Run: statusRun(sha, status.Key), Attempt: 1, Version: updatedAt.UnixMicro(), CommitSHA: sha, State: state,
		Workflow: model.CleanText(workflow, 200), URL: firstURL(status.URL, f.Repository.URL+"/commits/"+string(sha), f.Repository.URL),
	}
	build.StartedAt, build.FinishedAt = times(state, status.CreatedOn, updatedAt)
	f.Builds = []*model.Build{build}
	return f, nil
}

// statusRun is the number of the run that a status stands for. Bitbucket gives it
// none: it is told from others by its commit and its key, and the number is made
// of those, the first 63 bits of their hash, so that the same status has the same
// number each time it is told.
func statusRun(sha model.CommitSHA, key string) int64 {
	sum := sha256.Sum256([]byte(string(sha) + "\n" + key))
	return max(1, int64(binary.BigEndian.Uint64(sum[:8])>>1))
}
