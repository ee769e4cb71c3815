package cli

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"github.com/spf13/cobra"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/demo"
)

type demoOptions struct {
	webhookSecret string
}

func newDemoCmd(app *App) *cobra.Command {
	var opts demoOptions
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Replay a story: how one commit came to production",
		Long: "Replay how commit 16d9990 of cyber-dojo's runner came to production in August\n" +
			"2022, and ask about it. Everything goes through the public endpoints: signed\n" +
			"webhooks of GitHub, calls of CI, reports of agents, each with the time at which\n" +
			"it happened. It can be repeated: what is there already changes nothing.\n\n" +
			"The story goes into the organization of the token, which must be an\n" +
			"administrator's. An organization without flows is made public, as the story's is.",
		Example: "  landfall demo\n  landfall demo --host https://landfall.example --org playground",
		Args:    exactly(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runDemo(cmd.Context(), app, &opts)
		},
	}
	cmd.Flags().StringVar(&opts.webhookSecret, "webhook-secret", "", "the `secret` of the organization's GitHub webhook, if it has one of its own")
	return cmd
}

func runDemo(ctx context.Context, app *App, opts *demoOptions) error {
	story, err := demo.Load()
	if err != nil {
		return err
	}
	client, err := app.client()
	if err != nil {
		return err
	}
	if err := makePublic(ctx, app, client); err != nil {
		return err
	}
	secret, err := opts.proveWebhook(ctx, app, client)
	if err != nil {
		return err
	}
	replay := &replay{client: client, secret: secret}
	progress := app.IO.Progress("Replaying July and August 2022, step")
	for i, step := range story.Steps {
		progress.Step(i + 1)
		if err := replay.send(ctx, step); err != nil {
			progress.Done()
			return errors.Join(err, errors.New("the story stopped there; run it again to go on"))
		}
	}
	progress.Done()
	app.IO.Note("Replayed %d steps of July and August 2022 into %s: %d deliveries, %d calls of CI, %d reports.",
		len(story.Steps), client.Organization(), replay.deliveries, replay.calls, replay.reports)
	return showStory(ctx, app)
}

// makePublic lets any caller read an organization that has nothing in it yet:
// the story's flows are public. One that has flows stays as it is.
func makePublic(ctx context.Context, app *App, client *api.Client) error {
	flows, err := client.Flows(ctx, nil, 1)
	if err != nil || len(flows.Items) > 0 {
		return err
	}
	if _, err := client.UpdateOrganization(ctx, api.UpdateOrganizationInput{Visibility: "PUBLIC"}); err != nil {
		return err
	}
	app.IO.Note("Organization %s is public now: any signed-in caller can read it.", client.Organization())
	return nil
}

// proveWebhook returns a secret with which webhooks are believed. Without one
// that is given, it is made of the token, so that a second run knows it again;
// a secret that somebody else made is not replaced.
func (opts *demoOptions) proveWebhook(ctx context.Context, app *App, client *api.Client) (string, error) {
	if opts.webhookSecret != "" {
		return opts.webhookSecret, ping(ctx, client, opts.webhookSecret)
	}
	settings, err := app.settings()
	if err != nil {
		return "", err
	}
	secret := derivedSecret(settings.APIToken)
	err = ping(ctx, client, secret)
	if api.CodeOf(err) != api.CodeUnauthenticated {
		return secret, err
	}
	_, err = client.CreateWebhook(ctx, api.CreateWebhookInput{Forge: "GITHUB"})
	if api.CodeOf(err) == api.CodeConflict {
		return "", usageErrorf("organization %s has a GitHub webhook whose secret only you know: give it by --webhook-secret", client.Organization())
	}
	if err != nil {
		return "", err
	}
	_, err = client.CreateWebhook(ctx, api.CreateWebhookInput{Forge: "GITHUB", Secret: secret})
	return secret, err
}

func derivedSecret(token string) string {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write([]byte("landfall demo: secret of the GitHub webhook"))
	return "whs_" + hex.EncodeToString(mac.Sum(nil))
}

// ping asks whether webhooks that are signed with a secret are believed.
func ping(ctx context.Context, client *api.Client, secret string) error {
	d := demo.Ping()
	return client.Deliver(ctx, d.Event, d.ID, d.Header(secret).Get("X-Hub-Signature-256"), d.Body)
}

// showStory asks the questions of the tutorial, as a person would.
func showStory(ctx context.Context, app *App) error {
	for _, question := range []struct {
		newCmd func(*App) *cobra.Command
		words  string
		args   []string
	}{
		{newFlowListCmd, "list flows", []string{"--output", "table"}},
		{newArtifactGetCmd, "get artifact", []string{"runner:16d9990"}},
		{newSnapshotGetCmd, "get snapshot", []string{"aws-prod#65"}},
		{newSnapshotDiffCmd, "diff snapshots", []string{"aws-prod#64", "aws-prod#65"}},
		{newBreachListCmd, "list breaches", []string{"aws-prod"}},
		{newWhereCmd, "where", []string{"16d9990", "--at", "2022-08-22T11:36:00+02:00"}},
		{newWhereCmd, "where", []string{"16d9990"}},
	} {
		app.IO.Line("")
		app.IO.Heading("$ landfall %s", commandLine(question.words, question.args))
		cmd := question.newCmd(app)
		cmd.SilenceErrors, cmd.SilenceUsage = true, true
		cmd.SetArgs(question.args)
		if err := cmd.ExecuteContext(ctx); err != nil {
			return err
		}
	}
	return nil
}

func commandLine(words string, args []string) string {
	for _, arg := range args {
		if arg == "--output" {
			return words
		}
		words += " " + arg
	}
	return words
}
