package model_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/landfall-dev/landfall/model"
)

// randomStory has a history of a few commits, some of which are not known, and
// snapshots with up to three versions each, which mostly are those of the one before.
func randomStory(t *rapid.T) deliveryStory {
	names := "abcdefg"
	var commits []string
	for i, name := range names {
		parents := ""
		for range rapid.IntRange(0, 2).Draw(t, "parents") {
			if i > 0 {
				parents += string(names[rapid.IntRange(max(0, i-3), i-1).Draw(t, "parent")])
			}
		}
		if rapid.IntRange(0, 14).Draw(t, "hole") == 0 {
			parents += "?"
		}
		commits = append(commits, string(name)+"<"+parents)
	}
	snapshots, running := []string{}, ""
	for range rapid.IntRange(0, 14).Draw(t, "snapshots") {
		if gone := rapid.IntRange(-2, len(running)-1).Draw(t, "gone"); gone >= 0 {
			running = running[:gone] + running[gone+1:]
		}
		if rapid.IntRange(0, 9).Draw(t, "stop") == 0 {
			running = ""
		}
		for range rapid.IntRange(0, 2).Draw(t, "news") {
			if name := rapid.SampledFrom(strings.Split("abcdefgCF?", "")).Draw(t, "new"); len(running) < 3 && !strings.Contains(running, name) {
				running += name
			}
		}
		snapshots = append(snapshots, running+"-")
	}
	subjects := map[string]string{rapid.SampledFrom([]string{"b", "c", "d"}).Draw(t, "hotfix"): "hotfix"}
	rule := model.HotfixRule{Within: 3600 * rapid.IntRange(0, 5).Draw(t, "within"), Words: []string{"hotfix"}}
	return deliveryStory{commits: strings.Join(commits, " "), snapshots: strings.Join(snapshots, " "), subjects: subjects, hotfix: &rule}
}

// obvious is what a story is found to be by looking at each snapshot in turn.
type obvious struct {
	story   *deliveryStory
	history *slowHistory
	running []string // in each snapshot, in the order in which they started
	first   []string // versions, in the order in which they were first seen
	starts  []start
}

// start is a version that starts to run in a snapshot.
type start struct {
	version  byte
	at       int
	replaced int // of starts; -1 for none
	brought  []*model.Commit
	known    bool
}

func (o *obvious) commit(version byte) *model.Commit {
	return o.history.commits[o.story.sha(strings.ToLower(string(version)))]
}

// bridge lets what is interrupted run on where nothing runs.
func (o *obvious) bridge() {
	for i := 1; i < len(o.running); i++ {
		if o.running[i] != "" {
			continue
		}
		next := i
		for next < len(o.running) && o.running[next] == "" {
			next++
		}
		for _, version := range o.running[i-1] {
			for j := i; j < next && next < len(o.running) && strings.ContainsRune(o.running[next], version); j++ {
				o.running[j] += string(version)
			}
		}
		i = next
	}
}

// current is the start of a version that runs in a snapshot.
func (o *obvious) current(version byte, at int) int {
	found := -1
	for i, s := range o.starts {
		if s.version == version && s.at <= at {
			found = i
		}
	}
	return found
}

// newest is the start that came last of what runs in a snapshot, other than one.
func (o *obvious) newest(at, other int) int {
	newest := -1
	for _, version := range []byte(o.running[at]) {
		if s := o.current(version, at); s != other {
			newest = max(newest, s)
		}
	}
	return newest
}

