package graph_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/graph"
	"github.com/landfall-dev/landfall/live"
	"github.com/landfall-dev/landfall/model"
)

// liveServer is a server whose streams work, over a database that others may share.
type liveServer struct {
	*server
	url     string
	streams *graph.Streams
}

func newLiveServer(t testing.TB, limits graph.StreamLimits) *liveServer {
	t.Helper()
	d, url := dbtest.NewURL(t)
	return serveLive(t, d, url, limits)
}

func serveLive(t testing.TB, d *db.DB, url string, limits graph.StreamLimits) *liveServer {
	t.Helper()
	log := new(logBuffer)
	logger := slog.New(slog.NewTextHandler(log, nil))
	s := &liveServer{server: &server{t: t, db: d, token: model.NewTokenSecret(), log: log}}
	feed := live.New(d, logger, 200*time.Millisecond)
	s.streams = graph.NewStreams(feed, limits)
	s.http = graph.NewHandler(d, logger, graph.Options{BaseURL: "https://landfall.example", Version: "test", Streams: s.streams, Cookie: cookieName, Persisted: persisted()})
	s.org = s.newOrganization("acme", s.token)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		db.Listen(ctx, url, logger, db.Heard{Events: feed.Heard, Deliveries: feed.HeardOfDelivery})
	}()
	front := httptest.NewServer(s.http)
	s.url = front.URL + "/graphql"
	t.Cleanup(func() {
		stopping, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		s.streams.Stop(stopping)
		front.Close()
		stop()
		<-ended
	})
	return s
}

// report reports the artifact of a word, which is one event.
func (s *liveServer) report(word string) {
	s.t.Helper()
	at := start
	if _, _, err := s.db.CreateFlow(s.t.Context(), s.org, model.CreateFlowInput{Name: "runner"}); err != nil {
		s.t.Fatal(err)
	}
	_, _, err := s.db.ReportArtifact(s.t.Context(), s.org, model.ReportArtifactInput{Flow: "runner", Name: word, Fingerprint: fingerprint(word), At: &at})
	if err != nil {
		s.t.Fatal(err)
	}
}

// message is a message of graphql-transport-ws.
type message struct {
	ID      string          `json:"id,omitempty"`
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload,omitempty"`
}

// socket is a client's websocket.
type socket struct {
	t    testing.TB
	conn *websocket.Conn
}

func (s *liveServer) dial(header http.Header) *socket {
	s.t.Helper()
	conn, resp, err := websocket.Dial(bounded(s.t), s.url, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: header})
	if err != nil {
		s.t.Fatalf("%v: %v", resp, err)
	}
	s.t.Cleanup(func() { _ = conn.CloseNow() })
	return &socket{s.t, conn}
}

// connect opens a socket and proves who is there.
func (s *liveServer) connect(token string) *socket {
	s.t.Helper()
	c := s.dial(nil)
	c.send(message{Type: "connection_init", Payload: json.RawMessage(fmt.Sprintf(`{"Authorization": "Bearer %s"}`, token))})
	if got := c.receive(); got.Type != "connection_ack" {
		s.t.Fatalf("got %+v", got)
	}
	return c
}

func (c *socket) send(m message) {
	c.t.Helper()
	if err := wsjson.Write(bounded(c.t), c.conn, m); err != nil {
		c.t.Fatal(err)
	}
}

// receive answers pings until something else comes.
func (c *socket) receive() message {
	c.t.Helper()
	for {
		var m message
		if err := wsjson.Read(bounded(c.t), c.conn, &m); err != nil {
			c.t.Fatal(err)
		}
		if m.Type != "ping" {
			return m
		}
		c.send(message{Type: "pong"})
	}
}

// closed is the code with which the socket is closed, whatever comes before.
func (c *socket) closed() websocket.StatusCode {
	c.t.Helper()
	for {
		var m message
		if err := wsjson.Read(bounded(c.t), c.conn, &m); err != nil {
			return websocket.CloseStatus(err)
		}
	}
}

