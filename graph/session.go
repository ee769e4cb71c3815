package graph

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/landfall-dev/landfall/model"
)

// way is how a request came.
type way int

const (
	byPost way = iota
	byEventStream
	byWebsocket
)

// session is a request or a connection: who is behind it, and how it came.
type session struct {
	way           way
	method        string // of HTTP
	callers       Callers
	now           func() time.Time
	recheck       time.Duration
	subscriptions subscriptionCount
	socket        *socket
	signedOut     error // why the cookie of a websocket proves nobody

	mu      sync.Mutex
	proof   proof
	caller  *model.Caller
	checked time.Time
}

// proof is a secret that proves who is there: one of a header, or that of a session in a
// cookie. Neither serves as the other.
type proof struct {
	secret string
	cookie bool
}

// prove makes sure that a header proves somebody.
func (s *session) prove(ctx context.Context, authorization string) error {
	secret, ok := strings.CutPrefix(authorization, "Bearer ")
	if !ok || secret == "" {
		return model.Errorf(model.KindUnauthenticated, "no API token: send it as the header `Authorization: Bearer lf_…`")
	}
	_, err := s.proveBy(ctx, proof{secret: secret})
	return err
}

// proveBy makes sure that a secret proves somebody.
func (s *session) proveBy(ctx context.Context, p proof) (*model.Caller, error) {
	by := s.callers.Caller
	if p.cookie {
		by = s.callers.SessionCaller
	}
	now := s.now()
	caller, err := by(ctx, p.secret)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.proof, s.caller, s.checked = p, caller, now
	return caller, nil
}

// current is who is behind the session now. After a while it is asked again whether
// the secret still proves it: tokens are revoked and expire, and sessions end. It
// returns KindUnauthenticated.
func (s *session) current(ctx context.Context) (*model.Caller, error) {
	if caller, fresh := s.known(); fresh {
		return caller, nil
	}
	s.mu.Lock()
	p := s.proof
	s.mu.Unlock()
	return s.proveBy(ctx, p)
}

// known is who was behind the session when it was looked last, and whether that was
// not long ago.
func (s *session) known() (caller *model.Caller, fresh bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	age := s.now().Sub(s.checked)
	return s.caller, age >= 0 && age < s.recheck
}
