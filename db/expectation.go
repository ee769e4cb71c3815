package db

import (
	"context"
	"time"

	"github.com/lib/pq"
	"github.com/uptrace/bun"

	"github.com/landfall-dev/landfall/model"
)

// expectationColumns are the columns of an expectation x, of what its rule names,
// and of the breach b that goes on.
const (
	expectationColumns = `
  x.id AS x_id, x.kind AS x_kind, f.name AS x_flow, o.name AS x_other, x.flow_id AS x_flow_id, x.other_id AS x_other_id,
  x.at_least AS x_at_least, x.at_most AS x_at_most, x.days AS x_days, x.within_seconds AS x_within, x.except_names AS x_except,
  x.created_at AS x_created_at, x.removed_at AS x_removed_at, ` + breachColumns + `, ` + environmentColumns

	breachColumns = `
  b.id AS b_id, b.found AS b_found, b.started_at AS b_started_at, b.started_number AS b_started_number,
  b.ended_at AS b_ended_at, b.ended_number AS b_ended_number`

	expectationJoins = `
JOIN environments en ON en.organization_id = $1 AND en.id = x.environment_id
JOIN environment_heads h ON h.organization_id = $1 AND h.environment_id = x.environment_id
LEFT JOIN flows f ON f.organization_id = $1 AND f.id = x.flow_id
LEFT JOIN environments o ON o.organization_id = $1 AND o.id = x.other_id`

	ongoingBreach = `
LEFT JOIN breaches b ON b.organization_id = $1 AND b.expectation_id = x.id AND b.ended_at IS NULL`
)

type breachRow struct {
	BID            *int64     `bun:"b_id"`
	BFound         int        `bun:"b_found"`
	BStartedAt     *time.Time `bun:"b_started_at"`
	BStartedNumber int        `bun:"b_started_number"`
	BEndedAt       *time.Time `bun:"b_ended_at"`
	BEndedNumber   *int       `bun:"b_ended_number"`
}

// breach returns the breach, and nil where the row has none.
func (r *breachRow) breach(of *model.Expectation) *model.Breach {
	if r.BID == nil {
		return nil
	}
	return &model.Breach{
		Key: *r.BID, Expectation: of, Found: r.BFound, StartedAt: r.BStartedAt.UTC(), StartedNumber: r.BStartedNumber,
		EndedAt: utc(r.BEndedAt), EndedNumber: r.BEndedNumber,
	}
}

type expectationRow struct {
	Parent     int
	XID        int        `bun:"x_id"`
	XKind      string     `bun:"x_kind"`
	XFlow      string     `bun:"x_flow"`
	XOther     string     `bun:"x_other"`
	XFlowID    *int       `bun:"x_flow_id"`
	XOtherID   *int       `bun:"x_other_id"`
	XAtLeast   *int       `bun:"x_at_least"`
	XAtMost    *int       `bun:"x_at_most"`
	XDays      int        `bun:"x_days"`
	XWithin    int        `bun:"x_within"`
	XExcept    []string   `bun:"x_except,array"`
	XCreatedAt time.Time  `bun:"x_created_at"`
	XRemovedAt *time.Time `bun:"x_removed_at"`
	breachRow
	environmentRow
}

// expectation is the expectation, without a breach.
func (r *expectationRow) expectation(org *model.Organization) *model.Expectation {
	return &model.Expectation{
		Key: r.XID, Environment: r.environment(org), CreatedAt: r.XCreatedAt.UTC(), RemovedAt: utc(r.XRemovedAt),
		Rule: model.Rule{
			Kind: model.ExpectationKind(r.XKind), Flow: r.XFlow, AtLeast: r.XAtLeast, AtMost: r.XAtMost, Days: r.XDays,
			Other: r.XOther, Within: time.Duration(r.XWithin) * time.Second, Except: r.XExcept,
		},
	}
}