func (c *socket) subscribe(id, query string) {
	c.t.Helper()
	c.send(message{ID: id, Type: "subscribe", Payload: encode(c.t, map[string]any{"query": query})})
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func bounded(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// told is an event as a subscription tells it.
type told struct {
	Data struct {
		Events *struct {
			Kind        string
			Position    model.Cursor
			Fingerprint string
			Flow        struct{ Name string }
		}
	}
	Errors []struct {
		Message    string
		Extensions struct{ Code string }
	}
}

const followAll = `subscription { events(organization: "acme") { kind position fingerprint flow { name } } }`

func followAfter(position model.Cursor) string {
	return fmt.Sprintf(`subscription { events(organization: "acme", after: %q) { kind position fingerprint flow { name } } }`, position)
}

func (c *socket) event(id string) told {
	c.t.Helper()
	m := c.receive()
	if m.Type != "next" || m.ID != id {
		c.t.Fatalf("got %s %s %s", m.Type, m.ID, m.Payload)
	}
	return decode(c.t, m.Payload)
}

func decode(t testing.TB, data []byte) told {
	t.Helper()
	var e told
	if err := json.Unmarshal(data, &e); err != nil {
		t.Fatal(err)
	}
	if e.Data.Events == nil && len(e.Errors) == 0 {
		t.Fatalf("got %s", data)
	}
	return e
}

// An event that is written through one server is told by another, with what is asked
// about it, and a client that comes back goes on where it was.
func TestSubscription_Websocket(t *testing.T) {
	t.Parallel()
	d, url := dbtest.NewURL(t)
	a := serveLive(t, d, url, graph.StreamLimits{})
	other, err := db.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() })
	b := serveLive(t, other, url, graph.StreamLimits{})
	b.token, b.org = a.token, a.org

	a.report("before")
	var now struct {
		Organization struct{ Position model.Cursor }
	}
	for now.Organization.Position == "" || parsePosition(t, now.Organization.Position).Key == 0 {
		a.must(`{ organization(name: "acme") { position } }`, &now)
	}
	c := b.connect(a.token)
	c.subscribe("1", followAfter(now.Organization.Position))
	var positions []model.Cursor
	for _, word := range []string{"one", "two"} {
		a.report(word)
		e := c.event("1").Data.Events
		if e.Fingerprint != string(fingerprint(word)) || e.Kind != "ARTIFACT_CREATED" || e.Flow.Name != "runner" {
			t.Errorf("told of %+v, want %s", e, word)
		}
		positions = append(positions, e.Position)
	}
	_ = c.conn.CloseNow()
	again := a.connect(a.token)
	again.subscribe("x", followAfter(positions[0]))
	if e := again.event("x").Data.Events; e.Fingerprint != string(fingerprint("two")) {
		t.Errorf("after the first: told of %+v", e)
	}
	again.send(message{ID: "x", Type: "complete"})
	again.subscribe("y", `{ viewer { name } }`) // a query goes the same way
	for {
		m := again.receive()
		if m.ID == "x" {
			continue // its own end
		}
		if m.Type != "next" || !strings.Contains(string(m.Payload), `"bootstrap"`) {
			t.Errorf("got %s %s", m.Type, m.Payload)
		}
		break
	}
}

func TestSubscription_Filter(t *testing.T) {
	t.Parallel()
	s := newLiveServer(t, graph.StreamLimits{})
	s.report("first")
	c := s.connect(s.token)
	c.subscribe("1", fmt.Sprintf(`subscription { events(organization: "acme", after: %q, filter: {fingerprints: [%q], kinds: [ARTIFACT_CREATED], flows: ["runner"]}) { fingerprint } }`,
		model.Position{}.Cursor(), fingerprint("third")))
	s.report("second")
	s.report("third")
	if e := c.event("1").Data.Events; e.Fingerprint != string(fingerprint("third")) {
		t.Errorf("told of %+v", e)
	}
}

func TestSubscription_Refused(t *testing.T) {
	t.Parallel()
	s := newLiveServer(t, graph.StreamLimits{PerConnection: 2})
	s.newOrganization("private", model.NewTokenSecret())
	c := s.connect(s.token)
	tooMuch := `subscription { events(organization: "acme") { flow { artifacts(first: 100) { nodes { history(first: 100) { nodes { artifact { history(first: 100) { nodes { at } } } } } } } } } }`
	for query, want := range map[string]string{
		`subscription { events(organization: "private") { kind } }`:                                "NOT_FOUND",
		`subscription { events(organization: "acme", after: "v1.nonsense") { kind } }`:             "INVALID",
		`subscription { events(organization: "acme", filter: {environments: ["none"]}) { kind } }`: "NOT_FOUND",
		`subscription { events(organization: "acme", filter: {flows: ["none"]}) { kind } }`:        "NOT_FOUND",
		`subscription { events(organization: "acme") { nothing } }`:                                "GRAPHQL_VALIDATION_FAILED",
		tooMuch: "COMPLEXITY_LIMIT_EXCEEDED",
	} {
		c.subscribe("q", query)
		m := c.receive()
		if !strings.Contains(string(m.Payload), `"code":"`+want+`"`) {
			t.Errorf("%s: %s %s, want %s", query, m.Type, m.Payload, want)
		}
		if done := c.receive(); done.Type != "complete" {
			t.Errorf("%s: then %+v", query, done)
		}
	}
	c.subscribe("a", followAll)
	c.subscribe("b", followAll)
	c.subscribe("c", followAll)
	if m := c.receive(); m.ID == "" || !strings.Contains(string(m.Payload), "TOO_LARGE") {
		t.Errorf("a third subscription: %+v %s", m, m.Payload)
	}
	if got := s.ask(s.token, followAll).codes(); !cmp.Equal(got, []string{"INVALID"}) {
		t.Errorf("by POST: %v", got)
	}
}

