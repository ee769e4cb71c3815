package live

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/landfall-dev/landfall/model"
)

// kind is how one kind of thing is read that is followed.
type kind[T any] struct {
	name     string
	position func(ctx context.Context, org *model.Organization) (model.Position, error)
	after    func(ctx context.Context, org *model.Organization, after model.Position, most int) (part[T], error)
	place    func(T) model.Position
	clone    func(T) T
}

// part is what was read of a log at once.
type part[T any] struct {
	list            []T
	more, unsettled bool
}

// logs are the logs of one kind that somebody follows, by organization.
type logs[T any] struct {
	kind kind[T]
	log  *slog.Logger
	poll time.Duration

	mu    sync.Mutex
	tails map[int]*tail[T]
}

// heard lets the tail of an organization look, and all for 0.
func (l *logs[T]) heard(organization int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, t := range l.tails {
		if organization == 0 || organization == key {
			t.wake()
		}
	}
}

func (l *logs[T]) follow(ctx context.Context, org *model.Organization, after *model.Position) (*ReaderOf[T], error) {
	at := after
	if at == nil {
		now, err := l.kind.position(ctx, org)
		if err != nil {
			return nil, err
		}
		at = &now
	}
	return &ReaderOf[T]{tail: l.join(org), at: *at}, nil
}

// join is the tail of an organization with one reader more.
func (l *logs[T]) join(org *model.Organization) *tail[T] {
	l.mu.Lock()
	defer l.mu.Unlock()
	t := l.tails[org.Key]
	if t == nil {
		t = newTail(l, org)
		l.tails[org.Key] = t
	}
	t.readers++
	return t
}

// leave lets a tail have one reader less. Without any it is read no more.
func (l *logs[T]) leave(t *tail[T]) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t.readers--; t.readers == 0 {
		delete(l.tails, t.org.Key)
		t.stop()
	}
}

// ReaderOf is a place in a log. It is for one goroutine.
type ReaderOf[T any] struct {
	tail   *tail[T]
	at     model.Position
	closed bool
}

// Reader is a place in the events of an organization.
type Reader = ReaderOf[model.Event]

// DeliveryReader is a place in the deliveries of an organization.
type DeliveryReader = ReaderOf[*model.Delivery]

// Next returns what is next, so many at most, as soon as there is anything. It is the
// caller's own. It ends with ctx.
func (r *ReaderOf[T]) Next(ctx context.Context, most int) ([]T, error) {
	kind := r.tail.logs.kind
	for {
		list, covered, changed := r.tail.after(r.at, most)
		if !covered {
			read, err := kind.after(ctx, r.tail.org, r.at, most)
			if err != nil {
				return nil, err
			}
			list = read.list
		}
		if len(list) > 0 {
			r.at = kind.place(list[len(list)-1])
			return list, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-changed:
		}
	}
}

// Close ends the reading.
func (r *ReaderOf[T]) Close() {
	if !r.closed {
		r.closed = true
		r.tail.logs.leave(r.tail)
	}
}
