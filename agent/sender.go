package agent

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// newPause is the times to wait between tries: longer and longer, and never the same
// for all agents of a server that comes back.
func newPause(first, longest time.Duration) *backoff.ExponentialBackOff {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.MaxInterval, pause.Multiplier = first, longest, 2
	pause.Reset()
	return pause
}

// patience is how long to wait after what failed. What somebody has to mend, such as
// a token, is tried less often than what mends itself.
type patience struct {
	away, refused *backoff.ExponentialBackOff
}

// The longest that is waited, also with what is added by chance.
const (
	longestAway    = time.Minute
	longestRefused = 5 * time.Minute
)

func newPatience() patience {
	return patience{away: newPause(time.Second, longestAway), refused: newPause(5*time.Second, longestRefused)}
}

func (p patience) reset() {
	p.away.Reset()
	p.refused.Reset()
}

func (p patience) after(err error) time.Duration {
	refused, ok := errors.AsType[*RefusedError](err)
	switch {
	case ok && refused.RetryAfter > 0:
		return refused.RetryAfter
	case ok && needsMending(refused):
		return min(p.refused.NextBackOff(), longestRefused)
	default:
		return min(p.away.NextBackOff(), longestAway)
	}
}

// needsMending is a refusal that will be one until somebody does something; reports
// are kept for that.
func needsMending(e *RefusedError) bool {
	switch e.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		return true
	default:
		return e.Status/100 == 3
	}
}

// isHopeless is a refusal of this very report: it will never be taken.
func isHopeless(err error) bool {
	e, ok := errors.AsType[*RefusedError](err)
	if !ok {
		return false
	}
	switch e.Status {
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity:
		return true
	default:
		return false
	}
}

// send sends what is in the spool and what is to be said again, until ctx ends. Then
// it tries once more, for a while.
func (r *reporter) send(ctx context.Context) {
	patience := newPatience()
	s := &sending{reporter: r}
	if r.spool.state().reports > 0 {
		nudge(r.wake)
	}
	for {
		select {
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
			defer cancel()
			if err := s.sendAll(last); err != nil && r.spool.state().reports > 0 {
				r.log.WarnContext(ctx, "reports are left for the next run", "reports", r.spool.state().reports, "err", err)
			}
			return
		case <-r.wake:
		}
		for ctx.Err() == nil {
			err := s.sendAll(ctx)
			if err == nil || ctx.Err() != nil {
				patience.reset()
				break
			}
			if !sleep(ctx, patience.after(err)) {
				break
			}
		}
	}
}

// sending is what a sender knows of the server.
type sending struct {
	*reporter
	inContact bool      // the last that was sent arrived
	sent      time.Time // as which the newest report was sent: none may look older
}

// sendAll sends the spool, the oldest first, and then what is to be said again.
func (s *sending) sendAll(ctx context.Context) error {
	err := s.sendSpool(ctx)
	if err == nil {
		err = s.sendBeat(ctx)
	}
	if err != nil {
		s.inContact = false
		if s.health.failed(err) {
			s.log.WarnContext(ctx, "cannot report; what changes is kept until it can", "err", err)
		}
	}
	return err
}

func (s *sending) sendSpool(ctx context.Context) error {
	for {
		k, number, err := s.spool.first()
		if err != nil {
			s.log.ErrorContext(ctx, "a report in the spool cannot be read and is set aside", "err", err)
			s.spool.setAside(number)
			continue
		}
		if k == nil {
			return nil
		}
		switch _, err := s.deliver(ctx, k.report(), k.Seen); {
		case isHopeless(err):
			s.log.ErrorContext(ctx, "the server refuses a report, which is set aside", "err", err)
			s.health.refused(err)
			s.spool.setAside(number)
		case err != nil:
			return err
		default:
			s.spool.remove(number)
		}
	}
}

// sendBeat says again what was said, if that is due. Nothing is kept of one that fails:
// another will follow.
func (s *sending) sendBeat(ctx context.Context) error {
	beat, seen := s.heartbeat()
	if beat == nil || !s.keeper.of(seen).After(s.sent) {
		return nil // or what was sent meanwhile is newer
	}
	_, err := s.deliver(ctx, beat, seen)
	if isHopeless(err) {
		s.health.refused(err)
		s.log.ErrorContext(ctx, "the server refuses a report", "err", err)
		return nil
	}
	return err
}

// deliver sends one report. After a time without contact the server is asked first what
// time it has, so that the report is sent with the right one.
func (s *sending) deliver(ctx context.Context, report *Report, seen moment) (Answer, error) {
	if !s.inContact {
		if err := s.client.Ready(ctx); err != nil && !isAnswer(err) {
			return Answer{}, err
		}
	}
	at := s.keeper.of(seen)
	answer, err := s.try(ctx, report, seen)
	if isHopeless(err) && !s.keeper.of(seen).Equal(at) {
		answer, err = s.try(ctx, report, seen) // the answer told that the clock is off
	}
	if isStatus(err, http.StatusNotFound) && s.create {
		if err = s.client.CreateEnvironment(ctx, report.Environment, report.Kind); err == nil {
			s.log.InfoContext(ctx, "environment created", "kind", report.Kind)
			answer, err = s.try(ctx, report, seen)
		}
	}
	if err != nil {
		return Answer{}, err
	}
	if !s.inContact {
		s.log.InfoContext(ctx, "in contact with the server", "reports", s.spool.state().reports)
	}
	s.inContact, s.sent = true, report.ObservedAt
	s.health.reported(s.keeper.now(), answer)
	if answer.Outcome != "unchanged" {
		s.log.InfoContext(ctx, "reported", "outcome", answer.Outcome, "snapshot", answer.Snapshot, "instances", report.Instances)
	}
	return answer, nil
}

func (s *sending) try(ctx context.Context, report *Report, seen moment) (Answer, error) {
	report.ObservedAt = s.keeper.of(seen)
	if !report.ObservedAt.After(s.sent) {
		report.ObservedAt = s.sent.Add(time.Microsecond)
	}
	return s.client.Report(ctx, report)
}

// isAnswer is a refusal by somebody who is there: a proxy may let nothing through but
// reports, and tells the time all the same.
func isAnswer(err error) bool {
	e, ok := errors.AsType[*RefusedError](err)
	return ok && e.Status < http.StatusInternalServerError
}

func isStatus(err error, status int) bool {
	e, ok := errors.AsType[*RefusedError](err)
	return ok && e.Status == status
}