// Who is not proven is let in nowhere.
func TestSubscription_Proof(t *testing.T) {
	t.Parallel()
	s := newLiveServer(t, graph.StreamLimits{Init: 300 * time.Millisecond})
	wrong := s.dial(nil)
	wrong.send(message{Type: "connection_init", Payload: json.RawMessage(`{"Authorization": "Bearer lf_wrong"}`)})
	none := s.dial(nil)
	none.send(message{Type: "connection_init"})
	early := s.dial(nil)
	early.subscribe("1", followAll)
	silent := s.dial(nil)
	large := s.dial(nil)
	large.send(message{Type: "connection_init", Payload: encode(t, map[string]string{"a": strings.Repeat("a", 20<<10)})})
	for name, tt := range map[string]struct {
		socket *socket
		want   websocket.StatusCode
	}{
		"Wrong": {wrong, 4403}, "None": {none, 4403}, "Early": {early, 4400}, "Silent": {silent, 4408}, "Large": {large, websocket.StatusMessageTooBig},
	} {
		if got := tt.socket.closed(); got != tt.want {
			t.Errorf("%s: closed with %d, want %d", name, got, tt.want)
		}
	}
	proven := s.dial(http.Header{"Authorization": {"Bearer " + s.token}}) // as programs can
	proven.send(message{Type: "connection_init"})
	if m := proven.receive(); m.Type != "connection_ack" {
		t.Errorf("with a header: %+v", m)
	}
	for name, request := range map[string]func() (*http.Response, error){
		"Header": func() (*http.Response, error) {
			_, resp, err := websocket.Dial(bounded(t), s.url, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: http.Header{"Authorization": {"Bearer lf_wrong"}}})
			return resp, err
		},
		"Protocol": func() (*http.Response, error) {
			_, resp, err := websocket.Dial(bounded(t), s.url, &websocket.DialOptions{Subprotocols: []string{"graphql-ws"}})
			return resp, err
		},
		"Origin": func() (*http.Response, error) {
			_, resp, err := websocket.Dial(bounded(t), s.url, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: http.Header{"Origin": {"https://evil.example"}}})
			return resp, err
		},
	} {
		resp, err := request()
		if err == nil || resp == nil || resp.StatusCode < 400 || resp.StatusCode >= 500 {
			t.Errorf("%s: %v, %v", name, resp, err)
		}
	}
}

// A token that is revoked or expires ends what it began, within a time.
func TestSubscription_Revoked(t *testing.T) {
	t.Parallel()
	s := newLiveServer(t, graph.StreamLimits{Recheck: 50 * time.Millisecond})
	var clock sync.Mutex
	now := start
	s.db.Now = func() time.Time { clock.Lock(); defer clock.Unlock(); return now }
	token, secret, err := s.db.CreateToken(t.Context(), s.org, model.CreateTokenInput{Name: "mine", Role: model.RoleReader})
	if err != nil {
		t.Fatal(err)
	}
	c := s.connect(secret)
	c.subscribe("1", followAll)
	events := s.stream(t, secret, http.MethodPost, followAll)
	if _, err := s.db.RevokeToken(t.Context(), s.org, token.Key); err != nil {
		t.Fatal(err)
	}
	clock.Lock()
	now = now.Add(time.Minute)
	clock.Unlock()
	if m := c.receive(); m.Type != "error" || !strings.Contains(string(m.Payload), "UNAUTHENTICATED") {
		t.Errorf("got %s %s", m.Type, m.Payload)
	}
	c.subscribe("2", `{ viewer { name } }`)
	if m := c.receive(); !strings.Contains(string(m.Payload), "UNAUTHENTICATED") {
		t.Errorf("a query afterwards: %s %s", m.Type, m.Payload)
	}
	if e := decode(t, events.data("next")); e.Errors[0].Extensions.Code != "UNAUTHENTICATED" {
		t.Errorf("got %+v", e)
	}
	events.data("complete")
}

