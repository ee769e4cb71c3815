package ingest

import (
	"time"

	"github.com/landfall-dev/landfall/model"
)

// giteaActions is what Gitea and Forgejo tell of their actions, in the shape that
// GitHub's have. The library does not know it.
type giteaActions struct {
	Run      giteaRun `json:"workflow_run"`
	Job      giteaJob `json:"workflow_job"`
	Workflow struct {
		Name string `json:"name"`
	} `json:"workflow"`
	Repository struct {
		FullName string `json:"full_name"`
		HTMLURL  string `json:"html_url"`
	} `json:"repository"`
}

type giteaRun struct {
	ID           int64     `json:"id"`
	Name         string    `json:"name"`
	HTMLURL      string    `json:"html_url"`
	HeadSHA      string    `json:"head_sha"`
	Status       string    `json:"status"`
	Conclusion   string    `json:"conclusion"`
	RunStartedAt time.Time `json:"run_started_at"`
	StartedAt    time.Time `json:"started_at"`
	CompletedAt  time.Time `json:"completed_at"`
}

type giteaJob struct {
	ID           int64     `json:"id"`
	RunID        int64     `json:"run_id"`
	RunAttempt   int64     `json:"run_attempt"`
	Name         string    `json:"name"`
	WorkflowName string    `json:"workflow_name"`
	HTMLURL      string    `json:"html_url"`
	HeadSHA      string    `json:"head_sha"`
	Status       string    `json:"status"`
	Conclusion   string    `json:"conclusion"`
	StartedAt    time.Time `json:"started_at"`
	CompletedAt  time.Time `json:"completed_at"`
}

// giteaAttempt is the attempt of every run and job: Gitea counts attempts of jobs
// and not of runs, so that the two cannot be brought together. Of a job the count
// is its version, and of a run the moment at which it began.
const giteaAttempt = 1

// readGiteaActions reads the state of a run or of a job.
func readGiteaActions(event string, body []byte) (*model.Facts, error) {
	var p giteaActions
	if err := beside(model.ForgeGitea, event, body, &p); err != nil {
		return nil, err
	}
	f, err := factsOf(model.ForgeGitea, p.Repository.FullName, p.Repository.HTMLURL)
	if err != nil {
		return nil, err
	}
	if event == "workflow_run" {
		err = readGiteaRun(f, &p)
	} else {
		err = readGiteaJob(f, &p)
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

func readGiteaRun(f *model.Facts, p *giteaActions) error {
	run := p.Run
	sha, err := model.ParseCommitSHA(run.HeadSHA)
	if err != nil {
		return err
	}
	if err := checkRun("workflow_run", run.ID, giteaAttempt); err != nil {
		return err
	}
	workflow := p.Workflow.Name
	if workflow == "" {
		workflow = run.Name
	}
	started := run.StartedAt
	if orNil(started) == nil {
		started = run.RunStartedAt
	}
	build := &model.Build{
		System: model.GiteaActions, Run: run.ID, Attempt: giteaAttempt, Workflow: model.CleanText(workflow, 200), CommitSHA: sha,
		URL: firstURL(run.HTMLURL, f.Repository.URL+"/actions"), State: gitHubState(run.Status, run.Conclusion),
	}
	build.StartedAt, build.FinishedAt = times(build.State, started, run.CompletedAt)
	if build.StartedAt != nil {
		build.Version = build.StartedAt.UnixMicro()
	}
	f.Builds = []*model.Build{build}
	return nil
}

func readGiteaJob(f *model.Facts, p *giteaActions) error {
	job := p.Job
	sha, err := model.ParseCommitSHA(job.HeadSHA)
	if err != nil {
		return err
	}
	if err := checkRun("workflow_job", job.RunID, job.RunAttempt); err != nil {
		return err
	}
	if err := checkID("job", job.ID); err != nil {
		return err
	}
	state := gitHubState(job.Status, job.Conclusion)
	build := model.Build{
		System: model.GiteaActions, Run: job.RunID, Attempt: giteaAttempt, CommitSHA: sha, Workflow: model.CleanText(job.WorkflowName, 200),
		URL: firstURL(f.Repository.URL+"/actions", f.Repository.URL),
	}
	f.Builds = []*model.Build{impliedBuild(build, state)}
	told := &model.Job{
		System: build.System, Run: build.Run, Attempt: build.Attempt, Key: job.ID, Version: job.RunAttempt, Name: model.CleanText(job.Name, 200),
		URL: firstURL(job.HTMLURL, build.URL), State: state,
	}
	told.StartedAt, told.FinishedAt = times(state, job.StartedAt, job.CompletedAt)
	f.Jobs = []*model.Job{told}
	return nil
}
