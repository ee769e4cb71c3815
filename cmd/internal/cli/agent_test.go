package cli_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/agent"
	"github.com/landfall-dev/landfall/cmd/internal/api/apitest"
	"github.com/landfall-dev/landfall/cmd/internal/cli"
	"github.com/landfall-dev/landfall/cmd/internal/term"
)

// agentServer is the server of the story with the protocol of reports in front.
type agentServer struct {
	*httptest.Server
	status int    // of a report
	answer string // to a report
	date   string // that the server tells; its own if empty

	mu      sync.Mutex
	reports []string // path and body
}

func newAgentServer(t *testing.T, status int, answer string) *agentServer {
	t.Helper()
	story, err := url.Parse(apitest.NewStory(t).URL)
	if err != nil {
		t.Fatal(err)
	}
	s := &agentServer{status: status, answer: answer}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /ready", func(w http.ResponseWriter, _ *http.Request) {
		if s.date != "" {
			w.Header().Set("Date", s.date)
		}
		_, _ = io.WriteString(w, "OK")
	})
	mux.HandleFunc("PUT /api/v2/environments/", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("Authorization") != "Bearer "+apitest.Token {
			t.Errorf("%v, %s", err, r.Header.Get("Authorization"))
		}
		s.mu.Lock()
		s.reports = append(s.reports, r.URL.Path+" "+string(body))
		s.mu.Unlock()
		w.WriteHeader(s.status)
		_, _ = io.WriteString(w, s.answer)
	})
	mux.Handle("/", httputil.NewSingleHostReverseProxy(story))
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func (s *agentServer) received() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.reports...)
}