// Deliveries are told as they are kept, and when what became of them changed, to members
// who may read them; the body to administrators.
func TestSubscription_Deliveries(t *testing.T) {
	t.Parallel()
	s := newLiveServer(t, graph.StreamLimits{Recheck: 50 * time.Millisecond, PerConnection: 1})
	secrets := map[model.Role]string{}
	for _, role := range []model.Role{model.RoleReporter, model.RoleMember} {
		_, secret, err := s.db.CreateToken(t.Context(), s.org, model.CreateTokenInput{Name: string(role), Role: role})
		if err != nil {
			t.Fatal(err)
		}
		secrets[role] = secret
	}
	const all = `subscription { deliveries(organization: "acme") { sourceId state body } }`
	keep := func(id string, cause error) {
		t.Helper()
		d := &model.Delivery{Source: model.ForgeGitHub.Source(), SourceID: id, Event: "push", Body: []byte("body of " + id)}
		if _, err := s.db.KeepDelivery(t.Context(), s.org, d, cause); err != nil {
			t.Fatal(err)
		}
	}
	admin, member := s.connect(s.token), s.connect(secrets[model.RoleMember])
	admin.subscribe("all", all)
	member.subscribe("failed", `subscription { deliveries(organization: "acme", filter: {states: [FAILED, IGNORED]}) { sourceId state body } }`)
	time.Sleep(500 * time.Millisecond) // until both begin
	admin.subscribe("events", followAll)
	if m := admin.receive(); m.ID != "events" || !strings.Contains(string(m.Payload), "TOO_LARGE") {
		t.Errorf("one more on a connection: %s %s %s", m.ID, m.Type, m.Payload)
	}
	if m := admin.receive(); m.Type != "complete" {
		t.Errorf("got %s %s", m.Type, m.Payload)
	}
	expect := func(c *socket, want string) {
		t.Helper()
		m := c.receive()
		if got := m.ID + " " + string(m.Payload); got != want {
			t.Fatalf("got %s %s\nwant %s", m.Type, got, want)
		}
	}
	keep("a", errors.New("x"))
	expect(admin, `all {"data":{"deliveries":{"sourceId":"a","state":"WAITING","body":"body of a"}}}`)
	keep("b", model.Invalid("x", "x"))
	expect(admin, `all {"data":{"deliveries":{"sourceId":"b","state":"FAILED","body":"body of b"}}}`)
	expect(member, `failed {"data":{"deliveries":{"sourceId":"b","state":"FAILED","body":null}}}`)
	d, err := s.db.DeliveryBySource(t.Context(), s.org, model.ForgeGitHub.Source(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.RetryDelivery(t.Context(), s.org, d, &model.Facts{Ignored: "it says nothing"}); err != nil {
		t.Fatal(err)
	}
	expect(admin, `all {"data":{"deliveries":{"sourceId":"a","state":"IGNORED","body":"body of a"}}}`)
	expect(member, `failed {"data":{"deliveries":{"sourceId":"a","state":"IGNORED","body":null}}}`)

	for name, tt := range map[string]struct{ token, query, want string }{
		"Reporter": {secrets[model.RoleReporter], all, "FORBIDDEN"},
		"Unknown":  {s.token, strings.Replace(all, "acme", "globex", 1), "NOT_FOUND"},
		"Filter":   {s.token, strings.Replace(all, `"acme"`, `"acme", filter: {repository: "x"}`, 1), "INVALID"},
	} {
		c := s.connect(tt.token)
		c.subscribe("1", tt.query)
		if m := c.receive(); !strings.Contains(string(m.Payload), tt.want) {
			t.Errorf("%s: %s %s, want %s", name, m.Type, m.Payload, tt.want)
		}
	}
}

// stream is a stream of server-sent events.
type stream struct {
	t     testing.TB
	lines *bufio.Reader
	body  io.Closer
}

func (s *liveServer) stream(t testing.TB, token, method, query string) *stream {
	t.Helper()
	address, body := s.url, io.Reader(nil)
	if method == http.MethodGet {
		address += "?" + url.Values{"query": {query}}.Encode()
	} else {
		body = strings.NewReader(string(encode(t, map[string]string{"query": query})))
	}
	r, err := http.NewRequestWithContext(t.Context(), method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = resp.Body.Close() })
	if resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/event-stream") {
		t.Fatalf("got %s %v", resp.Status, resp.Header)
	}
	return &stream{t, bufio.NewReader(resp.Body), resp.Body}
}

