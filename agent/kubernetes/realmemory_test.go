package kubernetes

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

const (
	manyPods      = 5000
	maxSteadyKB   = 64 << 10
	changesPerMin = manyPods / 100
)

// testMemory measures a process that only watches pods, 5,000 of the size that pods
// have, of which one in a hundred changes in a minute.
func testMemory(t *testing.T, c *realCluster) {
	begun := time.Now()
	size := makeManyPods(t, c)
	t.Logf("made %d pods of %d bytes of JSON each in %v", manyPods, size, time.Since(begun).Round(time.Second))
	if size < 8<<10 || size > 12<<10 {
		t.Errorf("the pods are not of the size that pods have")
	}
	lines := startWatcher(t, c)
	awaitWeight(t, lines, "all pods are seen")

	// Ten minutes of changes in one, and then some looks at rest.
	for i := range 10 * changesPerMin {
		changePod(t, c, i)
	}
	t.Logf("changed %d pods", 10*changesPerMin)
	for len(lines) > 0 {
		<-lines
	}
	steady := 0
	for range 5 {
		steady = awaitWeight(t, lines, "a look after the changes")["VmRSS"]
	}
	if steady > maxSteadyKB {
		t.Errorf("steady memory is %d kB, want at most %d", steady, maxSteadyKB)
	}

	if whole := testAgentMemory(t, c); whole > maxSteadyKB {
		t.Errorf("landfall-agent weighs %d kB, want at most %d", whole, maxSteadyKB)
	}

	// The worst moment is when everything is told anew while everything old is held:
	// first in a stream, and then in pages, as older servers do.
	for _, flags := range [][]string{nil, {"--watch-cache=false"}} {
		c.killServer(t)
		c.startServer(t, flags...)
		for len(lines) > 0 {
			<-lines // of before
		}
		changePod(t, c, 0)
		for range 5 {
			steady = awaitWeight(t, lines, fmt.Sprintf("a look after a restart with %v", flags))["VmRSS"]
		}
		if steady > maxSteadyKB {
			t.Errorf("memory after everything was told anew is %d kB, want at most %d", steady, maxSteadyKB)
		}
	}
}

func startWatcher(t *testing.T, c *realCluster) <-chan string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "watcher")
	// Not with the race detector, which weighs several times as much.
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-ldflags=-s -w", "-o", program, "./testdata/watcher")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the watcher: %v\n%s", err, out)
	}
	info, err := os.Stat(program)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the program has %d kB", info.Size()>>10)
	watcher := exec.CommandContext(t.Context(), program, c.kubeconfig(t, adminToken))
	watcher.Stderr = t.Output()
	out, err := watcher.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := watcher.Start(); err != nil {
		t.Fatal(err)
	}
	lines := make(chan string, 1000)
	read := make(chan struct{})
	go func() {
		defer close(read)
		for scanner := bufio.NewScanner(out); scanner.Scan(); {
			lines <- scanner.Text()
		}
	}()
	t.Cleanup(func() {
		_ = watcher.Process.Kill()
		<-read
		_ = watcher.Wait()
	})
	return lines
}

// awaitWeight returns what the watcher says of itself when it sees all pods, in kB.
func awaitWeight(t *testing.T, lines <-chan string, when string) map[string]int {
	t.Helper()
	deadline := time.After(2 * time.Minute)
	for {
		select {
		case line := <-lines:
			var instances int
			weight := make(map[string]int)
			fields := strings.Fields(line)
			for i := 0; i+1 < len(fields); i += 2 {
				var n int
				if _, err := fmt.Sscan(fields[i+1], &n); err != nil {
					t.Fatalf("the watcher says %q", line)
				}
				weight[fields[i]] = n
			}
			instances = weight["instances"]
			t.Logf("%s: %s", when, line)
			if instances == manyPods {
				return weight
			}
		case <-deadline:
			t.Fatalf("waited in vain for a line of the watcher: %s", when)
		}
	}
}

