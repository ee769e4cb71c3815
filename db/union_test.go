package db_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
)

func newUnion(t testing.TB, d *db.DB, org *model.Organization, name string, members ...string) *model.Environment {
	t.Helper()
	e, created, err := d.CreateEnvironment(t.Context(), org, model.CreateEnvironmentInput{Name: name, Type: model.EnvironmentLogical, Members: members})
	if err != nil || !created {
		t.Fatal(created, err)
	}
	return e
}

func setMembers(t testing.TB, d *db.DB, org *model.Organization, name string, members ...string) {
	t.Helper()
	if err := setMembersErr(t.Context(), d, org, name, members...); err != nil {
		t.Fatal(err)
	}
}

func setMembersErr(ctx context.Context, d *db.DB, org *model.Organization, name string, members ...string) error {
	_, err := d.UpdateEnvironment(ctx, org, model.UpdateEnvironmentInput{Environment: name, Members: append([]string{}, members...)})
	return err
}

func namesOf(page *model.EnvironmentConnection) []string {
	names := []string{}
	for _, e := range page.Nodes {
		names = append(names, e.Name)
	}
	return names
}

func membersOf(t testing.TB, d *db.DB, org *model.Organization, name string) []string {
	t.Helper()
	pages, err := d.MembersOfEnvironments(t.Context(), org, []*model.Environment{getEnvironment(t, d, org, name)}, page(100))
	if err != nil {
		t.Fatal(err)
	}
	return namesOf(pages[0])
}

func unionsOf(t testing.TB, d *db.DB, org *model.Organization, name string) []string {
	t.Helper()
	pages, err := d.UnionsOfEnvironments(t.Context(), org, []*model.Environment{getEnvironment(t, d, org, name)}, page(100))
	if err != nil {
		t.Fatal(err)
	}
	return namesOf(pages[0])
}

// vectors are the snapshots of a logical environment, oldest first, each as the
// newest snapshots of its members: `aws-beta#0 aws-prod#2 = 5 replicas`.
func vectors(t testing.TB, d *db.DB, org *model.Organization, union *model.Environment) []string {
	t.Helper()
	lines := []string{}
	for _, s := range allSnapshots(t, d, org, union.Key) {
		var keys []int
		for _, p := range s.Parts {
			keys = append(keys, p.Environment)
		}
		named, err := d.EnvironmentsByKey(t.Context(), org, keys)
		if err != nil {
			t.Fatal(err)
		}
		var parts []string
		for _, p := range s.Parts {
			parts = append(parts, fmt.Sprintf("%s#%d", named[p.Environment].Name, p.Number))
		}
		slices.Sort(parts)
		lines = append(lines, fmt.Sprintf("%s = %d replicas, %d changes", strings.Join(parts, " "), s.ReplicaCount, s.ChangeCount))
	}
	slices.Reverse(lines)
	return lines
}

