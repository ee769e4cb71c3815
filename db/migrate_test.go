package db_test

import (
	"database/sql"
	"strings"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
)

func open(t testing.TB, url string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// schemaOf is what the catalogue says of tables, columns, constraints and
// indexes.
func schemaOf(t testing.TB, url string) string {
	t.Helper()
	pool, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	var schema string
	err = pool.QueryRowContext(t.Context(), `
		SELECT coalesce(string_agg(line, E'\n' ORDER BY line), '') FROM (
		  SELECT format('%s.%s %s', table_name, column_name, data_type) AS line FROM information_schema.columns WHERE table_schema = 'public'
		  UNION ALL SELECT format('%s: %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
		  UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
		) x WHERE line NOT LIKE '%bun_migration%'`).Scan(&schema)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestDB_Migrate_FourAtOnce(t *testing.T) {
	t.Parallel()
	url := dbtest.URL(t)
	var group errgroup.Group
	for range 4 {
		d := open(t, url)
		group.Go(func() error { return d.Migrate(t.Context()) })
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	_, migrated := dbtest.NewURL(t)
	if got, want := schemaOf(t, url), schemaOf(t, migrated); got != want {
		t.Errorf("four at once made another schema than one:\n%s\nwant:\n%s", got, want)
	}
}

func TestDB_Migrate_UpDownUp(t *testing.T) {
	t.Parallel()
	d, url := dbtest.NewURL(t)
	before := schemaOf(t, url)
	if err := d.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := schemaOf(t, url); strings.Contains(left, "organizations") {
		t.Errorf("left after going down:\n%s", left)
	}
	if err := d.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := schemaOf(t, url); after != before {
		t.Errorf("up, down, up:\n%s\nwant:\n%s", after, before)
	}
}

// Every table carries the organization in each of its keys.
func TestSchema_OrganizationInEveryKey(t *testing.T) {
	t.Parallel()
	_, url := dbtest.NewURL(t)
	pool, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	rows, err := pool.QueryContext(t.Context(), `
		SELECT c.conrelid::regclass::text, c.conname, pg_get_constraintdef(c.oid)
		FROM pg_constraint c
		WHERE c.connamespace = 'public'::regnamespace AND c.contype IN ('p', 'u', 'f') AND c.conrelid::regclass::text NOT LIKE '%bun_migration%'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	exempt := map[string]string{
		"organizations_pkey":     "it is the organization",
		"organizations_name_key": "it names the organization",
		"tokens_hash_key":        "a token is what tells the organization",
		"sessions_hash_key":      "a session is what tells the organization",
	}
	seen := 0
	for rows.Next() {
		var table, name, definition string
		if err := rows.Scan(&table, &name, &definition); err != nil {
			t.Fatal(err)
		}
		seen++
		if exempt[name] == "" && !strings.Contains(strings.SplitN(definition, ")", 2)[0], "(organization_id") {
			t.Errorf("%s of %s is %s: the organization must lead it", name, table, definition)
		}
	}
	if err := rows.Err(); err != nil || seen < 20 {
		t.Errorf("%d keys were looked at, %v", seen, err)
	}
}