// makeManyPods returns the size of one of them.
func makeManyPods(t *testing.T, c *realCluster) int {
	t.Helper()
	var group errgroup.Group
	group.SetLimit(16)
	for i := range manyPods {
		group.Go(func() error {
			pod := heavyPod(i)
			api := c.admin.CoreV1().Pods(pod.Namespace)
			made, err := api.Create(t.Context(), pod, metav1.CreateOptions{FieldManager: "kube-controller-manager"})
			if err != nil {
				return err
			}
			made.Status = runningStatus(made, digestOfImage)
			_, err = api.UpdateStatus(t.Context(), made, metav1.UpdateOptions{FieldManager: "kubelet"})
			return err
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	one, err := c.admin.CoreV1().Pods("shop").Get(t.Context(), heavyPod(0).Name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(one)
	if err != nil {
		t.Fatal(err)
	}
	return len(text)
}

// changePod restarts the containers of a pod with other images.
func changePod(t *testing.T, c *realCluster, i int) {
	t.Helper()
	api := c.admin.CoreV1().Pods("shop")
	pod, err := api.Get(t.Context(), heavyPod(i).Name, metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	pod.Status = runningStatus(pod, func(image string) string { return digestOfImage(image + pod.ResourceVersion) })
	if _, err := api.UpdateStatus(t.Context(), pod, metav1.UpdateOptions{FieldManager: "kubelet"}); err != nil {
		t.Fatal(err)
	}
}

// heavyPod is a pod with what pods of applications have: variables, volumes, probes,
// annotations and a sidecar.
func heavyPod(i int) *corev1.Pod {
	yes := true
	release := fmt.Sprintf("checkout-service-%d", i%200)
	main := corev1.Container{
		Name: "checkout", Image: fmt.Sprintf("registry.example/acme/platform/%s:2026.07.%d", release, i%40),
		Ports: []corev1.ContainerPort{{Name: "http", ContainerPort: 8080}, {Name: "metrics", ContainerPort: 9090}},
		Resources: corev1.ResourceRequirements{
			Requests: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("250m"), corev1.ResourceMemory: resource.MustParse("256Mi")},
			Limits:   corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("512Mi")},
		},
		LivenessProbe:  probe("/healthz"),
		ReadinessProbe: probe("/readyz"),
	}
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "shop", Name: fmt.Sprintf("checkout-service-%d-7d9c5b8f4-%05d", i%200, i),
			Labels: map[string]string{
				"app.kubernetes.io/name": release, "app.kubernetes.io/instance": release, "app.kubernetes.io/version": "2026.07",
				"app.kubernetes.io/managed-by": "Helm", "pod-template-hash": "7d9c5b8f4", "team": "payments",
			},
			Annotations: map[string]string{
				"prometheus.io/scrape": "true", "prometheus.io/port": "9090", "checksum/config": digestOfImage(release),
				"sidecar.example.com/status": strings.Repeat(`{"containers":["proxy"],"volumes":["certs"]}`, 8),
			},
			OwnerReferences: []metav1.OwnerReference{{
				APIVersion: "apps/v1", Kind: "ReplicaSet", Name: release + "-7d9c5b8f4", UID: "0b4d3c2a-9f1e-4b7a-8c6d-5e4f3a2b1c0d",
				Controller: &yes, BlockOwnerDeletion: &yes,
			}},
		},
		Spec: corev1.PodSpec{NodeName: fmt.Sprintf("node-%d.example.internal", i%100), ServiceAccountName: release},
	}
	for v := range 16 {
		main.Env = append(main.Env, corev1.EnvVar{Name: fmt.Sprintf("CHECKOUT_SETTING_%02d", v), Value: fmt.Sprintf("https://service-%d.shop.svc.cluster.local:8443/v1", v)})
	}
	for v := range 5 {
		name := fmt.Sprintf("configuration-%d", v)
		main.VolumeMounts = append(main.VolumeMounts, corev1.VolumeMount{Name: name, MountPath: "/etc/checkout/" + name, ReadOnly: true})
		pod.Spec.Volumes = append(pod.Spec.Volumes, corev1.Volume{Name: name, VolumeSource: corev1.VolumeSource{
			ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: release + "-" + name}},
		}})
	}
	proxy := corev1.Container{Name: "proxy", Image: "registry.example/mesh/proxy:1.29.1", LivenessProbe: probe("/live"), Args: []string{"proxy", "sidecar", "--domain", "shop.svc.cluster.local"}}
	pod.Spec.Containers = []corev1.Container{main, proxy}
	return pod
}

func probe(path string) *corev1.Probe {
	return &corev1.Probe{
		ProbeHandler:  corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: path, Port: intstr.FromInt32(8080)}},
		PeriodSeconds: 10, TimeoutSeconds: 2, FailureThreshold: 3,
	}
}
