package demo_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/cmd/internal/demo"
)

const (
	registry     = "274425519734.dkr.ecr.eu-central-1.amazonaws.com/"
	runner16d    = "9af401c4350b21e3f1df17d6ad808da43d9646e75b6da902cc7c492bcfb9c625"
	runner85d    = "d8440b94f7f9174c180324ceafd4148360d9d7c916be2b910f132c58b8a943ae"
	shas7c4      = "76c442c04283c4ca1af22d882750eb960cf53c0aa041bbdb2db9df2f2c1282be"
	differ1a2    = "eeb0cfc9ee7f69fbd9531d5b8c1e8d22a8de119e2a422344a714a868e9a8bfec"
	commitRunner = "16d9990ad23a40eecaf087abac2a58a2d2a4b3f4"
)

// cest is the zone in which the tutorial tells its times.
var cest = time.FixedZone("CEST", 2*60*60)

func load(tb testing.TB) *demo.Story {
	tb.Helper()
	s, err := demo.Load()
	if err != nil {
		tb.Fatalf("load the story: %v", err)
	}
	return s
}

// steps returns the steps of one type.
func steps[T demo.Step](s *demo.Story) []T {
	var out []T
	for _, step := range s.Steps {
		if t, ok := step.(T); ok {
			out = append(out, t)
		}
	}
	return out
}

func TestStory_Flows(t *testing.T) {
	t.Parallel()
	var got []string
	for _, f := range steps[*demo.FlowStep](load(t)) {
		got = append(got, f.Name+" - "+f.Description)
		if f.Repository != "cyber-dojo/"+f.Name {
			t.Errorf("flow %s has repository %s", f.Name, f.Repository)
		}
		if f.Name == "runner" && !slices.Equal(f.Evidence, []string{"branch-coverage"}) {
			t.Errorf("runner needs %v", f.Evidence)
		}
	}
	want := []string{
		"creator - UX for Group/Kata creation",
		"custom-start-points - Custom exercises choices",
		"dashboard - UX for a group practice dashboard",
		"differ - Diff files from two traffic-lights",
		"exercises-start-points - Exercises choices",
		"languages-start-points - Language+TestFramework choices",
		"nginx - Reverse proxy",
		"repler - REPL for Python images",
		"runner - Test runner",
		"saver - Group/Kata model+persistence",
		"version-reporter - UX for git+image version-reporter",
		"web - UX for practicing TDD",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("flows (-want +got):\n%s", diff)
	}
}

func TestStory_Environments(t *testing.T) {
	t.Parallel()
	var got []string
	for _, e := range steps[*demo.EnvironmentStep](load(t)) {
		got = append(got, e.Name+" "+e.Type)
	}
	if diff := cmp.Diff([]string{"aws-beta ECS", "aws-prod ECS"}, got); diff != "" {
		t.Errorf("environments (-want +got):\n%s", diff)
	}
}

