package db

import (
	"context"
	"sync"
	"time"

	"github.com/lib/pq"
)

// hintChannel is where servers tell each other which organizations have new events.
const hintChannel = "landfall_events"

// hintDelay is for how long hints are gathered. They tell where to look and not what
// is there, so one for many events is as good as one for each.
const hintDelay = 15 * time.Millisecond

// hintTime bounds telling others: they look by themselves now and then.
const hintTime = 5 * time.Second

// hints are the organizations in which this server has written events that others
// have not been told of. One goroutine tells them, after the commit: a NOTIFY in the
// writing transaction would let all writers wait for each other.
type hints struct {
	tell func(ctx context.Context, organizations []int64) error

	mu            sync.Mutex
	organizations map[int]struct{}
	running       bool
	closed        chan struct{}
	closing       sync.Once
	done          sync.WaitGroup
}

// start makes hints ready to be told.
func (h *hints) start(tell func(context.Context, []int64) error) {
	h.tell, h.organizations, h.closed = tell, map[int]struct{}{}, make(chan struct{})
}

// add notes that events of an organization were written. It does not wait.
func (h *hints) add(organization int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.organizations[organization] = struct{}{}
	if h.running {
		return
	}
	select {
	case <-h.closed:
	default:
		h.running = true
		h.done.Add(1)
		go h.run()
	}
}

// run tells all that is there, and ends when there is nothing more.
func (h *hints) run() {
	defer h.done.Done()
	for {
		select {
		case <-h.closed:
		case <-time.After(hintDelay):
		}
		organizations := h.take()
		if organizations == nil {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), hintTime)
		_ = h.tell(ctx, organizations) // it is a hint: those who wait for it look by themselves too
		cancel()
	}
}

// take takes the organizations there are; nil ends the goroutine.
func (h *hints) take() []int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.organizations) == 0 {
		h.running = false
		return nil
	}
	var taken []int64
	for organization := range h.organizations {
		taken = append(taken, int64(organization))
	}
	clear(h.organizations)
	return taken
}

// close tells what is left, and returns when it is told.
func (h *hints) close() {
	h.closing.Do(func() { close(h.closed) })
	h.done.Wait()
}

// The commit of a NOTIFY need not be on disk: nobody depends on it.
const tellHints = `
SELECT pg_notify($2, organization::text)
FROM (SELECT set_config('synchronous_commit', 'off', true) AS quick OFFSET 0) q, unnest($1::int[]) AS organization
WHERE quick IS NOT NULL`

func (db *DB) tellHints(ctx context.Context, organizations []int64) error {
	_, err := db.sql.ExecContext(ctx, tellHints, pq.Array(organizations), hintChannel)
	return err
}

// written are the organizations in which a transaction has written events. It is in
// the context of the transaction's work, so that whoever writes an event there need
// not hand it on.
type written struct{ organizations []int }

type writtenKey struct{}

func withWritten(ctx context.Context) (context.Context, *written) {
	w := new(written)
	return context.WithValue(ctx, writtenKey{}, w), w
}

// wroteEvents notes that the transaction under way has written events, for who is to
// be told after its commit. A statement that writes events in no transaction of
// inTx calls db.hints.add by itself.
func wroteEvents(ctx context.Context, organization int) {
	if w, ok := ctx.Value(writtenKey{}).(*written); ok {
		w.organizations = append(w.organizations, organization)
	}
}
