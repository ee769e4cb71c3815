package kubernetes

import (
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/landfall-dev/landfall/agent"
)

func TestNew_Refuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		cfg  agent.Kubernetes
		says string
	}{
		"Pattern":          {agent.Kubernetes{Namespaces: []string{"[a"}}, `"[a" is no pattern`},
		"ExcludePattern":   {agent.Kubernetes{ExcludeNamespaces: []string{""}}, "is no pattern"},
		"Labels":           {agent.Kubernetes{Labels: "app=("}, `labels: "app=(" is no selector`},
		"NamespaceLabels":  {agent.Kubernetes{NamespaceLabels: "a in b"}, `namespace-labels: "a in b" is no selector`},
		"NothingLeft":      {agent.Kubernetes{Namespaces: []string{"a", "b"}, ExcludeNamespaces: []string{"?"}}, "a, b are all left out again"},
		"NoSuchKubeconfig": {agent.Kubernetes{Kubeconfig: "no/such/file"}, "read the kubeconfig: stat no/such/file"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := New([]agent.Kubernetes{tt.cfg}, nil, slog.New(slog.DiscardHandler))
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("New = %v, want an error that says %q", err, tt.says)
			}
		})
	}
}

func TestSource_Check(t *testing.T) {
	t.Parallel()
	forbidden := apierrors.NewForbidden(corev1.Resource("pods"), "", errors.New("no RBAC rule"))
	const server, list, watch = "reach the API server https://fake.example", "list pods of namespace shop", "watch pods of namespace shop"
	version := agent.Finding{What: server, Detail: "Kubernetes v1.37.2"}
	tests := map[string]struct {
		prepare func(*testing.T, *fakeAPI)
		want    []agent.Finding
	}{
		"OK": {
			func(t *testing.T, f *fakeAPI) { f.put(t, webPod("shop", "web", 1)) },
			[]agent.Finding{version, {What: list, Detail: "allowed"}, {What: watch, Detail: "allowed"}},
		},
		"Nothing": {
			func(*testing.T, *fakeAPI) {},
			[]agent.Finding{
				version,
				{
					What: list, Detail: "allowed, but there are none", Level: agent.LevelWarning,
					Mend: "see that namespaces and labels are written as they are in the cluster",
				},
				{What: watch, Detail: "allowed"},
			},
		},
		"Down": {
			func(_ *testing.T, f *fakeAPI) { f.set(errors.New("connection refused"), nil, nil) },
			[]agent.Finding{{
				What: server, Detail: "connection refused", Level: agent.LevelProblem,
				Mend: "see that the address in the kubeconfig is right, and that firewalls and network policies let the agent reach it",
			}},
		},
		"Forbidden": {
			func(_ *testing.T, f *fakeAPI) { f.set(nil, forbidden, nil) },
			[]agent.Finding{version, {
				What: list, Detail: forbidden.Error(), Level: agent.LevelProblem,
				Mend: `give the agent's account a Role in namespace shop with apiGroups [""], resources [pods], verbs [list, watch]; the chart landfall-agent makes it of the environments in its values: helm upgrade`,
			}},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFakeAPI()
			tt.prepare(t, f)
			got := sourcesOf(t, f, agent.Kubernetes{Namespaces: []string{"shop"}})[0].Check(t.Context())
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Check (-want +got):\n%s", diff)
			}
		})
	}
}
