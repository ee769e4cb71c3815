// Package notify tells places outside of events: webhooks, and channels of people. A
// place has a position in the log of its organization and no queue. A worker of any
// server leases it, reads what came after the position, sends what the place asked
// for, and moves the position. What is lost in between is sent again: each event is
// told at least once, and in order.
package notify

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/landfall-dev/landfall/model"
)

const (
	atOnce   = 16               // places that a server tells at one time
	lease    = 2 * time.Minute  // after which another server takes over
	sendTime = 20 * time.Second // for one message, with its answer
	reading  = 500              // events that are read at once
	mostRead = 20               // times, for one message
	mostTold = 100              // events in one message

	tick       = time.Second      // how often it is looked whether something is due
	idle       = 30 * time.Second // after which it is looked for what was not heard of
	settling   = 200 * time.Millisecond
	againFirst = 2 * time.Second
	againMost  = 15 * time.Minute
)

// Store knows places and events. Any number of servers may share one.
type Store interface {
	DueNotifications(ctx context.Context, organizations []int, most int, lease time.Duration) ([]*model.DueNotification, error)
	SettleNotification(ctx context.Context, due *model.DueNotification, r model.NotificationResult) error
	NotificationToTell(ctx context.Context, org *model.Organization, key int) (*model.Notification, error)
	NoteNotificationTest(ctx context.Context, org *model.Organization, key int, status *int, reason string) error
	EventsAfter(ctx context.Context, org *model.Organization, after model.Position, most int) (*model.LogPart, error)
	EventMatcher(ctx context.Context, org *model.Organization, scope model.EventScope) (*model.EventMatcher, error)
	FlowsByKey(ctx context.Context, org *model.Organization, keys []int) (map[int]*model.Flow, error)

	// Time is the clock of the store.
	Time() time.Time
}

// Worker tells places of events.
type Worker struct {
	store   Store
	log     *slog.Logger
	client  *http.Client
	version string

	telling chan struct{} // one for each place that is being told
	running sync.WaitGroup

	mu    sync.Mutex
	heard map[int]bool
	wake  chan struct{}
}

// Options say how a worker works.
type Options struct {
	// Private lets addresses inside the server's own network be told.
	Private bool
	Version string
	Timeout time.Duration // of one message; 20 seconds if zero
}

// New makes a worker.
func New(store Store, log *slog.Logger, o Options) *Worker {
	if o.Timeout == 0 {
		o.Timeout = sendTime
	}
	return &Worker{
		store: store, log: log, client: newClient(o.Private, o.Timeout), version: o.Version,
		telling: make(chan struct{}, atOnce), heard: map[int]bool{}, wake: make(chan struct{}, 1),
	}
}

