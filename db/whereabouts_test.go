package db_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
)

// built reports the artifact of a commit in flow runner, which has its name.
func built(t testing.TB, d *db.DB, org *model.Organization, n int, c *model.Commit) {
	t.Helper()
	at, name := minute(n), "runner:"+c.ShortSha()
	in := model.ReportArtifactInput{Flow: "runner", Name: name, Fingerprint: fingerprint(name), At: &at, Commit: &c.SHA}
	if _, _, err := d.ReportArtifact(t.Context(), org, in); err != nil {
		t.Fatal(err)
	}
}

// runs reports that the versions of some commits run, and nothing else, with a replica
// each.
func runs(t testing.TB, d *db.DB, org *model.Organization, environment string, n int, names ...string) {
	t.Helper()
	at, running := minute(n), map[string]int{}
	for _, name := range names {
		running[name]++
	}
	if _, err := apply(t.Context(), d, org, environment, &at, running); err != nil {
		t.Fatal(err)
	}
}

// answered is an answer with its times, as minutes of the story.
func answered(a model.Whereabouts) string {
	said := func(at time.Time) string { return fmt.Sprint(int(at.Sub(start).Minutes())) }
	switch w := a.(type) {
	case *model.CommitRunning:
		return w.Summary() + "; since " + said(w.Since) + ", first " + said(w.FirstAt)
	case *model.CommitIncluded:
		return w.Summary() + "; since " + said(w.Since) + ", first " + said(w.FirstAt)
	case *model.CommitGone:
		return w.Summary() + "; first " + said(w.FirstAt) + ", gone " + said(w.GoneAt)
	case *model.CommitNotYet:
		return w.Summary() + "; " + string(w.Progress)
	case *model.CommitUnknown:
		return w.Summary() + "; " + w.Remedy()
	}
	return "nothing"
}

func where(t testing.TB, d *db.DB, org *model.Organization, c *model.Commit, at *time.Time, filter *model.WhereaboutsFilter) []string {
	t.Helper()
	found, err := d.Whereabouts(t.Context(), org, []*model.Commit{c}, at, filter)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, a := range found[0] {
		if f := a.Facts(); f.Commit != c || f.State == "" {
			t.Errorf("%+v", f)
		}
		out = append(out, answered(a))
	}
	return out
}

