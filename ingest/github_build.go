package ingest

import (
	"fmt"
	"time"

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

// Runs and jobs are nearly all that busy repositories send. Of the 200 fields of
// their payloads these are needed; the library for webhooks reads all of them, at
// six times the cost, and fails at any that changes its type.
type gitHubWorkflow struct {
	Repository struct {
		FullName string `json:"full_name"`
		HTMLURL  string `json:"html_url"`
	} `json:"repository"`
	Run gitHubRun  `json:"workflow_run"`
	Job actionsJob `json:"workflow_job"`
}

type gitHubRun struct {
	ID           int64     `json:"id"`
	Attempt      int64     `json:"run_attempt"`
	Name         string    `json:"name"`
	HTMLURL      string    `json:"html_url"`
	HeadSHA      string    `json:"head_sha"`
	Status       string    `json:"status"`
	Conclusion   string    `json:"conclusion"`
	RunStartedAt time.Time `json:"run_started_at"`
	UpdatedAt    time.Time `json:"updated_at"`
	HeadCommit   struct {
		ID        string    `json:"id"`
		Message   string    `json:"message"`
		Timestamp time.Time `json:"timestamp"`
		Author    struct {
			Name  string `json:"name"`
			Email string `json:"email"`
		} `json:"author"`
	} `json:"head_commit"`
}

// actionsJob is a job in the shape that GitHub gave it, and Gitea and Forgejo took
// over.
type actionsJob struct {
	ID           int64     `json:"id"`
	RunID        int64     `json:"run_id"`
	RunAttempt   int64     `json:"run_attempt"`
	WorkflowName string    `json:"workflow_name"`
	Name         string    `json:"name"`
	HTMLURL      string    `json:"html_url"`
	HeadSHA      string    `json:"head_sha"`
	Status       string    `json:"status"`
	Conclusion   string    `json:"conclusion"`
	StartedAt    time.Time `json:"started_at"`
	CompletedAt  time.Time `json:"completed_at"`
}

// readGitHubWorkflow reads the state of a run or of a job.
func readGitHubWorkflow(event string, body []byte) (*model.Facts, error) {
	var p gitHubWorkflow
	if err := beside(model.ForgeGitHub, event, body, &p); err != nil {
		return nil, err
	}
	f, err := factsOf(model.ForgeGitHub, p.Repository.FullName, p.Repository.HTMLURL)
	if err != nil {
		return nil, err
	}
	if event == "workflow_job" {
		attempt := max(1, int(p.Job.RunAttempt))
		page := fmt.Sprintf("%s/actions/runs/%d", f.Repository.URL, p.Job.RunID)
		err = p.Job.read(f, model.Build{System: model.GitHubActions, Attempt: attempt, URL: firstURL(page, f.Repository.URL)}, 0)
	} else {
		err = p.Run.read(f)
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// read reads the state of a build, and the commit that it builds.
func (run *gitHubRun) read(f *model.Facts) error {
	sha, err := model.ParseCommitSHA(run.HeadSHA)
	if err != nil {
		return err
	}
	if err := checkRun("workflow_run", run.ID, run.Attempt); err != nil {
		return err
	}
	if err := model.ValidateURL("html_url", run.HTMLURL); err != nil {
		return err
	}
	build := &model.Build{
		System: model.GitHubActions, Run: run.ID, Attempt: max(1, int(run.Attempt)), Workflow: model.CleanText(run.Name, 200), URL: run.HTMLURL,
		CommitSHA: sha, State: gitHubState(run.Status, run.Conclusion),
	}
	build.StartedAt, build.FinishedAt = times(build.State, run.RunStartedAt, run.UpdatedAt)
	f.Builds = []*model.Build{build}
	if head := run.HeadCommit; head.ID == string(sha) && orNil(head.Timestamp) != nil {
		commit, err := newCommit(head.ID, head.Message, author{head.Author.Name, head.Author.Email}, head.Timestamp)
		if err != nil {
			return err
		}
		f.Commits = []*model.Commit{commit}
	}
	return nil
}

// read reads the state of a job, of some version, and what that says of the build
// that it is part of: its system, attempt and page are given.
func (job *actionsJob) read(f *model.Facts, build model.Build, version int64) error {
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
	build.Run, build.CommitSHA, build.Workflow = job.RunID, sha, model.CleanText(job.WorkflowName, 200)
	told := &model.Job{
		System: build.System, Run: build.Run, Attempt: build.Attempt, Key: job.ID, Version: version, Name: model.CleanText(job.Name, 200),
		URL: firstURL(job.HTMLURL, build.URL), State: state,
	}
	told.StartedAt, told.FinishedAt = times(state, job.StartedAt, job.CompletedAt)
	f.Jobs, f.Builds = []*model.Job{told}, []*model.Build{impliedBuild(build, state)}
	return nil
}
