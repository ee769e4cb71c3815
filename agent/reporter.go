package agent

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// reporter reports one environment. One goroutine looks, and puts what is new into
// the spool; another sends what is there. So a server that is slow or away keeps no
// look from being taken.
type reporter struct {
	place    Place
	interval time.Duration
	gap      time.Duration
	create   bool // the environment, if the server does not know it
	spool    *spool
	client   *Client
	keeper   *timekeeper
	log      *slog.Logger
	health   *environmentHealth

	changed chan struct{} // the source saw something
	wake    chan struct{} // there is something to send

	mu    sync.Mutex
	beat  *Report // says again what was said; nil if there is none to send
	since moment  // of beat
}

func newReporter(a *Agent, place Place, s *spool, client *Client, keeper *timekeeper) *reporter {
	return &reporter{
		place: place, interval: a.Interval, gap: a.Gap, create: a.CreateEnvironment,
		spool: s, client: client, keeper: keeper,
		log:     a.Log.With("environment", place.Environment),
		health:  newEnvironmentHealth(),
		changed: make(chan struct{}, 1), wake: make(chan struct{}, 1),
	}
}

// run reports until ctx ends.
func (r *reporter) run(ctx context.Context) {
	var running sync.WaitGroup
	running.Go(func() { r.watch(ctx) })
	running.Go(func() { r.look(ctx) })
	running.Go(func() { r.send(ctx) })
	running.Wait()
}

// nudge makes sure that a channel of one place has something in it.
func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// watch hears of changes from the source, as long as that has eyes.
func (r *reporter) watch(ctx context.Context) {
	pause := newPause(time.Second, time.Minute)
	for ctx.Err() == nil {
		began := r.keeper.now()
		err := r.place.Source.Watch(ctx, func() { nudge(r.changed) })
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, ErrCannotWatch):
			r.log.InfoContext(ctx, "looking at an interval only", "interval", r.interval.String(), "why", err.Error())
			return
		case err != nil:
			r.log.WarnContext(ctx, "lost sight of changes; looking at the interval meanwhile", "err", err)
		}
		if r.keeper.now().Boot-began.Boot > time.Minute {
			pause.Reset()
		}
		if !sleep(ctx, pause.NextBackOff()) {
			return
		}
		nudge(r.changed) // what happened meanwhile
	}
}

// look looks at the interval and at changes, and waits a little between any two.
func (r *reporter) look(ctx context.Context) {
	var told content
	if last := r.spool.last(); last != nil { // of an earlier run, which need not be said twice
		told = content(last.report().Sum)
	}
	beat := time.NewTimer(0)
	defer beat.Stop()
	for {
		heartbeat := false
		select {
		case <-ctx.Done():
			return
		case <-r.changed:
		case <-beat.C:
			heartbeat = true
			beat.Reset(r.interval)
		}
		told = r.lookOnce(ctx, told, heartbeat)
		if !sleep(ctx, r.gap) {
			return
		}
	}
}

// content is what was told, by its sum; zero if nothing was.
type content [sha256.Size]byte

// lookOnce looks, and has the outcome sent if it is not what was told before. It returns
// what was told by now.
func (r *reporter) lookOnce(ctx context.Context, told content, heartbeat bool) content {
	seen := r.keeper.now()
	report, err := r.take(ctx, seen)
	if ctx.Err() != nil {
		return told // it was told to stop, which is no failure
	}
	news := r.health.looked(seen, r.keeper.now(), report, err)
	if err != nil {
		if news {
			r.log.WarnContext(ctx, "cannot see what runs; nothing is reported until it can be seen in full", "err", err)
		}
		return told
	}
	if told != report.Sum {
		if err := r.spool.add(newKept(report, seen)); err != nil {
			r.log.ErrorContext(ctx, "a report is lost", "err", err)
			return told
		}
		if state := r.spool.state(); state.diskErr != nil {
			r.log.WarnContext(ctx, "the spool is not written; kept in memory", "err", state.diskErr)
		}
		r.beats(nil, seen) // what it would say again is not so any more
		nudge(r.wake)
		return report.Sum
	}
	if heartbeat {
		r.beats(report, seen)
		nudge(r.wake)
	}
	return told
}

// beats sets what is to be said again.
func (r *reporter) beats(report *Report, seen moment) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.beat, r.since = report, seen
}

func (r *reporter) take(ctx context.Context, seen moment) (*Report, error) {
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	instances, err := r.place.Source.Look(ctx)
	if err != nil {
		return nil, err
	}
	return NewReport(r.place.Environment, r.place.Kind, seen.At, instances)
}

// heartbeat takes what is to be said again.
func (r *reporter) heartbeat() (*Report, moment) {
	r.mu.Lock()
	defer r.mu.Unlock()
	beat := r.beat
	r.beat = nil
	return beat, r.since
}

// sleep waits, and reports whether ctx still lasts.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
