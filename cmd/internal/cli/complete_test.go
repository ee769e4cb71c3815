package cli_test

import (
	"strings"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/cmd/internal/api/apitest"
)

// complete is what a shell is offered for a command line, by name.
func complete(t *testing.T, env map[string]string, args ...string) (words []string, rest string) {
	t.Helper()
	got := run(t, setting{env: env}, append([]string{"__complete"}, args...)...)
	if got.code != 0 {
		t.Errorf("exit code %d: %s", got.code, got.err)
	}
	lines := strings.Split(strings.TrimSpace(got.out), "\n")
	return lines[:len(lines)-1], got.err
}

func TestComplete(t *testing.T) {
	t.Parallel()
	server := apitest.NewStory(t)
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"Flow":                {[]string{"list", "artifacts", "--flow", ""}, "creator custom-start-points dashboard differ exercises-start-points languages-start-points nginx repler runner saver version-reporter web"},
		"FlowThatBegins":      {[]string{"report", "artifact", "x", "--flow", "r"}, "repler runner"},
		"FlowOfEvidence":      {[]string{"attest", "generic", "x", "--flow", "w"}, "web"},
		"Artifact":            {[]string{"get", "artifact", "ru"}, "runner:"},
		"Deployment":          {[]string{"report", "deployment", "ru"}, "runner:"},
		"EnvironmentFlag":     {[]string{"report", "deployment", "x", "--environment", "aws-"}, "aws-beta aws-prod"},
		"Snapshots":           {[]string{"list", "snapshots", ""}, "aws-beta aws-prod everywhere gke new"},
		"Snapshot":            {[]string{"get", "snapshot", "aws-p"}, "aws-prod"},
		"DiffSecond":          {[]string{"diff", "snapshots", "aws-beta", "aws-p"}, "aws-prod"},
		"DiffThird":           {[]string{"diff", "snapshots", "aws-beta", "aws-prod", ""}, ""},
		"Log":                 {[]string{"log", "environment", "n"}, "new"},
		"Output":              {[]string{"list", "flows", "-o", ""}, "table tsv json"},
		"Type":                {[]string{"create", "environment", "x", "--type", ""}, "K8S ECS S3 LAMBDA SERVER DOCKER AZURE_APPS CLOUD_RUN LOGICAL"},
		"Role":                {[]string{"create", "token", "x", "--role", ""}, "READER REPORTER MEMBER ADMIN"},
		"Forge":               {[]string{"create", "webhook", ""}, "github gitlab gitea bitbucket docker-hub"},
		"Where":               {[]string{"where", "ru"}, "runner:"},
		"WhereEnvironments":   {[]string{"where", "main", "gke", "aws-"}, "aws-beta aws-prod"},
		"WhereFlow":           {[]string{"where", "main", "--flow", "w"}, "web"},
		"FailUnless":          {[]string{"where", "main", "--fail-unless", ""}, "running included"},
		"Changes":             {[]string{"changes", "aws-prod", "aws-b"}, "aws-beta"},
		"NothingForFreeNames": {[]string{"create", "flow", ""}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			words, _ := complete(t, signedIn(t, server), tt.args...)
			if got := strings.Join(words, " "); got != tt.want {
				t.Errorf("offered %q, want %q", got, tt.want)
			}
		})
	}
}

// TestComplete_Silent is everything that may be wrong while somebody types.
func TestComplete_Silent(t *testing.T) {
	t.Parallel()
	server := apitest.NewStory(t)
	for name, change := range map[string]map[string]string{
		"NoToken":     {"LANDFALL_API_TOKEN": ""},
		"WrongToken":  {"LANDFALL_API_TOKEN": "wrong"},
		"NoServer":    {"LANDFALL_HOST": "http://127.0.0.1:1"},
		"WrongHost":   {"LANDFALL_HOST": "nonsense"},
		"NoSuchOrg":   {"LANDFALL_ORG": "other"},
		"NoSuchFile":  {"LANDFALL_CONFIG": "/nowhere/at/all"},
		"NotAnOrgYet": {"LANDFALL_ORG": ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := signedIn(t, server)
			for key, value := range change {
				env[key] = value
			}
			words, rest := complete(t, env, "list", "snapshots", "")
			if len(words) != 0 || !strings.HasPrefix(rest, "Completion ended with directive") {
				t.Errorf("offered %v and said %q", words, rest)
			}
		})
	}
}

// TestComplete_SlowServer must not make a shell hang.
func TestComplete_SlowServer(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := apitest.New(t, apitest.Object{"organization": apitest.Resolver(func(map[string]any) (any, error) {
		<-release
		return nil, nil
	})}, nil)
	t.Cleanup(func() { close(release) })
	start := time.Now()
	words, _ := complete(t, signedIn(t, server), "list", "snapshots", "")
	if took := time.Since(start); len(words) != 0 || took > 10*time.Second {
		t.Errorf("offered %v after %v", words, took)
	}
}
