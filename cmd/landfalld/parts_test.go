package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestNewConfig(t *testing.T) {
	t.Parallel()
	env := map[string]string{
		"HOME": "/home/me", "LANDFALL_LISTEN": "127.0.0.1:1", "LANDFALL_URL": "https://landfall.example.com/",
		"LANDFALL_DATA_DIR": "/from/env",
	}
	c, err := newConfig([]string{"--listen", "127.0.0.1:2"}, lookup(env))
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen != "127.0.0.1:2" {
		t.Errorf("Listen is %q: a flag should go before the environment", c.Listen)
	}
	if c.DataDir != "/from/env" || c.URL != "https://landfall.example.com" {
		t.Errorf("got %+v", c)
	}
	if c, err = newConfig(nil, lookup(map[string]string{"HOME": "/home/me"})); err != nil || c.Listen != "127.0.0.1:8080" {
		t.Errorf("without anything: %+v, %v", c, err)
	}
}

func TestNewConfig_Problems(t *testing.T) {
	t.Parallel()
	const token = "correct-horse-battery"
	tests := map[string]struct {
		env  map[string]string
		args []string
		want []string // one for each problem
	}{
		"EmptyToken":        {env: map[string]string{"LANDFALL_BOOTSTRAP_ORG": "o", "LANDFALL_BOOTSTRAP_TOKEN": ""}, want: []string{"has 0 characters"}},
		"ShortToken":        {env: map[string]string{"LANDFALL_BOOTSTRAP_ORG": "o", "LANDFALL_BOOTSTRAP_TOKEN": token[:7]}, want: []string{"has 7 characters"}},
		"TokenWithSpace":    {env: map[string]string{"LANDFALL_BOOTSTRAP_ORG": "o", "LANDFALL_BOOTSTRAP_TOKEN": token + "\n"}, want: []string{"cannot be in a token"}},
		"TokenWithoutOrg":   {env: map[string]string{"LANDFALL_BOOTSTRAP_TOKEN": token}, want: []string{"without LANDFALL_BOOTSTRAP_ORG"}},
		"BadOrg":            {env: map[string]string{"LANDFALL_BOOTSTRAP_ORG": "-o"}, want: []string{"LANDFALL_BOOTSTRAP_ORG"}},
		"LongOrg":           {env: map[string]string{"LANDFALL_BOOTSTRAP_ORG": strings.Repeat("o", 129)}, want: []string{"LANDFALL_BOOTSTRAP_ORG"}},
		"EmptyDatabase":     {env: map[string]string{"LANDFALL_DATABASE_URL": ""}, want: []string{"LANDFALL_DATABASE_URL is set but empty"}},
		"BadDatabase":       {env: map[string]string{"LANDFALL_DATABASE_URL": "postgres://u:hunter2@h:port/d"}, want: []string{"LANDFALL_DATABASE_URL is not understood"}},
		"BadListen":         {env: map[string]string{"LANDFALL_LISTEN": "8080"}, want: []string{"LANDFALL_LISTEN"}},
		"BadURL":            {env: map[string]string{"LANDFALL_URL": "landfall.example.com"}, want: []string{"LANDFALL_URL"}},
		"Argument":          {args: []string{"now"}, want: []string{`"now"`}},
		"Flag":              {args: []string{"--port", "1"}, want: []string{"-port"}},
		"EmptyClientSecret": {env: map[string]string{"LANDFALL_SIGNIN_CLIENT_SECRET": ""}, want: []string{"LANDFALL_SIGNIN_CLIENT_SECRET is set but empty"}},
		"RulesNoIssuer":     {env: map[string]string{"LANDFALL_SIGNIN_ALLOW": "*=reader"}, want: []string{"LANDFALL_SIGNIN_ALLOW is set without LANDFALL_SIGNIN_ISSUER"}},
		"IssuerNoRules":     {env: map[string]string{"LANDFALL_SIGNIN_ISSUER": "https://id.example", "LANDFALL_SIGNIN_CLIENT_ID": "landfall"}, want: []string{"nobody could sign in"}},
		"BadSignIn": {
			env:  map[string]string{"LANDFALL_SIGNIN_ISSUER": "http://id.example", "LANDFALL_SIGNIN_ALLOW": "ada=admin", "LANDFALL_SIGNIN_ORG": "?", "LANDFALL_SIGNIN_CLIENT_SECRET": "hunter2"},
			want: []string{"LANDFALL_SIGNIN_ISSUER: ", "LANDFALL_SIGNIN_CLIENT_ID is not set", "LANDFALL_SIGNIN_ORG is \"?\"", "LANDFALL_SIGNIN_ALLOW: "},
		},
		"All": {
			env:  map[string]string{"LANDFALL_LISTEN": "8080", "LANDFALL_URL": "x", "LANDFALL_BOOTSTRAP_ORG": "?", "LANDFALL_BOOTSTRAP_TOKEN": "short"},
			want: []string{"LANDFALL_BOOTSTRAP_TOKEN", "LANDFALL_LISTEN", "LANDFALL_BOOTSTRAP_ORG", "LANDFALL_URL"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := map[string]string{"HOME": "/home/me"}
			for k, v := range tt.env {
				env[k] = v
			}
			_, err := newConfig(tt.args, lookup(env))
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not mention %q", err, want)
				}
			}
			if got := len(strings.Split(err.Error(), "\n")); got != len(tt.want) {
				t.Errorf("%d problems, want %d: %v", got, len(tt.want), err)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the password is in the error: %v", err)
			}
		})
	}
}