// withOngoing is the expectation with the breach of the row, which is one that goes
// on.
func (r *expectationRow) withOngoing(org *model.Organization) *model.Expectation {
	e := r.expectation(org)
	e.Breach = r.breach(e)
	return e
}

const expectationsOfEnvironments = `
SELECT p.i AS parent, ` + expectationColumns + `
FROM unnest($2::int[]) WITH ORDINALITY AS p(environment_id, i)
CROSS JOIN LATERAL (
  SELECT * FROM expectations x
  WHERE x.organization_id = $1 AND x.environment_id = p.environment_id AND x.id < $3 AND ($5 OR x.removed_at IS NULL)
  ORDER BY x.id DESC LIMIT $4) x` + expectationJoins + ongoingBreach + `
ORDER BY p.i, x.id DESC`

// ExpectationsOfEnvironments returns a page of what is expected of each environment,
// newest first; with removed also what was.
func (db *DB) ExpectationsOfEnvironments(ctx context.Context, org *model.Organization, environments []int, removed bool, p model.Page) ([]*model.ExpectationConnection, error) {
	before, err := numberBefore(p)
	if err != nil {
		return nil, err
	}
	var rows []expectationRow
	if err := db.read(ctx, &rows, expectationsOfEnvironments, org.Key, pq.Array(environments), before, p.First+1, removed); err != nil {
		return nil, wrap(err, "expectations")
	}
	groups := grouped(rows, len(environments), func(r *expectationRow) int { return r.Parent })
	return connections(groups, p, func(r *expectationRow) *model.Expectation { return r.withOngoing(org) },
		func(e *model.Expectation) model.Cursor { return model.NewCursor(model.IntKey(int64(e.Key))) }), nil
}

const expectationsByKey = `
SELECT 1 AS parent, ` + expectationColumns + ` FROM expectations x` + expectationJoins + ongoingBreach + `
WHERE x.organization_id = $1 AND x.id = ANY ($2::int[])`

// ExpectationsByKey returns expectations by their keys; those that do not exist are
// missing.
func (db *DB) ExpectationsByKey(ctx context.Context, org *model.Organization, keys []int) (map[int]*model.Expectation, error) {
	var rows []expectationRow
	if err := db.read(ctx, &rows, expectationsByKey, org.Key, pq.Array(keys)); err != nil {
		return nil, wrap(err, "expectations")
	}
	found := make(map[int]*model.Expectation, len(rows))
	for i := range rows {
		found[rows[i].XID] = rows[i].withOngoing(org)
	}
	return found, nil
}

// Expectation returns an expectation by its key. It returns KindNotFound.
func (db *DB) Expectation(ctx context.Context, org *model.Organization, key int) (*model.Expectation, error) {
	found, err := db.ExpectationsByKey(ctx, org, []int{key})
	if err != nil {
		return nil, err
	}
	if found[key] == nil {
		return nil, model.Errorf(model.KindNotFound, "expectation does not exist")
	}
	return found[key], nil
}

// CreateExpectation says what must hold in an environment, and judges what runs there
// now. If the same is expected already, nothing changes. It returns KindInvalid for a
// rule that is none, KindNotFound for an environment or flow that there is not, and
// KindConflict for an environment that is archived or has too many expectations.
func (db *DB) CreateExpectation(ctx context.Context, org *model.Organization, in model.CreateExpectationInput) (expectation *model.Expectation, created bool, err error) {
	rule, err := model.ParseRule(in.Expect)
	if err != nil {
		return nil, false, err
	}
	named, err := db.namedByRule(ctx, org, in.Environment, rule)
	if err != nil {
		return nil, false, err
	}
	if named.environment.Archived() {
		return nil, false, model.EnvironmentIsArchived(named.environment.Name)
	}
	var key int
	err = db.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		now := db.now()
		if err := lockJudged(ctx, tx, org, named.environments()); err != nil {
			return err
		}
		key, created, err = insertExpectation(ctx, tx, org, named, rule, now)
		if err != nil || !created {
			return err
		}
		if err := markJudged(ctx, tx, org, named.environments()); err != nil {
			return err
		}
		judging := judgement{db: db, tx: tx, org: org, now: now, fresh: true}
		return judging.run(ctx, []int{key})
	})
	if err != nil {
		return nil, false, wrap(err, "expectation")
	}
	expectation, err = db.Expectation(ctx, org, key)
	return expectation, created, err
}

