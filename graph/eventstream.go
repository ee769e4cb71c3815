package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/landfall-dev/landfall/model"
)

// wantsEventStream reports whether a request asks for server-sent events. Clients that
// take several forms list the one that they would rather have first: of these, JSON is
// given to who names it before.
func wantsEventStream(r *http.Request) bool {
	for _, header := range r.Header.Values("Accept") {
		for accepted := range strings.SplitSeq(header, ",") {
			form, _, _ := strings.Cut(accepted, ";")
			switch form = strings.ToLower(strings.TrimSpace(form)); {
			case form == "text/event-stream":
				return true
			case strings.HasSuffix(form, "/json"), strings.HasSuffix(form, "+json"):
				return false
			}
		}
	}
	return false
}

// eventStream sends responses as server-sent events, as graphql-sse has it: each is a
// `next`, and the end is a `complete`. A stream without that end was cut off.
type eventStream struct{ streams *Streams }

// Supports reports whether a request is to be answered so.
func (eventStream) Supports(r *http.Request) bool {
	return sessionFrom(r.Context()).way == byEventStream
}

// Do answers a request.
func (t eventStream) Do(w http.ResponseWriter, r *http.Request, exec graphql.GraphExecutor) {
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	done, err := t.streams.connect(cancel)
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, err.(*model.Error)) //nolint:errorlint,forcetypeassert // connect returns no other
		return
	}
	defer done()
	out := newEventWriter(w, t.streams.limits.Write, cancel)
	beating := out.beat(ctx, t.streams.limits.Heartbeat)
	defer beating.Wait()
	defer cancel()
	ctx, end := withStreamEnd(ctx)
	params, err := paramsOf(r)
	if err != nil {
		out.fail(err)
		out.complete()
		return
	}
	op, errs := exec.CreateOperationContext(ctx, params)
	if len(errs) > 0 {
		out.next(exec.DispatchError(graphql.WithOperationContext(ctx, op), errs))
		out.complete()
		return
	}
	responses, inner := exec.DispatchOperation(graphql.WithOperationContext(ctx, op), op)
	for response := responses(inner); response != nil && ctx.Err() == nil; response = responses(inner) {
		out.next(response)
	}
	if ctx.Err() != nil {
		return // it is cut off, and the client comes back
	}
	if err := end.get(); err != nil {
		out.fail(err)
	}
	out.complete()
}

// paramsOf reads a request: the body of a POST, or the address of a GET.
func paramsOf(r *http.Request) (*graphql.RawParams, error) {
	params := &graphql.RawParams{Headers: r.Header, ReadTime: graphql.TraceTiming{Start: graphql.Now(), End: graphql.Now()}}
	if r.Method == http.MethodPost {
		decoder := json.NewDecoder(r.Body)
		decoder.UseNumber()
		if err := decoder.Decode(params); err != nil {
			return nil, notJSON()
		}
		return params, nil
	}
	query := r.URL.Query()
	params.Query, params.OperationName = query.Get("query"), query.Get("operationName")
	for name, into := range map[string]*map[string]any{"variables": &params.Variables, "extensions": &params.Extensions} {
		if said := query.Get(name); said != "" {
			decoder := json.NewDecoder(strings.NewReader(said))
			decoder.UseNumber()
			if err := decoder.Decode(into); err != nil {
				return nil, model.Invalid(name, "the %s in the address are not a JSON object", name)
			}
		}
	}
	return params, nil
}

// eventWriter writes server-sent events. If one cannot be written in time, the
// request is cancelled.
type eventWriter struct {
	control *http.ResponseController
	within  time.Duration
	cancel  func()

	mu sync.Mutex
	w  io.Writer
}

func newEventWriter(w http.ResponseWriter, within time.Duration, cancel func()) *eventWriter {
	out := &eventWriter{control: http.NewResponseController(w), w: w, within: within, cancel: cancel}
	_ = out.control.SetReadDeadline(time.Time{}) // the server's would cancel the request: it is read already
	w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache, no-store")
	w.Header().Set("X-Accel-Buffering", "no") // for nginx
	w.WriteHeader(http.StatusOK)
	out.write(": landfall\n\n")
	return out
}

func (o *eventWriter) write(text string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	_ = o.control.SetWriteDeadline(time.Now().Add(o.within))
	_, err := io.WriteString(o.w, text)
	if err == nil {
		err = o.control.Flush()
	}
	if err != nil {
		o.cancel()
	}
}

func (o *eventWriter) next(response *graphql.Response) {
	var data bytes.Buffer
	if err := json.NewEncoder(&data).Encode(response); err != nil {
		panic(fmt.Sprintf("a response has no JSON: %v", err))
	}
	o.write("event: next\ndata: " + strings.TrimSpace(data.String()) + "\n\n")
}

// fail tells of an error that has no response of its own.
func (o *eventWriter) fail(err error) {
	e, ok := errors.AsType[*gqlerror.Error](err)
	if !ok {
		e = withCode(gqlerror.WrapPath(nil, err))
	}
	o.next(&graphql.Response{Errors: gqlerror.List{e}})
}

func (o *eventWriter) complete() { o.write("event: complete\ndata:\n\n") }

// beat writes a sign of life now and then until ctx ends.
func (o *eventWriter) beat(ctx context.Context, every time.Duration) *sync.WaitGroup {
	var beating sync.WaitGroup
	beating.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				o.write(":\n\n")
			}
		}
	})
	return &beating
}
