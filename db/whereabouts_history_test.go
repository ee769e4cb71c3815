package db_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

// rewritten is a history in which main is pushed with force, and a branch is made anew.
type rewritten struct {
	d   *db.DB
	org *model.Organization
}

func (r rewritten) commit(t *testing.T, i int, parents ...int) func() {
	name := func(i int) model.CommitSHA { return sha("a00000" + string(rune('0'+i))) }
	return func() {
		c := &model.CommitInput{SHA: name(i), CommittedAt: minute(i), ParentsComplete: true}
		for _, p := range parents {
			c.Parents = append(c.Parents, name(p))
		}
		if _, err := r.d.ReportCommits(t.Context(), r.org, model.ReportCommitsInput{Repository: "cyber-dojo/runner", Commits: []*model.CommitInput{c}}); err != nil {
			t.Fatal(err)
		}
	}
}

// moves tells that a branch moved; 0 stands for no commit.
func (r rewritten) moves(t *testing.T, n int, branch string, before, after int, forced bool) func() {
	name := func(i int) string {
		if i == 0 {
			return ""
		}
		return string(sha("a00000" + string(rune('0'+i))))
	}
	return func() {
		m := &model.RefMove{Ref: "refs/heads/" + branch, Before: name(before), After: name(after), Forced: forced, At: minute(n)}
		tell(t, r.d, r.org, "cyber-dojo/runner", &model.Facts{RefMoves: []*model.RefMove{m}})
	}
}

// told is the history: 1-2-3 was main, and is 1-2-4-5; feature was 1-2-6, and is 1-7.
// The snapshots come in their order, among all else.
func (r rewritten) told(t *testing.T, order *rand.Rand) {
	t.Helper()
	version := func(i int) string { return "runner:a00000" + string(rune('0'+i)) }
	artifact := func(i int) func() {
		return func() {
			built(t, r.d, r.org, 90+i, &model.Commit{SHA: sha("a00000" + string(rune('0'+i)))})
		}
	}
	facts := []func(){
		r.commit(t, 1), r.commit(t, 2, 1), r.commit(t, 3, 2), r.commit(t, 4, 2), r.commit(t, 5, 4), r.commit(t, 6, 2), r.commit(t, 7, 1),
		artifact(3), artifact(5), artifact(6), artifact(7),
		r.moves(t, 10, "main", 0, 2, false), r.moves(t, 11, "main", 2, 3, false), r.moves(t, 12, "main", 3, 4, true), r.moves(t, 13, "main", 4, 5, false),
		r.moves(t, 10, "feature", 0, 6, false), r.moves(t, 11, "feature", 6, 0, false), r.moves(t, 12, "feature", 0, 7, false),
	}
	order.Shuffle(len(facts), func(i, j int) { facts[i], facts[j] = facts[j], facts[i] })
	at := 0
	for _, snapshot := range []func(){
		func() { runs(t, r.d, r.org, "prod", 100, version(3)) }, func() { runs(t, r.d, r.org, "prod", 110, version(5)) },
		func() { runs(t, r.d, r.org, "preview", 100, version(6)) }, func() { runs(t, r.d, r.org, "preview", 110, version(7)) },
	} {
		at += order.IntN(len(facts) - at)
		facts = slices.Insert(facts, at, snapshot)
		at++
	}
	for _, tell := range facts {
		tell()
	}
}

