package db_test

import (
	"math"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

// Cursors come from clients: whatever they made up is their error, and never
// ours.
func TestDB_HostileCursors(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	flow, env := newFlow(t, d, org, "runner"), newEnvironment(t, d, org, "aws-prod")
	artifact, _, err := d.ReportArtifact(t.Context(), org, model.ReportArtifactInput{Flow: "runner", Name: "runner:16d9990", Fingerprint: fingerprint("runner")})
	if err != nil {
		t.Fatal(err)
	}
	reported, err := d.ReportCommits(t.Context(), org, model.ReportCommitsInput{
		Repository: "cyber-dojo/runner", Commits: []*model.CommitInput{{SHA: sha("16d9990"), CommittedAt: start}},
	})
	if err != nil {
		t.Fatal(err)
	}
	commits := []*model.Commit{{SHA: sha("16d9990"), Repository: reported.Repository}}
	report(t, d, org, start, map[string]int{"runner:16d9990": 1})
	ref, err := model.ParseSnapshotRef("aws-prod")
	if err != nil {
		t.Fatal(err)
	}
	snapshot, err := d.Snapshot(t.Context(), org, ref)
	if err != nil {
		t.Fatal(err)
	}

	ctx := t.Context()
	lists := map[string]func(model.Page) error{
		"ArtifactsOfFlows":   func(p model.Page) error { _, err := d.ArtifactsOfFlows(ctx, org, []int{flow.Key}, p); return err },
		"Artifacts":          func(p model.Page) error { _, err := d.Artifacts(ctx, org, p); return err },
		"ArtifactsOfCommits": func(p model.Page) error { _, err := d.ArtifactsOfCommits(ctx, org, commits, p); return err },
		"Attestations": func(p model.Page) error {
			_, err := d.AttestationsOfArtifacts(ctx, org, []*model.Artifact{artifact}, p)
			return err
		},
		"Builds": func(p model.Page) error { _, err := d.BuildsOfCommits(ctx, org, commits, p); return err },
		"Commits": func(p model.Page) error {
			_, err := d.CommitsOfRepositories(ctx, org, []int{reported.Repository.Key}, p)
			return err
		},
		"Deployments": func(p model.Page) error {
			_, err := d.DeploymentsOfArtifacts(ctx, org, []*model.Artifact{artifact}, p)
			return err
		},
		"Environments": func(p model.Page) error { _, err := d.Environments(ctx, org, nil, p); return err },
		"History": func(p model.Page) error {
			_, err := d.HistoryOfArtifacts(ctx, org, []*model.Artifact{artifact}, p)
			return err
		},
		"Log": func(p model.Page) error {
			_, err := d.LogOfEnvironments(ctx, org, db.Whole(env.Key), nil, model.OrderDescending, p)
			return err
		},
		"Flows":        func(p model.Page) error { _, err := d.Flows(ctx, org, model.FlowFilter{}, p); return err },
		"Repositories": func(p model.Page) error { _, err := d.Repositories(ctx, org, p); return err },
		"Snapshots": func(p model.Page) error {
			_, err := d.SnapshotsOfEnvironments(ctx, org, db.Whole(env.Key), model.OrderDescending, p)
			return err
		},
		"Running": func(p model.Page) error {
			_, err := d.RunningOfSnapshots(ctx, org, []*model.Snapshot{snapshot}, p)
			return err
		},
		"RunningNow": func(p model.Page) error {
			_, err := d.RunningNow(ctx, org, []*model.Artifact{artifact}, p)
			return err
		},
		"Tokens": func(p model.Page) error { _, err := d.Tokens(ctx, org, p); return err },
	}
	parts := []string{
		"", "0", "-1", "a", "ff", "f", "'", model.IntKey(math.MaxInt64), model.IntKey(math.MinInt64), model.IntKey(math.MaxInt32 + 1), model.TimeKey(start),
		model.TimeKey(time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)), model.TimeKey(time.Time{}),
	}
	for name, list := range lists {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cursors := []model.Cursor{"v1.", "v2.W10", model.NewCursor()}
			for _, one := range parts {
				cursors = append(cursors, model.NewCursor(one))
				for _, two := range parts {
					cursors = append(cursors, model.NewCursor(one, two), model.NewCursor(one, two, "0"), model.NewCursor(one, two, model.IntKey(math.MaxInt64)), model.NewCursor(one, two, "x"))
				}
			}
			taken := 0
			for _, c := range cursors {
				err := list(model.Page{First: 10, After: c})
				if err == nil {
					taken++
				} else if model.KindOf(err) != model.KindInvalid {
					t.Errorf("after %s: %v", c, err)
				}
			}
			if taken == 0 || taken == len(cursors) {
				t.Errorf("%d of %d cursors were taken: some are of any list's form, and none of all", taken, len(cursors))
			}
		})
	}
}

// Names come from clients too: what is no text leads nowhere, in their error.
func TestDB_HostileNames(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	ctx := t.Context()
	for name, find := range map[string]func(string) error{
		"Organization":   func(name string) error { _, err := d.Organization(ctx, name); return err },
		"WebhookSecrets": func(name string) error { _, _, err := d.WebhookSecrets(ctx, name, model.ForgeGitHub); return err },
		"Flow":           func(name string) error { _, err := d.Flow(ctx, org, name); return err },
		"Environment":    func(name string) error { _, err := d.Environment(ctx, org, name); return err },
		"Repository":     func(name string) error { _, err := d.Repository(ctx, org, name); return err },
		"Build":          func(name string) error { _, err := d.Build(ctx, org, name, 1, 1, model.GitHubActions); return err },
		"Caller":         func(secret string) error { _, err := d.Caller(ctx, secret); return err },
		"ApplyReport": func(name string) error {
			_, err := apply(ctx, d, org, name, nil, map[string]int{"runner:16d9990": 1})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, in := range []string{"", "no such name", "a\x00b", "\xff", "a' OR '1'='1", `a"b\`, "?", "$1"} {
				if kind := model.KindOf(find(in)); kind != model.KindNotFound && kind != model.KindInvalid && (kind != model.KindUnauthenticated || name != "Caller") {
					t.Errorf("%q: got %v", in, find(in))
				}
			}
		})
	}
}

// Any moment that can be written can be asked for.
func TestDB_FarMoments(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	newEnvironment(t, d, org, "aws-prod")
	report(t, d, org, start, map[string]int{"runner:16d9990": 1})
	for text, want := range map[string]model.Kind{
		"aws-prod@{9999.years.ago}":             model.KindNotFound,
		"aws-prod@{9999.months.ago}":            model.KindNotFound,
		"aws-prod@{0000-01-01T00:00:00+14:00}":  model.KindNotFound,
		"aws-prod@{0001-01-01T00:00:00Z}":       model.KindNotFound,
		"aws-prod@{9999-12-31T23:59:59-12:00}":  "",
		"aws-prod@{2022-08-22T09:00:00.000Z}":   "",
		"aws-prod@{2022-08-22T08:59:59.99999Z}": model.KindNotFound,
		"aws-prod#999999999":                    model.KindNotFound,
		"aws-prod~999999999":                    model.KindNotFound,
	} {
		ref, err := model.ParseSnapshotRef(text)
		if err != nil {
			t.Fatal(err)
		}
		if s, err := d.Snapshot(t.Context(), org, ref); model.KindOf(err) != want {
			t.Errorf("%s: got %+v, %v", text, s, err)
		}
	}
}
