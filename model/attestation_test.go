package model_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

// Every set of three names that may be asked for meets every way in which
// evidence of them can be there, and the rules say what a plain restatement does.
func TestJudge_AllCombinations(t *testing.T) {
	t.Parallel()
	names := []string{"a", "b", "c"}
	const missing, failed, held = 0, 1, 2
	for asked := range 8 {
		for ways := range 27 {
			how := map[string]int{"a": ways % 3, "b": ways / 3 % 3, "c": ways / 9}
			var required []string
			var evidence []model.Evidence
			want := []*model.RequirementStatus{}
			seen := map[int]int{}
			for i, name := range names {
				if how[name] != missing {
					evidence = append(evidence, model.Evidence{Name: name, Compliant: how[name] == held})
				}
				if asked>>i&1 == 1 {
					required = append(required, name)
					seen[how[name]]++
					state := []model.RequirementState{model.RequirementMissing, model.RequirementFailed, model.RequirementMet}[how[name]]
					want = append(want, &model.RequirementStatus{Name: name, State: state})
				}
			}
			wantState := model.Incomplete
			if seen[failed] > 0 {
				wantState = model.NonCompliant
			} else if seen[missing] == 0 {
				wantState = model.Compliant
			}

			context := fmt.Sprintf("asked for %v, evidence %v", required, evidence)
			got := model.Requirements(required, evidence)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", context, diff)
			}
			if state := model.Judge(got); state != wantState {
				t.Errorf("%s: judged %s, want %s", context, state, wantState)
			}
			artifact := &model.Artifact{Flow: &model.Flow{RequiredEvidence: required}, Evidence: evidence}
			if artifact.State() != wantState {
				t.Errorf("%s: an artifact is %s, want %s", context, artifact.State(), wantState)
			}
		}
	}
}

func TestReportAttestationInput_Validate(t *testing.T) {
	t.Parallel()
	good := func() *model.ReportAttestationInput {
		return &model.ReportAttestationInput{Name: "branch-coverage", Evidence: &model.EvidenceInput{Generic: &model.GenericEvidenceInput{}}}
	}
	if err := good().Validate(); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		spoil func(*model.ReportAttestationInput)
		field string
	}{
		"NoEvidence":    {func(in *model.ReportAttestationInput) { in.Evidence = nil }, "evidence"},
		"EvidenceEmpty": {func(in *model.ReportAttestationInput) { in.Evidence.Generic = nil }, "evidence"},
		"NoName":        {func(in *model.ReportAttestationInput) { in.Name = "" }, "name"},
		"NameTooLong":   {func(in *model.ReportAttestationInput) { in.Name = wordOf(201) }, "name"},
		"KeyEmpty":      {func(in *model.ReportAttestationInput) { in.IdempotencyKey = ptr("") }, "idempotencyKey"},
		"KeyTooLong":    {func(in *model.ReportAttestationInput) { in.IdempotencyKey = ptr(wordOf(201)) }, "idempotencyKey"},
		"Description":   {func(in *model.ReportAttestationInput) { in.Description = wordOf(1001) }, "description"},
		"NUL":           {func(in *model.ReportAttestationInput) { in.Description = "\x00" }, "description"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := good()
			tt.spoil(in)
			wantInvalid(t, in.Validate(), tt.field)
		})
	}
}
