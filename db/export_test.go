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

// HoldHints keeps what others are to be told of events, and returns what takes it.
func (db *DB) HoldHints() (take func() []int64) {
	all := db.HoldAllHints()
	return func() []int64 {
		events, _ := all()
		return events
	}
}

// HoldAllHints keeps what others are to be told, and returns what takes it: the
// organizations that have new events, and those that have new deliveries.
func (db *DB) HoldAllHints() (take func() (events, deliveries []int64)) {
	db.hints.mu.Lock()
	defer db.hints.mu.Unlock()
	db.hints.running = true // so that nothing else takes it
	return func() (events, deliveries []int64) {
		for _, h := range db.hints.take() {
			if h.of == ofEvents {
				events = append(events, int64(h.organization))
			} else {
				deliveries = append(deliveries, int64(h.organization))
			}
		}
		db.hints.mu.Lock()
		db.hints.running = true
		db.hints.mu.Unlock()
		return events, deliveries
	}
}

// CreateForReport makes the environment that was reported without being known.
func (db *DB) CreateForReport(ctx context.Context, org *model.Organization, name string, kind model.EnvironmentType) error {
	return db.createForReport(ctx, org, name, kind)
}

// SetStepsByEvents bounds how far apart two snapshots may be for a diff to be found by
// what happened in between.
func (db *DB) SetStepsByEvents(n int) { db.stepsByEvents = n }
