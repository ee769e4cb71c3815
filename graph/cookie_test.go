package graph_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/landfall-dev/landfall/graph"
	"github.com/landfall-dev/landfall/model"
)

const cookieName = "__Host-landfall"

// signIn returns the cookie of a session of the administrator's token.
func (s *server) signIn() string {
	s.t.Helper()
	_, secret, err := s.db.CreateSessionOfToken(s.t.Context(), s.token)
	if err != nil {
		s.t.Fatal(err)
	}
	return cookieName + "=" + secret
}

// own is what a browser says when a page of the server asks.
func own(cookie string) http.Header {
	return http.Header{"Cookie": {cookie}, "Origin": {"https://landfall.example"}, "Sec-Fetch-Site": {"same-origin"}, "Content-Type": {"application/json"}}
}

// changed are headers with one changed, or without it.
func changed(h http.Header, names ...string) http.Header {
	h = h.Clone()
	for i := 0; i < len(names); i += 2 {
		h.Set(names[i], names[i+1])
		if names[i+1] == "" {
			h.Del(names[i])
		}
	}
	return h
}

func TestCookie_Post(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	cookie := s.signIn()
	secret := strings.TrimPrefix(cookie, cookieName+"=")
	good := own(cookie)
	bare := changed(good, "Origin", "", "Sec-Fetch-Site", "")
	for name, tt := range map[string]struct {
		header http.Header
		want   int
	}{
		"OwnPage":             {good, 200},
		"Charset":             {changed(good, "Content-Type", "application/json; charset=utf-8"), 200},
		"ByTheUser":           {changed(good, "Sec-Fetch-Site", "none", "Origin", ""), 200},
		"NoSecFetch":          {changed(good, "Sec-Fetch-Site", ""), 200},
		"OtherAddressOfIt":    {changed(good, "Origin", "https://example.com", "Sec-Fetch-Site", ""), 200}, // that which is asked
		"NoBrowser":           {bare, 200},
		"Evil":                {changed(good, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"), 403},
		"EvilNoSecFetch":      {changed(good, "Origin", "https://evil.example", "Sec-Fetch-Site", ""), 403},
		"EvilSaysNoOrigin":    {changed(good, "Origin", "", "Sec-Fetch-Site", "cross-site"), 403},
		"Sandboxed":           {changed(good, "Origin", "null", "Sec-Fetch-Site", "cross-site"), 403},
		"SandboxedNoSecFetch": {changed(good, "Origin", "null", "Sec-Fetch-Site", ""), 403},
		"Subdomain":           {changed(good, "Origin", "https://evil.landfall.example", "Sec-Fetch-Site", "same-site"), 403},
		"OtherPort":           {changed(good, "Origin", "https://landfall.example:8443", "Sec-Fetch-Site", "same-site"), 403},
		"NotSecure":           {changed(good, "Origin", "http://landfall.example", "Sec-Fetch-Site", "cross-site"), 403},
		"Form":                {changed(good, "Content-Type", "application/x-www-form-urlencoded"), 415},
		"FormNoCORS":          {changed(bare, "Content-Type", "text/plain"), 415},
		"NoContentType":       {changed(good, "Content-Type", ""), 415},
		"Multipart":           {changed(good, "Content-Type", "multipart/form-data; boundary=x"), 415},
		"EvilForm":            {changed(good, "Content-Type", "text/plain", "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"), 403},
		"Unknown":             {own(cookieName + "=lfs_unknown"), 401},
		"Empty":               {own(cookieName + "="), 401},
		"TokenInCookie":       {own(cookieName + "=" + s.token), 401},
		"OtherCookie":         {own("landfall-8080=" + secret), 401},
		"SessionInHeader":     {http.Header{"Authorization": {"Bearer " + secret}}, 401},
		"BearerGoesFirst":     {changed(good, "Authorization", "Bearer lf_wrong"), 401},
		"EmptyHeader":         {http.Header{"Authorization": {""}, "Cookie": {cookie}, "Content-Type": {"application/json"}}, 401},
		// Who sends a token is not asked where it comes from, as ever.
		"Bearer":           {http.Header{"Authorization": {"Bearer " + s.token}}, 200},
		"BearerEvil":       {http.Header{"Authorization": {"Bearer " + s.token}, "Origin": {"https://evil.example"}, "Sec-Fetch-Site": {"cross-site"}}, 200},
		"BearerWithCookie": {changed(good, "Authorization", "Bearer "+s.token, "Origin", "https://evil.example"), 200},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "https://example.com/graphql", strings.NewReader(`{"query": "{ viewer { name } }"}`))
		r.Header = tt.header
		w := s.do(r)
		if w.Code != tt.want || (w.Code == 200) != strings.Contains(w.Body.String(), `"name":"bootstrap"`) {
			t.Errorf("%s: got %d %s, want %d", name, w.Code, w.Body, tt.want)
		}
		if strings.Contains(w.Body.String(), secret) || strings.Contains(w.Body.String(), s.token) {
			t.Errorf("%s: the answer has the secret", name)
		}
	}
}

// By GET and over a websocket it is the browser that has to say that its page is ours.
func TestCookie_Streams(t *testing.T) {
	t.Parallel()
	s := newLiveServer(t, graph.StreamLimits{})
	cookie := s.signIn()
	good := changed(own(cookie), "Content-Type", "")
	here := strings.TrimSuffix(s.url, "/graphql")
	for name, tt := range map[string]struct {
		header http.Header
		want   int // of a GET; a websocket is opened instead of 200
		socket int // if it is another
	}{
		"OwnPage":          {good, 200, 101},
		"OnlySecFetch":     {changed(good, "Origin", ""), 200, 101},
		"OnlyOrigin":       {changed(good, "Sec-Fetch-Site", ""), 200, 101},
		"NoBrowser":        {changed(good, "Origin", "", "Sec-Fetch-Site", ""), 403, 403},
		"Evil":             {changed(good, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"), 403, 403},
		"EvilSaysNoOrigin": {changed(good, "Origin", "", "Sec-Fetch-Site", "cross-site"), 403, 403},
		"Subdomain":        {changed(good, "Origin", "", "Sec-Fetch-Site", "same-site"), 403, 403},
		"Sandboxed":        {changed(good, "Origin", "null"), 403, 403},
		"NotSecure":        {changed(good, "Origin", here), 403, 403}, // the address from outside is https
		"Unknown":          {changed(good, "Cookie", cookieName+"=lfs_unknown"), 401, 101},
		"TokenInCookie":    {changed(good, "Cookie", cookieName+"="+s.token), 401, 101},
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"?"+url.Values{"query": {"{ viewer { name } }"}}.Encode(), nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header = tt.header.Clone()
		r.Header.Set("Accept", "text/event-stream")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != tt.want || (tt.want == 200) != strings.Contains(string(body), `"name":"bootstrap"`) {
			t.Errorf("%s: got %s %s, want %d", name, resp.Status, body, tt.want)
		}
		conn, resp, err := websocket.Dial(bounded(t), s.url, &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}, HTTPHeader: tt.header})
		if resp == nil || resp.StatusCode != tt.socket {
			t.Errorf("%s: a websocket gets %v %v, want %d", name, resp, err, tt.socket)
		}
		if err == nil {
			_ = conn.CloseNow()
		}
	}
}

// A socket without a session that is known is told so when it is open, and may still
// send a token.
func TestCookie_Websocket(t *testing.T) {
	t.Parallel()
	s := newLiveServer(t, graph.StreamLimits{})
	initial := func(cookie, payload string) *socket {
		c := s.dial(own(cookie))
		c.send(message{Type: "connection_init", Payload: json.RawMessage(payload)})
		return c
	}
	c := initial(s.signIn(), `{}`)
	if got := c.receive(); got.Type != "connection_ack" {
		t.Fatalf("got %+v", got)
	}
	c.subscribe("1", `{ viewer { name } }`)
	if got := c.receive(); got.Type != "next" || !strings.Contains(string(got.Payload), `"bootstrap"`) {
		t.Errorf("got %s %s", got.Type, got.Payload)
	}
	if got := initial(cookieName+"=lfs_unknown", fmt.Sprintf(`{"Authorization": "Bearer %s"}`, s.token)).receive(); got.Type != "connection_ack" {
		t.Errorf("got %+v", got)
	}
	c = initial(cookieName+"=lfs_unknown", `{}`)
	_, _, err := c.conn.Read(bounded(t))
	if reason, ok := errors.AsType[websocket.CloseError](err); !ok || reason.Code != 4403 || !strings.HasPrefix(reason.Reason, "you are signed out") {
		t.Errorf("closed with %v", err)
	}
}

// What ends a session ends what it follows: signing out, and what becomes of the token.
func TestCookie_SessionEnds(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(s *liveServer, token *model.Token, secret string) error{
		"SignOut": func(s *liveServer, _ *model.Token, secret string) error {
			return s.db.EndSession(s.t.Context(), secret)
		},
		"Revoked": func(s *liveServer, token *model.Token, _ string) error {
			_, err := s.db.RevokeToken(s.t.Context(), s.org, token.Key)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newLiveServer(t, graph.StreamLimits{Recheck: 50 * time.Millisecond, Heartbeat: 50 * time.Millisecond})
			token, secretOfToken, err := s.db.CreateToken(t.Context(), s.org, model.CreateTokenInput{Name: "page", Role: model.RoleReader})
			if err != nil {
				t.Fatal(err)
			}
			_, secret, err := s.db.CreateSessionOfToken(t.Context(), secretOfToken)
			if err != nil {
				t.Fatal(err)
			}
			r, err := http.NewRequestWithContext(bounded(t), http.MethodPost, s.url, strings.NewReader(`{"query": "subscription { events(organization: \"acme\") { summary } }"}`))
			if err != nil {
				t.Fatal(err)
			}
			r.Header = own(cookieName + "=" + secret)
			r.Header.Set("Accept", "text/event-stream")
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if resp.StatusCode != http.StatusOK {
				t.Fatalf("got %s", resp.Status)
			}
			c := s.dial(own(cookieName + "=" + secret))
			c.send(message{Type: "connection_init"})
			if got := c.receive(); got.Type != "connection_ack" {
				t.Fatalf("got %+v", got)
			}
			c.subscribe("1", `subscription { events(organization: "acme") { summary } }`)
			if err := end(s, token, secret); err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(resp.Body)
			if err != nil || !strings.Contains(string(body), "UNAUTHENTICATED") {
				t.Errorf("the stream ends with %s, %v", body, err)
			}
			if got := c.receive(); !strings.Contains(string(got.Payload), "UNAUTHENTICATED") {
				t.Errorf("the socket is told %s %s", got.Type, got.Payload)
			}
		})
	}
}

