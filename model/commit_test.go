package model_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/landfall-dev/landfall/model"
)

func TestSubject(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ in, want string }{
		"One":         {"ecs: run 3 replicas", "ecs: run 3 replicas"},
		"FirstOfMany": {"ecs: run 3 replicas\n\nOne is too few.\n", "ecs: run 3 replicas"},
		"Windows":     {"ecs: run 3 replicas\r\n\r\nOne is too few.", "ecs: run 3 replicas"},
		"Spaces":      {"  ecs: run 3 replicas \n", "ecs: run 3 replicas"},
		"Empty":       {"", ""},
		"Unfit":       {"a\x00b\xff", "a b\uFFFD"},
		"Long":        {wordOf(501), wordOf(500)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := model.Subject(tt.in); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestNewCommitResult(t *testing.T) {
	t.Parallel()
	one, other := newCommit("cyber-dojo/runner", "16d9990", "one"), newCommit("cyber-dojo/runner", "16d9991", "other")
	if got := model.NewCommitResult("16d99", nil); got != nil {
		t.Errorf("nothing that fits is %v", got)
	}
	if got := model.NewCommitResult("16d99", []*model.Commit{one}); got != model.CommitResult(one) {
		t.Errorf("one that fits is %v", got)
	}
	got, ok := model.NewCommitResult("16d99", []*model.Commit{one, other}).(*model.AmbiguousCommit)
	if !ok || got.AskedFor != "16d99" || len(got.Candidates) != 2 {
		t.Errorf("two that fit are %v", got)
	}
}

func newCommit(repository, prefix, subject string) *model.Commit {
	return &model.Commit{
		Repository: &model.Repository{Name: repository, URL: "https://github.com/" + repository}, SHA: sha(prefix), Subject: subject,
	}
}

func TestAmbiguousCommit_Summary(t *testing.T) {
	t.Parallel()
	commits := func(n int) []*model.Commit {
		list := make([]*model.Commit, n)
		for i := range list {
			list[i] = newCommit("a/b", fmt.Sprintf("16d99%07d", i), fmt.Sprint("no ", i))
		}
		return list
	}
	for name, tt := range map[string]struct {
		candidates []*model.Commit
		want       string
	}{
		"Two": {commits(2), "16d99 fits 2 commits: a/b@16d990000000 (no 0), a/b@16d990000001 (no 1). Write one of these instead."},
		"Five": {commits(5), "16d99 fits 5 commits: a/b@16d990000000 (no 0), a/b@16d990000001 (no 1), a/b@16d990000002 (no 2), " +
			"a/b@16d990000003 (no 3), a/b@16d990000004 (no 4). Write one of these instead."},
		"Six": {commits(6), "16d99 fits 6 commits: a/b@16d990000000 (no 0), a/b@16d990000001 (no 1), a/b@16d990000002 (no 2), " +
			"a/b@16d990000003 (no 3), a/b@16d990000004 (no 4), …. Write one of these instead."},
		"Most": {commits(model.MaxCandidates), "16d99 fits 100 or more commits: a/b@16d990000000 (no 0), a/b@16d990000001 (no 1), a/b@16d990000002 (no 2), " +
			"a/b@16d990000003 (no 3), a/b@16d990000004 (no 4), …. Write one of these instead."},
		"LongSubjects": {
			[]*model.Commit{newCommit("a/b", "16d990000000", wordOf(61)), newCommit("c/d", "16d990000000", wordOf(60))},
			"16d99 fits 2 commits: a/b@16d990000000 (" + wordOf(60) + "…), c/d@16d990000000 (" + wordOf(60) + "). Write one of these instead.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := &model.AmbiguousCommit{AskedFor: "16d99", Candidates: tt.candidates}
			if got := a.Summary(); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestCommit_Words(t *testing.T) {
	t.Parallel()
	c := newCommit("cyber-dojo/runner", "16d9990", "")
	if c.ShortSha() != "16d9990" {
		t.Errorf("the short SHA of %s is %s", c.SHA, c.ShortSha())
	}
	if want := "https://github.com/cyber-dojo/runner/commit/" + string(c.SHA); c.URL() != want {
		t.Errorf("its page is %s, want %s", c.URL(), want)
	}
	if got := model.DefaultRepositoryURL("cyber-dojo/runner"); got != "https://github.com/cyber-dojo/runner" {
		t.Errorf("the page of its repository is %s", got)
	}
}

func TestReportCommitsInput_Validate(t *testing.T) {
	t.Parallel()
	of := func(n, parents int) *model.ReportCommitsInput {
		in := &model.ReportCommitsInput{Repository: "cyber-dojo/runner"}
		for range n {
			in.Commits = append(in.Commits, &model.CommitInput{SHA: sha("16d9990"), Parents: make([]model.CommitSHA, parents)})
		}
		return in
	}
	for _, in := range []*model.ReportCommitsInput{of(1, 0), of(model.MaxReportedCommits, 1), of(1, 100)} {
		if err := in.Validate(); err != nil {
			t.Error(err)
		}
	}
	wantInvalid(t, of(0, 0).Validate(), "commits")
	wantInvalid(t, of(model.MaxReportedCommits+1, 0).Validate(), "commits")
	wantInvalid(t, of(1, 101).Validate(), "parents")
	nowhere := of(1, 0)
	nowhere.Repository = "runner"
	err := nowhere.Validate()
	wantInvalid(t, err, "repository")
	if !strings.Contains(err.Error(), "cyber-dojo/runner") {
		t.Errorf("the error has no example: %v", err)
	}
}

func TestForge_Title(t *testing.T) {
	t.Parallel()
	for forge, want := range map[model.Forge]string{model.ForgeGitHub: "GitHub", "NEW_FORGE": "NEW_FORGE"} {
		if got := forge.Title(); got != want {
			t.Errorf("%s is called %s, want %s", string(forge), got, want)
		}
	}
}
