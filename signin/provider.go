package signin

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/landfall-dev/landfall/model"
)

const (
	fetchTimeout  = 10 * time.Second
	retryInterval = 5 * time.Second // to ask a provider again that did not answer
	maxFetch      = 1 << 20
	maxAhead      = 5 * time.Minute // how far the clock of a provider may be ahead of ours
	maxName       = 200
)

// algorithms are those that a provider may sign with: none with a shared key.
var algorithms = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384}

// Provider is a provider of identities, and whom of those that it knows to let in.
type Provider struct {
	Issuer       string
	ClientID     string
	ClientSecret string // empty for a public client
	Name         string // for people
	Organization string // that people join
	Rules        []Rule
}

// CheckIssuer refuses what cannot be a provider: it has to be reached over TLS, or be on
// this machine.
func CheckIssuer(issuer string) error {
	u, err := url.Parse(issuer)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || !safe(u) {
		return fmt.Errorf("%q is not a provider of identities: write its https URL, as its own configuration tells its issuer", issuer)
	}
	return nil
}

func safe(u *url.URL) bool {
	host := u.Hostname()
	ip := net.ParseIP(host)
	return u.Scheme == "https" || u.Scheme == "http" && (host == "localhost" || ip != nil && ip.IsLoopback())
}

// provider speaks to a Provider. It is asked for what it has when the first one signs
// in, since it may be down when the server starts.
type provider struct {
	Provider
	redirect string
	client   *http.Client
	now      func() time.Time

	mu     sync.Mutex
	known  *endpoints
	failed error
	at     time.Time // when it failed
}

// endpoints are what a provider says of itself.
type endpoints struct {
	provider *oidc.Provider
	verifier *oidc.IDTokenVerifier
	style    oauth2.AuthStyle
	userInfo bool
}

