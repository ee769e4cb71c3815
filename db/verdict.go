package db

import (
	"context"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// verdicts are what judging found, column by column: of each expectation the breach
// that began, goes on or ended, and when to judge again.
type verdicts struct {
	expectations, environments, numbers, found []int64
	met                                        []bool
	at                                         []time.Time
	again                                      []*time.Time
	rules                                      []string
}

func (v *verdicts) add(x *expectationRow, rule model.Rule, snapshot *judgedSnapshot, verdict model.Verdict, at time.Time, began beginning) {
	when, number := at, snapshot.Number
	if x.BID == nil {
		when, number = began.at, began.number
	}
	v.expectations, v.environments = append(v.expectations, int64(x.XID)), append(v.environments, int64(snapshot.EnvironmentID))
	v.numbers, v.found = append(v.numbers, int64(number)), append(v.found, int64(verdict.Found))
	v.met, v.at, v.again = append(v.met, verdict.Met), append(v.at, when.UTC()), append(v.again, verdict.Again)
	v.rules = append(v.rules, rule.String())
}

// A breach begins where none goes on and the rule is not met, and ends where one does
// and it is. Both are events; that more or less is found than before is none.
const writeVerdicts = `
WITH judged AS MATERIALIZED (
  SELECT v.*, x.flow_id, b.id AS breach, b.started_at, b.found AS before
  FROM unnest($2::int[], $3::int[], $4::int[], $5::int[], $6::boolean[], $7::timestamptz[], $8::timestamptz[], $9::text[])
    AS v(expectation_id, environment_id, number, found, met, at, again, rule)
  JOIN expectations x ON x.organization_id = $1 AND x.id = v.expectation_id
  LEFT JOIN breaches b ON b.organization_id = $1 AND b.expectation_id = v.expectation_id AND b.ended_at IS NULL
), again AS (
  UPDATE expectations x SET judge_at = j.again FROM judged j
  WHERE x.organization_id = $1 AND x.id = j.expectation_id AND x.judge_at IS DISTINCT FROM j.again
), begun AS (
  INSERT INTO breaches (organization_id, environment_id, expectation_id, started_at, started_number, found)
  SELECT $1, environment_id, expectation_id, at, number, found FROM judged WHERE breach IS NULL AND NOT met
), goes_on AS (
  UPDATE breaches b SET found = j.found FROM judged j
  WHERE b.organization_id = $1 AND b.id = j.breach AND NOT j.met AND b.found <> j.found
), ended AS (
  UPDATE breaches b SET ended_at = greatest(j.at, b.started_at), ended_number = j.number FROM judged j
  WHERE b.organization_id = $1 AND b.id = j.breach AND j.met
)
INSERT INTO events (organization_id, environment_id, at, recorded_at, flow_id, number, before, after, kind, name, expectation_id)
SELECT $1, environment_id, greatest(at, started_at), $10, flow_id, number, before, found, CASE WHEN met THEN 23 ELSE 22 END, rule, expectation_id
FROM judged WHERE met = (breach IS NOT NULL)
ORDER BY expectation_id`

func (v *verdicts) write(ctx context.Context, j *judgement) error {
	if len(v.expectations) == 0 {
		return nil
	}
	wroteEvents(ctx, j.org.Key)
	err := j.db.execIn(ctx, j.tx, writeVerdicts, j.org.Key, pq.Array(v.expectations), pq.Array(v.environments), pq.Array(v.numbers), pq.Array(v.found),
		pq.Array(v.met), pq.Array(v.at), pq.Array(v.again), pq.Array(v.rules), j.now)
	return wrap(err, "breaches")
}
