package main

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/landfall-dev/landfall/db"
	"github.com/landfall-dev/landfall/model"
)

// runnerToken is what a job proves itself by to the forge that it runs at.
const runnerToken = "token-of-the-runner"

// newForge is a forge that gives jobs of acme/hello an identity, as GitHub Actions
// does, and where the repository is. It returns the forge's URL.
func newForge(t testing.TB, d *db.DB) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: "1"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	forge := httptest.NewServer(mux)
	t.Cleanup(forge.Close)
	answer := func(w http.ResponseWriter, body any) { _ = json.NewEncoder(w).Encode(body) }
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, map[string]string{"issuer": forge.URL, "jwks_uri": forge.URL + "/keys"})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "1"}}})
	})
	mux.HandleFunc("/id-token", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "bearer "+runnerToken && r.Header.Get("Authorization") != "Bearer "+runnerToken {
			http.Error(w, "who is asking?", http.StatusUnauthorized)
			return
		}
		claims, err := json.Marshal(map[string]any{
			"iss": forge.URL, "aud": r.URL.Query().Get("audience"), "iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix(), //nolint:forbidigo // an issuer goes by the real clock
			"repository": "acme/hello", "ref": "refs/heads/main", "event_name": "push",
		})
		if err != nil {
			t.Error(err)
			return
		}
		signed, err := signer.Sign(claims)
		if err != nil {
			t.Error(err)
			return
		}
		token, err := signed.CompactSerialize()
		if err != nil {
			t.Error(err)
			return
		}
		answer(w, map[string]string{"value": token})
	})
	org, err := d.Organization(t.Context(), "acme")
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.ReceiveDelivery(t.Context(), org, &model.Delivery{Source: model.ForgeGitHub.Source(), SourceID: "1", Event: "push", Body: []byte("{}")},
		&model.Facts{Repository: model.Repository{Forge: model.ForgeGitHub, Name: "acme/hello", URL: forge.URL + "/acme/hello"}})
	if err != nil {
		t.Fatal(err)
	}
	return forge.URL
}