func newProvider(p Provider, options Options) *provider {
	return &provider{Provider: p, redirect: options.BaseURL + "/session/oidc/callback", now: options.Now, client: &http.Client{
		Timeout:       fetchTimeout,
		Transport:     bounded{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// bounded reads little, and asks only what is safe to ask.
type bounded struct{}

// RoundTrip asks.
func (bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	if !safe(r.URL) {
		return nil, fmt.Errorf("the provider refers to %s, which is not reached over TLS", r.URL.Host)
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	answer.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(answer.Body, maxFetch), answer.Body}
	return answer, nil
}

// discover asks the provider what it has, until it told.
func (p *provider) discover(ctx context.Context) (*endpoints, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known != nil {
		return p.known, nil
	}
	now := p.now()
	if p.failed != nil && now.Sub(p.at) < retryInterval {
		return nil, p.failed
	}
	// Others wait for the answer: who asked first cannot take it away from them.
	known, err := p.ask(oidc.ClientContext(context.WithoutCancel(ctx), p.client))
	p.known, p.failed, p.at = known, err, now
	return known, err
}

func (p *provider) ask(ctx context.Context) (*endpoints, error) {
	found, err := oidc.NewProvider(ctx, p.Issuer)
	if err != nil {
		return nil, fmt.Errorf("ask what the provider has: %w", err)
	}
	var said struct {
		Methods  []string `json:"token_endpoint_auth_methods_supported"`
		UserInfo string   `json:"userinfo_endpoint"`
	}
	if err := found.Claims(&said); err != nil {
		return nil, fmt.Errorf("ask what the provider has: %w", err)
	}
	known := &endpoints{provider: found, style: oauth2.AuthStyleInHeader, userInfo: said.UserInfo != ""}
	if p.ClientSecret == "" || len(said.Methods) > 0 && !slices.Contains(said.Methods, "client_secret_basic") {
		known.style = oauth2.AuthStyleInParams
	}
	known.verifier = found.Verifier(&oidc.Config{ClientID: p.ClientID, SupportedSigningAlgs: algorithms, Now: p.now})
	return known, nil
}

func (p *provider) config(e *endpoints) *oauth2.Config {
	endpoint := e.provider.Endpoint()
	endpoint.AuthStyle = e.style
	scopes := []string{oidc.ScopeOpenID, "profile", "email"}
	if p.needsGroups() { // a provider that has none may refuse to be asked
		scopes = append(scopes, "groups")
	}
	return &oauth2.Config{ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: endpoint, RedirectURL: p.redirect, Scopes: scopes}
}

func (p *provider) needsGroups() bool {
	return slices.ContainsFunc(p.Rules, func(r Rule) bool { return strings.HasPrefix(r.Who, groupPrefix) })
}

// address is where a browser begins a journey.
func (p *provider) address(ctx context.Context, j journey) (string, error) {
	known, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	return p.config(known).AuthCodeURL(j.State, oidc.Nonce(j.Nonce), oauth2.S256ChallengeOption(j.Verifier)), nil
}

// claims are what a provider says of somebody.
type claims struct {
	Subject       string `json:"sub"`
	Party         string `json:"azp"`
	Email         string `json:"email"`
	EmailVerified truth  `json:"email_verified"`
	Name          string `json:"name"`
	Username      string `json:"preferred_username"`
	Groups        texts  `json:"groups"`
}

// truth is true as JSON has it, or as a text, as some providers do.
type truth bool

// UnmarshalJSON reads a truth. What is neither is not true.
func (t *truth) UnmarshalJSON(data []byte) error {
	*t = string(data) == "true" || string(data) == `"true"`
	return nil
}

// texts are several texts, or one, as some providers write a list of one.
type texts []string

// UnmarshalJSON reads texts. What is something else has none that could be named.
func (t *texts) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = texts{one}
		return nil
	}
	var several []string
	_ = json.Unmarshal(data, &several)
	*t = several
	return nil
}

// prove returns what the provider says of who brings a code back.
func (p *provider) prove(ctx context.Context, code string, j journey) (*claims, error) {
	known, err := p.discover(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(oidc.ClientContext(ctx, p.client), 2*fetchTimeout)
	defer cancel()
	tokens, err := p.config(known).Exchange(ctx, code, oauth2.VerifierOption(j.Verifier))
	if err != nil {
		return nil, fmt.Errorf("exchange the code: %w", withoutBody(err))
	}
	raw, _ := tokens.Extra("id_token").(string)
	verified, err := known.verifier.Verify(ctx, raw)
	if err != nil {
		return nil, fmt.Errorf("verify the id token: %w", err)
	}
	said := new(claims)
	if err := verified.Claims(said); err != nil {
		return nil, fmt.Errorf("read the id token: %w", err)
	}
	switch {
	case subtle.ConstantTimeCompare([]byte(verified.Nonce), []byte(j.Nonce)) != 1:
		return nil, errors.New("the id token is of another journey: its nonce is a different one")
	case said.Party != "" && said.Party != p.ClientID, said.Party == "" && len(verified.Audience) > 1:
		return nil, errors.New("the id token was made for another client")
	case verified.IssuedAt.After(p.now().Add(maxAhead)):
		return nil, errors.New("the id token is of the future: the clocks differ")
	case said.Subject == "":
		return nil, errors.New("the id token names nobody")
	}
	return said, p.complete(ctx, known, tokens, said)
}

// complete asks for what an id token does not tell: providers may keep it short.
func (p *provider) complete(ctx context.Context, known *endpoints, tokens *oauth2.Token, said *claims) error {
	if !known.userInfo || said.Email != "" && said.Name != "" && (len(said.Groups) > 0 || !p.needsGroups()) {
		return nil
	}
	info, err := known.provider.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
	if err != nil {
		return fmt.Errorf("ask for more than the id token tells: %w", err)
	}
	more := new(claims)
	if err := info.Claims(more); err != nil {
		return fmt.Errorf("read more than the id token tells: %w", err)
	}
	if more.Subject != said.Subject {
		return errors.New("the provider told of somebody else than the id token")
	}
	if said.Email == "" { // an address and whether it is verified belong together
		said.Email, said.EmailVerified = more.Email, more.EmailVerified
	}
	if len(said.Groups) == 0 {
		said.Groups = more.Groups
	}
	if said.Name == "" {
		said.Name = more.Name
	}
	if said.Username == "" {
		said.Username = more.Username
	}
	return nil
}

// person is somebody of whom a provider tells, if the rules let them in.
func (p *provider) person(said *claims) (person model.Person, ok bool) {
	role, ok := roleOf(p.Rules, said)
	person = model.Person{Organization: p.Organization, Issuer: p.Issuer, Subject: said.Subject, Role: role}
	for _, name := range []string{said.Name, said.Username, said.Email, said.Subject} {
		if name = readable(name); name != "" {
			person.Name = name
			break
		}
	}
	return person, ok
}

// readable is a name in one line, of a length that fits on a page.
func readable(name string) string {
	runes := []rune(strings.Join(strings.FieldsFunc(strings.ToValidUTF8(name, ""), func(r rune) bool { return r < ' ' || r == 0x7f || 0x80 <= r && r < 0xa0 }), " "))
	return strings.TrimSpace(string(runes[:min(len(runes), maxName)]))
}

// withoutBody is an error of an exchange without what the provider answered, of which
// nobody knows what it is.
func withoutBody(err error) error {
	e, ok := errors.AsType[*oauth2.RetrieveError](err)
	switch {
	case !ok:
		return err
	case e.ErrorCode != "":
		return fmt.Errorf("%.100q: %.200q", e.ErrorCode, e.ErrorDescription)
	default:
		return fmt.Errorf("the provider answers %s", e.Response.Status)
	}
}
