package runtimes_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/landfall-dev/landfall/agent"
	"github.com/landfall-dev/landfall/cmd/internal/runtimes"
)

// Each environment of a configuration gets the source of its own runtime, in their order.
func TestOpen(t *testing.T) {
	t.Setenv("AWS_REGION", "eu-west-1")
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	text := "apiVersion: v1\nkind: Config\ncurrent-context: c\ncontexts: [{name: c, context: {cluster: k}}]\nclusters: [{name: k, cluster: {server: 'https://127.0.0.1:1'}}]\n"
	if err := os.WriteFile(kubeconfig, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	config, err := agent.ParseConfig([]byte(`
environments:
  - {name: a, kubernetes: {kubeconfig: ` + kubeconfig + `, namespaces: [shop]}}
  - {name: b, docker: {host: "unix:///nowhere.sock"}}
  - {name: c, ecs: {resolve-images: true}}
  - {name: d, kubernetes: {kubeconfig: ` + kubeconfig + `}}
  - {name: e, lambda: {}}
  - {name: f, s3: {bucket: www}}
  - {name: g, server: {paths: [{path: /etc/hostname}]}}
  - {name: h, path: {path: /etc/hostname}}
`))
	if err != nil {
		t.Fatal(err)
	}
	places, err := runtimes.Open(t.Context(), config.Environments, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	kinds := []string{"K8S", "docker", "ECS", "K8S", "lambda", "S3", "server", "server"}
	sources := []string{"*kubernetes.Source", "*docker.Source", "*aws.ECS", "*kubernetes.Source", "*aws.Lambda", "*aws.S3", "*host.Source", "*host.Source"}
	for i, p := range places {
		if got := typeOf(p.Source); p.Environment != config.Environments[i].Name || p.Kind != kinds[i] || got != sources[i] {
			t.Errorf("%d: %s of kind %s, with a %s", i, p.Environment, p.Kind, got)
		}
		if err := p.Source.Close(); err != nil {
			t.Errorf("close %s: %v", p.Environment, err)
		}
	}
}

// An environment that cannot be opened is named.
func TestOpen_Invalid(t *testing.T) {
	t.Parallel()
	environments := []agent.Environment{
		{Name: "good", Path: &agent.Path{Path: "/etc/hostname"}},
		{Name: "bad", Docker: &agent.Docker{Host: "nonsense"}},
	}
	_, err := runtimes.Open(t.Context(), environments, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "environment bad") {
		t.Errorf("err = %v", err)
	}
}

func typeOf(source agent.Source) string { return fmt.Sprintf("%T", source) }
