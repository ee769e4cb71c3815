package cli_test

import (
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/landfall-dev/landfall/cmd/internal/api/apitest"
)

// action is what a test reads of action.yml.
type action struct {
	Inputs  map[string]struct{ Default string }
	Outputs map[string]struct{ Value string }
	Runs    struct {
		Using string
		Steps []actionStep
	}
}

type actionStep struct {
	ID, Name, If, Uses, Shell, Run string
	Env                            map[string]string
}

func readAction(t *testing.T) action {
	t.Helper()
	text, err := os.ReadFile("../../../action.yml")
	if err != nil {
		t.Fatal(err)
	}
	var a action
	if err := yaml.Unmarshal(text, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// expression is all that action.yml writes between ${{ and }}.
var expression = regexp.MustCompile(`^\$\{\{ inputs\.([a-z-]+)(?: \|\| env\.([A-Z_]+))? \}\}$`)

// TestAction_Form holds that no input is ever part of a script or of arguments.
func TestAction_Form(t *testing.T) {
	t.Parallel()
	a := readAction(t)
	used := map[string]bool{}
	for _, step := range a.Runs.Steps {
		if strings.Contains(step.Run, "${{") {
			t.Errorf("%s: a script has an expression in it", step.Name)
		}
		if step.Run != "" && step.Shell != "bash" || step.Uses != "" && !regexp.MustCompile(`^actions/[a-z-]+@v\d+$`).MatchString(step.Uses) {
			t.Errorf("%s: shell %q, uses %q", step.Name, step.Shell, step.Uses)
		}
		for key, value := range step.Env {
			m := expression.FindStringSubmatch(value)
			if m == nil {
				t.Errorf("%s: %s is %q", step.Name, key, value)
				continue
			}
			used[m[1]] = true
		}
		if strings.Contains(step.Run, "TOKEN") {
			t.Errorf("%s: the script mentions the token", step.Name)
		}
	}
	for input := range a.Inputs {
		if !used[input] {
			t.Errorf("the input %s is not used", input)
		}
	}
	if len(used) != len(a.Inputs) || a.Runs.Using != "composite" {
		t.Errorf("inputs %v are used, and the action is %q", used, a.Runs.Using)
	}
}

// runner is a machine on which the steps of the action run.
type runner struct {
	dir string            // where the job works
	env map[string]string // of the job
}

func newRunner(t *testing.T, server *apitest.Server) *runner {
	t.Helper()
	r := &runner{dir: t.TempDir(), env: signedIn(t, server)}
	maps.Copy(r.env, onGitHub(t))
	temp, bin := t.TempDir(), t.TempDir()
	program, err := os.Executable()
	if err == nil {
		err = os.Symlink(program, filepath.Join(bin, "landfall"))
	}
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(r.env, map[string]string{
		"PATH": bin + string(os.PathListSeparator) + os.Getenv("PATH"), "HOME": temp, "RUNNER_TEMP": temp,
		"GITHUB_OUTPUT": filepath.Join(temp, "output"), "GITHUB_PATH": filepath.Join(temp, "path"), "TZ": "UTC",
	})
	return r
}

// use runs the scripts of the action as a runner does, with the inputs of a
// workflow. The steps of others are left out.
func (r *runner) use(t *testing.T, inputs map[string]string) (out string, code int) {
	t.Helper()
	a := readAction(t)
	value := func(input string) string {
		if v, ok := inputs[input]; ok {
			return v
		}
		return a.Inputs[input].Default
	}
	for _, step := range a.Runs.Steps {
		if step.Uses != "" || !r.wanted(t, step.If, value) {
			continue
		}
		env := maps.Clone(r.env)
		for key, text := range step.Env {
			m := expression.FindStringSubmatch(text)
			env[key] = value(m[1])
			if env[key] == "" && m[2] != "" {
				env[key] = r.env[m[2]]
			}
		}
		script := filepath.Join(t.TempDir(), "step.sh")
		if err := os.WriteFile(script, []byte(step.Run), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), "bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script)
		cmd.Dir = r.dir
		for key, text := range env {
			cmd.Env = append(cmd.Env, key+"="+text)
		}
		text, err := cmd.CombinedOutput()
		out += string(text)
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			return out, exit.ExitCode()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return out, 0
}

// wanted answers the conditions that action.yml has.
func (r *runner) wanted(t *testing.T, condition string, value func(string) string) bool {
	t.Helper()
	m := regexp.MustCompile(`^inputs\.([a-z]+) != ''$`).FindStringSubmatch(condition)
	if m == nil {
		t.Fatalf("the condition %q is not understood here", condition)
	}
	return value(m[1]) != ""
}

func (r *runner) read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(r.env[name])
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return string(text)
}

// inputsOfAll is the input of each mutation that the server got, by its name.
func inputsOfAll(server *apitest.Server) map[string]map[string]any {
	all := map[string]map[string]any{}
	for _, o := range server.Operations() {
		all[o.Name], _ = o.Variables["input"].(map[string]any)
	}
	return all
}

func TestAction_Reports(t *testing.T) {
	t.Parallel()
	server := apitest.NewStory(t)
	r := newRunner(t, server)
	if err := os.WriteFile(filepath.Join(r.dir, "hello.txt"), []byte("hello\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const runnerSum = "9af401c4350b21e3f1df17d6ad808da43d9646e75b6da902cc7c492bcfb9c625"
	out, code := r.use(t, map[string]string{
		"version": "", "report": "artifact\nevidence  deployment", "flow": "runner", "fingerprint": runnerSum, "name": "runner:1.0",
		"evidence": "unit-test", "compliant": "false", "environment": "aws-prod",
	})
	// The server of the tests knows no artifact by its whole fingerprint but this one.
	if code != 0 {
		t.Fatalf("exit code %d:\n%s", code, out)
	}
	all := inputsOfAll(server)
	if got := all["ReportArtifact"]; got["commit"] != headSHA || got["repository"] != "acme/hello" || got["fingerprint"] != runnerSum || got["name"] != "runner:1.0" {
		t.Errorf("artifact %v", got)
	}
	if got := all["ReportAttestation"]; got["name"] != "unit-test" || got["evidence"].(map[string]any)["generic"].(map[string]any)["compliant"] != false {
		t.Errorf("evidence %v", got)
	}
	if got := all["ReportDeployment"]; got["artifact"] != "runner@"+runnerSum || got["environment"] != "aws-prod" || got["url"] != attemptPage {
		t.Errorf("deployment %v", got)
	}
	if got, want := r.read(t, "GITHUB_OUTPUT"), "artifact=runner@"+runnerSum+"\nfingerprint="+runnerSum+"\n"; got != want {
		t.Errorf("outputs %q, want %q", got, want)
	}
	if strings.Contains(out, apitest.Token) {
		t.Error("the token was printed")
	}

	out, code = r.use(t, map[string]string{"version": "", "report": "artifact", "flow": "hello", "file": "hello.txt"})
	if got := inputsOfAll(server)["ReportArtifact"]; code != 0 || got["fingerprint"] != helloSum || got["name"] != "hello.txt" || !strings.Contains(out, "Artifact hello@"+helloSum+": created") {
		t.Errorf("a file: %d, %v\n%s", code, got, out)
	}
	_, code = r.use(t, map[string]string{"version": "", "report": "artifact", "flow": "hello", "directory": ".", "exclude": "*.log\n\n*.map"})
	if got := inputsOfAll(server)["ReportArtifact"]; code != 0 || got["name"] != filepath.Base(r.dir) {
		t.Errorf("a directory: %d, %v", code, got)
	}
}

// TestAction_Hostile has inputs that would do something in a script.
func TestAction_Hostile(t *testing.T) {
	t.Parallel()
	for _, hostile := range []string{
		`"; touch x; "`, `'; touch x; '`, `$(touch x)`, "`touch x`", `x && touch x`, `--help`, `-o json`, `*`, `a b`, `${HOME}`, `\`, `x"$(touch x)"`,
	} {
		t.Run(hostile, func(t *testing.T) {
			t.Parallel()
			server := apitest.NewStory(t)
			r := newRunner(t, server)
			r.env["LANDFALL_ORG"] = "elsewhere"
			out, code := r.use(t, map[string]string{
				"version": "", "org": apitest.Organization, "report": "artifact evidence", "flow": hostile, "name": hostile,
				"fingerprint": helloSum, "evidence": hostile, "compliant": "true",
			})
			if code != 0 {
				t.Fatalf("exit code %d:\n%s", code, out)
			}
			all := inputsOfAll(server)
			if got := all["ReportArtifact"]; got["flow"] != hostile || got["name"] != hostile || got["organization"] != apitest.Organization {
				t.Errorf("artifact %v", got)
			}
			if got := all["ReportAttestation"]; got["name"] != hostile {
				t.Errorf("evidence %v", got)
			}
			// What is no input that can hold is refused, and does nothing else.
			for _, input := range []string{"report", "compliant", "file", "image", "directory"} {
				inputs := map[string]string{"version": "", "report": "evidence", "flow": "f", "evidence": "e", "compliant": "true", "fingerprint": helloSum}
				inputs[input] = hostile
				if out, code := r.use(t, inputs); code == 0 {
					t.Errorf("%s was taken:\n%s", input, out)
				}
			}
			left, err := filepath.Glob(filepath.Join(r.dir, "*"))
			if err != nil || len(left) > 0 {
				t.Errorf("%v was made, %v", left, err)
			}
		})
	}
}

// TestAction_Install has a go that writes down what it is told.
func TestAction_Install(t *testing.T) {
	t.Parallel()
	r := newRunner(t, apitest.NewStory(t))
	bin := t.TempDir()
	const fake = "#!/bin/sh\nprintf '%s\\n' \"$GOBIN\" \"$@\" >\"$HOME/go.txt\"\n"
	if err := os.WriteFile(filepath.Join(bin, "go"), []byte(fake), 0o700); err != nil {
		t.Fatal(err)
	}
	r.env["PATH"] = bin + string(os.PathListSeparator) + r.env["PATH"]
	r.env["TOLD"] = filepath.Join(r.env["HOME"], "go.txt")
	for _, version := range []string{"latest", "v1.2.3", `v1"; touch x; "`} {
		if out, code := r.use(t, map[string]string{"version": version}); code != 0 {
			t.Fatalf("exit code %d:\n%s", code, out)
		}
		gobin := filepath.Join(r.env["RUNNER_TEMP"], "landfall-bin")
		want := strings.Join([]string{gobin, "install", "github.com/landfall-dev/landfall/cmd/landfall@" + version, ""}, "\n")
		if got := r.read(t, "TOLD"); got != want {
			t.Errorf("go was told %q, want %q", got, want)
		}
		if got := r.read(t, "GITHUB_PATH"); !strings.HasSuffix(got, gobin+"\n") {
			t.Errorf("the path is %q", got)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(r.dir, "*")); len(left) > 0 {
		t.Errorf("%v was made", left)
	}
	if got := r.read(t, "GITHUB_OUTPUT"); got != "" {
		t.Errorf("outputs %q", got)
	}
}

// TestAction_Documented fails for an input that the guide does not name.
func TestAction_Documented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../../docs/ci.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, input := range slices.Sorted(maps.Keys(readAction(t).Inputs)) {
		if !strings.Contains(string(page), "`"+input+"`") {
			t.Errorf("the input %s is not in docs/ci.md", input)
		}
	}
}
