package ingest_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/ingest"
)

// manySilences is a store in which many environments are silent.
type manySilences struct {
	left, looks, judged int
	err                 error
}

func (s *manySilences) Time() time.Time { return start }

func (s *manySilences) TellSilences(_ context.Context, _ time.Time, most int) (begun, ended int, err error) {
	n := min(s.left, most)
	s.left -= n
	s.looks++
	return 0, n, s.err
}

func (s *manySilences) JudgeDue(context.Context) (more bool, err error) {
	s.judged++
	return s.judged%3 != 0, s.err
}

func (s *manySilences) WriteAgents(context.Context) error { return s.err }

// All that is due is judged, however little at once.
func TestWatch_Judge(t *testing.T) {
	t.Parallel()
	store := &manySilences{}
	watch := &ingest.Watch{Store: store, Log: slog.New(slog.DiscardHandler)}
	if err := watch.Judge(t.Context()); err != nil || store.judged != 3 {
		t.Errorf("judged %d times: %v", store.judged, err)
	}
	store.err = errors.New("broken")
	if err := watch.Judge(t.Context()); !errors.Is(err, store.err) || store.judged != 4 {
		t.Errorf("judged %d times: %v", store.judged, err)
	}
}

// One look tells of all, however few are told of at once, and ends at an error.
func TestWatch_Look(t *testing.T) {
	t.Parallel()
	many := &manySilences{left: 2500}
	watch := &ingest.Watch{Store: many, Log: slog.New(slog.DiscardHandler)}
	if err := watch.Look(t.Context(), start); err != nil || many.left != 0 || many.looks != 3 {
		t.Errorf("%d are left after %d looks: %v", many.left, many.looks, err)
	}
	broken := errors.New("broken")
	many.left, many.err = 2500, broken
	if err := watch.Look(t.Context(), start); !errors.Is(err, broken) || many.looks != 4 {
		t.Errorf("%d looks: %v", many.looks, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	watch.Run(ctx) // returns
}
