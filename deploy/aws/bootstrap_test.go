package aws_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// lambda plays the runtime API of Lambda, which gives events one after another, and
// Secrets Manager. When there are no more events it closes connections, and the runtime
// ends.
type lambda struct {
	t       testing.TB
	secrets []string // that are given, one after another; an empty one is refused

	mu     sync.Mutex
	events []string // ids that are left
	asked  int      // for secrets
	told   []string // outcomes by events
}

// signed is what Secrets Manager wants: that the request is signed for it, with the
// headers that matter.
var signed = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=AKIA1/\d{8}/eu-west-1/secretsmanager/aws4_request, ?SignedHeaders=\S*host;\S*x-amz-target\S*, ?Signature=[0-9a-f]{64}$`)

func (l *lambda) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	path := strings.TrimPrefix(r.URL.Path, "/2018-06-01/runtime/invocation/")
	switch {
	case r.Method == http.MethodGet && path == "next" && len(l.events) == 0:
		panic(http.ErrAbortHandler)
	case r.Method == http.MethodGet && path == "next":
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", l.events[0])
		l.events = l.events[1:]
		fmt.Fprint(w, `{"source":"aws.events"}`)
	case r.Method == http.MethodPost && path != r.URL.Path:
		l.told = append(l.told, path+l.errorIn(r))
		w.WriteHeader(http.StatusAccepted)
	case r.Header.Get("X-Amz-Target") == "secretsmanager.GetSecretValue":
		l.giveSecret(w, r)
	default:
		l.t.Errorf("an unknown call: %s %s", r.Method, r.URL)
		w.WriteHeader(http.StatusNotFound)
	}
}

// errorIn is the type of the error that a call tells of.
func (l *lambda) errorIn(r *http.Request) string {
	if !strings.HasSuffix(r.URL.Path, "/error") {
		return ""
	}
	var body struct{ ErrorType, ErrorMessage string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body.ErrorMessage == "" {
		l.t.Errorf("an error without a message: %v", err)
	}
	return " " + body.ErrorType
}

func (l *lambda) giveSecret(w http.ResponseWriter, r *http.Request) {
	var in struct{ SecretId string } //nolint:revive // the name that AWS has for it
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || in.SecretId != "arn:secret" {
		l.t.Errorf("the secret %q is asked for: %v", in.SecretId, err)
	}
	if r.Header.Get("X-Amz-Security-Token") != "session" || !signed.MatchString(r.Header.Get("Authorization")) {
		l.t.Errorf("the question is signed %q", r.Header.Get("Authorization"))
	}
	secret := l.secrets[min(l.asked, len(l.secrets)-1)]
	l.asked++
	if secret == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	fmt.Fprintf(w, `{"ARN":"arn:secret","Name":"landfall-token","SecretString":%q,"VersionStages":["AWSCURRENT"]}`, secret)
}

// run has the bootstrap take events, with a program in the place of the agent, and
// returns what it wrote to the log.
func (l *lambda) run(t testing.TB, agent string) string {
	t.Helper()
	for _, program := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("there is no %s", program)
		}
	}
	l.t = t
	server := httptest.NewServer(l)
	t.Cleanup(server.Close)
	root, tmp := t.TempDir(), t.TempDir()
	// Lambda's /tmp is the function's own, and this one is not.
	script := strings.ReplaceAll(string(read(t, "bootstrap")), "=/tmp/", "="+tmp+"/")
	for name, content := range map[string]string{"bootstrap": script, "landfall-agent": agent} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(content), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), filepath.Join(root, "bootstrap"))
	cmd.WaitDelay = time.Second
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(server.URL, "http://"), "LAMBDA_TASK_ROOT=" + root,
		"AWS_REGION=eu-west-1", "AWS_ACCESS_KEY_ID=AKIA1", "AWS_SECRET_ACCESS_KEY=secret", "AWS_SESSION_TOKEN=session",
		"AWS_ENDPOINT_URL_SECRETS_MANAGER=" + server.URL, "LANDFALL_SECRET=arn:secret",
	}
	out, err := cmd.CombinedOutput()
	if err == nil {
		t.Errorf("the bootstrap ended well, though Lambda went away:\n%s", out)
	}
	return string(out)
}

const (
	works = "#!/bin/sh\necho \"$@ with $(cat \"$LANDFALL_API_TOKEN_FILE\")\"\n"
	picky = "#!/bin/sh\necho told\ngrep -q '^new$' \"$LANDFALL_API_TOKEN_FILE\"\n"
)

func TestBootstrap(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		agent   string
		secrets []string
		asked   int
		told    []string
		log     string
	}{
		"OK":       {works, []string{"lf_Ab-1.2~3"}, 1, []string{"e-1/response", "e-2/response", "e-3/response"}, "snapshot from agent.yaml with lf_Ab-1.2~3"},
		"NewToken": {picky, []string{"old", "new"}, 2, []string{"e-1/error Landfall.Look", "e-2/response", "e-3/response"}, "told"},
		"NoSecret": {works, []string{"", "new"}, 2, []string{"e-1/error Landfall.Look", "e-2/response", "e-3/response"}, "cannot be read"},
		"NoToken":  {works, []string{`{"token": "x"}`}, 3, []string{"e-1/error Landfall.Look", "e-2/error Landfall.Look", "e-3/error Landfall.Look"}, "holds more than a token"},
		"NoAgent":  {"#!/bin/sh\nexit 1\n", []string{"t"}, 3, []string{"e-1/error Landfall.Look", "e-2/error Landfall.Look", "e-3/error Landfall.Look"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &lambda{secrets: tt.secrets, events: []string{"e-1", "e-2", "e-3"}}
			log := l.run(t, tt.agent)
			if diff := cmp.Diff(tt.told, l.told); diff != "" {
				t.Errorf("what Lambda was told (-want +got):\n%s\n%s", diff, log)
			}
			if l.asked != tt.asked || !strings.Contains(log, tt.log) {
				t.Errorf("the secret was asked for %d times, want %d; the log is\n%s", l.asked, tt.asked, log)
			}
			if slices.ContainsFunc([]string{"AKIA1", "session"}, func(s string) bool { return strings.Contains(log, s) }) {
				t.Errorf("the log tells credentials:\n%s", log)
			}
		})
	}
}
