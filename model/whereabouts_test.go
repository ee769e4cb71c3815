package model_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

// unknownReasons are all reasons, in the order of the schema.
var unknownReasons = []model.UnknownReason{
	model.UnknownNoFlow, model.UnknownNotObserved, model.UnknownNoProvenance, model.UnknownCommitUnseen,
	model.UnknownAmbiguousCommit, model.UnknownAncestry, model.UnknownTooMuchHistory,
}

const (
	soughtSHA  = model.CommitSHA("85d83c6000000000000000000000000000000000")
	otherSHA   = model.CommitSHA("1a2b3c4000000000000000000000000000000000")
	carrierSHA = model.CommitSHA("c0ffee1000000000000000000000000000000000")
)

// whereaboutsFacts are facts of a commit of runner in aws-prod, where nothing of it
// runs; with changes.
func whereaboutsFacts(change ...func(f *model.WhereaboutsFacts)) *model.WhereaboutsFacts {
	repository := &model.Repository{Name: "cyber-dojo/runner"}
	f := &model.WhereaboutsFacts{
		Commit: &model.Commit{Repository: repository, SHA: soughtSHA}, Flow: &model.Flow{Name: "runner"}, Environment: &model.Environment{Name: "aws-prod"},
	}
	for _, c := range change {
		c(f)
	}
	return f
}

// run says that something runs with some replicas, and from which commit it was built.
func run(replicas int, sha model.CommitSHA) func(f *model.WhereaboutsFacts) {
	return func(f *model.WhereaboutsFacts) {
		f.Running, f.RunningSHA = &model.RunningArtifact{Names: []string{"ghcr.io/cyber-dojo/runner:latest"}, Replicas: replicas}, sha
	}
}

func picked(f *model.WhereaboutsFacts) { f.CherryPick = &model.Commit{SHA: otherSHA} }

