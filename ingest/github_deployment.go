package ingest

import (
	"time"

	"github.com/go-playground/webhooks/v6/github"

	"github.com/landfall-dev/landfall/model"
)

// readGitHubDeployment reads that a commit is to be deployed.
func readGitHubDeployment(p *github.DeploymentPayload) (*model.Facts, error) {
	f, err := factsOf(model.ForgeGitHub, p.Repository.FullName, p.Repository.HTMLURL)
	if err != nil {
		return nil, err
	}
	d := p.Deployment
	if f.Deployment, err = newForgeDeployment(d.ID, d.Environment, d.Sha, d.CreatedAt); err != nil {
		return nil, err
	}
	return f, nil
}

// readGitHubDeploymentStatus reads how a deployment ended, if it did. All of the
// deployment is told with it.
func readGitHubDeploymentStatus(p *github.DeploymentStatusPayload, body []byte) (*model.Facts, error) {
	f, err := factsOf(model.ForgeGitHub, p.Repository.FullName, p.Repository.HTMLURL)
	if err != nil {
		return nil, err
	}
	d, status := p.Deployment, p.DeploymentStatus
	if f.Deployment, err = newForgeDeployment(d.ID, d.Environment, d.Sha, d.CreatedAt); err != nil {
		return nil, err
	}
	if status.State != "success" && status.State != "failure" && status.State != "error" {
		return f, nil
	}
	var more struct {
		DeploymentStatus struct {
			TargetURL      string `json:"target_url"`
			LogURL         string `json:"log_url"`
			EnvironmentURL string `json:"environment_url"`
		} `json:"deployment_status"`
	}
	if err := beside(model.ForgeGitHub, "deployment_status", body, &more); err != nil {
		return nil, err
	}
	if err := checkID("deployment_status", status.ID); err != nil {
		return nil, err
	}
	at, err := needTime("created_at", status.CreatedAt)
	if err != nil {
		return nil, err
	}
	urls := more.DeploymentStatus
	f.Deployment.Status = &model.ForgeDeploymentStatus{
		ID: status.ID, Compliant: status.State == "success", At: at,
		URL: urlOrNil(urls.TargetURL, urls.LogURL, urls.EnvironmentURL),
	}
	if status.Description != nil {
		f.Deployment.Status.Description = model.CleanText(*status.Description, 500)
	}
	return f, nil
}

// newForgeDeployment is a deployment of a commit. It has no URL: whatever page
// GitHub names is one of a status, and differs from one to the next.
func newForgeDeployment(id int64, environment, sha string, createdAt time.Time) (*model.ForgeDeployment, error) {
	if err := checkID("deployment", id); err != nil {
		return nil, err
	}
	if err := model.ValidateText("environment", environment, 1, 255); err != nil {
		return nil, err
	}
	commit, err := model.ParseCommitSHA(sha)
	if err != nil {
		return nil, err
	}
	at, err := needTime("created_at", createdAt)
	if err != nil {
		return nil, err
	}
	return &model.ForgeDeployment{ID: id, Environment: environment, CommitSHA: commit, CreatedAt: at}, nil
}
