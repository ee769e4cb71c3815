package db

import (
	"context"
	"time"

	"github.com/landfall-dev/landfall/model"
)

// SetApplyTime bounds the work on one delivery, for tests that wait for its end.
func (db *DB) SetApplyTime(most time.Duration) { db.applyTime = most }

// SetEventsLookedAt bounds how many events are looked at for one page of a filtered
// log.
func (db *DB) SetEventsLookedAt(n int) { db.lookedAt = n }

// SetMetricsChanges bounds how many changes are looked at for one query of metrics.
func (db *DB) SetMetricsChanges(n int) { db.changes = n }

// HoldHints keeps what others are to be told, and returns what takes it.
func (db *DB) HoldHints() (take func() []int64) {
	db.hints.mu.Lock()
	defer db.hints.mu.Unlock()
	db.hints.running = true // so that nothing else takes it
	return func() []int64 {
		taken := db.hints.take()
		db.hints.mu.Lock()
		db.hints.running = true
		db.hints.mu.Unlock()
		return taken
	}
}

// CreateForReport makes the environment that was reported without being known.
func (db *DB) CreateForReport(ctx context.Context, org *model.Organization, name string, kind model.EnvironmentType) error {
	return db.createForReport(ctx, org, name, kind)
}

// SetStepsByEvents bounds how far apart two snapshots may be for a diff to be found by
// what happened in between.
func (db *DB) SetStepsByEvents(n int) { db.stepsByEvents = n }
