package ingest

import (
	"context"
	"log/slog"
	"time"

	"github.com/landfall-dev/landfall/model"
)

const (
	watchTick  = 15 * time.Second
	judgeTick  = 2 * time.Second
	watchBatch = 1000
)

// WatchStore knows when environments were reported, and what is expected of them. Any
// number of servers may share one.
type WatchStore interface {
	TellSilences(ctx context.Context, since time.Time, most int) (begun, ended int, err error)
	JudgeDue(ctx context.Context) (more bool, err error)
	WriteAgents(ctx context.Context) error

	// Time is the clock of the store.
	Time() time.Time
}

// Watch notices what no report tells: environments of which nothing is reported for too
// long, those that are reported again, and expectations that time, or what becomes
// known of artifacts, has made true or false. It also writes down which agents were seen.
type Watch struct {
	Store WatchStore
	Log   *slog.Logger
}

// Run looks until ctx ends.
func (w *Watch) Run(ctx context.Context) {
	since := w.Store.Time()
	look, judge := time.NewTicker(watchTick), time.NewTicker(judgeTick)
	defer look.Stop()
	defer judge.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			w.complain(ctx, w.Look(ctx, since))
			w.complain(ctx, w.Store.WriteAgents(ctx))
		case <-judge.C:
			w.complain(ctx, w.Judge(ctx))
		}
	}
}

// complain logs an error that somebody should know of: a database that is away for a
// while is told of elsewhere.
func (w *Watch) complain(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil && model.KindOf(err) != model.KindBusy {
		w.Log.ErrorContext(ctx, "watch environments", "err", err)
	}
}

// Judge judges all expectations whose time has come.
func (w *Watch) Judge(ctx context.Context) error {
	for {
		more, err := w.Store.JudgeDue(ctx)
		if err != nil || !more {
			return err
		}
	}
}

// Look tells of all silences that began or ended. Since tells from when on reports
// could come in.
func (w *Watch) Look(ctx context.Context, since time.Time) error {
	for {
		begun, ended, err := w.Store.TellSilences(ctx, since, watchBatch)
		if err != nil || begun+ended < watchBatch {
			return err
		}
	}
}
