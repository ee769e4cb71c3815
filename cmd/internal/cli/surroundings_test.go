package cli_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/cmd/internal/api/apitest"
	"github.com/landfall-dev/landfall/cmd/internal/cli"
	"github.com/landfall-dev/landfall/cmd/internal/git/gittest"
)

const (
	headSHA  = "16d9990ad23a40eecaf087abac2a58a2d2a4b3f4"
	mergeSHA = "7c45272ab23a40eecaf087abac2a58a2d2a4b3f4"
	helloSum = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03" // printf 'hello\n' | sha256sum
)

// inputOf is the input of the last mutation that the server got.
func inputOf(t *testing.T, server *apitest.Server) map[string]any {
	t.Helper()
	operations := server.Operations()
	if len(operations) == 0 {
		t.Fatal("the server was not asked")
	}
	input, _ := operations[len(operations)-1].Variables["input"].(map[string]any)
	delete(input, "organization")
	return input
}

// onGitHub is the environment of a job of a pull request.
func onGitHub(t *testing.T) map[string]string {
	t.Helper()
	event := filepath.Join(t.TempDir(), "event.json")
	text := `{"pull_request":{"number":276,"head":{"ref":"fix","sha":"` + headSHA + `"}},"repository":{"default_branch":"main"}}`
	if err := os.WriteFile(event, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return map[string]string{
		"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "acme/hello", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_RUN_ID": "7",
		"GITHUB_RUN_ATTEMPT": "2", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": event, "GITHUB_SHA": mergeSHA,
		"GITHUB_REF": "refs/pull/276/merge", "GITHUB_HEAD_REF": "fix",
	}
}

const (
	runPage     = "https://github.com/acme/hello/actions/runs/7"
	attemptPage = runPage + "/attempts/2"
)

func TestReport_InCI(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "hello.txt")
	if err := os.WriteFile(file, []byte("hello\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	type input = map[string]any
	artifact := []string{"report", "artifact", "--flow", "hello"}
	of := func(name string, more input) input {
		in := input{"flow": "hello", "fingerprint": helloSum, "name": name, "buildUrl": runPage}
		for key, value := range more {
			in[key] = value
		}
		return in
	}
	here := input{"commit": headSHA, "repository": "acme/hello"}
	for name, tt := range map[string]struct {
		args []string
		want input
		note string
	}{
		"File": {
			append(artifact, file), of("hello.txt", here),
			"Taken from GitHub Actions: commit " + headSHA + ", repository acme/hello, build URL " + runPage + ".\n",
		},
		"FileByFlag":    {append(artifact, "--file", file), of("hello.txt", here), ""},
		"FileAndName":   {append(artifact, "mine", "--file", file), of("mine", here), ""},
		"Fingerprint":   {append(artifact, "mine:1.0", "--fingerprint", helloSum), of("mine:1.0", here), ""},
		"TagOfTheHead":  {append(artifact, "mine:16d9990", "--fingerprint", helloSum), of("mine:16d9990", here), ""},
		"TagOfTheMerge": {append(artifact, "mine:7c45272", "--fingerprint", helloSum), of("mine:7c45272", here), ""},
		"TagOfADay":     {append(artifact, "mine:20220822", "--fingerprint", helloSum), of("mine:20220822", here), ""},
		"TagOfAnother": {
			append(artifact, "mine:85d83c6", "--fingerprint", helloSum), of("mine:85d83c6", nil),
			"The commit is not taken from GitHub Actions: " + headSHA + " is another than the 85d83c6 in the name.\nTaken from GitHub Actions: build URL " + runPage + ".\n",
		},
		"CommitOfAnother": {
			append(artifact, "mine", "--fingerprint", helloSum, "--commit", strings.Repeat("a", 40)),
			of("mine", input{"commit": strings.Repeat("a", 40)}), "Taken from GitHub Actions: build URL " + runPage + ".\n",
		},
		"SameCommit":      {append(artifact, "mine", "--fingerprint", helloSum, "--commit", headSHA), of("mine", here), ""},
		"NoCommit":        {append(artifact, "mine", "--fingerprint", helloSum, "--commit", ""), of("mine", nil), ""},
		"OtherRepository": {append(artifact, "mine", "--fingerprint", helloSum, "--repository", "a/b"), of("mine", input{"repository": "a/b"}), ""},
		"AllGiven": {
			append(artifact, "mine", "--fingerprint", helloSum, "--repository", "a/b", "--commit", headSHA, "--build-url", "https://x.example"),
			of("mine", input{"repository": "a/b", "commit": headSHA, "buildUrl": "https://x.example"}), "-",
		},
		"Deployment": {
			[]string{"report", "deployment", "runner:16d9990", "--environment", "aws-prod"},
			input{"artifact": "runner:16d9990", "environment": "aws-prod", "url": attemptPage},
			"Taken from GitHub Actions: URL " + attemptPage + ".\n",
		},
		"DeploymentWithURL": {
			[]string{"report", "deployment", "runner:16d9990", "--environment", "aws-prod", "--url", ""},
			input{"artifact": "runner:16d9990", "environment": "aws-prod"},
			"-",
		},
		"Evidence": {
			[]string{"attest", "generic", "unit-test", "--flow", "hello", "--file", file, "--compliant"},
			input{"name": "unit-test", "flow": "hello", "fingerprint": helloSum, "evidence": input{"generic": input{"compliant": true}}, "url": attemptPage},
			"",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := apitest.NewStory(t)
			env := signedIn(t, server)
			for key, value := range onGitHub(t) {
				env[key] = value
			}
			got := run(t, setting{env: env}, tt.args...)
			if got.code != 0 {
				t.Fatalf("%+v", got)
			}
			if diff := cmp.Diff(tt.want, inputOf(t, server)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if want := strings.TrimPrefix(tt.note, "-"); tt.note != "" && got.err != want {
				t.Errorf("stderr %q, want %q", got.err, want)
			}
		})
	}
}

// TestReport_DeploymentOfThisCommit has no artifact: it is the one of the commit.
func TestReport_DeploymentOfThisCommit(t *testing.T) {
	t.Parallel()
	server := apitest.NewStory(t)
	env := signedIn(t, server)
	env["LANDFALL_COMMIT"] = headSHA
	run(t, setting{env: env}, "report", "deployment", "--flow", "runner", "--environment", "aws-prod")
	if got := inputOf(t, server)["artifact"]; got != "runner:"+headSHA {
		t.Errorf("artifact %v", got)
	}
	run(t, setting{env: env}, "report", "deployment", "--flow", "runner", "--environment", "aws-prod", "--fingerprint", helloSum)
	if got := inputOf(t, server)["artifact"]; got != "runner@"+helloSum {
		t.Errorf("artifact %v", got)
	}
}

// TestReport_FromACheckout has no CI system: the commit is taken only if it is
// clear that it is the one.
func TestReport_FromACheckout(t *testing.T) {
	t.Parallel()
	r := gittest.New(t)
	r.Git("remote", "add", "origin", "git@github.com:acme/hello.git")
	r.Write(".gitignore", "dist\n")
	r.Write("a", "1")
	sha := r.Commit("first")
	r.Write("dist/hello.txt", "hello\n")
	server := apitest.NewStory(t)
	report := func(args ...string) (map[string]any, string) {
		t.Helper()
		got := run(t, setting{env: signedIn(t, server)}, append([]string{"report", "artifact", "--flow", "hello"}, args...)...)
		if got.code != 0 {
			t.Fatalf("%+v", got)
		}
		return inputOf(t, server), got.err
	}
	in, note := report(r.Dir + "/dist/hello.txt")
	if in["commit"] != sha || in["repository"] != "acme/hello" || note != "Taken from the git checkout: commit "+sha+", repository acme/hello.\n" {
		t.Errorf("a file in the checkout: %v, %q", in, note)
	}
	if in, note = report("--dir", r.Dir+"/dist"); in["commit"] != sha || in["name"] != "dist" {
		t.Errorf("a directory in the checkout: %v, %q", in, note)
	}
	if in, note = report("x:1.0", "--fingerprint", helloSum); in["commit"] != nil || note != "" {
		t.Errorf("nothing of the checkout: %v, %q", in, note)
	}
	r.Write("a", "2")
	if in, note = report("--dir", r.Dir+"/dist"); in["commit"] != nil || !strings.Contains(note, "No commit is taken from the git checkout") {
		t.Errorf("after a change: %v, %q", in, note)
	}
}

// TestIdentity signs in as a job of GitHub Actions.
func TestIdentity(t *testing.T) {
	t.Parallel()
	server := apitest.NewStory(t)
	var audiences []string
	github := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer of the runner" {
			http.Error(w, "who?", http.StatusForbidden)
			return
		}
		audiences = append(audiences, r.FormValue("audience"))
		claims := base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, `{"exp":%d}`, 1<<40))
		token := "e30." + claims + ".c2ln"
		if r.FormValue("known") != "" {
			token = apitest.Token
		}
		fmt.Fprintf(w, `{"value":%q}`, token)
	}))
	t.Cleanup(github.Close)
	env := signedIn(t, server)
	env["LANDFALL_API_TOKEN"] = ""
	env["LANDFALL_HOST"] += "/"
	env["GITHUB_ACTIONS"] = "true"

	got := run(t, setting{env: env}, "list", "flows")
	if got.code != cli.ExitSignIn || !strings.Contains(got.err, "permission `id-token: write`") {
		t.Errorf("without the permission: %+v", got)
	}
	env["ACTIONS_ID_TOKEN_REQUEST_URL"] = github.URL + "/?known=1"
	env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "of the runner"
	if got = run(t, setting{env: env}, "list", "flows"); got.code != 0 {
		t.Errorf("%+v", got)
	}
	if want := server.URL + "/cyber-dojo"; len(audiences) == 0 || audiences[0] != want {
		t.Errorf("audiences %v, want %s", audiences, want)
	}
	// A job that the server does not know: it is told what it said it is.
	env["ACTIONS_ID_TOKEN_REQUEST_URL"] = github.URL
	got = run(t, setting{env: env}, "list", "flows")
	if got.code != cli.ExitSignIn || !strings.Contains(got.err, "GitHub Actions vouches to "+server.URL+"/cyber-dojo.") {
		t.Errorf("a job that is not known: %+v", got)
	}
	env["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "of somebody"
	got = run(t, setting{env: env}, "list", "flows")
	if got.code != cli.ExitSignIn || !strings.Contains(got.err, "answered 403 Forbidden") || strings.Contains(got.err, "somebody") {
		t.Errorf("refused: %+v", got)
	}
	// A token that was given wins.
	n := len(audiences)
	env["LANDFALL_API_TOKEN"] = apitest.Token
	if got = run(t, setting{env: env}, "list", "flows"); got.code != 0 || len(audiences) != n {
		t.Errorf("with a token: %+v", got)
	}
}