// Browsers of a token count together, and persons each for themselves.
func TestStreams_PerTokenOrSession(t *testing.T) {
	t.Parallel()
	s := newLiveServer(t, graph.StreamLimits{PerToken: 1})
	var persons []string
	for _, name := range []string{"Ada", "Grace"} {
		_, secret, err := s.db.CreateSessionOfPerson(t.Context(), model.Person{Organization: "acme", Issuer: "https://id.example", Subject: name, Name: name, Role: model.RoleReader})
		if err != nil {
			t.Fatal(err)
		}
		persons = append(persons, cookieName+"="+secret)
	}
	s.report("first")
	for i, tt := range []struct{ cookie, want string }{
		{s.signIn(), "ARTIFACT_CREATED"}, {s.signIn(), "TOO_LARGE"}, {persons[0], "ARTIFACT_CREATED"}, {persons[0], "TOO_LARGE"}, {persons[1], "ARTIFACT_CREATED"},
	} {
		c := s.dial(own(tt.cookie))
		c.send(message{Type: "connection_init"})
		if got := c.receive(); got.Type != "connection_ack" {
			t.Fatalf("got %+v", got)
		}
		c.subscribe("1", followAfter(model.Position{}.Cursor()))
		if got := c.receive(); !strings.Contains(string(got.Payload), tt.want) {
			t.Errorf("%d: got %s %s, want %s", i, got.Type, got.Payload, tt.want)
		}
	}
}
