package db_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
)

// search returns all that fits, page by page: kind, by what, and what of it.
func search(t testing.TB, d *db.DB, org *model.Organization, text string, size int, kinds ...model.SearchKind) []string {
	t.Helper()
	asked, err := model.NewSearch(text, kinds)
	if err != nil {
		t.Fatal(err)
	}
	found := []string{}
	p := page(size)
	for {
		got, err := d.Search(t.Context(), org, asked, p)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range got.Nodes {
			if m.Target == nil {
				t.Errorf("%s has no target", m.Matched)
			}
			found = append(found, fmt.Sprintf("%s %s %s | %s", m.Kind, m.MatchedBy, m.Matched, m.Summary()))
		}
		info := got.PageInfo()
		if !info.HasNextPage {
			want := map[bool]model.SearchResolution{true: model.SearchNone}[len(found) == 0]
			if len(found) == 1 {
				want = model.SearchOne
			} else if len(found) > 1 {
				want = model.SearchSeveral
			}
			if got.Resolution != want {
				t.Errorf("%s: %s, and %d found", text, got.Resolution, len(found))
			}
			return found
		}
		p.After = *info.EndCursor
	}
}

// searchStory is an organization with one of each that can be found.
func searchStory(t testing.TB, d *db.DB, org *model.Organization) {
	t.Helper()
	ctx := t.Context()
	at := func(minute int) *time.Time { t := start.Add(time.Duration(minute) * time.Minute); return &t }
	newFlow(t, d, org, "runner")
	newFlow(t, d, org, "runner-languages")
	newFlow(t, d, org, "test-runner")
	newEnvironment(t, d, org, "aws-prod")
	commit := sha("16d9990")
	if err := receive(ctx, d, org, "push", "push", &model.Facts{
		Repository: model.Repository{Forge: model.ForgeGitHub, Name: "cyber-dojo/runner", URL: "https://github.com/cyber-dojo/runner"},
		Commits:    []*model.Commit{{SHA: commit, Subject: "Run tests", AuthorName: "Ada", CommittedAt: *at(0)}},
		RefMoves: []*model.RefMove{
			{Ref: "refs/heads/Feature/x", After: string(commit), At: *at(0)},
			{Ref: "refs/tags/v1.2.3", After: string(commit), At: *at(0)},
			{Ref: "refs/tags/v1.2.4", After: string(sha("99")), At: *at(0)},
			{Ref: "refs/tags/v1.2.4", After: string(commit), At: *at(1)},
		},
		PullRequest: &model.PullRequest{
			Number: 276, Title: "Faster", URL: "https://x.example", State: model.PullRequestMerged, AuthorLogin: "ada", HeadSHA: commit,
			CreatedAt: *at(0), MergedAt: at(0), UpdatedAt: *at(0),
		},
	}); err != nil {
		t.Fatal(err)
	}
	for _, flow := range []string{"runner", "test-runner"} {
		if _, _, err := d.ReportArtifact(ctx, org, model.ReportArtifactInput{
			Flow: flow, Name: "registry.example:5000/cyberdojo/runner:16d9990", Fingerprint: fingerprint("runner"), Digests: []model.Fingerprint{fingerprint("runner/arm64")}, Commit: &commit,
		}); err != nil {
			t.Fatal(err)
		}
	}
	report(t, d, org, *at(1), map[string]int{"ecr.example/nginx:1.23": 2, "redis:7": 1, "ecr.example/runner:16d9990": 1})
	report(t, d, org, *at(2), map[string]int{"ecr.example/nginx:1.23": 1})
}

