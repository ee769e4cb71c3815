package graph

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/landfall-dev/landfall/live"
	"github.com/landfall-dev/landfall/model"
)

// StreamLimits bound what clients may hold open. What is 0 is the default.
type StreamLimits struct {
	Connections     int           // of this server; 10,000
	Subscriptions   int           // of this server; 10,000
	PerOrganization int           // subscriptions; 5,000
	PerToken        int           // subscriptions, also of a person's session; 500
	PerConnection   int           // subscriptions; 100
	Recheck         time.Duration // after which it is looked again what a caller may read; 30 seconds
	Heartbeat       time.Duration // between signs of life; 15 seconds
	Init            time.Duration // within which a websocket has to prove itself; 10 seconds
	Write           time.Duration // within which a client has to take what it is sent; 20 seconds
}

func (l StreamLimits) orDefault() StreamLimits {
	return StreamLimits{
		Connections: cmp.Or(l.Connections, 10_000), Subscriptions: cmp.Or(l.Subscriptions, 10_000),
		PerOrganization: cmp.Or(l.PerOrganization, 5000), PerToken: cmp.Or(l.PerToken, 500), PerConnection: cmp.Or(l.PerConnection, 100),
		Recheck: cmp.Or(l.Recheck, 30*time.Second), Heartbeat: cmp.Or(l.Heartbeat, 15*time.Second),
		Init: cmp.Or(l.Init, 10*time.Second), Write: cmp.Or(l.Write, 20*time.Second),
	}
}

// Streams are the connections of a server over which events are told, and what is
// told over them. Make it with NewStreams.
type Streams struct {
	feed   *live.Feed
	limits StreamLimits

	mu             sync.Mutex
	stopping       bool
	connections    map[int]func() // how each is ended
	next           int
	ended          sync.WaitGroup
	subscriptions  int
	byOrganization map[int]int
	byToken        map[tokenOf]int
}

// tokenOf is who is asking: a token, in however many browsers, or the session of a
// person.
type tokenOf struct{ organization, token, session int }

func newTokenOf(caller *model.Caller) tokenOf {
	of := tokenOf{organization: caller.Organization.Key, token: caller.TokenKey}
	if of.token == 0 {
		of.session = caller.SessionKey
	}
	return of
}

// NewStreams makes the streams of a server that tells what a feed does.
func NewStreams(feed *live.Feed, limits StreamLimits) *Streams {
	return &Streams{
		feed: feed, limits: limits.orDefault(),
		connections: map[int]func(){}, byOrganization: map[int]int{}, byToken: map[tokenOf]int{},
	}
}

// Stop ends all streams and takes no more: clients connect again, to another server
// or to the next one, and go on where they were. It returns when they have ended, or
// with ctx.
func (s *Streams) Stop(ctx context.Context) {
	s.mu.Lock()
	s.stopping = true
	for _, end := range s.connections {
		go end()
	}
	s.mu.Unlock()
	ended := make(chan struct{})
	go func() {
		s.ended.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-ctx.Done():
	}
}

// connect counts a connection in, and returns what counts it out. End ends it when
// the server stops. It returns KindBusy if there are too many.
func (s *Streams) connect(end func()) (done func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping {
		return nil, model.Errorf(model.KindBusy, "the server is stopping: connect again")
	}
	if len(s.connections) >= s.limits.Connections {
		return nil, model.Errorf(model.KindBusy, "this server has %d connections that are told of events, and takes no more: try again later", s.limits.Connections)
	}
	s.next++
	id := s.next
	s.connections[id] = end
	s.ended.Add(1)
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.connections, id)
		s.ended.Done()
	}), nil
}

// subscribe counts a subscription in, and returns what counts it out. It returns
// KindBusy if the server has too many, and KindTooLarge if the caller has.
func (s *Streams) subscribe(caller *model.Caller, connection *subscriptionCount) (done func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	organization, token := caller.Organization.Key, newTokenOf(caller)
	switch {
	case s.subscriptions >= s.limits.Subscriptions:
		return nil, model.Errorf(model.KindBusy, "this server has %d subscriptions, and takes no more: try again later", s.limits.Subscriptions)
	case s.byOrganization[organization] >= s.limits.PerOrganization:
		return nil, model.Errorf(model.KindTooLarge, "organization %q has %d subscriptions on this server, and may have no more: end some", caller.Organization.Name, s.limits.PerOrganization)
	case s.byToken[token] >= s.limits.PerToken:
		return nil, model.Errorf(model.KindTooLarge, "this token or session has %d subscriptions on this server, and may have no more: end some", s.limits.PerToken)
	case connection.n >= s.limits.PerConnection:
		return nil, model.Errorf(model.KindTooLarge, "this connection has %d subscriptions, and may have no more: end some", s.limits.PerConnection)
	}
	s.subscriptions++
	s.byOrganization[organization]++
	s.byToken[token]++
	connection.n++
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.subscriptions--
		connection.n--
		less(s.byOrganization, organization)
		less(s.byToken, token)
	}), nil
}

func less[K comparable](counts map[K]int, key K) {
	if counts[key]--; counts[key] == 0 {
		delete(counts, key)
	}
}

// subscriptionCount is how many subscriptions a connection has. Streams guards it.
type subscriptionCount struct{ n int }
