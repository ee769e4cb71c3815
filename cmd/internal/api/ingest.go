package api

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// Report says what runs in an environment, in the wire format of reports, and
// reports whether that made a new snapshot. The kind is the type of the
// environment as reports spell it: ECS, docker.
func (c *Client) Report(ctx context.Context, environment, kind string, body []byte) (changed bool, err error) {
	path := fmt.Sprintf("/api/v2/environments/%s/%s/report/%s",
		url.PathEscape(c.organization), url.PathEscape(environment), url.PathEscape(kind))
	r, err := c.request(ctx, http.MethodPut, path, body)
	if err != nil {
		return false, err
	}
	status, err := c.send(c.signedIn, r)
	return status == http.StatusCreated, err
}

// Deliver sends one delivery of a GitHub webhook, as GitHub does. Its proof is
// the signature (`sha256=…`), so the token stays out of it.
func (c *Client) Deliver(ctx context.Context, event, deliveryID, signature string, body []byte) error {
	r, err := c.request(ctx, http.MethodPost, "/webhooks/"+url.PathEscape(c.organization)+"/github", body)
	if err != nil {
		return err
	}
	r.Header.Set("X-GitHub-Event", event)
	r.Header.Set("X-GitHub-Delivery", deliveryID)
	r.Header.Set("X-Hub-Signature-256", signature)
	_, err = c.send(c.anonymous, r)
	return err
}

func (c *Client) request(ctx context.Context, method, path string, body []byte) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.host+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	r.Header.Set("Content-Type", "application/json")
	return r, nil
}

// send sends a request and returns the status of its answer. A status that is
// not a success is an *Error.
func (c *Client) send(client *http.Client, r *http.Request) (int, error) {
	resp, err := client.Do(r)
	if err != nil {
		if r.Context().Err() != nil {
			return 0, r.Context().Err()
		}
		return 0, c.unreachable(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, c.unreachable(err)
	}
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return resp.StatusCode, c.refusal(resp.StatusCode, answer)
	}
	return resp.StatusCode, nil
}
