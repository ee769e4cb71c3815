package live

import (
	"context"
	"sort"
	"sync"
	"time"

	"github.com/landfall-dev/landfall/model"
)

// tail is the end of the log of one organization: what came after start, up to end.
type tail struct {
	feed    *Feed
	org     *model.Organization
	woken   chan struct{}
	stop    context.CancelFunc
	readers int // guarded by the feed

	mu         sync.Mutex
	known      bool // start and end are
	start, end model.Position
	events     []model.Event
	changed    chan struct{} // closed when there is more
}

func newTail(f *Feed, org *model.Organization) *tail {
	ctx, stop := context.WithCancel(context.Background())
	t := &tail{feed: f, org: org, woken: make(chan struct{}, 1), stop: stop, changed: make(chan struct{})}
	go t.run(ctx)
	return t
}

// wake lets the tail look for new events. It does not wait.
func (t *tail) wake() {
	select {
	case t.woken <- struct{}{}:
	default: // it will look anyway
	}
}

// run reads what becomes known until ctx ends.
func (t *tail) run(ctx context.Context) {
	settle, idle := settleFirst, false
	for {
		more, unsettled, err := t.read(ctx, idle)
		wait := t.feed.poll
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			t.feed.log.WarnContext(ctx, "follow events", "organization", t.org.Name, "err", err)
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
			idle = wait == t.feed.poll
		}
		timer.Stop()
	}
}

// read reads once what is new. If nothing was for a while, all who keep up have what
// is there, and it is let go.
func (t *tail) read(ctx context.Context, idle bool) (more, unsettled bool, err error) {
	t.mu.Lock()
	known, end := t.known, t.end
	t.mu.Unlock()
	if !known {
		now, err := t.feed.store.Position(ctx, t.org)
		if err != nil {
			return false, false, err
		}
		t.begin(now)
		return true, false, nil
	}
	read, err := t.feed.store.EventsAfter(ctx, t.org, end, part)
	if err != nil {
		return false, false, err
	}
	if len(read.Events) > 0 {
		t.add(read.Events)
	} else if idle {
		t.forget()
	}
	return read.More, read.Unsettled, nil
}

func (t *tail) begin(at model.Position) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.known, t.start, t.end = true, at, at
	t.tell()
}

func (t *tail) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.start, t.events = t.end, nil
}

// add puts events at the end, and lets go of those that are too many.
func (t *tail) add(events []model.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.events = append(t.events, events...)
	t.end = events[len(events)-1].Facts().Place
	if over := len(t.events) - kept; over > 0 {
		t.start = t.events[over-1].Facts().Place
		t.events = append([]model.Event(nil), t.events[over:]...)
	}
	t.tell()
}

// tell wakes all readers.
func (t *tail) tell() {
	close(t.changed)
	t.changed = make(chan struct{})
}

// after returns copies of the events after a position, so many at most. It reports
// false if the tail does not reach back so far. The channel is closed when there may
// be more.
func (t *tail) after(at model.Position, most int) (events []model.Event, covered bool, changed <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.known || at.Compare(t.start) < 0 {
		return nil, false, t.changed
	}
	first := sort.Search(len(t.events), func(i int) bool { return t.events[i].Facts().Place.Compare(at) > 0 })
	for _, e := range t.events[first:min(first+most, len(t.events))] {
		facts := *e.Facts() // what is asked of it is filled in by each reader
		events = append(events, model.NewEvent(&facts))
	}
	return events, true, t.changed
}