// data is that of the next event, which must be of this name; empty at the end of
// the stream if that is what is wanted.
func (s *stream) data(event string) []byte {
	s.t.Helper()
	name, data := "", ""
	for {
		line, err := s.lines.ReadString('\n')
		if err != nil {
			if event == "" {
				return nil
			}
			s.t.Fatalf("the stream ends before %s: %v", event, err)
		}
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "event: "):
			name = line[len("event: "):]
		case strings.HasPrefix(line, "data: "):
			data = line[len("data: "):]
		case line == "" && name != "":
			if name != event {
				s.t.Fatalf("got %s %s, want %s", name, data, event)
			}
			return []byte(data)
		}
	}
}

func TestSubscription_EventStream(t *testing.T) {
	t.Parallel()
	s := newLiveServer(t, graph.StreamLimits{Heartbeat: 20 * time.Millisecond})
	s.report("first")
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		all := s.stream(t, s.token, method, followAfter(model.Position{}.Cursor()))
		if e := decode(t, all.data("next")).Data.Events; e.Fingerprint != string(fingerprint("first")) || e.Flow.Name != "runner" {
			t.Errorf("%s: told of %+v", method, e)
		}
		one := s.stream(t, s.token, method, `{ viewer { name } }`)
		if got := string(one.data("next")); !strings.Contains(got, "bootstrap") {
			t.Errorf("%s: a query is answered by %s", method, got)
		}
		one.data("complete")
		wrong := s.stream(t, s.token, method, `{ nothing }`)
		if got := string(wrong.data("next")); !strings.Contains(got, "GRAPHQL_VALIDATION_FAILED") {
			t.Errorf("%s: a wrong query is answered by %s", method, got)
		}
		wrong.data("complete")
	}
	mutation := s.stream(t, s.token, http.MethodGet, `mutation { createFlow(input: {organization: "acme", name: "x"}) { created } }`)
	if got := string(mutation.data("next")); !strings.Contains(got, "INVALID") {
		t.Errorf("a mutation by GET is answered by %s", got)
	}
}

// A server that stops says so: clients know that they are to connect again.
func TestSubscription_Stopping(t *testing.T) {
	t.Parallel()
	s := newLiveServer(t, graph.StreamLimits{})
	c := s.connect(s.token)
	c.subscribe("1", followAll)
	events := s.stream(t, s.token, http.MethodPost, followAll)
	s.streams.Stop(bounded(t))
	if got := c.closed(); got != websocket.StatusGoingAway {
		t.Errorf("closed with %d", got)
	}
	events.data("") // cut off, and not complete: there is more to come
	_, resp, err := websocket.Dial(bounded(t), s.url, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err == nil || resp == nil || resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a new one: %v, %v", resp, err)
	}
}

// A client that reads nothing is cut off, and holds nothing up.
func TestSubscription_SlowClient(t *testing.T) {
	t.Parallel()
	s := newLiveServer(t, graph.StreamLimits{Write: 300 * time.Millisecond, Heartbeat: time.Hour})
	s.report("first")
	slow := s.connect(s.token)
	var fields strings.Builder
	for i := range 3000 { // each event is large, so that the network's buffers are soon full
		fmt.Fprintf(&fields, "f%d: summary ", i)
	}
	for i := range 90 {
		slow.subscribe(fmt.Sprint(i), fmt.Sprintf(`subscription { events(organization: "acme", after: %q) { %s } }`, model.Position{}.Cursor(), fields.String()))
	}
	for i := range 60 {
		s.report(fmt.Sprint(i))
	}
	quick := s.connect(s.token)
	quick.subscribe("1", followAfter(model.Position{}.Cursor()))
	s.report("last")
	for quick.event("1").Data.Events.Fingerprint != string(fingerprint("last")) {
		continue
	}
	deadline := time.Now().Add(30 * time.Second)
	for graph.Connections(s.streams) > 1 {
		if time.Now().After(deadline) {
			t.Fatalf("%d connections", graph.Connections(s.streams))
		}
		time.Sleep(10 * time.Millisecond)
	}
}
