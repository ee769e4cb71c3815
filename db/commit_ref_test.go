package db_test

import (
	"cmp"
	"fmt"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

// branchy is what some repositories have of branches, tags and commits, and what was
// built from them.
func branchy(t testing.TB) (*db.DB, *model.Organization) {
	t.Helper()
	d, org := newDB(t)
	at := func(minute int) time.Time { return start.Add(time.Duration(minute) * time.Minute) }
	moves := map[string][]*model.RefMove{
		"acme/hello": {
			{Ref: "refs/heads/main", After: string(sha("aaaaa")), At: at(1)},
			{Ref: "refs/heads/main", Before: string(sha("aaaaa")), After: string(sha("bbbbb")), At: at(2)},
			{Ref: "refs/heads/only", After: string(sha("aaaaa")), At: at(1)},
			{Ref: "refs/heads/gone", After: string(sha("aaaaa")), At: at(1)},
			{Ref: "refs/heads/gone", Before: string(sha("aaaaa")), At: at(2)},
			{Ref: "refs/heads/new", After: string(sha("99999")), At: at(1)},
			{Ref: "refs/heads/v1", After: string(sha("bbbbb")), At: at(1)},
			{Ref: "refs/tags/v1", After: string(sha("aaaaa")), At: at(1)},
			{Ref: "refs/heads/v2", After: string(sha("bbbbb")), At: at(1)},
			{Ref: "refs/tags/v2", After: string(sha("bbbbb")), At: at(1)},
			{Ref: "refs/heads/v3", After: string(sha("bbbbb")), At: at(1)},
			{Ref: "refs/tags/v3", After: string(sha("88888")), At: at(1)},
			{Ref: "refs/heads/aaaaa", After: string(sha("bbbbb")), At: at(1)},
			{Ref: "refs/heads/deadbeef", After: string(sha("bbbbb")), At: at(1)},
			{Ref: "refs/heads/release/1.2", After: string(sha("aaaaa")), At: at(1)},
			{Ref: "refs/pull/7/head", After: string(sha("aaaaa")), At: at(1)},
		},
		"acme/other": {
			{Ref: "refs/heads/main", After: string(sha("ccccc")), At: at(1)},
			{Ref: "refs/heads/half", After: string(sha("ccccc")), At: at(1)},
		},
		"acme/third": {{Ref: "refs/heads/half", After: string(sha("77777")), At: at(1)}},
	}
	commits := map[string][]string{"acme/hello": {"aaaaa", "bbbbb"}, "acme/other": {"ccccc"}, "acme/third": {"ddddd0"}}
	for repository, list := range moves {
		facts := &model.Facts{RefMoves: list}
		for _, c := range commits[repository] {
			facts.Commits = append(facts.Commits, &model.Commit{SHA: sha(c), CommittedAt: at(0)})
		}
		tell(t, d, org, repository, facts)
	}
	if _, _, err := d.CreateFlow(t.Context(), org, model.CreateFlowInput{Name: "runner"}); err != nil {
		t.Fatal(err)
	}
	newFlow(t, d, org, "elsewhere")
	for name, in := range map[string]model.ReportArtifactInput{
		"one":      {Commit: new(sha("aaaaa"))},
		"again":    {Commit: new(sha("aaaaa"))},
		"unknown":  {Commit: new(sha("55555"))},
		"unsaid":   {},
		"away":     {Flow: "elsewhere", Commit: new(sha("aaaaa"))},
		"x:ddddd0": {Commit: new(sha("ddddd0"))},
		"z:ddddd2": {Commit: new(sha("ddddd2"))},
	} {
		in.Flow, in.Name, in.Fingerprint, in.At = cmp.Or(in.Flow, "runner"), name, fingerprint(name), new(at(5))
		if _, _, err := d.ReportArtifact(t.Context(), org, in); err != nil {
			t.Fatal(err)
		}
	}
	return d, org
}

func TestDB_CommitByRef(t *testing.T) {
	t.Parallel()
	d, org := branchy(t)
	a, b, c := "acme/hello@"+string(sha("aaaaa")), "acme/hello@"+string(sha("bbbbb")), "acme/other@"+string(sha("ccccc"))
	for text, want := range map[string]string{
		"only":                         a,
		"acme/hello@main":              b,
		"acme/hello@refs/heads/main":   b,
		"release/1.2":                  a,
		"refs/pull/7/head":             a,
		"main":                         b + " " + c,
		"v1":                           a + " " + b,
		"acme/hello@v1":                a + " " + b,
		"refs/tags/v1":                 a,
		"refs/heads/v1":                b,
		"v2":                           b,
		"aaaaa":                        a,
		"refs/heads/aaaaa":             b,
		"deadbeef":                     b,
		"DEADBEEF":                     "not_found: no commit of organization acme begins with deadbeef, and no branch or tag is named so",
		"acme/other@main":              c,
		"acme/other@only":              `not_found: no branch or tag of repository acme/other is named "only"`,
		"acme/nope@main":               `not_found: repository "acme/nope" does not exist`,
		"gone":                         `not_found: no branch or tag of organization acme is named "gone"`,
		"Main":                         `not_found: no branch or tag of organization acme is named "Main"`,
		"mai":                          `such as main, v1.2 or cyber-dojo/runner@main; a pull request, such as #276`,
		"new":                          "not_found: refs/heads/new of acme/hello points to commit " + string(sha("99999")) + ", which is not known yet",
		"v3":                           "ambiguous: v3 fits refs/tags/v3 of acme/hello and refs/heads/v3 of acme/hello: write acme/hello@refs/tags/v3",
		"half":                         "ambiguous: half fits refs/heads/half of acme/third and refs/heads/half of acme/other: write acme/third@refs/heads/half",
		"runner@" + prefixOf("one"):    a,
		"runner:aaaaa":                 a,
		"runner:ddddd":                 "ambiguous: runner:ddddd fits several artifacts, and not of all of them it is known",
		"runner@" + prefixOf("again"):  a,
		"runner@" + prefixOf("unsaid"): "not_found: nobody told which commit runner@" + prefixOf("unsaid") + " was built from",
		"runner:55555":                 "not_found: runner:55555 was built from commit " + string(sha("55555")) + ", which is not known yet",
		"elsewhere:aaaaa":              "not_found: elsewhere:aaaaa was built from commit " + string(sha("aaaaa")) + " of cyber-dojo/elsewhere, which is not known yet",
		"runner:bbbbb":                 `not_found: flow "runner" has no artifact built from a commit that begins with bbbbb`,
		"nope:aaaaa":                   `not_found: flow "nope" does not exist`,
	} {
		ref, err := model.ParseCommitRef(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := said(d.CommitByRef(t.Context(), org, ref)); got != want && (strings.HasPrefix(want, "acme/") || !strings.Contains(got, want)) {
			t.Errorf("%s leads to %s, want %s", text, got, want)
		}
	}
	// With the other commit known, one can be chosen.
	tell(t, d, org, "acme/third", &model.Facts{Commits: []*model.Commit{{SHA: sha("ddddd2"), CommittedAt: start}}})
	ref := model.CommitRef{Artifact: model.ArtifactRef{Flow: "runner", Prefix: "ddddd"}}
	want := "acme/third@" + string(sha("ddddd0")) + " acme/third@" + string(sha("ddddd2"))
	if got := said(d.CommitByRef(t.Context(), org, ref)); got != want {
		t.Errorf("runner:ddddd leads to %s, want %s", got, want)
	}
}

func prefixOf(name string) string { return string(fingerprint(name)[:8]) }

// In each repository a reference leads to what is there, and the number of statements
// does not grow with them.
func TestDB_CommitsByRef(t *testing.T) {
	t.Parallel()
	d, org := branchy(t)
	var repositories []*model.Repository
	for _, name := range []string{"acme/third", "acme/hello", "acme/other"} {
		r, err := d.Repository(t.Context(), org, name)
		if err != nil {
			t.Fatal(err)
		}
		repositories = append(repositories, r)
	}
	for text, want := range map[string][]string{
		"main":         {"not_found", "acme/hello@" + string(sha("bbbbb")), "acme/other@" + string(sha("ccccc"))},
		"half":         {"not_found", "not_found", "acme/other@" + string(sha("ccccc"))},
		"aaaaa":        {"not_found", "acme/hello@" + string(sha("aaaaa")), "not_found"},
		"runner:aaaaa": {"not_found", "acme/hello@" + string(sha("aaaaa")), "not_found"},
		"runner:ddddd": {"ambiguous", "ambiguous", "ambiguous"},
		"nope:aaaaa":   {"not_found", "not_found", "not_found"},
	} {
		ref, err := model.ParseCommitRef(text)
		if err != nil {
			t.Fatal(err)
		}
		before := d.Statements()
		answers, err := d.CommitsByRef(t.Context(), org, repositories, ref)
		if err != nil {
			t.Fatal(err)
		}
		if n := d.Statements() - before; n > 3 {
			t.Errorf("%s took %d statements", text, n)
		}
		var got []string
		for _, a := range answers {
			line, _, _ := strings.Cut(said(a.Result, a.Err), ":")
			got = append(got, line)
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestDB_CommitRange(t *testing.T) {
	t.Parallel()
	d, org := branchy(t)
	for ends, want := range map[[2]string]string{
		{"only", "runner:aaaaa"}:           "SAME",
		{"acme/hello@main", "aaaaa"}:       "UNKNOWN",
		{"only", "acme/other@main"}:        "UNKNOWN",
		{"main", "only"}:                   "several: main",
		{"only", "v1"}:                     "several: v1",
		{"only", "nothing"}:                "not_found",
		{"runner:ddddd", "only"}:           "ambiguous",
		{"acme/nope@main", "acme/no@main"}: "not_found",
	} {
		var refs [2]model.CommitRef
		for i, text := range ends {
			var err error
			if refs[i], err = model.ParseCommitRef(text); err != nil {
				t.Fatal(err)
			}
		}
		found, err := d.CommitRange(t.Context(), org, refs[0], refs[1])
		got := fmt.Sprint(model.KindOf(err))
		switch found := found.(type) {
		case *model.CommitRange:
			got = string(found.Relation)
		case *model.AmbiguousCommit:
			got = "several: " + found.AskedFor
		}
		if got != want {
			t.Errorf("%v: got %s, want %s", ends, got, want)
		}
	}
}
