// Package api is a typed client of a Landfall server. It hides how the server
// is spoken to: callers see nouns, lists and *Error.
package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	graphql "github.com/hasura/go-graphql-client"
)

// defaultTimeout is how long one request may take.
const defaultTimeout = 30 * time.Second

// maxAnswer bounds what is read of one answer: many times a page of anything.
const maxAnswer = 8 << 20

// Config says which server to speak to, and as whom.
type Config struct {
	Host         string // URL of the server: http://127.0.0.1:8080
	Organization string
	Token        string
	// TokenFunc gives the token for a request, if Token is empty. What it returns for
	// an error is told to the user as it is.
	TokenFunc func(context.Context) (string, error)
	Version   string        // of the program, for the server's log
	Timeout   time.Duration // of one request; 30 seconds if zero
}

// Client speaks to one server for one organization.
type Client struct {
	// OnPage is called between the pages of a long list with what is there so
	// far, so that a person can be told. It may be nil.
	OnPage func(items int)

	host         string
	organization string
	timeout      time.Duration
	graphql      *graphql.Client
	signedIn     *http.Client // sends the token
	anonymous    *http.Client // sends none
	streaming    *http.Client // sends the token, and waits for what has no end
}

// New makes a client. It returns an *Error with CodeInvalid if the host is not
// a URL. It does not speak to the server yet.
func New(cfg Config) (*Client, error) {
	host, err := parseHost(cfg.Host)
	if err != nil {
		return nil, err
	}
	c := &Client{host: host, organization: cfg.Organization, timeout: cfg.Timeout}
	if c.timeout == 0 {
		c.timeout = defaultTimeout
	}
	c.signedIn = c.httpClient(&transport{token: cfg.Token, tokenFunc: cfg.TokenFunc, version: cfg.Version})
	c.streaming = c.httpClient(c.signedIn.Transport)
	c.streaming.Timeout = 0
	c.anonymous = c.httpClient(&transport{version: cfg.Version})
	// No retries: the library sleeps without looking at the context, and would
	// repeat mutations.
	c.graphql = graphql.NewClient(host+"/graphql", c.signedIn)
	return c, nil
}

// Host is the URL of the server.
func (c *Client) Host() string { return c.host }

// Organization is the name of the organization that is asked about.
func (c *Client) Organization() string { return c.organization }

func parseHost(host string) (string, error) {
	u, err := url.Parse(host)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return "", &Error{
			Code: CodeInvalid, Field: "host",
			Message: fmt.Sprintf("the host %q is not the URL of a server: write it as in http://127.0.0.1:8080", host),
		}
	}
	return strings.TrimRight(u.String(), "/"), nil
}

func (c *Client) httpClient(rt http.RoundTripper) *http.Client {
	return &http.Client{
		Timeout:   c.timeout,
		Transport: rt,
		// A redirected POST loses its body, and the token could go elsewhere.
		CheckRedirect: func(r *http.Request, _ []*http.Request) error {
			return &redirectError{to: r.URL.Scheme + "://" + r.URL.Host}
		},
	}
}

// transport adds to each request what says who sends it.
type transport struct {
	token     string
	tokenFunc func(context.Context) (string, error) // nil if there is none
	version   string
}

// RoundTrip sends a request on, with the token, and bounds its answer.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("User-Agent", "landfall/"+t.version)
	token, err := t.bearer(r.Context())
	if err != nil {
		return nil, err
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	resp.Body = http.MaxBytesReader(nil, resp.Body, answerLimit(r.Context()))
	return resp, nil
}

// bearer is the token to send; none if there is none.
func (t *transport) bearer(ctx context.Context) (string, error) {
	if t.token != "" || t.tokenFunc == nil {
		return t.token, nil
	}
	token, err := t.tokenFunc(ctx)
	if err != nil {
		return "", &signInError{err}
	}
	return token, nil
}

// variables are the variables of an operation. Their Go types name their
// GraphQL types.
type variables map[string]any

// query asks a question. The answer must be a fresh value each time: the library
// takes what is in it for a template.
func (c *Client) query(ctx context.Context, operation string, answer any, vars variables) error {
	return c.decodeError(ctx, c.graphql.Query(ctx, answer, vars, graphql.OperationName(operation)))
}

// mutate asks for a change.
func (c *Client) mutate(ctx context.Context, operation string, answer any, vars variables) error {
	return c.decodeError(ctx, c.graphql.Mutate(ctx, answer, vars, graphql.OperationName(operation)))
}
