package model_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/landfall-dev/landfall/model"
)

// versionsThat are what ran in each snapshot of an environment: letters of versions.
// Which of them have the commit is drawn with them.
type versionsThat struct {
	has  map[rune]model.Inclusion
	runs []string // of snapshot 1, 2 and so on
}

func randomRuns(t *rapid.T) versionsThat {
	v := versionsThat{has: map[rune]model.Inclusion{}}
	const names = "abcde"
	for _, name := range names {
		v.has[name] = rapid.SampledFrom([]model.Inclusion{model.InclusionUnknown, model.Excluded, model.Excluded, model.Included, model.BuiltFrom}).Draw(t, "has")
	}
	for range rapid.IntRange(1, 10).Draw(t, "snapshots") {
		runs := ""
		for _, name := range names {
			if rapid.IntRange(0, 3).Draw(t, "runs") == 0 {
				runs += string(name)
			}
		}
		v.runs = append(v.runs, runs)
	}
	return v
}

// any reports whether a version ran in a snapshot that has the commit in one of some ways.
func (v versionsThat) any(number int, ways ...model.Inclusion) bool {
	for _, name := range v.runs[number-1] {
		for _, way := range ways {
			if v.has[name] == way {
				return true
			}
		}
	}
	return false
}

// unbroken is since which snapshot all have a version that has the commit in one of some ways.
func (v versionsThat) unbroken(ways ...model.Inclusion) int {
	since := len(v.runs)
	for since > 1 && v.any(since-1, ways...) {
		since--
	}
	return since
}

// obviousVerdict is what is found by looking at each snapshot in turn. gone is the number of
// the first snapshot without it.
type obviousVerdict struct {
	state              model.WhereaboutsState
	since, first, gone int
}

func (v versionsThat) judge() obviousVerdict {
	var found obviousVerdict
	now, last, perhaps := len(v.runs), 0, false
	for number := 1; number <= now; number++ {
		if v.any(number, model.Included, model.BuiltFrom) {
			last = number
			if found.first == 0 {
				found.first = number
			}
		}
		perhaps = perhaps || v.any(number, model.InclusionUnknown)
	}
	switch {
	case v.any(now, model.BuiltFrom):
		found.state, found.since = model.CommitIsRunning, v.unbroken(model.BuiltFrom)
	case v.any(now, model.Included):
		found.state, found.since = model.CommitIsIncluded, v.unbroken(model.Included, model.BuiltFrom)
	case v.any(now, model.InclusionUnknown):
		found = obviousVerdict{state: model.CommitIsUnknown}
	case last > 0:
		found.state, found.gone = model.CommitIsGone, last+1
	case perhaps:
		found.state = model.CommitIsUnknown
	default:
		found.state = model.CommitIsNotYet
	}
	return found
}

// stays are the same as stretches, in any order, some of them cut in two.
func (v versionsThat) stays(t *rapid.T) []model.Stay {
	var stays []model.Stay
	for _, name := range slices.Sorted(maps.Keys(v.has)) {
		has := v.has[name]
		version := &model.Version{Artifact: int64(name), Inclusion: has}
		if has == model.InclusionUnknown {
			version.Reason = model.UnknownReason(name)
		}
		begun := 0
		end := func(until int) {
			if begun > 0 {
				stays = append(stays, model.Stay{Version: version, From: begun, Until: until})
			}
			begun = 0
		}
		for i, runs := range v.runs {
			switch {
			case !strings.ContainsRune(runs, name):
				end(i + 1)
			case begun == 0:
				begun = i + 1
			case rapid.IntRange(0, 3).Draw(t, "cut") == 0: // such as when it is scaled
				end(i + 1)
				begun = i + 1
			}
		}
		end(0)
	}
	return rapid.Permutation(stays).Draw(t, "order")
}

// What is told by stretches is what is seen by looking at each snapshot, whatever the
// order of the stretches is and wherever they are cut.
func TestJudgeStays_LikeSnapshotBySnapshot(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := randomRuns(t)
		got, want := model.JudgeStays(v.stays(t)), v.judge()
		said := obviousVerdict{state: got.State, since: got.Since, first: got.First}
		if got.State == model.CommitIsGone {
			said.gone = got.Last.Until
		}
		if said != want {
			t.Fatalf("%v of %v: got %+v, want %+v", v.has, v.runs, said, want)
		}
		if problem := v.misfit(got); problem != "" {
			t.Fatalf("%v of %v: %+v: %s", v.has, v.runs, got, problem)
		}
	})
}

// misfit says what is wrong with the versions that a verdict names; nothing if all is well.
func (v versionsThat) misfit(got model.WhereaboutsVerdict) string {
	now := len(v.runs)
	current := map[model.WhereaboutsState][]model.Inclusion{
		model.CommitIsRunning: {model.BuiltFrom}, model.CommitIsIncluded: {model.Included}, model.CommitIsNotYet: {model.Excluded},
		model.CommitIsGone: {model.Excluded}, model.CommitIsUnknown: {model.InclusionUnknown, model.Excluded},
	}[got.State]
	if (got.Current != nil) != v.any(now, current...) {
		return "what runs is not named, or is not there"
	}
	if got.Current != nil && !v.ran(got.Current.Version, now, current...) {
		return "what is said to run does not"
	}
	was := []model.Inclusion{model.Included, model.BuiltFrom}
	if got.State == model.CommitIsUnknown {
		was = []model.Inclusion{model.InclusionUnknown}
	}
	if got.Last != nil && !v.ran(got.Last.Version, got.Last.Until-1, was...) {
		return "what is said to have been the last was not"
	}
	if got.State != model.CommitIsUnknown {
		return ""
	}
	if (got.Last != nil) == v.any(now, model.InclusionUnknown) {
		return "what is doubted runs, or ran before, and it is said otherwise"
	}
	number := now
	for !v.any(number, model.InclusionUnknown) {
		number--
	}
	for _, name := range v.runs[number-1] {
		if v.has[name] == model.InclusionUnknown && model.UnknownReason(name) == got.Reason {
			return ""
		}
	}
	return fmt.Sprintf("the reason is not of what could have it in %d", number)
}

// ran reports whether a version ran in a snapshot, and has the commit in one of some ways.
func (v versionsThat) ran(version *model.Version, number int, ways ...model.Inclusion) bool {
	name := rune(version.Artifact)
	return strings.ContainsRune(v.runs[number-1], name) && versionsThat{v.has, []string{string(name)}}.any(1, ways...)
}
