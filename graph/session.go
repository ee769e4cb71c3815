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

	mu      sync.Mutex
	secret  string
	caller  *model.Caller
	checked time.Time
}

// prove makes sure that a secret proves somebody.
func (s *session) prove(ctx context.Context, authorization string) (*model.Caller, error) {
	secret, ok := strings.CutPrefix(authorization, "Bearer ")
	if !ok || secret == "" {
		return nil, model.Errorf(model.KindUnauthenticated, "no API token: send it as the header `Authorization: Bearer lf_…`")
	}
	now := s.now()
	caller, err := s.callers.Caller(ctx, secret)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secret, s.caller, s.checked = secret, caller, now
	return caller, nil
}

// current is who is behind the session now. After a while it is asked again whether
// the secret still proves it: tokens are revoked and expire. It returns
// KindUnauthenticated.
func (s *session) current(ctx context.Context) (*model.Caller, error) {
	if caller, fresh := s.known(); fresh {
		return caller, nil
	}
	s.mu.Lock()
	secret := s.secret
	s.mu.Unlock()
	return s.prove(ctx, "Bearer "+secret)
}

// known is who was behind the session when it was looked last, and whether that was
// not long ago.
func (s *session) known() (caller *model.Caller, fresh bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	age := s.now().Sub(s.checked)
	return s.caller, age >= 0 && age < s.recheck
}
