package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// contact says whether a feed is up to date: whether it holds all that there was at
// some moment, and has been told of each change since. It is, while it is complete
// and a watch is open.
type contact struct {
	now func() time.Time

	mu       sync.Mutex
	complete bool
	open     bool
	watches  int           // how many were opened so far
	endedAt  time.Time     // when the last watch ended; zero if there was none since the feed became complete
	err      error         // why contact was lost; nil while it is being made
	turned   chan struct{} // closed when any of these turns
}

func newContact(now func() time.Time) *contact {
	return &contact{now: now, turned: make(chan struct{})}
}

func (c *contact) turn(to func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	to()
	close(c.turned)
	c.turned = make(chan struct{})
}

// begin tells that everything is being asked for anew.
func (c *contact) begin() {
	c.turn(func() { c.complete, c.open, c.err = false, false, nil })
}

// completed tells that the feed holds everything.
func (c *contact) completed() {
	c.turn(func() { c.complete, c.endedAt = true, time.Time{} })
}

// opened tells that a watch is open, and returns its number.
func (c *contact) opened() (watch int) {
	c.turn(func() {
		c.open, c.err = true, nil
		c.watches++
		watch = c.watches
	})
	return watch
}

// ended tells that a watch ended, as each does after some minutes. It may tell so
// when the next one is open already.
func (c *contact) ended(watch int) {
	c.turn(func() {
		if watch == c.watches {
			c.open, c.endedAt = false, c.now()
		}
	})
}

// lost tells that the API server did not do what was asked.
func (c *contact) lost(err error) {
	c.turn(func() { c.complete, c.open, c.err = false, false, err })
}

// maxGap is for how long there may be no watch. What happens meanwhile is told when
// the next one opens, but not how long that telling takes: after longer, all is
// asked for anew, because then it is known when all is told.
const maxGap = 2 * time.Second

// mayResume reports whether a watch may go on where the last one ended.
func (c *contact) mayResume() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.complete && (c.endedAt.IsZero() || c.now().Sub(c.endedAt) < maxGap)
}

// patience is for how long contact may take to be made.
const patience = time.Minute

var errNoAnswer = errors.New("it has not told everything within a minute")

// await returns when the feed is up to date. While contact is being made it waits;
// if it is lost it returns why, at once.
func (c *contact) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errNoAnswer)
	defer cancel()
	for {
		c.mu.Lock()
		upToDate, err, turned := c.complete && c.open, c.err, c.turned
		c.mu.Unlock()
		switch {
		case upToDate:
			return nil
		case err != nil:
			return err
		}
		select {
		case <-turned:
		case <-ctx.Done():
			return fmt.Errorf("wait for the API server: %w", context.Cause(ctx))
		}
	}
}
