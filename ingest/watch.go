package ingest

import (
	"context"
	"log/slog"
	"time"

	"github.com/landfall-dev/landfall/model"
)

const (
	watchTick  = 15 * time.Second
	watchBatch = 1000
)

// WatchStore knows when environments were reported. Any number of servers may share
// one.
type WatchStore interface {
	TellSilences(ctx context.Context, since time.Time, most int) (begun, ended int, err error)

	// Time is the clock of the store.
	Time() time.Time
}

// Watch notices environments of which nothing is reported for too long, and those
// that are reported again.
type Watch struct {
	Store WatchStore
	Log   *slog.Logger
}

// Run looks until ctx ends.
func (w *Watch) Run(ctx context.Context) {
	since := w.Store.Time()
	tick := time.NewTicker(watchTick)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := w.Look(ctx, since); err != nil && ctx.Err() == nil && model.KindOf(err) != model.KindBusy {
				w.Log.ErrorContext(ctx, "watch environments", "err", err)
			}
		}
	}
}

// Look tells of all silences that began or ended. Since tells from when on reports
// could come in.
func (w *Watch) Look(ctx context.Context, since time.Time) error {
	for {
		begun, ended, err := w.Store.TellSilences(ctx, since, watchBatch)
		if err != nil || begun < watchBatch && ended < watchBatch {
			return err
		}
	}
}
