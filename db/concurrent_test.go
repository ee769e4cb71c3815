package db_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
)

// Two servers apply reports of one environment at once: every snapshot has the
// number after the one before, and says what one of the reports said.
func TestDB_ApplyReport_AtOnce(t *testing.T) {
	t.Parallel()
	first, url := dbtest.NewURL(t)
	second := open(t, url)
	first.Now = (&clock{now: start.Add(24 * time.Hour)}).Now
	second.Now = (&clock{now: start.Add(25 * time.Hour)}).Now
	org := newOrganization(t, first)
	env := newEnvironment(t, first, org, "aws-prod")

	const senders, reports = 8, 12
	var group errgroup.Group
	for s := range senders {
		d := []*db.DB{first, second}[s%2]
		group.Go(func() error {
			for i := range reports {
				// No two say the same, so that each makes a snapshot.
				_, err := apply(t.Context(), d, org, "aws-prod", nil, map[string]int{"shared": 1 + i%3, fmt.Sprintf("a%d", s): i + 1})
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	snapshots := allSnapshots(t, first, org, env.Key)
	if len(snapshots) != senders*reports {
		t.Errorf("%d snapshots, want %d", len(snapshots), senders*reports)
	}
	for i, s := range snapshots {
		if want := len(snapshots) - i; s.Number != want {
			t.Fatalf("place %d has #%d, want #%d", i, s.Number, want)
		}
		if i > 0 && !s.TakenAt.Before(snapshots[i-1].TakenAt) {
			t.Errorf("#%d was taken at %s, and #%d at %s", s.Number, s.TakenAt, snapshots[i-1].Number, snapshots[i-1].TakenAt)
		}
		running, err := first.RunningOfSnapshots(t.Context(), org, []*model.Snapshot{s}, page(100))
		if err != nil {
			t.Fatal(err)
		}
		if n := len(running[0].Nodes); n != 2 { // the shared one, and that of who reported
			t.Errorf("#%d has %d artifacts, and each report had 2", s.Number, n)
		}
	}
}

func allSnapshots(t testing.TB, d *db.DB, org *model.Organization, environment int) []*model.Snapshot {
	t.Helper()
	var all []*model.Snapshot
	p := page(50)
	for {
		pages, err := d.SnapshotsOfEnvironments(t.Context(), org, db.Whole(environment), model.OrderDescending, p)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, pages[0].Nodes...)
		info := pages[0].PageInfo()
		if !info.HasNextPage {
			return all
		}
		p.After = *info.EndCursor
	}
}

// Deployments of one flow that are announced at once have numbers without gaps,
// and one that is announced many times is one.
func TestDB_ReportDeployment_AtOnce(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	newFlow(t, d, org, "runner")
	newEnvironment(t, d, org, "aws-prod")
	if _, _, err := d.ReportArtifact(t.Context(), org, model.ReportArtifactInput{Flow: "runner", Name: "runner:1111111", Fingerprint: fingerprint("a")}); err != nil {
		t.Fatal(err)
	}
	const senders, each = 6, 5
	numbers := make(chan int, senders*each)
	var group errgroup.Group
	for range senders {
		group.Go(func() error {
			for i := range each {
				key := fmt.Sprintf("deploy %d", i) // the same from every sender
				deployment, _, err := d.ReportDeployment(t.Context(), org, model.ReportDeploymentInput{
					Artifact: model.ArtifactRef{Flow: "runner", ByFingerprint: true, Prefix: string(fingerprint("a"))}, Environment: "aws-prod", IdempotencyKey: &key,
				})
				if err != nil {
					return err
				}
				numbers <- deployment.Number
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	close(numbers)
	seen := map[int]int{}
	for n := range numbers {
		seen[n]++
	}
	for n := range each {
		if seen[n+1] != senders {
			t.Errorf("deployment #%d was the answer %d times, want %d: %v", n+1, seen[n+1], senders, seen)
		}
	}
}

// The same evidence given at once is given once.
func TestDB_ReportAttestation_AtOnce(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	newFlow(t, d, org, "runner", "tests")
	var group errgroup.Group
	created := make(chan bool, 8)
	for range 8 {
		group.Go(func() error {
			_, isNew, err := d.ReportAttestation(context.WithoutCancel(t.Context()), org, model.ReportAttestationInput{
				Flow: "runner", Fingerprint: fingerprint("a"), Name: "tests", Evidence: &model.EvidenceInput{Generic: &model.GenericEvidenceInput{Compliant: true}},
			})
			created <- isNew
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	close(created)
	n := 0
	for isNew := range created {
		if isNew {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d of them were new, want 1", n)
	}
}
