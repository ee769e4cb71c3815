package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"

	"github.com/lib/pq"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/migrate"

	"github.com/landfall-dev/landfall/migrations"
)

// migrateLock is the advisory lock under which migrations run. Any number does,
// as long as every version of Landfall uses the same.
const migrateLock = 0x6c616e6466616c6c // "landfall"

// Migrate applies the migrations that are not applied yet. Servers that start
// together take turns.
func (db *DB) Migrate(ctx context.Context) error {
	return db.migrate(ctx, func(m *migrate.Migrator) error {
		_, err := m.Migrate(ctx)
		return err
	})
}

// Rollback takes back the last group of migrations that was applied.
func (db *DB) Rollback(ctx context.Context) error {
	return db.migrate(ctx, func(m *migrate.Migrator) error {
		_, err := m.Rollback(ctx)
		return err
	})
}

// migrate runs what it is given under the lock, on connections of its own: a
// migration may take longer than any statement of a request should.
func (db *DB) migrate(ctx context.Context, run func(*migrate.Migrator) error) (err error) {
	all := migrate.NewMigrations()
	if err := all.Discover(migrations.FS); err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	config := db.config.Clone()
	config.Runtime = maps.Clone(config.Runtime)
	config.Runtime["statement_timeout"] = "0"
	connector, err := pq.NewConnectorConfig(config)
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	patient := bun.NewDB(sql.OpenDB(connector), pgdialect.New())
	defer func() { err = errors.Join(err, patient.Close()) }()

	conn, err := patient.Conn(ctx) // the lock needs a connection of its own
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(?)", int64(migrateLock)); err != nil {
		return fmt.Errorf("lock migrations: %w", err)
	}
	defer func() {
		_, unlockErr := conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock(?)", int64(migrateLock))
		err = errors.Join(err, unlockErr)
	}()
	m := migrate.NewMigrator(patient, all, migrate.WithMarkAppliedOnSuccess(true))
	if err := m.Init(ctx); err != nil {
		return fmt.Errorf("create migration tables: %w", err)
	}
	if err := run(m); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}
