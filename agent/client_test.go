package agent_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/landfall-dev/landfall/agent"
	"github.com/landfall-dev/landfall/fingerprint"
)

// newClient returns a client of a server that answers each request with serve.
func newClient(t *testing.T, serve http.HandlerFunc) *agent.Client {
	t.Helper()
	server := httptest.NewServer(serve)
	t.Cleanup(server.Close)
	return &agent.Client{
		Host: server.URL + "/", Organization: "acme", Version: "1.2.3", HTTP: agent.NewHTTPClient(),
		Token: func() (string, error) { return "lf_secret", nil },
	}
}

func newReport(t *testing.T) *agent.Report {
	t.Helper()
	report, err := agent.NewReport("prod", "K8S", time.Unix(1795374865, 0), nil)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// What is sent is what the protocol says, header by header.
func TestClient_Report(t *testing.T) {
	t.Parallel()
	client := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		got := []string{r.Method, r.URL.Path, r.Header.Get("Authorization"), r.Header.Get("Content-Type"), r.Header.Get("User-Agent"), string(body)}
		want := []string{
			"PUT", "/api/v2/environments/acme/prod/report/K8S", "Bearer lf_secret", "application/json; charset=utf-8", "landfall-agent/1.2.3",
			`{"artifacts":[],"observedAt":"2026-11-22T19:14:25Z"}`,
		}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, `{"message":"changed","snapshot":"prod#7"}`)
	})
	answer, err := client.Report(t.Context(), newReport(t))
	if want := (agent.Answer{Outcome: "changed", Snapshot: "prod#7"}); err != nil || answer != want {
		t.Errorf("Report = %+v, %v", answer, err)
	}
}

func TestClient_Report_Refused(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		status int
		header map[string]string
		body   string
		says   []string
	}{
		"Message":  {422, nil, `{"message":"a logical environment takes no reports"}`, []string{"422", "a logical environment"}},
		"Token":    {401, nil, `{"message":"no such token"}`, []string{"does not know the token"}},
		"Role":     {403, nil, `{"message":"READER"}`, []string{"may not do that"}},
		"HTML":     {404, nil, `<html>nginx</html>`, []string{"404", "is the host right"}},
		"Gateway":  {502, nil, `<html>bad gateway</html>`, []string{"502", "cannot serve at the moment"}},
		"Redirect": {301, map[string]string{"Location": "https://landfall.example.com/x"}, ``, []string{"301", "https://landfall.example.com"}},
		"Accepted": {202, nil, `{"message":"later"}`, []string{"202", "later"}},
		"Array":    {400, nil, `["no"]`, []string{"400"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
				for key, value := range tt.header {
					w.Header().Set(key, value)
				}
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.body)
			})
			_, err := client.Report(t.Context(), newReport(t))
			refused, ok := errors.AsType[*agent.RefusedError](err)
			if !ok || refused.Status != tt.status {
				t.Fatalf("err = %v", err)
			}
			for _, says := range tt.says {
				if !strings.Contains(err.Error(), says) {
					t.Errorf("err = %v, want %q in it", err, says)
				}
			}
			if strings.Contains(err.Error(), "lf_secret") {
				t.Errorf("the token is in %v", err)
			}
		})
	}
}

// A server that asks for patience gets some, but not without end.
func TestClient_Report_RetryAfter(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]time.Duration{"7": 7 * time.Second, "999999999": 5 * time.Minute, "-3": 0, "soon": 0, "": 0} {
		client := newClient(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", header)
			w.WriteHeader(http.StatusTooManyRequests)
		})
		_, err := client.Report(t.Context(), newReport(t))
		if refused, ok := errors.AsType[*agent.RefusedError](err); !ok || refused.RetryAfter != want {
			t.Errorf("Retry-After %q: %v", header, err)
		}
	}
}

// An answer without end is not read to its end, and one that hangs is left.
func TestClient_Report_Hostile(t *testing.T) {
	t.Parallel()
	client := newClient(t, func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			if _, err := w.Write(make([]byte, 1<<16)); err != nil {
				return
			}
		}
	})
	if answer, err := client.Report(t.Context(), newReport(t)); err != nil || answer.Outcome != "taken" {
		t.Errorf("Report = %+v, %v", answer, err)
	}
}

func TestClient_Report_Unreachable(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(nil)
	server.Close()
	client := &agent.Client{Host: server.URL, Organization: "acme", HTTP: agent.NewHTTPClient(), Token: func() (string, error) { return "lf_secret", nil }}
	_, err := client.Report(t.Context(), newReport(t))
	if err == nil || !strings.Contains(err.Error(), "cannot be reached") || strings.Contains(err.Error(), "/api/v2") {
		t.Errorf("err = %v", err)
	}
}

