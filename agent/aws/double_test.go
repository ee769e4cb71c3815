package aws_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/landfall-dev/landfall/agent/aws"
)

// The account of whoever calls the double, and the key to it.
const (
	home    = "111111111111"
	homeKey = "AKIA" + home
	region  = "eu-west-1"
)

// call is a request to the double.
type call struct {
	account, region, service, operation string
	in                                  message
	header                              http.Header
}

func (c call) String() string { return c.region + " " + c.service + ":" + c.operation }

// answerFunc answers a call, with a fault if it is not nil.
type answerFunc func(call) (message, *fault)

// double plays AWS: all its APIs, regions and accounts at one address. Signatures say
// whom a request is for. Like AWS it answers by the descriptions of its APIs, and
// fails the test if what it is asked or has to answer does not fit them.
type double struct {
	t      testing.TB
	url    string
	models map[string]*model
	answer answerFunc

	mu     sync.Mutex
	calls  []call
	tokens map[string]int // that are still good: where their page begins
}

// newDouble starts a double that answers from a cloud. before may answer in its place.
func newDouble(t testing.TB, answer answerFunc, before ...answerFunc) *double {
	t.Helper()
	d := &double{t: t, models: models(t), tokens: map[string]int{}}
	d.answer = func(c call) (message, *fault) {
		for _, first := range before {
			if out, refused := first(c); out != nil || refused != nil {
				return out, refused
			}
		}
		return answer(c)
	}
	server := httptest.NewServer(d)
	t.Cleanup(server.Close)
	d.url = server.URL
	return d
}

// signature is the beginning of what a request is signed with.
var signature = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=(AKIA|ASIA)(\d{12})/\d{8}/([a-z0-9-]+)/([a-z0-9]+)/aws4_request, SignedHeaders=[a-z0-9;-]*host;[a-z0-9;-]*, Signature=[0-9a-f]{64}$`)

func (d *double) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	signed := signature.FindStringSubmatch(r.Header.Get("Authorization"))
	if signed == nil || (signed[1] == "ASIA") != (r.Header.Get("X-Amz-Security-Token") != "") {
		d.t.Errorf("%s %s has the signature %q", r.Method, r.URL, r.Header.Get("Authorization"))
		w.WriteHeader(http.StatusForbidden)
		return
	}
	c := call{account: signed[2], region: signed[3], service: signed[4], header: r.Header}
	api := d.models[c.service]
	var err error
	if c.operation, c.in, err = api.read(r); err != nil {
		d.t.Errorf("a request that AWS would refuse: %v", err)
		w.WriteHeader(http.StatusNotFound)
		return
	}
	d.mu.Lock()
	d.calls = append(d.calls, c)
	d.mu.Unlock()
	out, refused := d.answer(c)
	if refused != nil {
		api.refuse(w, r, refused)
		return
	}
	if err := api.write(w, c.operation, out); err != nil && r.Context().Err() == nil {
		d.t.Errorf("an answer that AWS would not give: %v", err)
	}
}

// counts are how often each operation was called, in all places.
func (d *double) counts() map[string]int {
	d.mu.Lock()
	defer d.mu.Unlock()
	counts := map[string]int{}
	for _, c := range d.calls {
		counts[c.operation]++
	}
	return counts
}

// page cuts a page out of a list. Tokens say nothing, and are good for one use.
func (d *double) page(items []any, size int, token any) (page []any, next string, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	begin := 0
	if text, _ := token.(string); text != "" {
		if begin, ok = d.tokens[text]; !ok {
			return nil, "", false
		}
		delete(d.tokens, text)
	}
	end := min(begin+size, len(items))
	if end < len(items) {
		next = fmt.Sprintf("opaque/%d+=", len(d.calls)*1000+end)
		d.tokens[next] = end
	}
	return append([]any{}, items[begin:end]...), next, true
}

// client is how a source is told to ask the double, and to wait little between tries.
func (d *double) client(more ...aws.LoadOption) []aws.LoadOption {
	return append([]aws.LoadOption{
		config.WithBaseEndpoint(d.url),
		config.WithSharedConfigFiles([]string{}),
		config.WithSharedCredentialsFiles([]string{}),
		config.WithDefaultRegion(region),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(homeKey, "secret", "")),
		config.WithRetryer(func() sdk.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return time.Millisecond, nil })
				o.RateLimiter = ratelimit.None
			})
		}),
	}, more...)
}

// refuse answers the first n calls of an operation, or all if n is negative, with a
// fault.
func refuse(operation string, n int, f fault) answerFunc {
	var mu sync.Mutex
	return func(c call) (message, *fault) {
		mu.Lock()
		defer mu.Unlock()
		if (c.operation != operation && operation != "") || n == 0 {
			return nil, nil
		}
		n--
		return nil, &f
	}
}

// soon is a context for what should end at once.
func soon(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// wantError fails the test unless an error says all of what is wanted.
func wantError(t testing.TB, err error, want ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("there is no error, want one that says %q", want)
	}
	for _, part := range want {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error does not say %q: %v", part, err)
		}
	}
}
