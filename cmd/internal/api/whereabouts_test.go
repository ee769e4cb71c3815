package api_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/api/apitest"
)

// TestClient_Whereabouts has a commit in each state, of which each has fields of its
// own.
func TestClient_Whereabouts(t *testing.T) {
	t.Parallel()
	c := newClient(t, apitest.NewStory(t).URL)
	where, err := c.Whereabouts(t.Context(), "#276", nil, api.WhereaboutsFilter{})
	if err != nil {
		t.Fatal(err)
	}
	clock := func(at *time.Time) any {
		if at == nil {
			return "-"
		}
		return at.Format("02T15:04")
	}
	var got []string
	for _, w := range where.Whereabouts {
		runs, last := "-", "-"
		if w.Running != nil {
			runs = w.Running.CommitSHA()[:7]
		}
		if w.Last != nil {
			last = (*w.Last.CommitSHA)[:7]
		}
		got = append(got, fmt.Sprintf("%s %s %s|%v %v %v|%v %v|%s %v %v|%s %v|%s", w.Environment.Name, w.State, runs,
			clock(w.Since), clock(w.FirstAt), clock(w.GoneAt), show(w.CommitsLater), show(w.CommitsBehind),
			w.Progress, w.Build != nil, w.CherryPick != nil, last, w.RolledBack, w.Reason))
	}
	want := []string{
		"aws-beta RUNNING 16d9990|22T09:38 22T09:38 -|- -| false false|- false|",
		"aws-prod INCLUDED 38e0924|22T09:39 22T09:39 -|1 -| false false|- false|",
		"edge UNKNOWN 85d83c6|- - -|- -| false false|- false|ANCESTRY_INCOMPLETE",
		"gke NOT_YET -|- - -|- -|BUILDING false false|- false|",
		"lambda-x NOT_YET -|- - -|- -|BUILDING false false|- false|",
		"qa GONE 85d83c6|- 22T10:00 24T10:00|- -| false false|38e0924 true|",
		"staging NOT_YET 85d83c6|- - -|- 2|BUILDING true true|- false|",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(where.CherryPicks) != 1 || where.ShortSHA != "16d9990" {
		t.Errorf("of %+v", where.CommitLine)
	}
}

func TestClient_WhereaboutsOfSeveral(t *testing.T) {
	t.Parallel()
	c := newClient(t, apitest.NewStory(t).URL)
	_, err := c.Whereabouts(t.Context(), "a0000", nil, api.WhereaboutsFilter{})
	if several, ok := errors.AsType[*api.AmbiguousCommitError](err); !ok || len(several.Candidates) != 2 {
		t.Errorf("err = %v, want an AmbiguousCommitError", err)
	}
	_, err = c.CommitRange(t.Context(), "a0000", "16d9990", 0)
	if several, ok := errors.AsType[*api.AmbiguousCommitError](err); !ok || len(several.Candidates) != 2 {
		t.Errorf("err = %v, want an AmbiguousCommitError", err)
	}
	if _, err = c.Whereabouts(t.Context(), "0000000", nil, api.WhereaboutsFilter{}); api.CodeOf(err) != api.CodeNotFound {
		t.Errorf("err = %v, want NOT_FOUND", err)
	}
}

// manyPlaces is an organization in which a commit is in more environments than fit into
// a page.
func manyPlaces() apitest.Object {
	places := make([]apitest.Object, 150)
	for i := range places {
		name := fmt.Sprintf("env-%03d", i)
		places[i] = apitest.Object{
			"__typename": "CommitUnknown", "state": "UNKNOWN", "at": "2022-09-06T12:00:00Z", "summary": "unknown", "reason": "NOT_OBSERVED", "remedy": "wait",
			"environment": apitest.Object{"name": name, "type": "ECS", "reporting": apitest.Object{"state": "NEVER"}},
		}
	}
	commit := apitest.Object{
		"__typename": "Commit", "sha": strings.Repeat("a", 40), "shortSha": "aaaaaaa", "repository": apitest.Object{"name": "a/b"}, "url": "https://x.example",
		"subject": "s", "authorName": "", "committedAt": "2022-08-22T09:35:00Z", "cherryPicks": apitest.Connection(), "whereabouts": apitest.Connection(places...),
	}
	return apitest.Object{
		"commit":  apitest.Resolver(func(map[string]any) (any, error) { return commit, nil }),
		"commits": apitest.Connection(commit, commit),
	}
}

// TestClient_WhereaboutsOverPages asks for the second page by the exact commit, and of
// the same moment.
func TestClient_WhereaboutsOverPages(t *testing.T) {
	t.Parallel()
	server := newLong(t, manyPlaces())
	where, err := newClient(t, server.URL).Whereabouts(t.Context(), "main", nil, api.WhereaboutsFilter{})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(where.Whereabouts); n != 150 || where.Whereabouts[149].Environment.Name != "env-149" {
		t.Errorf("%d whereabouts", n)
	}
	var asked []any
	for _, o := range server.Operations() {
		asked = append(asked, o.Variables["ref"], o.Variables["at"])
	}
	if diff := cmp.Diff([]any{"main", nil, "a/b@" + strings.Repeat("a", 40), "2022-09-06T12:00:00Z"}, asked); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}

func TestClient_CommitsOverPages(t *testing.T) {
	t.Parallel()
	server := newLong(t, manyPlaces())
	commits, err := newClient(t, server.URL).Commits(t.Context(), api.CommitFilter{AuthorEmail: "a@example.com"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(commits.Items) != 2 || len(commits.Items[0].Whereabouts) != 150 || len(commits.Items[1].Whereabouts) != 150 {
		t.Fatalf("%d commits", len(commits.Items))
	}
	if diff := cmp.Diff(map[string]any{"authorEmail": "a@example.com"}, server.Operations()[0].Variables["filter"]); diff != "" {
		t.Errorf("filter (-want +got):\n%s", diff)
	}
}

// TestClient_CommitRangeOverPages has 45 commits, of which 20 come at first.
func TestClient_CommitRangeOverPages(t *testing.T) {
	t.Parallel()
	for limit, want := range map[int]struct {
		commits int
		more    bool
		asked   []string
	}{
		3:  {3, true, []string{"CommitRange"}},
		20: {20, true, []string{"CommitRange"}},
		30: {30, true, []string{"CommitRange", "AddedCommits"}},
		0:  {45, false, []string{"CommitRange", "AddedCommits"}},
	} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			t.Parallel()
			server := apitest.NewStory(t)
			got, err := newClient(t, server.URL).CommitRange(t.Context(), "v1.1", "v1.2", limit)
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Added.Items) != want.commits || got.Added.More != want.more || *got.Ahead != 45 {
				t.Errorf("%d commits, more %v, of %d", len(got.Added.Items), got.Added.More, *got.Ahead)
			}
			var asked []string
			for _, o := range server.Operations() {
				asked = append(asked, o.Name)
			}
			if diff := cmp.Diff(want.asked, asked); diff != "" {
				t.Errorf("asked (-want +got):\n%s", diff)
			}
		})
	}
}

func TestClient_Changes(t *testing.T) {
	t.Parallel()
	c := newClient(t, apitest.NewStory(t).URL)
	changes, err := c.Changes(t.Context(), "aws-prod#65", "aws-prod#96", 1)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range changes.Flows {
		got = append(got, fmt.Sprintf("%s %v %v %s +%d -%d %v", f.Flow.Name, f.From != nil, f.To != nil, f.Commits.Relation,
			len(f.Commits.Added.Items), len(f.Commits.Removed.Items), f.Commits.Added.More))
	}
	want := []string{
		"creator false true UNKNOWN +0 -0 false", "differ true true BEHIND +0 -1 false", "nginx true true DIVERGED +1 -1 false",
		"repler true false UNKNOWN +0 -0 false", "runner true true AHEAD +1 -0 true", "saver true true SAME +0 -0 false",
		"web true true UNKNOWN +0 -0 false",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