func TestSearch(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	searchStory(t, d, org)
	runner, arm, redis := string(fingerprint("runner")), string(fingerprint("runner/arm64")), string(fingerprint("redis:7"))
	commit := string(sha("16d9990"))
	const image = "registry.example:5000/cyberdojo/runner:16d9990"
	for text, want := range map[string][]string{
		"runner": {
			"FLOW NAME runner | flow runner", "REPOSITORY NAME cyber-dojo/runner | repository cyber-dojo/runner",
			"FLOW NAME runner-languages | flow runner-languages",
			"REPOSITORY NAME cyber-dojo/runner-languages | repository cyber-dojo/runner-languages",
			"ARTIFACT NAME " + image + " | artifact " + image + ": flow runner", "ARTIFACT NAME " + image + " | artifact " + image + ": flow test-runner",
			"FLOW NAME test-runner | flow test-runner", "REPOSITORY NAME cyber-dojo/test-runner | repository cyber-dojo/test-runner",
		},
		"LANGUAGES": {"FLOW NAME runner-languages | flow runner-languages", "REPOSITORY NAME cyber-dojo/runner-languages | repository cyber-dojo/runner-languages"},
		"aws-p":     {"ENVIRONMENT NAME aws-prod | environment aws-prod"},
		"16d9990": {
			"ARTIFACT TAG " + image + " | artifact " + image + ": flow runner", "ARTIFACT TAG " + image + " | artifact " + image + ": flow test-runner",
			"COMMIT SHA " + commit + " | commit 16d9990 of cyber-dojo/runner: Run tests",
		},
		commit:              {"COMMIT SHA " + commit + " | commit 16d9990 of cyber-dojo/runner: Run tests"},
		"#276":              {"PULL_REQUEST NUMBER #276 | pull request #276 of cyber-dojo/runner: Faster"},
		"v1.2.3":            {"COMMIT TAG v1.2.3 | commit 16d9990 of cyber-dojo/runner: Run tests"},
		"v1.2.4":            {"COMMIT TAG v1.2.4 | commit 16d9990 of cyber-dojo/runner: Run tests"},
		"Feature/x":         {"COMMIT BRANCH Feature/x | commit 16d9990 of cyber-dojo/runner: Run tests"},
		runner[:9]:          {"ARTIFACT FINGERPRINT " + runner + " | artifact " + image + ": flow runner", "ARTIFACT FINGERPRINT " + runner + " | artifact " + image + ": flow test-runner"},
		"sha256:" + arm:     {"ARTIFACT FINGERPRINT " + arm + " | artifact " + image + ": flow runner", "ARTIFACT FINGERPRINT " + arm + " | artifact " + image + ": flow test-runner"},
		redis[:7]:           {"RUNNING_ARTIFACT FINGERPRINT " + redis + " | redis:7: runs in aws-prod#1, of no flow"},
		"nginx":             {"RUNNING_ARTIFACT NAME ecr.example/nginx:1.23 | ecr.example/nginx:1.23: runs in aws-prod#2, of no flow"},
		"1.23":              {"RUNNING_ARTIFACT TAG ecr.example/nginx:1.23 | ecr.example/nginx:1.23: runs in aws-prod#2, of no flow"},
		"cyberdojo/runner:": {"ARTIFACT NAME " + image + " | artifact " + image + ": flow runner", "ARTIFACT NAME " + image + " | artifact " + image + ": flow test-runner"},
		"nothing-of-that":   {},
		"%%":                {},
		"__":                {},
		`\\`:                {},
		"cyberdojo/":        {"ARTIFACT NAME " + image + " | artifact " + image + ": flow runner", "ARTIFACT NAME " + image + " | artifact " + image + ": flow test-runner"},
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			for _, size := range []int{100, 1} {
				if diff := cmp.Diff(want, search(t, d, org, text, size)); diff != "" {
					t.Errorf("by %d (-want +got):\n%s", size, diff)
				}
			}
		})
	}
	if diff := cmp.Diff([]string{"COMMIT SHA " + commit + " | commit 16d9990 of cyber-dojo/runner: Run tests"}, search(t, d, org, "16d99", 10, model.SearchCommit)); diff != "" {
		t.Errorf("only commits (-want +got):\n%s", diff)
	}
}

// Nothing of another organization is found, whatever both have in common.
func TestSearch_OfOneOrganization(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	searchStory(t, d, org)
	if _, err := d.Bootstrap(t.Context(), "globex", model.NewTokenSecret()); err != nil {
		t.Fatal(err)
	}
	globex, err := d.Organization(t.Context(), "globex")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"runner", "16d9990", "276", "v1.2.3", "aws", "nginx", "1.23", string(fingerprint("runner"))[:8], string(fingerprint("redis:7"))[:8]} {
		if got := search(t, d, globex, text, 10); len(got) > 0 {
			t.Errorf("%s finds %v", text, got)
		}
	}
}

// What a search reads does not grow with what there is.
func TestSearch_Cost(t *testing.T) {
	t.Parallel()
	d, url := dbtest.NewURL(t)
	d.Now = (&clock{now: start.Add(24 * time.Hour)}).Now
	org := newOrganization(t, d)
	searchStory(t, d, org)
	exec(t, url, `INSERT INTO artifacts (organization_id, flow_id, created_at, fingerprint, name)
		SELECT $1, (SELECT min(id) FROM flows), $2, sha256(('a' || i)::bytea), 'web:' || md5(i::text) FROM generate_series(1, 20000) i`, org.Key, start)
	exec(t, url, `INSERT INTO artifact_claims (organization_id, artifact_id, at, said, name)
		SELECT organization_id, id, created_at, fingerprint, name FROM artifacts WHERE name LIKE 'web:%'`)
	exec(t, url, `INSERT INTO commits (organization_id, repository_id, committed_at, sha, parents, parents_complete, author_name, subject)
		SELECT $1, (SELECT min(id) FROM repositories), $2, substring(sha256(('c' || i)::bytea) FOR 20), '{}', true, '', '' FROM generate_series(1, 20000) i`, org.Key, start)
	exec(t, url, `ANALYZE`)
	for _, text := range []string{"16d9990", "runner", "web", string(fingerprint("runner"))[:8]} {
		asked, err := model.NewSearch(text, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"artifacts", "artifact_claims", "commits"} {
			got := rowsRead(t, d, url, table, func(d *db.DB) {
				if _, err := d.Search(context.WithoutCancel(t.Context()), org, asked, page(20)); err != nil {
					t.Fatal(err)
				}
			})
			if got > 500 {
				t.Errorf("%s reads %d rows of %s", text, got, table)
			}
		}
	}
}
