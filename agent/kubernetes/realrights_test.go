package kubernetes

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	clientset "k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/scheme"

	"github.com/landfall-dev/landfall/agent"
)

// chart renders the objects of the agent's chart that are about rights.
func chart(t *testing.T, values ...string) []runtime.Object {
	t.Helper()
	args := []string{
		"template", "test", "deploy/helm/landfall-agent", "--namespace", "other",
		"--set", "host=https://landfall.example.com", "--set", "org=acme", "--set", "token.existingSecret=token",
	}
	for _, value := range values {
		args = append(args, "--set", value)
	}
	out, err := exec.CommandContext(t.Context(), "../../.ci/helm", args...).Output() // at the top of the repository
	if err != nil {
		t.Fatalf("helm template: %v", err)
	}
	var objects []runtime.Object
	for document := range bytes.SplitSeq(out, []byte("\n---\n")) {
		object, _, err := scheme.Codecs.UniversalDeserializer().Decode(document, nil, nil)
		if err != nil {
			t.Fatalf("read what helm rendered: %v\n%s", err, document)
		}
		objects = append(objects, object)
	}
	return objects
}

// apply makes the objects that are about rights, and removes them after the test. It
// returns the token of the account.
func apply(t *testing.T, c *realCluster, objects []runtime.Object) string {
	t.Helper()
	ctx, rbac, gone := t.Context(), c.admin.RbacV1(), metav1.DeleteOptions{}
	account := ""
	for _, object := range objects {
		var err error
		var remove func() error
		switch o := object.(type) {
		case *corev1.ServiceAccount:
			account = o.Name
			_, err = c.admin.CoreV1().ServiceAccounts(o.Namespace).Create(ctx, o, metav1.CreateOptions{})
			remove = func() error {
				return c.admin.CoreV1().ServiceAccounts(o.Namespace).Delete(context.Background(), o.Name, gone)
			}
		case *rbacv1.Role:
			_, err = rbac.Roles(o.Namespace).Create(ctx, o, metav1.CreateOptions{})
			remove = func() error { return rbac.Roles(o.Namespace).Delete(context.Background(), o.Name, gone) }
		case *rbacv1.RoleBinding:
			_, err = rbac.RoleBindings(o.Namespace).Create(ctx, o, metav1.CreateOptions{})
			remove = func() error { return rbac.RoleBindings(o.Namespace).Delete(context.Background(), o.Name, gone) }
		case *rbacv1.ClusterRole:
			_, err = rbac.ClusterRoles().Create(ctx, o, metav1.CreateOptions{})
			remove = func() error { return rbac.ClusterRoles().Delete(context.Background(), o.Name, gone) }
		case *rbacv1.ClusterRoleBinding:
			_, err = rbac.ClusterRoleBindings().Create(ctx, o, metav1.CreateOptions{})
			remove = func() error { return rbac.ClusterRoleBindings().Delete(context.Background(), o.Name, gone) }
		default:
			continue
		}
		if err != nil {
			t.Fatalf("apply %T: %v", object, err)
		}
		t.Cleanup(func() { _ = remove() })
	}
	request := &authenticationv1.TokenRequest{}
	token, err := c.admin.CoreV1().ServiceAccounts("other").CreateToken(ctx, account, request, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return token.Status.Token
}

// testChartRights proves that the rights that the chart gives are enough, that none
// can be spared, and that there are no others.
func testChartRights(t *testing.T, c *realCluster) {
	for _, namespace := range []string{"shop", "bank", "other"} {
		runPod(t, c, namespace, "web")
	}
	defer func() {
		for _, namespace := range []string{"shop", "bank", "other"} {
			removeAll(t, c, namespace)
		}
	}()
	tests := map[string]struct {
		values []string
		cfg    agent.Kubernetes
		sees   []string
		may    []string // what the account may do, of what is asked below
	}{
		"Named": {
			[]string{"environments[0].name=prod", "environments[0].namespaces={shop,bank}"},
			agent.Kubernetes{Namespaces: []string{"shop", "bank"}},
			[]string{"bank/web", "shop/web"},
			[]string{"list pods in shop", "watch pods in shop"},
		},
		"Patterns": {
			[]string{"environments[0].name=prod", "environments[0].namespaces={s*,bank}"},
			agent.Kubernetes{Namespaces: []string{"s*", "bank"}},
			[]string{"bank/web", "shop/web"},
			[]string{"list pods in ", "list pods in other", "list pods in shop", "watch pods in ", "watch pods in other", "watch pods in shop"},
		},
		"NamespaceLabels": {
			[]string{"environments[0].name=prod", "environments[0].namespaceLabels=tier=bank"},
			agent.Kubernetes{NamespaceLabels: "tier=bank"},
			[]string{"bank/web"},
			[]string{
				"list namespaces in ", "list pods in ", "list pods in other", "list pods in shop",
				"watch namespaces in ", "watch pods in ", "watch pods in other", "watch pods in shop",
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			objects := chart(t, tt.values...)
			token := apply(t, c, objects)
			t.Run("Enough", func(t *testing.T) {
				s := c.sources(t, token, tt.cfg)[0]
				// A moment passes until the API server knows of rights itself.
				until(t, time.Tick(50*time.Millisecond), "what is chosen is seen", shows(t, s, tt.sees...))
				for _, f := range s.Check(t.Context()) {
					if f.Level != agent.LevelOK {
						t.Errorf("Check finds %+v", f)
					}
				}
			})
			t.Run("NoMore", func(t *testing.T) {
				if got := rightsOf(t, c, token); !slices.Equal(got, tt.may) {
					t.Errorf("it may %q, want %q", got, tt.may)
				}
			})
		})
		t.Run(name+"NoneToSpare", func(t *testing.T) { testNoneToSpare(t, c, chart(t, tt.values...), tt.cfg) })
	}
}

// rightsOf tries a list of things with a token, and returns those that are allowed.
func rightsOf(t *testing.T, c *realCluster, token string) []string {
	t.Helper()
	client, err := clientset.NewForConfig(c.config(token))
	if err != nil {
		t.Fatal(err)
	}
	var allowed []string
	for _, verb := range []string{"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"} {
		for _, resource := range []string{"pods", "pods/log", "pods/exec", "pods/status", "secrets", "configmaps", "nodes", "namespaces", "serviceaccounts", "events", "deployments"} {
			for _, namespace := range []string{"", "shop", "other"} {
				if (resource == "nodes" || resource == "namespaces") && namespace != "" {
					continue
				}
				attributes := &authorizationv1.ResourceAttributes{Namespace: namespace, Verb: verb, Resource: resource}
				attributes.Resource, attributes.Subresource, _ = strings.Cut(resource, "/")
				if resource == "deployments" {
					attributes.Group = "apps"
				}
				review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: attributes}}
				answer, err := client.AuthorizationV1().SelfSubjectAccessReviews().Create(t.Context(), review, metav1.CreateOptions{})
				if err != nil {
					t.Fatal(err)
				}
				if answer.Status.Allowed {
					allowed = append(allowed, fmt.Sprintf("%s %s in %s", verb, resource, namespace))
				}
			}
		}
	}
	slices.Sort(allowed)
	// Not only said, but done.
	if _, err := client.CoreV1().Secrets("shop").List(t.Context(), metav1.ListOptions{}); !apierrors.IsForbidden(err) {
		t.Errorf("list secrets = %v, want it to be forbidden", err)
	}
	if err := client.CoreV1().Pods("shop").Delete(t.Context(), "web", metav1.DeleteOptions{}); !apierrors.IsForbidden(err) {
		t.Errorf("delete a pod = %v, want it to be forbidden", err)
	}
	return allowed
}

