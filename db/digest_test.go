package db_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

// An image is reported with the digest of its index, and a runtime tells that of the
// manifest for its platform: both are the artifact.
func TestDB_OtherDigests(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	flow := newFlow(t, d, org, "runner", "tests")
	newEnvironment(t, d, org, "aws-prod")
	at := func(minutes int) time.Time { return start.Add(time.Duration(minutes) * time.Minute) }
	amd, arm := fingerprint("runner:1111111/amd64"), fingerprint("runner:1111111/arm64")

	// Seen, and judged, before it was reported.
	report(t, d, org, at(1), map[string]int{"runner:1111111/amd64": 2})
	evidence := func(f model.Fingerprint, name string, minute int) {
		t.Helper()
		when := at(minute)
		_, _, err := d.ReportAttestation(t.Context(), org, model.ReportAttestationInput{
			Flow: "runner", Fingerprint: f, Name: name, At: &when, Evidence: &model.EvidenceInput{Generic: &model.GenericEvidenceInput{Compliant: true}},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	evidence(arm, "tests", 2)
	when := at(0)
	index, _, err := d.ReportArtifact(t.Context(), org, model.ReportArtifactInput{
		Flow: "runner", Name: "runner:1111111", Fingerprint: fingerprint("runner:1111111"), Digests: []model.Fingerprint{amd, arm}, At: &when,
	})
	if err != nil {
		t.Fatal(err)
	}
	if index.State() != model.Compliant {
		t.Errorf("evidence about a platform does not count: %v", index.Evidence)
	}
	report(t, d, org, at(3), map[string]int{"runner:1111111/amd64": 2, "runner:1111111/arm64": 1})

	found, err := d.ArtifactsByKey(t.Context(), org, []db.ArtifactKey{{Fingerprint: amd}, {Fingerprint: arm, Flow: flow.Key}, {Fingerprint: fingerprint("other")}})
	if err != nil || found[0] == nil || found[0].Key != index.Key || found[1] == nil || found[1].Key != index.Key || found[2] != nil {
		t.Errorf("by platform: got %v, %v", found, err)
	}
	for _, prefix := range []string{string(arm), string(arm[:7])} {
		byRef, err := d.ArtifactByRef(t.Context(), org, model.ArtifactRef{Flow: "runner", ByFingerprint: true, Prefix: prefix})
		if a, ok := byRef.(*model.Artifact); err != nil || !ok || a.Key != index.Key {
			t.Errorf("by %s: got %v, %v", prefix, byRef, err)
		}
	}
	deployment, _, err := d.ReportDeployment(t.Context(), org, model.ReportDeploymentInput{
		Artifact: model.ArtifactRef{Flow: "runner", ByFingerprint: true, Prefix: string(arm)}, Environment: "aws-prod", At: &when,
	})
	if err != nil || deployment.Fingerprint != index.Fingerprint {
		t.Errorf("deployment: got %+v, %v", deployment, err)
	}
	want := []string{
		"09:00 Artifact created", "09:00 Deployment #1 to aws-prod environment", "09:01 Started running in aws-prod#1 environment",
		"09:02 tests evidence received", "09:03 Started running in aws-prod#2 environment",
	}
	if diff := cmp.Diff(want, history(t, d, org, index)); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
	held, err := d.AttestationsOfArtifacts(t.Context(), org, []*model.Artifact{index}, page(10))
	if err != nil || len(held[0].Nodes) != 1 {
		t.Errorf("evidence: got %v, %v", held, err)
	}
	running, err := d.RunningNow(t.Context(), org, []*model.Artifact{index}, page(10))
	if err != nil || len(running[0].Nodes) != 1 || running[0].Nodes[0].Replicas != 3 {
		t.Errorf("running: got %+v, %v", running[0].Nodes, err)
	}
	ref := model.SnapshotRefOf("aws-prod", 2)
	snapshot, err := d.Snapshot(t.Context(), org, ref)
	if err != nil {
		t.Fatal(err)
	}
	overlaps, err := d.OverlappingFlows(t.Context(), org, []*model.Snapshot{snapshot})
	if err != nil || overlaps[0][flow.Key] {
		t.Errorf("two platforms of one image are taken for two versions: %v, %v", overlaps, err)
	}
	others, err := d.OtherDigests(t.Context(), org, []*model.Artifact{index})
	if err != nil || len(others[0]) != 2 {
		t.Errorf("digests: got %v, %v", others, err)
	}

	// A platform that is an artifact itself is that artifact, and no other.
	own, _, err := d.ReportArtifact(t.Context(), org, model.ReportArtifactInput{Flow: "runner", Name: "runner:1111111-arm64", Fingerprint: arm, At: &when})
	if err != nil {
		t.Fatal(err)
	}
	for _, prefix := range []string{string(arm), string(arm[:7])} {
		byRef, err := d.ArtifactByRef(t.Context(), org, model.ArtifactRef{Flow: "runner", ByFingerprint: true, Prefix: prefix})
		if a, ok := byRef.(*model.Artifact); err != nil || !ok || a.Key != own.Key {
			t.Errorf("by %s: got %v, %v, want the one whose own it is", prefix, byRef, err)
		}
	}
	found, err = d.ArtifactsByKey(t.Context(), org, []db.ArtifactKey{{Fingerprint: arm}, {Fingerprint: amd}, {Fingerprint: index.Fingerprint, Flow: flow.Key}})
	if err != nil || found[0].Key != own.Key || found[1].Key != index.Key || found[2].State() != model.Incomplete {
		t.Errorf("got %v, %v", found, err)
	}
	want = []string{"09:00 Artifact created", "09:00 Deployment #1 to aws-prod environment", "09:01 Started running in aws-prod#1 environment"}
	if diff := cmp.Diff(want, history(t, d, org, index)); diff != "" {
		t.Errorf("history of the index (-want +got):\n%s", diff)
	}
	overlaps, err = d.OverlappingFlows(t.Context(), org, []*model.Snapshot{snapshot})
	if err != nil || !overlaps[0][flow.Key] {
		t.Errorf("two artifacts run, and are taken for one: %v, %v", overlaps, err)
	}
}

func history(t testing.TB, d *db.DB, org *model.Organization, a *model.Artifact) []string {
	t.Helper()
	var got []string
	p := page(2) // so that pages have to meet across digests
	for {
		events, err := d.HistoryOfArtifacts(t.Context(), org, []*model.Artifact{a}, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events[0].Nodes {
			got = append(got, e.Facts().At.Format("15:04 ")+e.Facts().Summary())
		}
		if !events[0].PageInfo().HasNextPage {
			return got
		}
		p.After = *events[0].PageInfo().EndCursor
	}
}

// Whatever the order in which an image, its evidence and what runs become known, the
// same is known of it in the end.
func TestDB_OtherDigests_AnyOrder(t *testing.T) {
	t.Parallel()
	at := func(minutes int) *time.Time { t := start.Add(time.Duration(minutes) * time.Minute); return &t }
	index, amd := fingerprint("index"), fingerprint("runner:1111111/amd64")
	steps := []func(ctx context.Context, d *db.DB, org *model.Organization) error{
		func(ctx context.Context, d *db.DB, org *model.Organization) error {
			_, err := apply(ctx, d, org, "aws-prod", at(3), map[string]int{"runner:1111111/amd64": 1})
			return err
		},
		func(ctx context.Context, d *db.DB, org *model.Organization) error {
			_, _, err := d.ReportAttestation(ctx, org, model.ReportAttestationInput{
				Flow: "runner", Fingerprint: amd, Name: "tests", At: at(1), Evidence: &model.EvidenceInput{Generic: &model.GenericEvidenceInput{Compliant: false}},
			})
			return err
		},
		func(ctx context.Context, d *db.DB, org *model.Organization) error {
			_, _, err := d.ReportArtifact(ctx, org, model.ReportArtifactInput{Flow: "runner", Name: "runner:1111111", Fingerprint: index, At: at(2)})
			return err
		},
		func(ctx context.Context, d *db.DB, org *model.Organization) error {
			_, _, err := d.ReportArtifact(ctx, org, model.ReportArtifactInput{
				Flow: "runner", Name: "registry.example/runner:1111111", Fingerprint: index, Digests: []model.Fingerprint{amd}, At: at(0),
			})
			return err
		},
	}
	var first string
	for round := range 4 {
		d, org := newDB(t)
		newFlow(t, d, org, "runner", "tests")
		newEnvironment(t, d, org, "aws-prod")
		for _, i := range rand.New(rand.NewPCG(uint64(round), 1)).Perm(len(steps)) {
			if err := steps[i](t.Context(), d, org); err != nil {
				t.Fatal(err)
			}
		}
		found, err := d.ArtifactsByKey(t.Context(), org, []db.ArtifactKey{{Fingerprint: amd}})
		if err != nil {
			t.Fatal(err)
		}
		names, err := d.NamesOfArtifacts(t.Context(), org, found)
		if err != nil {
			t.Fatal(err)
		}
		// When it was created is told by who reported it first.
		happened := slices.DeleteFunc(history(t, d, org, found[0]), func(line string) bool { return strings.HasSuffix(line, "Artifact created") })
		got := fmt.Sprint(found[0].Name, found[0].State(), names, happened)
		if first == "" {
			first = got
		}
		if got != first {
			t.Errorf("round %d: got %s, want %s", round, got, first)
		}
	}
}
