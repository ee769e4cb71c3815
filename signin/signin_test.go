package signin_test

import (
	"bytes"
	"context"
	"encoding/json"
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

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/graph"
	"github.com/landfall-dev/landfall/model"
	"github.com/landfall-dev/landfall/signin"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// server lets people in to the organization acme, and answers what they ask.
type server struct {
	*httptest.Server
	t     *testing.T
	db    *db.DB
	token string
	log   *logBuffer
}

// logBuffer keeps what is logged, from any goroutine.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// newServer makes a server that listens, but does not answer before it is started: a
// provider has to know where it is.
func newServer(t *testing.T) *server {
	t.Helper()
	s := &server{Server: httptest.NewUnstartedServer(nil), t: t, db: dbtest.New(t), token: model.NewTokenSecret(), log: new(logBuffer)}
	s.URL = "http://" + s.Listener.Addr().String()
	if _, err := s.db.Bootstrap(t.Context(), "acme", s.token); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *server) start(provider *signin.Provider) {
	base := s.URL
	s.Config.Handler = s.handler(base, provider)
	s.URL = ""
	s.Start()
	s.URL = base
	s.t.Cleanup(s.Close)
}

func (s *server) handler(base string, provider *signin.Provider) http.Handler {
	log := slog.New(slog.NewTextHandler(s.log, nil))
	people := signin.New(s.db, signin.Options{BaseURL: base, Provider: provider, Now: s.db.Time, Log: log})
	mux := http.NewServeMux()
	mux.Handle("/session", people)
	mux.Handle("/session/", people)
	mux.Handle("/graphql", graph.NewHandler(s.db, log, graph.Options{BaseURL: base, Cookie: signin.CookieName(base)}))
	mux.HandleFunc("/", func(http.ResponseWriter, *http.Request) {})
	return mux
}

// viewer asks who a browser is, as a page does.
func (s *server) viewer(client *http.Client) string {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.URL+"/graphql", strings.NewReader(`{"query": "{ viewer { name role organization { name } } }"}`))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Origin", s.URL)
	resp, err := client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(body)
}

// ask asks a handler as a page does.
func ask(t *testing.T, h http.Handler, method, path, body string, header http.Header) (*http.Response, string) {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	for name, values := range header {
		r.Header[name] = values
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), w.Body.String()
}

func TestSession(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]struct{ name, attributes string }{
		"https://landfall.example": {"__Host-landfall", "Path=/; Max-Age=604800; HttpOnly; Secure; SameSite=Strict"},
		"http://127.0.0.1:8080":    {"landfall-8080", "Path=/; Max-Age=604800; HttpOnly; SameSite=Strict"},
		"http://localhost":         {"landfall-80", "Path=/; Max-Age=604800; HttpOnly; SameSite=Strict"},
	} {
		t.Run(want.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			defer s.Listener.Close()
			now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
			s.db.Now = func() time.Time { return now }
			h := s.handler(base, nil)
			const nobody, admin = `{"signedIn":false,"provider":null}`, `{"signedIn":true,"name":"bootstrap","organization":"acme","role":"ADMIN","provider":null}`
			if _, body := ask(t, h, "GET", "/session", "", nil); strings.TrimSpace(body) != nobody {
				t.Errorf("a stranger is told %s", body)
			}
			resp, body := ask(t, h, "POST", "/session", `{"token": " `+s.token+` "}`, nil)
			if resp.StatusCode != http.StatusCreated || strings.TrimSpace(body) != admin || resp.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("got %d %s %v", resp.StatusCode, body, resp.Header)
			}
			set := resp.Header.Get("Set-Cookie")
			pair, attributes, _ := strings.Cut(set, "; ")
			if !strings.HasPrefix(pair, want.name+"=lfs_") || attributes != want.attributes || signin.CookieName(base) != want.name {
				t.Errorf("the cookie is %s", set)
			}
			cookie := http.Header{"Cookie": {pair}}
			if _, body := ask(t, h, "GET", "/session", "", cookie); strings.TrimSpace(body) != admin {
				t.Errorf("who is signed in is told %s", body)
			}
			if resp, body := ask(t, h, "POST", "/graphql", `{"query": "{ viewer { name } }"}`, cookie); resp.StatusCode != 200 || !strings.Contains(body, "bootstrap") {
				t.Errorf("got %d %s", resp.StatusCode, body)
			}
			// Who signs in again has one session.
			resp, _ = ask(t, h, "POST", "/session", `{"token": "`+s.token+`"}`, cookie)
			again, _, _ := strings.Cut(resp.Header.Get("Set-Cookie"), "; ")
			resp, body = ask(t, h, "GET", "/session", "", cookie)
			cleared := want.name + "=; " + strings.Replace(want.attributes, "604800", "0", 1)
			if strings.TrimSpace(body) != nobody || resp.Header.Get("Set-Cookie") != cleared {
				t.Errorf("the session before is %s, %v", body, resp.Header)
			}
			cookie = http.Header{"Cookie": {again}}
			for range 2 {
				resp, body := ask(t, h, "DELETE", "/session", "", cookie)
				if resp.StatusCode != http.StatusNoContent || body != "" || resp.Header.Get("Set-Cookie") != cleared {
					t.Errorf("signing out answers %d %s %v", resp.StatusCode, body, resp.Header)
				}
			}
			if resp, _ := ask(t, h, "POST", "/graphql", `{"query": "{ viewer { name } }"}`, cookie); resp.StatusCode != 401 {
				t.Errorf("a session that has ended answers %d", resp.StatusCode)
			}
			if log := s.log.String(); strings.Contains(log, "lf") {
				t.Errorf("the log is %s", log)
			}
		})
	}
}