// withoutStreams is an API server to which the agent turns pages, as to an old one:
// a stream that begins with all there is needs the right to watch only.
type withoutStreams struct{ api }

func (withoutStreams) IsWatchListSemanticsUnSupported() bool { return true }

// testNoneToSpare takes one right away at a time, and expects looks and checks to fail.
func testNoneToSpare(t *testing.T, c *realCluster, objects []runtime.Object, cfg agent.Kubernetes) {
	for i, object := range objects {
		rules := rulesOf(object)
		if rules == nil {
			continue
		}
		for r := range *rules {
			for v, verb := range (*rules)[r].Verbs {
				what := fmt.Sprintf("%d %s %s", i, verb, (*rules)[r].Resources[0])
				t.Run(what, func(t *testing.T) {
					less := slices.Clone(objects)
					less[i] = object.DeepCopyObject()
					rule := &(*rulesOf(less[i]))[r]
					rule.Verbs = slices.Delete(slices.Clone(rule.Verbs), v, v+1)
					token := apply(t, c, less)
					through := func(real api) api { return withoutStreams{real} }
					until(t, time.Tick(50*time.Millisecond), "a look is forbidden", func() bool {
						_, err := c.sourcesThrough(t, token, through, cfg)[0].Look(t.Context())
						return apierrors.IsForbidden(err)
					})
					findings := c.sourcesThrough(t, token, through, cfg)[0].Check(t.Context())
					if !slices.ContainsFunc(findings, func(f agent.Finding) bool {
						return f.Level == agent.LevelProblem && strings.HasPrefix(f.What, verb) && strings.Contains(f.Mend, "list, watch")
					}) {
						t.Errorf("Check finds no problem: %+v", findings)
					}
				})
			}
		}
	}
}

func rulesOf(object runtime.Object) *[]rbacv1.PolicyRule {
	switch o := object.(type) {
	case *rbacv1.Role:
		return &o.Rules
	case *rbacv1.ClusterRole:
		return &o.Rules
	default:
		return nil
	}
}

// testRightsRevoked takes the rights away while a source watches. The API server lets
// a watch that is open go on, and what it tells is true; but when it ends, contact is
// lost until the rights are back.
func testRightsRevoked(t *testing.T, c *realCluster) {
	runPod(t, c, "shop", "web")
	defer removeAll(t, c, "shop")
	objects := chart(t, "environments[0].name=prod")
	token := apply(t, c, objects)
	s := c.sources(t, token, agent.Kubernetes{})[0]
	changed := watched(t, s)
	until(t, changed, "the pod is seen", shows(t, s, "shop/web"))

	name := "other-test-landfall-agent"
	binding, err := c.admin.RbacV1().ClusterRoleBindings().Get(t.Context(), name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.admin.RbacV1().ClusterRoleBindings().Delete(t.Context(), name, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	c.killServer(t) // which ends the watch
	c.startServer(t)
	until(t, time.Tick(200*time.Millisecond), "a look is forbidden", func() bool {
		_, err := s.Look(t.Context())
		return apierrors.IsForbidden(err)
	})
	binding.ResourceVersion = ""
	if _, err := c.admin.RbacV1().ClusterRoleBindings().Create(t.Context(), binding, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	until(t, changed, "the pod is seen again", shows(t, s, "shop/web"))
}
