package ingest

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"strconv"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/landfall-dev/landfall/model"
)

// limits bound what is taken in at one time. Who comes above them waits a little,
// and is then asked to come again: nothing that was acknowledged is affected.
type limits struct {
	memory   int64                          // bytes of all bodies together
	slots    int64                          // requests at work
	patience time.Duration                  // for a slot, and for memory
	bodyTime func(size int64) time.Duration // how long a body may take to arrive
}

var productionLimits = limits{
	memory:   256 << 20,
	slots:    256,
	patience: 5 * time.Second, // well under the ten seconds that GitHub waits
	// A slow sender holds memory that others want.
	bodyTime: func(size int64) time.Duration {
		const slowest = 256 << 10 // bytes in a second
		return 10*time.Second + time.Duration(size/slowest)*time.Second
	},
}

// retryAfter is when one who was sent away may come again.
const retryAfter = 5 * time.Second

// gate bounds the memory and the number of requests with bodies.
type gate struct {
	limits
	free  *semaphore.Weighted
	bytes *semaphore.Weighted
}

func newGate(l limits) *gate {
	return &gate{limits: l, free: semaphore.NewWeighted(l.slots), bytes: semaphore.NewWeighted(l.memory)}
}

// body reads a body of at most so many bytes, when there is room for it. done has
// to be called when the body is no longer needed. It returns KindTooLarge,
// KindInvalid for a body that is packed or cut short, and KindBusy.
func (g *gate) body(w http.ResponseWriter, r *http.Request, most int64) (body []byte, done func(), err error) {
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return nil, nil, model.Errorf(model.KindUnsupported, "the body is packed (Content-Encoding: %s): send it as it is", model.CleanText(encoding, 40))
	}
	if r.ContentLength > most {
		return nil, nil, tooLarge(most)
	}
	size := r.ContentLength
	if size < 0 {
		size = most
	}
	if err := g.enter(r.Context(), size); err != nil {
		return nil, nil, err
	}
	done = func() { g.leave(size) }
	// A connection that knows no deadlines is one of a test.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(g.bodyTime(size))) //nolint:forbidigo // the deadline of a connection is one of the real clock
	body, err = readBody(w, r, most)
	if err != nil {
		done()
		return nil, nil, err
	}
	return body, done, nil
}

func (g *gate) enter(ctx context.Context, size int64) error {
	ctx, cancel := context.WithTimeout(ctx, g.patience)
	defer cancel()
	busy := &model.Error{Kind: model.KindBusy, Message: "the server is busy: try again in a few seconds"}
	if g.free.Acquire(ctx, 1) != nil {
		return busy
	}
	if g.bytes.Acquire(ctx, size) != nil {
		g.free.Release(1)
		return busy
	}
	return nil
}

func (g *gate) leave(size int64) {
	g.bytes.Release(size)
	g.free.Release(1)
}

// readBody reads a body of at most so many bytes.
func readBody(w http.ResponseWriter, r *http.Request, most int64) ([]byte, error) {
	var body bytes.Buffer
	if r.ContentLength > 0 {
		body.Grow(int(min(r.ContentLength+bytes.MinRead, presized))) // so that it need not grow step by step
	}
	_, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, most))
	if _, over := errors.AsType[*http.MaxBytesError](err); over {
		return nil, tooLarge(most)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil, &model.Error{Kind: model.KindInvalid, Message: "the request body came too slowly", Err: err}
	}
	if err != nil {
		return nil, &model.Error{Kind: model.KindInvalid, Message: "the request body was cut short", Err: err}
	}
	return body.Bytes(), nil
}

func tooLarge(most int64) error {
	return model.Errorf(model.KindTooLarge, "the request body is over %d MiB", most>>20)
}

// presized is how much memory a body is given on the word of its sender alone.
const presized = 1 << 20

// askToRetry says when a busy server may be asked again.
func askToRetry(w http.ResponseWriter) {
	w.Header().Set("Retry-After", strconv.Itoa(int(retryAfter.Seconds())))
}