// still is a source that sees always the same.
type still struct {
	agent.Source
	instances []agent.Instance
	err       error
}

func (s still) Look(context.Context) ([]agent.Instance, error) { return s.instances, s.err }

// Once tries again what may go well, and not what will not.
func TestAgent_Once(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		statuses []int // of one report after another
		create   bool
		want     string // outcome; empty for an error
		tries    int
	}{
		"Taken":      {[]int{201}, false, "changed", 1},
		"BusyOnce":   {[]int{503, 201}, false, "changed", 2},
		"Refused":    {[]int{422}, false, "", 1},
		"NoToken":    {[]int{401}, false, "", 1},
		"NoPlace":    {[]int{404}, false, "", 1},
		"MakesPlace": {[]int{404, 201}, true, "changed", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tries := 0
			client := newClient(t, func(w http.ResponseWriter, r *http.Request) {
				if !strings.Contains(r.URL.Path, "/report/") {
					_, _ = io.WriteString(w, `"OK"`)
					return
				}
				w.WriteHeader(tt.statuses[min(tries, len(tt.statuses)-1)])
				tries++
				_, _ = io.WriteString(w, `{"message":"changed","snapshot":"prod#1"}`)
			})
			a := agent.New(client, nil, slog.New(slog.DiscardHandler))
			a.CreateEnvironment = tt.create
			told, err := a.Once(t.Context(), agent.Place{Environment: "prod", Kind: "docker", Source: still{}})
			if (err == nil) != (tt.want != "") || tries != tt.tries {
				t.Fatalf("Once = %+v, %v, after %d tries", told, err, tries)
			}
			if err == nil && told.Answer.Outcome != tt.want {
				t.Errorf("Once = %+v", told)
			}
		})
	}
}

func TestAgent_Once_LookFails(t *testing.T) {
	t.Parallel()
	client := newClient(t, func(http.ResponseWriter, *http.Request) { t.Error("the server was asked") })
	a := agent.New(client, nil, slog.New(slog.DiscardHandler))
	_, err := a.Once(t.Context(), agent.Place{Environment: "prod", Kind: "docker", Source: still{err: errors.New("eyes closed")}})
	if err == nil || err.Error() != "look at prod: eyes closed" {
		t.Errorf("err = %v", err)
	}
}