// What was pushed away counts for itself only, and the other way round, in whatever
// order it was told.
func TestWhereabouts_RewrittenHistory(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		d, org := newDB(t)
		newFlow(t, d, org, "runner")
		newEnvironment(t, d, org, "prod")
		newEnvironment(t, d, org, "preview")
		rewritten{d, org}.told(t, rand.New(rand.NewPCG(seed, 0)))
		commit := func(ref string) *model.Commit {
			t.Helper()
			parsed, err := model.ParseCommitRef(ref)
			if err != nil {
				t.Fatal(err)
			}
			found, err := d.CommitByRef(t.Context(), org, parsed)
			if err != nil {
				t.Fatal(err)
			}
			return found.(*model.Commit)
		}
		for _, tt := range []struct {
			ref, environment string
			at               int
			want             string
		}{
			{"main", "prod", 120, "Running in prod with 1 replica; since 110, first 110"},
			{"main", "prod", 105, "Not yet in prod: runner:a000003 is 2 commits behind, runner:a000005 would bring it; BUILT"},
			{"a000004", "prod", 105, "Not yet in prod: runner:a000003 is 1 commit behind, runner:a000005 would bring it; BUILT"},
			{"a000004", "prod", 120, "Included in prod by runner:a000005, 1 commit later; since 110, first 110"},
			{"a000003", "prod", 105, "Running in prod with 1 replica; since 100, first 100"},
			{"a000003", "prod", 120, "No longer in prod: runner:a000005 took its place; first 100, gone 110"},
			{"a000002", "prod", 120, "Included in prod by runner:a000005, 2 commits later; since 100, first 100"},
			{"cyber-dojo/runner@feature", "preview", 120, "Running in preview with 1 replica; since 110, first 110"},
			{"cyber-dojo/runner@feature", "preview", 105, "Not yet in preview: runner:a000006 is 1 commit behind, runner:a000007 would bring it; BUILT"},
			{"a000006", "preview", 120, "No longer in preview: runner:a000007 took its place; first 100, gone 110"},
			{"a000002", "preview", 120, "No longer in preview: runner:a000007 took its place; first 100, gone 110"},
			{"a000001", "preview", 120, "Included in preview by runner:a000007, 1 commit later; since 100, first 100"},
		} {
			at := minute(tt.at)
			got := where(t, d, org, commit(tt.ref), &at, &model.WhereaboutsFilter{Environments: []string{tt.environment}})
			if diff := cmp.Diff([]string{tt.want}, got); diff != "" {
				t.Errorf("order %d, %s at %d (-want +got):\n%s", seed, tt.ref, tt.at, diff)
			}
		}
	}
}

// Of several flows that are made from one repository, those answer that are made from
// what a commit touches.
func TestWhereabouts_Monorepo(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	newEnvironment(t, d, org, "prod")
	repository := "acme/mono"
	for _, name := range []string{"api", "web"} {
		if _, _, err := d.CreateFlow(t.Context(), org, model.CreateFlowInput{Name: name, Repository: &repository, Paths: []string{name}}); err != nil {
			t.Fatal(err)
		}
	}
	touches := map[string][]string{"first": {"api/a.go", "web/a.ts"}, "api": {"api/b.go"}, "web": {"web/b.ts", "apis/c.go"}, "docs": {"README.md"}, "hidden": nil}
	var shas []model.CommitSHA
	commits := map[string]*model.Commit{}
	for i, name := range []string{"first", "api", "web", "docs", "hidden"} {
		in := &model.CommitInput{SHA: sha("b00000" + string(rune('0'+i))), CommittedAt: minute(i), ParentsComplete: true, Paths: touches[name]}
		if i > 0 {
			in.Parents = shas[i-1 : i]
		}
		shas = append(shas, in.SHA)
		if _, err := d.ReportCommits(t.Context(), org, model.ReportCommitsInput{Repository: repository, Commits: []*model.CommitInput{in}}); err != nil {
			t.Fatal(err)
		}
		r, err := d.Repository(t.Context(), org, repository)
		if err != nil {
			t.Fatal(err)
		}
		found, err := d.Commits(t.Context(), org, []db.CommitOf{{Repository: r, SHA: in.SHA}})
		if err != nil {
			t.Fatal(err)
		}
		commits[name] = found[0]
	}
	// web was built from the first commit only, api from the second one too.
	for name, i := range map[string]int{"web:1": 0, "api:1": 1} {
		at := minute(10)
		in := model.ReportArtifactInput{Flow: name[:3], Name: name, Fingerprint: fingerprint(name), At: &at, Commit: &shas[i]}
		if _, _, err := d.ReportArtifact(t.Context(), org, in); err != nil {
			t.Fatal(err)
		}
	}
	runs(t, d, org, "prod", 20, "web:1", "api:1")
	const running = "Running in prod with 1 replica; since 20, first 20"
	for name, want := range map[string][]string{
		"first":  {"Included in prod by api:b000001, 1 commit later; since 20, first 20", running},
		"api":    {running},
		"web":    {"Not yet in prod: web:b000000 is 2 commits behind, no build of it was seen; NOT_BUILT"},
		"docs":   {"Not known whether it is in prod: no flow follows acme/mono, or what the commit touches; landfall create flow NAME --repository acme/mono"},
		"hidden": {"Not yet in prod: api:b000001 is 3 commits behind, no build of it was seen; NOT_BUILT", "Not yet in prod: web:b000000 is 4 commits behind, no build of it was seen; NOT_BUILT"},
	} {
		if diff := cmp.Diff(want, where(t, d, org, commits[name], nil, nil)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if got := where(t, d, org, commits["api"], nil, &model.WhereaboutsFilter{Flows: []string{"web"}}); len(got) > 0 {
		t.Errorf("a flow that it does not count for: %q", got)
	}
}
