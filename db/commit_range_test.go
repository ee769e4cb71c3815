package db_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

// reportCommits makes commits known, each a minute after the one before. Parents are
// said by their places; nil for a commit whose parents are not known.
func reportCommits(t testing.TB, d *db.DB, org *model.Organization, repository string, parents [][]int) []*model.Commit {
	t.Helper()
	name := func(i int) model.CommitSHA { return sha(fmt.Sprintf("%07x", 0xa000000+i)) }
	var in []*model.CommitInput
	for i, of := range parents {
		c := &model.CommitInput{SHA: name(i), Subject: fmt.Sprint(i), CommittedAt: start.Add(time.Duration(i) * time.Minute), ParentsComplete: of != nil}
		for _, p := range of {
			c.Parents = append(c.Parents, name(p))
		}
		in = append(in, c)
	}
	for some := range slices.Chunk(in, 500) {
		if _, err := d.ReportCommits(t.Context(), org, model.ReportCommitsInput{Repository: repository, Commits: some}); err != nil {
			t.Fatal(err)
		}
	}
	r, err := d.Repository(t.Context(), org, repository)
	if err != nil {
		t.Fatal(err)
	}
	var asked []db.CommitOf
	for i := range parents {
		asked = append(asked, db.CommitOf{Repository: r, SHA: name(i)})
	}
	commits, err := d.Commits(t.Context(), org, asked)
	if err != nil {
		t.Fatal(err)
	}
	return commits
}

func linear(n int) [][]int {
	parents := [][]int{{}}
	for i := 1; i < n; i++ {
		parents = append(parents, []int{i - 1})
	}
	return parents
}

// listed are the subjects of one of the lists of a range, read page by page.
func listed(t testing.TB, org *model.Organization, r *model.CommitRange,
	list func(context.Context, *model.Organization, []*model.CommitRange, model.Page) ([]*model.CommitConnection, error),
) string {
	t.Helper()
	var out []string
	for p := page(3); ; {
		pages, err := list(t.Context(), org, []*model.CommitRange{r}, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range pages[0].Nodes {
			out = append(out, c.Subject)
		}
		info := pages[0].PageInfo()
		if !info.HasNextPage {
			return strings.Join(out, " ")
		}
		p.After = *info.EndCursor
	}
}

func TestCommitRanges(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	// A branch that left at 1 and was merged at 8, a root of its own at 9, and two
	// commits of which only a push told.
	history := [][]int{{}, {0}, {1}, {1}, {2}, {3}, {4}, {6}, {7, 5}, {}, nil, {10}, {11}}
	commits := reportCommits(t, d, org, "a/b", history)
	other := reportCommits(t, d, org, "a/c", linear(2))
	for name, tt := range map[string]struct {
		from, to       *model.Commit
		relation       model.CommitRelation
		added, removed string
		reason         string
	}{
		"Same":            {commits[4], commits[4], model.CommitsSame, "", "", ""},
		"Ahead":           {commits[2], commits[7], model.CommitsAhead, "7 6 4", "", ""},
		"Behind":          {commits[7], commits[2], model.CommitsBehind, "", "7 6 4", ""},
		"Diverged":        {commits[5], commits[4], model.CommitsDiverged, "4 2", "5 3", ""},
		"OlderBranch":     {commits[7], commits[8], model.CommitsAhead, "8 5 3", "", ""}, // what is merged is older than where it starts
		"OtherRoot":       {commits[9], commits[0], model.CommitsDiverged, "0", "9", ""},
		"FromRoot":        {commits[0], commits[8], model.CommitsAhead, "8 7 6 5 4 3 2 1", "", ""},
		"AfterIncomplete": {commits[10], commits[12], model.CommitsAhead, "12 11", "", ""},
		"OverIncomplete":  {commits[8], commits[12], model.CommitsUnknown, "", "", "the parents of a00000a are not known"},
		"ToIncomplete":    {commits[12], commits[7], model.CommitsUnknown, "", "", "the parents of a00000a are not known"},
		"TwoRepositories": {commits[0], other[1], model.CommitsUnknown, "", "", "a/b and a/c are two repositories"},
		"NoCommit":        {nil, commits[1], model.CommitsUnknown, "", "", "which commit one of the two"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := d.CommitRanges(t.Context(), org, []db.CommitPair{{From: tt.from, To: tt.to}})
			if err != nil {
				t.Fatal(err)
			}
			r := got[0]
			reason := ""
			if r.Reason != nil {
				reason = *r.Reason
			}
			if r.Relation != tt.relation || r.From != tt.from || r.To != tt.to || !strings.HasPrefix(reason, tt.reason) && !strings.Contains(reason, tt.reason) || (reason == "") != (tt.reason == "") {
				t.Errorf("got %s because of %q, want %s because of %q", r.Relation, reason, tt.relation, tt.reason)
			}
			if got, want := listed(t, org, r, d.AddedCommits)+" | "+listed(t, org, r, d.RemovedCommits), tt.added+" | "+tt.removed; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}
