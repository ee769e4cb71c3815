package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/ingest"
	"github.com/landfall-dev/landfall/model"
)

func TestNewConfig_SignIn(t *testing.T) {
	t.Parallel()
	env := map[string]string{"HOME": "/home/me"}
	c, err := newConfig(nil, lookup(env))
	if err != nil || c.SignIn != nil {
		t.Errorf("without anything: %+v, %v", c.SignIn, err)
	}
	env["LANDFALL_SIGNIN_ISSUER"], env["LANDFALL_SIGNIN_CLIENT_ID"], env["LANDFALL_SIGNIN_ALLOW"] = "https://id.example/realms/acme", "landfall", "*@example.com=reader, group:platform=admin"
	for _, tt := range []struct{ name, value, want string }{
		{"LANDFALL_SIGNIN_CLIENT_SECRET", "s", "id.example in default"},
		{"LANDFALL_BOOTSTRAP_ORG", "acme", "id.example in acme"},
		{"LANDFALL_SIGNIN_ORG", "people", "id.example in people"},
		{"LANDFALL_SIGNIN_NAME", "Example", "Example in people"},
	} {
		env[tt.name] = tt.value
		c, err := newConfig(nil, lookup(env))
		if err != nil {
			t.Fatal(err)
		}
		if got := c.SignIn.Name + " in " + c.SignIn.Organization; got != tt.want || len(c.SignIn.Rules) != 2 || c.SignIn.ClientSecret != "s" {
			t.Errorf("with %s: got %s, %+v", tt.name, got, c.SignIn)
		}
	}
}

// People join an organization that is there, or the server does not start.
func TestRun_SignInOrganization(t *testing.T) {
	t.Parallel()
	env := map[string]string{
		"HOME": t.TempDir(), "LANDFALL_DATABASE_URL": dbtest.URL(t), "LANDFALL_BOOTSTRAP_ORG": "acme", "LANDFALL_BOOTSTRAP_TOKEN": "lf_admin_of_acme_long_enough",
		"LANDFALL_SIGNIN_ISSUER": "https://id.example", "LANDFALL_SIGNIN_CLIENT_ID": "landfall", "LANDFALL_SIGNIN_ALLOW": "*=reader", "LANDFALL_SIGNIN_ORG": "globex",
	}
	var out bytes.Buffer
	err := run(t.Context(), []string{"serve", "--listen", "127.0.0.1:0"}, lookup(env), &out, &out)
	if want := "organization globex, which does not exist"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// A browser signs in, asks as who it is, and does so at no other door.
func TestRoutes_Session(t *testing.T) {
	t.Parallel()
	d := dbtest.New(t)
	token := model.NewTokenSecret()
	if _, err := d.Bootstrap(t.Context(), "acme", token); err != nil {
		t.Fatal(err)
	}
	log := new(strings.Builder)
	handler := new(config).routes(d, &ingest.Inbox{Store: d, Log: d.Log}, nil, nil, slog.New(slog.NewTextHandler(log, nil)), "https://landfall.example")
	cookie := ""
	ask := func(method, path, body string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Origin", "https://landfall.example")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		if cookie != "" {
			r.Header.Set("Cookie", cookie)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w
	}
	const query = `{"query": "{ viewer { name role } }"}`
	report := func() int {
		return ask(http.MethodPut, "/api/v2/environments/acme/prod/report/docker", `{"artifacts": []}`).Code
	}
	steps := []struct {
		do   func() int
		want int
	}{
		{func() int { return ask(http.MethodPost, "/graphql", query).Code }, 401},
		{func() int {
			w := ask(http.MethodPost, "/session", fmt.Sprintf(`{"token": %q}`, token))
			cookie, _, _ = strings.Cut(w.Header().Get("Set-Cookie"), ";")
			return w.Code
		}, 201},
		{func() int { return ask(http.MethodPost, "/graphql", query).Code }, 200},
		{report, 401}, // agents have tokens
		{func() int { return ask(http.MethodGet, "/", "").Code }, 200},
		{func() int { return ask(http.MethodGet, "/o/acme", "").Code }, 200},
		{func() int { return ask(http.MethodGet, "/playground", "").Code }, 200},
		{func() int { return ask(http.MethodDelete, "/session", "").Code }, 204},
		{func() int { return ask(http.MethodPost, "/graphql", query).Code }, 401},
	}
	for i, step := range steps {
		if got := step.do(); got != step.want {
			t.Errorf("step %d: got %d, want %d", i, got, step.want)
		}
	}
	if strings.Contains(log.String(), token) || strings.Contains(log.String(), "lfs_") {
		t.Error("the log has a secret")
	}
}
