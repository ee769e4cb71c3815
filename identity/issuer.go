package identity

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

const (
	fetchTimeout  = 5 * time.Second
	fetchInterval = 10 * time.Second // between two requests for the same, whoever makes us ask
	maxFetch      = 1 << 20
)

// issuer signs id tokens, and tells its keys to everybody. They are asked for when
// the first token comes, and again when one is signed with a key that is not known.
type issuer struct {
	name   string
	client *http.Client

	mu     sync.Mutex
	remote *oidc.RemoteKeySet // nil until the issuer told where its keys are
}

func newIssuer(name string, now func() time.Time) *issuer {
	return &issuer{name: name, client: &http.Client{
		Timeout:       fetchTimeout,
		Transport:     &bounded{host: hostOf(name), now: now, asked: map[string]asked{}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// keys are the keys of the issuer, for one token.
func (i *issuer) keys(ctx context.Context) (*keySet, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.remote == nil {
		var said struct {
			JWKSURL string `json:"jwks_uri"`
		}
		// Others wait for the answer: who asked first cannot take it away from them.
		ctx = oidc.ClientContext(context.WithoutCancel(ctx), i.client)
		provider, err := oidc.NewProvider(ctx, i.name)
		if err != nil {
			return nil, err
		}
		if err := provider.Claims(&said); err != nil {
			return nil, err
		}
		i.remote = oidc.NewRemoteKeySet(ctx, said.JWKSURL)
	}
	return &keySet{remote: i.remote}, nil
}

// keySet looks at one signature. err is why the keys could not be fetched, which the
// library does not tell from a wrong signature.
type keySet struct {
	remote *oidc.RemoteKeySet
	err    error
}

// VerifySignature returns what was signed.
func (k *keySet) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	payload, err := k.remote.VerifySignature(ctx, token)
	if fetch, ok := errors.AsType[*fetchError](err); ok && !fetch.tooSoon {
		k.err = err
	}
	return payload, err
}

// fetchError says that something could not be fetched.
type fetchError struct {
	tooSoon bool // it was told a moment ago, so that what is missing is not there
	err     error
}

func (e *fetchError) Error() string { return e.err.Error() }
func (e *fetchError) Unwrap() error { return e.err }

// bounded asks one host, not often, and reads little: what makes it ask may be a
// token that somebody made up.
type bounded struct {
	host string
	now  func() time.Time

	mu    sync.Mutex
	asked map[string]asked
}

// asked is when something was asked for, and whether it was told.
type asked struct {
	at   time.Time
	told bool
}

// RoundTrip asks.
func (b *bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.EqualFold(r.URL.Host, b.host) {
		return nil, &fetchError{err: fmt.Errorf("%s refers to %s, which is not asked", b.host, r.URL.Host)}
	}
	if err := b.begin(r.URL.String()); err != nil {
		return nil, err
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, &fetchError{err: err}
	}
	if answer.StatusCode != http.StatusOK {
		_ = answer.Body.Close()
		return nil, &fetchError{err: fmt.Errorf("%s answers %s", b.host, answer.Status)}
	}
	b.end(r.URL.String())
	answer.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(answer.Body, maxFetch), answer.Body}
	return answer, nil
}

// begin refuses to ask again too soon.
func (b *bounded) begin(address string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	if last, ok := b.asked[address]; ok && now.Sub(last.at) < fetchInterval {
		return &fetchError{tooSoon: last.told, err: fmt.Errorf("%s was asked a moment ago", b.host)}
	}
	b.asked[address] = asked{at: now}
	return nil
}

func (b *bounded) end(address string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked[address] = asked{at: b.asked[address].at, told: true}
}

// issuerOf is the issuer that a token names. Nothing of it is proven yet.
func issuerOf(token string) (string, error) {
	malformed := refused("this is no id token: it is cut short, or changed")
	if len(token) > maxToken {
		return "", malformed
	}
	_, rest, _ := strings.Cut(token, ".")
	encoded, _, _ := strings.Cut(rest, ".")
	payload, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil {
		return "", malformed
	}
	var said struct {
		Issuer string `json:"iss"`
	}
	if json.Unmarshal(payload, &said) != nil {
		return "", malformed
	}
	return said.Issuer, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
