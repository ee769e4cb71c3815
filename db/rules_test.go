package db_test

import (
	"database/sql"
	"testing"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
)

// What must not be cannot be written, whoever writes: the constraints refuse it.
func TestSchema_Rules(t *testing.T) {
	t.Parallel()
	d, url := dbtest.NewURL(t)
	d.Now = (&clock{now: start.Add(24 * time.Hour)}).Now
	org := newOrganization(t, d)
	flow := newFlow(t, d, org, "runner")
	env := newEnvironment(t, d, org, "aws-prod")
	a, _, err := d.ReportArtifact(t.Context(), org, model.ReportArtifactInput{Flow: "runner", Name: "runner:1111111", Fingerprint: fingerprint("a")})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		report(t, d, org, start.Add(time.Duration(i)*time.Minute), map[string]int{"a": i%2 + 1, "b": 1})
	}
	pool, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pool.Close() })

	const now = `'2022-08-22T09:00:00Z'`
	for name, tt := range map[string]struct {
		statement string
		args      []any
		want      string
	}{
		"FingerprintTwiceInAFlow": {
			`INSERT INTO artifacts (organization_id, flow_id, created_at, fingerprint, name) VALUES ($1, $2, ` + now + `, $3, 'other')`,
			[]any{org.Key, flow.Key, a.Fingerprint.Bytes()},
			"artifacts_fingerprint_key",
		},
		"OverlapOfAClosedRun": {
			`INSERT INTO runs (organization_id, environment_id, since, till, replicas, started_at, fingerprint, name, starts) VALUES ($1, $2, 0, 2, 1, ` + now + `, $3, 'a', '{}')`,
			[]any{org.Key, env.Key, fingerprint("a").Bytes()},
			"runs_overlap_excl",
		},
		"OverlapOfAnOpenRun": {
			`INSERT INTO runs (organization_id, environment_id, since, till, replicas, started_at, fingerprint, name, starts) VALUES ($1, $2, 2, 9, 1, ` + now + `, $3, 'b', '{}')`,
			[]any{org.Key, env.Key, fingerprint("b").Bytes()},
			"runs_overlap_excl",
		},
		"GapInSnapshots": {
			`INSERT INTO snapshots (organization_id, environment_id, number, replicas, changes, observed_at, received_at, content) VALUES ($1, $2, 5, 1, 1, ` + now + `, ` + now + `, '')`,
			[]any{org.Key, env.Key},
			"snapshots_previous_fkey",
		},
		"SnapshotTwice": {
			`INSERT INTO snapshots (organization_id, environment_id, number, replicas, changes, observed_at, received_at, content) VALUES ($1, $2, 3, 1, 1, ` + now + `, ` + now + `, '')`,
			[]any{org.Key, env.Key},
			"snapshots_pkey",
		},
		"SnapshotTakenOut": {
			`DELETE FROM snapshots WHERE organization_id = $1 AND environment_id = $2 AND number = 2`,
			[]any{org.Key, env.Key},
			"snapshots_previous_fkey",
		},
		"GapInDeployments": {
			`INSERT INTO deployments (organization_id, flow_id, number, environment_id, artifact_id, created_at, source) VALUES ($1, $2, 2, $3, $4, ` + now + `, 'x')`,
			[]any{org.Key, flow.Key, env.Key, a.Key},
			"deployments_previous_fkey",
		},
		"ArtifactOfAnotherOrganizationsFlow": {
			`INSERT INTO artifacts (organization_id, flow_id, created_at, fingerprint, name) VALUES ($1 + 1, $2, ` + now + `, $3, 'other')`,
			[]any{org.Key, flow.Key, fingerprint("z").Bytes()},
			"artifacts_flow_fkey",
		},
		"HalfAFingerprint": {
			`INSERT INTO artifacts (organization_id, flow_id, created_at, fingerprint, name) VALUES ($1, $2, ` + now + `, '\x1234', 'other')`,
			[]any{org.Key, flow.Key},
			"artifacts_fingerprint_check",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := pool.ExecContext(t.Context(), tt.statement, tt.args...)
			if e := pq.As(err); e == nil || e.Constraint != tt.want {
				t.Errorf("got %v, want %s to refuse it", err, tt.want)
			}
		})
	}
	for _, statement := range []string{`UPDATE events SET name = 'x'`, `DELETE FROM events`, `TRUNCATE events`} {
		if _, err := pool.ExecContext(t.Context(), statement); pq.As(err) == nil {
			t.Errorf("%s: got %v, want it refused", statement, err)
		}
	}
}
