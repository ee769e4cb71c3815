package ingest

import (
	"time"

	"github.com/go-playground/webhooks/v6/gitlab"

	"github.com/landfall-dev/landfall/model"
)

// readGitLabDeployment reads how a deployment ended. GitLab does not tell when it
// was made: the moment at which it ended is told once, and is taken for both.
func readGitLabDeployment(p *gitlab.DeploymentEventPayload) (*model.Facts, error) {
	if p.Status != "success" && p.Status != "failed" {
		return &model.Facts{Ignored: "a deployment of GitLab counts when it has ended"}, nil
	}
	f, err := gitLabFacts(p.Project)
	if err != nil {
		return nil, err
	}
	at, err := gitLabTime(p.StatusChangeAt)
	if err != nil {
		return nil, model.Invalid("status_changed_at", "status_changed_at is no time")
	}
	deployment, err := newForgeDeployment(p.DeploymentId, p.Environment, lastSegment(p.CommitUrl), at)
	if err != nil {
		return nil, err
	}
	deployment.URL = urlOrNil(p.DeployableUrl)
	deployment.Status = &model.ForgeDeploymentStatus{ID: p.DeploymentId, Compliant: p.Status == "success", At: deployment.CreatedAt, URL: deployment.URL}
	f.Deployment = deployment
	return f, nil
}

// gitLabTime reads a time that the library leaves as text.
func gitLabTime(s string) (at time.Time, err error) {
	for _, layout := range []string{"2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 UTC", time.RFC3339} {
		if at, err = time.Parse(layout, s); err == nil {
			return at, nil
		}
	}
	return at, err
}
