package agent

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

const (
	requestTimeout = 30 * time.Second
	maxAnswer      = 1 << 20
	maxRetryAfter  = 5 * time.Minute
)

// Client speaks the protocol of reports with one organization of a server.
type Client struct {
	Host         string                 // URL of the server
	Organization string                 // name
	Token        func() (string, error) // asked for each request, as tokens are replaced
	Version      string                 // of the program, for the server's log
	HTTP         *http.Client

	keeper *timekeeper // told of the server's time by each answer; nil where nobody asks
}

// Answer is what a server says of a report that it took.
type Answer struct {
	Outcome  string `json:"message"`  // changed, unchanged or stale
	Snapshot string `json:"snapshot"` // as in prod#7
}

// RefusedError is a request that a server refused.
type RefusedError struct {
	Status     int
	Message    string            // the server's, for people
	Fields     map[string]string // what is wrong with what, if it is the input
	RetryAfter time.Duration     // how long the server asks to be left alone; 0 if it does not
}

func (e *RefusedError) Error() string {
	switch e.Status {
	case http.StatusUnauthorized:
		return "the server does not know the token: " + e.Message
	case http.StatusForbidden:
		return "the token may not do that: " + e.Message
	default:
		return fmt.Sprintf("the server answered %d: %s", e.Status, e.Message)
	}
}

// Ready returns nil if the server answers and is ready.
func (c *Client) Ready(ctx context.Context) error {
	_, err := c.send(ctx, http.MethodGet, "/ready", nil)
	return err
}

// Report sends a report, with the time at which it was seen. It returns a
// RefusedError if the server does not take it, and any other error if it cannot be
// reached.
func (c *Client) Report(ctx context.Context, r *Report) (Answer, error) {
	body, err := r.Body()
	if err != nil {
		return Answer{}, err
	}
	text, err := c.send(ctx, http.MethodPut, c.environment(r.Environment)+"/report/"+url.PathEscape(r.Kind), body)
	if err != nil {
		return Answer{}, err
	}
	var answer Answer
	if err := json.Unmarshal(text, &answer); err != nil {
		return Answer{Outcome: "taken"}, nil //nolint:nilerr // any JSON is a yes in this protocol
	}
	return answer, nil
}

// CreateEnvironment makes an environment of a kind. One that is there stays as it
// is. It returns a RefusedError if the server does not allow it.
func (c *Client) CreateEnvironment(ctx context.Context, name, kind string) error {
	body, err := json.Marshal(struct {
		Name        string `json:"name"`
		Type        string `json:"type"`
		Description string `json:"description"`
	}{Name: name, Type: kind})
	if err != nil {
		return fmt.Errorf("write an environment: %w", err)
	}
	_, err = c.send(ctx, http.MethodPut, "/api/v2/environments/"+url.PathEscape(c.Organization), body)
	return err
}

func (c *Client) environment(name string) string {
	return "/api/v2/environments/" + url.PathEscape(c.Organization) + "/" + url.PathEscape(name)
}

// send makes one request, and tells the timekeeper what time the server has.
func (c *Client) send(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(c.Host, "/")+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("the server's address: %w", err)
	}
	token, err := c.Token()
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("User-Agent", "landfall-agent/"+c.Version)
	asked := c.boot()
	res, err := c.HTTP.Do(req)
	if err != nil {
		return nil, unreachable(err)
	}
	defer res.Body.Close()
	c.hear(res, asked)
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("read the server's answer: %w", err)
	}
	if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusCreated {
		return nil, refused(res, text)
	}
	return text, nil
}

func (c *Client) boot() time.Duration {
	if c.keeper == nil {
		return 0
	}
	return c.keeper.clock.Boot()
}

func (c *Client) hear(res *http.Response, asked time.Duration) {
	if c.keeper == nil {
		return
	}
	if date, err := http.ParseTime(res.Header.Get("Date")); err == nil {
		c.keeper.heard(date, asked, c.keeper.clock.Boot())
	}
}

// unreachable takes the URL out of an error, which is long and known.
func unreachable(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	return fmt.Errorf("the server cannot be reached: %w", err)
}

func refused(res *http.Response, text []byte) error {
	e := &RefusedError{Status: res.StatusCode}
	var body struct {
		Message string            `json:"message"`
		Errors  map[string]string `json:"errors"`
	}
	if json.Unmarshal(text, &body) == nil && body.Message != "" {
		e.Message, e.Fields = body.Message, body.Errors
	} else {
		e.Message = guess(res)
	}
	if seconds, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && seconds > 0 {
		e.RetryAfter = min(time.Duration(seconds)*time.Second, maxRetryAfter)
	}
	return e
}

// guess says what an answer without a message most likely is.
func guess(res *http.Response) string {
	switch to := res.Header.Get("Location"); {
	case to != "":
		return "it is asked at " + to + ": make that the host"
	case res.StatusCode >= http.StatusInternalServerError:
		return "it cannot serve at the moment"
	default:
		return "this is no answer of Landfall: is the host right, and no proxy in between?"
	}
}

// NewHTTPClient returns a client that follows no redirects: a report would lose its
// body, and its token could go elsewhere.
func NewHTTPClient() *http.Client {
	return &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}
