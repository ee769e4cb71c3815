package db

import (
	"context"
	"sync"
	"time"
)

// maxGathered bounds how much one statement does for those who wait.
const maxGathered = 64

// gatherTimeout bounds a statement that many wait for. It is not bounded by the
// context of any of them: one who leaves must not take the others along.
const gatherTimeout = 30 * time.Second

// gatherer lets work that comes while other work is done wait, and does all that
// waits at once. Nobody waits for company: what comes alone is done at once.
type gatherer[In, Out any] struct {
	do     func(context.Context, []In) ([]Out, error)
	atOnce int // how many statements may be under way, each for some of those who wait

	mu      sync.Mutex
	waiting []*gathered[In, Out]
	running int
}

type gathered[In, Out any] struct {
	in   In
	out  Out
	err  error
	done chan struct{}
}

// run does a piece of work, alone or together with others.
func (g *gatherer[In, Out]) run(ctx context.Context, in In) (Out, error) {
	mine := &gathered[In, Out]{in: in, done: make(chan struct{})}
	g.mu.Lock()
	g.waiting = append(g.waiting, mine)
	leads := g.running < g.atOnce
	if leads {
		g.running++
	}
	g.mu.Unlock()
	if leads {
		go g.lead(context.WithoutCancel(ctx))
	}
	select {
	case <-mine.done:
		return mine.out, mine.err
	case <-ctx.Done():
		var none Out
		return none, ctx.Err()
	}
}

// lead does what waits until nothing does.
func (g *gatherer[In, Out]) lead(ctx context.Context) {
	for {
		g.mu.Lock()
		batch := g.waiting[:min(len(g.waiting), maxGathered)]
		g.waiting = g.waiting[len(batch):]
		if len(batch) == 0 {
			g.running--
		}
		g.mu.Unlock()
		if len(batch) == 0 {
			return
		}
		g.finish(ctx, batch)
	}
}

func (g *gatherer[In, Out]) finish(ctx context.Context, batch []*gathered[In, Out]) {
	ctx, cancel := context.WithTimeout(ctx, gatherTimeout)
	defer cancel()
	in := make([]In, len(batch))
	for i, one := range batch {
		in[i] = one.in
	}
	out, err := g.do(ctx, in)
	for i, one := range batch {
		if err == nil {
			one.out = out[i]
		}
		one.err = err
		close(one.done)
	}
}
