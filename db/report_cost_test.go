package db_test

import (
	"testing"
	"time"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
)

// A report of what has scaled up and down thousands of times costs no more than the first:
// what went on is found among what goes on, not among all that ever ran.
func TestReport_Cost(t *testing.T) {
	t.Parallel()
	d, url := dbtest.NewURL(t)
	d.Now = (&clock{now: start.Add(24 * time.Hour)}).Now
	org := newOrganization(t, d)
	env := newEnvironment(t, d, org, "aws-prod")
	_, secret, err := d.CreateToken(t.Context(), org, model.CreateTokenInput{Name: "agent", Role: model.RoleReporter})
	if err != nil {
		t.Fatal(err)
	}
	report(t, d, org, start, map[string]int{"runner": 1})
	// Those that went on before: of the same, below numbers that no snapshot has.
	exec(t, url, `INSERT INTO runs SELECT $1, $2, -5 * i, -5 * i + 3, 1, $3, $4, 'runner', '{}' FROM generate_series(1, 10000) i`,
		org.Key, env.Key, start, fingerprint("runner").Bytes())
	// And others, many of which go on, so that Postgres takes the runs of one for few.
	exec(t, url, `INSERT INTO runs SELECT $1, 1000 + i % 20, 1, CASE WHEN i % 2 = 0 THEN 2 END, 1, $2, sha256((i % 1000)::text::bytea), i::text, '{}' FROM generate_series(1, 20000) i`, org.Key, start)
	exec(t, url, `ANALYZE`)
	runner := thing{string(fingerprint("runner")), "runner"}
	differing := func(d *db.DB, r *model.Report) (model.ReportResult, error) {
		return (&sender{d, org, model.HashToken(secret)}).send(t.Context(), r)
	}
	whole := func(d *db.DB, r *model.Report) (model.ReportResult, error) { return d.ApplyReport(t.Context(), org, r) }
	replicas := 1
	for i, send := range []func(*db.DB, *model.Report) (model.ReportResult, error){differing, whole} {
		name := []string{"WhatDiffers", "InFull"}[i]
		if got := rowsRead(t, d, url, "runs", func(again *db.DB) {
			again.Now = d.Now
			for range 2 { // the first tells the server what is there, and the second what differs
				replicas++
				result, err := send(again, state{runner: replicas}.report("aws-prod", minute(replicas)))
				if err != nil || result.Outcome != model.OutcomeChanged {
					t.Fatalf("%s: %+v, %v", name, result, err)
				}
			}
		}); got > 20 {
			t.Errorf("%s: two reports of what ran 10,000 times read %d rows of runs", name, got)
		}
	}
}