// The ten lines of the tutorial, and no line more.
func TestStory_HistoryOfTheRunner(t *testing.T) {
	t.Parallel()
	got := []string{}
	for _, l := range replay(t, load(t)).history[runner16d] {
		got = append(got, l.Text+" | "+l.At.In(cest).Format("Mon, 02 Jan 2006 15:04:05 MST"))
	}
	want := []string{
		"Artifact created | Mon, 22 Aug 2022 11:35:00 CEST",
		"branch-coverage evidence received | Mon, 22 Aug 2022 11:36:02 CEST",
		"Deployment #18 to aws-beta environment | Mon, 22 Aug 2022 11:37:17 CEST",
		"Deployment #19 to aws-prod environment | Mon, 22 Aug 2022 11:38:21 CEST",
		"Started running in aws-beta#84 environment | Mon, 22 Aug 2022 11:38:28 CEST",
		"Started running in aws-prod#65 environment | Mon, 22 Aug 2022 11:39:22 CEST",
		"Scaled down from 3 to 2 in aws-beta#117 environment | Wed, 24 Aug 2022 18:03:42 CEST",
		"No longer running in aws-beta#119 environment | Wed, 24 Aug 2022 18:05:42 CEST",
		"Scaled down from 3 to 1 in aws-prod#94 environment | Wed, 24 Aug 2022 18:10:28 CEST",
		"No longer running in aws-prod#96 environment | Wed, 24 Aug 2022 18:12:28 CEST",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
}

func TestStory_TheRunner(t *testing.T) {
	t.Parallel()
	s := load(t)
	i := slices.IndexFunc(steps[*demo.ArtifactStep](s), func(a *demo.ArtifactStep) bool {
		return a.Artifact.Ref() == "runner:16d9990"
	})
	if i < 0 {
		t.Fatal("there is no runner:16d9990")
	}
	got := steps[*demo.ArtifactStep](s)[i]
	want := &demo.ArtifactStep{
		Moment:   got.Moment,
		Flow:     "runner",
		BuildURL: "https://github.com/cyber-dojo/runner/actions/runs/2902808452",
		Artifact: demo.Artifact{
			Service:     "runner",
			Fingerprint: runner16d,
			Repository:  "cyber-dojo/runner",
			Name:        "cyberdojo/runner:16d9990",
			RunsAs:      registry + "runner:16d9990",
			Commit: demo.Commit{
				SHA:         commitRunner,
				Parents:     []string{"d0520daa95954af0cb64a32efc6039bc9a154b46"},
				Subject:     "ecs: run 3 replicas",
				CommittedAt: time.Date(2022, 8, 22, 12, 32, 16, 0, time.FixedZone("", 3*60*60)),
				Author:      got.Artifact.Commit.Author,
			},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("runner:16d9990 (-want +got):\n%s", diff)
	}
}

func TestStory_Snapshot65(t *testing.T) {
	t.Parallel()
	snap := replay(t, load(t)).at(t, "aws-prod", 65)
	if got, want := snap.At.In(cest).Format(time.DateTime), "2022-08-22 11:39:22"; got != want {
		t.Errorf("aws-prod#65 is of %s, want %s", got, want)
	}
	services := map[string]int{}
	for _, list := range snap.Instances {
		services[list[0].Service]++
	}
	want := map[string]int{"runner": 2, "shas": 1}
	for _, f := range steps[*demo.FlowStep](load(t)) {
		if f.Name != "runner" {
			want[f.Name] = 1
		}
	}
	if diff := cmp.Diff(want, services); diff != "" {
		t.Errorf("services in aws-prod#65 (-want +got):\n%s", diff)
	}
	for fingerprint, want := range map[string]presence{
		runner16d: {registry + "runner:16d9990", 3},
		runner85d: {registry + "runner:85d83c6", 1},
		shas7c4:   {registry + "shas:7c45272", 1},
		differ1a2: {registry + "differ:1a2b170", 1},
	} {
		list := snap.Instances[fingerprint]
		if len(list) != want.Replicas || list[0].Name != want.Name {
			t.Errorf("%.7s in aws-prod#65: got %v, want %v", fingerprint, list, want)
		}
	}
	for _, i := range snap.Instances[runner16d] {
		if got := i.Started.In(cest).Format(time.DateTime); got != "2022-08-22 11:39:17" {
			t.Errorf("runner:16d9990 started %s", got)
		}
	}
	for _, f := range []string{runner85d, differ1a2} {
		if day := snap.Instances[f][0].Started.In(cest).Format(time.DateOnly); day != "2022-08-20" {
			t.Errorf("%.7s started on %s, want two days before", f, day)
		}
	}
}

// One snapshot to the next, in full: what comes, goes or is scaled, and nothing else.
func TestStory_Diffs(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		environment string
		to          int
		want        []string
	}{
		"ProdStart":  {"aws-prod", 65, []string{"+3 runner:16d9990"}},
		"ProdOldEnd": {"aws-prod", 66, []string{"-1 runner:85d83c6"}},
		"ProdNext":   {"aws-prod", 93, []string{"+3 runner:38e0924"}},
		"ProdScale":  {"aws-prod", 94, []string{"-2 runner:16d9990"}},
		"ProdOther":  {"aws-prod", 95, []string{"-1 dashboard:"}},
		"ProdEnd":    {"aws-prod", 96, []string{"-1 runner:16d9990"}},
		"BetaStart":  {"aws-beta", 84, []string{"+3 runner:16d9990"}},
		"BetaOldEnd": {"aws-beta", 85, []string{"-1 runner:85d83c6"}},
		"BetaNext":   {"aws-beta", 116, []string{"+3 runner:38e0924"}},
		"BetaScale":  {"aws-beta", 117, []string{"-1 runner:16d9990"}},
		"BetaOther":  {"aws-beta", 118, []string{"-1 dashboard:"}},
		"BetaEnd":    {"aws-beta", 119, []string{"-2 runner:16d9990"}},
	}
	m := replay(t, load(t))
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := differences(m.at(t, tt.environment, tt.to-1), m.at(t, tt.environment, tt.to))
			for i := range got { // the commit of dashboard is nobody's fact
				if strings.Contains(got[i], "dashboard:") {
					got[i] = got[i][:strings.Index(got[i], ":")+1]
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s#%d (-want +got):\n%s", tt.environment, tt.to, diff)
			}
		})
	}
}

