package db_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

// What is known of an artifact follows from all that was said of it, in any order;
// its history tells once when it was made.
func TestClaims_AnyOrder(t *testing.T) {
	t.Parallel()
	at := func(minute int) *time.Time { t := start.Add(time.Duration(minute) * time.Minute); return &t }
	whole, url := sha("16d9990"), "https://github.com/cyber-dojo/runner/actions/runs/1"
	claims := []model.ReportArtifactInput{
		{Name: "ghcr.io/cyber-dojo/runner:latest", At: at(3)},
		{Name: "cyberdojo/runner:16d9990", At: at(2), BuildURL: &url},
		{Name: "registry.example/runner:8fed1f9", At: at(4)},
		{Name: "ghcr.io/cyber-dojo/runner:latest", At: at(5), Commit: &whole},
	}
	for n, order := range permutations(len(claims)) {
		t.Run(fmt.Sprint("Order", n), func(t *testing.T) {
			t.Parallel()
			d, org := newDB(t)
			newFlow(t, d, org, "runner")
			var artifact *model.Artifact
			for _, i := range order {
				in := claims[i]
				in.Flow, in.Fingerprint = "runner", fingerprint("runner")
				for range 2 { // twice is once
					var err error
					if artifact, _, err = d.ReportArtifact(t.Context(), org, in); err != nil {
						t.Fatal(err)
					}
				}
			}
			if artifact.Name != "cyberdojo/runner:16d9990" || !artifact.CreatedAt.Equal(*at(2)) || artifact.CommitPrefix != string(whole) || artifact.BuildURL == nil || *artifact.BuildURL != url {
				t.Errorf("it is known as %+v", artifact)
			}
			names, err := d.NamesOfArtifacts(t.Context(), org, []*model.Artifact{artifact})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{"cyberdojo/runner:16d9990", "ghcr.io/cyber-dojo/runner:latest", "registry.example/runner:8fed1f9"}, names[0]); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
			history, err := d.HistoryOfArtifacts(t.Context(), org, []*model.Artifact{artifact}, model.Page{First: 10})
			if err != nil {
				t.Fatal(err)
			}
			var told []string
			for _, e := range history[0].Nodes {
				told = append(told, e.Facts().At.Format(time.TimeOnly)+" "+e.Facts().Summary())
			}
			if diff := cmp.Diff([]string{"09:02:00 Artifact created"}, told); diff != "" {
				t.Errorf("history (-want +got):\n%s", diff)
			}
		})
	}
}

// permutations are all orders of n things.
func permutations(n int) [][]int {
	if n == 0 {
		return [][]int{nil}
	}
	var all [][]int
	for _, p := range permutations(n - 1) {
		for i := range n {
			all = append(all, slices.Insert(slices.Clone(p), i, n-1))
		}
	}
	return all
}

// forgeFacts are facts of GitHub about a repository.
func forgeFacts(repository string) *model.Facts {
	return &model.Facts{Repository: model.Repository{Forge: model.ForgeGitHub, Name: repository, URL: "https://github.com/" + repository}}
}

