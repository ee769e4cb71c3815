package db_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

// merged tells that a pull request was merged, and what came of it.
func merged(t testing.TB, d *db.DB, org *model.Organization, number, n int, head, merge *model.Commit) {
	t.Helper()
	at := minute(n)
	tell(t, d, org, "cyber-dojo/runner", &model.Facts{PullRequest: &model.PullRequest{
		Number: number, Title: "x", URL: "https://github.com/cyber-dojo/runner/pull/" + fmt.Sprint(number), State: model.PullRequestMerged, AuthorLogin: "ada",
		HeadSHA: head.SHA, MergeSHA: &merge.SHA, CreatedAt: start, MergedAt: &at, UpdatedAt: at,
	}})
}

// became is the subject of what a commit became, said in any answer; empty for nothing.
func became(t testing.TB, d *db.DB, org *model.Organization, c *model.Commit, n int) string {
	t.Helper()
	at := minute(n)
	found, err := d.Whereabouts(t.Context(), org, []*model.Commit{c}, &at, nil)
	if err != nil {
		t.Fatal(err)
	}
	if b := found[0][0].Facts().Became; b != nil {
		return b.Subject
	}
	return ""
}

// Pull requests are merged in all three ways, and one after the moment that is asked about.
func TestWhereabouts_PullRequests(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	newFlow(t, d, org, "runner")
	newEnvironment(t, d, org, "aws-prod")
	c := reportCommits(t, d, org, "cyber-dojo/runner", [][]int{
		{}, {0}, // main
		{1}, {2}, {1}, // 2 and 3 are squashed into 4
		{4}, {5}, {4}, {7}, {8}, // 5 and 6 are rebased onto 7, as 8 and 9
		{9}, {9, 10}, // 10 is merged by 11
		{11}, {11}, // 12 is squashed into 13
	})
	v := func(i int) string { return "runner:" + c[i].ShortSha() }
	merged(t, d, org, 1, 40, c[3], c[4])
	merged(t, d, org, 2, 41, c[6], c[9])
	merged(t, d, org, 3, 42, c[10], c[11])
	merged(t, d, org, 4, 300, c[12], c[13])
	for i, n := range map[int]int{1: 30, 4: 50, 9: 51, 11: 52, 13: 310} {
		built(t, d, org, n, c[i])
	}
	runs(t, d, org, "aws-prod", 31, v(1))
	runs(t, d, org, "aws-prod", 60, v(4))
	runs(t, d, org, "aws-prod", 70, v(9))
	runs(t, d, org, "aws-prod", 80, v(11))
	runs(t, d, org, "aws-prod", 320, v(13))
	for _, tt := range []struct {
		commit, at   int
		became, want string
	}{
		{2, 35, "", "Not yet in aws-prod: " + v(1) + " is 1 commit behind, no build of it was seen; NOT_BUILT"},
		{2, 61, "4", "Running in aws-prod with 1 replica; since 60, first 60"},
		{3, 61, "4", "Running in aws-prod with 1 replica; since 60, first 60"},
		{4, 61, "", "Running in aws-prod with 1 replica; since 60, first 60"},
		{2, 71, "4", "Included in aws-prod by " + v(9) + ", 3 commits later; since 60, first 60"},
		{5, 61, "9", "Not yet in aws-prod: " + v(4) + " is 3 commits behind, " + v(9) + " would bring it; BUILT"},
		{5, 71, "9", "Running in aws-prod with 1 replica; since 70, first 70"},
		{6, 71, "9", "Running in aws-prod with 1 replica; since 70, first 70"},
		{8, 71, "", "Included in aws-prod by " + v(9) + ", 1 commit later; since 70, first 70"},
		{10, 71, "", "Not yet in aws-prod: " + v(9) + " is 1 commit behind, " + v(11) + " would bring it; BUILT"},
		{10, 81, "", "Included in aws-prod by " + v(11) + ", 1 commit later; since 80, first 80"},
		{12, 299, "", "Not yet in aws-prod: " + v(11) + " is 1 commit behind, no build of it was seen; NOT_BUILT"},
		{12, 301, "13", "Not yet in aws-prod: " + v(11) + " is 1 commit behind, no build of it was seen; NOT_BUILT"},
		{12, 311, "13", "Not yet in aws-prod: " + v(11) + " is 1 commit behind, " + v(13) + " would bring it; BUILT"},
		{12, 321, "13", "Running in aws-prod with 1 replica; since 320, first 320"},
	} {
		at := minute(tt.at)
		got := append(where(t, d, org, c[tt.commit], &at, nil), became(t, d, org, c[tt.commit], tt.at))
		if diff := cmp.Diff([]string{tt.want, tt.became}, got); diff != "" {
			t.Errorf("commit %d at %d (-want +got):\n%s", tt.commit, tt.at, diff)
		}
	}
}