func TestConfig_BaseURL(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		listen, url, bound, want string
	}{
		"Loopback":  {listen: "127.0.0.1:0", bound: "127.0.0.1:4711", want: "http://127.0.0.1:4711"},
		"Any":       {listen: ":8080", bound: "[::]:8080", want: "http://localhost:8080"},
		"AnyIPv4":   {listen: "0.0.0.0:8080", bound: "0.0.0.0:8080", want: "http://localhost:8080"},
		"IPv6":      {listen: "[::1]:8080", bound: "[::1]:8080", want: "http://[::1]:8080"},
		"PublicURL": {listen: ":8080", url: "https://x.example", bound: "[::]:8080", want: "https://x.example"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addr, err := net.ResolveTCPAddr("tcp", tt.bound)
			if err != nil {
				t.Fatal(err)
			}
			c := config{Listen: tt.listen, URL: tt.url}
			if got := c.baseURL(addr); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestWeakTLS(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		url  string
		warn bool
	}{
		"VerifyFull": {"postgres://u@db.example/d?sslmode=verify-full", false},
		"Require":    {"postgres://u@db.example/d?sslmode=require", true},
		"Default":    {"postgres://u@db.example/d", true},
		"Disable":    {"host=db.example dbname=d sslmode=disable", true},
		"Second":     {"postgres://u@127.0.0.1,db.example/d?sslmode=disable", true},
		"Loopback":   {"postgres://u@127.0.0.1/d?sslmode=disable", false},
		"IPv6":       {"postgres://u@[::1]/d?sslmode=disable", false},
		"Localhost":  {"postgres://u@localhost/d", false},
		"Socket":     {"postgres://u@/d?host=/run/postgresql", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := weakTLS(tt.url); (got != "") != tt.warn {
				t.Errorf("got %q, want a warning: %v", got, tt.warn)
			}
		})
	}
}

