package ci

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// The variables by which GitHub Actions lets a job ask who it is. It sets them
// only for jobs with the permission `id-token: write`.
const (
	EnvIdentityURL   = "ACTIONS_ID_TOKEN_REQUEST_URL"
	EnvIdentityToken = "ACTIONS_ID_TOKEN_REQUEST_TOKEN" //nolint:gosec // the name of a variable
)

const (
	identityTimeout   = 30 * time.Second
	identityRemainder = 30 * time.Second // a token that ends sooner is not sent any more
	largestIdentity   = 1 << 20
)

// Identity gets tokens that prove to one audience which job of GitHub Actions
// asks. It keeps a token as long as it is good.
type Identity struct {
	Now func() time.Time

	url, secret, audience string
	client                *http.Client

	mu    sync.Mutex
	token string
	until time.Time
}

// NewIdentity returns the identity that the environment gives, for an audience. It
// returns nil if it gives none.
func NewIdentity(getenv func(string) string, audience string) *Identity {
	address, secret := getenv(EnvIdentityURL), getenv(EnvIdentityToken)
	if address == "" || secret == "" {
		return nil
	}
	return &Identity{
		Now: time.Now, url: address, secret: secret, audience: audience,
		client: &http.Client{Timeout: identityTimeout},
	}
}

// Token returns a token, a new one only if there is none that is good for a while.
func (i *Identity) Token(ctx context.Context) (string, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.token != "" && i.Now().Before(i.until) {
		return i.token, nil
	}
	token, err := i.ask(ctx)
	if err != nil {
		return "", err
	}
	i.token, i.until = token, i.Now()
	if end, ok := endOf(token); ok {
		i.until = end.Add(-identityRemainder)
	}
	return token, nil
}

// ask asks GitHub for a new token. Its errors have neither the secret nor the
// address, which is one of the runner's own.
func (i *Identity) ask(ctx context.Context) (string, error) {
	address, err := url.Parse(i.url)
	if err != nil {
		return "", fmt.Errorf("ask GitHub Actions for an identity token: %s is no URL", EnvIdentityURL)
	}
	query := address.Query()
	query.Set("audience", i.audience)
	address.RawQuery = query.Encode()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return "", fmt.Errorf("ask GitHub Actions for an identity token: %s is no URL", EnvIdentityURL)
	}
	r.Header.Set("Authorization", "Bearer "+i.secret)
	r.Header.Set("Accept", "application/json; api-version=2.0")
	resp, err := i.client.Do(r)
	if err != nil {
		return "", fmt.Errorf("ask GitHub Actions for an identity token: %w", bare(err))
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("ask GitHub Actions for an identity token: it answered %s; has the job the permission `id-token: write`?", resp.Status)
	}
	var answer struct {
		Value string `json:"value"`
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, largestIdentity)).Decode(&answer); err != nil || answer.Value == "" {
		return "", fmt.Errorf("ask GitHub Actions for an identity token: there is none in its answer")
	}
	return answer.Value, nil
}

// bare is an error of a request without its address.
func bare(err error) error {
	if e, ok := err.(*url.Error); ok { //nolint:errorlint // what an http.Client returns itself
		return e.Err
	}
	return err
}

// endOf is when a token ends, if it is a JWT that says so. It is read and not
// checked: that is for who gets the token.
func endOf(token string) (time.Time, bool) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return time.Time{}, false
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return time.Time{}, false
	}
	var claims struct {
		Expires int64 `json:"exp"`
	}
	if json.Unmarshal(text, &claims) != nil || claims.Expires <= 0 {
		return time.Time{}, false
	}
	return time.Unix(claims.Expires, 0), true
}
