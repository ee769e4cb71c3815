package db

import (
	"context"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/model"
)

// Breaches come in the order in which they started, the newest first. Those that go
// on have an index of their own.
const breachesOfEnvironments = `
SELECT p.i AS parent, ` + expectationColumns + `
FROM unnest($2::int[]) WITH ORDINALITY AS p(environment_id, i)
CROSS JOIN LATERAL (
  SELECT * FROM breaches b
  WHERE b.organization_id = $1 AND b.environment_id = p.environment_id AND b.started_at <= $3 AND (b.started_at, b.id) < ($3, $4)
    AND (NOT $6 OR b.ended_at IS NULL)
  ORDER BY b.started_at DESC, b.id DESC LIMIT $5) b
JOIN expectations x ON x.organization_id = $1 AND x.id = b.expectation_id` + expectationJoins + `
ORDER BY p.i, b.started_at DESC, b.id DESC`

// BreachesOfEnvironments returns a page of when each environment was not as expected,
// newest first; with ongoing only of what goes on.
func (db *DB) BreachesOfEnvironments(ctx context.Context, org *model.Organization, environments []int, ongoing bool, p model.Page) ([]*model.BreachConnection, error) {
	at, id, err := timeAndNumberBefore(p)
	if err != nil {
		return nil, err
	}
	var rows []expectationRow
	if err := db.read(ctx, &rows, breachesOfEnvironments, org.Key, pq.Array(environments), at, id, p.First+1, ongoing); err != nil {
		return nil, wrap(err, "breaches")
	}
	groups := grouped(rows, len(environments), func(r *expectationRow) int { return r.Parent })
	return connections(groups, p, func(r *expectationRow) *model.Breach { return r.breach(r.expectation(org)) }, breachCursor), nil
}

const breachesOfOrganization = `
SELECT 1 AS parent, ` + expectationColumns + `
FROM breaches b
JOIN expectations x ON x.organization_id = $1 AND x.id = b.expectation_id` + expectationJoins + `
WHERE b.organization_id = $1 AND b.started_at <= $2 AND (b.started_at, b.id) < ($2, $3) AND (NOT $5 OR b.ended_at IS NULL)
ORDER BY b.started_at DESC, b.id DESC LIMIT $4`

// Breaches returns a page of when any environment was not as expected, newest first;
// with ongoing only of what goes on.
func (db *DB) Breaches(ctx context.Context, org *model.Organization, ongoing bool, p model.Page) (*model.BreachConnection, error) {
	at, id, err := timeAndNumberBefore(p)
	if err != nil {
		return nil, err
	}
	var rows []expectationRow
	if err := db.read(ctx, &rows, breachesOfOrganization, org.Key, at, id, p.First+1, ongoing); err != nil {
		return nil, wrap(err, "breaches")
	}
	breaches := make([]*model.Breach, len(rows))
	for i := range rows {
		breaches[i] = rows[i].breach(rows[i].expectation(org))
	}
	return model.NewConnection(breaches, p, breachCursor), nil
}

func breachCursor(b *model.Breach) model.Cursor {
	return model.NewCursor(model.TimeKey(b.StartedAt), model.IntKey(b.Key))
}

// Breach returns a breach by its key. It returns KindNotFound.
func (db *DB) Breach(ctx context.Context, org *model.Organization, key int64) (*model.Breach, error) {
	var rows []expectationRow
	err := db.read(ctx, &rows, `
SELECT 1 AS parent, `+expectationColumns+`
FROM breaches b
JOIN expectations x ON x.organization_id = $1 AND x.id = b.expectation_id`+expectationJoins+`
WHERE b.organization_id = $1 AND b.id = $2`, org.Key, key)
	if err != nil {
		return nil, wrap(err, "breach")
	}
	if len(rows) == 0 {
		return nil, model.Errorf(model.KindNotFound, "breach does not exist")
	}
	return rows[0].breach(rows[0].expectation(org)), nil
}