// ruleNames are the things that a rule names.
type ruleNames struct {
	environment *model.Environment
	other       *model.Environment
	flow        *model.Flow
}

func (n ruleNames) environments() []int {
	keys := []int{n.environment.Key}
	if n.other != nil {
		keys = append(keys, n.other.Key)
	}
	return keys
}

func (db *DB) namedByRule(ctx context.Context, org *model.Organization, environment string, rule model.Rule) (n ruleNames, err error) {
	if n.environment, err = db.Environment(ctx, org, environment); err != nil {
		return n, err
	}
	if rule.Flow != "" {
		if n.flow, err = db.Flow(ctx, org, rule.Flow); err != nil {
			return n, err
		}
	}
	if rule.Other != "" {
		if n.other, err = db.Environment(ctx, org, rule.Other); err != nil {
			return n, err
		}
		if n.other.Key == n.environment.Key {
			return n, model.Invalid("expect", "%s is always the same as itself: name another environment", n.other.Name)
		}
	}
	return n, nil
}

// lockJudged locks the heads of environments, and of the members of those that are
// logical, in the order of reports: members before unions. So no report comes between.
func lockJudged(ctx context.Context, tx bun.Tx, org *model.Organization, environments []int) error {
	_, err := tx.NewRaw(`
		SELECT FROM environment_heads h
		WHERE h.organization_id = ?0 AND (h.environment_id = ANY (?1::int[])
		  OR h.environment_id IN (SELECT unnest(l.members) FROM environment_heads l WHERE l.organization_id = ?0 AND l.environment_id = ANY (?1::int[])))
		ORDER BY h.members <> '{}', h.environment_id FOR UPDATE`, org.Key, pgArray(environments)).Exec(ctx)
	return wrap(err, "environments")
}

// markJudged says in the heads of environments, and of the members of those that are
// logical, whether reports of them have to be judged.
func markJudged(ctx context.Context, tx bun.Tx, org *model.Organization, environments []int) error {
	_, err := tx.NewRaw(`
		UPDATE environment_heads h SET judged = EXISTS (
		  SELECT FROM expectations x
		  WHERE x.organization_id = ?0 AND x.removed_at IS NULL
		    AND (x.environment_id = h.environment_id OR x.other_id = h.environment_id OR x.environment_id = ANY (h.unions) OR x.other_id = ANY (h.unions)))
		WHERE h.organization_id = ?0 AND (h.environment_id = ANY (?1::int[])
		  OR h.environment_id IN (SELECT unnest(l.members) FROM environment_heads l WHERE l.organization_id = ?0 AND l.environment_id = ANY (?1::int[])))`,
		org.Key, pgArray(environments)).Exec(ctx)
	return wrap(err, "environments")
}

// ruleColumns are what a rule is kept as.
type ruleColumns struct {
	environment               int
	kind                      string
	flow, other, days, within *int
	atLeast, atMost           *int
	except                    []string
}

func columnsOf(named ruleNames, rule model.Rule) ruleColumns {
	c := ruleColumns{environment: named.environment.Key, kind: string(rule.Kind), atLeast: rule.AtLeast, atMost: rule.AtMost, except: rule.Except}
	if named.flow != nil {
		c.flow = &named.flow.Key
	}
	if named.other != nil {
		seconds := int(rule.Within / time.Second)
		c.other, c.within = &named.other.Key, &seconds
	}
	if rule.Kind == model.ExpectMaxAge {
		c.days = &rule.Days
	}
	if c.except == nil {
		c.except = []string{}
	}
	return c
}

