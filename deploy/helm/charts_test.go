// Package helm_test checks what the charts render to.
package helm_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/landfall-dev/landfall/agent"
)

// object is a rendered object of the API.
type object map[string]any

// at returns what is at a path of keys; nil if there is nothing.
func (o object) at(keys ...string) any {
	var value any = map[string]any(o)
	for _, key := range keys {
		fields, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = fields[key]
	}
	return value
}

func (o object) kind() string {
	kind, _ := o.at("kind").(string)
	return kind
}

// helm returns the path of the program, or skips the test.
func helm(t testing.TB) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "../../.ci/helm", "--path").Output()
	path := strings.TrimSpace(string(out))
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		if os.Getenv("LANDFALL_TEST_HELM") != "" {
			t.Fatalf("helm is missing: run make setup/helm: %v", err)
		}
		t.Skip("helm is missing: make lint/helm runs this test")
	}
	return path
}

// render returns the objects that a chart renders to with a file of values.
func render(t testing.TB, chart, values string) []object {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), helm(t), "template", "test", chart, "--namespace", "landfall", "--values", values).Output()
	if err != nil {
		stderr := ""
		if exit, ok := errors.AsType[*exec.ExitError](err); ok {
			stderr = string(exit.Stderr)
		}
		t.Fatalf("helm template: %v\n%s", err, stderr)
	}
	var objects []object
	decoder := yaml.NewDecoder(bytes.NewReader(out))
	for {
		var o map[string]any // nested ones get the same type, and at wants them plain
		err := decoder.Decode(&o)
		if errors.Is(err, io.EOF) {
			return objects
		}
		if err != nil {
			t.Fatalf("helm template gave no YAML: %v", err)
		}
		if o != nil {
			objects = append(objects, o)
		}
	}
}

// examples calls a subtest for each file of values beside the charts.
func examples(t *testing.T, test func(t *testing.T, objects []object)) {
	t.Helper()
	files, err := filepath.Glob("*/ci/*.yaml")
	if err != nil || len(files) < 5 {
		t.Fatalf("found the files of values %v, %v", files, err)
	}
	for _, file := range files {
		chart, rest, _ := strings.Cut(file, string(filepath.Separator))
		t.Run(chart+"/"+strings.TrimSuffix(filepath.Base(rest), "-values.yaml"), func(t *testing.T) {
			t.Parallel()
			test(t, render(t, chart, file))
		})
	}
}

func TestCharts_NoPodHasPrivileges(t *testing.T) {
	t.Parallel()
	examples(t, func(t *testing.T, objects []object) {
		pods := 0
		for _, o := range objects {
			spec, ok := o.at("spec", "template", "spec").(map[string]any)
			if !ok {
				continue
			}
			pods++
			checkPod(t, spec)
		}
		if pods != 1 {
			t.Errorf("%d objects make pods, want one", pods)
		}
	})
}

func checkPod(t *testing.T, spec object) {
	t.Helper()
	want := map[string]any{
		"runAsNonRoot": true, "runAsUser": 65532, "runAsGroup": 65532, "fsGroup": 65532,
		"seccompProfile": map[string]any{"type": "RuntimeDefault"},
	}
	if diff := cmp.Diff(want, spec["securityContext"]); diff != "" {
		t.Errorf("security of the pod (-want +got):\n%s", diff)
	}
	for _, key := range []string{"hostNetwork", "hostPID", "hostIPC", "initContainers"} {
		if spec[key] != nil {
			t.Errorf("the pod has %s", key)
		}
	}
	containers, _ := spec["containers"].([]any)
	if len(containers) == 0 {
		t.Fatal("the pod has no containers")
	}
	for _, c := range containers {
		container := object(c.(map[string]any))
		want := map[string]any{
			"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true,
			"capabilities": map[string]any{"drop": []any{"ALL"}},
		}
		if diff := cmp.Diff(want, container["securityContext"]); diff != "" {
			t.Errorf("security of container %v (-want +got):\n%s", container["name"], diff)
		}
		if container.at("resources", "limits", "memory") == nil || container.at("resources", "requests", "cpu") == nil {
			t.Errorf("container %v has no bounds: %v", container["name"], container["resources"])
		}
		if container.at("livenessProbe", "httpGet", "path") != "/healthz" || container.at("readinessProbe", "httpGet", "path") != "/readyz" {
			t.Errorf("container %v has other probes", container["name"])
		}
	}
}

