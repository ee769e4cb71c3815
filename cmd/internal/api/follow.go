package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	graphql "github.com/hasura/go-graphql-client"
	"github.com/hasura/go-graphql-client/pkg/jsonutil"
)

const (
	followAgainFirst = 250 * time.Millisecond // after which a lost connection is made anew
	followAgainMost  = 10 * time.Second
	followSilence    = 50 * time.Second // in which a server that is there gives several signs of life
	followAnswer     = 1 << 30          // how much one connection may bring: then there is another
)

// placedEvent is what is asked for about an event that is followed.
type placedEvent struct {
	Position Cursor `graphql:"position"`
	event
}

// FollowOptions say which events to follow.
type FollowOptions struct {
	Environment string
	Flows       []string
	Newest      int // how many of those that are there come first: 1 to 100
	// Lost is told when the connection is lost, once until it is there again.
	Lost func(error)
}

// EventFilter says which events of an organization are meant.
type EventFilter struct {
	Environments []string `json:"environments,omitempty"`
	Flows        []string `json:"flows,omitempty"`
}

// FollowEnvironment hands over the newest events of an environment, the oldest of
// them first, and then each new one as it becomes known, each once, until ctx ends. A
// connection that is lost is made anew, and goes on where it was.
func (c *Client) FollowEnvironment(ctx context.Context, o FollowOptions, told func(Event) error) error {
	f := &following{client: c, options: o, told: told}
	if err := f.begin(ctx); err != nil {
		return err
	}
	wait := followAgainFirst
	for {
		got, err := f.connect(ctx)
		if fatal := f.fatal(ctx, err); fatal != nil {
			return fatal
		}
		if got {
			wait = followAgainFirst
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait/2 + rand.N(wait)): // so that clients do not come back together
		}
		wait = min(2*wait, followAgainMost)
	}
}

// following is one environment that is followed.
type following struct {
	client  *Client
	options FollowOptions
	told    func(Event) error

	after Cursor
	shown map[Cursor]bool // of the newest events: those that come again are told once
	lost  bool
	stop  error // of whom is told
}

// fatal is what ends the following; nil for what another connection may mend.
func (f *following) fatal(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case f.stop != nil:
		return f.stop
	}
	final := []Code{CodeInvalid, CodeUnauthenticated, CodeForbidden, CodeNotFound, CodeTooLarge, "GRAPHQL_VALIDATION_FAILED"}
	if slices.Contains(final, CodeOf(err)) {
		return err
	}
	if err != nil && !f.lost && f.options.Lost != nil {
		f.options.Lost(err)
	}
	f.lost = true
	return nil
}

// begin hands over the newest events, and notes where to go on.
func (f *following) begin(ctx context.Context) error {
	var q struct {
		Organization struct {
			Position    Cursor `graphql:"position"`
			Environment struct {
				Events struct {
					Nodes []placedEvent `graphql:"nodes"`
				} `graphql:"events(filter: $filter, first: $first)"`
			} `graphql:"environment(name: $environment)"`
		} `graphql:"organization(name: $organization)"`
	}
	err := f.client.query(ctx, "NewestEvents", &q, variables{
		"organization": f.client.organization, "environment": f.options.Environment,
		"filter": LogFilter{Flows: f.options.Flows}, "first": f.options.Newest,
	})
	if err != nil {
		return err
	}
	f.after, f.shown = q.Organization.Position, map[Cursor]bool{}
	nodes := q.Organization.Environment.Events.Nodes
	for i := len(nodes) - 1; i >= 0; i-- {
		f.shown[nodes[i].Position] = true
		if err := f.told(eventsOf([]event{nodes[i].event})[0]); err != nil {
			return err
		}
	}
	return nil
}

// subscription is the operation that follows.
type subscription struct {
	Events placedEvent `graphql:"events(organization: $organization, filter: $filter, after: $after)"`
}

// connect follows over one connection until it ends, and reports whether it brought
// anything.
func (f *following) connect(ctx context.Context) (got bool, err error) {
	vars := variables{
		"organization": f.client.organization, "after": f.after,
		"filter": EventFilter{Environments: []string{f.options.Environment}, Flows: f.options.Flows},
	}
	query, _, err := graphql.ConstructSubscription(subscription{}, vars, graphql.OperationName("FollowEnvironment"))
	if err != nil {
		return false, err
	}
	body, err := json.Marshal(map[string]any{"query": query, "variables": vars, "operationName": "FollowEnvironment"})
	if err != nil {
		return false, err
	}
	ctx, cancel := context.WithCancel(withAnswerOf(ctx, followAnswer))
	defer cancel()
	silence := time.AfterFunc(followSilence, cancel)
	defer silence.Stop()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, f.client.host+"/graphql", bytes.NewReader(body))
	if err != nil {
		return false, err
	}
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Content-Type", "application/json")
	resp, err := f.client.streaming.Do(r)
	if err != nil {
		return false, f.client.unreachable(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		answer, _ := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
		return false, f.client.refusal(resp.StatusCode, answer)
	}
	return f.read(resp.Body, func() { silence.Reset(followSilence) })
}

// read reads server-sent events until they end. Alive is called with each line.
func (f *following) read(body io.Reader, alive func()) (got bool, err error) {
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, maxAnswer)
	for lines.Scan() {
		alive()
		data, ok := bytes.CutPrefix(lines.Bytes(), []byte("data: "))
		if !ok {
			continue
		}
		f.lost = false
		if err := f.take(data); err != nil {
			return got, err
		}
		got = true
	}
	return got, &Error{Message: "the connection to the server at " + f.client.host + " was lost", Err: lines.Err()}
}

// take hands over one event.
func (f *following) take(data []byte) error {
	var response struct {
		Data   json.RawMessage
		Errors graphql.Errors
	}
	if err := json.Unmarshal(data, &response); err != nil {
		return &Error{Message: "the server at " + f.client.host + " does not answer as a Landfall server of this version does", Err: err}
	}
	if len(response.Errors) > 0 {
		return errorOf(response.Errors)
	}
	var s subscription
	if err := jsonutil.UnmarshalGraphQL(response.Data, &s); err != nil {
		return &Error{Message: "the server at " + f.client.host + " does not answer as a Landfall server of this version does", Err: err}
	}
	f.after = s.Events.Position
	if f.shown[f.after] {
		return nil
	}
	f.stop = f.told(eventsOf([]event{s.Events.event})[0])
	return f.stop
}
