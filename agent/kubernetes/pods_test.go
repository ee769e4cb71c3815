package kubernetes

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// noon is when containers of tests start, if nothing else is said.
var noon = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

// sum is a digest that is told apart from others by a number.
func sum(n int) string {
	return fmt.Sprintf("%064x", n)
}

// imageID is how containerd tells of an image that was pulled.
func imageID(n int) string {
	return "registry.example/some/name@sha256:" + sum(n)
}

// testPod makes a pod of its containers.
func testPod(namespace, name string, containers ...testContainer) *corev1.Pod {
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Status:     corev1.PodStatus{Phase: corev1.PodRunning},
	}
	for i := range containers {
		containers[i].addTo(pod)
	}
	return pod
}

// testContainer is a container of a pod, and its status.
type testContainer struct {
	name     string
	image    string
	gotImage string
	imageID  string
	kind     kind
	started  time.Time // zero for noon
	state    *corev1.ContainerState
	noStatus bool
}

func (c *testContainer) addTo(pod *corev1.Pod) {
	started := c.started
	if started.IsZero() {
		started = noon
	}
	state := corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.NewTime(started)}}
	if c.state != nil {
		state = *c.state
	}
	status := []corev1.ContainerStatus{{Name: c.name, Image: c.gotImage, ImageID: c.imageID, State: state}}
	if c.noStatus {
		status = nil
	}
	spec := corev1.Container{Name: c.name, Image: c.image}
	switch c.kind {
	case kindMain:
		pod.Spec.Containers = append(pod.Spec.Containers, spec)
		pod.Status.ContainerStatuses = append(pod.Status.ContainerStatuses, status...)
	case kindDebug:
		pod.Spec.EphemeralContainers = append(pod.Spec.EphemeralContainers, corev1.EphemeralContainer{
			EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: c.name, Image: c.image},
		})
		pod.Status.EphemeralContainerStatuses = append(pod.Status.EphemeralContainerStatuses, status...)
	case kindSidecar, kindInit:
		if c.kind == kindSidecar {
			always := corev1.ContainerRestartPolicyAlways
			spec.RestartPolicy = &always
		}
		pod.Spec.InitContainers = append(pod.Spec.InitContainers, spec)
		pod.Status.InitContainerStatuses = append(pod.Status.InitContainerStatuses, status...)
	}
}

func terminated() *corev1.ContainerState {
	return &corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Completed"}}
}

func crashing() *corev1.ContainerState {
	return &corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff"}}
}
