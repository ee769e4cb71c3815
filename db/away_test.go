package db_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/cluster"
	"github.com/landfall-dev/landfall/db/dbtest"
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
			_, err := d.ReportUnchanged(ctx, model.TokenReport{Organization: "acme", Environment: "aws-prod", Type: model.EnvironmentServer})
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

// A delivery that cannot be applied in time, because somebody holds what it needs,
// is kept all the same, and applied later.
func TestDB_ReceiveDelivery_TooSlow(t *testing.T) {
	t.Parallel()
	d, url := dbtest.NewURL(t)
	d.Now = (&clock{now: start.Add(24 * time.Hour)}).Now
	d.SetApplyTime(300 * time.Millisecond)
	org := newOrganization(t, d)
	repository := model.Repository{Forge: model.ForgeGitHub, Name: "acme/runner", URL: "https://github.com/acme/runner"}
	if _, _, err := d.CreateFlow(t.Context(), org, model.CreateFlowInput{Name: "runner", Repository: &repository.Name}); err != nil {
		t.Fatal(err)
	}
	receive := func(id string, facts *model.Facts) model.DeliveryState {
		t.Helper()
		facts.Repository = repository
		receipt, err := d.ReceiveDelivery(t.Context(), org, &model.Delivery{Source: model.ForgeGitHub.Source(), SourceID: id, Event: "deployment", Body: []byte(id)}, facts)
		if err != nil || !receipt.Fresh {
			t.Errorf("%s: %+v, %v", id, receipt, err)
		}
		return receipt.State
	}
	if state := receive("first", &model.Facts{}); state != model.DeliveryApplied {
		t.Fatalf("the first is %s", state)
	}
	holder, err := connect(t, url).BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := holder.ExecContext(t.Context(), `SELECT FROM repositories FOR UPDATE`); err != nil {
		t.Fatal(err)
	}
	deployed := &model.Facts{Deployment: &model.ForgeDeployment{ID: 1, Environment: "aws-prod", CommitSHA: sha("16d9990"), CreatedAt: start}}
	if state := receive("second", deployed); state != model.DeliveryWaiting {
		t.Errorf("the second is %s", state)
	}
	if err := holder.Rollback(); err != nil {
		t.Fatal(err)
	}
	due, err := d.DueDeliveries(t.Context(), 10, time.Minute)
	if err != nil || len(due) != 1 {
		t.Fatalf("%d are due, %v", len(due), err)
	}
	if receipt, err := d.RetryDelivery(t.Context(), org, due[0].Delivery, deployed); err != nil || receipt.State != model.DeliveryApplied {
		t.Errorf("then it is %+v, %v", receipt, err)
	}
}
