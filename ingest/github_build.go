package ingest

import (
	"fmt"

	"github.com/go-playground/webhooks/v6/github"

	"github.com/landfall-dev/landfall/model"
)

// gitHubConclusions are the ends of runs and jobs in our words. Any other is taken
// for one that did not end well.
var gitHubConclusions = map[string]model.BuildState{
	"success":   model.BuildSucceeded,
	"cancelled": model.BuildCancelled,
	"stale":     model.BuildCancelled,
	"timed_out": model.BuildTimedOut,
	"skipped":   model.BuildSkipped,
	"neutral":   model.BuildSkipped,
}

// gitHubState is the state of a run or a job in our words: what neither runs nor
// has ended waits, whatever for.
func gitHubState(status, conclusion string) model.BuildState {
	switch status {
	case "completed":
		if state, ok := gitHubConclusions[conclusion]; ok {
			return state
		}
		return model.BuildFailed
	case "in_progress":
		return model.BuildRunning
	default:
		return model.BuildQueued
	}
}

// readWorkflowRun reads the state of a build, and the commit that it builds.
func readWorkflowRun(p *github.WorkflowRunPayload) (*model.Facts, error) {
	f, err := factsOf(model.ForgeGitHub, p.Repository.FullName, p.Repository.HTMLURL)
	if err != nil {
		return nil, err
	}
	run := p.WorkflowRun
	sha, err := model.ParseCommitSHA(run.HeadSha)
	if err != nil {
		return nil, err
	}
	if err := checkRun("workflow_run", run.ID, run.RunAttempt); err != nil {
		return nil, err
	}
	if err := model.ValidateURL("html_url", run.HTMLURL); err != nil {
		return nil, err
	}
	build := &model.Build{
		System: model.GitHubActions, Run: run.ID, Attempt: max(1, int(run.RunAttempt)), Workflow: model.CleanText(run.Name, 200), URL: run.HTMLURL,
		CommitSHA: sha, State: gitHubState(run.Status, run.Conclusion),
	}
	build.StartedAt, build.FinishedAt = times(build.State, run.RunStartedAt, run.UpdatedAt)
	f.Builds = []*model.Build{build}
	if head := run.HeadCommit; head.ID == string(sha) && orNil(head.Timestamp) != nil {
		commit, err := newCommit(head.ID, head.Message, head.Author.Name, head.Timestamp)
		if err != nil {
			return nil, err
		}
		f.Commits = []*model.Commit{commit}
	}
	return f, nil
}

// readWorkflowJob reads the state of a job, and what that says of its build.
func readWorkflowJob(p *github.WorkflowJobPayload, body []byte) (*model.Facts, error) {
	f, err := factsOf(model.ForgeGitHub, p.Repository.FullName, p.Repository.HTMLURL)
	if err != nil {
		return nil, err
	}
	var more struct {
		WorkflowJob struct {
			WorkflowName string `json:"workflow_name"`
		} `json:"workflow_job"`
	}
	if err := beside(model.ForgeGitHub, "workflow_job", body, &more); err != nil {
		return nil, err
	}
	job := p.WorkflowJob
	sha, err := model.ParseCommitSHA(job.HeadSha)
	if err != nil {
		return nil, err
	}
	if err := checkRun("workflow_job", job.RunID, job.RunAttempt); err != nil {
		return nil, err
	}
	if err := checkID("job", job.ID); err != nil {
		return nil, err
	}
	page := fmt.Sprintf("%s/actions/runs/%d", f.Repository.URL, job.RunID)
	state := gitHubState(job.Status, job.Conclusion)
	build := model.Build{
		System: model.GitHubActions, Run: job.RunID, Attempt: max(1, int(job.RunAttempt)), CommitSHA: sha,
		Workflow: model.CleanText(more.WorkflowJob.WorkflowName, 200), URL: firstURL(page, f.Repository.URL),
	}
	f.Builds = []*model.Build{impliedBuild(build, state)}
	told := &model.Job{
		System: build.System, Run: build.Run, Attempt: build.Attempt, Key: job.ID, Name: model.CleanText(job.Name, 200),
		URL: firstURL(job.HTMLURL, build.URL), State: state,
	}
	told.StartedAt, told.FinishedAt = times(state, job.StartedAt, job.CompletedAt)
	f.Jobs = []*model.Job{told}
	return f, nil
}
