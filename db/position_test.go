package db_test

import (
	"database/sql"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
)

// slowWriter is a transaction that has written an event of an environment, and
// holds on.
func slowWriter(t testing.TB, url string, org *model.Organization, name string) *sql.Tx {
	t.Helper()
	pool, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	tx, err := pool.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = tx.ExecContext(t.Context(), `INSERT INTO events (organization_id, at, recorded_at, kind, name) VALUES ($1, now(), now(), 12, $2)`, org.Key, name)
	if err != nil {
		t.Fatal(err)
	}
	return tx
}

func position(t testing.TB, d *db.DB, org *model.Organization) model.Position {
	t.Helper()
	p, err := d.Position(t.Context(), org)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A position is not past a transaction that is still under way: it may yet write
// what belongs before.
func TestDB_Position(t *testing.T) {
	t.Parallel()
	d, url := dbtest.NewURL(t)
	org := newOrganization(t, d)
	if got := position(t, d, org); got != (model.Position{}) {
		t.Errorf("with no event the position is %v", got)
	}
	first := slowWriter(t, url, org, "first")
	second := slowWriter(t, url, org, "second")
	if err := second.Commit(); err != nil {
		t.Fatal(err)
	}
	if got := position(t, d, org); got != (model.Position{}) {
		t.Errorf("the position is %v while an older transaction is under way", got)
	}
	if err := first.Commit(); err != nil {
		t.Fatal(err)
	}
	for position(t, d, org).Key != 2 { // other tests have transactions on the same server
		if err := t.Context().Err(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
	}
	if got := position(t, d, org); got.Transaction == 0 {
		t.Errorf("the position is %v after both have ended", got)
	}
	if _, err := d.Bootstrap(t.Context(), "other", model.NewTokenSecret()); err != nil {
		t.Fatal(err)
	}
	other, err := d.Organization(t.Context(), "other")
	if err != nil {
		t.Fatal(err)
	}
	if got := position(t, d, other); got != (model.Position{}) {
		t.Errorf("another organization has the position %v", got)
	}
}