// find returns the key of the expectation that says this, and 0 if there is none.
func (c ruleColumns) find(ctx context.Context, idb bun.IDB, org *model.Organization) (int, error) {
	var keys []int
	err := idb.NewRaw(`
		SELECT id FROM expectations
		WHERE organization_id = ? AND environment_id = ? AND removed_at IS NULL AND kind = ? AND flow_id IS NOT DISTINCT FROM ?
		  AND other_id IS NOT DISTINCT FROM ? AND at_least IS NOT DISTINCT FROM ? AND at_most IS NOT DISTINCT FROM ?
		  AND days IS NOT DISTINCT FROM ? AND within_seconds IS NOT DISTINCT FROM ? AND except_names = ?::text[]`,
		org.Key, c.environment, c.kind, c.flow, c.other, c.atLeast, c.atMost, c.days, c.within, pgArray(c.except)).Scan(ctx, &keys)
	if err != nil || len(keys) == 0 {
		return 0, err
	}
	return keys[0], nil
}

// insertExpectation adds an expectation, or finds the one that says the same.
func insertExpectation(ctx context.Context, tx bun.Tx, org *model.Organization, named ruleNames, rule model.Rule, now time.Time) (key int, created bool, err error) {
	c := columnsOf(named, rule)
	if key, err = c.find(ctx, tx, org); err != nil || key > 0 {
		return key, false, err
	}
	var count int
	err = tx.NewRaw(`SELECT count(*) FROM expectations WHERE organization_id = ? AND environment_id = ? AND removed_at IS NULL`,
		org.Key, c.environment).Scan(ctx, &count)
	if err != nil {
		return 0, false, err
	}
	if count >= model.MaxExpectations {
		return 0, false, model.Errorf(model.KindConflict, "%d things are expected of %s, which is the most: remove one first", count, named.environment.Name)
	}
	err = tx.NewRaw(`
		INSERT INTO expectations (organization_id, environment_id, kind, flow_id, other_id, at_least, at_most, days, within_seconds, except_names, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?::text[], ?) RETURNING id`,
		org.Key, c.environment, c.kind, c.flow, c.other, c.atLeast, c.atMost, c.days, c.within, pgArray(c.except), now).Scan(ctx, &key)
	return key, true, err
}

// RemoveExpectation takes an expectation away. A breach that goes on ends without an
// event, and all of them stay in history. It returns KindNotFound if nothing like that
// is expected, and what CreateExpectation returns for a rule that is none.
func (db *DB) RemoveExpectation(ctx context.Context, org *model.Organization, in model.RemoveExpectationInput) (*model.Expectation, error) {
	rule, err := model.ParseRule(in.Expect)
	if err != nil {
		return nil, err
	}
	named, err := db.namedByRule(ctx, org, in.Environment, rule)
	if err != nil {
		return nil, err
	}
	var key int
	err = db.inTx(ctx, func(ctx context.Context, tx bun.Tx) error {
		if err := lockJudged(ctx, tx, org, named.environments()); err != nil {
			return err
		}
		key, err = columnsOf(named, rule).find(ctx, tx, org)
		if err != nil {
			return err
		}
		if key == 0 {
			return model.Errorf(model.KindNotFound, "%q is not expected of %s", rule.String(), named.environment.Name)
		}
		_, err = tx.NewRaw(`
			WITH gone AS (
			  UPDATE expectations SET removed_at = ?2 WHERE organization_id = ?0 AND id = ?1 RETURNING id)
			UPDATE breaches SET ended_at = greatest(?2, started_at) FROM gone WHERE organization_id = ?0 AND expectation_id = gone.id AND ended_at IS NULL`,
			org.Key, key, db.now()).Exec(ctx)
		if err != nil {
			return err
		}
		return markJudged(ctx, tx, org, named.environments())
	})
	if err != nil {
		return nil, wrap(err, "expectation")
	}
	return db.Expectation(ctx, org, key)
}
