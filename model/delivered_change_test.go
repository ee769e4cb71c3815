package model_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/model"
)

// monday is when the stories of these tests begin.
var monday = time.Date(2022, 8, 22, 0, 0, 0, 0, time.UTC)

// deliveryStory is what ran in an environment of one flow, a snapshot an hour. A
// version is a letter: that of its commit, in upper case for another build of it; `?`
// is one whose commit is not known.
type deliveryStory struct {
	commits   string // each with its parents: `a b<a c<ab`; parents that are not known are `?`
	subjects  map[string]string
	paths     map[string][]string
	flow      *model.Flow
	snapshots string // `a ab b -`
	hotfix    *model.HotfixRule
}

func hour(n int) time.Time { return monday.Add(time.Duration(n) * time.Hour) }

func (s *deliveryStory) sha(name string) model.CommitSHA {
	return model.CommitSHA(strings.Repeat(fmt.Sprintf("%02x", name[0]), 20))
}

// history are the commits by their names. The first is made an hour before the first
// snapshot, and each other one a minute after the one before.
func (s *deliveryStory) history() *slowHistory {
	h := &slowHistory{commits: map[model.CommitSHA]*model.Commit{}, parents: map[model.CommitSHA][]model.CommitSHA{}}
	for i, said := range strings.Fields(s.commits) {
		name, parents, _ := strings.Cut(said, "<")
		sha := s.sha(name)
		paths, known := s.paths[name]
		h.commits[sha] = &model.Commit{
			SHA: sha, Repository: &model.Repository{Key: 1}, Subject: s.subjects[name], Paths: paths, PathsKnown: known,
			CommittedAt: hour(-1).Add(time.Duration(i) * time.Minute),
		}
		for _, p := range parents {
			h.parents[sha] = append(h.parents[sha], s.sha(string(p)))
		}
	}
	return h
}

// slowHistory looks at every commit each time it is asked.
type slowHistory struct {
	commits map[model.CommitSHA]*model.Commit
	parents map[model.CommitSHA][]model.CommitSHA
}

// reached is all that a commit has in its history; whole is false where a part of that
// is not known.
func (h *slowHistory) reached(sha model.CommitSHA) (all map[model.CommitSHA]bool, whole bool) {
	all, whole = map[model.CommitSHA]bool{}, true
	var visit func(model.CommitSHA)
	visit = func(sha model.CommitSHA) {
		if h.commits[sha] == nil {
			whole = false
		} else if !all[sha] {
			all[sha] = true
			for _, p := range h.parents[sha] {
				visit(p)
			}
		}
	}
	visit(sha)
	return all, whole
}

func (h *slowHistory) Contains(descendant, ancestor *model.Commit) (contains, known bool) {
	all, whole := h.reached(descendant.SHA)
	return all[ancestor.SHA], whole || all[ancestor.SHA]
}

func (h *slowHistory) Missing(from []*model.Commit, to *model.Commit) ([]*model.Commit, bool) {
	all, known := h.reached(to.SHA)
	for _, f := range from {
		has, whole := h.reached(f.SHA)
		known = known && whole
		maps.DeleteFunc(all, func(sha model.CommitSHA, _ bool) bool { return has[sha] })
	}
	if !known {
		return nil, false
	}
	var commits []*model.Commit
	for sha := range all {
		commits = append(commits, h.commits[sha])
	}
	return commits, true
}

// runs are the runs of the versions in the snapshots.
func (s *deliveryStory) runs(h *slowHistory) []*model.VersionRun {
	if s.flow == nil {
		s.flow = &model.Flow{Name: "runner"}
	}
	versions, open := map[string]*model.DeliveredVersion{}, map[string]*model.VersionRun{}
	var runs []*model.VersionRun
	for i, running := range strings.Fields(s.snapshots) {
		for name, r := range open {
			if !strings.Contains(running, name) {
				r.Till, r.EndedAt = i+1, hour(i)
				delete(open, name)
			}
		}
		for _, letter := range strings.Trim(running, "-") {
			name := string(letter)
			if versions[name] == nil {
				built := h.commits[s.sha(strings.ToLower(name))]
				versions[name] = &model.DeliveredVersion{Key: int64(letter), Flow: s.flow, Commit: built, CreatedAt: hour(0).Add(time.Duration(len(versions)) * time.Second)}
			}
			if open[name] == nil {
				open[name] = &model.VersionRun{Version: versions[name], Since: i + 1, StartedAt: hour(i)}
				runs = append(runs, open[name])
			}
		}
	}
	return runs
}

// tell says of each change what it is found to be, oldest first.
func (s *deliveryStory) tell(from int) ([]string, *model.DeliveryMetrics) {
	h := s.history()
	rule := model.DefaultHotfixRule()
	if s.hotfix != nil {
		rule = *s.hotfix
	}
	changes := model.ChangesOfFlow(s.runs(h))
	model.TraceChanges(changes, hour(from), h)
	model.JudgeChanges(changes, hour(from), h, rule)
	q := model.MetricsQuery{From: hour(from), To: hour(100), Step: model.MetricsByWeek, Hotfix: rule}
	metrics := model.NewDeliveryMetrics(nil, q, changes)
	told := []string{}
	for _, c := range slices.Backward(metrics.Rows) {
		told = append(told, tellChange(c))
	}
	return told, metrics
}

