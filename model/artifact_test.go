package model_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

func newArtifact(flow, name string) *model.Artifact {
	return &model.Artifact{Flow: &model.Flow{Name: flow}, Name: name, Fingerprint: fingerprint(name)}
}

func TestArtifact_Commit(t *testing.T) {
	t.Parallel()
	linked := newCommit("cyber-dojo/runner", "16d9990", "")
	own := &model.Repository{Name: "acme/fork", URL: "https://github.com/acme/fork"}
	s := string(sha("85d83c6"))
	for name, tt := range map[string]struct {
		artifact model.Artifact
		sha, url *string
	}{
		"Unknown":               {model.Artifact{}, nil, nil},
		"PrefixOnly":            {model.Artifact{CommitPrefix: "16d9990", Repository: own}, nil, nil},
		"SHAWithoutRepository":  {model.Artifact{CommitPrefix: s}, &s, nil},
		"SHAAndRepository":      {model.Artifact{CommitPrefix: s, Repository: own}, &s, ptr("https://github.com/acme/fork/commit/" + s)},
		"Linked":                {model.Artifact{CommitPrefix: "16d9990", Commit: linked}, ptr(string(linked.SHA)), ptr(linked.URL())},
		"LinkedInItsRepository": {model.Artifact{CommitPrefix: "16d9990", Commit: linked, Repository: own}, ptr(string(linked.SHA)), ptr(linked.URL())},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got *string
			if sha := tt.artifact.CommitSha(); sha != nil {
				got = ptr(string(*sha))
			}
			if diff := cmp.Diff(tt.sha, got); diff != "" {
				t.Errorf("SHA (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.url, tt.artifact.CommitURL()); diff != "" {
				t.Errorf("URL (-want +got):\n%s", diff)
			}
		})
	}
}

func TestArtifact_Ref(t *testing.T) {
	t.Parallel()
	a := newArtifact("runner", "runner:16d9990")
	ref, err := model.ParseArtifactRef(a.Ref().String())
	if err != nil || ref != a.Ref() || ref.Flow != "runner" || !ref.ByFingerprint || ref.Prefix != string(a.Fingerprint) {
		t.Errorf("%s is read as %+v, %v", a.Ref(), ref, err)
	}
}

func TestNewArtifactResult(t *testing.T) {
	t.Parallel()
	one, other := newArtifact("runner", "one"), newArtifact("runner", "other")
	if got := model.NewArtifactResult("runner:16d99", nil); got != nil {
		t.Errorf("nothing that fits is %v", got)
	}
	if got := model.NewArtifactResult("runner:16d99", []*model.Artifact{one}); got != model.ArtifactResult(one) {
		t.Errorf("one that fits is %v", got)
	}
	several, ok := model.NewArtifactResult("runner:16d99", []*model.Artifact{one, other}).(*model.AmbiguousArtifact)
	if !ok {
		t.Fatal("two that fit are not ambiguous")
	}
	want := "runner:16d99 fits 2 artifacts: runner@" + string(one.Fingerprint[:12]) + " (one), runner@" + string(other.Fingerprint[:12]) +
		" (other). Write one of these instead."
	if several.Summary() != want {
		t.Errorf("got  %s\nwant %s", several.Summary(), want)
	}
	// Each way that it offers leads further.
	for _, said := range []string{"runner@" + string(one.Fingerprint[:12]), "runner@" + string(other.Fingerprint[:12])} {
		if _, err := model.ParseArtifactRef(said); err != nil {
			t.Error(err)
		}
	}
}

func TestAmbiguousArtifact_SummaryOfLongNames(t *testing.T) {
	t.Parallel()
	a := &model.AmbiguousArtifact{AskedFor: "x:12345", Candidates: []*model.Artifact{newArtifact("x", strings.Repeat("€", 50)), newArtifact("x", "b")}}
	if got := a.Summary(); !utf8.ValidString(got) || !strings.Contains(got, "("+strings.Repeat("€", 20)+"…)") {
		t.Errorf("got %q", got)
	}
}

func TestReportArtifactInput_Validate(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		in    model.ReportArtifactInput
		field string
	}{
		"OK":          {model.ReportArtifactInput{Name: "cyberdojo/runner:16d9990", Repository: ptr("cyber-dojo/runner")}, ""},
		"NoName":      {model.ReportArtifactInput{}, "name"},
		"NameTooLong": {model.ReportArtifactInput{Name: wordOf(501)}, "name"},
		"NameUnfit":   {model.ReportArtifactInput{Name: "a\x00"}, "name"},
		"Repository":  {model.ReportArtifactInput{Name: "a", Repository: ptr("runner")}, "repository"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := tt.in.Validate()
			if tt.field == "" && err != nil {
				t.Error(err)
			}
			if tt.field != "" {
				wantInvalid(t, err, tt.field)
			}
		})
	}
}

func TestReportDeploymentInput_Validate(t *testing.T) {
	t.Parallel()
	runner := model.ArtifactRef{Flow: "runner", Prefix: "16d9990"}
	if err := (&model.ReportDeploymentInput{Artifact: runner, IdempotencyKey: ptr("k")}).Validate(); err != nil {
		t.Error(err)
	}
	if err := (&model.ReportDeploymentInput{Artifact: runner}).Validate(); err != nil {
		t.Error(err)
	}
	wantInvalid(t, (&model.ReportDeploymentInput{Artifact: model.ArtifactRef{Prefix: "16d9990"}}).Validate(), "artifact")
	wantInvalid(t, (&model.ReportDeploymentInput{Artifact: runner, IdempotencyKey: ptr("")}).Validate(), "idempotencyKey")
}
