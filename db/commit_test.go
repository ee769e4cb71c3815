package db_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
)

// What several say of one commit ends alike, in whatever order and however often they
// say it. The row is marked with the transaction that changed it last, and with none
// that changed nothing.
func TestDB_ReportCommits_AnyOrder(t *testing.T) {
	t.Parallel()
	d, url := dbtest.NewURL(t)
	org := newOrganization(t, d)
	patches := []model.CommitSHA{sha("aaaaa"), sha("bbbbb")}
	said := []*model.CommitInput{
		{Subject: "PROJ-1: one", CommittedAt: start},
		{Subject: "PROJ-1: one", Message: new("PROJ-1: one\n\nOPS-2 and QA-3"), CommittedAt: start},
		{Subject: "PROJ-1: one", Message: new("PROJ-1: one\n\nOPS-2"), AuthorEmail: "ADA@example.com", CommittedAt: start},
		{AuthorEmail: "ada@acme.example", CommittedAt: start, PatchID: &patches[0]},
		{AuthorEmail: " ada@Example.com ", CommittedAt: start, PatchID: &patches[1], Parents: []model.CommitSHA{sha("1")}, ParentsComplete: true},
		{CommittedAt: start.Add(time.Minute), ParentsComplete: true, Paths: []string{"a"}},
	}
	read := func(commit model.CommitSHA) (state, told, changed string) {
		t.Helper()
		pool, err := sql.Open("postgres", url)
		if err != nil {
			t.Fatal(err)
		}
		defer pool.Close()
		if err := pool.QueryRowContext(t.Context(), `
			SELECT to_jsonb(c) - '{id,sha,changed}'::text[], concat_ws(' ', author_email, issue_keys, encode(patch_id, 'hex')), changed::text
			FROM commits c WHERE organization_id = $1 AND sha = $2`, org.Key, commit.Bytes()).Scan(&state, &told, &changed); err != nil {
			t.Fatal(err)
		}
		return state, told, changed
	}
	var states []string
	for order := range 12 {
		random := rand.New(rand.NewPCG(7, uint64(order)))
		commit := sha(fmt.Sprintf("c%04x", order))
		places := random.Perm(len(said))
		places = append(places, places[:random.IntN(len(places))]...)
		var state, told, changed string
		for i, place := range places {
			in := *said[place]
			in.SHA = commit
			if _, err := d.ReportCommits(t.Context(), org, model.ReportCommitsInput{Repository: "acme/hello", Commits: []*model.CommitInput{&in}}); err != nil {
				t.Fatal(err)
			}
			before, mark := state, changed
			state, told, changed = read(commit)
			if i > 0 && (state != before) != (changed != mark) {
				t.Errorf("order %v: %d made %s of %s, and the mark was %s and is %s", places, place, state, before, mark, changed)
			}
		}
		if want := "ada@example.com {PROJ-1,OPS-2,QA-3} " + string(patches[1]); told != want {
			t.Errorf("order %v: got %s, want %s", places, told, want)
		}
		if states = append(states, state); states[0] != state {
			t.Errorf("order %v (-another order +this one):\n%s", places, cmp.Diff(states[0], state))
		}
	}
}

func TestDB_CommitsOfOrganization(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	tell := func(repository string, commits ...*model.CommitInput) {
		t.Helper()
		if _, err := d.ReportCommits(t.Context(), org, model.ReportCommitsInput{Repository: repository, Commits: commits}); err != nil {
			t.Fatal(err)
		}
	}
	made := func(prefix string, minute int, email string) *model.CommitInput {
		return &model.CommitInput{SHA: sha(prefix), CommittedAt: start.Add(time.Duration(minute) * time.Minute), AuthorEmail: email}
	}
	// A fork has what it was forked from.
	shared := made("aaaaa", 1, "Ada@example.com")
	tell("acme/hello", shared, made("bbbbb", 3, "ada@example.com"), made("ddddd", 5, "bob@example.com"))
	tell("acme/fork", shared, made("ccccc", 3, "ADA@example.com"), made("eeeee", 4, ""))
	if _, err := d.Bootstrap(t.Context(), "globex", model.NewTokenSecret()); err != nil {
		t.Fatal(err)
	}
	other, err := d.Organization(t.Context(), "globex")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.ReportCommits(t.Context(), other, model.ReportCommitsInput{Repository: "acme/hello", Commits: []*model.CommitInput{made("fffff", 9, "ada@example.com")}}); err != nil {
		t.Fatal(err)
	}
	at := func(minute int) *time.Time { return new(start.Add(time.Duration(minute) * time.Minute)) }
	for name, tt := range map[string]struct {
		filter *model.CommitFilter
		want   string
	}{
		"All":              {nil, "hello@ddddd fork@eeeee fork@ccccc hello@bbbbb fork@aaaaa hello@aaaaa"},
		"Nothing":          {&model.CommitFilter{}, "hello@ddddd fork@eeeee fork@ccccc hello@bbbbb fork@aaaaa hello@aaaaa"},
		"Repository":       {&model.CommitFilter{Repository: new("acme/hello")}, "hello@ddddd hello@bbbbb hello@aaaaa"},
		"Author":           {&model.CommitFilter{AuthorEmail: new("aDa@EXAMPLE.com")}, "fork@ccccc hello@bbbbb fork@aaaaa hello@aaaaa"},
		"AuthorOf":         {&model.CommitFilter{AuthorEmail: new("ada@example.com"), Repository: new("acme/fork")}, "fork@ccccc fork@aaaaa"},
		"Since":            {&model.CommitFilter{Since: at(4)}, "hello@ddddd fork@eeeee"},
		"Until":            {&model.CommitFilter{Until: at(3)}, "fork@aaaaa hello@aaaaa"},
		"SinceUntilAuthor": {&model.CommitFilter{Since: at(3), Until: at(5), AuthorEmail: new("ada@example.com")}, "fork@ccccc hello@bbbbb"},
		"NobodyKnown":      {&model.CommitFilter{AuthorEmail: new(" ")}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, first := range []int{1, 2, 100} {
				var got []string
				for p := page(first); ; {
					found, err := d.CommitsOfOrganization(t.Context(), org, tt.filter, p)
					if err != nil {
						t.Fatal(err)
					}
					for _, c := range found.Nodes {
						got = append(got, strings.TrimPrefix(c.Repository.Name, "acme/")+"@"+string(c.SHA[:5]))
					}
					if !found.PageInfo().HasNextPage {
						break
					}
					p.After = *found.PageInfo().EndCursor
				}
				if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" {
					t.Errorf("%d at once (-want +got):\n%s", first, diff)
				}
			}
		})
	}
	if _, err := d.CommitsOfOrganization(t.Context(), org, &model.CommitFilter{Repository: new("acme/nope")}, page(1)); model.KindOf(err) != model.KindNotFound {
		t.Errorf("a repository that is not known: %v", err)
	}
}

