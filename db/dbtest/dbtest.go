// Package dbtest gives tests a real Postgres, with a database of its own for
// each test. Nothing has to be started before: the first test of a process that
// asks for a database starts a throwaway cluster, in memory where it can. Set
// TEST_DATABASE_URL to use another server instead, by a role that may create
// databases.
//
// A package that uses it should have
//
//	func TestMain(m *testing.M) { dbtest.Main(m) }
//
// so that the cluster is gone when its tests are done.
package dbtest

import (
	"context"
	"crypto/rand"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/lib/pq"

	"github.com/landfall-dev/landfall/db"
)

// Main runs the tests of a package and then removes the cluster that they used.
// It does not return.
func Main(m *testing.M) {
	code := m.Run()
	stopServer()
	os.Exit(code)
}

// New returns a migrated, empty database that is dropped when t ends.
func New(t testing.TB) *db.DB {
	t.Helper()
	d, _ := NewURL(t)
	return d
}

// NewURL is New and the address of the database, for what opens it by itself.
func NewURL(t testing.TB) (*db.DB, string) {
	t.Helper()
	template, err := migrated()
	if err != nil {
		t.Fatalf("prepare a migrated database: %v", err)
	}
	url := create(t, template)
	d, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatalf("open test database: %v", err)
	}
	d.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close test database: %v", err)
		}
	})
	return d, url
}

// URL returns the address of a database with nothing in it, not even tables,
// that is dropped when t ends.
func URL(t testing.TB) string {
	t.Helper()
	return create(t, "template0")
}

// create makes a database as a copy of another one.
func create(t testing.TB, template string) string {
	t.Helper()
	s, err := running()
	if err != nil {
		t.Fatalf("start a postgres for tests: %v", err)
	}
	name := "landfall_test_" + strings.ToLower(rand.Text())
	err = s.exec(t.Context(), "CREATE DATABASE "+pq.QuoteIdentifier(name)+
		" TEMPLATE "+pq.QuoteIdentifier(template)+s.strategy)
	if err != nil {
		t.Fatalf("create test database: %v", err)
	}
	t.Cleanup(func() {
		// Not t's context, which has ended by now.
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := s.exec(ctx, "DROP DATABASE "+pq.QuoteIdentifier(name)+" WITH (FORCE)"); err != nil {
			t.Errorf("drop test database: %v", err)
		}
	})
	return withDatabase(s.url, name)
}
