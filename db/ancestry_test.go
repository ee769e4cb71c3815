package db_test

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/ancestry"
	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
)

// tangle is a random history of n commits: the parents of each, by their places.
func tangle(random *rand.Rand, n int) [][]int {
	history := make([][]int, n)
	for i := range history {
		history[i] = []int{}
		for range []int{1, 1, 1, 2, 2, 0}[random.IntN(6)] {
			if p := i - 1 - random.IntN(8); p >= 0 && !slices.Contains(history[i], p) {
				history[i] = append(history[i], p)
			}
		}
	}
	return history
}

// inputs are the commits of a history as they are reported, a minute apart.
func inputs(history [][]int) []*model.CommitInput {
	name := func(i int) model.CommitSHA { return sha(fmt.Sprintf("%07x", 0xb000000+i)) }
	in := make([]*model.CommitInput, len(history))
	for i, parents := range history {
		in[i] = &model.CommitInput{SHA: name(i), Subject: fmt.Sprint(i), CommittedAt: start.Add(time.Duration(i) * time.Minute), ParentsComplete: true}
		for _, p := range parents {
			in[i].Parents = append(in[i].Parents, name(p))
		}
	}
	return in
}

func graphOf(t testing.TB, d *db.DB, org *model.Organization) *ancestry.Graph {
	t.Helper()
	r, err := d.Repository(t.Context(), org, "a/b")
	if err != nil {
		t.Fatal(err)
	}
	graphs, err := d.Ancestries(t.Context(), org, []int{r.Key})
	if err != nil {
		t.Fatal(err)
	}
	return graphs[r.Key]
}

// Whatever one server is told, in any order and in any batches, another knows at once,
// whatever it knew before; and both know in the end what one knows that was told all.
func TestAncestries_AnyOrder(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("Seed", seed), func(t *testing.T) {
			t.Parallel()
			first, url := dbtest.NewURL(t)
			first.Now = (&clock{now: start}).Now
			second, err := db.Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = second.Close() })
			second.Now = first.Now
			org := newOrganization(t, first)
			random := rand.New(rand.NewPCG(seed, 9))
			whole := inputs(tangle(random, 60))
			told, left := map[model.CommitSHA]*model.CommitInput{}, slices.Clone(whole)
			random.Shuffle(len(left), func(i, j int) { left[i], left[j] = left[j], left[i] })
			for len(left) > 0 {
				n := 1 + random.IntN(min(len(left), 20))
				batch := slices.Clone(left[:n])
				left = left[n:]
				for i, c := range batch {
					if random.IntN(4) == 0 { // as a push tells it; git does later
						pushed := *c
						pushed.Parents, pushed.ParentsComplete = nil, false
						batch[i], left = &pushed, append(left, c)
					}
					told[c.SHA] = batch[i]
				}
				if _, err := first.ReportCommits(t.Context(), org, model.ReportCommitsInput{Repository: "a/b", Commits: batch}); err != nil {
					t.Fatal(err)
				}
				fresh := ancestry.New()
				fresh.Add(func(yield func(ancestry.Commit) bool) {
					for _, c := range told {
						one := ancestry.Commit{SHA: c.SHA.Bytes(), Complete: c.ParentsComplete, At: c.CommittedAt}
						for _, p := range c.Parents {
							one.Parents = append(one.Parents, p.Bytes())
						}
						if !yield(one) {
							return
						}
					}
				})
				sameAnswers(t, graphOf(t, second, org), fresh, whole)
			}
			sameAnswers(t, graphOf(t, first, org), graphOf(t, second, org), whole)
		})
	}
}

