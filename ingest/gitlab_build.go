package ingest

import (
	"fmt"

	"github.com/go-playground/webhooks/v6/gitlab"

	"github.com/landfall-dev/landfall/model"
)

// gitLabStates are the states of pipelines and jobs in our words. Any other is
// taken for one of those before the beginning: created, waiting_for_resource,
// preparing, pending, scheduled, manual.
var gitLabStates = map[string]model.BuildState{
	"running":   model.BuildRunning,
	"canceling": model.BuildRunning,
	"success":   model.BuildSucceeded,
	"failed":    model.BuildFailed,
	"canceled":  model.BuildCancelled,
	"skipped":   model.BuildSkipped,
}

func gitLabState(status string) model.BuildState {
	if state, ok := gitLabStates[status]; ok {
		return state
	}
	return model.BuildQueued
}

// gitLabJobVersion is the version of every job: one that is retried becomes
// another job, with an id of its own.
const gitLabJobVersion = 1

// readPipeline reads the state of a pipeline, of its jobs, and the commit that it
// builds. A pipeline that is retried stays the same and gets new jobs: the newest
// of them tells which of two states is the later one.
func readPipeline(p *gitlab.PipelineEventPayload) (*model.Facts, error) {
	f, err := gitLabFacts(p.Project)
	if err != nil {
		return nil, err
	}
	run := p.ObjectAttributes
	sha, err := model.ParseCommitSHA(run.SHA)
	if err != nil {
		return nil, err
	}
	if err := checkRun("object_attributes", run.ID, 1); err != nil {
		return nil, err
	}
	build := &model.Build{
		System: model.GitLabCI, Run: run.ID, Attempt: 1, Version: 1, Workflow: model.CleanText(run.Name, 200), CommitSHA: sha, State: gitLabState(run.Status),
		URL: firstURL(run.Url, pipelinePage(f, run.ID), f.Repository.URL),
	}
	build.StartedAt, build.FinishedAt = times(build.State, run.CreatedAt.Time, run.FinishedAt.Time)
	f.Builds = []*model.Build{build}
	for _, b := range p.Builds {
		if err := checkID("job", b.ID); err != nil {
			return nil, err
		}
		build.Version = max(build.Version, b.ID)
		job := newGitLabJob(f, run.ID, b.ID, b.Name, gitLabState(b.Status))
		job.StartedAt, job.FinishedAt = times(job.State, b.StartedAt.Time, b.FinishedAt.Time)
		f.Jobs = append(f.Jobs, job)
	}
	if c := p.Commit; c.ID == string(sha) && orNil(c.Timestamp.Time) != nil {
		commit, err := newCommit(c.ID, c.Message, author{c.Author.Name, c.Author.Email}, c.Timestamp.Time)
		if err != nil {
			return nil, err
		}
		f.Commits = []*model.Commit{commit}
	}
	return f, nil
}

// wireGitLabJob is what the library's two types for a job have in common, and what
// they leave out.
type wireGitLabJob struct {
	gitlab.JobEventPayload
	Project gitlab.Project `json:"project"` // newer servers send it
}

// readGitLabJob reads the state of a job, and what that says of its pipeline.
func readGitLabJob(event string, body []byte) (*model.Facts, error) {
	var p wireGitLabJob
	if err := beside(model.ForgeGitLab, event, body, &p); err != nil {
		return nil, err
	}
	if p.Project.PathWithNamespace == "" {
		p.Project = projectOfPage(p.Repository.Homepage)
	}
	f, err := gitLabFacts(p.Project)
	if err != nil {
		return nil, err
	}
	sha, err := model.ParseCommitSHA(p.SHA)
	if err != nil {
		return nil, err
	}
	run := p.PipelineID
	if run == 0 {
		run = p.Commit.ID // which is the pipeline's, in spite of its name
	}
	if err := checkRun("pipeline_id", run, 1); err != nil {
		return nil, err
	}
	if err := checkID("job", p.BuildID); err != nil {
		return nil, err
	}
	state := gitLabState(p.BuildStatus)
	build := model.Build{System: model.GitLabCI, Run: run, Attempt: 1, CommitSHA: sha, URL: firstURL(pipelinePage(f, run), f.Repository.URL)}
	f.Builds = []*model.Build{impliedBuild(build, state)}
	job := newGitLabJob(f, run, p.BuildID, p.BuildName, state)
	job.StartedAt, job.FinishedAt = times(state, p.BuildStartedAt.Time, p.BuildFinishedAt.Time)
	f.Jobs = []*model.Job{job}
	return f, nil
}

// newGitLabJob is a job of a pipeline, without its times.
func newGitLabJob(f *model.Facts, run, id int64, name string, state model.BuildState) *model.Job {
	return &model.Job{
		System: model.GitLabCI, Run: run, Attempt: 1, Key: id, Version: gitLabJobVersion, Name: model.CleanText(name, 200), State: state,
		URL: firstURL(fmt.Sprintf("%s/-/jobs/%d", f.Repository.URL, id), f.Repository.URL),
	}
}

// pipelinePage is the page of a pipeline.
func pipelinePage(f *model.Facts, id int64) string {
	return fmt.Sprintf("%s/-/pipelines/%d", f.Repository.URL, id)
}
