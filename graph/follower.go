package graph

import (
	"context"
	"errors"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/landfall-dev/landfall/live"
	"github.com/landfall-dev/landfall/model"
)

// followedAtOnce is how many events or deliveries are read for one subscription at once.
const followedAtOnce = 500

// follower tells one subscription of events or of deliveries.
type follower[T any] struct {
	resolver *Resolver
	session  *session
	org      *model.Organization
	of       subject[T]
	reader   *live.ReaderOf[T]
	out      chan T
	batch    int // of those whose fields are loaded together
	done     func()
}

// subject is what a subscription is about.
type subject[T any] interface {
	// matching are those that are asked for.
	matching(ctx context.Context, all []T) ([]T, error)
	// check makes sure that the caller may still read it, and that it is still known what
	// is asked for.
	check(ctx context.Context) error
	// unreadable says that it cannot be read now, and how to go on.
	unreadable() string
}

// follow begins to tell of something.
func follow[T any](ctx context.Context, r *Resolver, org *model.Organization, of subject[T], read func() (*live.ReaderOf[T], error)) (<-chan T, error) {
	s := sessionFrom(ctx)
	done, err := r.streams.subscribe(callerFrom(ctx), &s.subscriptions)
	if err != nil {
		return nil, err
	}
	reader, err := read()
	if err != nil {
		done()
		return nil, err
	}
	f := &follower[T]{resolver: r, session: s, org: org, of: of, reader: reader, out: make(chan T), batch: batchOf(ctx), done: done}
	go f.run(ctx)
	return f.out, nil
}

// batchOf is how many events or deliveries may be loaded together: as many as one operation could
// ask for.
func batchOf(ctx context.Context) int {
	cost := 1
	if stats := extension.GetComplexityStats(ctx); stats != nil {
		cost = max(stats.Complexity, 1)
	}
	return min(max(costLimit/cost, 1), model.MaxPageSize)
}

// run tells until ctx ends, or the caller may not follow any more.
func (f *follower[T]) run(ctx context.Context) {
	defer close(f.out)
	defer f.done()
	defer f.reader.Close()
	for {
		list, err := f.next(ctx)
		for len(list) > 0 && err == nil {
			n := min(f.batch, len(list))
			err = f.tell(ctx, list[:n])
			list = list[n:]
		}
		if err != nil {
			f.fail(ctx, err)
			return
		}
	}
}

// next waits for the next that are asked for. There may be none of them after all.
func (f *follower[T]) next(ctx context.Context) ([]T, error) {
	waiting, cancel := context.WithTimeout(ctx, f.resolver.streams.limits.Recheck)
	defer cancel()
	list, err := f.reader.Next(waiting, followedAtOnce)
	if err != nil && (waiting.Err() == nil || ctx.Err() != nil) {
		return nil, err
	}
	if err := f.check(ctx); err != nil {
		return nil, err
	}
	return f.of.matching(ctx, list)
}

// check makes sure, after a while, that the caller may still follow.
func (f *follower[T]) check(ctx context.Context) error {
	if _, fresh := f.session.known(); fresh {
		return nil
	}
	caller, err := f.session.current(ctx)
	if err != nil {
		return err
	}
	return f.of.check(withCaller(ctx, caller))
}

// tell loads what is asked of some, for all of them together, and hands them over one by
// one.
func (f *follower[T]) tell(ctx context.Context, list []T) error {
	answersFrom(ctx).turn()
	loading := graphql.WithResponseContext(ctx, func(_ context.Context, err error) *gqlerror.Error { return gqlerror.WrapPath(nil, err) }, graphql.DefaultRecover)
	f.resolver.walker.walk(loading, f.org, asAny(list), graphql.GetFieldContext(ctx).Field.Selections)
	if errs := graphql.GetErrors(loading); len(errs) > 0 {
		return errs[0]
	}
	for _, one := range list {
		if err := f.check(ctx); err != nil {
			return err
		}
		select {
		case f.out <- one:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// fail ends the subscription with an error, if it has not been ended by the client or
// with the connection.
func (f *follower[T]) fail(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	if e, ok := errors.AsType[*model.Error](err); !ok || e.Kind == model.KindInternal {
		err = &model.Error{Kind: model.KindBusy, Message: f.of.unreadable(), Err: err}
	}
	presented := f.resolver.present(ctx, err)
	if f.session.way == byWebsocket {
		transport.AddSubscriptionError(ctx, presented)
		return
	}
	streamEndFrom(ctx).set(presented)
}

// streamEnd is why a stream ended.
type streamEnd struct {
	mu  sync.Mutex
	err *gqlerror.Error
}

func (e *streamEnd) set(err *gqlerror.Error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.err = err
}

// get returns nil if nothing was wrong.
func (e *streamEnd) get() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.err == nil {
		return nil
	}
	return e.err
}
