package signin_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/landfall-dev/landfall/model"
	"github.com/landfall-dev/landfall/signin"
)

// fake is a provider that says what a test wants it to.
type fake struct {
	*httptest.Server
	t         *testing.T
	key       *rsa.PrivateKey
	down      atomic.Bool
	asked     atomic.Int64                 // for what it has
	discovery map[string]any               // what it says it has, beside the usual
	idToken   func(claims map[string]any)  // changes what it signs
	sign      func([]byte) (string, error) // instead of its key
	userInfo  map[string]any
	form      url.Values // what it was sent for the last code
	basic     string     // and by whom
	claims    map[string]any
}

func newFake(t *testing.T) *fake {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	f := &fake{t: t, key: key, discovery: map[string]any{}, idToken: func(map[string]any) {}}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		f.asked.Add(1)
		if f.down.Load() {
			http.Error(w, strings.Repeat("we are away ", 1000), http.StatusBadGateway)
			return
		}
		said := map[string]any{
			"issuer": f.URL, "authorization_endpoint": f.URL + "/auth", "token_endpoint": f.URL + "/token", "jwks_uri": f.URL + "/keys", "userinfo_endpoint": f.URL + "/me",
		}
		for name, value := range f.discovery {
			said[name] = value
		}
		_ = json.NewEncoder(w).Encode(said)
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "1", Use: "sig"}}})
	})
	mux.HandleFunc("/token", f.token)
	mux.HandleFunc("/me", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer access" {
			t.Error("it is asked without the access token")
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(f.userInfo)
	})
	f.Server = httptest.NewServer(mux)
	t.Cleanup(f.Close)
	return f
}

// token gives an id token for a code, which is the nonce here.
func (f *fake) token(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	f.form = r.PostForm
	f.basic, _, _ = r.BasicAuth()
	w.Header().Set("Content-Type", "application/json")
	if r.PostForm.Get("code") == "used" {
		w.WriteHeader(http.StatusBadRequest)
		_ = json.NewEncoder(w).Encode(map[string]any{"error": "invalid_grant"})
		return
	}
	f.claims = map[string]any{
		"iss": f.URL, "aud": "landfall", "sub": "7", "nonce": r.PostForm.Get("code"), "iat": time.Now().Unix(), "exp": time.Now().Add(time.Minute).Unix(),
		"name": "Ada Lovelace", "email": "ada@example.com", "email_verified": true, "groups": []string{"platform"},
	}
	f.idToken(f.claims)
	payload, err := json.Marshal(f.claims)
	if err != nil {
		f.t.Error(err)
	}
	sign := f.sign
	if sign == nil {
		sign = func(payload []byte) (string, error) {
			return signed(jose.RS256, f.key, payload)
		}
	}
	token, err := sign(payload)
	if err != nil {
		f.t.Error(err)
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"access_token": "access", "token_type": "Bearer", "expires_in": 60, "id_token": token})
}

func signed(alg jose.SignatureAlgorithm, key any, payload []byte) (string, error) {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: "1"}}, nil)
	if err != nil {
		return "", err
	}
	signature, err := signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return signature.CompactSerialize()
}

// journey goes to the provider and comes back, with an address that may be changed, and
// returns where it ends.
func journey(t *testing.T, h http.Handler, path string, change func(url.Values)) (resp *http.Response, away url.Values) {
	t.Helper()
	resp, _ = ask(t, h, "GET", path, "", nil)
	to := parse(t, resp.Header.Get("Location"))
	if resp.StatusCode != http.StatusSeeOther || to.Path != "/auth" {
		return resp, nil
	}
	cookie, attributes, _ := strings.Cut(resp.Header.Get("Set-Cookie"), "; ")
	if attributes != "Path=/session/oidc; Max-Age=600; HttpOnly; Secure; SameSite=Lax" || !strings.HasPrefix(cookie, "__Secure-landfall-oidc=") {
		t.Errorf("the cookie is %s", resp.Header.Get("Set-Cookie"))
	}
	back := url.Values{"state": {to.Query().Get("state")}, "code": {to.Query().Get("nonce")}}
	if change != nil {
		change(back)
	}
	resp, _ = ask(t, h, "GET", "/session/oidc/callback?"+back.Encode(), "", http.Header{"Cookie": {cookie}})
	if got := resp.Header.Values("Set-Cookie"); len(got) == 0 || !strings.HasPrefix(got[0], "__Secure-landfall-oidc=; ") {
		t.Errorf("the journey is not taken away: %v", got)
	}
	return resp, to.Query()
}