// env is the environment of who reports to the server.
func (s *agentServer) env(t *testing.T) map[string]string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(apitest.Token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(config, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return map[string]string{"LANDFALL_HOST": s.URL, "LANDFALL_ORG": apitest.Organization, "LANDFALL_API_TOKEN_FILE": file, "LANDFALL_CONFIG": config}
}

// seen is a source that sees what it is told to.
type seen struct {
	instances []agent.Instance
	err       error
	findings  []agent.Finding
}

func (s seen) Look(context.Context) ([]agent.Instance, error) { return s.instances, s.err }
func (s seen) Watch(context.Context, func()) error            { return agent.ErrCannotWatch }
func (s seen) Check(context.Context) []agent.Finding          { return s.findings }
func (s seen) Close() error                                   { return nil }

var aPrint = strings.Repeat("ab", 32)

// threeRun is what the tests see: two replicas of one image, and one that was built here.
func threeRun() seen {
	at := apitest.Now.Add(-2 * time.Hour)
	return seen{
		instances: []agent.Instance{
			{Digests: map[string]string{"ghcr.io/acme/hello:1.0": aPrint}, StartedAt: at},
			{Digests: map[string]string{"ghcr.io/acme/hello:1.0": aPrint}, StartedAt: at.Add(time.Hour)},
			{Digests: map[string]string{"dev:latest": strings.Repeat("cd", 32)}, Notes: map[string]agent.Note{"dev:latest": agent.NoteLocalImage}},
		},
		findings: []agent.Finding{{What: "list containers", Detail: "3 are running"}},
	}
}

// runAgent runs one command line of landfall-agent, which looks with a source.
func runAgent(ctx context.Context, t *testing.T, s setting, source agent.Source, args ...string) (result, []agent.Environment) {
	t.Helper()
	var out, errOut lockedBuffer
	io := &term.IO{
		Out: &out, Err: &errOut, OutTerminal: s.terminal, ErrTerminal: s.terminal, Plain: !s.terminal,
		Now: func() time.Time { return apitest.Now }, Zone: time.UTC, Width: 130,
	}
	var asked []agent.Environment
	app := &cli.App{
		IO: io, Getenv: func(key string) string { return s.env[key] },
		Runtimes: func(_ context.Context, environments []agent.Environment, _ *slog.Logger) ([]agent.Place, error) {
			asked = environments
			var places []agent.Place
			for _, e := range environments {
				places = append(places, agent.Place{Environment: e.Name, Kind: e.WireKind(), Source: source})
			}
			return places, nil
		},
	}
	code := app.Run(ctx, args)
	return result{code, out.String(), errOut.String()}, asked
}

// lockedBuffer is written by a program and its log at the same time.
type lockedBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// The flags of each command say where to look.
func TestSnapshot_Flags(t *testing.T) {
	t.Parallel()
	config := filepath.Join(t.TempDir(), "agent.yaml")
	if err := os.WriteFile(config, []byte("environments: [{name: a, docker: {}}, {name: b, lambda: {functions: [x]}}]"), 0o600); err != nil {
		t.Fatal(err)
	}
	aws := agent.AWS{Profile: "p", Regions: []string{"eu-central-1", "eu-west-1"}, Roles: []string{"arn:aws:iam::1:role/x"}}
	awsFlags := []string{"--profile", "p", "--region", "eu-central-1,eu-west-1", "--role", "arn:aws:iam::1:role/x"}
	for name, tt := range map[string]struct {
		args []string
		want []agent.Environment
	}{
		"Docker": {
			[]string{"docker", "prod", "--docker-host", "unix:///x.sock", "--name", "web-*,db", "--exclude-name", "web-test", "--label", "a", "--label", "b=c", "--resolve-images"},
			[]agent.Environment{{Name: "prod", Docker: &agent.Docker{Host: "unix:///x.sock", Names: []string{"web-*", "db"}, ExcludeNames: []string{"web-test"}, Labels: []string{"a", "b=c"}, ResolveIndex: true}}},
		},
		"Kubernetes": {
			[]string{"k8s", "prod", "--kubeconfig", "kc", "--context", "c", "--namespace", "a,b-*", "--exclude-namespace", "b-x", "--namespace-labels", "n=1", "--labels", "p=1", "--init-containers"},
			[]agent.Environment{{Name: "prod", Kubernetes: &agent.Kubernetes{
				Kubeconfig: "kc", Context: "c", Namespaces: []string{"a", "b-*"}, ExcludeNamespaces: []string{"b-x"}, NamespaceLabels: "n=1", Labels: "p=1", InitContainers: true,
			}}},
		},
		"ECS": {
			append([]string{"ecs", "prod", "--cluster", "c", "--exclude-cluster", "d", "--service", "s", "--exclude-service", "t", "--resolve-images"}, awsFlags...),
			[]agent.Environment{{Name: "prod", ECS: &agent.ECS{AWS: aws, Clusters: []string{"c"}, ExcludeClusters: []string{"d"}, Services: []string{"s"}, ExcludeServices: []string{"t"}, ResolveIndex: true}}},
		},
		"Lambda": {
			append([]string{"lambda", "prod", "--function", "f", "--exclude-function", "g"}, awsFlags...),
			[]agent.Environment{{Name: "prod", Lambda: &agent.Lambda{AWS: aws, Functions: []string{"f"}, ExcludeFunctions: []string{"g"}}}},
		},
		"S3": {
			append([]string{"s3", "prod", "--bucket", "b", "--include", "*.html", "--exclude", "a,b/", "--exclude", "c"}, awsFlags...),
			[]agent.Environment{{Name: "prod", S3: &agent.S3{AWS: aws, Bucket: "b", Includes: []string{"*.html"}, Excludes: []string{"a,b/", "c"}}}},
		},
		"Server": {
			[]string{"server", "web-1", "--process", "nginx", "--path", "site=/srv/a=b", "--path", "/etc/x=y", "--exclude", "*.log"},
			[]agent.Environment{{Name: "web-1", Server: &agent.Server{Processes: []string{"nginx"}, Paths: []agent.Path{
				{Name: "site", Path: "/srv/a=b", Excludes: []string{"*.log"}}, {Path: "/etc/x=y", Excludes: []string{"*.log"}},
			}}}},
		},
		"Path": {
			[]string{"path", "web-1", "--path", "/srv/app/current", "--artifact", "app", "--exclude", "cache/"},
			[]agent.Environment{{Name: "web-1", Path: &agent.Path{Path: "/srv/app/current", Name: "app", Excludes: []string{"cache/"}}}},
		},
		"From": {
			[]string{"from", config},
			[]agent.Environment{{Name: "a", Docker: &agent.Docker{}}, {Name: "b", Lambda: &agent.Lambda{Functions: []string{"x"}}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, asked := runAgent(t.Context(), t, setting{}, seen{}, append(append([]string{"snapshot"}, tt.args...), "--dry-run")...)
			if got.code != cli.ExitOK {
				t.Fatalf("%+v", got)
			}
			if diff := cmp.Diff(tt.want, asked); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// What is wrong about the flags is said before anything is looked at.
func TestSnapshot_Usage(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		args []string
		says string
	}{
		"NoEnvironment":   {[]string{"docker"}, "ENVIRONMENT is missing"},
		"BadEnvironment":  {[]string{"docker", "a/b"}, "is no name of an environment"},
		"BadPattern":      {[]string{"docker", "a", "--name", "["}, "is no pattern"},
		"NoBucket":        {[]string{"s3", "a"}, "bucket"},
		"NoPath":          {[]string{"path", "a"}, "path"},
		"NothingToSee":    {[]string{"server", "a"}, "needs processes or paths"},
		"EmptyPath":       {[]string{"server", "a", "--path", "x="}, "write it as in"},
		"DryWatch":        {[]string{"docker", "a", "--dry-run", "--watch"}, "looks once"},
		"FormattedWatch":  {[]string{"docker", "a", "--watch", "-o", "json"}, "no answer to format"},
		"ShortInterval":   {[]string{"docker", "a", "--watch", "--interval", "1ms"}, "at least 1s"},
		"SpoolOnce":       {[]string{"docker", "a", "--spool", "x"}, "add --watch"},
		"ListenOnce":      {[]string{"docker", "a", "--listen", ":1"}, "add --watch"},
		"SmallSpool":      {[]string{"docker", "a", "--watch", "--spool-size", "1KiB"}, "at least 64KiB"},
		"NoFile":          {[]string{"from", "nowhere.yaml"}, "nowhere.yaml"},
		"UnknownRuntime":  {[]string{"mainframe", "a"}, "it knows docker, ecs, from, kubernetes, lambda, path, s3, server"},
		"RuntimeIsNeeded": {nil, "say what to snapshot"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, asked := runAgent(t.Context(), t, setting{}, seen{}, append([]string{"snapshot"}, tt.args...)...)
			if got.code != cli.ExitUsage || !strings.Contains(got.err, tt.says) || asked != nil {
				t.Errorf("%+v, looked at %v; want %q", got, asked, tt.says)
			}
		})
	}
}

func TestSnapshot_Golden(t *testing.T) {
	t.Parallel()
	server := newAgentServer(t, http.StatusCreated, `{"message":"changed","snapshot":"prod#7"}`)
	doctor := newAgentServer(t, http.StatusOK, `{}`)
	doctor.date = apitest.Now.UTC().Format(http.TimeFormat)
	for name, args := range map[string][]string{
		"snapshot-docker":  {"snapshot", "docker", "prod"},
		"snapshot-dry-run": {"snapshot", "docker", "prod", "--dry-run"},
		"doctor-docker":    {"doctor", "docker", "aws-prod"},
		"doctor-missing":   {"doctor", "docker", "prod"},
		"doctor":           {"doctor"},
	} {
		for format, s := range map[string]setting{"terminal": {terminal: true}, "pipe": {}, "json": {}} {
			server := server
			if args[0] == "doctor" {
				server = doctor
			}
			s.env = server.env(t)
			line := args
			if format == "json" {
				line = append(append([]string(nil), args...), "-o", "json")
			}
			got, _ := runAgent(t.Context(), t, s, threeRun(), line...)
			text := strings.NewReplacer(server.URL, "http://SERVER", s.env["LANDFALL_API_TOKEN_FILE"], "TOKENFILE").Replace(got.out + "-- stderr --\n" + got.err)
			golden(t, name+"."+format+".txt", text)
		}
	}
}

// What is sent is what was seen, to the environment that was named.
func TestSnapshot_Sends(t *testing.T) {
	t.Parallel()
	server := newAgentServer(t, http.StatusOK, `{"message":"unchanged","snapshot":"prod#7"}`)
	got, _ := runAgent(t.Context(), t, setting{terminal: true, env: server.env(t)}, threeRun(), "snapshot", "docker", "prod")
	if got.code != 0 || got.out != "prod reported, with 3 instances: nothing changed since prod#7.\n" {
		t.Errorf("%+v", got)
	}
	reports := server.received()
	if len(reports) != 1 {
		t.Fatalf("%d reports", len(reports))
	}
	path, body, _ := strings.Cut(reports[0], " ")
	var wire struct {
		Artifacts []struct {
			Digests map[string]string `json:"digests"`
			Notes   map[string]string `json:"notes"`
		} `json:"artifacts"`
	}
	if err := json.Unmarshal([]byte(body), &wire); err != nil || path != "/api/v2/environments/cyber-dojo/prod/report/docker" || len(wire.Artifacts) != 3 {
		t.Errorf("%v, %s, %+v", err, path, wire)
	}
}

// A refusal has the exit code that the same refusal of the API has.
func TestSnapshot_Refused(t *testing.T) {
	t.Parallel()
	for status, code := range map[int]int{401: cli.ExitSignIn, 403: cli.ExitSignIn, 404: cli.ExitNotFound, 422: cli.ExitUsage, 413: cli.ExitUsage} {
		server := newAgentServer(t, status, `{"message":"no, because"}`)
		got, _ := runAgent(t.Context(), t, setting{env: server.env(t)}, threeRun(), "snapshot", "docker", "prod")
		if got.code != code || !strings.Contains(got.err, "no, because") {
			t.Errorf("%d: %+v, want code %d", status, got, code)
		}
		if hint := strings.Contains(got.err, "landfall create environment prod --type docker"); hint != (status == 404) {
			t.Errorf("%d: %s", status, got.err)
		}
	}
}

func TestSnapshot_LookFails(t *testing.T) {
	t.Parallel()
	server := newAgentServer(t, http.StatusOK, `{}`)
	for _, args := range [][]string{{"snapshot", "docker", "prod"}, {"snapshot", "docker", "prod", "--dry-run"}} {
		got, _ := runAgent(t.Context(), t, setting{env: server.env(t)}, seen{err: errors.New("the socket is gone")}, args...)
		if got.code != cli.ExitFailed || !strings.Contains(got.err, "the socket is gone") || len(server.received()) != 0 {
			t.Errorf("%v: %+v", args, got)
		}
	}
}

// An agent that is interrupted ends well.
func TestSnapshot_Watch(t *testing.T) {
	t.Parallel()
	server := newAgentServer(t, http.StatusCreated, `{"message":"changed","snapshot":"prod#7"}`)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for len(server.received()) == 0 && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	got, _ := runAgent(ctx, t, setting{env: server.env(t)}, threeRun(), "snapshot", "docker", "prod", "--watch", "--spool", t.TempDir(), "--listen", "127.0.0.1:0")
	// A report that is under way as the agent is told to stop is sent once more.
	if n := len(server.received()); got.code != 0 || got.out != "" || !strings.Contains(got.err, `"msg":"stopped"`) || n < 1 || n > 2 {
		t.Errorf("%+v", got)
	}
	if strings.Contains(got.err, apitest.Token) {
		t.Error("the token is in the log")
	}
}

// Without runtimes, the same arguments go to landfall-agent, if they make sense.
func TestSnapshot_StartsAgent(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"snapshot", "docker", "prod", "--watch"}, {"doctor", "docker", "prod"}} {
		var started []string
		app := &cli.App{
			IO: &term.IO{Out: io.Discard, Err: io.Discard, Now: time.Now, Zone: time.UTC}, Getenv: func(string) string { return "" },
			StartAgent: func(args []string) error { started = args; return nil },
		}
		if code := app.Run(t.Context(), args); code != 0 || !cmp.Equal(started, args) {
			t.Errorf("%v: code %d, started with %v", args, code, started)
		}
		started = nil
		app.Run(t.Context(), append(args, "--nonsense"))
		if started != nil {
			t.Errorf("started with %v", started)
		}
	}
}

// The token of a file is read anew, and the file comes after a token that is given.
func TestTokenFile(t *testing.T) {
	t.Parallel()
	server := newAgentServer(t, http.StatusOK, `{}`)
	env := server.env(t)
	run1 := func(args ...string) result {
		got, _ := runAgent(t.Context(), t, setting{env: env}, seen{}, args...)
		return got
	}
	if got := run1("list", "flows"); got.code != 0 {
		t.Errorf("%+v", got)
	}
	if got := run1("list", "flows", "--api-token", "wrong"); got.code != cli.ExitSignIn || !strings.Contains(got.err, "that of --api-token") {
		t.Errorf("%+v", got)
	}
	if err := os.WriteFile(env["LANDFALL_API_TOKEN_FILE"], []byte("\n \n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := run1("list", "flows"); got.code != cli.ExitSignIn || !strings.Contains(got.err, "has no API token") {
		t.Errorf("%+v", got)
	}
	if got := run1("list", "flows", "--api-token-file", "nowhere"); got.code != cli.ExitSignIn || !strings.Contains(got.err, "nowhere") {
		t.Errorf("%+v", got)
	}
}
