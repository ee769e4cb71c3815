// Package live tells of events as they become known. A Feed reads the end of the log
// of each organization that somebody follows, once for all who do, and keeps the
// newest events. A Reader is a place in a log and nothing more: it reads on from the
// Feed, and from the database where it is further behind. So who is slow costs no
// memory, and who comes back goes on where it was.
//
// Servers do not hand events to each other: each looks for itself, when it hears that
// there are some, and now and then in case it did not hear.
package live

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/landfall-dev/landfall/model"
)

const (
	// kept is how many of the newest events of an organization are kept.
	kept = 1000
	// part is how many events are read at once.
	part = 500
	// defaultPoll is how often it is looked for events that were not heard of.
	defaultPoll = 5 * time.Second
	// settleFirst and settleMost are how long is waited for transactions that may yet
	// write what comes before.
	settleFirst = 10 * time.Millisecond
	settleMost  = time.Second
)

// Store has the logs.
type Store interface {
	Position(ctx context.Context, org *model.Organization) (model.Position, error)
	EventsAfter(ctx context.Context, org *model.Organization, after model.Position, most int) (*model.LogPart, error)
}

// Feed follows the logs of organizations. Make it with New.
type Feed struct {
	store Store
	log   *slog.Logger
	poll  time.Duration

	mu    sync.Mutex
	tails map[int]*tail
}

// New makes a feed. It looks for new events as often as poll says, besides when it is
// told by Heard; 0 is every five seconds.
func New(store Store, log *slog.Logger, poll time.Duration) *Feed {
	if poll <= 0 {
		poll = defaultPoll
	}
	return &Feed{store: store, log: log, poll: poll, tails: map[int]*tail{}}
}

// Heard lets the feed look for events of an organization, by its key, and of all for 0.
func (f *Feed) Heard(organization int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for key, t := range f.tails {
		if organization == 0 || organization == key {
			t.wake()
		}
	}
}

// Follow begins to read the log of an organization after a position, or with what
// becomes known from now on if it is nil.
func (f *Feed) Follow(ctx context.Context, org *model.Organization, after *model.Position) (*Reader, error) {
	at := after
	if at == nil {
		now, err := f.store.Position(ctx, org)
		if err != nil {
			return nil, err
		}
		at = &now
	}
	return &Reader{feed: f, tail: f.join(org), at: *at}, nil
}

// join is the tail of an organization with one reader more.
func (f *Feed) join(org *model.Organization) *tail {
	f.mu.Lock()
	defer f.mu.Unlock()
	t := f.tails[org.Key]
	if t == nil {
		t = newTail(f, org)
		f.tails[org.Key] = t
	}
	t.readers++
	return t
}

// leave lets a tail have one reader less. Without any it is read no more.
func (f *Feed) leave(t *tail) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if t.readers--; t.readers == 0 {
		delete(f.tails, t.org.Key)
		t.stop()
	}
}

// Reader is a place in a log. It is for one goroutine.
type Reader struct {
	feed   *Feed
	tail   *tail
	at     model.Position
	closed bool
}

// Next returns the next events, so many at most, as soon as there are any. They are
// the caller's own. It ends with ctx.
func (r *Reader) Next(ctx context.Context, most int) ([]model.Event, error) {
	for {
		events, covered, changed := r.tail.after(r.at, most)
		if !covered {
			read, err := r.feed.store.EventsAfter(ctx, r.tail.org, r.at, most)
			if err != nil {
				return nil, err
			}
			events = read.Events
		}
		if len(events) > 0 {
			r.at = events[len(events)-1].Facts().Place
			return events, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-changed:
		}
	}
}

// Close ends the reading.
func (r *Reader) Close() {
	if !r.closed {
		r.closed = true
		r.feed.leave(r.tail)
	}
}