// Cherry-picks are looked for in one repository, and of many commits at once.
func TestDB_CherryPicksOfCommits(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	one, other := sha("0e"), model.CommitSHA(strings.Repeat("ab", 32))
	made := func(prefix string, minute int, patch *model.CommitSHA) *model.CommitInput {
		return &model.CommitInput{SHA: sha(prefix), CommittedAt: start.Add(time.Duration(minute) * time.Minute), PatchID: patch}
	}
	for repository, commits := range map[string][]*model.CommitInput{
		"acme/hello": {made("aaaaa", 1, &one), made("bbbbb", 2, &one), made("ccccc", 3, &one), made("ddddd", 4, &other), made("eeeee", 5, nil), made("fffff", 6, nil)},
		"acme/fork":  {made("aaaaa", 1, &one), made("ddddd", 4, &one)},
	} {
		if _, err := d.ReportCommits(t.Context(), org, model.ReportCommitsInput{Repository: repository, Commits: commits}); err != nil {
			t.Fatal(err)
		}
	}
	var commits []*model.Commit
	for _, text := range []string{"acme/hello@aaaaa", "acme/hello@ccccc", "acme/hello@ddddd", "acme/hello@eeeee", "acme/fork@aaaaa"} {
		commits = append(commits, commitBy(t, d, org, text))
	}
	pages, err := d.CherryPicksOfCommits(t.Context(), org, commits, page(1))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i, p := range pages {
		line := shortly(p.Nodes)
		if p.PageInfo().HasNextPage {
			next, err := d.CherryPicksOfCommits(t.Context(), org, commits[i:i+1], model.Page{First: 5, After: *p.PageInfo().EndCursor})
			if err != nil {
				t.Fatal(err)
			}
			line += ", " + shortly(next[0].Nodes)
		}
		got = append(got, line)
	}
	want := []string{"acme/hello@ccccc, acme/hello@bbbbb", "acme/hello@bbbbb, acme/hello@aaaaa", "", "", "acme/fork@ddddd"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func shortly(commits []*model.Commit) string {
	var names []string
	for _, c := range commits {
		names = append(names, c.Repository.Name+"@"+string(c.SHA[:5]))
	}
	return strings.Join(names, " ")
}

func commitBy(t testing.TB, d *db.DB, org *model.Organization, text string) *model.Commit {
	t.Helper()
	ref, err := model.ParseCommitRef(text)
	if err != nil {
		t.Fatal(err)
	}
	found, err := d.CommitByRef(t.Context(), org, ref)
	commit, ok := found.(*model.Commit)
	if !ok {
		t.Fatalf("%s leads to %v, %v", text, found, err)
	}
	return commit
}

// Whatever a client made up as a cursor of these lists is its error, and never ours.
func TestDB_HostileCursors_OfCommits(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	flow := newFlow(t, d, org, "runner")
	commits := []*model.Commit{{Key: 1, SHA: sha("1111111"), Repository: flow.Repository}}
	email := "ada@example.com"
	for name, list := range map[string]func(context.Context, model.Page) error{
		"Organization": func(ctx context.Context, p model.Page) error {
			_, err := d.CommitsOfOrganization(ctx, org, nil, p)
			return err
		},
		"Author": func(ctx context.Context, p model.Page) error {
			_, err := d.CommitsOfOrganization(ctx, org, &model.CommitFilter{AuthorEmail: &email}, p)
			return err
		},
		"CherryPicks": func(ctx context.Context, p model.Page) error {
			_, err := d.CherryPicksOfCommits(ctx, org, commits, p)
			return err
		},
	} {
		for _, key := range [][]string{
			{},
			{""},
			{"a\x00b"},
			{"x", "y"},
			{model.TimeKey(start), "ff"},
			{model.TimeKey(start), "ff", "1"},
			{model.TimeKey(start), "zz", "1"},
			{model.TimeKey(start), "ff", "9223372036854775807"},
			{"-9223372036854775808", "ff", "1"},
			{"1", "2", "3", "4"},
		} {
			if err := list(t.Context(), model.Page{First: 10, After: model.NewCursor(key...)}); err != nil && model.KindOf(err) != model.KindInvalid {
				t.Errorf("%s after %q: %v", name, key, err)
			}
		}
	}
}
