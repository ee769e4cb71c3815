package model_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

func TestSortedSet(t *testing.T) {
	t.Parallel()
	given := []string{"tests", "branch-coverage", "tests"}
	if diff := cmp.Diff([]string{"branch-coverage", "tests"}, model.SortedSet(given)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"tests", "branch-coverage", "tests"}, given); diff != "" {
		t.Errorf("what was given was changed (-want +got):\n%s", diff)
	}
	if got := model.SortedSet(nil); got == nil || len(got) != 0 {
		t.Errorf("no names are %#v", got)
	}
}

func TestCreateFlowInput_Says(t *testing.T) {
	t.Parallel()
	flow := &model.Flow{Description: "Test runner", Repository: &model.Repository{Name: "cyber-dojo/runner"}, RequiredEvidence: []string{"a", "b"}}
	bare := &model.Flow{RequiredEvidence: []string{}}
	said := func() model.CreateFlowInput {
		return model.CreateFlowInput{Description: "Test runner", Repository: ptr("cyber-dojo/runner"), RequiredEvidence: []string{"b", "a", "b"}}
	}
	for name, tt := range map[string]struct {
		change func(*model.CreateFlowInput)
		flow   *model.Flow
		want   bool
	}{
		"Same":             {func(*model.CreateFlowInput) {}, flow, true},
		"Description":      {func(in *model.CreateFlowInput) { in.Description = "" }, flow, false},
		"Repository":       {func(in *model.CreateFlowInput) { in.Repository = ptr("cyber-dojo/web") }, flow, false},
		"NoRepository":     {func(in *model.CreateFlowInput) { in.Repository = nil }, flow, false},
		"Evidence":         {func(in *model.CreateFlowInput) { in.RequiredEvidence = []string{"a"} }, flow, false},
		"Bare":             {func(in *model.CreateFlowInput) { *in = model.CreateFlowInput{} }, bare, true},
		"MoreThanThereWas": {func(*model.CreateFlowInput) {}, bare, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := said()
			tt.change(&in)
			if got := in.Says(tt.flow); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestFlowInputs_Validate(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		in    model.CreateFlowInput
		field string
	}{
		"OK":                {model.CreateFlowInput{Name: "runner", Description: wordOf(1000), RequiredEvidence: numbered("e", 100)}, ""},
		"Name":              {model.CreateFlowInput{Name: "run ner"}, "flow"},
		"Description":       {model.CreateFlowInput{Name: "runner", Description: wordOf(1001)}, "description"},
		"Repository":        {model.CreateFlowInput{Name: "runner", Repository: ptr("runner")}, "repository"},
		"EvidenceTooMuch":   {model.CreateFlowInput{Name: "runner", RequiredEvidence: numbered("e", 101)}, "requiredEvidence"},
		"EvidenceNameless":  {model.CreateFlowInput{Name: "runner", RequiredEvidence: []string{""}}, "requiredEvidence"},
		"EvidenceNameLong":  {model.CreateFlowInput{Name: "runner", RequiredEvidence: []string{wordOf(201)}}, "requiredEvidence"},
		"EvidenceNameUnfit": {model.CreateFlowInput{Name: "runner", RequiredEvidence: []string{"\x1b"}}, "requiredEvidence"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			update := model.UpdateFlowInput{Flow: tt.in.Name, Description: &tt.in.Description, Repository: tt.in.Repository, RequiredEvidence: tt.in.RequiredEvidence}
			if tt.field == "" {
				if err := tt.in.Validate(); err != nil {
					t.Error(err)
				}
				if err := update.Validate(); err != nil {
					t.Error(err)
				}
				return
			}
			wantInvalid(t, tt.in.Validate(), tt.field)
			if tt.field != "flow" { // which is looked up, not made
				wantInvalid(t, update.Validate(), tt.field)
			}
		})
	}
	if err := (&model.UpdateFlowInput{Flow: "runner"}).Validate(); err != nil {
		t.Errorf("a change of nothing: %v", err)
	}
}

func TestVisibility(t *testing.T) {
	t.Parallel()
	for public, want := range map[bool]model.Visibility{true: "PUBLIC", false: "PRIVATE"} {
		org := &model.Organization{Public: public}
		flow := &model.Flow{Organization: org}
		if org.Visibility() != want || flow.Visibility() != want {
			t.Errorf("public %v: the organization is %s, and its flow %s", public, org.Visibility(), flow.Visibility())
		}
	}
}
