package identity_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/landfall-dev/landfall/identity"
	"github.com/landfall-dev/landfall/model"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// forge is an issuer of id tokens on this machine.
type forge struct {
	*httptest.Server
	keys    []jose.JSONWebKey // public ones that it tells
	down    atomic.Bool
	fetches atomic.Int64 // of its keys
}

func newForge(t *testing.T, keys ...any) *forge {
	t.Helper()
	f := new(forge)
	for i, key := range keys {
		f.keys = append(f.keys, jose.JSONWebKey{Key: key, KeyID: fmt.Sprint("key-", i), Use: "sig"})
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		f.answer(w, map[string]any{"issuer": f.URL, "jwks_uri": f.URL + "/keys", "authorization_endpoint": f.URL, "token_endpoint": f.URL})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		f.fetches.Add(1)
		f.answer(w, jose.JSONWebKeySet{Keys: f.keys})
	})
	f.Server = httptest.NewServer(mux)
	t.Cleanup(f.Close)
	return f
}

func (f *forge) answer(w http.ResponseWriter, value any) {
	if f.down.Load() {
		http.Error(w, "down", http.StatusBadGateway)
		return
	}
	_ = json.NewEncoder(w).Encode(value)
}

func sign(t *testing.T, alg jose.SignatureAlgorithm, kid string, key any, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	token, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// store trusts acme/runner, and acme/differ on main only, of acme.
type store struct{ url string }

func (s store) Caller(_ context.Context, secret string) (*model.Caller, error) {
	if secret != "lf_known" {
		return nil, model.Errorf(model.KindUnauthenticated, "this API token is not valid")
	}
	return &model.Caller{TokenName: "known", Role: model.RoleAdmin}, nil
}

func (s store) SessionCaller(_ context.Context, secret string) (*model.Caller, error) {
	if secret != "lfs_known" {
		return nil, model.Errorf(model.KindUnauthenticated, "you are signed out")
	}
	return &model.Caller{TokenName: "known", Role: model.RoleAdmin, SessionKey: 1}, nil
}

func (s store) TrustedRepository(_ context.Context, organization, repository string) (*model.TrustedRepository, error) {
	main := "main"
	t := &model.TrustedRepository{
		Organization: &model.Organization{Name: organization}, Repository: &model.Repository{Name: repository, URL: s.url + "/" + repository},
	}
	switch organization + " " + repository {
	case "acme acme/runner":
		return t, nil
	case "acme acme/differ":
		t.Trust.Branch = &main
		return t, nil
	case "acme acme/elsewhere":
		t.Repository.URL = "https://github.com/acme/elsewhere"
		return t, nil
	case "acme acme/broken":
		return nil, fmt.Errorf("pq: the database is away")
	}
	return nil, model.Errorf(model.KindNotFound, "not trusted")
}

func TestCallers(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	github := newForge(t, key.Public(), curve.Public())
	stranger := newForge(t, key.Public())
	var log bytes.Buffer
	callers := identity.New(store{github.URL}, identity.Options{
		BaseURL: "https://landfall.example", Issuers: []string{identity.GitHub, github.URL}, Now: func() time.Time { return now }, Log: slog.New(slog.NewTextHandler(&log, nil)),
	})

	claims := func(changes map[string]any) map[string]any {
		all := map[string]any{
			"iss": github.URL, "aud": "https://landfall.example/acme", "sub": "repo:acme/runner:ref:refs/heads/main",
			"iat": now.Add(-time.Minute).Unix(), "nbf": now.Add(-time.Minute).Unix(), "exp": now.Add(5 * time.Minute).Unix(),
			"repository": "acme/runner", "ref": "refs/heads/main", "event_name": "push",
		}
		for name, value := range changes {
			if all[name] = value; value == nil {
				delete(all, name)
			}
		}
		return all
	}
	rs256 := func(changes map[string]any) string { return sign(t, jose.RS256, "key-0", key, claims(changes)) }
	part := func(v any) string {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(raw)
	}
	header, rest, _ := strings.Cut(rs256(nil), ".")
	_, signature, _ := strings.Cut(rest, ".")
	// The public key as the shared one: what a verifier must not fall for.
	shared, err := json.Marshal(jose.JSONWebKey{Key: key.Public()})
	if err != nil {
		t.Fatal(err)
	}

	for name, tt := range map[string]struct {
		secret string
		want   string // the caller, or the kind of the error and a part of its message
	}{
		"APIToken":        {"lf_known", "known ADMIN"},
		"UnknownAPIToken": {"lf_nobody", "unauthenticated: this API token is not valid"},
		"NoToken":         {"eyJhello", "unauthenticated: this API token is not valid"},

		"Push":              {rs256(nil), "GitHub Actions of acme/runner MEMBER"},
		"ES256":             {sign(t, jose.ES256, "key-1", curve, claims(nil)), "GitHub Actions of acme/runner MEMBER"},
		"PullRequest":       {rs256(map[string]any{"event_name": "pull_request", "ref": "refs/pull/1/merge"}), "GitHub Actions of acme/runner MEMBER"},
		"SeveralAudiences":  {rs256(map[string]any{"aud": []string{"sts.amazonaws.com", "https://landfall.example/acme"}}), "GitHub Actions of acme/runner MEMBER"},
		"Branch":            {rs256(map[string]any{"repository": "acme/differ"}), "GitHub Actions of acme/differ MEMBER"},
		"OtherBranch":       {rs256(map[string]any{"repository": "acme/differ", "ref": "refs/heads/evil"}), `forbidden: organization "acme" trusts acme/differ on the branch main only`},
		"TagOfThatName":     {rs256(map[string]any{"repository": "acme/differ", "ref": "refs/tags/main"}), "forbidden: organization"},
		"PullRequestBranch": {rs256(map[string]any{"repository": "acme/differ", "ref": "refs/pull/1/merge"}), "forbidden: organization"},
		"ShortRef":          {rs256(map[string]any{"repository": "acme/differ", "ref": "main"}), "forbidden: organization"},
		"PullRequestTarget": {rs256(map[string]any{"event_name": "pull_request_target"}), "forbidden: this id token is of a pull_request_target run"},
		"Untrusted":         {rs256(map[string]any{"repository": "acme/web"}), `forbidden: organization "acme" does not trust acme/web, or does not exist: its administrators can let it act with ` + "`landfall trust repository acme/web`"},
		"OtherOrganization": {rs256(map[string]any{"aud": "https://landfall.example/globex"}), `forbidden: organization "globex" does not trust acme/runner, or does not exist`},
		"OtherHost":         {rs256(map[string]any{"repository": "acme/elsewhere"}), "forbidden: acme/elsewhere is a repository at github.com here, and this id token is of one at 127.0.0.1"},
		"NoRepository":      {rs256(map[string]any{"repository": nil}), "unauthenticated: this id token names no repository"},
		"OddRepository":     {rs256(map[string]any{"repository": "acme/\x00"}), "unauthenticated: this id token names no repository"},
		"DatabaseAway":      {rs256(map[string]any{"repository": "acme/broken"}), "internal: pq: the database is away"},

		"Expired":          {rs256(map[string]any{"exp": now.Add(-time.Second).Unix()}), "unauthenticated: this id token expired at 2026-11-23T11:59:59Z: ask GitHub Actions for a new one"},
		"NoExpiry":         {rs256(map[string]any{"exp": nil}), "unauthenticated: this id token expired"},
		"NotYet":           {rs256(map[string]any{"nbf": now.Add(time.Hour).Unix()}), "unauthenticated: this id token is not valid"},
		"IssuedLater":      {rs256(map[string]any{"iat": now.Add(time.Hour).Unix()}), "unauthenticated: this id token is not valid"},
		"OtherAudience":    {rs256(map[string]any{"aud": "sts.amazonaws.com"}), `unauthenticated: this id token is for "sts.amazonaws.com", and must be for https://landfall.example/ORGANIZATION alone`},
		"OtherServer":      {rs256(map[string]any{"aud": "https://landfall.example.evil/acme"}), "unauthenticated: this id token is for"},
		"NoAudience":       {rs256(map[string]any{"aud": nil}), "unauthenticated: this id token is for"},
		"AudiencePath":     {rs256(map[string]any{"aud": "https://landfall.example/acme/x"}), "unauthenticated: this id token is for"},
		"TwoOrganizations": {rs256(map[string]any{"aud": []string{"https://landfall.example/acme", "https://landfall.example/globex"}}), "unauthenticated: this id token is for"},
		"OtherIssuer":      {sign(t, jose.RS256, "key-0", key, claims(map[string]any{"iss": stranger.URL})), "unauthenticated: this id token was issued by"},
		"NoIssuer":         {rs256(map[string]any{"iss": nil}), `unauthenticated: this id token was issued by ""`},
		"ForgedSignature":  {sign(t, jose.RS256, "key-0", other, claims(nil)), "unauthenticated: this id token is not valid: it is not signed by a key of http://127.0.0.1"},
		"UnknownKey":       {sign(t, jose.RS256, "key-9", other, claims(nil)), "unauthenticated: this id token is not valid"},
		"ChangedClaims":    {header + "." + part(claims(map[string]any{"repository": "acme/differ"})) + "." + signature, "unauthenticated: this id token is not valid"},
		"AlgorithmNone":    {part(map[string]any{"alg": "none"}) + "." + part(claims(nil)) + ".", "unauthenticated: this id token is not valid"},
		"SharedKey":        {sign(t, jose.HS256, "key-0", shared, claims(nil)), "unauthenticated: this id token is not valid"},
		"NotBase64":        {"eyJ*.*.*", "unauthenticated: this is no id token"},
		"NotJSON":          {"eyJ." + base64.RawURLEncoding.EncodeToString([]byte("{")) + ".x", "unauthenticated: this is no id token"},
		"TooLong":          {rs256(map[string]any{"x": strings.Repeat("x", 20<<10)}), "unauthenticated: this is no id token"},
	} {
		caller, err := callers.Caller(t.Context(), tt.secret)
		got := fmt.Sprintf("%s: %v", model.KindOf(err), err)
		if err == nil {
			got = fmt.Sprintf("%s %s", caller.TokenName, caller.Role)
		}
		if !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: got %s, want %s", name, got, tt.want)
		}
		if strings.Contains(got, tt.secret) || strings.Contains(log.String(), tt.secret) {
			t.Errorf("%s: the secret is told", name)
		}
	}
	if n := github.fetches.Load(); n != 1 {
		t.Errorf("the keys were fetched %d times for tokens that somebody made up, want once", n)
	}
	if n := stranger.fetches.Load(); n != 0 {
		t.Error("an issuer was asked that nobody configured")
	}
}

