package ingest

import (
	"time"

	"github.com/landfall-dev/landfall/model"
)

// giteaActions is what Gitea and Forgejo tell of their actions, in the shape that
// GitHub's have. The library does not know it.
type giteaActions struct {
	Run      giteaRun   `json:"workflow_run"`
	Job      actionsJob `json:"workflow_job"`
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
		err = p.Job.read(f, model.Build{System: model.GiteaActions, Attempt: giteaAttempt, URL: firstURL(f.Repository.URL+"/actions", f.Repository.URL)}, p.Job.RunAttempt)
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
