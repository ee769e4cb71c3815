package db_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

// tell tells what GitHub says of a repository, and returns it.
func tell(t testing.TB, d *db.DB, org *model.Organization, repository string, facts *model.Facts) *model.Repository {
	t.Helper()
	facts.Repository = model.Repository{Forge: model.ForgeGitHub, Name: repository, URL: "https://github.com/" + repository}
	if err := receive(t.Context(), d, org, fmt.Sprint(repository, time.Now().UnixNano()), "push", facts); err != nil {
		t.Fatal(err)
	}
	r, err := d.Repository(t.Context(), org, repository)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestDB_RefsOfRepositories(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	at := func(minute int) time.Time { return start.Add(time.Duration(minute) * time.Minute) }
	a, b, c := string(sha("aaaaaaa")), string(sha("bbbbbbb")), string(sha("ccccccc"))
	moves := []*model.RefMove{
		{Ref: "refs/heads/main", Before: "", After: a, At: at(1)},
		{Ref: "refs/heads/main", Before: a, After: b, At: at(2)},
		{Ref: "refs/heads/main", Before: b, After: a, At: at(3), Forced: true},
		// Of one moment: the one that no other goes on from.
		{Ref: "refs/heads/chain", Before: c, After: a, At: at(1)},
		{Ref: "refs/heads/chain", Before: a, After: b, At: at(1)},
		// Two that go on from one: the greatest.
		{Ref: "refs/heads/fork", Before: a, After: b, At: at(1)},
		{Ref: "refs/heads/fork", Before: a, After: c, At: at(1)},
		// In a circle: the greatest too.
		{Ref: "refs/heads/circle", Before: a, After: b, At: at(1)},
		{Ref: "refs/heads/circle", Before: b, After: a, At: at(1)},
		{Ref: "refs/heads/gone", Before: "", After: a, At: at(1)},
		{Ref: "refs/heads/gone", Before: a, After: "", At: at(2)},
		{Ref: "refs/heads/back", Before: a, After: "", At: at(1)},
		{Ref: "refs/heads/back", Before: "", After: b, At: at(1)},
		{Ref: "refs/headsX/odd", Before: "", After: a, At: at(1)},
		{Ref: "refs/tags/v1", Before: "", After: a, At: at(1)},
		{Ref: "refs/tags/v2", Before: "", After: b, At: at(1)},
	}
	var repository *model.Repository
	for _, m := range moves {
		repository = tell(t, d, org, "acme/runner", &model.Facts{RefMoves: []*model.RefMove{m}})
	}
	tell(t, d, org, "acme/other", &model.Facts{RefMoves: []*model.RefMove{{Ref: "refs/heads/other", After: a, At: at(1)}}})

	refs := func(prefix string, first int) []string {
		t.Helper()
		var got []string
		for p := page(first); ; {
			found, err := d.RefsOfRepositories(t.Context(), org, []int{repository.Key}, prefix, p)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range found[0].Nodes {
				got = append(got, fmt.Sprintf("%s %s %s", r.Name, r.HeadSha[:7], r.MovedAt.Format("15:04")))
			}
			if !found[0].PageInfo().HasNextPage {
				return got
			}
			p.After = *found[0].PageInfo().EndCursor
		}
	}
	want := []string{"back bbbbbbb 09:01", "chain bbbbbbb 09:01", "circle bbbbbbb 09:01", "fork ccccccc 09:01", "main aaaaaaa 09:03"}
	for _, first := range []int{1, 2, 100} {
		if diff := cmp.Diff(want, refs(model.BranchPrefix, first)); diff != "" {
			t.Errorf("branches, %d at once (-want +got):\n%s", first, diff)
		}
	}
	if diff := cmp.Diff([]string{"v1 aaaaaaa 09:01", "v2 bbbbbbb 09:01"}, refs(model.TagPrefix, 1)); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
}

func TestDB_PullRequests(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	head, merge, unknown := sha("1111111"), sha("2222222"), sha("3333333")
	pull := func(number int, head model.CommitSHA, merge *model.CommitSHA) *model.Facts {
		return &model.Facts{PullRequest: &model.PullRequest{
			Number: number, Title: fmt.Sprint("pull ", number), URL: "https://x.example", State: model.PullRequestOpen, HeadSHA: head, MergeSHA: merge,
			CreatedAt: start, UpdatedAt: start,
		}}
	}
	runner := tell(t, d, org, "acme/runner", &model.Facts{Commits: []*model.Commit{{SHA: head, CommittedAt: start}, {SHA: merge, CommittedAt: start}}})
	tell(t, d, org, "acme/runner", pull(1, head, &merge))
	tell(t, d, org, "acme/runner", pull(2, head, nil))
	tell(t, d, org, "acme/runner", pull(3, unknown, nil))
	tell(t, d, org, "acme/runner", pull(276, head, nil))
	tell(t, d, org, "acme/differ", &model.Facts{Commits: []*model.Commit{{SHA: merge, CommittedAt: start}}})
	tell(t, d, org, "acme/differ", pull(276, merge, nil))
	tell(t, d, org, "acme/differ", pull(1, unknown, nil))

	for text, want := range map[string]string{
		"#2":              "acme/runner@" + string(head),
		"acme/runner#1":   "acme/runner@" + string(merge),
		"acme/runner#276": "acme/runner@" + string(head),
		"acme/differ#276": "acme/differ@" + string(merge),
		"#276":            "acme/differ@" + string(merge) + " acme/runner@" + string(head),
		"#1":              "ambiguous: acme/differ and acme/runner both have a pull request #1: write acme/differ#1",
		"#3":              "not_found: acme/runner#3 leads to commit " + string(unknown) + ", which is not known yet: it becomes known by a push webhook or by reportCommits",
		"#4":              "not_found: organization acme has no pull request #4; pull requests become known by webhooks",
		"acme/runner#4":   "not_found: repository acme/runner has no pull request #4; pull requests become known by webhooks",
		"acme/nope#1":     `not_found: repository "acme/nope" does not exist`,
	} {
		ref, err := model.ParseCommitRef(text)
		if err != nil {
			t.Fatal(err)
		}
		result, err := d.CommitByRef(t.Context(), org, ref)
		got := said(result, err)
		if !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}

	found, err := d.PullRequestsOfRepositories(t.Context(), org, []int{runner.Key}, page(3))
	if err != nil || numbers(found[0]) != "276 3 2" || !found[0].PageInfo().HasNextPage {
		t.Errorf("of the repository: got %s, %v", numbers(found[0]), err)
	}
	found, err = d.PullRequestsOfCommits(t.Context(), org, []*model.Commit{{Repository: runner, SHA: head}, {Repository: runner, SHA: merge}}, page(10))
	if err != nil || numbers(found[0]) != "276 2 1" || numbers(found[1]) != "1" {
		t.Errorf("of commits: got %s and %s, %v", numbers(found[0]), numbers(found[1]), err)
	}
}

// said is what a reference to a commit leads to, or the error.
func said(result model.CommitResult, err error) string {
	switch found := result.(type) {
	case *model.Commit:
		return found.Repository.Name + "@" + string(found.SHA)
	case *model.AmbiguousCommit:
		names := make([]string, len(found.Candidates))
		for i, c := range found.Candidates {
			names[i] = said(c, nil)
		}
		return strings.Join(names, " ")
	}
	return fmt.Sprintf("%s: %v", model.KindOf(err), err)
}

func numbers(c *model.PullRequestConnection) string {
	var list []string
	for _, p := range c.Nodes {
		list = append(list, fmt.Sprint(p.Number))
	}
	return strings.Join(list, " ")
}

func TestDB_ReleasesAndJobs(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	newFlow(t, d, org, "runner")
	var repository *model.Repository
	for key, state := range []model.ReleaseState{model.ReleasePublished, model.ReleaseDraft, model.ReleaseDeleted, model.ReleasePublished} {
		repository = tell(t, d, org, "cyber-dojo/runner", &model.Facts{Release: &model.Release{
			Key: int64(key), Tag: fmt.Sprint("v", key), URL: "https://x.example", State: state, UpdatedAt: start,
		}})
	}
	found, err := d.ReleasesOfRepositories(t.Context(), org, []int{repository.Key}, page(1))
	if err != nil || len(found[0].Nodes) != 1 || found[0].Nodes[0].Tag != "v3" || !found[0].PageInfo().HasNextPage {
		t.Errorf("got %+v, %v", found[0].Nodes, err)
	}
	if _, err := d.Release(t.Context(), org, "cyber-dojo/runner", 1); model.KindOf(err) != model.KindNotFound {
		t.Errorf("a draft is shown: %v", err)
	}
	if r, err := d.Release(t.Context(), org, "cyber-dojo/runner", 0); err != nil || r.Tag != "v0" {
		t.Errorf("got %+v, %v", r, err)
	}

	build := &model.Build{System: model.GitLabCI, Run: 7, Attempt: 1, URL: "https://x.example", State: model.BuildRunning, CommitSHA: sha("1111111")}
	facts := &model.Facts{Builds: []*model.Build{build}}
	for key := range 3 {
		facts.Jobs = append(facts.Jobs, &model.Job{System: model.GitLabCI, Run: 7, Attempt: 1, Key: int64(key), Name: fmt.Sprint("job ", key), URL: "https://x.example", State: model.BuildQueued})
	}
	build.Repository = tell(t, d, org, "cyber-dojo/runner", facts)
	var names []string
	for p := page(2); ; {
		jobs, err := d.JobsOfBuilds(t.Context(), org, []*model.Build{build}, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range jobs[0].Nodes {
			names = append(names, j.Name)
		}
		if !jobs[0].PageInfo().HasNextPage {
			break
		}
		p.After = *jobs[0].PageInfo().EndCursor
	}
	if diff := cmp.Diff([]string{"job 0", "job 1", "job 2"}, names); diff != "" {
		t.Errorf("jobs (-want +got):\n%s", diff)
	}
}

// Which commits count for a flow is decided in SQL as model.TouchesAny decides it,
// from either side.
func TestDB_CommitsOfFlows(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	repository := "acme/mono"
	files := [][]string{
		nil, {}, {"README.md"}, {"runner/main.go"}, {"runner"}, {"runner.md"}, {"runner/"}, {"runner/x/y.go", "web/a.js"}, {"a/runner/z"}, {"100%_sure/x"},
	}
	in := model.ReportCommitsInput{Repository: repository}
	paths := map[model.CommitSHA][]string{}
	for i, f := range files {
		c := &model.CommitInput{SHA: sha(fmt.Sprintf("%07x", i+1)), CommittedAt: start.Add(time.Duration(i) * time.Minute), Paths: f}
		in.Commits, paths[c.SHA] = append(in.Commits, c), f
	}
	if _, err := d.ReportCommits(t.Context(), org, in); err != nil {
		t.Fatal(err)
	}
	var flows []*model.Flow
	for name, made := range map[string][]string{"all": nil, "runner": {"runner"}, "web": {"web", "README.md"}, "odd": {"100%_sure"}} {
		f, _, err := d.CreateFlow(t.Context(), org, model.CreateFlowInput{Name: name, Repository: &repository, Paths: made})
		if err != nil {
			t.Fatal(err)
		}
		flows = append(flows, f)
	}
	for _, f := range flows {
		var want, got []string
		for _, c := range slices.Backward(in.Commits) {
			if paths[c.SHA] == nil || model.TouchesAny(paths[c.SHA], f.Paths) {
				want = append(want, string(c.SHA))
			}
		}
		for p := page(2); ; {
			found, err := d.CommitsOfFlows(t.Context(), org, []int{f.Key}, p)
			if err != nil {
				t.Fatal(err)
			}
			if err := d.ReadCommitPaths(t.Context(), org, found[0].Nodes); err != nil {
				t.Fatal(err)
			}
			for _, c := range found[0].Nodes {
				got = append(got, string(c.SHA))
				if c.PathsKnown != (paths[c.SHA] != nil) || !slices.Equal(c.Paths, paths[c.SHA]) {
					t.Errorf("commit %s: paths %q, want %q", c.SHA, c.Paths, paths[c.SHA])
				}
				of, err := d.FlowsOfCommits(t.Context(), org, []*model.Commit{c}, page(10))
				if err != nil || !slices.ContainsFunc(of[0].Nodes, func(o *model.Flow) bool { return o.Name == f.Name }) {
					t.Errorf("commit %s counts for %s, and not the other way round: %v", c.SHA, f.Name, err)
				}
			}
			if !found[0].PageInfo().HasNextPage {
				break
			}
			p.After = *found[0].PageInfo().EndCursor
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f.Name, diff)
		}
	}
}

// A page of a flow that few commits count for ends after so many that were looked
// at, and says where to go on.
func TestDB_CommitsOfFlows_Rare(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	repository := "acme/mono"
	const all = 2500
	for from := 0; from < all; from += 500 {
		in := model.ReportCommitsInput{Repository: repository}
		for i := from; i < from+500; i++ {
			c := &model.CommitInput{SHA: sha(fmt.Sprintf("%07x", i)), CommittedAt: start.Add(time.Duration(i) * time.Minute), Paths: []string{"other"}}
			if i == 10 || i == all-10 {
				c.Paths = []string{"runner/main.go"}
			}
			in.Commits = append(in.Commits, c)
		}
		if _, err := d.ReportCommits(t.Context(), org, in); err != nil {
			t.Fatal(err)
		}
	}
	runner, _, err := d.CreateFlow(t.Context(), org, model.CreateFlowInput{Name: "runner", Repository: &repository, Paths: []string{"runner"}})
	if err != nil {
		t.Fatal(err)
	}
	alone, _, err := d.CreateFlow(t.Context(), org, model.CreateFlowInput{Name: "alone"})
	if err != nil {
		t.Fatal(err)
	}
	var sizes []int
	for p := page(10); ; {
		found, err := d.CommitsOfFlows(t.Context(), org, []int{alone.Key, runner.Key}, p)
		if err != nil {
			t.Fatal(err)
		}
		if len(found[0].Nodes) != 0 || found[0].PageInfo().HasNextPage {
			t.Errorf("a flow without a repository has commits: %v", found[0].Nodes)
		}
		sizes = append(sizes, len(found[1].Nodes))
		if !found[1].PageInfo().HasNextPage {
			break
		}
		p.After = *found[1].PageInfo().EndCursor
	}
	if diff := cmp.Diff([]int{1, 0, 1}, sizes); diff != "" {
		t.Errorf("sizes of pages (-want +got):\n%s", diff)
	}
}

// Whatever a client made up as a cursor of these lists is its error, and never ours.
func TestDB_HostileCursors_OfForges(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	flow := newFlow(t, d, org, "runner")
	r := flow.Repository
	commits := []*model.Commit{{Key: 1, SHA: sha("1111111"), Repository: r}}
	ctx := t.Context()
	for name, list := range map[string]func(context.Context, model.Page) error{
		"Deliveries": func(ctx context.Context, p model.Page) error { _, err := d.Deliveries(ctx, org, nil, p); return err },
		"Refs": func(ctx context.Context, p model.Page) error {
			_, err := d.RefsOfRepositories(ctx, org, []int{r.Key}, model.TagPrefix, p)
			return err
		},
		"Pulls": func(ctx context.Context, p model.Page) error {
			_, err := d.PullRequestsOfRepositories(ctx, org, []int{r.Key}, p)
			return err
		},
		"PullsOfCommit": func(ctx context.Context, p model.Page) error {
			_, err := d.PullRequestsOfCommits(ctx, org, commits, p)
			return err
		},
		"Releases": func(ctx context.Context, p model.Page) error {
			_, err := d.ReleasesOfRepositories(ctx, org, []int{r.Key}, p)
			return err
		},
		"Jobs": func(ctx context.Context, p model.Page) error {
			_, err := d.JobsOfBuilds(ctx, org, []*model.Build{{Repository: r}}, p)
			return err
		},
		"FlowsOfCommit": func(ctx context.Context, p model.Page) error {
			_, err := d.FlowsOfCommits(ctx, org, commits, p)
			return err
		},
		"CommitsOfFlow": func(ctx context.Context, p model.Page) error {
			_, err := d.CommitsOfFlows(ctx, org, []int{flow.Key}, p)
			return err
		},
	} {
		for _, key := range [][]string{{}, {""}, {"a\x00b"}, {"-9223372036854775808"}, {"9223372036854775807"}, {"x", "y"}, {model.TimeKey(start), "ff"}, {"0", "9223372036854775807"}, {"1", "2", "3"}} {
			if err := list(ctx, model.Page{First: 10, After: model.NewCursor(key...)}); err != nil && model.KindOf(err) != model.KindInvalid {
				t.Errorf("%s after %q: %v", name, key, err)
			}
		}
	}
}
