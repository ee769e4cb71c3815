package kubernetes

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/watch"

	"github.com/landfall-dev/landfall/agent"
)

var noFields = fields.Everything()

func testLog(t testing.TB) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), nil))
}

// TestReal runs sources against a real API server. Its parts run one after another,
// as some restart it.
func TestReal(t *testing.T) {
	t.Parallel()
	c := newRealCluster(t)
	for _, namespace := range []string{"shop", "bank", "other"} {
		ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace, Labels: map[string]string{"tier": namespace}}}
		if _, err := c.admin.CoreV1().Namespaces().Create(t.Context(), ns, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	parts := []struct {
		name string
		test func(*testing.T, *realCluster)
	}{
		{"RollingUpdate", testRollingUpdate},
		{"ChartRights", testChartRights},
		{"ServerRestarts", testServerRestarts},
		{"WatchExpires", testWatchExpires},
		{"RightsRevoked", testRightsRevoked},
		{"NoStreams", testNoStreams},
		{"Memory", testMemory},
	}
	for _, part := range parts {
		t.Run(part.name, func(t *testing.T) { part.test(t, c) })
	}
}

// digests lists what a look shows, without repetitions.
func digests(instances []agent.Instance) []string {
	var list []string
	for _, i := range instances {
		for _, digest := range i.Digests {
			list = append(list, digest)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// testRollingUpdate sees a Deployment go from one image to another: both run at once,
// because the old pods take their time to end, and then only the new one.
func testRollingUpdate(t *testing.T, c *realCluster) {
	const before, after = "registry.example/acme/web:1", "registry.example/acme/web:2"
	kubelet := startKubelet(t, c.admin)
	s := c.sources(t, adminToken, agent.Kubernetes{Namespaces: []string{"shop"}})[0]
	changed := watched(t, s)
	deployments := c.admin.AppsV1().Deployments("shop")
	made, err := deployments.Create(t.Context(), deployment("web", before, 2), metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	showing := func(count int, images ...string) func() bool {
		var want []string
		for _, image := range images {
			want = append(want, digestOfImage(image))
		}
		slices.Sort(want)
		return func() bool {
			instances, err := s.Look(t.Context())
			return err == nil && len(instances) == count && cmp.Equal(want, digests(instances))
		}
	}
	until(t, changed, "two old pods run", showing(2, before))
	instance := look(t, s)[0]
	if owner := instance.Pod.Owners; len(owner) != 1 || owner[0].Kind != "ReplicaSet" || owner[0].UID == "" {
		t.Errorf("owners = %+v, want a ReplicaSet", owner)
	}
	if since := time.Since(instance.StartedAt); since < 0 || since > time.Minute {
		t.Errorf("started %v ago", since)
	}

	release := kubelet.holdDeleted()
	made.Spec.Template.Spec.Containers[0].Image = after
	made.ResourceVersion = ""
	if _, err := deployments.Update(t.Context(), made, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
	until(t, changed, "all old and all new pods run", showing(4, before, after))
	release()
	until(t, changed, "two new pods run", showing(2, after))
	if err := deployments.Delete(t.Context(), "web", metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	// No garbage collector runs.
	removeAll(t, c, "shop")
	until(t, changed, "nothing runs", func() bool { return len(look(t, s)) == 0 })
}

func deployment(name, image string, replicas int32) *appsv1.Deployment {
	labels := map[string]string{"app": name}
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: appsv1.DeploymentSpec{
			Replicas: &replicas, Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: name, Image: image}}},
			},
		},
	}
}

// removeAll removes what a test made in a namespace, at once.
func removeAll(t *testing.T, c *realCluster, namespace string) {
	t.Helper()
	now := int64(0)
	everything := metav1.DeleteOptions{GracePeriodSeconds: &now}
	if err := c.admin.AppsV1().ReplicaSets(namespace).DeleteCollection(t.Context(), everything, metav1.ListOptions{}); err != nil {
		t.Fatal(err)
	}
	if err := c.admin.CoreV1().Pods(namespace).DeleteCollection(t.Context(), everything, metav1.ListOptions{}); err != nil {
		t.Fatal(err)
	}
}

// runPod makes a pod that runs.
func runPod(t *testing.T, c *realCluster, namespace, name string) {
	t.Helper()
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec:       corev1.PodSpec{NodeName: "node-1", Containers: []corev1.Container{{Name: "web", Image: "registry.example/web:1"}}},
	}
	api := c.admin.CoreV1().Pods(namespace)
	made, err := api.Create(t.Context(), pod, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	made.Status = runningStatus(made, digestOfImage)
	if _, err := api.UpdateStatus(t.Context(), made, metav1.UpdateOptions{}); err != nil {
		t.Fatal(err)
	}
}

func removePod(t *testing.T, c *realCluster, namespace, name string) {
	t.Helper()
	now := int64(0)
	if err := c.admin.CoreV1().Pods(namespace).Delete(t.Context(), name, metav1.DeleteOptions{GracePeriodSeconds: &now}); err != nil {
		t.Fatal(err)
	}
}

func shows(t *testing.T, s *Source, want ...string) func() bool {
	return func() bool {
		instances, err := s.Look(t.Context())
		return err == nil && cmp.Equal(want, names(instances))
	}
}

// expiring is an API whose watches can be broken, and which then asks once for a
// version that is long gone.
type expiring struct {
	api
	mu      sync.Mutex
	opened  []watch.Interface
	broken  bool
	expired int
}

func (e *expiring) watch(ctx context.Context, resource, namespace string, opts metav1.ListOptions) (watch.Interface, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.broken && opts.SendInitialEvents == nil {
		e.broken = false
		opts.ResourceVersion = "1"
	}
	w, err := e.api.watch(ctx, resource, namespace, opts)
	if err != nil {
		e.count(err)
		return nil, err
	}
	e.opened = append(e.opened, w)
	return watch.Filter(w, func(event watch.Event) (watch.Event, bool) {
		if event.Type == watch.Error {
			e.mu.Lock()
			defer e.mu.Unlock()
			e.count(apierrors.FromObject(event.Object))
		}
		return event, true
	}), nil
}

func (e *expiring) count(err error) {
	if apierrors.IsResourceExpired(err) || apierrors.IsGone(err) {
		e.expired++
	}
}

func (e *expiring) hasExpired() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.expired > 0
}

