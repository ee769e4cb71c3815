package graph

import (
	"net/http"
	"testing"
)

func TestWantsEventStream(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		accept []string
		want   bool
	}{
		"Nothing":     {nil, false},
		"Anything":    {[]string{"*/*"}, false},
		"JSON":        {[]string{"application/json"}, false},
		"Stream":      {[]string{"text/event-stream"}, true},
		"EventSource": {[]string{"Text/Event-Stream"}, true},
		"GraphQLSSE":  {[]string{"text/event-stream, application/json"}, true},
		"URQL":        {[]string{"application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed"}, false},
		"WithWeights": {[]string{"text/html;q=0.9, text/event-stream;q=0.5"}, true},
		"TwoHeaders":  {[]string{"application/json", "text/event-stream"}, false},
		"OtherType":   {[]string{"application/text/event-stream-like"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &http.Request{Header: http.Header{"Accept": tt.accept}}
			if got := wantsEventStream(r); got != tt.want {
				t.Errorf("%q: %v, want %v", tt.accept, got, tt.want)
			}
		})
	}
}