// TestAgent_Rights is the promise of the chart's README: these rights and no other.
func TestAgent_Rights(t *testing.T) {
	t.Parallel()
	rule := func(resource string) any {
		return map[string]any{"apiGroups": []any{""}, "resources": []any{resource}, "verbs": []any{"list", "watch"}}
	}
	tests := map[string]map[string]any{
		"named":  {"Role bank": []any{rule("pods")}, "Role shop": []any{rule("pods")}},
		"wide":   {"ClusterRole": []any{rule("pods")}},
		"labels": {"ClusterRole": []any{rule("pods"), rule("namespaces")}},
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, bound := make(map[string]any), 0
			for _, o := range render(t, "landfall-agent", "landfall-agent/ci/"+name+"-values.yaml") {
				switch o.kind() {
				case "Role":
					got["Role "+o.at("metadata", "namespace").(string)] = o["rules"]
				case "ClusterRole":
					got["ClusterRole"] = o["rules"]
				case "RoleBinding", "ClusterRoleBinding":
					bound++
					subjects := []any{map[string]any{"kind": "ServiceAccount", "name": "test-landfall-agent", "namespace": "landfall"}}
					if diff := cmp.Diff(subjects, o["subjects"]); diff != "" {
						t.Errorf("subjects (-want +got):\n%s", diff)
					}
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("rights (-want +got):\n%s", diff)
			}
			if bound != len(want) {
				t.Errorf("%d bindings for %d roles", bound, len(want))
			}
		})
	}
}

func TestServer_HasNoRights(t *testing.T) {
	t.Parallel()
	for _, o := range render(t, "landfall", "landfall/ci/full-values.yaml") {
		if strings.Contains(o.kind(), "Role") {
			t.Errorf("the chart makes a %s", o.kind())
		}
		if o.kind() == "Deployment" && o.at("spec", "template", "spec", "automountServiceAccountToken") != false {
			t.Error("the server gets a token of Kubernetes")
		}
	}
}

// TestAgent_Configuration reads the file that the chart makes as the agent does.
func TestAgent_Configuration(t *testing.T) {
	t.Parallel()
	tests := map[string][]agent.Environment{
		"named": {
			{Name: "production", Kubernetes: &agent.Kubernetes{Namespaces: []string{"shop", "bank"}, Labels: "app=web"}},
			{Name: "bank-only", Kubernetes: &agent.Kubernetes{Namespaces: []string{"bank"}, InitContainers: true}},
		},
		"wide": {
			{Name: "production", Kubernetes: &agent.Kubernetes{Namespaces: []string{"prod-*", "shop"}, ExcludeNamespaces: []string{"prod-old"}}},
			{Name: "everything", Kubernetes: &agent.Kubernetes{}},
		},
		"labels": {
			{Name: "production", Kubernetes: &agent.Kubernetes{NamespaceLabels: "tier in (production)", Labels: "app=web,tier!=cache", ResolveIndex: true}},
		},
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var file struct {
				Environments []agent.Environment `yaml:"environments"`
			}
			for _, o := range render(t, "landfall-agent", "landfall-agent/ci/"+name+"-values.yaml") {
				if o.kind() != "ConfigMap" {
					continue
				}
				text, _ := o.at("data", "agent.yaml").(string)
				decoder := yaml.NewDecoder(strings.NewReader(text))
				decoder.KnownFields(true)
				if err := decoder.Decode(&file); err != nil {
					t.Fatalf("read agent.yaml: %v\n%s", err, text)
				}
			}
			if diff := cmp.Diff(want, file.Environments); diff != "" {
				t.Errorf("environments (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAgent_ReachesWhatItNeeds(t *testing.T) {
	t.Parallel()
	tests := map[string][]any{
		"named": {53, 53, 443, 6443, 443},
		"wide":  {53, 53, 443, 6443, 8080},
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []any
			for _, o := range render(t, "landfall-agent", "landfall-agent/ci/"+name+"-values.yaml") {
				if o.kind() != "NetworkPolicy" {
					continue
				}
				for _, rule := range o.at("spec", "egress").([]any) {
					for _, port := range rule.(map[string]any)["ports"].([]any) {
						got = append(got, port.(map[string]any)["port"])
					}
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("ports (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCharts_RefuseValues(t *testing.T) {
	t.Parallel()
	const named, least = "landfall-agent/ci/named-values.yaml", "landfall/ci/least-values.yaml"
	tests := map[string]struct{ values, set, says string }{
		"NoHost":         {named, "host=", "/host"},
		"NoScheme":       {named, "host=landfall.example.com", "/host"},
		"NoEnvironments": {named, "environments=null", "environments"},
		"NoToken":        {named, "token.existingSecret=", "Set token.existingSecret"},
		"Misspelt":       {named, "environments[0].namespace=shop", "namespace"},
		"NoDatabase":     {least, "database.existingSecret=", "/database/existingSecret"},
		"EmptyVariable":  {least, "env.LANDFALL_CONFIG=", "/env/LANDFALL_CONFIG"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			chart, _, _ := strings.Cut(tt.values, "/")
			out, err := exec.CommandContext(t.Context(), helm(t), "template", "test", chart, "--values", tt.values, "--set", tt.set).CombinedOutput()
			if err == nil || !strings.Contains(string(out), tt.says) {
				t.Errorf("helm template = %v, want an error that says %q:\n%.500s", err, tt.says, out)
			}
		})
	}
}
