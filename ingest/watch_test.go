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
	left, looks int
	err         error
}

func (s *manySilences) Time() time.Time { return start }

func (s *manySilences) TellSilences(_ context.Context, _ time.Time, most int) (begun, ended int, err error) {
	n := min(s.left, most)
	s.left -= n
	s.looks++
	return 0, n, s.err
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