// A deployment of a commit meets its artifact and its environment in whatever
// order the three come, and is announced once.
func TestForgeDeployment_AnyOrder(t *testing.T) {
	t.Parallel()
	commit := sha("16d9990")
	for n, order := range permutations(4) {
		t.Run(fmt.Sprint("Order", n), func(t *testing.T) {
			t.Parallel()
			d, org := newDB(t)
			ctx := t.Context()
			newFlow(t, d, org, "runner")
			steps := []func() error{
				func() error {
					_, _, err := d.ReportArtifact(ctx, org, model.ReportArtifactInput{Flow: "runner", Fingerprint: fingerprint("runner"), Name: "cyberdojo/runner:16d9990", At: &start})
					return err
				},
				func() error {
					_, _, err := d.CreateEnvironment(ctx, org, model.CreateEnvironmentInput{Name: "aws-prod", Type: model.EnvironmentECS})
					return err
				},
				func() error {
					f := forgeFacts("cyber-dojo/runner")
					f.Deployment = &model.ForgeDeployment{ID: 7, Environment: "aws-prod", CommitSHA: commit, CreatedAt: start.Add(time.Minute)}
					return receive(ctx, d, org, "deployment", "deployment", f)
				},
				func() error {
					f := forgeFacts("cyber-dojo/runner")
					f.Deployment = &model.ForgeDeployment{
						ID: 7, Environment: "aws-prod", CommitSHA: commit, CreatedAt: start.Add(time.Minute),
						Status: &model.ForgeDeploymentStatus{ID: 8, At: start.Add(2 * time.Minute), Description: "it did not start"},
					}
					return receive(ctx, d, org, "status", "deployment_status", f)
				},
			}
			for _, i := range order {
				for range 2 { // twice is once
					if err := steps[i](); err != nil {
						t.Fatal(err)
					}
				}
			}
			found, err := d.ArtifactByRef(ctx, org, model.ArtifactRef{Flow: "runner", Prefix: "16d9990"})
			if err != nil {
				t.Fatal(err)
			}
			artifact := []*model.Artifact{found.(*model.Artifact)}
			deployments, err := d.DeploymentsOfArtifacts(ctx, org, artifact, model.Page{First: 10})
			if err != nil {
				t.Fatal(err)
			}
			if nodes := deployments[0].Nodes; len(nodes) != 1 || nodes[0].Number != 1 || nodes[0].Environment.Name != "aws-prod" || !nodes[0].CreatedAt.Equal(start.Add(time.Minute)) {
				t.Errorf("deployments: %+v", nodes)
			}
			if diff := cmp.Diff([]model.Evidence{{Name: "deployed-to-aws-prod", Compliant: false}}, artifact[0].Evidence); diff != "" {
				t.Errorf("evidence (-want +got):\n%s", diff)
			}
			history, err := d.HistoryOfArtifacts(ctx, org, artifact, model.Page{First: 10})
			if err != nil {
				t.Fatal(err)
			}
			var told []string
			for _, e := range history[0].Nodes {
				told = append(told, e.Facts().Summary())
			}
			if diff := cmp.Diff([]string{"Artifact created", "Deployment #1 to aws-prod environment", "deployed-to-aws-prod evidence received, and it does not hold"}, told); diff != "" {
				t.Errorf("history (-want +got):\n%s", diff)
			}
		})
	}
}

// What a deployment of a forge waits for is said, so that nobody wonders.
func TestForgeDeployment_SaysWhatItWaitsFor(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	newFlow(t, d, org, "runner")
	send := func(id int64, environment string) string {
		t.Helper()
		f := forgeFacts("cyber-dojo/runner")
		f.Deployment = &model.ForgeDeployment{ID: id, Environment: environment, CommitSHA: sha("16d9990"), CreatedAt: start}
		receipt, err := d.ReceiveDelivery(t.Context(), org, &model.Delivery{Source: model.ForgeGitHub.Source(), SourceID: fmt.Sprint(id), Event: "deployment", Body: fmt.Append(nil, id)}, f)
		if err != nil || receipt.State != model.DeliveryApplied {
			t.Fatalf("%+v, %v", receipt, err)
		}
		return receipt.Reason
	}
	if got := send(1, "Production"); got != "waits for an environment called Production" {
		t.Error(got)
	}
	if _, _, err := d.CreateEnvironment(t.Context(), org, model.CreateEnvironmentInput{Name: "aws-prod", Type: model.EnvironmentECS}); err != nil {
		t.Fatal(err)
	}
	if got := send(2, "aws-prod"); got != "waits for an artifact of commit "+string(sha("16d9990")[:12]) {
		t.Error(got)
	}
	if _, _, err := d.ReportArtifact(t.Context(), org, model.ReportArtifactInput{Flow: "runner", Fingerprint: fingerprint("runner"), Name: "cyberdojo/runner:16d9990"}); err != nil {
		t.Fatal(err)
	}
	if got := send(3, "aws-prod"); got != "" {
		t.Error(got)
	}
}