func TestSession_Refused(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	defer s.Listener.Close()
	h := s.handler("https://landfall.example", nil)
	_, session, err := s.db.CreateSessionOfToken(t.Context(), s.token)
	if err != nil {
		t.Fatal(err)
	}
	evil := http.Header{"Origin": {"https://evil.example"}, "Sec-Fetch-Site": {"cross-site"}}
	good := `{"token": "` + s.token + `"}`
	for name, tt := range map[string]struct {
		method, path, body string
		header             http.Header
		status             int
		message            string
	}{
		"WrongToken":     {"POST", "/session", `{"token": "lf_wrong"}`, nil, 401, "this API token is not valid"},
		"Session":        {"POST", "/session", `{"token": "` + session + `"}`, nil, 401, "this API token is not valid"},
		"IDToken":        {"POST", "/session", `{"token": "eyJ.eyJ.x"}`, nil, 401, "this API token is not valid"},
		"NoToken":        {"POST", "/session", `{}`, nil, 400, "there is no token"},
		"NotJSON":        {"POST", "/session", s.token, nil, 400, "not JSON"},
		"OtherJSON":      {"POST", "/session", `{"token": 1}`, nil, 400, "not JSON"},
		"TooLarge":       {"POST", "/session", `{"token": "` + strings.Repeat("x", 16<<10) + `"}`, nil, 413, "over 16 KiB"},
		"Form":           {"POST", "/session", "token=" + s.token, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, 415, "send JSON"},
		"NoCORS":         {"POST", "/session", good, http.Header{"Content-Type": {"text/plain"}}, 415, "send JSON"},
		"Evil":           {"POST", "/session", good, evil, 403, "only pages of this server"},
		"EvilOldBrowser": {"POST", "/session", good, http.Header{"Origin": {"https://evil.example"}}, 403, "only pages of this server"},
		"EvilSignOut":    {"DELETE", "/session", "", evil, 403, "only pages of this server"},
		"Put":            {"PUT", "/session", good, nil, 405, "GET, POST, DELETE"},
		"NoPath":         {"GET", "/session/else", "", nil, 404, "nothing"},
		"NoProvider":     {"GET", "/session/oidc", "", nil, 404, "no provider"},
		"NoCallback":     {"GET", "/session/oidc/callback", "", nil, 404, "no provider"},
		"PostOIDC":       {"POST", "/session/oidc", "", nil, 405, "GET"},
	} {
		resp, body := ask(t, h, tt.method, tt.path, tt.body, tt.header)
		var said struct{ Message string }
		if err := json.Unmarshal([]byte(body), &said); err != nil || resp.StatusCode != tt.status || !strings.Contains(said.Message, tt.message) ||
			resp.Header.Get("Cache-Control") != "no-store" || resp.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: got %d %s %v, want %d", name, resp.StatusCode, body, resp.Header, tt.status)
		}
	}
	if log := s.log.String(); strings.Contains(log, s.token) || strings.Contains(log, session) {
		t.Errorf("the log has a secret: %s", log)
	}
}

// away is a store whose database is away.
type away struct{ signin.Store }

func (away) SessionCaller(context.Context, string) (*model.Caller, error) {
	return nil, &model.Error{Kind: model.KindBusy, Message: "the database does not answer", Err: fmt.Errorf("why")}
}

func (away) CreateSessionOfToken(context.Context, string) (*model.Session, string, error) {
	return nil, "", fmt.Errorf("pq: something is wrong")
}

func TestSession_StoreFails(t *testing.T) {
	t.Parallel()
	log := new(logBuffer)
	h := signin.New(away{}, signin.Options{BaseURL: "https://landfall.example", Now: time.Now, Log: slog.New(slog.NewTextHandler(log, nil))})
	resp, body := ask(t, h, "GET", "/session", "", http.Header{"Cookie": {"__Host-landfall=lfs_x"}})
	if resp.StatusCode != 503 || resp.Header.Get("Retry-After") == "" || strings.Contains(body, "why") || resp.Header.Get("Set-Cookie") != "" {
		t.Errorf("got %d %s", resp.StatusCode, body)
	}
	resp, body = ask(t, h, "POST", "/session", `{"token": "lf_x"}`, nil)
	if resp.StatusCode != 500 || strings.Contains(body, "pq") || !strings.Contains(log.String(), "something is wrong") {
		t.Errorf("got %d %s, logged %s", resp.StatusCode, body, log)
	}
}

// errorOf is the word in the address of the page for who does not come in.
func errorOf(location string) string {
	u, err := url.Parse(location)
	if err != nil || u.Path != "/sign-in" {
		return "came to " + location
	}
	return u.Query().Get("error")
}
