package db_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/cluster"
	"github.com/landfall-dev/landfall/model"
)

// throwawayCluster is a Postgres of the test's own, which it may stop and start
// again at the same address.
func throwawayCluster(t *testing.T) (url string, stop, startAgain func()) {
	t.Helper()
	dir, err := os.MkdirTemp("", "landfall-away-") //nolint:usetesting // nobody but us can pass through t's
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	var c *cluster.Cluster
	stop = func() {
		if err := c.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	}
	startAgain = func() {
		t.Helper()
		if c, err = cluster.Start(t.Context(), cluster.Options{Dir: filepath.Join(dir, "pg"), Throwaway: true}); err != nil {
			t.Fatal(err)
		}
	}
	startAgain()
	t.Cleanup(func() {
		stop()
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	if err := c.CreateDatabase(t.Context(), "landfall"); err != nil {
		t.Fatal(err)
	}
	return c.URL("landfall"), stop, startAgain
}

// While Postgres is away, whatever is asked of it is to be asked again later: that
// is said to be nobody's fault. When it is back, all works as before, also what was
// prepared before.
func TestDB_Away(t *testing.T) {
	t.Parallel()
	url, stop, startAgain := throwawayCluster(t)
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Bootstrap(t.Context(), "acme", "correct-horse-battery"); err != nil {
		t.Fatal(err)
	}
	org, err := d.Organization(t.Context(), "acme")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.CreateWebhook(t.Context(), org, model.CreateWebhookInput{Forge: model.ForgeGitHub}); err != nil {
		t.Fatal(err)
	}
	newEnvironment(t, d, org, "aws-prod")

	pushed := &model.Facts{
		Repository: model.Repository{Forge: model.ForgeGitHub, Name: "acme/runner", URL: "https://github.com/acme/runner"},
		Commits:    []*model.Commit{{SHA: sha("16d9990"), CommittedAt: start}},
	}
	delivery := func(id string) *model.Delivery {
		return &model.Delivery{Source: model.ForgeGitHub.Source(), SourceID: id, Event: "push", Body: []byte(id)}
	}
	asked := map[string]func(context.Context) error{
		"Caller": func(ctx context.Context) error { _, err := d.Caller(ctx, "correct-horse-battery"); return err },
		"WebhookSecrets": func(ctx context.Context) error {
			_, _, err := d.WebhookSecrets(ctx, "acme", model.ForgeGitHub)
			return err
		},
		"ReceiveDelivery": func(ctx context.Context) error {
			_, err := d.ReceiveDelivery(ctx, org, delivery("understood"), pushed)
			return err
		},
		"KeepDelivery": func(ctx context.Context) error {
			_, err := d.KeepDelivery(ctx, org, delivery("kept"), model.Errorf(model.KindInvalid, "not understood"))
			return err
		},
		"DueDeliveries": func(ctx context.Context) error { _, err := d.DueDeliveries(ctx, 1, 0); return err },
		"ReportUnchanged": func(ctx context.Context) error {
			_, err := d.ReportUnchanged(ctx, model.UnchangedReport{Organization: "acme", Environment: "aws-prod", Type: model.EnvironmentServer})
			return err
		},
		"ApplyReport": func(ctx context.Context) error {
			_, err := apply(ctx, d, org, "aws-prod", nil, map[string]int{"runner:16d9990": 1})
			return err
		},
		"CreateEnvironment": func(ctx context.Context) error {
			_, _, err := d.CreateEnvironment(ctx, org, model.CreateEnvironmentInput{Organization: "acme", Name: "aws-beta", Type: model.EnvironmentServer})
			return err
		},
		"CreateFlow": func(ctx context.Context) error {
			_, _, err := d.CreateFlow(ctx, org, model.CreateFlowInput{Organization: "acme", Name: "runner"})
			return err
		},
	}
	ask := func(when string, want model.Kind) {
		t.Helper()
		for name, ask := range asked {
			if err := ask(t.Context()); model.KindOf(err) != want {
				t.Errorf("%s, %s: got %q %v, want %q", when, name, model.KindOf(err), err, want)
			}
		}
	}
	ask("before", "")
	stop()
	ask("away", model.KindBusy)
	startAgain()
	ask("back", "")
}
