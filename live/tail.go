package live

import (
	"context"
	"sort"
	"sync"
	"time"

	"github.com/landfall-dev/landfall/model"
)

// tail is the end of the log of one organization: what came after start, up to end.
type tail[T any] struct {
	logs    *logs[T]
	org     *model.Organization
	woken   chan struct{}
	stop    context.CancelFunc
	readers int // guarded by the logs

	mu         sync.Mutex
	known      bool // start and end are
	start, end model.Position
	list       []T
	changed    chan struct{} // closed when there is more
}

func newTail[T any](l *logs[T], org *model.Organization) *tail[T] {
	ctx, stop := context.WithCancel(context.Background())
	t := &tail[T]{logs: l, org: org, woken: make(chan struct{}, 1), stop: stop, changed: make(chan struct{})}
	go t.run(ctx)
	return t
}

// wake lets the tail look for new events. It does not wait.
func (t *tail[T]) wake() {
	select {
	case t.woken <- struct{}{}:
	default: // it will look anyway
	}
}

// run reads what becomes known until ctx ends.
func (t *tail[T]) run(ctx context.Context) {
	settle, idle := settleFirst, false
	for {
		more, unsettled, err := t.read(ctx, idle)
		wait := t.logs.poll
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			t.logs.log.WarnContext(ctx, "follow log", "of", t.logs.kind.name, "organization", t.org.Name, "err", err)
		case more:
			continue
		case unsettled:
			wait = min(settle, wait)
			settle = min(2*settle, settleMost)
		default:
			settle = settleFirst
		}
		idle = false
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-t.woken:
		case <-timer.C:
			idle = wait == t.logs.poll
		}
		timer.Stop()
	}
}

// read reads once what is new. If nothing was for a while, all who keep up have what
// is there, and it is let go.
func (t *tail[T]) read(ctx context.Context, idle bool) (more, unsettled bool, err error) {
	t.mu.Lock()
	known, end := t.known, t.end
	t.mu.Unlock()
	if !known {
		now, err := t.logs.kind.position(ctx, t.org)
		if err != nil {
			return false, false, err
		}
		t.begin(now)
		return true, false, nil
	}
	read, err := t.logs.kind.after(ctx, t.org, end, atOnce)
	if err != nil {
		return false, false, err
	}
	if len(read.list) > 0 {
		t.add(read.list)
	} else if idle {
		t.forget()
	}
	return read.more, read.unsettled, nil
}

func (t *tail[T]) begin(at model.Position) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.known, t.start, t.end = true, at, at
	t.tell()
}

func (t *tail[T]) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.start, t.list = t.end, nil
}

// add puts what is new at the end, and lets go of what is too much.
func (t *tail[T]) add(list []T) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.list = append(t.list, list...)
	t.end = t.logs.kind.place(list[len(list)-1])
	if over := len(t.list) - kept; over > 0 {
		t.start = t.logs.kind.place(t.list[over-1])
		t.list = append([]T(nil), t.list[over:]...)
	}
	t.tell()
}

// tell wakes all readers.
func (t *tail[T]) tell() {
	close(t.changed)
	t.changed = make(chan struct{})
}

// after returns copies of what comes after a position, so many at most. It reports
// false if the tail does not reach back so far. The channel is closed when there may
// be more.
func (t *tail[T]) after(at model.Position, most int) (list []T, covered bool, changed <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.known || at.Compare(t.start) < 0 {
		return nil, false, t.changed
	}
	first := sort.Search(len(t.list), func(i int) bool { return t.logs.kind.place(t.list[i]).Compare(at) > 0 })
	for _, one := range t.list[first:min(first+most, len(t.list))] {
		list = append(list, t.logs.kind.clone(one)) // what is asked of it is filled in by each reader
	}
	return list, true, t.changed
}