func TestDB_Members(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	for _, name := range []string{"aws-prod", "aws-beta", "gke"} {
		newEnvironment(t, d, org, name)
	}
	all := newUnion(t, d, org, "all", "aws-beta", "aws-prod", "aws-beta")
	if diff := cmp.Diff([]string{"aws-beta", "aws-prod"}, membersOf(t, d, org, "all")); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
	again := model.CreateEnvironmentInput{Name: "all", Type: model.EnvironmentLogical, Members: []string{"aws-prod", "aws-beta"}, SilentAfterSeconds: 900}
	if _, created, err := d.CreateEnvironment(t.Context(), org, again); err != nil || created {
		t.Errorf("the same again: %v, %v", created, err)
	}
	if s := vectors(t, d, org, all); len(s) != 0 {
		t.Errorf("nothing was reported, and it has snapshots: %v", s)
	}
	setMembers(t, d, org, "all", "gke") // before anything was reported
	report(t, d, org, start, map[string]int{"runner": 3})
	setMembers(t, d, org, "all", "gke", "aws-prod")             // its first
	setMembers(t, d, org, "all", "aws-prod", "gke", "aws-prod") // says what is
	change := func(in model.UpdateEnvironmentInput) {
		t.Helper()
		in.Environment = "all"
		if _, err := d.UpdateEnvironment(t.Context(), org, in); err != nil {
			t.Fatal(err)
		}
	}
	change(model.UpdateEnvironmentInput{AddMembers: []string{"aws-beta", "aws-prod"}, RemoveMembers: []string{"gke"}})
	change(model.UpdateEnvironmentInput{RemoveMembers: []string{"gke"}})
	rename(t, d, org, "aws-prod", "production")
	if _, created, err := d.CreateEnvironment(t.Context(), org, again); err != nil || created { // by its former name
		t.Errorf("the same by a former name: %v, %v", created, err)
	}
	setMembers(t, d, org, "all")
	want := []string{
		"gke#0 production#1 = 3 replicas, 1 changes",
		"aws-beta#0 production#1 = 3 replicas, 2 changes",
		" = 0 replicas, 2 changes",
	}
	if diff := cmp.Diff(want, vectors(t, d, org, all)); diff != "" {
		t.Errorf("snapshots (-want +got):\n%s", diff)
	}
	want = []string{
		"aws-beta added to all environment", "aws-prod added to all environment",
		"gke added to all environment", "aws-beta removed from all environment", "aws-prod removed from all environment",
		"aws-prod added to all#1 environment",
		"aws-beta added to all#2 environment", "gke removed from all#2 environment",
		"Environment renamed to production", // of a member, while it was one
		"aws-beta removed from all#3 environment", "production removed from all#3 environment",
	}
	if diff := cmp.Diff(want, logOf(t, d, org, all)); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	if got := unionsOf(t, d, org, "production"); len(got) != 0 {
		t.Errorf("production is still a member of %v", got)
	}
}

func TestDB_Members_Refused(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	for _, name := range []string{"aws-prod", "old"} {
		newEnvironment(t, d, org, name)
	}
	archive(t, d, org, "old", true)
	newUnion(t, d, org, "all", "aws-prod")
	for i := range model.MaxUnions - 1 {
		newUnion(t, d, org, fmt.Sprintf("union-%d", i), "aws-prod")
	}
	newUnion(t, d, org, "other")
	tooMany := make([]string, model.MaxMembers+1)
	for i := range tooMany {
		tooMany[i] = fmt.Sprint("env-", i)
		newEnvironment(t, d, org, tooMany[i])
	}
	setMembers(t, d, org, "other", tooMany[1:]...)
	for name, tt := range map[string]struct {
		members []string
		kind    model.Kind
		says    string
	}{
		"Unknown":       {[]string{"nope"}, model.KindNotFound, `environment "nope" does not exist`},
		"Logical":       {[]string{"all"}, model.KindInvalid, "all is a logical environment itself"},
		"Itself":        {[]string{"other"}, model.KindInvalid, "other is a logical environment itself"},
		"Archived":      {[]string{"old"}, model.KindConflict, `environment "old" is archived`},
		"TooMany":       {tooMany, model.KindInvalid, "51 members were given"},
		"TooManyUnions": {[]string{"aws-prod"}, model.KindConflict, "aws-prod is a member of 20 logical environments already"},
	} {
		t.Run(name, func(t *testing.T) {
			wantError(t, setMembersErr(t.Context(), d, org, "other", tt.members...), tt.kind, tt.says)
			_, _, err := d.CreateEnvironment(t.Context(), org, model.CreateEnvironmentInput{Name: "new-" + name, Type: model.EnvironmentLogical, Members: tt.members})
			if name != "Itself" {
				wantError(t, err, tt.kind, tt.says)
			}
			if _, err := d.Environment(t.Context(), org, "new-"+name); model.KindOf(err) != model.KindNotFound {
				t.Errorf("it was made all the same: %v", err)
			}
		})
	}
	_, err := d.UpdateEnvironment(t.Context(), org, model.UpdateEnvironmentInput{Environment: "other", AddMembers: tooMany[:1]})
	wantError(t, err, model.KindInvalid, "other would have 51 members")
	if n := len(membersOf(t, d, org, "other")); n != model.MaxMembers {
		t.Errorf("it has %d members", n)
	}
	_, _, err = d.CreateEnvironment(t.Context(), org, model.CreateEnvironmentInput{Name: "x", Type: model.EnvironmentECS, Members: []string{"aws-prod"}})
	wantError(t, err, model.KindInvalid, "only a logical environment has members")
	seconds := 60
	_, err = d.UpdateEnvironment(t.Context(), org, model.UpdateEnvironmentInput{Environment: "all", SilentAfterSeconds: &seconds})
	wantError(t, err, model.KindInvalid, "as silent as its members")
}

