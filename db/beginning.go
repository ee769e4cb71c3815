package db

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// beginning is where a breach began.
type beginning struct {
	at     time.Time
	number int
}

// began tells where a breach began that goes on: in the newest snapshot, after it if
// the clock made it, and before it if the expectation is younger than what is against
// it.
func (j *judgement) began(ctx context.Context, x *expectationRow, snapshot *judgedSnapshot, v model.Verdict, at time.Time) (beginning, error) {
	began := beginning{at: snapshot.ObservedAt, number: snapshot.Number}
	switch {
	case v.Met:
		return beginning{at: at, number: snapshot.Number}, nil
	case j.fresh && x.XOtherID != nil:
		return j.shownAt(ctx, snapshot, *v.Since)
	case j.fresh:
		began, err := j.lookBack(ctx, x, snapshot, v)
		if err == nil && v.Since != nil && v.Since.After(began.at) {
			return j.shownAt(ctx, snapshot, *v.Since)
		}
		return began, err
	case v.Since != nil && v.Since.After(began.at):
		began.at = *v.Since
	case j.clock && v.Since == nil:
		began.at = at // what is known of the artifacts has changed
	case x.XOtherID != nil:
		began.at = at
	}
	return began, nil
}

// shownAt is the snapshot that was the newest at a moment, or the first.
func (j *judgement) shownAt(ctx context.Context, snapshot *judgedSnapshot, at time.Time) (beginning, error) {
	var rows []struct {
		Number     int
		ObservedAt time.Time
	}
	err := j.db.readIn(ctx, j.tx, &rows, `
(SELECT number, observed_at FROM snapshots WHERE organization_id = $1 AND environment_id = $2 AND observed_at <= $3 ORDER BY observed_at DESC, number DESC LIMIT 1)
UNION ALL
(SELECT number, observed_at FROM snapshots WHERE organization_id = $1 AND environment_id = $2 AND number = 1)`, j.org.Key, snapshot.EnvironmentID, at)
	if err != nil || len(rows) == 0 {
		return beginning{}, wrap(err, "snapshot")
	}
	return beginning{at: latest(at, rows[0].ObservedAt.UTC()), number: rows[0].Number}, nil
}

// What of a flow, or of some fingerprints, ran in one environment, from when to when.
const runsOfJudged = `
SELECT r.fingerprint, r.name, r.replicas, r.since, coalesce(r.till, 0) AS till
FROM unnest($3::bytea[]) AS said(fingerprint)
JOIN runs r ON r.organization_id = $1 AND r.environment_id = $2 AND r.fingerprint = said.fingerprint
UNION
SELECT r.fingerprint, r.name, r.replicas, r.since, coalesce(r.till, 0)
FROM artifacts a
LEFT JOIN artifact_digests d ON d.organization_id = $1 AND d.artifact_id = a.id
JOIN runs r ON r.organization_id = $1 AND r.environment_id = $2 AND (r.fingerprint = a.fingerprint OR r.fingerprint = d.digest)
WHERE a.organization_id = $1 AND a.flow_id = $4`

// lookBack finds the first of the snapshots, back from the newest without a break,
// that are against a rule. A union began with its newest snapshot, as far as is
// known.
func (j *judgement) lookBack(ctx context.Context, x *expectationRow, snapshot *judgedSnapshot, v model.Verdict) (beginning, error) {
	if snapshot.Members != nil {
		return beginning{at: snapshot.ObservedAt, number: snapshot.Number}, nil
	}
	offenders := make(pq.ByteaArray, len(v.Offenders))
	for i, place := range v.Offenders {
		offenders[i] = []byte(snapshot.running[place].Fingerprint)
	}
	var rows []struct {
		Fingerprint           []byte
		Name                  string
		Replicas, Since, Till int
	}
	err := j.db.readIn(ctx, j.tx, &rows, runsOfJudged, j.org.Key, snapshot.EnvironmentID, offenders, x.XFlowID)
	if err != nil {
		return beginning{}, wrap(err, "runs")
	}
	steps := map[int]int{} // by how much the replicas change in a snapshot
	for _, r := range rows {
		steps[r.Since] += r.Replicas
		if r.Till > 0 {
			steps[r.Till] -= r.Replicas
		}
	}
	number := firstAgainst(x.expectation(j.org).Rule, steps)
	var times []struct{ ObservedAt time.Time }
	err = j.db.readIn(ctx, j.tx, &times, `SELECT observed_at FROM snapshots WHERE organization_id = $1 AND environment_id = $2 AND number = $3`,
		j.org.Key, snapshot.EnvironmentID, number)
	if err != nil || len(times) == 0 {
		return beginning{}, wrap(err, fmt.Sprintf("snapshot %d", number))
	}
	return beginning{at: times[0].ObservedAt.UTC(), number: number}, nil
}

// firstAgainst goes through the snapshots in which a number of replicas changes, and
// returns the one since which the rule is not met without a break. When nothing ran at
// all is not against what is too few now.
func firstAgainst(rule model.Rule, steps map[int]int) int {
	numbers := make([]int, 0, len(steps)+1)
	if steps[1] == 0 {
		numbers = append(numbers, 1) // nothing ran then
	}
	for n := range steps {
		if steps[n] != 0 {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	newest := 0
	for _, change := range steps {
		newest += change
	}
	first, replicas, broken := 1, 0, false
	for _, n := range numbers {
		replicas += steps[n]
		against := !rule.AllowsReplicas(replicas) && (replicas > 0 || newest == 0)
		if against && !broken {
			first = n
		}
		broken = against
	}
	return first
}