const base = "https://landfall.example"

func providerOf(f *fake) *signin.Provider {
	return &signin.Provider{
		Issuer: f.URL, ClientID: "landfall", ClientSecret: "secret", Name: "Example", Organization: "acme",
		Rules: []signin.Rule{{Who: "ada@example.com", Role: model.RoleMember}},
	}
}

func TestOIDC_Journey(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	s := newServer(t)
	defer s.Listener.Close()
	now := time.Now()
	s.db.Now = func() time.Time { return now }
	h := s.handler(base, providerOf(f))
	if _, body := ask(t, h, "GET", "/session", "", nil); strings.TrimSpace(body) != `{"signedIn":false,"provider":{"name":"Example","url":"/session/oidc"}}` {
		t.Errorf("a stranger is told %s", body)
	}
	if f.asked.Load() != 0 {
		t.Error("the provider is asked before somebody signs in")
	}
	resp, away := journey(t, h, "/session/oidc?return=/o/acme", nil)
	cookies := resp.Header.Values("Set-Cookie")
	if resp.Header.Get("Location") != "/o/acme" || len(cookies) != 2 {
		t.Fatalf("got %v", resp.Header)
	}
	pair, attributes, _ := strings.Cut(cookies[1], "; ")
	if !strings.HasPrefix(pair, "__Host-landfall=lfs_") || attributes != "Path=/; Max-Age=43200; HttpOnly; Secure; SameSite=Strict" {
		t.Errorf("the cookie is %s", cookies[1])
	}
	if _, body := ask(t, h, "GET", "/session", "", http.Header{"Cookie": {pair}}); !strings.Contains(body, `"signedIn":true,"name":"Ada Lovelace","organization":"acme","role":"MEMBER"`) {
		t.Errorf("who is signed in is told %s", body)
	}
	for name, want := range map[string]string{
		"response_type": "code", "client_id": "landfall", "redirect_uri": base + "/session/oidc/callback", "scope": "openid profile email", "code_challenge_method": "S256",
	} {
		if away.Get(name) != want {
			t.Errorf("%s is %q, want %q", name, away.Get(name), want)
		}
	}
	if f.form.Get("code_verifier") == "" || f.form.Get("redirect_uri") != base+"/session/oidc/callback" || f.basic != "landfall" || f.form.Get("client_secret") != "" {
		t.Errorf("the code was exchanged with %v by %q", f.form, f.basic)
	}
	if f.asked.Load() != 1 {
		t.Errorf("the provider was asked %d times for what it has", f.asked.Load())
	}
	if log := s.log.String(); !strings.Contains(log, "person signed in") || strings.Contains(log, "lfs_") || strings.Contains(log, "access") {
		t.Errorf("the log is %s", log)
	}
}

