package ingest_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "github.com/lib/pq" // the driver with which tests look into tables

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/ingest"
	"github.com/landfall-dev/landfall/model"
)

func TestMain(m *testing.M) { dbtest.Main(m) }

// start is when the story of a test begins. The clock of tests starts a day later.
var start = time.Date(2022, 8, 22, 9, 0, 0, 0, time.UTC)

// clock is a clock that goes on by a second whenever it is looked at.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Second)
	return c.now
}

// log is what a handler has logged.
type log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// secret is the secret of acme's webhook, otherSecret that of globex's.
const (
	secret      = "the secret of acme's webhook"
	otherSecret = "the secret of globex's webhook"
)

// server is the real handler over an empty database, with the organizations acme
// and globex, which have webhooks, and initech, which has none. acme has the
// environments aws-prod (ECS) and build-host (docker).
type server struct {
	db     *db.DB
	tables *sql.DB
	org    *model.Organization
	tokens map[string]string // by whose they are: ADMIN, MEMBER, REPORTER and READER of acme, globex
	http   http.Handler
	log    *log
}

func newServer(t testing.TB) *server {
	t.Helper()
	d, url := dbtest.NewURL(t)
	d.Now = (&clock{now: start.Add(24 * time.Hour)}).Now
	tables, err := sql.Open("postgres", url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tables.Close() })
	s := &server{db: d, tables: tables, tokens: map[string]string{}, log: new(log)}
	s.http = ingest.NewHandler(d, slog.New(slog.NewTextHandler(s.log, nil)))
	s.org = s.newOrganization(t, "acme", secret)
	s.newOrganization(t, "globex", otherSecret)
	s.newOrganization(t, "initech", "")
	for _, role := range []model.Role{model.RoleAdmin, model.RoleMember, model.RoleReporter, model.RoleReader} {
		_, s.tokens[string(role)], err = d.CreateToken(t.Context(), s.org, model.CreateTokenInput{Name: string(role), Role: role})
		if err != nil {
			t.Fatal(err)
		}
	}
	s.newEnvironment(t, "aws-prod", model.EnvironmentECS)
	s.newEnvironment(t, "build-host", model.EnvironmentDocker)
	return s
}

