package ci_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/cmd/internal/ci"
)

var now = time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)

// jwt is a token as far as a client reads one.
func jwt(end time.Time, number int) string {
	claims := base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"exp":%d,"n":%d}`, end.Unix(), number))
	return "e30." + claims + ".c2ln"
}

// newIdentity is the identity that an endpoint gives.
func newIdentity(t *testing.T, answer http.HandlerFunc) *ci.Identity {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	vars := map[string]string{ci.EnvIdentityURL: server.URL + "/token?api-version=2.0", ci.EnvIdentityToken: "s3cr3t"}
	i := ci.NewIdentity(func(key string) string { return vars[key] }, "https://landfall.example.com/acme")
	i.Now = func() time.Time { return now }
	return i
}

func TestIdentity(t *testing.T) {
	t.Parallel()
	asked := 0
	i := newIdentity(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		if r.Header.Get("Authorization") != "Bearer s3cr3t" || r.FormValue("api-version") != "2.0" ||
			r.FormValue("audience") != "https://landfall.example.com/acme" {
			t.Errorf("asked with %s and %v", r.URL, r.Header)
		}
		fmt.Fprintf(w, `{"count":1,"value":"%s"}`, jwt(now.Add(time.Duration(asked)*5*time.Minute), asked))
	})
	first, err := i.Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i.Now = func() time.Time { return now.Add(4 * time.Minute) }
	if second, err := i.Token(t.Context()); second != first || err != nil || asked != 1 {
		t.Errorf("asked %d times: %v", asked, err)
	}
	i.Now = func() time.Time { return now.Add(4*time.Minute + 45*time.Second) }
	if third, err := i.Token(t.Context()); third == first || err != nil || asked != 2 {
		t.Errorf("a token that ends soon was kept: asked %d times, %v", asked, err)
	}
}

func TestIdentity_Refused(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"Forbidden": {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "s3cr3t", http.StatusForbidden) }, "id-token: write"},
		"NoToken":   {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{}`) }, "there is none in its answer"},
		"NoJSON":    {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `<html>`) }, "there is none in its answer"},
		"Gone":      {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, "ask GitHub Actions for an identity token: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := newIdentity(t, tt.answer).Token(t.Context())
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "s3cr3t") || strings.Contains(err.Error(), "127.0.0.1:") && name != "Gone" {
				t.Errorf("err = %v, want %q", err, tt.want)
			}
		})
	}
}

func TestNewIdentity_None(t *testing.T) {
	t.Parallel()
	for _, vars := range []map[string]string{{}, {ci.EnvIdentityURL: "https://x"}, {ci.EnvIdentityToken: "x"}} {
		if i := ci.NewIdentity(func(key string) string { return vars[key] }, "a"); i != nil {
			t.Errorf("%v gives an identity", vars)
		}
	}
}