// A pull request is squashed into the branch of another one, which is squashed into
// main, which is squashed into a release: each form counts where it runs.
func TestWhereabouts_PullRequestsOnPullRequests(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	newFlow(t, d, org, "runner")
	newEnvironment(t, d, org, "preview")
	newEnvironment(t, d, org, "prod")
	// 2 is squashed into 3, on the branch of 1; that into 4, on main; and main, with 5, into 7, on 6.
	c := reportCommits(t, d, org, "cyber-dojo/runner", [][]int{{}, {0}, {1}, {1}, {0}, {4}, {0}, {6}})
	v := func(i int) string { return "runner:" + c[i].ShortSha() }
	merged(t, d, org, 3, 40, c[5], c[7]) // they are told in another order than they happened in
	merged(t, d, org, 1, 30, c[3], c[4])
	merged(t, d, org, 2, 20, c[2], c[3])
	for _, i := range []int{0, 3, 5} {
		built(t, d, org, 10+i, c[i])
	}
	runs(t, d, org, "preview", 25, v(3))
	runs(t, d, org, "prod", 26, v(0))
	runs(t, d, org, "prod", 35, v(5))
	const preview = "Running in preview with 1 replica; since 25, first 25"
	for _, tt := range []struct {
		commit, at   int
		became, prod string
	}{
		{2, 27, "3", "Not yet in prod: " + v(0) + " is 2 commits behind, " + v(3) + " would bring it; BUILT"},
		{2, 31, "4", "Not yet in prod: " + v(0) + " is 1 commit behind, " + v(3) + " would bring it; BUILT"},
		{2, 36, "4", "Included in prod by " + v(5) + ", 1 commit later; since 35, first 35"},
		{2, 41, "7", "Included in prod by " + v(5) + ", 1 commit later; since 35, first 35"},
		{3, 36, "4", "Included in prod by " + v(5) + ", 1 commit later; since 35, first 35"},
	} {
		at := minute(tt.at)
		got := append(where(t, d, org, c[tt.commit], &at, nil), became(t, d, org, c[tt.commit], tt.at))
		if diff := cmp.Diff([]string{preview, tt.prod, tt.became}, got); diff != "" {
			t.Errorf("commit %d at %d (-want +got):\n%s", tt.commit, tt.at, diff)
		}
	}
	statements := func(i, n int) int64 {
		before := d.Statements()
		became(t, d, org, c[i], n)
		return d.Statements() - before
	}
	if one, three := statements(3, 36), statements(2, 41); one != three {
		t.Errorf("%d statements for one step, %d for three", one, three)
	}
}

// Nobody follows a commit for ever: what it became after five steps is not looked for.
func TestWhereabouts_PullRequestsWithoutEnd(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	newFlow(t, d, org, "runner")
	newEnvironment(t, d, org, "prod")
	c := reportCommits(t, d, org, "cyber-dojo/runner", [][]int{{}, {0}, {0}, {0}, {0}, {0}, {0}, {0}})
	for i := 1; i < 7; i++ {
		merged(t, d, org, i, 20+i, c[i], c[i+1])
	}
	for n, i := range []int{6, 7} {
		built(t, d, org, 30+n, c[i])
		runs(t, d, org, "prod", 40+n, "runner:"+c[i].ShortSha())
	}
	for n, want := range map[int]string{40: "Running in prod", 41: "No longer in prod"} {
		at := minute(n)
		if got := where(t, d, org, c[1], &at, nil); !strings.HasPrefix(got[0], want) {
			t.Errorf("at %d: got %q, want %q", n, got, want)
		}
	}
	if got := became(t, d, org, c[1], 41); got != "6" {
		t.Errorf("it became %q, want 6", got)
	}
	if got := became(t, d, org, c[2], 41); got != "7" {
		t.Errorf("what is one step further became %q, want 7", got)
	}
}