// differences lists the changes of replicas between two snapshots.
func differences(from, to snapshot) []string {
	count := map[string]int{}
	for _, p := range from.presences() {
		count[p.Name] -= p.Replicas
	}
	for _, p := range to.presences() {
		count[p.Name] += p.Replicas
	}
	out := []string{}
	for name, n := range count {
		if n != 0 {
			out = append(out, fmt.Sprintf("%+d %s", n, strings.TrimPrefix(name, registry)))
		}
	}
	slices.Sort(out)
	return out
}

func TestStory_Numbers(t *testing.T) {
	t.Parallel()
	s := load(t)
	m := replay(t, s)
	if got := len(m.snapshots["aws-beta"]); got != 119 {
		t.Errorf("aws-beta has %d snapshots, want 119", got)
	}
	if got := len(m.snapshots["aws-prod"]); got != 96 {
		t.Errorf("aws-prod has %d snapshots, want 96", got)
	}
	unchanged := 0
	for _, r := range steps[*demo.ReportStep](s) {
		if r.Unchanged {
			unchanged++
		}
		if r.Type != "ECS" {
			t.Errorf("report of %s has type %q", r.Environment, r.Type)
		}
	}
	if unchanged == 0 || m.quiet != unchanged {
		t.Errorf("%d reports change nothing, %d are marked so", m.quiet, unchanged)
	}
	first, last := s.Steps[0].Happened().At, s.Steps[len(s.Steps)-1].Happened().At
	if got := first.In(cest).Format(time.DateOnly); got != "2022-07-01" {
		t.Errorf("the story begins on %s", got)
	}
	reports := steps[*demo.ReportStep](s)
	if got := reports[len(reports)-1].At.In(cest).Format(time.DateTime); got != "2022-08-24 18:12:28" {
		t.Errorf("the last report is of %s", got)
	}
	if got := last.In(cest).Format(time.DateOnly); got != "2022-08-24" {
		t.Errorf("the story ends on %s", got)
	}
}

// shas runs and is pushed, but CI says nothing of it.
func TestStory_ShasHasNoFlow(t *testing.T) {
	t.Parallel()
	s := load(t)
	for _, f := range steps[*demo.FlowStep](s) {
		if f.Name == "shas" {
			t.Error("shas has a flow")
		}
	}
	for _, a := range steps[*demo.ArtifactStep](s) {
		if a.Artifact.Service == "shas" {
			t.Errorf("CI reports %s", a.Artifact.Ref())
		}
	}
	pushed := false
	for _, p := range steps[*demo.PushStep](s) {
		pushed = pushed || p.Repository == "cyber-dojo/shas" && strings.HasPrefix(p.Head().SHA, "7c45272")
	}
	if !pushed {
		t.Error("7c45272 of shas is not pushed")
	}
}

func TestStory_TagsAreUnique(t *testing.T) {
	t.Parallel()
	s := load(t)
	seen := map[string]string{}
	for _, p := range steps[*demo.PushStep](s) {
		for _, c := range p.Commits {
			if other, ok := seen[c.SHA[:7]]; ok {
				t.Errorf("%s begins like %s", c.SHA, other)
			}
			seen[c.SHA[:7]] = c.SHA
		}
	}
	digests := map[string]bool{}
	tag := regexp.MustCompile(`^` + regexp.QuoteMeta(registry) + `[a-z-]+:[0-9a-f]{7}$`)
	for _, a := range s.Artifacts {
		if digests[a.Fingerprint] {
			t.Errorf("fingerprint %s is there twice", a.Fingerprint)
		}
		digests[a.Fingerprint] = true
		if !tag.MatchString(a.RunsAs) {
			t.Errorf("%s runs as %q", a.Ref(), a.RunsAs)
		}
		if seen[a.Commit.SHA[:7]] == "" {
			t.Errorf("the commit of %s is not pushed", a.Ref())
		}
	}
}

func TestStory_StepsAreInOrder(t *testing.T) {
	t.Parallel()
	s := load(t)
	for i := 1; i < len(s.Steps); i++ {
		if a, b := s.Steps[i-1].Happened(), s.Steps[i].Happened(); b.At.Before(a.At) {
			t.Errorf("line %d (%s) comes after line %d (%s)", b.Line, b.At, a.Line, a.At)
		}
	}
}
