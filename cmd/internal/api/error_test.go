package api_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/landfall-dev/landfall/cmd/internal/api"
	"github.com/landfall-dev/landfall/cmd/internal/api/apitest"
)

// answering starts a server that gives the same answer to everything.
func answering(t *testing.T, status int, body string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestClient_Errors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		status int
		body   string
		want   api.Error
	}{
		"Unauthenticated": {
			401, `{"errors":[{"message":"this token is not known","extensions":{"code":"UNAUTHENTICATED"}}]}`,
			api.Error{Code: "UNAUTHENTICATED", Message: "this token is not known"},
		},
		"NotFound": {
			200, `{"data":{"organization":null},"errors":[{"message":"no such thing","path":["organization"],"extensions":{"code":"NOT_FOUND","field":"name"}}]}`,
			api.Error{Code: "NOT_FOUND", Field: "name", Message: "no such thing"},
		},
		"Several": {
			200, `{"data":null,"errors":[{"message":"one","extensions":{"code":"INVALID"}},{"message":"two"},{"message":"one"}]}`,
			api.Error{Code: "INVALID", Message: "one\ntwo"},
		},
		"WithDataThatDoesNotFit": {
			200, `{"data":{"viewer":{"name":7,"unknown":1}},"errors":[{"message":"one","extensions":{"code":"INTERNAL"}}]}`,
			api.Error{Code: "INTERNAL", Message: "one"},
		},
		"Validation": {
			422, `{"errors":[{"message":"Cannot query field","locations":[{"line":1,"column":2}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}],"data":null}`,
			api.Error{Code: "GRAPHQL_VALIDATION_FAILED", Message: "Cannot query field"},
		},
		"WithoutCode": {422, `{"errors":[{"message":"no"}]}`, api.Error{Code: "INVALID", Message: "no"}},
		"TooLarge":    {413, `{"message":"the request is too large","code":"TOO_LARGE"}`, api.Error{Code: "TOO_LARGE", Message: "the request is too large"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := newClient(t, answering(t, tt.status, tt.body)).Viewer(t.Context())
			got, ok := errors.AsType[*api.Error](err)
			if !ok {
				t.Fatalf("err = %T %v, want *api.Error", err, err)
			}
			if diff := cmp.Diff(tt.want, *got, cmpopts.IgnoreFields(api.Error{}, "Err")); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

func TestClient_RESTErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		status int
		body   string
		want   api.Error
	}{
		"Plain":       {404, `{"message":"Environment named 'x' does not exist","code":"NOT_FOUND"}`, api.Error{Code: "NOT_FOUND", Message: "Environment named 'x' does not exist"}},
		"WithoutCode": {403, `{"message":"no"}`, api.Error{Code: "FORBIDDEN", Message: "no"}},
		"Fields": {
			400, `{"message":"Input payload validation failed","code":"INVALID","errors":{"kind":"is none","artifacts":"are missing"}}`,
			api.Error{Code: "INVALID", Field: "artifacts", Message: "Input payload validation failed\nartifacts: are missing\nkind: is none"},
		},
		"SameAsMessage": {400, `{"message":"no","code":"INVALID","errors":{"kind":"no"}}`, api.Error{Code: "INVALID", Field: "kind", Message: "no"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newClient(t, answering(t, tt.status, tt.body))
			_, reportErr := c.Report(t.Context(), "e", "ECS", nil)
			for _, err := range []error{reportErr, c.Deliver(t.Context(), "push", "1", "s", nil)} {
				got, ok := errors.AsType[*api.Error](err)
				if !ok {
					t.Fatalf("err = %T %v, want *api.Error", err, err)
				}
				if diff := cmp.Diff(tt.want, *got); diff != "" {
					t.Errorf("error (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// TestClient_NoAnswer is what can happen on the way to a server: the message
// must say which server, and what to do.
func TestClient_NoAnswer(t *testing.T) {
	t.Parallel()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	redirecting := httptest.NewServer(http.RedirectHandler("https://elsewhere.example/graphql", http.StatusMovedPermanently))
	t.Cleanup(redirecting.Close)
	release := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(func() { close(release); slow.Close() })

	tests := map[string]struct {
		url     string
		want    []string
		timeout time.Duration
	}{
		"Refused":  {url: closed, want: []string{"cannot reach the server at " + closed + ": is it running? (set --host or LANDFALL_HOST)"}},
		"Redirect": {url: redirecting.URL, want: []string{redirecting.URL, "https://elsewhere.example", "--host"}},
		"Slow":     {url: slow.URL, timeout: 50 * time.Millisecond, want: []string{slow.URL, "did not answer within 50ms"}},
		"HTML":     {url: answering(t, 502, "<html>Bad gateway</html>"), want: []string{"502 Bad Gateway", "check the host"}},
		"NotJSON":  {url: answering(t, 200, "<html>Hello</html>"), want: []string{"did not answer as a Landfall server", "check the host"}},
		"NotOurs":  {url: answering(t, 200, `{"data":{"other":1}}`), want: []string{"did not answer as a Landfall server"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := api.New(api.Config{Host: tt.url, Organization: "o", Token: "lf_secret", Timeout: tt.timeout})
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.Viewer(t.Context())
			if _, ok := errors.AsType[*api.Error](err); !ok {
				t.Fatalf("err = %T %v, want *api.Error", err, err)
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("err = %q, want %q in it", err, want)
				}
			}
			if strings.Contains(fmt.Sprintf("%v %+v", err, err), "lf_secret") {
				t.Errorf("the token is in the error: %+v", err)
			}
		})
	}
}

func TestClient_Cancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then is the end of the request noticed
		cancel()
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	c := newClient(t, server.URL)
	if _, err := c.Viewer(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Viewer = %v, want %v", err, context.Canceled)
	}
	if _, err := c.Report(ctx, "e", "ECS", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Report = %v, want %v", err, context.Canceled)
	}
}

// TestClient_AnswerTooLarge is a server that never stops to answer.
func TestClient_AnswerTooLarge(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		chunk := []byte(strings.Repeat(" ", 1<<20))
		for {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}))
	t.Cleanup(server.Close)
	c := newClient(t, server.URL)
	_, reportErr := c.Report(t.Context(), "e", "ECS", nil)
	_, viewerErr := c.Viewer(t.Context())
	for _, err := range []error{reportErr, viewerErr} {
		if err == nil || !strings.Contains(err.Error(), "is over 8 MiB") {
			t.Errorf("err = %v, want one that says that the answer is too large", err)
		}
	}
}

func TestClient_WrongToken(t *testing.T) {
	t.Parallel()
	c, err := api.New(api.Config{Host: apitest.NewStory(t).URL, Organization: "cyber-dojo", Token: "wrong"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Flows(t.Context(), nil, 1); api.CodeOf(err) != api.CodeUnauthenticated {
		t.Errorf("Flows = %v", err)
	}
}