func TestOIDC_Refused(t *testing.T) {
	t.Parallel()
	claim := func(name string, value any) func(*fake) {
		return func(f *fake) { f.idToken = func(claims map[string]any) { claims[name] = value } }
	}
	short := func(claims map[string]any) { delete(claims, "email"); delete(claims, "name") }
	for name, tt := range map[string]struct {
		fake func(*fake)
		back func(url.Values)
		want string
		log  string
	}{
		"OtherState":      {back: func(v url.Values) { v.Set("state", "other") }, want: "expired"},
		"NoState":         {back: func(v url.Values) { v.Del("state") }, want: "expired"},
		"Denied":          {back: func(v url.Values) { v.Set("error", "access_denied") }, want: "denied", log: "access_denied"},
		"DeniedElsewhere": {back: func(v url.Values) { v.Set("error", "access_denied"); v.Set("state", "x") }, want: "expired"},
		"ProviderFails":   {back: func(v url.Values) { v.Set("error", "server_error") }, want: "provider", log: "server_error"},
		"UsedCode":        {back: func(v url.Values) { v.Set("code", "used") }, want: "provider", log: "invalid_grant"},
		"NoCode":          {back: func(v url.Values) { v.Del("code") }, want: "provider"},
		"MixedUp":         {back: func(v url.Values) { v.Set("iss", "https://evil.example") }, want: "provider", log: "evil.example"},
		"OtherNonce":      {fake: claim("nonce", "other"), want: "provider", log: "nonce"},
		"NoNonce":         {fake: claim("nonce", nil), want: "provider", log: "nonce"},
		"OtherAudience":   {fake: claim("aud", "other"), want: "provider", log: "audience"},
		"OtherParty":      {fake: claim("azp", "other"), want: "provider", log: "another client"},
		"ManyNoParty":     {fake: claim("aud", []string{"landfall", "other"}), want: "provider", log: "another client"},
		"OtherIssuer":     {fake: claim("iss", "https://evil.example"), want: "provider"},
		"Expired":         {fake: claim("exp", time.Now().Add(-time.Hour).Unix()), want: "provider", log: "expired"},
		"Future":          {fake: claim("iat", time.Now().Add(time.Hour).Unix()), want: "provider", log: "clocks"},
		"Nobody":          {fake: claim("sub", ""), want: "provider", log: "names nobody"},
		"Unverified":      {fake: claim("email_verified", false), want: "not-allowed", log: "ada@example.com"},
		"SaysNothing":     {fake: claim("email_verified", nil), want: "not-allowed"},
		"OddVerified":     {fake: claim("email_verified", 1), want: "not-allowed"},
		"TextVerified":    {fake: claim("email_verified", "true"), want: ""},
		"SharedKey": {fake: func(f *fake) {
			f.sign = func(payload []byte) (string, error) {
				return signed(jose.HS256, []byte(strings.Repeat("secret", 8)), payload)
			}
		}, want: "provider"},
		"NotSigned": {fake: func(f *fake) {
			f.sign = func(payload []byte) (string, error) {
				return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(payload) + ".", nil
			}
		}, want: "provider"},
		"OtherKey": {fake: func(f *fake) {
			key, _ := rsa.GenerateKey(rand.Reader, 2048)
			f.sign = func(payload []byte) (string, error) { return signed(jose.RS256, key, payload) }
		}, want: "provider"},
		"NoIDToken": {fake: func(f *fake) { f.sign = func([]byte) (string, error) { return "", nil } }, want: "provider"},
		"OtherIsIt": {fake: func(f *fake) { f.discovery["issuer"] = "https://evil.example" }, want: "provider", log: "did not match"},
		"NotTLS":    {fake: func(f *fake) { f.discovery["token_endpoint"] = "http://provider.example/token" }, want: "provider", log: "not reached over TLS"},
		"UserInfo": {fake: func(f *fake) {
			f.idToken = short
			f.userInfo = map[string]any{"sub": "7", "email": "ADA@example.com", "email_verified": true}
		}, want: ""},
		"OtherSub": {fake: func(f *fake) {
			f.idToken = short
			f.userInfo = map[string]any{"sub": "8", "email": "ada@example.com", "email_verified": true}
		}, want: "provider", log: "somebody else"},
		"InfoNotSure": {fake: func(f *fake) { f.idToken = short; f.userInfo = map[string]any{"sub": "7", "email": "ada@example.com"} }, want: "not-allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFake(t)
			if tt.fake != nil {
				tt.fake(f)
			}
			s := newServer(t)
			defer s.Listener.Close()
			resp, _ := journey(t, s.handler(base, providerOf(f)), "/session/oidc", tt.back)
			location := resp.Header.Get("Location")
			if tt.want == "" {
				if location != "/" {
					t.Errorf("got %s, %s", location, s.log)
				}
				return
			}
			if got := errorOf(location); got != tt.want || !strings.Contains(s.log.String(), tt.log) {
				t.Errorf("got %s, want %s with %q: %s", got, tt.want, tt.log, s.log)
			}
			for _, cookie := range resp.Header.Values("Set-Cookie") {
				if strings.Contains(cookie, "lfs_") {
					t.Error("there is a session")
				}
			}
			if log := s.log.String(); strings.Contains(log, "secret") || strings.Contains(log, "eyJ") || strings.Contains(log, "access\"") {
				t.Errorf("the log has a secret: %s", log)
			}
		})
	}
}