// Wrong links are worse than none: a short SHA that fits another commit too
// announces nothing, and neither does an artifact of another repository.
func TestForgeDeployment_NeverGuesses(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	ctx := t.Context()
	newFlow(t, d, org, "runner")
	newFlow(t, d, org, "differ")
	if _, _, err := d.CreateEnvironment(ctx, org, model.CreateEnvironmentInput{Name: "aws-prod", Type: model.EnvironmentECS}); err != nil {
		t.Fatal(err)
	}
	commit, twin := sha("16d99900"), sha("16d99901")
	f := forgeFacts("cyber-dojo/runner")
	f.Commits = []*model.Commit{{SHA: commit, CommittedAt: start}, {SHA: twin, CommittedAt: start}}
	if err := receive(ctx, d, org, "push", "push", f); err != nil {
		t.Fatal(err)
	}
	for flow, name := range map[string]string{"runner": "cyberdojo/runner:16d9990", "differ": "cyberdojo/differ:16d99900"} {
		if _, _, err := d.ReportArtifact(ctx, org, model.ReportArtifactInput{Flow: flow, Fingerprint: fingerprint(name), Name: name}); err != nil {
			t.Fatal(err)
		}
	}
	f = forgeFacts("cyber-dojo/runner")
	f.Deployment = &model.ForgeDeployment{ID: 1, Environment: "aws-prod", CommitSHA: commit, CreatedAt: start}
	if err := receive(ctx, d, org, "deployment", "deployment", f); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Deployment(ctx, org, "runner", 1); model.KindOf(err) != model.KindNotFound {
		t.Errorf("a short SHA of two commits announces a deployment: %v", err)
	}
	if _, err := d.Deployment(ctx, org, "differ", 1); model.KindOf(err) != model.KindNotFound {
		t.Errorf("another repository's artifact is announced: %v", err)
	}
	// Whoever says more is understood: the whole SHA fits one commit.
	if _, _, err := d.ReportArtifact(ctx, org, model.ReportArtifactInput{Flow: "runner", Fingerprint: fingerprint("cyberdojo/runner:16d9990"), Name: "cyberdojo/runner:16d9990", Commit: &commit}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Deployment(ctx, org, "runner", 1); err != nil {
		t.Errorf("the whole SHA announces nothing: %v", err)
	}
}

// An image belongs to the flow that follows its repository, and of several to the
// one that has its name.
func TestImage_FlowOfSeveral(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	ctx := t.Context()
	repository := "cyber-dojo/mono"
	push := func(id, image string) model.Receipt {
		t.Helper()
		f := forgeFacts(repository)
		f.Image = &model.Image{Name: "ghcr.io/cyber-dojo/" + image, Tag: "16d9990", Fingerprint: fingerprint(image), At: start}
		receipt, err := d.ReceiveDelivery(ctx, org, &model.Delivery{Source: model.ForgeGitHub.Source(), SourceID: id, Event: "package", Body: []byte(id), Repository: repository}, f)
		if err != nil {
			t.Fatal(err)
		}
		return receipt
	}
	follow := func(name string) {
		t.Helper()
		if _, _, err := d.CreateFlow(ctx, org, model.CreateFlowInput{Name: name, Repository: &repository}); err != nil {
			t.Fatal(err)
		}
	}
	if got := push("1", "runner"); got.State != model.DeliveryIgnored || got.Reason != "no flow follows cyber-dojo/mono" {
		t.Errorf("without a flow: %+v", got)
	}
	follow("runner")
	if got := push("2", "server"); got.State != model.DeliveryApplied {
		t.Errorf("with one flow: %+v", got)
	}
	follow("differ")
	if got := push("3", "differ"); got.State != model.DeliveryApplied {
		t.Errorf("with a flow of its name: %+v", got)
	}
	if got := push("4", "tools"); got.State != model.DeliveryIgnored || got.Reason != "no flow of cyber-dojo/mono is called tools, and 2 follow it: differ, runner" {
		t.Errorf("with two others: %+v", got)
	}
	for flow, image := range map[string]string{"runner": "server", "differ": "differ"} {
		found, err := d.ArtifactByRef(ctx, org, model.ArtifactRef{Flow: flow, ByFingerprint: true, Prefix: string(fingerprint(image))})
		if err != nil || !strings.HasSuffix(found.(*model.Artifact).Name, image+":16d9990") {
			t.Errorf("%s: %+v, %v", flow, found, err)
		}
	}
}
