package graph_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/landfall-dev/landfall/graph"
)

const viewerDocument = `query Viewer($n: Int) { viewer { name organization { flows(first: $n) { nodes { name } } } } }`

// heavyDocument asks for one field so often that its validation would take long.
var heavyDocument = "{ viewer { " + strings.Repeat("name ", 20_000) + "} }"

// persisted are the documents that servers of tests know.
func persisted() map[string]string {
	known := map[string]string{}
	for _, document := range []string{viewerDocument, heavyDocument} {
		known[hashOf(document)] = document
	}
	return known
}

func hashOf(document string) string {
	sum := sha256.Sum256([]byte(document))
	return hex.EncodeToString(sum[:])
}

func extensions(hash string) string {
	return fmt.Sprintf(`{"persistedQuery": {"version": 1, "sha256Hash": %q}}`, hash)
}

// A document that the server knows is asked by its hash, whichever way, and bounded as
// any other. What a client sends is not kept.
func TestPersisted(t *testing.T) {
	t.Parallel()
	s := newLiveServer(t, graph.StreamLimits{})
	ways := map[string]func(body string) string{
		"Post": func(body string) string { return s.post(s.token, strings.NewReader(body)).Body.String() },
		"EventStream": func(body string) string {
			return s.streamed(t, http.MethodPost, s.url, strings.NewReader(body))
		},
		"EventStreamByGet": func(body string) string {
			var parts map[string]json.RawMessage
			if err := json.Unmarshal([]byte(body), &parts); err != nil {
				t.Fatal(err)
			}
			values := url.Values{}
			for name, raw := range parts {
				text := string(raw)
				_ = json.Unmarshal(raw, &text) // if it is a text
				values.Set(name, text)
			}
			return s.streamed(t, http.MethodGet, s.url+"?"+values.Encode(), nil)
		},
		"Websocket": func(body string) string {
			c := s.connect(s.token)
			c.send(message{ID: "1", Type: "subscribe", Payload: json.RawMessage(body)})
			return string(c.receive().Payload)
		},
	}
	other := `{ viewer { role } }`
	for way, ask := range ways {
		for _, tt := range []struct{ name, body, want string }{
			{"Known", `{"variables": {"n": 1}, "extensions": ` + extensions(hashOf(viewerDocument)) + `}`, `"name":"bootstrap"`},
			{"Unknown", `{"extensions": ` + extensions(hashOf(other)) + `}`, `"code":"PERSISTED_QUERY_NOT_FOUND"`},
			{"Both", `{"query": "` + other + `", "extensions": ` + extensions(hashOf(other)) + `}`, `"role":"ADMIN"`},
			{"StillUnknown", `{"extensions": ` + extensions(hashOf(other)) + `}`, `"message":"PersistedQueryNotFound"`},
			{"OtherHash", `{"query": "` + other + `", "extensions": ` + extensions(hashOf(viewerDocument)) + `}`, `hash does not match`},
			{"Checked", `{"extensions": ` + extensions(hashOf(heavyDocument)) + `}`, `asks for the same field too often`},
			{"NoHash", `{"extensions": {"persistedQuery": "x"}}`, `"errors"`},
			{"OtherExtension", `{"query": "` + other + `", "extensions": {"client": {"name": "x"}}}`, `"role":"ADMIN"`},
		} {
			if got := ask(tt.body); !strings.Contains(got, tt.want) {
				t.Errorf("%s, %s: got %s, want %s", way, tt.name, got, tt.want)
			}
		}
	}
	if got := ways["EventStreamByGet"](`{"query": "{ viewer { name } }", "extensions": "x"}`); !strings.Contains(got, "not a JSON object") {
		t.Errorf("got %s", got)
	}
}

// streamed is what comes as server-sent events.
func (s *liveServer) streamed(t testing.TB, method, address string, body io.Reader) string {
	t.Helper()
	r, err := http.NewRequestWithContext(bounded(t), method, address, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	r.Header.Set("Authorization", "Bearer "+s.token)
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer)
}