func TestReadConfig(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "agent.yaml")
	text := `
environments:
  - name: prod
    kubernetes:
      namespaces: [shop, "team-*"]
      exclude-namespaces: [team-test]
      labels: app=web
      resolve-images: true
  - name: hosts
    docker: {labels: [app, "tier=web"], exclude-names: [test-*]}
  - name: aws-prod
    ecs: {regions: [eu-central-1], roles: ["arn:aws:iam::1:role/x"], clusters: [prod-*], exclude-services: [job-*]}
  - {name: functions, lambda: {profile: prod, functions: [shop-*]}}
  - {name: website, s3: {bucket: www, include: ["*.html"], exclude: [logs/]}}
  - {name: web-1, server: {processes: [nginx], paths: [{path: /srv/www, name: site, exclude: ["*.log"]}]}}
  - {name: web-2, path: {path: /srv/app/current, name: app}}
`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := agent.ReadConfig(path)
	if err != nil {
		t.Fatal(err)
	}
	want := &agent.Config{Environments: []agent.Environment{
		{Name: "prod", Kubernetes: &agent.Kubernetes{Namespaces: []string{"shop", "team-*"}, ExcludeNamespaces: []string{"team-test"}, Labels: "app=web", ResolveIndex: true}},
		{Name: "hosts", Docker: &agent.Docker{Labels: []string{"app", "tier=web"}, ExcludeNames: []string{"test-*"}}},
		{Name: "aws-prod", ECS: &agent.ECS{
			AWS:      agent.AWS{Regions: []string{"eu-central-1"}, Roles: []string{"arn:aws:iam::1:role/x"}},
			Clusters: []string{"prod-*"}, ExcludeServices: []string{"job-*"},
		}},
		{Name: "functions", Lambda: &agent.Lambda{AWS: agent.AWS{Profile: "prod"}, Functions: []string{"shop-*"}}},
		{Name: "website", S3: &agent.S3{Bucket: "www", Includes: []string{"*.html"}, Excludes: []string{"logs/"}}},
		{Name: "web-1", Server: &agent.Server{Processes: []string{"nginx"}, Paths: []agent.Path{{Path: "/srv/www", Name: "site", Excludes: []string{"*.log"}}}}},
		{Name: "web-2", Path: &agent.Path{Path: "/srv/app/current", Name: "app"}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	kinds := []string{"K8S", "docker", "ECS", "lambda", "S3", "server", "server"}
	for i, e := range got.Environments {
		if e.WireKind() != kinds[i] {
			t.Errorf("%s is of kind %s", e.Name, e.WireKind())
		}
	}
}

func TestParseConfig_Invalid(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ text, says string }{
		"Empty":       {"", "names no environment"},
		"NoList":      {"environments: []", "names no environment"},
		"Mistyped":    {"environments: [{name: a, docker: {lables: [x]}}]", "lables"},
		"NoYAML":      {"{", "not of the form"},
		"NoName":      {"environments: [{docker: {}}]", `"" is no name`},
		"BadName":     {"environments: [{name: ../x, docker: {}}]", `"../x" is no name`},
		"NoPlace":     {"environments: [{name: a}]", "has 0 places"},
		"TwoPlaces":   {"environments: [{name: a, docker: {}, path: {path: /x}}]", "has 2 places"},
		"Twice":       {"environments: [{name: a, docker: {}}, {name: a, docker: {}}]", "is there twice"},
		"BadPattern":  {"environments: [{name: a, docker: {names: ['[']}}]", `"[" is no pattern`},
		"NoBucket":    {"environments: [{name: a, s3: {}}]", "needs a bucket"},
		"NoPath":      {"environments: [{name: a, path: {}}]", "needs a path"},
		"EmptyServer": {"environments: [{name: a, server: {}}]", "needs processes or paths"},
		"EmptyPath":   {"environments: [{name: a, server: {paths: [{name: x}]}}]", "one of the paths is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := agent.ParseConfig([]byte(tt.text)); err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("err = %v, want %q in it", err, tt.says)
			}
		})
	}
}

// The digest of a platform's manifest leads to that of the index that was built, as long
// as the tag leads to that.
func TestRegistry_Built(t *testing.T) {
	t.Parallel()
	asked := 0
	images := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/manifests/") && r.Method == http.MethodGet {
			asked++
		}
		images.ServeHTTP(w, r)
	}))
	defer server.Close()
	ref, err := name.ParseReference(strings.TrimPrefix(server.URL, "http://") + "/team/hello:1.0")
	if err != nil {
		t.Fatal(err)
	}
	index, platform := newIndex(t)
	if err := remote.WriteIndex(ref, index); err != nil {
		t.Fatal(err)
	}
	whole, err := index.Digest()
	if err != nil {
		t.Fatal(err)
	}
	asked = 0
	g := agent.NewRegistry(fingerprint.ImageOptions{}, slog.New(slog.DiscardHandler))
	for range 3 {
		if got := g.Built(t.Context(), ref.String()+"@sha256:"+platform, platform); got != whole.Hex {
			t.Errorf("Built = %s, want %s", got, whole.Hex)
		}
	}
	if asked != 1 {
		t.Errorf("the registry was asked %d times for the same", asked)
	}
	other := strings.Repeat("ab", 32)
	if got := g.Built(t.Context(), ref.String(), other); got != other {
		t.Errorf("a digest that the index does not list became %s", got)
	}
	if got := g.Built(t.Context(), "127.0.0.1:1/none:1", other); got != other {
		t.Errorf("without a registry the digest became %s", got)
	}
}

// newIndex is an image for two platforms, and the digest of one of its manifests.
func newIndex(t *testing.T) (v1.ImageIndex, string) {
	t.Helper()
	index := v1.ImageIndex(empty.Index)
	platform := ""
	for _, arch := range []string{"amd64", "arm64"} {
		image, err := random.Image(100, 1)
		if err != nil {
			t.Fatal(err)
		}
		digest, err := image.Digest()
		if err != nil {
			t.Fatal(err)
		}
		platform = digest.Hex
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: arch}}})
	}
	return index, platform
}

// What the health page says is JSON also before the agent began.
func TestAgent_Handler_NotBegun(t *testing.T) {
	t.Parallel()
	a := agent.New(&agent.Client{}, nil, slog.New(slog.DiscardHandler))
	w := httptest.NewRecorder()
	a.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
	if w.Code != http.StatusServiceUnavailable || !json.Valid(w.Body.Bytes()) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
