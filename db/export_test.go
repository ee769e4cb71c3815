package db

import "time"

// SetApplyTime bounds the work on one delivery, for tests that wait for its end.
func (db *DB) SetApplyTime(most time.Duration) { db.applyTime = most }
