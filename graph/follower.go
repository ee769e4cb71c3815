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

// eventsAtOnce is how many events are read for one subscription at once.
const eventsAtOnce = 500

// follower tells one subscription of events.
type follower struct {
	resolver *Resolver
	session  *session
	org      *model.Organization
	scope    model.EventScope
	matcher  *model.EventMatcher
	reader   *live.Reader
	out      chan model.Event
	batch    int // of events whose fields are loaded together
	done     func()
}

// follow begins to tell of the events of an organization.
func (r *Resolver) follow(ctx context.Context, org *model.Organization, filter *model.EventFilter, after *model.Cursor) (<-chan model.Event, error) {
	var from *model.Position
	if after != nil {
		p, err := model.ParsePosition(*after)
		if err != nil {
			return nil, err
		}
		from = &p
	}
	scope, err := r.db.EventScope(ctx, org, filter)
	if err != nil {
		return nil, err
	}
	matcher, err := r.db.EventMatcher(ctx, org, scope)
	if err != nil {
		return nil, err
	}
	s := sessionFrom(ctx)
	done, err := r.streams.subscribe(callerFrom(ctx), &s.subscriptions)
	if err != nil {
		return nil, err
	}
	reader, err := r.streams.feed.Follow(ctx, org, from)
	if err != nil {
		done()
		return nil, err
	}
	f := &follower{
		resolver: r, session: s, org: org, scope: scope, matcher: matcher, reader: reader,
		out: make(chan model.Event), batch: batchOf(ctx), done: done,
	}
	go f.run(ctx)
	return f.out, nil
}

// batchOf is how many events may be loaded together: as many as one operation could
// ask for.
func batchOf(ctx context.Context) int {
	cost := 1
	if stats := extension.GetComplexityStats(ctx); stats != nil {
		cost = max(stats.Complexity, 1)
	}
	return min(max(costLimit/cost, 1), model.MaxPageSize)
}

// run tells of events until ctx ends, or the caller may not follow any more.
func (f *follower) run(ctx context.Context) {
	defer close(f.out)
	defer f.done()
	defer f.reader.Close()
	for {
		events, err := f.next(ctx)
		for len(events) > 0 && err == nil {
			n := min(f.batch, len(events))
			err = f.tell(ctx, events[:n])
			events = events[n:]
		}
		if err != nil {
			f.fail(ctx, err)
			return
		}
	}
}

// next waits for the next events that are asked for. There may be none of them after
// all.
func (f *follower) next(ctx context.Context) ([]model.Event, error) {
	waiting, cancel := context.WithTimeout(ctx, f.resolver.streams.limits.Recheck)
	defer cancel()
	events, err := f.reader.Next(waiting, eventsAtOnce)
	if err != nil && (waiting.Err() == nil || ctx.Err() != nil) {
		return nil, err
	}
	if err := f.check(ctx); err != nil {
		return nil, err
	}
	return f.matching(ctx, events)
}

// matching are those of some events that are asked for.
func (f *follower) matching(ctx context.Context, events []model.Event) ([]model.Event, error) {
	for _, e := range events {
		if f.matcher.IsOutdated(e) {
			if err := f.match(ctx); err != nil {
				return nil, err
			}
			break
		}
	}
	var matching []model.Event
	for _, e := range events {
		if f.matcher.Matches(e) {
			matching = append(matching, e)
		}
	}
	return matching, nil
}

func (f *follower) match(ctx context.Context) (err error) {
	f.matcher, err = f.resolver.db.EventMatcher(ctx, f.org, f.scope)
	return err
}

// check makes sure, after a while, that the caller may still read the organization,
// and that it is still known what is asked for.
func (f *follower) check(ctx context.Context) error {
	if _, fresh := f.session.known(); fresh {
		return nil
	}
	caller, err := f.session.current(ctx)
	if err != nil {
		return err
	}
	if _, err := f.resolver.readable(withCaller(ctx, caller), f.org.Name); err != nil {
		return err
	}
	return f.match(ctx)
}

// tell loads what is asked of some events, for all of them together, and hands them
// over one by one.
func (f *follower) tell(ctx context.Context, events []model.Event) error {
	answersFrom(ctx).turn()
	loading := graphql.WithResponseContext(ctx, func(_ context.Context, err error) *gqlerror.Error { return gqlerror.WrapPath(nil, err) }, graphql.DefaultRecover)
	f.resolver.walker.walk(loading, f.org, asAny(events), graphql.GetFieldContext(ctx).Field.Selections)
	if errs := graphql.GetErrors(loading); len(errs) > 0 {
		return errs[0]
	}
	for _, e := range events {
		if err := f.check(ctx); err != nil {
			return err
		}
		select {
		case f.out <- e:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// fail ends the subscription with an error, if it has not been ended by the client or
// with the connection.
func (f *follower) fail(ctx context.Context, err error) {
	if ctx.Err() != nil {
		return
	}
	if e, ok := errors.AsType[*model.Error](err); !ok || e.Kind == model.KindInternal {
		err = &model.Error{Kind: model.KindBusy, Message: "events cannot be read now: connect again, and go on after the last position", Err: err}
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
