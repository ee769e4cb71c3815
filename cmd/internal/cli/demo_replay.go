package cli

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/demo"
)

// replay sends the steps of the story, and counts them.
type replay struct {
	client                     *api.Client
	secret                     string
	deliveries, calls, reports int
}

// send sends one step, in the way in which it reached the server when it
// happened.
func (r *replay) send(ctx context.Context, step demo.Step) error {
	moment := step.Happened()
	if err := r.dispatch(ctx, step); err != nil {
		return fmt.Errorf("step of %s (story.yaml, line %d): %w", moment.At.Format("2 Jan 2006 15:04:05"), moment.Line, err)
	}
	return nil
}

func (r *replay) dispatch(ctx context.Context, step demo.Step) error {
	switch s := step.(type) {
	case *demo.PushStep:
		return r.deliver(ctx, s.Delivery())
	case *demo.BuildStep:
		return r.deliver(ctx, s.Delivery())
	case *demo.ReportStep:
		return r.report(ctx, s)
	default:
		r.calls++
		return r.call(ctx, step)
	}
}

// deliver sends what GitHub would.
func (r *replay) deliver(ctx context.Context, d demo.Delivery) error {
	r.deliveries++
	return r.client.Deliver(ctx, d.Event, d.ID, d.Header(r.secret).Get("X-Hub-Signature-256"), d.Body)
}

// report sends what an agent would.
func (r *replay) report(ctx context.Context, s *demo.ReportStep) error {
	r.reports++
	body, err := json.Marshal(s.Report)
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	_, err = r.client.Report(ctx, s.Environment, s.Type, body)
	return err
}

// call makes the call that CI, or the person who set things up, would.
func (r *replay) call(ctx context.Context, step demo.Step) (err error) {
	at := step.Happened().At
	switch s := step.(type) {
	case *demo.EnvironmentStep:
		err = r.environment(ctx, s)
	case *demo.FlowStep:
		_, _, err = r.client.CreateFlow(ctx, api.CreateFlowInput{
			Name: s.Name, Description: s.Description, Repository: s.Repository, RequiredEvidence: s.Evidence,
		})
	case *demo.ExpectationStep:
		_, _, err = r.client.CreateExpectation(ctx, s.Environment, s.Expect)
	case *demo.CommitsStep:
		_, err = r.client.ReportCommitList(ctx, s.Repository, commitInputs(s.Commits))
	case *demo.ArtifactStep:
		_, _, err = r.client.ReportArtifact(ctx, api.ReportArtifactInput{
			Flow: s.Flow, Fingerprint: s.Artifact.Fingerprint, Name: s.Artifact.Name, Commit: s.Artifact.Commit.SHA,
			Repository: s.Artifact.Repository, BuildURL: s.BuildURL, At: &at,
		})
	case *demo.EvidenceStep:
		_, _, err = r.client.Attest(ctx, api.ReportAttestationInput{
			Flow: s.Flow, Fingerprint: s.Artifact.Fingerprint, Name: s.Name, URL: s.BuildURL, At: &at,
			Evidence: api.EvidenceInput{Generic: &api.GenericEvidenceInput{Compliant: s.Compliant}},
		})
	case *demo.DeploymentStep:
		_, _, err = r.client.ReportDeployment(ctx, api.ReportDeploymentInput{
			Artifact: s.Flow + "@" + s.Artifact.Fingerprint, Environment: s.Environment, URL: s.BuildURL, At: &at,
		})
	default:
		err = fmt.Errorf("nobody knows how to replay a %T", step)
	}
	return err
}

// environment makes an environment of which no report is waited for, since the story
// is long over. One that a story of before has left is made so.
func (r *replay) environment(ctx context.Context, s *demo.EnvironmentStep) error {
	never := 0
	_, _, err := r.client.CreateEnvironment(ctx, api.CreateEnvironmentInput{Name: s.Name, Type: s.Type, Description: s.Description, SilentAfterSeconds: &never})
	if api.CodeOf(err) != api.CodeConflict {
		return err
	}
	_, err = r.client.UpdateEnvironment(ctx, api.UpdateEnvironmentInput{Environment: s.Name, SilentAfterSeconds: &never})
	return err
}

func commitInputs(commits []demo.Commit) []api.CommitInput {
	inputs := make([]api.CommitInput, len(commits))
	for i, c := range commits {
		inputs[i] = api.CommitInput{SHA: c.SHA, Parents: c.Parents, Subject: c.Subject, AuthorName: c.Author.Name, CommittedAt: c.CommittedAt}
	}
	return inputs
}