// newOrganization makes an organization, and its webhook if there is a secret.
func (s *server) newOrganization(t testing.TB, name, secret string) *model.Organization {
	t.Helper()
	s.tokens[name] = model.NewTokenSecret()
	if _, err := s.db.Bootstrap(t.Context(), name, s.tokens[name]); err != nil {
		t.Fatal(err)
	}
	org, err := s.db.Organization(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	if secret != "" {
		if _, _, err := s.db.CreateWebhook(t.Context(), org, model.CreateWebhookInput{Forge: model.ForgeGitHub, Secret: &secret}); err != nil {
			t.Fatal(err)
		}
	}
	return org
}

func (s *server) newEnvironment(t testing.TB, name string, kind model.EnvironmentType) *model.Environment {
	t.Helper()
	e, _, err := s.db.CreateEnvironment(t.Context(), s.org, model.CreateEnvironmentInput{Name: name, Type: kind})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// call is one request. What is not said of it is that of a good one.
type call struct {
	method string
	path   string
	body   io.Reader
	header map[string]string // "" takes one away
}

// answer is what came of a call.
type answer struct {
	Status  int
	Message string
	Code    string
	Errors  map[string]string
	raw     []byte
}

// send makes a call, and fails the test if the answer is no JSON with a message
// in it.
func (s *server) send(t testing.TB, c call) answer {
	t.Helper()
	if c.body == nil {
		c.body = http.NoBody
	}
	r := httptest.NewRequestWithContext(t.Context(), c.method, c.path, c.body)
	for name, value := range c.header {
		if value != "" {
			r.Header.Set(name, value)
		}
	}
	w := httptest.NewRecorder()
	s.http.ServeHTTP(w, r)
	if kind := w.Header().Get("Content-Type"); kind != "application/json; charset=utf-8" {
		t.Errorf("%s %s: the answer is %q", c.method, c.path, kind)
	}
	out := answer{Status: w.Code, raw: w.Body.Bytes()}
	if err := json.Unmarshal(out.raw, &out); err != nil {
		t.Fatalf("%s %s: the answer is %q: %v", c.method, c.path, w.Body, err)
	}
	if out.Message == "" && w.Code > 299 {
		t.Errorf("%s %s: the answer has no message: %s", c.method, c.path, w.Body)
	}
	return out
}

// merged is a call with what another one says of it, where it says something.
func (c call) merged(with call) call {
	if with.method != "" {
		c.method = with.method
	}
	if with.path != "" {
		c.path = with.path
	}
	if with.body != nil {
		c.body = with.body
	}
	header := map[string]string{}
	for _, h := range []map[string]string{c.header, with.header} {
		for name, value := range h {
			header[name] = value
		}
	}
	c.header = header
	return c
}

func bearer(token string) map[string]string {
	return map[string]string{"Authorization": "Bearer " + token}
}

// sign is the signature of a body, as GitHub sends it.
func sign(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// delivery is a webhook of acme's as GitHub sends it.
func delivery(event, key string, body []byte) call {
	return call{
		method: http.MethodPost, path: "/webhooks/acme/github", body: bytes.NewReader(body),
		header: map[string]string{
			"Content-Type": "application/json", "User-Agent": "GitHub-Hookshot/044aadd",
			"X-GitHub-Event": event, "X-GitHub-Delivery": key, "X-Hub-Signature-256": sign(secret, body),
		},
	}
}

// reporting is a report of aws-prod as agents send it.
func (s *server) reporting(body string) call {
	return call{
		method: http.MethodPut, path: "/api/v2/environments/acme/aws-prod/report/ECS", body: strings.NewReader(body),
		header: map[string]string{
			"Authorization": "Bearer " + s.tokens["REPORTER"], "Content-Type": "application/json; charset=utf-8",
			"User-Agent": "Kosli/2.11.0", "Accept-Encoding": "gzip",
		},
	}
}

// dump is what all tables hold, but for those that are left out, one line a row.
func (s *server) dump(t testing.TB, without ...string) []string {
	t.Helper()
	var tables []string
	s.query(t, &tables, `
		SELECT table_name FROM information_schema.tables
		WHERE table_schema = 'public' AND table_name <> ALL (string_to_array($1, ' ')) ORDER BY 1`, strings.Join(without, " "))
	if len(tables) < 10 {
		t.Fatalf("only the tables %v were found", tables)
	}
	parts := make([]string, len(tables))
	for i, table := range tables {
		parts[i] = fmt.Sprintf(`SELECT '%s ' || to_jsonb(t)::text AS line FROM %q t`, table, table)
	}
	lines := []string{}
	s.query(t, &lines, strings.Join(parts, " UNION ALL ")+" ORDER BY line")
	return lines
}

// state is what the tables of forges hold of one organization, without what
// differs between organizations and moments of arrival.
func (s *server) state(t testing.TB, org *model.Organization) []string {
	t.Helper()
	lines := []string{}
	s.query(t, &lines, `
		WITH ours AS (SELECT id, name FROM repositories WHERE organization_id = $1)
		SELECT 'repository ' || (to_jsonb(r) - '{organization_id,id,created_at}'::text[])::text FROM repositories r WHERE organization_id = $1
		UNION ALL
		SELECT 'commit of ' || ours.name || (to_jsonb(c) - '{organization_id,repository_id,id,changed}'::text[])::text
		FROM commits c JOIN ours ON ours.id = c.repository_id WHERE organization_id = $1
		UNION ALL
		SELECT 'build of ' || ours.name || (to_jsonb(b) - '{organization_id,repository_id}'::text[])::text
		FROM builds b JOIN ours ON ours.id = b.repository_id WHERE organization_id = $1
		UNION ALL
		SELECT 'delivery ' || (to_jsonb(d) - '{organization_id,id,received_at,changed}'::text[])::text FROM deliveries d WHERE organization_id = $1
		ORDER BY 1`, org.Key)
	return lines
}

// query reads strings.
func (s *server) query(t testing.TB, into *[]string, statement string, args ...any) {
	t.Helper()
	rows, err := s.tables.QueryContext(t.Context(), statement, args...)
	if err != nil {
		t.Fatalf("look into the tables: %v", err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		*into = append(*into, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

// unchanged fails the test if something else is in the tables than was before.
func (s *server) unchanged(t testing.TB, before []string) {
	t.Helper()
	if diff := cmp.Diff(before, s.dump(t)); diff != "" {
		t.Errorf("something was left behind (-before +after):\n%s", diff)
	}
}

// refusal is how a call is expected to be refused.
type refusal struct {
	call    call
	status  int
	code    string
	message string // that the answer's message contains
}

// refuse makes calls that are all good but for what each says of itself. Each must
// be refused as expected, and all together must leave nothing behind.
func (s *server) refuse(t *testing.T, good func() call, refusals map[string]refusal) {
	t.Helper()
	before := s.dump(t)
	t.Run("Refused", func(t *testing.T) {
		for name, tt := range refusals {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				got := s.send(t, good().merged(tt.call))
				if got.Status != tt.status || got.Code != tt.code {
					t.Errorf("got %d %s, want %d %s: %s", got.Status, got.Code, tt.status, tt.code, got.Message)
				}
				if !strings.Contains(got.Message, tt.message) {
					t.Errorf("got the message %q, which does not say %q", got.Message, tt.message)
				}
				if len(got.Message) > 1000 {
					t.Errorf("the message has %d bytes", len(got.Message))
				}
			})
		}
	})
	s.unchanged(t, before)
	if logged := s.log.String(); logged != "" {
		t.Errorf("callers' errors are in the log: %s", logged)
	}
}

// cutShort is a body whose sender has gone.
type cutShort struct{}

func (cutShort) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// spaces is as many of them as are asked for: white space that JSON allows.
type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// padded is a body of a size that begins with some text.
func padded(text string, size int64) io.Reader {
	return io.LimitReader(io.MultiReader(strings.NewReader(text), spaces{}), size)
}

func TestHandler_UnknownPath(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	refusals := map[string]refusal{}
	for name, c := range map[string]call{
		"Root":               {method: http.MethodGet, path: "/api/"},
		"Version":            {method: http.MethodGet, path: "/api/v1/environments/acme"},
		"Attestations":       {method: http.MethodPost, path: "/api/v2/attestations/acme/runner/trail/16d9990/generic", body: strings.NewReader("null")},
		"ListOfEnvironments": {method: http.MethodGet, path: "/api/v2/environments/acme"},
		"DeleteEnvironment":  {method: http.MethodDelete, path: "/api/v2/environments/acme/aws-prod", body: strings.NewReader("null")},
		"PostReport":         {method: http.MethodPost, path: "/api/v2/environments/acme/aws-prod/report/ECS", body: strings.NewReader(`{"artifacts":[]}`)},
		"ReportOfNoKind":     {method: http.MethodPut, path: "/api/v2/environments/acme/aws-prod/report/", body: strings.NewReader(`{"artifacts":[]}`)},
		"DeepReport":         {method: http.MethodPut, path: "/api/v2/environments/acme/aws-prod/report/ECS/x", body: strings.NewReader(`{"artifacts":[]}`)},
		"WebhookGet":         {method: http.MethodGet, path: "/webhooks/acme/github"},
		"WebhookOfNobody":    {method: http.MethodPost, path: "/webhooks/github", body: strings.NewReader("{}")},
	} {
		refusals[name] = refusal{c, http.StatusNotFound, "NOT_FOUND", "there is no " + c.method + " /"}
	}
	s.refuse(t, func() call { return call{header: bearer(s.tokens["ADMIN"])} }, refusals)
}

// brokenStore is a store whose database is gone.
type brokenStore struct{ ingest.Store }

var errGone = errors.New("pq: password authentication failed for user landfall")

func (brokenStore) Caller(context.Context, string) (*model.Caller, error) { return nil, errGone }

func (brokenStore) Time() time.Time { return start }

func (brokenStore) WebhookSecrets(context.Context, string, model.Forge) (*model.Organization, []string, error) {
	return nil, nil, errGone
}

// What is our fault is told to the log and not to the caller.
func TestHandler_Internal(t *testing.T) {
	t.Parallel()
	s := &server{log: new(log), tokens: map[string]string{"REPORTER": "lf_x"}}
	s.http = ingest.NewHandler(brokenStore{}, slog.New(slog.NewTextHandler(s.log, nil)))
	for name, c := range map[string]call{"Report": s.reporting(`{"artifacts":[]}`), "Webhook": delivery("ping", "1", []byte("{}"))} {
		got := s.send(t, c)
		if got.Status != http.StatusInternalServerError || got.Code != "INTERNAL" || strings.Contains(string(got.raw), "password") {
			t.Errorf("%s: got %d %s", name, got.Status, got.raw)
		}
		if logged := s.log.String(); !strings.Contains(logged, errGone.Error()) || !strings.Contains(logged, c.path) || strings.Contains(logged, "lf_x") {
			t.Errorf("%s: the log says %q", name, logged)
		}
	}
}

// serve serves over a real connection and returns the address.
func serve(t testing.TB, h http.Handler) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}