func sameAnswers(t *testing.T, got, want *ancestry.Graph, commits []*model.CommitInput) {
	t.Helper()
	if got.Len() != want.Len() {
		t.Fatalf("%d commits are known, want %d", got.Len(), want.Len())
	}
	for _, a := range commits {
		for _, b := range commits {
			if got, want := got.Contains(b.SHA.Bytes(), a.SHA.Bytes()), want.Contains(b.SHA.Bytes(), a.SHA.Bytes()); got != want {
				t.Fatalf("%s contains %s: %d, want %d", b.Subject, a.Subject, got, want)
			}
			was, is := want.Compare(a.SHA.Bytes(), b.SHA.Bytes()), got.Compare(a.SHA.Bytes(), b.SHA.Bytes())
			if was.Known() != is.Known() || was.Ahead != is.Ahead || was.Behind != is.Behind {
				t.Fatalf("%s to %s is %+v, want %+v", a.Subject, b.Subject, is, was)
			}
		}
	}
}

// A commit of a transaction that began before and ends after others is not lost.
func TestAncestries_LateTransaction(t *testing.T) {
	t.Parallel()
	d, url := dbtest.NewURL(t)
	org := newOrganization(t, d)
	commits := inputs(linear(4))
	report := func(some ...*model.CommitInput) {
		t.Helper()
		if _, err := d.ReportCommits(t.Context(), org, model.ReportCommitsInput{Repository: "a/b", Commits: some}); err != nil {
			t.Fatal(err)
		}
	}
	report(commits[0])
	tx, err := connect(t, url).BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(t.Context(), `
		INSERT INTO commits (organization_id, repository_id, committed_at, sha, parents, parents_complete, author_name, subject)
		SELECT organization_id, repository_id, $1, $2, ARRAY[sha], true, '', '' FROM commits`, commits[1].CommittedAt, commits[1].SHA.Bytes()); err != nil {
		t.Fatal(err)
	}
	report(commits[2], commits[3])
	g := graphOf(t, d, org)
	if got := g.Contains(commits[3].SHA.Bytes(), commits[0].SHA.Bytes()); got != ancestry.Unknown {
		t.Errorf("before the commit that lies between is known: %d", got)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	g = graphOf(t, d, org)
	if got := g.Contains(commits[3].SHA.Bytes(), commits[0].SHA.Bytes()); got != ancestry.Yes {
		t.Errorf("after it: %d", got)
	}
}

// waitForOlder returns when no transaction goes on that began before the commits were
// written: those of other tests are on the same server, and what is newer than they are
// has to be read again.
func waitForOlder(t *testing.T, url string) {
	t.Helper()
	pool, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	for over := false; !over; {
		err := pool.QueryRowContext(t.Context(), `SELECT pg_snapshot_xmin(pg_current_snapshot()) > max(changed) FROM commits`).Scan(&over)
		if err != nil {
			t.Fatal(err)
		}
	}
}

// Once a history is read, a question reads what is new and nothing else.
func TestAncestries_Cost(t *testing.T) {
	t.Parallel()
	d, url := dbtest.NewURL(t)
	org := newOrganization(t, d)
	commits := reportCommits(t, d, org, "a/b", linear(3000))
	exec(t, url, `ANALYZE`) // without it, how much is read depends on what Postgres guesses
	waitForOlder(t, url)
	newest := inputs(linear(1))
	var known int
	warm := func(d *db.DB) { known = graphOf(t, d, org).Len() }
	first := rowsRead(t, d, url, "commits", warm)
	again := func(d *db.DB) {
		warm(d)
		newest[0].Parents = []model.CommitSHA{commits[2999].SHA}
		if _, err := d.ReportCommits(t.Context(), org, model.ReportCommitsInput{Repository: "a/b", Commits: newest}); err != nil {
			t.Fatal(err)
		}
		before := d.Statements()
		got, err := d.CommitRanges(t.Context(), org, []db.CommitPair{{From: commits[0], To: commits[2999]}, {From: commits[7], To: commits[3]}})
		if err != nil || *got[0].Ahead != 2999 || *got[1].Behind != 4 {
			t.Fatalf("%+v, %v", got, err)
		}
		if n := d.Statements() - before; n != 1 {
			t.Errorf("%d statements", n)
		}
		warm(d)
	}
	if read := rowsRead(t, d, url, "commits", again); read > first+50 || known != 3001 {
		t.Errorf("%d rows of commits are read, and %d the first time; %d are known", read, first, known)
	}
}