func (e *expiring) breakWatches() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.broken = true
	for _, w := range e.opened {
		w.Stop()
	}
}

// testWatchExpires has the API server say that a watch cannot go on where it ended. It
// has been restarted before, and knows nothing of what was earlier.
func testWatchExpires(t *testing.T, c *realCluster) {
	runPod(t, c, "shop", "a")
	broken := &expiring{}
	s := c.sourcesThrough(t, adminToken, func(real api) api {
		broken.api = real
		return broken
	}, agent.Kubernetes{Namespaces: []string{"shop"}})[0]
	changed := watched(t, s)
	until(t, changed, "the pod is seen", shows(t, s, "shop/a"))
	runPod(t, c, "shop", "b")
	until(t, changed, "the second pod is seen", shows(t, s, "shop/a", "shop/b"))
	c.compact(t)
	broken.breakWatches()
	removePod(t, c, "shop", "a")
	seen := shows(t, s, "shop/b")
	until(t, changed, "the watch expired, and the change is seen", func() bool { return broken.hasExpired() && seen() })
	removePod(t, c, "shop", "b")
}

// testServerRestarts kills the API server and has it come back: a look is an error
// meanwhile, and then the present, whatever happened before the agent was back.
func testServerRestarts(t *testing.T, c *realCluster) {
	runPod(t, c, "shop", "stays")
	runPod(t, c, "shop", "goes")
	s := c.sources(t, adminToken, agent.Kubernetes{Namespaces: []string{"s*"}})[0]
	changed := watched(t, s)
	until(t, changed, "both are seen", shows(t, s, "shop/goes", "shop/stays"))

	c.killServer(t)
	if instances, err := s.Look(t.Context()); err == nil {
		t.Errorf("Look without an API server = %v", names(instances))
	} else if !strings.Contains(err.Error(), "reach the API server") {
		t.Errorf("Look without an API server = %v", err)
	}
	c.compact(t)
	c.startServer(t)
	removePod(t, c, "shop", "goes")
	runPod(t, c, "shop", "came")
	begun := time.Now()
	first := ""
	until(t, changed, "the present is seen", func() bool {
		instances, err := s.Look(t.Context())
		if err == nil && first == "" {
			first = strings.Join(names(instances), " ")
		}
		return first != "" && shows(t, s, "shop/came", "shop/stays")()
	})
	if first != "shop/came shop/stays" {
		t.Errorf("the first look afterwards shows %s", first)
	}
	t.Logf("seen again after %v", time.Since(begun).Round(100*time.Millisecond))
	removeAll(t, c, "shop")
}

// testNoStreams looks through an API server that cannot begin a watch with all there
// is, so that there are pages to turn.
func testNoStreams(t *testing.T, c *realCluster) {
	c.killServer(t)
	c.startServer(t, "--watch-cache=false")
	t.Cleanup(func() {
		c.killServer(t)
		c.startServer(t)
	})
	for i := range 2*pageSize + 1 {
		runPod(t, c, "other", "pod-"+sum(i)[60:])
	}
	s := c.sources(t, adminToken, agent.Kubernetes{ExcludeNamespaces: []string{"b*"}})[0]
	changed := watched(t, s)
	if got := len(look(t, s)); got != 2*pageSize+1 {
		t.Errorf("%d pods are seen, want %d", got, 2*pageSize+1)
	}
	removePod(t, c, "other", "pod-"+sum(7)[60:])
	until(t, changed, "one is gone", func() bool { return len(look(t, s)) == 2*pageSize })
	removeAll(t, c, "other")
}