func TestWhereabouts_Summary(t *testing.T) {
	t.Parallel()
	facts := whereaboutsFacts
	for name, tt := range map[string]struct {
		of   interface{ Summary() string }
		want string
	}{
		"Running":         {&model.CommitRunning{WhereaboutsFacts: facts(run(1, soughtSHA))}, "Running in aws-prod with 1 replica"},
		"RunningTwice":    {&model.CommitRunning{WhereaboutsFacts: facts(run(2, soughtSHA))}, "Running in aws-prod with 2 replicas"},
		"Included":        {&model.CommitIncluded{WhereaboutsFacts: facts(run(1, otherSHA)), CommitsLater: new(1)}, "Included in aws-prod by runner:1a2b3c4, 1 commit later"},
		"IncludedLong":    {&model.CommitIncluded{WhereaboutsFacts: facts(run(1, otherSHA)), CommitsLater: new(12)}, "Included in aws-prod by runner:1a2b3c4, 12 commits later"},
		"IncludedNoCount": {&model.CommitIncluded{WhereaboutsFacts: facts(run(1, otherSHA))}, "Included in aws-prod by runner:1a2b3c4"},
		"IncludedSame":    {&model.CommitIncluded{WhereaboutsFacts: facts(run(1, otherSHA)), CommitsLater: new(0)}, "Included in aws-prod by runner:1a2b3c4"},
		"NotYetNothing": {
			&model.CommitNotYet{WhereaboutsFacts: facts(), Progress: model.DeliveryNotBuilt},
			"Not yet in aws-prod: nothing of runner runs there, no build of it was seen",
		},
		"NotYetBehind": {
			&model.CommitNotYet{WhereaboutsFacts: facts(run(1, otherSHA)), CommitsBehind: new(1), Progress: model.DeliveryNotBuilt},
			"Not yet in aws-prod: runner:1a2b3c4 is 1 commit behind, no build of it was seen",
		},
		"NotYetUncounted": {
			&model.CommitNotYet{WhereaboutsFacts: facts(run(1, otherSHA)), Progress: model.DeliveryBuildFailed},
			"Not yet in aws-prod: runner:1a2b3c4 runs there, its build did not succeed",
		},
		"NotYetBuilding": {
			&model.CommitNotYet{WhereaboutsFacts: facts(run(1, otherSHA)), CommitsBehind: new(3), Progress: model.DeliveryBuilding, Building: true},
			"Not yet in aws-prod: runner:1a2b3c4 is 3 commits behind, it is being built",
		},
		"NotYetBuilt": {
			&model.CommitNotYet{WhereaboutsFacts: facts(run(1, otherSHA)), CommitsBehind: new(3), Progress: model.DeliveryBuilt, CarrierKey: 1, CarrierSHA: carrierSHA},
			"Not yet in aws-prod: runner:1a2b3c4 is 3 commits behind, runner:c0ffee1 would bring it",
		},
		"NotYetBuiltAgain": {
			&model.CommitNotYet{WhereaboutsFacts: facts(), Progress: model.DeliveryBuilding, Building: true, CarrierKey: 1, CarrierSHA: carrierSHA},
			"Not yet in aws-prod: nothing of runner runs there, runner:c0ffee1 would bring it, it is being built",
		},
		"NotYetDeploying": {
			&model.CommitNotYet{
				WhereaboutsFacts: facts(run(1, otherSHA), picked), CommitsBehind: new(2), Progress: model.DeliveryDeploying,
				CarrierKey: 1, CarrierSHA: carrierSHA, Deployment: &model.Deployment{Number: 7},
			},
			"Not yet in aws-prod: runner:1a2b3c4 is 2 commits behind, deployment #7 of runner:c0ffee1 is announced; its cherry-pick 1a2b3c4 is there, which is another commit",
		},
		"GoneNothing":    {&model.CommitGone{WhereaboutsFacts: facts()}, "No longer in aws-prod: nothing of runner runs there any more"},
		"GoneReplaced":   {&model.CommitGone{WhereaboutsFacts: facts(run(1, otherSHA))}, "No longer in aws-prod: runner:1a2b3c4 took its place"},
		"GoneRolledBack": {&model.CommitGone{WhereaboutsFacts: facts(run(1, otherSHA)), RolledBack: true}, "No longer in aws-prod: rolled back to runner:1a2b3c4"},
		"GonePicked": {
			&model.CommitGone{WhereaboutsFacts: facts(run(1, otherSHA), picked)},
			"No longer in aws-prod: runner:1a2b3c4 took its place; its cherry-pick 1a2b3c4 is there, which is another commit",
		},
		"Unknown": {
			&model.CommitUnknown{WhereaboutsFacts: facts(run(1, ""), picked), Reason: model.UnknownNoProvenance},
			"Not known whether it is in aws-prod: nobody told from which commit ghcr.io/cyber-dojo/runner:latest was built; its cherry-pick 1a2b3c4 is there, which is another commit",
		},
	} {
		if diff := cmp.Diff(tt.want, tt.of.Summary()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// Each reason says what is not known and what to do about it. Where it is of something
// that ran before, nothing is said of what runs now, which may be known well.
func TestCommitUnknown_Remedy(t *testing.T) {
	t.Parallel()
	const report = "In a whole checkout of cyber-dojo/runner: landfall report commits"
	told := map[model.UnknownReason]struct{ running, before, remedy string }{
		model.UnknownNoFlow: {
			"no flow follows cyber-dojo/runner, or what the commit touches", "no flow follows cyber-dojo/runner, or what the commit touches",
			"landfall create flow NAME --repository cyber-dojo/runner",
		},
		model.UnknownNotObserved: {
			"nothing was reported of it", "nothing was reported of it",
			"Let an agent report it, such as landfall snapshot docker aws-prod --watch",
		},
		model.UnknownNoProvenance: {
			"nobody told from which commit ghcr.io/cyber-dojo/runner:latest was built", "nobody told from which commit a version that ran there before was built",
			"Tell it when it is built: landfall report artifact --flow runner --commit SHA",
		},
		model.UnknownCommitUnseen: {
			"the commit of ghcr.io/cyber-dojo/runner:latest is not known", "the commit of a version that ran there before is not known", report,
		},
		model.UnknownAmbiguousCommit: {
			"what is told of ghcr.io/cyber-dojo/runner:latest fits several commits", "what is told of a version that ran there before fits several commits",
			"Tell its whole SHA: landfall report artifact --flow runner --commit SHA",
		},
		model.UnknownAncestry:       {"the history between the two has a hole", "the history between it and a version that ran there before has a hole", report},
		model.UnknownTooMuchHistory: {"too many versions of runner were built since", "too many versions of runner were built since", "Ask about a newer commit."},
	}
	for _, reason := range unknownReasons {
		want := told[reason]
		w := &model.CommitUnknown{WhereaboutsFacts: whereaboutsFacts(run(1, "")), Reason: reason}
		past := &model.CommitUnknown{WhereaboutsFacts: whereaboutsFacts(run(1, otherSHA)), Reason: reason, Before: true}
		if reason == model.UnknownNoFlow {
			w.Flow, past.Flow = nil, nil
		}
		const not = "Not known whether it is in aws-prod: "
		if diff := cmp.Diff([]string{not + want.running, not + want.before, want.remedy, want.remedy}, []string{w.Summary(), past.Summary(), w.Remedy(), past.Remedy()}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", reason, diff)
		}
	}
}

func TestWhereaboutsFacts_Sought(t *testing.T) {
	t.Parallel()
	squash := &model.Commit{SHA: otherSHA}
	f := whereaboutsFacts()
	if got := f.Sought(); got != f.Commit {
		t.Errorf("it became nothing, and %s is sought", got.SHA)
	}
	f.Became = squash
	if got := f.Sought(); got != squash {
		t.Errorf("it became something, and %s is sought", got.SHA)
	}
}

func TestWhereaboutsFilter_Validate(t *testing.T) {
	t.Parallel()
	most, more := make([]string, 100), make([]string, 101)
	for name, tt := range map[string]struct {
		filter model.WhereaboutsFilter
		want   string
	}{
		"Empty":            {model.WhereaboutsFilter{}, ""},
		"Most":             {model.WhereaboutsFilter{Environments: most, Flows: most}, ""},
		"MoreEnvironments": {model.WhereaboutsFilter{Environments: more}, "101 environments were given, and a filter takes 100"},
		"MoreFlows":        {model.WhereaboutsFilter{Flows: more}, "101 flows were given, and a filter takes 100"},
	} {
		err, said := tt.filter.Validate(), ""
		if err != nil {
			said = err.Error()
		}
		if said != tt.want || err != nil && model.KindOf(err) != model.KindInvalid {
			t.Errorf("%s: got %v, want %q", name, err, tt.want)
		}
	}
}
