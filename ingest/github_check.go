package ingest

import (
	"github.com/go-playground/webhooks/v6/github"

	"github.com/landfall-dev/landfall/model"
)

// gitHubApp is what runs checks. The library leaves out how GitHub calls it.
type gitHubApp struct {
	Slug string `json:"slug"`
	Name string `json:"name"`
}

// isActions reports whether it is GitHub Actions, whose runs are told by events of
// their own. Older servers send no slug.
func (a gitHubApp) isActions() bool {
	return a.Slug == "github-actions" || a.Slug == "" && a.Name == "GitHub Actions"
}

// toldByWorkflows are the facts of a check of GitHub Actions.
func toldByWorkflows() *model.Facts {
	return &model.Facts{Ignored: "a check of GitHub Actions: told by workflow_run and workflow_job"}
}

// checkedSuite is a check suite, whichever event tells of it.
type checkedSuite struct {
	id      int64
	headSHA string
	url     string // its page, if that was sent
	app     gitHubApp
}

// build is the build that a suite stands for, without its state.
func (s checkedSuite) build(repository model.Repository) (model.Build, error) {
	sha, err := model.ParseCommitSHA(s.headSHA)
	if err != nil {
		return model.Build{}, err
	}
	if err := checkID("check_suite", s.id); err != nil {
		return model.Build{}, err
	}
	return model.Build{
		System: model.GitHubChecks, Run: s.id, Attempt: 1, CommitSHA: sha, Workflow: model.CleanText(s.app.Name, 200),
		URL: firstURL(s.url, repository.CommitURL(sha)+"/checks", repository.URL),
	}, nil
}

// readCheckSuite reads what a CI system other than GitHub Actions made of a
// commit. A suite can be asked for again: what was updated later counts.
func readCheckSuite(p *github.CheckSuitePayload, body []byte) (*model.Facts, error) {
	var more struct {
		CheckSuite struct {
			HTMLURL string    `json:"html_url"`
			App     gitHubApp `json:"app"`
		} `json:"check_suite"`
	}
	if err := beside(model.ForgeGitHub, "check_suite", body, &more); err != nil {
		return nil, err
	}
	app := more.CheckSuite.App
	if app.isActions() {
		return toldByWorkflows(), nil
	}
	f, err := factsOf(model.ForgeGitHub, p.Repository.FullName, p.Repository.HTMLURL)
	if err != nil {
		return nil, err
	}
	suite := p.CheckSuite
	build, err := checkedSuite{suite.ID, suite.HeadSHA, more.CheckSuite.HTMLURL, app}.build(f.Repository)
	if err != nil {
		return nil, err
	}
	updatedAt, err := needTime("updated_at", suite.UpdatedAt)
	if err != nil {
		return nil, err
	}
	build.Version, build.State = updatedAt.UnixMicro(), gitHubState(suite.Status, suite.Conclusion)
	build.StartedAt, build.FinishedAt = times(build.State, suite.CreatedAt, updatedAt)
	f.Builds = []*model.Build{&build}
	if head := suite.HeadCommit; head.ID == string(build.CommitSHA) && orNil(head.Timestamp) != nil {
		commit, err := newCommit(head.ID, head.Message, author{head.Author.Name, head.Author.Email}, head.Timestamp)
		if err != nil {
			return nil, err
		}
		f.Commits = []*model.Commit{commit}
	}
	return f, nil
}

// readCheckRun reads one check of a suite, and what that says of its suite.
func readCheckRun(p *github.CheckRunPayload, body []byte) (*model.Facts, error) {
	var more struct {
		CheckRun struct {
			DetailsURL string    `json:"details_url"`
			App        gitHubApp `json:"app"`
		} `json:"check_run"`
	}
	if err := beside(model.ForgeGitHub, "check_run", body, &more); err != nil {
		return nil, err
	}
	app := more.CheckRun.App
	if app.isActions() {
		return toldByWorkflows(), nil
	}
	f, err := factsOf(model.ForgeGitHub, p.Repository.FullName, p.Repository.HTMLURL)
	if err != nil {
		return nil, err
	}
	run := p.CheckRun
	build, err := checkedSuite{id: run.CheckSuite.ID, headSHA: run.HeadSHA, app: app}.build(f.Repository)
	if err != nil {
		return nil, err
	}
	if err := checkID("check_run", run.ID); err != nil {
		return nil, err
	}
	job := &model.Job{
		System: build.System, Run: build.Run, Attempt: build.Attempt, Key: run.ID, Version: 1, Name: model.CleanText(run.Name, 200),
		URL: firstURL(run.HTMLURL, more.CheckRun.DetailsURL, build.URL), State: gitHubState(run.Status, run.Conclusion),
	}
	job.StartedAt, job.FinishedAt = times(job.State, run.StartedAt, run.CompletedAt)
	f.Jobs, f.Builds = []*model.Job{job}, []*model.Build{impliedBuild(build, job.State)}
	return f, nil
}