// A release, a hotfix that takes its place, a rollback, an overlap, and a squash; every
// moment of it is asked about.
func TestWhereabouts(t *testing.T) {
	t.Parallel()
	d, url := dbtest.NewURL(t)
	d.Now = (&clock{now: start.Add(24 * time.Hour)}).Now
	org := newOrganization(t, d)
	newFlow(t, d, org, "runner")
	newEnvironment(t, d, org, "aws-prod")
	newEnvironment(t, d, org, "qa")
	newEnvironment(t, d, org, "edge")
	// 0-1-2-3-4 is the branch of releases; 5 is a hotfix on 1, and 6 a cherry-pick of 3 on
	// it; 7 and 8 are a branch from 2 that was squashed into 9, on 4.
	c := reportCommits(t, d, org, "cyber-dojo/runner", [][]int{{}, {0}, {1}, {2}, {3}, {1}, {5}, {2}, {7}, {4}})
	exec(t, url, `UPDATE commits SET patch_id = $1 WHERE sha = ANY (ARRAY[$2, $3]::bytea[])`, c[3].SHA.Bytes()[:20], c[3].SHA.Bytes(), c[6].SHA.Bytes())
	exec(t, url, `INSERT INTO pull_requests (organization_id, repository_id, number, state, created_at, updated_at, merged_at, head_sha, merge_sha, title, url, author)
		SELECT organization_id, id, 12, 3, $1, $2, $2, $3, $4, 'x', 'https://x', 'ada' FROM repositories`, minute(7), minute(60), c[8].SHA.Bytes(), c[9].SHA.Bytes())
	v := func(i int) string { return "runner:" + c[i].ShortSha() }
	built(t, d, org, 10, c[0])
	built(t, d, org, 15, c[2])
	built(t, d, org, 25, c[4])
	built(t, d, org, 35, c[6])
	built(t, d, org, 65, c[9])
	runs(t, d, org, "aws-prod", 11, v(0))
	runs(t, d, org, "aws-prod", 20, v(0), v(2)) // they overlap
	runs(t, d, org, "aws-prod", 22, v(2))
	runs(t, d, org, "aws-prod", 30, v(4))
	runs(t, d, org, "aws-prod", 40, v(6)) // the hotfix, without 2, 3 and 4
	runs(t, d, org, "aws-prod", 50, v(0)) // rolled back
	runs(t, d, org, "aws-prod", 55)
	runs(t, d, org, "aws-prod", 70, v(9), v(9), v(9))
	runs(t, d, org, "qa", 12, "something:else")
	deployed := minute(66)
	if _, _, err := d.ReportDeployment(t.Context(), org, model.ReportDeploymentInput{Artifact: model.ArtifactRef{Flow: "runner", Prefix: string(c[9].SHA)}, Environment: "aws-prod", At: &deployed}); err != nil {
		t.Fatal(err)
	}
	short := func(i int) string { return c[i].ShortSha() }
	for _, tt := range []struct {
		commit, at int
		want       string
	}{
		{2, 5, "Not known whether it is in aws-prod: nothing was reported of it; Let an agent report it, such as landfall snapshot docker aws-prod --watch"},
		{0, 11, "Running in aws-prod with 1 replica; since 11, first 11"},
		{2, 12, "Not yet in aws-prod: " + v(0) + " is 2 commits behind, no build of it was seen; NOT_BUILT"},
		{2, 16, "Not yet in aws-prod: " + v(0) + " is 2 commits behind, " + v(2) + " would bring it; BUILT"},
		{2, 20, "Running in aws-prod with 1 replica; since 20, first 20"},
		{0, 21, "Running in aws-prod with 1 replica; since 11, first 11"},
		{1, 21, "Included in aws-prod by " + v(2) + ", 1 commit later; since 20, first 20"},
		{0, 25, "Included in aws-prod by " + v(2) + ", 2 commits later; since 11, first 11"},
		{3, 29, "Not yet in aws-prod: " + v(2) + " is 1 commit behind, " + v(4) + " would bring it; BUILT"},
		{2, 31, "Included in aws-prod by " + v(4) + ", 2 commits later; since 20, first 20"},
		{2, 45, "No longer in aws-prod: " + v(6) + " took its place; first 20, gone 40"},
		{3, 45, "No longer in aws-prod: " + v(6) + " took its place; its cherry-pick " + short(6) + " is there, which is another commit; first 30, gone 40"},
		{1, 45, "Included in aws-prod by " + v(6) + ", 2 commits later; since 20, first 20"},
		{5, 45, "Included in aws-prod by " + v(6) + ", 1 commit later; since 40, first 40"},
		{6, 51, "No longer in aws-prod: rolled back to " + v(0) + "; first 40, gone 50"},
		{0, 51, "Running in aws-prod with 1 replica; since 50, first 11"},
		{4, 51, "No longer in aws-prod: rolled back to " + v(0) + "; first 30, gone 40"},
		{0, 56, "No longer in aws-prod: nothing of runner runs there any more; first 11, gone 55"},
		{8, 56, "Not yet in aws-prod: nothing of runner runs there, no build of it was seen; NOT_BUILT"}, // not merged yet
		{8, 67, "Not yet in aws-prod: nothing of runner runs there, deployment #1 of " + v(9) + " is announced; DEPLOYING"},
		{7, 71, "Running in aws-prod with 3 replicas; since 70, first 70"}, // as what it became
		{9, 71, "Running in aws-prod with 3 replicas; since 70, first 70"},
		{4, 1000, "Included in aws-prod by " + v(9) + ", 1 commit later; since 70, first 30"},
		{6, 1000, "No longer in aws-prod: " + v(9) + " took its place; its cherry-pick " + short(3) + " is there, which is another commit; first 40, gone 50"},
	} {
		at := new(minute(tt.at))
		if tt.at == 1000 {
			at = nil
		}
		got := where(t, d, org, c[tt.commit], at, &model.WhereaboutsFilter{Environments: []string{"aws-prod"}, Flows: []string{"runner"}})
		if diff := cmp.Diff([]string{tt.want}, got); diff != "" {
			t.Errorf("commit %d at %d (-want +got):\n%s", tt.commit, tt.at, diff)
		}
	}
	want := []string{
		"Running in aws-prod with 3 replicas; since 70, first 70",
		"Not known whether it is in edge: nothing was reported of it; Let an agent report it, such as landfall snapshot docker edge --watch",
		"Not yet in qa: nothing of runner runs there, " + v(9) + " would bring it; BUILT",
	}
	if diff := cmp.Diff(want, where(t, d, org, c[9], nil, nil)); diff != "" {
		t.Errorf("everywhere (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[2:], where(t, d, org, c[9], nil, &model.WhereaboutsFilter{States: []model.WhereaboutsState{model.CommitIsNotYet}})); diff != "" {
		t.Errorf("where it is not yet (-want +got):\n%s", diff)
	}
}

// What is not known is said, with its reason, and never taken for an answer.
func TestWhereabouts_Unknown(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	newFlow(t, d, org, "runner")
	newEnvironment(t, d, org, "aws-prod")
	// 1 came by a push, without its parents: what was before it is hidden.
	c := reportCommits(t, d, org, "cyber-dojo/runner", [][]int{{}, nil, {1}})
	other := reportCommits(t, d, org, "cyber-dojo/other", [][]int{{}})
	v := func(i int) string { return "runner:" + c[i].ShortSha() }
	built(t, d, org, 10, c[2])
	artifact := func(name string, commit *model.CommitSHA) {
		t.Helper()
		at := minute(11)
		if _, _, err := d.ReportArtifact(t.Context(), org, model.ReportArtifactInput{Flow: "runner", Name: name, Fingerprint: fingerprint(name), At: &at, Commit: commit}); err != nil {
			t.Fatal(err)
		}
	}
	unseen := sha("deadbeef")
	artifact("by-hand:1", nil)
	artifact("unseen:1", &unseen)
	runs(t, d, org, "aws-prod", 12, v(2))
	runs(t, d, org, "aws-prod", 13, "by-hand:1")
	runs(t, d, org, "aws-prod", 14, "unseen:1")
	runs(t, d, org, "aws-prod", 15)
	report := "In a whole checkout of cyber-dojo/runner: landfall report commits"
	for _, tt := range []struct {
		commit, at int
		want       string
	}{
		{0, 12, "the history between the two has a hole; " + report},
		{2, 13, "nobody told from which commit by-hand:1 was built; Tell it when it is built: landfall report artifact --flow runner --commit SHA"},
		{2, 14, "the commit of unseen:1 is not known; " + report},
	} {
		got := where(t, d, org, c[tt.commit], new(minute(tt.at)), nil)
		if diff := cmp.Diff([]string{"Not known whether it is in aws-prod: " + tt.want}, got); diff != "" {
			t.Errorf("commit %d at %d (-want +got):\n%s", tt.commit, tt.at, diff)
		}
	}
	runs(t, d, org, "aws-prod", 16, v(1)) // which is known well, and what ran before is not
	built(t, d, org, 16, c[1])
	newEnvironment(t, d, org, "qa")
	runs(t, d, org, "qa", 13, "by-hand:1")
	runs(t, d, org, "qa", 16, v(1))
	if got := where(t, d, org, c[2], nil, &model.WhereaboutsFilter{Environments: []string{"qa"}}); !strings.HasPrefix(got[0], "Not known whether it is in qa: nobody told from which commit a version that ran there before was built;") {
		t.Errorf("what ran before is not known: %s", got)
	}
	if got := where(t, d, org, c[2], new(minute(12)), nil); !strings.HasPrefix(got[0], "Running in") {
		t.Errorf("what runs itself: %s", got)
	}
	if got := where(t, d, org, c[2], new(minute(15)), nil); !strings.HasPrefix(got[0], "No longer in") {
		t.Errorf("what ran for sure: %s", got)
	}
	if got := where(t, d, org, other[0], nil, nil); got[0] != "Not known whether it is in aws-prod: no flow follows cyber-dojo/other, or what the commit touches; landfall create flow NAME --repository cyber-dojo/other" {
		t.Errorf("without a flow: %s", got)
	}
	for _, filter := range []model.WhereaboutsFilter{{Environments: []string{"aws-prod", "nowhere"}}, {Flows: []string{"runner", "nowhere"}}} {
		_, err := d.Whereabouts(t.Context(), org, c[:1], nil, &filter)
		if model.KindOf(err) != model.KindNotFound || !strings.Contains(err.Error(), `"nowhere"`) {
			t.Errorf("a name that does not exist: %v", err)
		}
	}
}

// A new commit, a new version and a new snapshot are in the next answer, of any server.
func TestWhereabouts_AtOnce(t *testing.T) {
	t.Parallel()
	d, url := dbtest.NewURL(t)
	d.Now = (&clock{now: start.Add(24 * time.Hour)}).Now
	second, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = second.Close() })
	second.Now = d.Now
	org := newOrganization(t, d)
	newFlow(t, d, org, "runner")
	newEnvironment(t, d, org, "aws-prod")
	first := reportCommits(t, d, org, "cyber-dojo/runner", linear(1))[0]
	built(t, d, org, 1, first)
	runs(t, d, org, "aws-prod", 2, "runner:"+first.ShortSha())
	for i := 2; i < 12; i++ {
		history := reportCommits(t, d, org, "cyber-dojo/runner", linear(i))
		newest := history[len(history)-1]
		if got := where(t, second, org, newest, nil, nil)[0]; !strings.HasPrefix(got, "Not yet in aws-prod: runner:"+history[i-2].ShortSha()+" is 1 commit behind") {
			t.Fatalf("a new commit: %s", got)
		}
		built(t, d, org, 2*i, newest)
		if got := where(t, second, org, newest, nil, nil)[0]; !strings.Contains(got, "would bring it") {
			t.Fatalf("a new artifact: %s", got)
		}
		runs(t, d, org, "aws-prod", 2*i+1, "runner:"+newest.ShortSha())
		if got := where(t, second, org, newest, nil, nil)[0]; !strings.HasPrefix(got, "Running in aws-prod") {
			t.Fatalf("a new snapshot: %s", got)
		}
		if got := where(t, second, org, first, nil, nil)[0]; !strings.Contains(got, fmt.Sprintf("%s later; since 2,", counted(i-1))) {
			t.Fatalf("the first commit: %s", got)
		}
	}
}

