package db_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
)

// logOf is the log of an environment, oldest first, as people read it.
func logOf(t testing.TB, d *db.DB, org *model.Organization, e *model.Environment) []string {
	t.Helper()
	log, err := d.LogOfEnvironments(t.Context(), org, db.Whole(e.Key), nil, model.OrderAscending, page(100))
	if err != nil {
		t.Fatal(err)
	}
	told := []string{}
	for _, event := range log[0].Nodes {
		told = append(told, event.Facts().Summary())
	}
	return told
}

func getEnvironment(t testing.TB, d *db.DB, org *model.Organization, name string) *model.Environment {
	t.Helper()
	e, err := d.Environment(t.Context(), org, name)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func rename(t testing.TB, d *db.DB, org *model.Organization, name, to string) *model.Environment {
	t.Helper()
	e, err := d.UpdateEnvironment(t.Context(), org, model.UpdateEnvironmentInput{Environment: name, Name: &to})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func archive(t testing.TB, d *db.DB, org *model.Organization, name string, archived bool) *model.Environment {
	t.Helper()
	e, err := d.ArchiveEnvironment(t.Context(), org, model.ArchiveEnvironmentInput{Environment: name, Archived: archived})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// wantError fails the test unless an error has a kind and says something.
func wantError(t testing.TB, err error, kind model.Kind, says string) {
	t.Helper()
	if model.KindOf(err) != kind || !strings.Contains(err.Error(), says) {
		t.Errorf("got %v (%s), want %s: %s", err, model.KindOf(err), kind, says)
	}
}

func TestDB_UpdateEnvironment_Rename(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	before := newEnvironment(t, d, org, "aws-prod")
	newEnvironment(t, d, org, "aws-beta")
	report(t, d, org, start, map[string]int{"runner": 1})

	after := rename(t, d, org, "aws-prod", "production")
	if after.Name != "production" || after.ID() != before.ID() || after.Key != before.Key {
		t.Errorf("renamed, it is %+v", after)
	}
	again := rename(t, d, org, "production", "production") // says what is
	if again.Name != "production" {
		t.Errorf("again: %+v", again)
	}
	rename(t, d, org, "aws-prod", "prod") // by its first name
	back := rename(t, d, org, "production", "aws-prod")
	if err := d.ReadFormerNames(t.Context(), org, []*model.Environment{back}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"prod", "production"}, back.FormerNames); diff != "" {
		t.Errorf("former names (-want +got):\n%s", diff)
	}
	for _, name := range []string{"aws-prod", "production", "prod"} {
		if e := getEnvironment(t, d, org, name); e.Name != "aws-prod" || e.ID() != before.ID() {
			t.Errorf("%s is %+v", name, e)
		}
		ref, err := model.ParseSnapshotRef(name + "#1")
		if err != nil {
			t.Fatal(err)
		}
		s, err := d.Snapshot(t.Context(), org, ref)
		if err != nil || s.Ref().String() != "aws-prod#1" {
			t.Errorf("%s#1 is %+v, %v", name, s, err)
		}
	}
	want := []string{"Started running in aws-prod#1 environment", "Environment renamed to production", "Environment renamed to prod", "Environment renamed to aws-prod"}
	if diff := cmp.Diff(want, logOf(t, d, org, before)); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	for name, try := range map[string]func() error{
		"NameOfAnother":   func() error { return renameErr(t.Context(), d, org, "aws-beta", "aws-prod") },
		"FormerOfAnother": func() error { return renameErr(t.Context(), d, org, "aws-beta", "production") },
	} {
		t.Run(name, func(t *testing.T) { wantError(t, try(), model.KindConflict, `environment "aws-prod" has or had it`) })
	}
	_, _, err := d.CreateEnvironment(t.Context(), org, model.CreateEnvironmentInput{Name: "production", Type: model.EnvironmentECS})
	wantError(t, err, model.KindConflict, `environment "production" has the name "aws-prod" now`)
	wantError(t, renameErr(t.Context(), d, org, "aws-beta", "no name"), model.KindInvalid, "cannot be the name")
	wantError(t, renameErr(t.Context(), d, org, "nope", "x"), model.KindNotFound, "there are: aws-beta, aws-prod")
}

func renameErr(ctx context.Context, d *db.DB, org *model.Organization, name, to string) error {
	_, err := d.UpdateEnvironment(ctx, org, model.UpdateEnvironmentInput{Environment: name, Name: &to})
	return err
}

// An environment may have so many names and no more, and take back any of them.
func TestDB_UpdateEnvironment_ManyNames(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	newEnvironment(t, d, org, "name-0")
	for i := range model.MaxFormerNames {
		rename(t, d, org, "name-0", fmt.Sprintf("name-%d", i+1))
	}
	wantError(t, renameErr(t.Context(), d, org, "name-0", "one-more"), model.KindConflict, `had 20 names before`)
	if e := rename(t, d, org, "name-7", "name-0"); e.Name != "name-0" {
		t.Errorf("got %+v", e)
	}
}

// Of several that want one name at once one gets it, from whichever server.
func TestDB_UpdateEnvironment_OneNameAtOnce(t *testing.T) {
	t.Parallel()
	first, url := dbtest.NewURL(t)
	second := open(t, url)
	org := newOrganization(t, first)
	var group errgroup.Group
	outcomes := make([]error, 6)
	for i := range outcomes {
		name := fmt.Sprintf("env-%d", i)
		if i > 0 { // the last wants to make one of that name
			newEnvironment(t, first, org, name)
		}
		group.Go(func() error {
			d := []*db.DB{first, second}[i%2]
			if i > 0 {
				outcomes[i] = renameErr(t.Context(), d, org, name, "prod")
				return nil
			}
			_, created, err := d.CreateEnvironment(t.Context(), org, model.CreateEnvironmentInput{Name: "prod", Type: model.EnvironmentServer})
			if err == nil && !created {
				err = fmt.Errorf("it is there already")
			}
			outcomes[i] = err
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	won := 0
	for _, err := range outcomes {
		if err == nil {
			won++
		} else {
			wantError(t, err, model.KindConflict, "")
		}
	}
	if won != 1 {
		t.Errorf("%d got the name: %v", won, outcomes)
	}
}

// What a forge calls an environment leads to it under each of its names, and what
// waited for a name meets who gets it.
func TestForgeDeployment_NamesOfEnvironment(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	ctx := t.Context()
	newFlow(t, d, org, "runner")
	newEnvironment(t, d, org, "aws-prod")
	if _, _, err := d.ReportArtifact(ctx, org, model.ReportArtifactInput{Flow: "runner", Fingerprint: fingerprint("runner"), Name: "cyberdojo/runner:16d9990", At: &start}); err != nil {
		t.Fatal(err)
	}
	deploy := func(id int64, environment string) string {
		t.Helper()
		f := forgeFacts("cyber-dojo/runner")
		f.Deployment = &model.ForgeDeployment{ID: id, Environment: environment, CommitSHA: sha("16d9990"), CreatedAt: start.Add(time.Duration(id) * time.Minute)}
		receipt, err := d.ReceiveDelivery(ctx, org, &model.Delivery{Source: model.ForgeGitHub.Source(), SourceID: fmt.Sprint(id), Event: "deployment", Body: fmt.Append(nil, id)}, f)
		if err != nil {
			t.Fatal(err)
		}
		return receipt.Reason
	}
	number := func() int {
		t.Helper()
		found, err := d.ArtifactByRef(ctx, org, model.ArtifactRef{Flow: "runner", Prefix: "16d9990"})
		if err != nil {
			t.Fatal(err)
		}
		deployments, err := d.DeploymentsOfArtifacts(ctx, org, []*model.Artifact{found.(*model.Artifact)}, page(10))
		if err != nil {
			t.Fatal(err)
		}
		for _, deployment := range deployments[0].Nodes {
			if deployment.Environment.Key != getEnvironment(t, d, org, "aws-prod").Key {
				t.Errorf("deployment #%d is to %s", deployment.Number, deployment.Environment.Name)
			}
		}
		return len(deployments[0].Nodes)
	}
	deploy(1, "production")
	if n := number(); n != 0 {
		t.Fatalf("%d deployments to an environment that is not there", n)
	}
	rename(t, d, org, "aws-prod", "production") // it is what was waited for
	if reason := deploy(2, "aws-prod"); number() != 2 || reason != "" {
		t.Errorf("%d deployments, want 2: %s", number(), reason)
	}
	archive(t, d, org, "production", true)
	if reason := deploy(3, "aws-prod"); number() != 2 || reason != "waits for environment aws-prod to be restored, which is archived" {
		t.Errorf("%d deployments, want 2: %s", number(), reason)
	}
	archive(t, d, org, "production", false)
	if n := number(); n != 3 {
		t.Errorf("%d deployments after it was restored, want 3", n)
	}
}

func TestDB_UpdateEnvironment_OnlyWhatIsGiven(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	in := model.CreateEnvironmentInput{
		Name: "aws-prod", Type: model.EnvironmentECS, Description: "ours", SilentAfterSeconds: 60,
		Tags: []*model.Tag{{Key: "team", Value: "a"}, {Key: "cost", Value: "b"}},
	}
	created := func() bool {
		t.Helper()
		_, created, err := d.CreateEnvironment(t.Context(), org, in)
		if err != nil {
			t.Fatal(err)
		}
		return created
	}
	if !created() || created() {
		t.Error("it is not made once")
	}
	text, number := func(s string) *string { return &s }, func(n int) *int { return &n }
	type what struct {
		Name, Description string
		Tags              []*model.Tag
		SilentAfter       *int
	}
	tag := func(key, value string) *model.Tag { return &model.Tag{Key: key, Value: value} }
	for _, step := range []struct {
		in   model.UpdateEnvironmentInput
		want what
	}{
		{model.UpdateEnvironmentInput{}, what{"aws-prod", "ours", []*model.Tag{tag("cost", "b"), tag("team", "a")}, number(60)}},
		{model.UpdateEnvironmentInput{Description: text("")}, what{"aws-prod", "", []*model.Tag{tag("cost", "b"), tag("team", "a")}, number(60)}},
		{model.UpdateEnvironmentInput{SetTags: []*model.Tag{tag("team", "ü \"'\\"), tag("a", "")}}, what{"aws-prod", "", []*model.Tag{tag("a", ""), tag("cost", "b"), tag("team", "ü \"'\\")}, number(60)}},
		{model.UpdateEnvironmentInput{SetTags: []*model.Tag{tag("z", "1")}, RemoveTags: []string{"a", "nope"}}, what{"aws-prod", "", []*model.Tag{tag("cost", "b"), tag("team", "ü \"'\\"), tag("z", "1")}, number(60)}},
		{model.UpdateEnvironmentInput{SilentAfterSeconds: number(0)}, what{"aws-prod", "", []*model.Tag{tag("cost", "b"), tag("team", "ü \"'\\"), tag("z", "1")}, nil}},
		{model.UpdateEnvironmentInput{SilentAfterSeconds: number(5), Tags: []*model.Tag{}}, what{"aws-prod", "", []*model.Tag{}, number(5)}},
		{model.UpdateEnvironmentInput{Description: text("theirs"), Tags: []*model.Tag{tag("b", "2"), tag("a", "1"), tag("b", "3")}}, what{"aws-prod", "theirs", []*model.Tag{tag("a", "1"), tag("b", "3")}, number(5)}},
	} {
		step.in.Environment = "aws-prod"
		e, err := d.UpdateEnvironment(t.Context(), org, step.in)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(step.want, what{e.Name, e.Description, e.Tags, e.SilentAfter}); diff != "" {
			t.Errorf("after %+v (-want +got):\n%s", step.in, diff)
		}
	}
	_, _, err := d.CreateEnvironment(t.Context(), org, in)
	wantError(t, err, model.KindConflict, "says something else")
	if log := logOf(t, d, org, getEnvironment(t, d, org, "aws-prod")); len(log) != 0 {
		t.Errorf("log: %v", log)
	}
}

func TestDB_UpdateEnvironment_Refused(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	newEnvironment(t, d, org, "aws-prod")
	many := make([]*model.Tag, model.MaxTags)
	for i := range many {
		many[i] = &model.Tag{Key: fmt.Sprint("k", i), Value: "v"}
	}
	if _, err := d.UpdateEnvironment(t.Context(), org, model.UpdateEnvironmentInput{Environment: "aws-prod", Tags: many}); err != nil {
		t.Fatal(err)
	}
	negative, long := -1, strings.Repeat("d", 1001)
	for name, tt := range map[string]struct {
		in   model.UpdateEnvironmentInput
		says string
	}{
		"OneTagTooMany": {model.UpdateEnvironmentInput{SetTags: []*model.Tag{{Key: "one-more"}}}, "would have 51 tags"},
		"TagsTooMany":   {model.UpdateEnvironmentInput{Tags: append(many, &model.Tag{Key: "x"})}, "51 tags were given"},
		"KeyOfTag":      {model.UpdateEnvironmentInput{SetTags: []*model.Tag{{Key: "a b"}}}, `"a b" cannot be the key of a tag`},
		"KeyToRemove":   {model.UpdateEnvironmentInput{RemoveTags: []string{""}}, `"" cannot be the key of a tag`},
		"ValueOfTag":    {model.UpdateEnvironmentInput{SetTags: []*model.Tag{{Key: "a", Value: strings.Repeat("v", 201)}}}, "must have from 0 to 200"},
		"ValueOfNUL":    {model.UpdateEnvironmentInput{SetTags: []*model.Tag{{Key: "a", Value: "\x00"}}}, "not text"},
		"TagsTwice":     {model.UpdateEnvironmentInput{Tags: many, RemoveTags: []string{"k1"}}, "say either all tags"},
		"Silence":       {model.UpdateEnvironmentInput{SilentAfterSeconds: &negative}, "0 for never"},
		"Description":   {model.UpdateEnvironmentInput{Description: &long}, "description has 1001"},
		"Members":       {model.UpdateEnvironmentInput{Members: []string{}}, "only a logical environment has members"},
		"MembersTwice":  {model.UpdateEnvironmentInput{Members: []string{"a"}, AddMembers: []string{"b"}}, "say either all members"},
		"AddAndRemove":  {model.UpdateEnvironmentInput{AddMembers: []string{"b"}, RemoveMembers: []string{"b"}}, "is to be added, and to be removed"},
		"MemberName":    {model.UpdateEnvironmentInput{AddMembers: []string{"b b"}}, "cannot be the name"},
	} {
		t.Run(name, func(t *testing.T) {
			tt.in.Environment = "aws-prod"
			_, err := d.UpdateEnvironment(t.Context(), org, tt.in)
			wantError(t, err, model.KindInvalid, tt.says)
		})
	}
	if e := getEnvironment(t, d, org, "aws-prod"); len(e.Tags) != len(many) || e.Description != "" {
		t.Errorf("it was changed: %+v", e)
	}
}

func TestDB_Environments_Filter(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	for name, kind := range map[string]model.EnvironmentType{"AWS-beta": model.EnvironmentECS, "aws-prod": model.EnvironmentECS, "gke": model.EnvironmentK8S, "old": model.EnvironmentECS, "all": model.EnvironmentLogical} {
		in := model.CreateEnvironmentInput{Name: name, Type: kind, Tags: []*model.Tag{{Key: "first", Value: name[:1]}, {Key: "of", Value: "us"}}}
		if _, _, err := d.CreateEnvironment(t.Context(), org, in); err != nil {
			t.Fatal(err)
		}
	}
	archive(t, d, org, "old", true)
	text := func(s string) *string { return &s }
	for name, tt := range map[string]struct {
		filter *model.EnvironmentFilter
		want   string
	}{
		"None":        {nil, "AWS-beta all aws-prod gke"},
		"Empty":       {&model.EnvironmentFilter{}, "AWS-beta all aws-prod gke"},
		"Archived":    {&model.EnvironmentFilter{Archived: true}, "old"},
		"PartOfName":  {&model.EnvironmentFilter{Name: text("wS-")}, "AWS-beta aws-prod"},
		"NoPattern":   {&model.EnvironmentFilter{Name: text("%")}, ""},
		"Types":       {&model.EnvironmentFilter{Types: []model.EnvironmentType{model.EnvironmentK8S, model.EnvironmentLogical}}, "all gke"},
		"Tag":         {&model.EnvironmentFilter{Tags: []*model.Tag{{Key: "first", Value: "a"}}}, "all aws-prod"},
		"Tags":        {&model.EnvironmentFilter{Tags: []*model.Tag{{Key: "first", Value: "g"}, {Key: "of", Value: "us"}}}, "gke"},
		"TagOfOthers": {&model.EnvironmentFilter{Tags: []*model.Tag{{Key: "first", Value: "x"}}}, ""},
		"All":         {&model.EnvironmentFilter{Name: text("a"), Types: []model.EnvironmentType{model.EnvironmentECS}, Tags: []*model.Tag{{Key: "first", Value: "a"}}}, "aws-prod"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for p := page(1); ; {
				found, err := d.Environments(t.Context(), org, tt.filter, p)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range found.Nodes {
					got = append(got, e.Name)
				}
				if !found.PageInfo().HasNextPage {
					break
				}
				p.After = *found.PageInfo().EndCursor
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("got %v, want %s", got, tt.want)
			}
		})
	}
	_, err := d.Environments(t.Context(), org, &model.EnvironmentFilter{Name: text(strings.Repeat("n", 129))}, page(1))
	wantError(t, err, model.KindInvalid, "129 characters")
}

func TestDB_ArchiveEnvironment(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	ctx := t.Context()
	newFlow(t, d, org, "runner")
	env := newEnvironment(t, d, org, "aws-prod")
	report(t, d, org, start, map[string]int{"runner": 1})
	if _, _, err := d.ReportArtifact(ctx, org, model.ReportArtifactInput{Flow: "runner", Name: "runner:1111111", Fingerprint: fingerprint("runner")}); err != nil {
		t.Fatal(err)
	}
	deploy := func(key string) (bool, error) {
		_, created, err := d.ReportDeployment(ctx, org, model.ReportDeploymentInput{
			Artifact: model.ArtifactRef{Flow: "runner", Prefix: "1111111"}, Environment: "aws-prod", IdempotencyKey: &key,
		})
		return created, err
	}
	if created, err := deploy("one"); err != nil || !created {
		t.Fatal(created, err)
	}
	first := archive(t, d, org, "aws-prod", true)
	again := archive(t, d, org, "aws-prod", true)
	if first.ArchivedAt == nil || !first.ArchivedAt.Equal(*again.ArchivedAt) {
		t.Errorf("archived %v, and again %v", first.ArchivedAt, again.ArchivedAt)
	}
	const says = "restore it with `landfall archive environment aws-prod --restore`"
	_, err := deploy("two")
	wantError(t, err, model.KindConflict, says)
	if created, err := deploy("one"); err != nil || created { // twice is once
		t.Errorf("the deployment of before: %v, %v", created, err)
	}
	_, _, err = d.CreateEnvironment(ctx, org, model.CreateEnvironmentInput{Name: "aws-prod", Type: model.EnvironmentECS})
	wantError(t, err, model.KindConflict, says)
	ref, _ := model.ParseSnapshotRef("aws-prod")
	if s, err := d.Snapshot(ctx, org, ref); err != nil || s.Number != 1 { // it can be read
		t.Errorf("snapshot: %+v, %v", s, err)
	}
	if e := archive(t, d, org, "aws-prod", false); e.Archived() {
		t.Errorf("restored: %+v", e)
	}
	archive(t, d, org, "aws-prod", false)
	if created, err := deploy("two"); err != nil || !created {
		t.Errorf("after it was restored: %v, %v", created, err)
	}
	report(t, d, org, start.Add(time.Minute), map[string]int{"runner": 2})
	want := []string{"Environment aws-prod archived", "Environment aws-prod restored"}
	var got []string
	for _, line := range logOf(t, d, org, env) {
		if strings.HasPrefix(line, "Environment") {
			got = append(got, line)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	_, err = d.ArchiveEnvironment(ctx, org, model.ArchiveEnvironmentInput{Environment: "nope", Archived: true})
	wantError(t, err, model.KindNotFound, "there are: aws-prod")
}

// What one organization says of its environments changes nothing of another's that
// have the same names.
func TestDB_UpdateEnvironment_Tenants(t *testing.T) {
	t.Parallel()
	d, url := dbtest.NewURL(t)
	d.Now = (&clock{now: start.Add(24 * time.Hour)}).Now
	acme := newOrganization(t, d)
	if _, err := d.Bootstrap(t.Context(), "globex", model.NewTokenSecret()); err != nil {
		t.Fatal(err)
	}
	globex, err := d.Organization(t.Context(), "globex")
	if err != nil {
		t.Fatal(err)
	}
	for _, org := range []*model.Organization{acme, globex} {
		newEnvironment(t, d, org, "aws-prod")
		newEnvironment(t, d, org, "aws-beta")
		newUnion(t, d, org, "all", "aws-beta")
	}
	before := getEnvironment(t, d, globex, "aws-prod")
	rename(t, d, acme, "aws-prod", "production")
	archive(t, d, acme, "aws-beta", true)
	setMembers(t, d, acme, "all", "production")
	if diff := cmp.Diff(before, getEnvironment(t, d, globex, "aws-prod")); diff != "" {
		t.Errorf("aws-prod of globex (-before +after):\n%s", diff)
	}
	if _, err := d.Environment(t.Context(), globex, "production"); model.KindOf(err) != model.KindNotFound {
		t.Errorf("production of globex: %v", err)
	}
	if getEnvironment(t, d, globex, "aws-beta").Archived() || strings.Join(membersOf(t, d, globex, "all"), " ") != "aws-beta" {
		t.Errorf("globex was changed: %s", dbtest.Dump(t, url))
	}
	rename(t, d, globex, "aws-prod", "production") // the name is free here
}

// The first report for an unknown environment makes it, if that is wanted.
func TestDB_CreateForReport(t *testing.T) {
	t.Parallel()
	first, url := dbtest.NewURL(t)
	second := open(t, url)
	org := newOrganization(t, first)
	err := first.CreateForReport(t.Context(), org, "aws-prod", model.EnvironmentECS)
	wantError(t, err, model.KindNotFound, "Environment named 'aws-prod' does not exist for organization 'acme'")
	yes := true
	updated, err := first.UpdateOrganization(t.Context(), org, model.UpdateOrganizationInput{CreatesEnvironments: &yes})
	if err != nil || !updated.CreatesEnvironments || updated.Public {
		t.Fatalf("%+v, %v", updated, err)
	}
	public := model.VisibilityPublic
	if updated, err = first.UpdateOrganization(t.Context(), org, model.UpdateOrganizationInput{Visibility: &public}); err != nil || !updated.CreatesEnvironments || !updated.Public {
		t.Fatalf("%+v, %v", updated, err)
	}
	wantError(t, first.CreateForReport(t.Context(), org, "all", model.EnvironmentLogical), model.KindNotFound, "does not exist")
	wantError(t, first.CreateForReport(t.Context(), org, "a b", model.EnvironmentECS), model.KindInvalid, "cannot be the name")
	var group errgroup.Group
	for i := range 8 {
		group.Go(func() error {
			return []*db.DB{first, second}[i%2].CreateForReport(t.Context(), org, "aws-prod", model.EnvironmentECS)
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	e := getEnvironment(t, first, org, "aws-prod")
	if e.Type != model.EnvironmentECS || *e.SilentAfter != model.DefaultSilentAfter {
		t.Errorf("made: %+v", e)
	}
}

// Two first reports at once make one environment, and both are applied.
func TestDB_ApplyReport_CreatesAtOnce(t *testing.T) {
	t.Parallel()
	first, url := dbtest.NewURL(t)
	second := open(t, url)
	org := newOrganization(t, first)
	_, err := apply(t.Context(), first, org, "aws-prod", nil, map[string]int{"runner": 1})
	wantError(t, err, model.KindNotFound, "Environment named 'aws-prod' does not exist for organization 'acme'")
	yes := true
	if _, err := first.UpdateOrganization(t.Context(), org, model.UpdateOrganizationInput{CreatesEnvironments: &yes}); err != nil {
		t.Fatal(err)
	}
	var group errgroup.Group
	for i := range 4 {
		group.Go(func() error {
			_, err := apply(t.Context(), []*db.DB{first, second}[i%2], org, "aws-prod", nil, map[string]int{"runner": i + 1})
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if e := getEnvironment(t, first, org, "aws-prod"); e.Newest != 4 || e.Type != model.EnvironmentECS {
		t.Errorf("got %+v", e)
	}
}