// What is archived leaves the logical environments that it is part of, and stays
// in their past. A logical one that is archived keeps its members, but for those
// that are archived meanwhile.
func TestDB_ArchiveEnvironment_Members(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	for _, name := range []string{"aws-prod", "aws-beta"} {
		newEnvironment(t, d, org, name)
	}
	report(t, d, org, start, map[string]int{"runner": 3})
	one, two := newUnion(t, d, org, "one", "aws-prod", "aws-beta"), newUnion(t, d, org, "two", "aws-prod")
	newUnion(t, d, org, "three", "aws-prod", "aws-beta")
	archive(t, d, org, "three", true)
	wantError(t, setMembersErr(t.Context(), d, org, "three"), model.KindConflict, `environment "three" is archived`)
	if diff := cmp.Diff([]string{"one", "two"}, unionsOf(t, d, org, "aws-prod")); diff != "" {
		t.Errorf("reports of a member still change what is archived (-want +got):\n%s", diff)
	}
	archive(t, d, org, "aws-prod", true)
	if diff := cmp.Diff([]string{"aws-beta#0 aws-prod#1 = 3 replicas, 2 changes", "aws-beta#0 = 0 replicas, 1 changes"}, vectors(t, d, org, one)); diff != "" {
		t.Errorf("one (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"aws-prod added to two#1 environment", "aws-prod removed from two#2 environment"}, logOf(t, d, org, two)); diff != "" {
		t.Errorf("log of two (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"aws-beta", "aws-prod"}, membersOf(t, d, org, "three")); diff != "" {
		t.Errorf("members of three while it is archived (-want +got):\n%s", diff)
	}
	archive(t, d, org, "three", false)
	if diff := cmp.Diff([]string{"aws-beta"}, membersOf(t, d, org, "three")); diff != "" {
		t.Errorf("members of three (-want +got):\n%s", diff)
	}
	archive(t, d, org, "aws-prod", false)
	if got := unionsOf(t, d, org, "aws-prod"); len(got) != 0 {
		t.Errorf("restored, it is a member of %v", got)
	}
	if diff := cmp.Diff([]string{"one", "three"}, unionsOf(t, d, org, "aws-beta")); diff != "" {
		t.Errorf("unions of aws-beta (-want +got):\n%s", diff)
	}
}

// Two servers change members of several logical environments at once, while these
// are reported, renamed and archived: nobody waits for ever, numbers have no gaps,
// and in the end members and unions agree.
func TestDB_Members_AtOnce(t *testing.T) {
	t.Parallel()
	first, url := dbtest.NewURL(t)
	second := open(t, url)
	first.Now = (&clock{now: start.Add(24 * time.Hour)}).Now
	second.Now = (&clock{now: start.Add(24 * time.Hour)}).Now
	org := newOrganization(t, first)
	names := []string{"a", "b", "c", "d", "e"}
	for _, name := range names {
		newEnvironment(t, first, org, name)
	}
	unions := []string{"u0", "u1", "u2"}
	for _, name := range unions {
		newUnion(t, first, org, name, names[:3]...)
	}
	var group errgroup.Group
	for s := range 4 {
		d := []*db.DB{first, second}[s%2]
		group.Go(func() error {
			for i := range 10 {
				var wanted []string
				for j, name := range names[:4] {
					if (s+i+j)%3 > 0 {
						wanted = append(wanted, name)
					}
				}
				if err := setMembersErr(t.Context(), d, org, unions[(s+i)%3], wanted...); err != nil {
					return err
				}
			}
			return nil
		})
		group.Go(func() error {
			for i := range 15 {
				if _, err := apply(t.Context(), d, org, names[(s+i)%4], nil, map[string]int{fmt.Sprint("x", s): i + 1}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	group.Go(func() error {
		for i := range 10 {
			if _, err := first.ArchiveEnvironment(t.Context(), org, model.ArchiveEnvironmentInput{Environment: "e", Archived: i%2 == 0}); err != nil {
				return err
			}
			_, err := second.UpdateEnvironment(t.Context(), org, model.UpdateEnvironmentInput{Environment: "u2", AddMembers: []string{"e"}})
			if err != nil && model.KindOf(err) != model.KindConflict {
				return err
			}
		}
		return nil
	})
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	for _, name := range unions {
		union := getEnvironment(t, first, org, name)
		snapshots := allSnapshots(t, first, org, union.Key)
		for i, s := range snapshots {
			if want := len(snapshots) - i; s.Number != want {
				t.Fatalf("place %d of %s has #%d, want #%d", i, name, s.Number, want)
			}
			if i > 0 && s.TakenAt.After(snapshots[i-1].TakenAt) {
				t.Errorf("%s#%d is of %s, and the next of %s", name, s.Number, s.TakenAt, snapshots[i-1].TakenAt)
			}
		}
		running, replicas := map[int]int{}, 0
		for _, m := range membersOf(t, first, org, name) {
			e := getEnvironment(t, first, org, m)
			running[e.Key] = e.Newest
			if e.Newest > 0 {
				replicas += allSnapshots(t, first, org, e.Key)[0].ReplicaCount
			}
		}
		shown := map[int]int{}
		for _, p := range snapshots[0].Parts {
			shown[p.Environment] = p.Number
		}
		if diff := cmp.Diff(running, shown); diff != "" || snapshots[0].ReplicaCount != replicas {
			t.Errorf("the newest snapshot of %s shows %d replicas, want %d (-want +got):\n%s", name, snapshots[0].ReplicaCount, replicas, diff)
		}
		for _, member := range names {
			if is, says := slices.Contains(membersOf(t, first, org, name), member), slices.Contains(unionsOf(t, first, org, member), name); is != says {
				t.Errorf("%s has the member %s: %v; it says %v", name, member, is, says)
			}
		}
	}
}

// Reports of members make snapshots of the union, by whatever name they come, and
// the union itself takes none, of any type.
func TestDB_ApplyReport_Members(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	for _, name := range []string{"aws-prod", "aws-beta"} {
		newEnvironment(t, d, org, name)
	}
	all := newUnion(t, d, org, "all", "aws-prod", "aws-beta")
	empty := newUnion(t, d, org, "empty")
	rename(t, d, org, "aws-beta", "beta")
	for i, name := range []string{"aws-prod", "aws-beta", "beta"} {
		if _, err := apply(t.Context(), d, org, name, nil, map[string]int{"runner": i + 1}); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"aws-prod#1 beta#0 = 1 replicas, 1 changes", "aws-prod#1 beta#1 = 3 replicas, 1 changes", "aws-prod#1 beta#2 = 4 replicas, 1 changes"}
	if diff := cmp.Diff(want, vectors(t, d, org, all)); diff != "" {
		t.Errorf("snapshots (-want +got):\n%s", diff)
	}
	for _, kind := range []model.EnvironmentType{model.EnvironmentECS, model.EnvironmentLogical} {
		_, err := d.ApplyReport(t.Context(), org, &model.Report{Environment: "all", Type: kind, Body: []byte("{}")})
		wantError(t, err, model.KindInvalid, "all is a logical environment: report for its members aws-prod, beta")
		_, err = d.ApplyReport(t.Context(), org, &model.Report{Environment: "empty", Type: kind, Body: []byte("{}")})
		wantError(t, err, model.KindInvalid, "has no members yet")
	}
	_, err := d.ApplyReport(t.Context(), org, &model.Report{Environment: "aws-prod", Type: model.EnvironmentLogical, Body: []byte("{}")})
	wantError(t, err, model.KindInvalid, "is of type ECS, and this is a report of type logical")
	if n := len(vectors(t, d, org, empty)) + len(vectors(t, d, org, all)); n != 3 {
		t.Errorf("there are %d snapshots", n)
	}
	archive(t, d, org, "beta", true)
	_, err = apply(t.Context(), d, org, "aws-beta", nil, map[string]int{"runner": 9})
	wantError(t, err, model.KindConflict, `environment "beta" is archived: restore it with`)
	_, err = apply(t.Context(), d, org, "beta", nil, map[string]int{"runner": 3}) // which changes nothing
	wantError(t, err, model.KindConflict, `environment "beta" is archived: restore it with`)
	archive(t, d, org, "all", true)
	if _, err := apply(t.Context(), d, org, "aws-prod", nil, map[string]int{"runner": 5}); err != nil {
		t.Fatal(err)
	}
	archive(t, d, org, "all", false)
	want = append(want, "aws-prod#1 = 1 replicas, 1 changes", "aws-prod#2 = 5 replicas, 0 changes")
	if diff := cmp.Diff(want, vectors(t, d, org, all)); diff != "" {
		t.Errorf("snapshots in the end (-want +got):\n%s", diff)
	}
}

// What is expected of a logical environment is judged when its members change, and
// when a member is reported that joined it after that was said.
func TestDB_Members_Judged(t *testing.T) {
	t.Parallel()
	d, org := newDB(t)
	newFlow(t, d, org, "runner")
	artifactOf(t, d, org, "runner", "runner:1", start)
	for _, name := range []string{"aws-prod", "aws-beta"} {
		newEnvironment(t, d, org, name)
		if _, err := apply(t.Context(), d, org, name, nil, map[string]int{"runner:1": 2}); err != nil {
			t.Fatal(err)
		}
	}
	all := newUnion(t, d, org, "all", "aws-beta")
	_, _, err := d.CreateExpectation(t.Context(), org, model.CreateExpectationInput{Environment: "all", Expect: "runner: exactly 4"})
	if err != nil {
		t.Fatal(err)
	}
	breached := func(want bool, why string) {
		t.Helper()
		pages, err := d.BreachesOfEnvironments(t.Context(), org, []int{all.Key}, true, page(100))
		if err != nil {
			t.Fatal(err)
		}
		if got := len(pages[0].Nodes) > 0; got != want {
			t.Errorf("%s: breached %v, want %v", why, got, want)
		}
	}
	breached(true, "two of four run")
	setMembers(t, d, org, "all", "aws-beta", "aws-prod")
	breached(false, "a member came")
	if _, err := apply(t.Context(), d, org, "aws-prod", nil, map[string]int{"runner:1": 3}); err != nil {
		t.Fatal(err)
	}
	breached(true, "the new member was scaled up")
	if _, err := apply(t.Context(), d, org, "aws-prod", nil, map[string]int{"runner:1": 2}); err != nil {
		t.Fatal(err)
	}
	breached(false, "and down")
	archive(t, d, org, "aws-prod", true)
	breached(true, "a member was archived")
}
