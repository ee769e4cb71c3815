package db

import "time"

// SetApplyTime bounds the work on one delivery, for tests that wait for its end.
func (db *DB) SetApplyTime(most time.Duration) { db.applyTime = most }

// SetEventsLookedAt bounds how many events are looked at for one page of a filtered
// log.
func (db *DB) SetEventsLookedAt(n int) { db.lookedAt = n }