// An issuer that is down is asked again, but not for every token, and a key that is
// new is found.
func TestCallers_IssuerDown(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	github := newForge(t, key.Public())
	clock := now
	var log bytes.Buffer
	callers := identity.New(store{github.URL}, identity.Options{
		BaseURL: "https://landfall.example", Issuers: []string{github.URL}, Now: func() time.Time { return clock }, Log: slog.New(slog.NewTextHandler(&log, nil)),
	})
	token := func(kid string) string {
		return sign(t, jose.RS256, kid, key, map[string]any{
			"iss": github.URL, "aud": "https://landfall.example/acme", "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(), "repository": "acme/runner", "ref": "refs/heads/main",
		})
	}
	ask := func(kid, want string) {
		t.Helper()
		_, err := callers.Caller(t.Context(), token(kid))
		if got := fmt.Sprint(err); !strings.Contains(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	const down = "does not tell its keys now, so that this id token cannot be proven: try again in a minute"
	github.down.Store(true)
	ask("key-0", down)
	github.down.Store(false)
	ask("key-0", down) // it was asked a moment ago
	clock = clock.Add(11 * time.Second)
	github.down.Store(true)
	ask("key-0", down)
	github.down.Store(false)
	clock = clock.Add(11 * time.Second)
	ask("key-0", "<nil>")
	github.down.Store(true)
	ask("key-0", "<nil>") // its keys are known
	github.keys = append(github.keys, jose.JSONWebKey{Key: key.Public(), KeyID: "key-new", Use: "sig"})
	ask("key-new", "not signed by a key of")
	clock = clock.Add(11 * time.Second)
	ask("key-new", down)
	ask("key-new", down)
	github.down.Store(false)
	clock = clock.Add(11 * time.Second)
	ask("key-new", "<nil>")
	if !strings.Contains(log.String(), "502") {
		t.Errorf("the log does not say why: %s", log.String())
	}
}

func TestCheckIssuer(t *testing.T) {
	t.Parallel()
	for name, ok := range map[string]bool{
		identity.GitHub: true, "https://github.acme.example/_services/token": true, "http://127.0.0.1:8080": true, "http://localhost": true,
		"": false, "github.com": false, "http://github.com": false, "https://github.com/": false, "https://user@github.com": false, "https://github.com?x": false, "ftp://github.com": false,
	} {
		if err := identity.CheckIssuer(name); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
}
