package db

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/landfall-dev/landfall/model"
)

// Bounds of what is remembered of snapshots that are read page by page.
const (
	runningBytes = 64 << 20
	runningRows  = model.MaxReportedInstances
)

// snapshotKey names a snapshot.
type snapshotKey struct{ organization, environment, number int }

// runningList is all that ran in a snapshot, in the order of pages, and nil if that is
// too much to be remembered. What ran in a snapshot never changes, so it is never out
// of date. To find one page of a snapshot, Postgres has to read and sort all of it:
// who reads the second will read the others too.
func (db *DB) runningList(ctx context.Context, org *model.Organization, s *model.Snapshot) ([]runningOfParent, error) {
	key := snapshotKey{org.Key, s.Environment.Key, s.Number}
	if rows, ok := db.running.get(key); ok {
		return rows, nil
	}
	at, fingerprint, name, err := runningBefore(model.Page{})
	if err != nil {
		return nil, err
	}
	parts := partsOf([]*model.Snapshot{s})
	rows := []runningOfParent{}
	err = db.read(ctx, &rows, runningOfSnapshots, org.Key, 1, parts.places, parts.environments, parts.numbers, parts.nodes, at, fingerprint, name, runningRows+1)
	if err != nil || len(rows) > runningRows {
		return nil, err
	}
	size := 100
	for _, r := range rows {
		size += 120
		for _, n := range r.Names {
			size += len(n) + 16
		}
	}
	db.running.keep(key, rows, size)
	return rows, nil
}

// pageOfRunning is the part of a list that comes after a place, one longer than the
// page if there is more.
func pageOfRunning(rows []runningOfParent, at time.Time, fingerprint []byte, name string, first int) []runningOfParent {
	begin, _ := slices.BinarySearchFunc(rows, 0, func(r runningOfParent, _ int) int {
		after := cmp.Or(at.Compare(r.StartedAt), bytes.Compare(fingerprint, r.Fingerprint), cmp.Compare(name, r.Names[0])) > 0
		if after {
			return 1
		}
		return -1
	})
	return rows[begin:min(len(rows), begin+first+1)]
}