// Heard lets the worker look for events of an organization, by its key; 0 says that
// any may have been missed, which is found out in time.
func (w *Worker) Heard(organization int) {
	if organization == 0 {
		return
	}
	w.mu.Lock()
	w.heard[organization] = true
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Run tells places until ctx ends, and returns when nothing is under way any more.
func (w *Worker) Run(ctx context.Context) {
	defer w.running.Wait()
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		if err := w.TellDue(ctx); err != nil && ctx.Err() == nil {
			w.log.ErrorContext(ctx, "notify", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-w.wake:
		}
	}
}

// TellDue begins to tell all places that may be told something now. A place that takes
// its time holds up no other, until there are too many of them.
func (w *Worker) TellDue(ctx context.Context) error {
	for {
		free, err := w.take(ctx)
		if err != nil {
			return err
		}
		due, err := w.store.DueNotifications(ctx, w.takeHeard(), free, lease)
		for range free - len(due) {
			<-w.telling
		}
		for _, d := range due {
			w.running.Go(func() {
				defer func() { <-w.telling }()
				w.tell(ctx, d)
			})
		}
		if err != nil || len(due) == 0 {
			return err
		}
	}
}

// take waits until a place can be told, and takes room for as many as there is.
func (w *Worker) take(ctx context.Context) (free int, err error) {
	select {
	case w.telling <- struct{}{}:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	for free = 1; ; free++ {
		select {
		case w.telling <- struct{}{}:
		default:
			return free, nil
		}
	}
}

func (w *Worker) takeHeard() []int {
	w.mu.Lock()
	defer w.mu.Unlock()
	organizations := []int{}
	for organization := range w.heard {
		organizations = append(organizations, organization)
	}
	clear(w.heard)
	return organizations
}

// tell tells one place what is new, and notes what became of it.
func (w *Worker) tell(ctx context.Context, due *model.DueNotification) {
	result, err := w.send(ctx, due)
	if err != nil {
		if ctx.Err() == nil {
			w.log.ErrorContext(ctx, "notify", "organization", due.Organization.Name, "notification", due.Notification.Name, "err", err)
		}
		return // the lease ends by itself
	}
	noting, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second) // it was sent, also if the server stops
	defer cancel()
	if err := w.store.SettleNotification(noting, due, result); err != nil {
		w.log.ErrorContext(ctx, "note what was told", "organization", due.Organization.Name, "notification", due.Notification.Name, "err", err)
	}
	if result.Next == 0 || (result.Tried && result.Reason == "") {
		w.Heard(due.Organization.Key) // there may be more
	}
}

// send sends the next message to a place, if there is anything for it.
func (w *Worker) send(ctx context.Context, due *model.DueNotification) (model.NotificationResult, error) {
	news, err := w.read(ctx, due)
	if err != nil {
		return model.NotificationResult{}, err
	}
	result := model.NotificationResult{Position: news.end, Next: idle}
	if news.unsettled {
		result.Next = settling
	} else if news.more {
		result.Next = 0
	}
	if len(news.events) == 0 {
		return result, nil
	}
	flows, err := w.flows(ctx, due.Organization, news.events)
	if err != nil {
		return result, err
	}
	m, err := newMessage(due, news, flows, w.store.Time())
	if err != nil {
		return result, err
	}
	status, reason := w.post(ctx, due.Notification, m)
	if reason != "" && ctx.Err() != nil {
		return result, ctx.Err() // the server stops: that is not the place's fault
	}
	result.Tried, result.Events, result.Status, result.Reason = true, len(news.events), status, reason
	if reason != "" {
		result.Position, result.Next = due.Position, again(due.Notification.Attempts)
	}
	return result, nil
}

// again is how long is waited after so many failures and one more.
func again(failures int) time.Duration {
	return min(againFirst<<min(failures, 20), againMost)
}

// news is what a place is to be told.
type news struct {
	events    []model.Event
	end       model.Position // of what was looked at, or of the last event if there is more
	more      bool
	unsettled bool
}

// read reads what came after the position of a place and is for it.
func (w *Worker) read(ctx context.Context, due *model.DueNotification) (news, error) {
	n := news{end: due.Position}
	matcher, err := w.store.EventMatcher(ctx, due.Organization, due.Scope)
	if err != nil {
		return n, err
	}
	for range mostRead {
		part, err := w.store.EventsAfter(ctx, due.Organization, n.end, reading)
		if err != nil {
			return n, err
		}
		for _, e := range part.Events {
			if matcher.IsOutdated(e) {
				if matcher, err = w.store.EventMatcher(ctx, due.Organization, due.Scope); err != nil {
					return n, err
				}
			}
			if matcher.Matches(e) {
				n.events = append(n.events, e)
			}
			n.end = e.Facts().Place
			if len(n.events) == mostTold {
				n.more = true
				return n, nil
			}
		}
		n.more, n.unsettled = part.More, part.Unsettled
		if !part.More {
			return n, nil
		}
	}
	return n, nil
}

// flows are those that events belong to, by their keys.
func (w *Worker) flows(ctx context.Context, org *model.Organization, events []model.Event) (map[int]*model.Flow, error) {
	var keys []int
	for _, e := range events {
		keys = append(keys, e.Facts().FlowKeys...)
	}
	if len(keys) == 0 {
		return nil, nil
	}
	return w.store.FlowsByKey(ctx, org, keys)
}

// Test sends a test message to a place, and returns why it did not arrive; empty if
// it did. It returns KindNotFound.
func (w *Worker) Test(ctx context.Context, org *model.Organization, key int) (reason string, err error) {
	n, err := w.store.NotificationToTell(ctx, org, key)
	if err != nil {
		return "", err
	}
	m, err := newTest(org, n, w.store.Time())
	if err != nil {
		return "", err
	}
	status, reason := w.post(ctx, n, m)
	if err := w.store.NoteNotificationTest(ctx, org, key, status, reason); err != nil {
		return "", err
	}
	if reason == "" {
		w.Heard(org.Key)
	}
	return reason, nil
}