func counted(commits int) string {
	if commits == 1 {
		return "1 commit"
	}
	return fmt.Sprintf("%d commits", commits)
}

// However much there is, it takes the same number of statements.
func TestWhereabouts_Statements(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	count := func(ctx context.Context, commits []*model.Commit) int64 {
		before := d.Statements()
		if _, err := d.Whereabouts(ctx, org, commits, nil, nil); err != nil {
			t.Fatal(err)
		}
		return d.Statements() - before
	}
	newFlow(t, d, org, "runner")
	newEnvironment(t, d, org, "env-0")
	commits := reportCommits(t, d, org, "cyber-dojo/runner", linear(30))
	built(t, d, org, 40, commits[0])
	runs(t, d, org, "env-0", 41, "runner:"+commits[0].ShortSha())
	one := count(t.Context(), commits[5:6])
	for i := range 20 {
		name := fmt.Sprint("env-", i+1)
		newEnvironment(t, d, org, name)
		built(t, d, org, 50+i, commits[i])
		runs(t, d, org, name, 80+i, "runner:"+commits[i].ShortSha())
	}
	if many := count(t.Context(), commits); many > one+3 { // of versions that have one, stays with their times, and deployments are read too
		t.Errorf("%d statements for many, %d for one", many, one)
	}
}