// A provider that is away is asked again, but not for everybody who wants to come in.
func TestOIDC_ProviderAway(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.down.Store(true)
	s := newServer(t)
	defer s.Listener.Close()
	now := time.Now()
	s.db.Now = func() time.Time { return now }
	h := s.handler(base, providerOf(f))
	for range 3 {
		if resp, _ := journey(t, h, "/session/oidc", nil); errorOf(resp.Header.Get("Location")) != "provider" {
			t.Errorf("got %v", resp.Header)
		}
	}
	if f.asked.Load() != 1 || len(s.log.String()) > 3*1000 {
		t.Errorf("it was asked %d times, and the log has %d bytes", f.asked.Load(), len(s.log.String()))
	}
	f.down.Store(false)
	now = now.Add(6 * time.Second)
	if resp, _ := journey(t, h, "/session/oidc", nil); resp.Header.Get("Location") != "/" {
		t.Errorf("got %v: %s", resp.Header, s.log)
	}
}

// A journey takes ten minutes at most, also if a browser keeps it for longer.
func TestOIDC_TooLate(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	s := newServer(t)
	defer s.Listener.Close()
	now := time.Now()
	s.db.Now = func() time.Time { return now }
	resp, _ := journey(t, s.handler(base, providerOf(f)), "/session/oidc", func(url.Values) { now = now.Add(10 * time.Minute) })
	if errorOf(resp.Header.Get("Location")) != "expired" {
		t.Errorf("got %v", resp.Header)
	}
}

// How a client proves itself is what the provider takes, and groups are asked for if
// there is a rule for them.
func TestOIDC_AsTheProviderWants(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	f.discovery["token_endpoint_auth_methods_supported"] = []string{"client_secret_post"}
	s := newServer(t)
	defer s.Listener.Close()
	p := providerOf(f)
	p.Rules = append(p.Rules, signin.Rule{Who: "group:platform", Role: model.RoleAdmin})
	resp, away := journey(t, s.handler(base, p), "/session/oidc", nil)
	if resp.Header.Get("Location") != "/" || f.basic != "" || f.form.Get("client_secret") != "secret" || away.Get("scope") != "openid profile email groups" {
		t.Errorf("got %v, %v by %q, scopes %s", resp.Header, f.form, f.basic, away.Get("scope"))
	}
}

// An organization that is not there lets nobody in.
func TestOIDC_NoOrganization(t *testing.T) {
	t.Parallel()
	f := newFake(t)
	s := newServer(t)
	defer s.Listener.Close()
	p := providerOf(f)
	p.Organization = "globex"
	if resp, _ := journey(t, s.handler(base, p), "/session/oidc", nil); errorOf(resp.Header.Get("Location")) != "server" {
		t.Errorf("got %v", resp.Header)
	}
}
