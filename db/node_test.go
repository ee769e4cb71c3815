package db_test

import (
	"database/sql"
	"testing"

	_ "github.com/lib/pq"

	"github.com/landfall-dev/landfall/db/dbtest"
)

// Every interval that holds a number has one of the nodes that the number leads to,
// which are one for each of its digits and itself.
func TestRunNode(t *testing.T) {
	t.Parallel()
	_, url := dbtest.NewURL(t)
	pool, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	var wrong, intervals int
	queryRow(t, pool, `
		WITH intervals AS (
		  SELECT since, since + length AS till, since + (random() * (length - 1))::int AS n
		  FROM (SELECT 1 + (random() * 2 ^ (i % 21))::int AS since, 1 + (random() * 2 ^ (i / 21 % 21))::int AS length FROM generate_series(0, 9000) i) x
		)
		SELECT count(*), count(*) FILTER (WHERE run_node(since, till) <= 0 OR run_node(since, till) NOT BETWEEN since AND till - 1
		  OR run_node(since, till) <> n AND run_node(since, till) NOT IN (SELECT ((n >> digit) << digit) + (1 << (digit - 1)) FROM generate_series(1, 23) digit))
		FROM intervals WHERE n BETWEEN since AND till - 1`, &intervals, &wrong)
	if intervals < 9000 || wrong > 0 {
		t.Errorf("%d of %d intervals are not where they are looked for", wrong, intervals)
	}
	var open int
	queryRow(t, pool, `SELECT run_node(7, NULL)`, &open)
	if open != 0 {
		t.Errorf("an open interval has the node %d", open)
	}
}

func queryRow(t testing.TB, pool *sql.DB, query string, into ...any) {
	t.Helper()
	if err := pool.QueryRowContext(t.Context(), query).Scan(into...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}
