package main

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/ingest"
	"github.com/landfall-dev/landfall/model"
)

// A job of a trusted repository asks and reports by what its forge signs, at both
// doors, and does no more once it is distrusted.
func TestRoutes_Identity(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	issuer := newIssuer(t, key)
	d := dbtest.New(t)
	if _, err := d.Bootstrap(t.Context(), "acme", model.NewTokenSecret()); err != nil {
		t.Fatal(err)
	}
	org, err := d.Organization(t.Context(), "acme")
	if err != nil {
		t.Fatal(err)
	}
	// The forge tells where the repository is: at the host of the issuer.
	_, err = d.ReceiveDelivery(t.Context(), org, &model.Delivery{Source: model.ForgeGitHub.Source(), SourceID: "1", Event: "push", Body: []byte("{}")},
		&model.Facts{Repository: model.Repository{Forge: model.ForgeGitHub, Name: "acme/runner", URL: issuer + "/acme/runner"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.CreateEnvironment(t.Context(), org, model.CreateEnvironmentInput{Name: "prod", Type: model.EnvironmentDocker}); err != nil {
		t.Fatal(err)
	}
	cfg := &config{Issuers: []string{issuer}}
	log := new(strings.Builder)
	handler := cfg.routes(d, &ingest.Inbox{Store: d, Log: d.Log}, nil, nil, slog.New(slog.NewTextHandler(log, nil)), "https://landfall.example")
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: "1"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	claims, err := json.Marshal(map[string]any{
		"iss": issuer, "aud": "https://landfall.example/acme", "iat": time.Now().Unix(), "exp": time.Now().Add(time.Minute).Unix(),
		"repository": "acme/runner", "ref": "refs/heads/main", "event_name": "push",
	})
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(claims)
	if err != nil {
		t.Fatal(err)
	}
	token, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	both := func(wantGraphQL, wantReport int) {
		t.Helper()
		for _, r := range []struct {
			method, path, body string
			want               int
		}{
			{http.MethodPost, "/graphql", `{"query": "{ viewer { name role } }"}`, wantGraphQL},
			{http.MethodPut, "/api/v2/environments/acme/prod/report/docker", `{"artifacts": []}`, wantReport},
		} {
			req := httptest.NewRequestWithContext(t.Context(), r.method, r.path, strings.NewReader(r.body))
			req.Header.Set("Authorization", "Bearer "+token)
			req.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, req)
			if w.Code != r.want {
				t.Errorf("%s: got %d %s, want %d", r.path, w.Code, w.Body, r.want)
			}
		}
	}
	both(http.StatusForbidden, http.StatusForbidden)
	if _, err := d.TrustRepository(t.Context(), org, model.TrustRepositoryInput{Repository: "acme/runner"}); err != nil {
		t.Fatal(err)
	}
	both(http.StatusOK, http.StatusCreated)
	both(http.StatusOK, http.StatusOK) // nothing changed
	if _, err := d.DistrustRepository(t.Context(), org, "acme/runner"); err != nil {
		t.Fatal(err)
	}
	both(http.StatusForbidden, http.StatusForbidden)
	if strings.Contains(log.String(), token) {
		t.Error("the log has the token")
	}
}

// newIssuer starts an issuer of id tokens that are signed with a key.
func newIssuer(t *testing.T, key *rsa.PrivateKey) string {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": server.URL, "jwks_uri": server.URL + "/keys"})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "1"}}})
	})
	return server.URL
}
