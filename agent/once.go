package agent

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

const onceTries = 4 // as agents do: after 1, 2 and 4 seconds

// Told is what became of one report.
type Told struct {
	Report *Report
	Answer Answer
}

// Once looks at one place and reports it. What fails and may go well later is tried a
// few times. It returns an error if the look was not whole, and a RefusedError if the
// server does not take it.
func (a *Agent) Once(ctx context.Context, place Place) (*Told, error) {
	keeper := newTimekeeper(a.Clock, a.Log)
	client := *a.Client
	client.keeper = keeper
	r := newReporter(a, place, &spool{}, &client, keeper)
	seen := keeper.now()
	report, err := r.take(ctx, seen)
	if err != nil {
		return nil, fmt.Errorf("look at %s: %w", place.Environment, err)
	}
	s := &sending{reporter: r}
	pause := newPause(time.Second, 4*time.Second)
	for try := 1; ; try++ {
		answer, err := s.deliver(ctx, report, seen)
		if err == nil {
			return &Told{report, answer}, nil
		}
		if try == onceTries || !mayGoWell(err) || !sleep(ctx, pause.NextBackOff()) {
			return nil, err
		}
	}
}

// mayGoWell reports whether the same may be taken a moment later.
func mayGoWell(err error) bool {
	if isHopeless(err) {
		return false
	}
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusNotImplemented} {
		if isStatus(err, status) {
			return false
		}
	}
	return true
}
