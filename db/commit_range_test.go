package db_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

func subjects(t testing.TB, d *db.DB, org *model.Organization, commits []*model.Commit) string {
	t.Helper()
	if err := d.ReadCommits(t.Context(), org, commits); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range commits {
		out = append(out, c.Subject)
	}
	return strings.Join(out, " ")
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
			if got, want := subjects(t, d, org, r.AddedRows)+" | "+subjects(t, d, org, r.RemovedRows), tt.added+" | "+tt.removed; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

// Whatever is known of a random history, and however little of it is read, what is
// told is true, and with all of it all is told.
func TestCommitRanges_NeverGuesses(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("Seed", seed), func(t *testing.T) {
			t.Parallel()
			d, org := newDB(t)
			random := rand.New(rand.NewPCG(seed, 9))
			var history [][]int
			for i := range 40 {
				parents := []int{}
				for range []int{1, 1, 1, 2, 2, 0}[random.IntN(6)] {
					if p := i - 1 - random.IntN(8); p >= 0 && !slices.Contains(parents, p) {
						parents = append(parents, p)
					}
				}
				history = append(history, parents)
			}
			has := make([]map[int]bool, len(history)) // each commit's ancestors and itself
			for i, parents := range history {
				has[i] = map[int]bool{i: true}
				for _, p := range parents {
					for a := range has[p] {
						has[i][a] = true
					}
				}
			}
			known := slices.Clone(history)
			for i := range known {
				if seed%2 == 1 && random.IntN(15) == 0 {
					known[i] = nil
				}
			}
			commits := reportCommits(t, d, org, "a/b", known)
			var pairs []db.CommitPair
			var ends [][2]int
			for range 60 {
				i, j := random.IntN(len(history)), random.IntN(len(history))
				pairs, ends = append(pairs, db.CommitPair{From: commits[i], To: commits[j]}), append(ends, [2]int{i, j})
			}
			for _, walked := range []int{10_000, 25, 10, 1} {
				d.SetWalked(walked)
				before := d.Statements()
				ranges, err := d.CommitRanges(t.Context(), org, pairs)
				if err != nil {
					t.Fatal(err)
				}
				if n := d.Statements() - before; n > 2 {
					t.Errorf("%d statements", n)
				}
				told := 0
				for i, r := range ranges {
					from, to := ends[i][0], ends[i][1]
					if r.Relation == model.CommitsUnknown {
						if seed%2 == 0 && walked == 10_000 {
							t.Fatalf("%d to %d is not told: %s", from, to, *r.Reason)
						}
						continue
					}
					told++
					want := [2]string{missingIn(has[to], has[from]), missingIn(has[from], has[to])}
					if diff := cmp.Diff(want, [2]string{subjects(t, d, org, r.AddedRows), subjects(t, d, org, r.RemovedRows)}); diff != "" {
						t.Fatalf("%d to %d, %d walked (-want +got):\n%s", from, to, walked, diff)
					}
				}
				t.Logf("of %d pairs, %d are told with %d commits read", len(pairs), told, walked)
			}
		})
	}
}

// missingIn are the commits that one has and another has not, newest first.
func missingIn(has, hasNot map[int]bool) string {
	var places []int
	for i := range has {
		if !hasNot[i] {
			places = append(places, i)
		}
	}
	slices.Sort(places)
	slices.Reverse(places)
	return strings.Trim(fmt.Sprint(places), "[]")
}

// Of a long history only the stretch between the two is read.
func TestCommitRanges_Cost(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	commits := reportCommits(t, d, org, "a/b", linear(3000))
	d.SetWalked(100)
	pairs := []db.CommitPair{{From: commits[2990], To: commits[2999]}, {From: commits[10], To: commits[2]}, {From: commits[0], To: commits[2999]}}
	for i, want := range []string{"AHEAD", "BEHIND", "UNKNOWN"} {
		before := d.Statements()
		got, err := d.CommitRanges(t.Context(), org, pairs[i:i+1])
		if err != nil {
			t.Fatal(err)
		}
		if string(got[0].Relation) != want {
			t.Errorf("pair %d: %+v, want %s", i, got[0], want)
		}
		if n := d.Statements() - before; want != "UNKNOWN" && n != 1 {
			t.Errorf("pair %d took %d statements", i, n)
		}
		if want == "UNKNOWN" && !strings.Contains(*got[0].Reason, "too many commits") {
			t.Errorf("pair %d: %s", i, *got[0].Reason)
		}
	}
}
