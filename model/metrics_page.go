package model

import (
	"slices"
	"time"
)

// maxListAge is how long the pages of a list of changes may go on to be about the
// period of the first.
const maxListAge = 24 * time.Hour

// ListedSince returns the moment at which the first page was asked for of a list of
// changes that goes on after a cursor. It is not known of what is no such cursor, is
// older than a day, or is from the future.
func ListedSince(after Cursor, now time.Time) (at time.Time, known bool) {
	key, err := after.Key(4)
	if err != nil {
		return time.Time{}, false
	}
	at, err = ParseTimeKey(key[3])
	return at, err == nil && !at.After(now) && now.Sub(at) <= maxListAge
}

// cursor is the place of a change in the list, newest first. The moment of the first
// page is part of it, so that `90.days.ago` is the same for all pages.
func (m *DeliveryMetrics) cursor(c *DeliveredChange) Cursor {
	return NewCursor(TimeKey(c.RunningAt()), c.Flow().Name, IntKey(c.Run.Version.Key), TimeKey(m.asked))
}

// PageOfChanges returns a page of the changes, newest first. It returns KindInvalid for a
// cursor of another list.
func (m *DeliveryMetrics) PageOfChanges(p Page) (*DeliveredChangeConnection, error) {
	rows := m.Rows
	if p.After != "" {
		key, err := p.After.Key(4)
		if err != nil {
			return nil, err
		}
		at, err := ParseTimeKey(key[0])
		if err != nil {
			return nil, err
		}
		version, err := ParseIntKey(key[2])
		if err != nil {
			return nil, err
		}
		place := &DeliveredChange{Run: &VersionRun{StartedAt: at, Version: &DeliveredVersion{Key: version, Flow: &Flow{Name: key[1]}}}}
		begin, found := slices.BinarySearchFunc(rows, place, newerChange)
		if found {
			begin++
		}
		rows = rows[begin:]
	}
	rows = rows[:min(len(rows), p.First+1)]
	if m.flows != nil {
		rows = m.borrowed(rows)
	}
	return NewConnection(rows, p, m.cursor), nil
}

// ForKeeping is a copy that can be kept to answer several requests: with what is told of
// each change, and without the histories that this was found in.
func (m *DeliveryMetrics) ForKeeping() *DeliveryMetrics {
	kept := *m
	kept.Environment, kept.Rows = nil, make([]*DeliveredChange, len(m.Rows))
	for i, c := range m.Rows {
		kept.Rows[i] = c.forKeeping()
	}
	return &kept
}

// Borrow is what was kept, for one request: of an environment and flows, by their keys,
// as they were read for it.
func (m *DeliveryMetrics) Borrow(e *Environment, flows map[int]*Flow) *DeliveryMetrics {
	borrowed := *m
	borrowed.Environment, borrowed.flows = e, flows
	return &borrowed
}

// borrowed are copies of changes that are kept, which one request can fill in.
func (m *DeliveryMetrics) borrowed(kept []*DeliveredChange) []*DeliveredChange {
	copies := make([]*DeliveredChange, len(kept))
	for i, c := range kept {
		change, run, version := *c, *c.Run, *c.Run.Version
		version.Flow = m.flows[version.Flow.Key]
		run.Version, change.Run, change.Environment = &version, &run, m.Environment
		copies[i] = &change
	}
	return copies
}

// broughtFigures say what a change brought once the commits are forgotten.
type broughtFigures struct {
	commits  *int
	leadTime *DurationFigures
	oldest   *time.Time
}

func (c *DeliveredChange) forKeeping() *DeliveredChange {
	figures := &broughtFigures{commits: c.NewCommits(), leadTime: c.LeadTime()}
	if oldest := c.CommittedAt(); oldest != nil {
		at := *oldest // and not the commit that it is in
		figures.oldest = &at
	}
	kept := &DeliveredChange{Run: c.Run.forKeeping(), figures: figures, Failure: c.Failure, RestoredAt: c.RestoredAt, Excluded: c.Excluded}
	if c.replaced != nil {
		kept.replaced = &DeliveredChange{Run: c.replaced.Run.forKeeping()}
	}
	return kept
}

func (r *VersionRun) forKeeping() *VersionRun {
	run, version := *r, *r.Version
	version.Commit = nil
	run.Version = &version
	return &run
}
