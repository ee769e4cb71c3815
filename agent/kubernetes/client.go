package kubernetes

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/landfall-dev/landfall/agent"
)

// The kinds of objects that are looked at, as the API server has them in its paths.
const (
	pods       = "pods"
	namespaces = "namespaces"
)

// api is what is asked of an API server.
type api interface {
	// list returns a page, a *corev1.PodList or a *corev1.NamespaceList. An empty
	// namespace stands for all.
	list(ctx context.Context, resource, namespace string, opts metav1.ListOptions) (runtime.Object, error)
	watch(ctx context.Context, resource, namespace string, opts metav1.ListOptions) (watch.Interface, error)
	// version returns which Kubernetes the server is. It is empty if the server
	// keeps that to itself.
	version(ctx context.Context) (string, error)
	// host is where the server is, for messages.
	host() string
}

// client asks over HTTP. It is made of a REST client and the few types that are
// needed, as the clientset of client-go knows every type of Kubernetes: that is 20
// MB of program and some milliseconds at each start.
type client struct {
	rest    *rest.RESTClient
	address string
}

// connect makes a client of a configuration. It reads files, and asks nothing.
func connect(cfg agent.Kubernetes) (api, error) {
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = cfg.Kubeconfig
	overrides := &clientcmd.ConfigOverrides{CurrentContext: cfg.Context}
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, overrides).ClientConfig()
	switch {
	case clientcmd.IsEmptyConfig(err):
		return nil, fmt.Errorf("no cluster is configured: name a kubeconfig, set KUBECONFIG, or run the agent in a cluster with the token of a service account mounted: %w", err)
	case err != nil:
		return nil, fmt.Errorf("read the kubeconfig: %w", err)
	}
	return newClient(config)
}

func newClient(config *rest.Config) (*client, error) {
	scheme := runtime.NewScheme()
	scheme.AddKnownTypes(corev1.SchemeGroupVersion, &corev1.Pod{}, &corev1.PodList{}, &corev1.Namespace{}, &corev1.NamespaceList{})
	metav1.AddToGroupVersion(scheme, corev1.SchemeGroupVersion)

	config = rest.CopyConfig(config)
	config.APIPath = "/api"
	config.GroupVersion = &corev1.SchemeGroupVersion
	config.NegotiatedSerializer = serializer.NewCodecFactory(scheme).WithoutConversion()
	config.ContentType = runtime.ContentTypeProtobuf
	config.AcceptContentTypes = runtime.ContentTypeProtobuf + "," + runtime.ContentTypeJSON
	config.UserAgent = "landfall-agent"
	// A start asks for a page or opens a watch for each namespace that is named.
	config.QPS, config.Burst = 20, 50
	made, err := rest.RESTClientFor(config)
	if err != nil {
		return nil, fmt.Errorf("use the kubeconfig: %w", err)
	}
	return &client{rest: made, address: config.Host}, nil
}

// pageTimeout is for how long the API server may work on one page of a list.
const pageTimeout = time.Minute

func (c *client) list(ctx context.Context, resource, namespace string, opts metav1.ListOptions) (runtime.Object, error) {
	return c.rest.Get().Namespace(namespace).Resource(resource).
		VersionedParams(&opts, metav1.ParameterCodec).Timeout(pageTimeout).Do(ctx).Get()
}

func (c *client) watch(ctx context.Context, resource, namespace string, opts metav1.ListOptions) (watch.Interface, error) {
	opts.Watch = true
	return c.rest.Get().Namespace(namespace).Resource(resource).
		VersionedParams(&opts, metav1.ParameterCodec).Watch(ctx)
}

func (c *client) version(ctx context.Context) (string, error) {
	body, err := c.rest.Get().AbsPath("/version").SetHeader("Accept", runtime.ContentTypeJSON).DoRaw(ctx)
	if apierrors.IsForbidden(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	var info struct {
		GitVersion string `json:"gitVersion"`
	}
	if err := json.Unmarshal(body, &info); err != nil {
		return "", fmt.Errorf("read the version: %w", err)
	}
	return info.GitVersion, nil
}

func (c *client) host() string {
	return c.address
}