func nameOfVersion(v *model.DeliveredVersion) string { return string(rune(v.Key)) }

func at(t time.Time) string { return fmt.Sprint("@", int(t.Sub(monday).Hours())) }

func tellChange(c *model.DeliveredChange) string {
	text := nameOfVersion(c.Run.Version) + at(c.RunningAt())
	if r := c.ReplacedVersion(); r != nil {
		text += " for " + nameOfVersion(r)
	}
	var brought []string
	for _, b := range c.Brought() {
		brought = append(brought, string(rune(b.SHA.Bytes()[0])))
	}
	if slices.Sort(brought); len(brought) > 0 {
		text += " brings " + strings.Join(brought, "")
	}
	if c.Failure != nil {
		text += fmt.Sprintf(", %s until %s", *c.Failure, at(*c.RestoredAt))
	}
	if c.Excluded != nil {
		text += ", " + string(*c.Excluded)
	}
	return text
}

func TestDelivery_Stories(t *testing.T) {
	t.Parallel()
	off := model.HotfixRule{}
	for name, tt := range map[string]struct {
		story  deliveryStory
		want   []string
		judged int
	}{
		"RollForward": {
			deliveryStory{commits: "a b<a c<b d<c", snapshots: "a a b d d"},
			[]string{"a@0, FIRST_DEPLOYMENT", "b@2 for a brings b", "d@3 for b brings cd"},
			2,
		},
		"Rollback": { // b came at 2, and a took its place again at 4
			deliveryStory{commits: "a b<a c<b", snapshots: "a a b b a c"},
			[]string{"a@0, FIRST_DEPLOYMENT", "b@2 for a brings b, ROLLED_BACK until @4", "a@4 for b", "c@5 for a brings c"},
			3,
		},
		"RollbackWithOverlap": { // a is there again before b is gone
			deliveryStory{commits: "a b<a", snapshots: "a b ab a"},
			[]string{"a@0, FIRST_DEPLOYMENT", "b@1 for a brings b, ROLLED_BACK until @2", "a@2 for b"},
			2,
		},
		"ReplacedByABranch": { // c does not have b
			deliveryStory{commits: "a b<a c<a", snapshots: "a b c"},
			[]string{"a@0, FIRST_DEPLOYMENT", "b@1 for a brings b, ROLLED_BACK until @2", "c@2 for b brings c"},
			2,
		},
		"BlueGreen": {
			deliveryStory{commits: "a b<a c<b", snapshots: "a ab b bc c"},
			[]string{"a@0, FIRST_DEPLOYMENT", "b@1 for a brings b", "c@3 for b brings c"},
			2,
		},
		"CanaryThatWasTakenAway": { // a ran all the time
			deliveryStory{commits: "a b<a", snapshots: "a ab ab a"},
			[]string{"a@0, FIRST_DEPLOYMENT", "b@1 for a brings b, ROLLED_BACK until @3"},
			1,
		},
		"TwoAtOnceForLong": { // the workers are a version behind, always
			deliveryStory{commits: "a b<a c<b d<c", snapshots: "a ab ab bc bc cd cd"},
			[]string{"a@0, FIRST_DEPLOYMENT", "b@1 for a brings b", "c@3 for b brings c", "d@5 for c brings d"},
			3,
		},
		"OlderBesideNewer": { // c runs on while a comes and goes: a is what went
			deliveryStory{commits: "a b<a c<b", snapshots: "a c ac c", hotfix: &off},
			[]string{"a@0, FIRST_DEPLOYMENT", "c@1 for a brings bc", "a@2 for c"},
			2,
		},
		"Hotfix": {
			deliveryStory{commits: "a b<a c<b d<c", snapshots: "a b c d", subjects: map[string]string{"c": "Hotfix: do not crash"}},
			[]string{"a@0, FIRST_DEPLOYMENT", "b@1 for a brings b, HOTFIXED until @2", "c@2 for b brings c", "d@3 for c brings d"},
			3,
		},
		"HotfixTooLate": {
			deliveryStory{commits: "a b<a c<b", snapshots: "a b b b c", subjects: map[string]string{"c": "hotfix"}, hotfix: &model.HotfixRule{Within: 3*3600 - 1, Words: []string{"hotfix"}}},
			[]string{"a@0, FIRST_DEPLOYMENT", "b@1 for a brings b", "c@4 for b brings c"},
			2,
		},
		"HotfixJustInTime": {
			deliveryStory{commits: "a b<a c<b", snapshots: "a b b b c", subjects: map[string]string{"c": "hotfix"}, hotfix: &model.HotfixRule{Within: 3 * 3600, Words: []string{"hotfix"}}},
			[]string{"a@0, FIRST_DEPLOYMENT", "b@1 for a brings b, HOTFIXED until @4", "c@4 for b brings c"},
			2,
		},
		"HotfixRuleOff": {
			deliveryStory{commits: "a b<a c<b", snapshots: "a b c", subjects: map[string]string{"c": "hotfix"}, hotfix: &off},
			[]string{"a@0, FIRST_DEPLOYMENT", "b@1 for a brings b", "c@2 for b brings c"},
			2,
		},
		"HotfixThatRanBefore": { // d only brings what is no hotfix: c ran there before
			deliveryStory{commits: "a b<a c<b d<c", snapshots: "a c b d", subjects: map[string]string{"c": "hotfix"}},
			[]string{"a@0, FIRST_DEPLOYMENT", "c@1 for a brings bc, ROLLED_BACK until @2", "b@2 for c", "d@3 for b brings d"},
			3,
		},
		"RolledBackTwice": {
			deliveryStory{commits: "a b<a c<b", snapshots: "a b c b a", hotfix: &off},
			[]string{"a@0, FIRST_DEPLOYMENT", "b@1 for a brings b", "c@2 for b brings c, ROLLED_BACK until @3", "b@3 for c, ROLLED_BACK until @4", "a@4 for b"},
			4,
		},
		"AnotherBuildOfTheSame": {
			deliveryStory{commits: "a b<a", snapshots: "a b B"},
			[]string{"a@0, FIRST_DEPLOYMENT", "b@1 for a brings b", "B@2 for b"},
			2,
		},
		"Interrupted": { // nothing else of the flow ran meanwhile
			deliveryStory{commits: "a b<a", snapshots: "a b - b - - b"},
			[]string{"a@0, FIRST_DEPLOYMENT", "b@1 for a brings b"},
			1,
		},
		"AllInterrupted": {
			deliveryStory{commits: "a b<a c<b", snapshots: "a ab - ab bc"},
			[]string{"a@0, FIRST_DEPLOYMENT", "b@1 for a brings b", "c@4 for b brings c"},
			2,
		},
		"WithAGap": {
			deliveryStory{commits: "a b<a", snapshots: "a - b - a"},
			[]string{"a@0, FIRST_DEPLOYMENT", "b@2 for a brings b, ROLLED_BACK until @4", "a@4 for b"},
			2,
		},
		"Gone": { // nothing took the place of b
			deliveryStory{commits: "a b<a", snapshots: "a b -"},
			[]string{"a@0, FIRST_DEPLOYMENT", "b@1 for a brings b"},
			1,
		},
		"TwoFirst": {
			deliveryStory{commits: "a b<a c<b", snapshots: "ab b c"},
			[]string{"a@0, FIRST_DEPLOYMENT", "b@0, FIRST_DEPLOYMENT", "c@2 for b brings c"},
			1,
		},
		"TwoInOneSnapshot": { // what the first brings, the second does not bring again
			deliveryStory{commits: "a b<a c<b", snapshots: "a bc c"},
			[]string{"a@0, FIRST_DEPLOYMENT", "b@1 for a brings b", "c@1 for a brings c"},
			2,
		},
		"UnknownCommit": { // whether b failed cannot be told, nor what c brought
			deliveryStory{commits: "a b<a c<b", snapshots: "a b ? c"},
			[]string{"a@0, FIRST_DEPLOYMENT", "b@1 for a brings b, UNKNOWN_COMMIT", "?@2 for b, UNKNOWN_COMMIT", "c@3 for ?, UNKNOWN_COMMIT"},
			1,
		},
		"NoHistory": { // b is a root in one history, and in the other its parent is not known
			deliveryStory{commits: "a b<?", snapshots: "a b"},
			[]string{"a@0, FIRST_DEPLOYMENT", "b@1 for a, ANCESTRY_INCOMPLETE"},
			1,
		},
		"RollbackOverAHole": { // whether c has b is not known
			deliveryStory{commits: "a b<a c<?", snapshots: "a b c", hotfix: &off},
			[]string{"a@0, FIRST_DEPLOYMENT", "b@1 for a brings b, ANCESTRY_INCOMPLETE", "c@2 for b, ANCESTRY_INCOMPLETE"},
			1,
		},
		"Merge": {
			deliveryStory{commits: "a b<a c<a d<bc", snapshots: "a b d"},
			[]string{"a@0, FIRST_DEPLOYMENT", "b@1 for a brings b", "d@2 for b brings cd"},
			2,
		},
		"Nothing": {deliveryStory{}, []string{}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			got, metrics := tt.story.tell(0)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("changes (-want +got):\n%s", diff)
			}
			if metrics.Total.Judged != tt.judged {
				t.Errorf("%d changes are judged, want %d", metrics.Total.Judged, tt.judged)
			}
		})
	}
}

// What ran before the time that is asked about is only what changes are compared with.
func TestDelivery_Before(t *testing.T) {
	t.Parallel()
	s := deliveryStory{commits: "a b<a c<b d<c", snapshots: "a b a c d"}
	got, metrics := s.tell(3)
	want := []string{"c@3 for a brings c", "d@4 for c brings d"} // b ran before
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(metrics.Excluded) != 0 {
		t.Errorf("excluded: %+v", metrics.Excluded[0])
	}
}