func (o *obvious) findStarts() {
	o.first = nil
	for _, running := range o.running {
		for _, version := range running {
			if !slices.Contains(o.first, string(version)) {
				o.first = append(o.first, string(version))
			}
		}
	}
	var ran []*model.Commit
	for i, running := range o.running {
		for _, version := range o.first { // in one snapshot, what was made first is first
			if !strings.Contains(running, version) || i > 0 && strings.Contains(o.running[i-1], version) {
				continue
			}
			s := start{version: version[0], at: i, replaced: -1}
			for before := i - 1; before >= 0 && s.replaced < 0; before-- {
				s.replaced = o.newest(before, -1)
			}
			commit := o.commit(s.version)
			if commit != nil && s.replaced >= 0 && o.commit(o.starts[s.replaced].version) != nil {
				s.brought, s.known = o.history.Missing(ran, commit)
			}
			if commit != nil {
				ran = append(ran, commit)
			}
			o.starts = append(o.starts, s)
		}
	}
}

// tell says what becomes of a start, as tellChange does.
func (o *obvious) tell(i int) string {
	s := o.starts[i]
	text := fmt.Sprintf("%c@%d", s.version, s.at)
	if s.replaced < 0 {
		return text + ", " + string(model.ExcludedFirst)
	}
	text += fmt.Sprintf(" for %c", o.starts[s.replaced].version)
	var names []string
	for _, c := range s.brought {
		names = append(names, string(rune(c.SHA.Bytes()[0])))
	}
	if slices.Sort(names); len(names) > 0 {
		text += " brings " + strings.Join(names, "")
	}
	unknown := o.commit(s.version) == nil || o.commit(o.starts[s.replaced].version) == nil
	failure, nextUnknown, incomplete := o.outcome(i)
	text += failure
	switch {
	case unknown || nextUnknown:
		return text + ", " + string(model.ExcludedCommit)
	case !s.known || incomplete:
		return text + ", " + string(model.ExcludedIncomplete)
	}
	return text
}

func (o *obvious) outcome(i int) (failure string, nextUnknown, incomplete bool) {
	s := o.starts[i]
	end := s.at
	for end < len(o.running) && strings.Contains(o.running[end], string(s.version)) {
		end++
	}
	next := -1
	for at := end; at < len(o.running) && next < 0; at++ {
		next = o.newest(at, i)
	}
	if next < 0 || o.commit(s.version) == nil {
		return "", false, false
	}
	n := o.starts[next]
	if o.commit(n.version) == nil {
		return "", true, false
	}
	contains, known := o.history.Contains(o.commit(n.version), o.commit(s.version))
	soon := n.at > s.at && 3600*(n.at-s.at) <= o.story.hotfix.Within && o.story.hotfix.Within > 0
	restored := n.at
	if n.at <= s.at {
		restored = end
	}
	hotfix := slices.ContainsFunc(n.brought, func(c *model.Commit) bool { return c.Subject == "hotfix" })
	switch {
	case !known || contains && soon && !n.known:
		return "", false, true
	case !contains:
		return fmt.Sprintf(", %s until @%d", model.FailedRolledBack, restored), false, false
	case soon && hotfix:
		return fmt.Sprintf(", %s until @%d", model.FailedHotfixed, restored), false, false
	}
	return "", false, false
}

func TestDelivery_AgreesWithTheObvious(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		story := randomStory(t)
		got, _ := story.tell(0)
		o := &obvious{story: &story, history: story.history()}
		for _, running := range strings.Fields(story.snapshots) {
			o.running = append(o.running, strings.Trim(running, "-"))
		}
		o.bridge()
		o.findStarts()
		want := []string{}
		for i := range o.starts {
			want = append(want, o.tell(i))
		}
		// A list has what started at once by the keys of the versions.
		slices.SortStableFunc(want, byTimeAndVersion)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("commits %s, snapshots %s (-want +got):\n%s", story.commits, story.snapshots, diff)
		}
	})
}

func byTimeAndVersion(a, b string) int {
	parse := func(s string) (at int, version byte) {
		_, _ = fmt.Sscanf(s[1:], "@%d", &at)
		return at, s[0]
	}
	atA, a0 := parse(a)
	atB, b0 := parse(b)
	if atA != atB {
		return atA - atB
	}
	return int(a0) - int(b0)
}
