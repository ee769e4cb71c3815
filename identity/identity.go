// Package identity proves who is calling: by an API token, by the session of a browser,
// or by an id token of GitHub Actions, which a job gets from GitHub without any stored
// secret. An organization says which repositories it trusts; their jobs may report for
// it.
package identity

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/landfall-dev/landfall/model"
)

// GitHub is the issuer of the id tokens of github.com.
const GitHub = "https://token.actions.githubusercontent.com"

// maxToken is more than any id token of GitHub has.
const maxToken = 16 << 10

// maxAhead is how far the clock of an issuer may be ahead of ours.
const maxAhead = 5 * time.Minute

// algorithms are those that an issuer may sign with: none with a shared key, whose
// public half an attacker could use as the key.
var algorithms = []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384}

// Store knows API tokens and sessions, and which repositories organizations trust.
type Store interface {
	Caller(ctx context.Context, secret string) (*model.Caller, error)
	SessionCaller(ctx context.Context, secret string) (*model.Caller, error)
	TrustedRepository(ctx context.Context, organization, repository string) (*model.TrustedRepository, error)
}

// Options say whom to believe.
type Options struct {
	BaseURL string   // of this server; an id token must be for BaseURL/ORGANIZATION
	Issuers []string // of id tokens; GitHub if empty
	Now     func() time.Time
	Log     *slog.Logger
}

// Callers proves callers.
type Callers struct {
	store   Store
	options Options
	issuers map[string]*issuer
}

// New makes what proves callers. It speaks to no issuer yet. The issuers must be
// ones that CheckIssuer takes.
func New(store Store, options Options) *Callers {
	if len(options.Issuers) == 0 {
		options.Issuers = []string{GitHub}
	}
	c := &Callers{store: store, options: options, issuers: map[string]*issuer{}}
	for _, name := range options.Issuers {
		c.issuers[name] = newIssuer(name, options.Now)
	}
	return c
}

// CheckIssuer refuses what cannot be an issuer: its keys have to come over TLS, or
// from this machine.
func CheckIssuer(name string) error {
	u, err := url.Parse(name)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.HasSuffix(name, "/") ||
		(u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname()))) {
		return fmt.Errorf("%q is not an issuer of id tokens: write its https URL without a slash at the end, such as %s", name, GitHub)
	}
	return nil
}

// Caller returns who a secret proves to be asking: an API token, or an id token. It
// returns KindUnauthenticated for what proves nothing, and KindForbidden for an id
// token of a job that the organization does not trust.
func (c *Callers) Caller(ctx context.Context, secret string) (*model.Caller, error) {
	if !looksLikeIDToken(secret) {
		return c.store.Caller(ctx, secret)
	}
	claims, err := c.verify(ctx, secret)
	if err != nil {
		return nil, err
	}
	organization, err := c.organizationOf(claims)
	if err != nil {
		return nil, err
	}
	trusted, err := c.trusted(ctx, organization, claims)
	if err != nil {
		return nil, err
	}
	return &model.Caller{Organization: trusted.Organization, TokenName: "GitHub Actions of " + trusted.Repository.Name, Role: model.RoleMember}, nil
}

// SessionCaller returns who the secret of a session proves to be asking. It returns
// KindUnauthenticated for what proves nothing, an API token among others.
func (c *Callers) SessionCaller(ctx context.Context, secret string) (*model.Caller, error) {
	return c.store.SessionCaller(ctx, secret)
}

// looksLikeIDToken tells the form of a JWT, whose header begins with a brace.
func looksLikeIDToken(secret string) bool {
	return strings.HasPrefix(secret, "eyJ") && strings.Count(secret, ".") == 2
}

// claims are what an id token says.
type claims struct {
	Issuer     string   `json:"-"`
	Audience   []string `json:"-"`
	Repository string   `json:"repository"` // with its owner
	Ref        string   `json:"ref"`        // in full: refs/heads/main
	Event      string   `json:"event_name"`
}

func refused(format string, args ...any) error {
	return model.Errorf(model.KindUnauthenticated, format, args...)
}