func TestAvailableMemory(t *testing.T) {
	t.Parallel()
	const meminfo = "MemTotal:        8388608 kB\nMemFree: 1 kB\n" // 8 GiB
	tests := map[string]struct {
		files map[string]string
		want  int64
	}{
		"Machine":  {map[string]string{"proc/meminfo": meminfo}, 8 << 30},
		"NoLimit":  {map[string]string{"proc/meminfo": meminfo, "sys/fs/cgroup/memory.max": "max\n"}, 8 << 30},
		"Version1": {map[string]string{"proc/meminfo": meminfo, "sys/fs/cgroup/memory/memory.limit_in_bytes": "1073741824\n"}, 1 << 30},
		"Huge":     {map[string]string{"proc/meminfo": meminfo, "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}, 8 << 30},
		"Version2": {map[string]string{"proc/meminfo": meminfo, "sys/fs/cgroup/memory.max": "536870912\n"}, 512 << 20},
		"Service": {map[string]string{
			"proc/meminfo": meminfo, "proc/self/cgroup": "0::/system.slice/landfall.service\n",
			"sys/fs/cgroup/system.slice/memory.max": "2147483648\n", "sys/fs/cgroup/system.slice/landfall.service/memory.max": "max\n",
		}, 2 << 30},
		"Unknown": {nil, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := t.TempDir()
			for file, content := range tt.files {
				path := filepath.Join(root, file)
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if got := availableMemory(root); got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
	for available, want := range map[int64]int64{0: 2 << 30, 128 << 20: 256 << 20, 2 << 30: 1 << 30, 64 << 30: 2 << 30} {
		if got := memoryLimit(available); got != want {
			t.Errorf("memoryLimit(%d) is %d, want %d", available, got, want)
		}
	}
}

func TestFront(t *testing.T) {
	t.Parallel()
	f := newFront(slog.New(slog.DiscardHandler))
	check := func(path string, status int, body string) {
		t.Helper()
		w := httptest.NewRecorder()
		f.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		if w.Code != status || w.Body.String() != body {
			t.Errorf("%s: %d %q, want %d %q", path, w.Code, w.Body.String(), status, body)
		}
	}
	check("/healthz", 200, "OK")
	check("/readyz", 503, "starting")
	check("/graphql", 503, "the server is starting")

	var broken error
	f.open(http.NotFoundHandler(), func(context.Context) error { return broken })
	check("/readyz", 200, "OK")
	check("/graphql", 404, "404 page not found\n")
	broken = errors.New("connection refused at 10.0.0.7")
	check("/readyz", 503, "the database does not answer")
	check("/ready", 503, "the database does not answer")
	check("/healthz", 200, "OK")

	broken = nil
	f.close()
	check("/readyz", 503, "stopping")
	check("/healthz", 200, "OK")
	check("/graphql", 404, "404 page not found\n")
}

// organizations is a database of names and tokens.
type organizations map[string]string

func (o organizations) Bootstrap(_ context.Context, organization, token string) (bool, error) {
	if _, there := o[organization]; there {
		return false, nil
	}
	o[organization] = token
	return true, nil
}

func (o organizations) HasOrganizations(context.Context) (bool, error) { return len(o) > 0, nil }

func TestBootstrap(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		there     organizations
		cfg       config
		wantOrg   string // empty: nothing is made
		announced bool
	}{
		"First":      {organizations{}, config{}, "default", true},
		"Later":      {organizations{"other": ""}, config{}, "", false},
		"Named":      {organizations{"other": ""}, config{BootstrapOrg: "dojo"}, "dojo", true},
		"NamedLater": {organizations{"dojo": ""}, config{BootstrapOrg: "dojo"}, "", false},
		"Given":      {organizations{}, config{BootstrapOrg: "dojo", BootstrapToken: "correct-horse-battery"}, "dojo", false},
		"GivenLater": {organizations{"dojo": ""}, config{BootstrapOrg: "dojo", BootstrapToken: "correct-horse-battery"}, "", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := len(tt.there)
			tt.cfg.env = lookup(map[string]string{"HOME": t.TempDir()})
			var out bytes.Buffer
			err := bootstrap(t.Context(), tt.there, tt.cfg, "http://x:1", slog.New(slog.DiscardHandler), &out)
			if err != nil {
				t.Fatal(err)
			}
			made := len(tt.there) - before
			if tt.wantOrg == "" && made != 0 || tt.wantOrg != "" && (made != 1 || tt.there[tt.wantOrg] == "") {
				t.Errorf("there are now %v", tt.there)
			}
			if got := strings.Contains(out.String(), "LANDFALL_API_TOKEN="+tt.there[tt.wantOrg]+"\n"); got != tt.announced {
				t.Errorf("announced: %v, want %v", got, tt.announced)
			}
			if !tt.announced && out.Len() > 0 {
				t.Errorf("it says %q", out.String())
			}
		})
	}
}

func TestAnnounce_Config(t *testing.T) {
	t.Parallel()
	c := cliConfig{Host: "http://x:1", Org: "true", Token: "lf_x"}
	t.Run("There", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "mine.yaml")
		if err := os.WriteFile(path, []byte("mine"), 0o644); err != nil {
			t.Fatal(err)
		}
		out := announced(t, c, map[string]string{"LANDFALL_CONFIG": path})
		if got := read(t, path); got != "mine" {
			t.Errorf("it was changed to %q", got)
		}
		if !strings.Contains(out, "left as it is: "+path) || !strings.Contains(out, "export LANDFALL_API_TOKEN=lf_x") {
			t.Errorf("it says %s", out)
		}
	})
	t.Run("Nowhere", func(t *testing.T) {
		t.Parallel()
		if out := announced(t, c, nil); !strings.Contains(out, "there is no HOME") || !strings.Contains(out, "export LANDFALL_API_TOKEN=lf_x") {
			t.Errorf("it says %s", out)
		}
	})
	t.Run("New", func(t *testing.T) {
		t.Parallel()
		home := t.TempDir()
		announced(t, c, map[string]string{"XDG_CONFIG_HOME": filepath.Join(home, "cfg")})
		path := filepath.Join(home, "cfg", "landfall", "config.yaml")
		// An organization may be called true, and is text even then.
		if got, want := read(t, path), "host: http://x:1\norg: \"true\"\napi_token: lf_x\n"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		for file, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
			if info, err := os.Stat(file); err != nil || info.Mode().Perm() != want {
				t.Errorf("%s: %v, %v, want %v", file, info.Mode(), err, want)
			}
		}
	})
}

func announced(t *testing.T, c cliConfig, env map[string]string) string {
	t.Helper()
	var out bytes.Buffer
	if err := announce(c, lookup(env), &out); err != nil {
		t.Fatal(fmt.Errorf("announce: %w", err))
	}
	return out.String()
}
