package db

import (
	"context"
	"sync"
	"time"

	"github.com/lib/pq"
)

// what a hint is of is also the channel on which servers tell each other which
// organizations have something new.
type what string

const (
	ofEvents     what = "landfall_events"
	ofDeliveries what = "landfall_deliveries"
)

// hint says that an organization has something new.
type hint struct {
	organization int
	of           what
}

// hintDelay is for how long hints are gathered. They tell where to look and not what
// is there, so one for many events is as good as one for each.
const hintDelay = 15 * time.Millisecond

// hintTime bounds telling others: they look by themselves now and then.
const hintTime = 5 * time.Second

// hints are what this server has written that others have not been told of. One goroutine tells them, after the commit: a NOTIFY in the
// writing transaction would let all writers wait for each other.
type hints struct {
	tell func(ctx context.Context, hints []hint) error

	mu      sync.Mutex
	noted   map[hint]struct{}
	running bool
	closed  chan struct{}
	closing sync.Once
	done    sync.WaitGroup
}

// start makes hints ready to be told.
func (h *hints) start(tell func(context.Context, []hint) error) {
	h.tell, h.noted, h.closed = tell, map[hint]struct{}{}, make(chan struct{})
}

// add notes that something was written. It does not wait.
func (h *hints) add(noted hint) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.noted[noted] = struct{}{}
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
		taken := h.take()
		if taken == nil {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), hintTime)
		_ = h.tell(ctx, taken) // it is a hint: those who wait for it look by themselves too
		cancel()
	}
}

// take takes the hints there are; nil ends the goroutine.
func (h *hints) take() []hint {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.noted) == 0 {
		h.running = false
		return nil
	}
	var taken []hint
	for noted := range h.noted {
		taken = append(taken, noted)
	}
	clear(h.noted)
	return taken
}

// close tells what is left, and returns when it is told.
func (h *hints) close() {
	h.closing.Do(func() { close(h.closed) })
	h.done.Wait()
}

// The commit of a NOTIFY need not be on disk: nobody depends on it.
const tellHints = `
SELECT pg_notify(channel, organization::text)
FROM (SELECT set_config('synchronous_commit', 'off', true) AS quick OFFSET 0) q, unnest($1::int[], $2::text[]) AS h(organization, channel)
WHERE quick IS NOT NULL`

func (db *DB) tellHints(ctx context.Context, hints []hint) error {
	organizations, channels := make([]int64, len(hints)), make([]string, len(hints))
	for i, h := range hints {
		organizations[i], channels[i] = int64(h.organization), string(h.of)
	}
	_, err := db.sql.ExecContext(ctx, tellHints, pq.Array(organizations), pq.Array(channels))
	return err
}

// written is what a transaction has written that others are to be told of. It is in
// the context of the transaction's work, so that whoever writes there need not hand it
// on.
type written struct{ hints []hint }

type writtenKey struct{}

func withWritten(ctx context.Context) (context.Context, *written) {
	w := new(written)
	return context.WithValue(ctx, writtenKey{}, w), w
}

// wroteEvents notes that the transaction under way has written events, for who is to
// be told after its commit. A statement that writes events in no transaction of
// inTx calls db.hints.add by itself.
func wroteEvents(ctx context.Context, organization int) { wrote(ctx, hint{organization, ofEvents}) }

// wroteDeliveries notes that the transaction under way has kept deliveries, or changed
// what became of them.
func wroteDeliveries(ctx context.Context, organization int) {
	wrote(ctx, hint{organization, ofDeliveries})
}

func wrote(ctx context.Context, h hint) {
	if w, ok := ctx.Value(writtenKey{}).(*written); ok {
		w.hints = append(w.hints, h)
	}
}