// verify returns what an id token says, if one of our issuers signed it and it is
// valid now.
func (c *Callers) verify(ctx context.Context, token string) (*claims, error) {
	name, err := issuerOf(token)
	if err != nil {
		return nil, err
	}
	from, ok := c.issuers[name]
	if !ok {
		return nil, refused("this id token was issued by %.100q, and this server takes those of %s (LANDFALL_OIDC_ISSUERS)", name, strings.Join(c.options.Issuers, ", "))
	}
	keys, err := from.keys(ctx)
	if err != nil {
		return nil, c.unreachable(ctx, name, err)
	}
	verifier := oidc.NewVerifier(name, keys, &oidc.Config{SkipClientIDCheck: true, SupportedSigningAlgs: algorithms, Now: c.options.Now})
	verified, err := verifier.Verify(ctx, token)
	if expired, ok := errors.AsType[*oidc.TokenExpiredError](err); ok {
		return nil, refused("this id token expired at %s: ask GitHub Actions for a new one", expired.Expiry.UTC().Format(time.RFC3339))
	}
	if keys.err != nil {
		return nil, c.unreachable(ctx, name, keys.err)
	}
	if err != nil || verified.IssuedAt.After(c.options.Now().Add(maxAhead)) {
		return nil, refused("this id token is not valid: it is not signed by a key of %s, or not for this time", name)
	}
	said := &claims{Issuer: name, Audience: verified.Audience}
	if err := verified.Claims(said); err != nil {
		return nil, refused("this id token is not valid: what it says is not what GitHub Actions says")
	}
	said.Issuer, said.Audience = name, verified.Audience
	return said, nil
}

// unreachable says that an issuer does not tell its keys. Why is for the log.
func (c *Callers) unreachable(ctx context.Context, issuer string, err error) error {
	c.options.Log.WarnContext(ctx, "keys of issuer", "issuer", issuer, "err", err)
	return refused("%s does not tell its keys now, so that this id token cannot be proven: try again in a minute, or use an API token", issuer)
}

// organizationOf is the organization that an id token is for: that is its audience.
func (c *Callers) organizationOf(said *claims) (string, error) {
	var names []string
	for _, audience := range said.Audience {
		name, ok := strings.CutPrefix(audience, c.options.BaseURL+"/")
		if ok && model.ValidateName("organization", name) == nil && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) != 1 {
		return "", refused("this id token is for %.200q, and must be for %s/ORGANIZATION alone: ask GitHub Actions for one with that audience", strings.Join(said.Audience, " "), c.options.BaseURL)
	}
	return names[0], nil
}

// trusted returns the repository of an id token, if the organization trusts it to
// act from where the token is.
func (c *Callers) trusted(ctx context.Context, organization string, said *claims) (*model.TrustedRepository, error) {
	if model.ValidateRepositoryName(said.Repository) != nil {
		return nil, refused("this id token names no repository: it is not one of GitHub Actions")
	}
	if said.Event == "pull_request_target" {
		return nil, model.Errorf(model.KindForbidden, "this id token is of a pull_request_target run, which anybody can start who opens a pull request: report from a push instead")
	}
	t, err := c.store.TrustedRepository(ctx, organization, said.Repository)
	if model.KindOf(err) == model.KindNotFound {
		return nil, model.Errorf(model.KindForbidden, "organization %q does not trust %s, or does not exist: its administrators can let it act with `landfall trust repository %s`", organization, said.Repository, said.Repository)
	}
	if err != nil {
		return nil, err
	}
	if here, there := hostOf(t.Repository.URL), hostOfIssuer(said.Issuer); here != there {
		return nil, model.Errorf(model.KindForbidden, "%s is a repository at %s here, and this id token is of one at %s", said.Repository, here, there)
	}
	if branch := t.Trust.Branch; branch != nil && said.Ref != model.BranchPrefix+*branch {
		return nil, model.Errorf(model.KindForbidden, "organization %q trusts %s on the branch %s only, and this id token is of %.200q", organization, said.Repository, *branch, said.Ref)
	}
	return t, nil
}

// hostOfIssuer is the host of the repositories that an issuer speaks for: the same
// name at another is another repository.
func hostOfIssuer(issuer string) string {
	host := hostOf(issuer)
	if host == "token.actions.githubusercontent.com" {
		return "github.com"
	}
	return strings.TrimPrefix(host, "token.actions.") // of GitHub Enterprise Cloud: token.actions.acme.ghe.com
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}
