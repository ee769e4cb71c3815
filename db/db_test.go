package db_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// start is when the story of a test begins. The clock of tests starts a day later.
var start = time.Date(2022, 8, 22, 9, 0, 0, 0, time.UTC)

// clock is a clock that goes on by a second whenever it is looked at.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Second)
	return c.now
}

// newDB returns an empty database with a clock of its own, and the organization
// acme in it.
func newDB(t testing.TB) (*db.DB, *model.Organization) {
	t.Helper()
	d := dbtest.New(t)
	d.Now = (&clock{now: start.Add(24 * time.Hour)}).Now
	return d, newOrganization(t, d)
}

func newOrganization(t testing.TB, d *db.DB) *model.Organization {
	t.Helper()
	if _, err := d.Bootstrap(t.Context(), "acme", model.NewTokenSecret()); err != nil {
		t.Fatal(err)
	}
	org, err := d.Organization(t.Context(), "acme")
	if err != nil {
		t.Fatal(err)
	}
	return org
}

func newFlow(t testing.TB, d *db.DB, org *model.Organization, name string, required ...string) *model.Flow {
	t.Helper()
	repository := "cyber-dojo/" + name
	f, _, err := d.CreateFlow(t.Context(), org, model.CreateFlowInput{Name: name, Repository: &repository, RequiredEvidence: required})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func newEnvironment(t testing.TB, d *db.DB, org *model.Organization, name string) *model.Environment {
	t.Helper()
	e, _, err := d.CreateEnvironment(t.Context(), org, model.CreateEnvironmentInput{Name: name, Type: model.EnvironmentECS})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// fingerprint is a fingerprint that a word stands for.
func fingerprint(word string) model.Fingerprint {
	sum := sha256.Sum256([]byte(word))
	return model.FingerprintOf(sum[:])
}

// sha is a commit's SHA that begins with a prefix.
func sha(prefix string) model.CommitSHA {
	return model.CommitSHA(prefix + fmt.Sprintf("%x", sha256.Sum256([]byte(prefix)))[:40-len(prefix)])
}

// report applies a report of aws-prod in which each name runs with so many replicas, and
// fails the test if it is refused. A name's fingerprint is that of the name.
func report(t testing.TB, d *db.DB, org *model.Organization, at time.Time, running map[string]int) model.ReportResult {
	t.Helper()
	result, err := apply(t.Context(), d, org, "aws-prod", &at, running)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func apply(ctx context.Context, d *db.DB, org *model.Organization, environment string, at *time.Time, running map[string]int) (model.ReportResult, error) {
	r := &model.Report{Environment: environment, Type: model.EnvironmentECS, ObservedAt: at, Body: []byte("{}")}
	for name, replicas := range running {
		for range replicas {
			r.Instances = append(r.Instances, model.Instance{Digests: map[string]string{name: string(fingerprint(name))}, StartedAt: start})
		}
	}
	return d.ApplyReport(ctx, org, r)
}

func page(first int) model.Page { return model.Page{First: first} }
