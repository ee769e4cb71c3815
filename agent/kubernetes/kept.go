package kubernetes

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/landfall-dev/landfall/agent"
)

// kept is what is kept of a pod or of a namespace. To the reflector it is an
// object of the API like any other; of its metadata only what names it, its
// version and its owners are there.
type kept struct {
	metav1.ObjectMeta
	containers []container // those that run and tell what they run, in the order in which they get their names
	untold     []string    // the names of those that run and do not tell
}

// container is a container that runs.
type container struct {
	name      string
	image     string // the name of the artifact
	digest    string // bare hexadecimal
	local     bool   // the digest is that of the image's configuration
	kind      kind
	startedAt time.Time
}

// kind is what a container is for.
type kind uint8

const (
	kindMain kind = iota
	kindSidecar
	kindInit
	kindDebug
)

// keepPod takes out of a pod what a report says of it. Nothing that it returns
// holds on to the rest.
func keepPod(pod *corev1.Pod) *kept {
	k := keepMeta(&pod.ObjectMeta)
	k.OwnerReferences = pod.OwnerReferences
	if pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed {
		return k
	}
	// A pod that is being deleted, or whose node is lost, runs for as long as its
	// containers are said to.
	for i := range pod.Spec.Containers {
		c := &pod.Spec.Containers[i]
		k.add(kindMain, c.Name, c.Image, pod.Status.ContainerStatuses)
	}
	for i := range pod.Spec.InitContainers {
		c := &pod.Spec.InitContainers[i]
		what := kindInit
		if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			what = kindSidecar
		}
		k.add(what, c.Name, c.Image, pod.Status.InitContainerStatuses)
	}
	for i := range pod.Spec.EphemeralContainers {
		c := &pod.Spec.EphemeralContainers[i]
		k.add(kindDebug, c.Name, c.Image, pod.Status.EphemeralContainerStatuses)
	}
	return k
}

func keepNamespace(ns *corev1.Namespace) *kept {
	return keepMeta(&ns.ObjectMeta)
}

func keepMeta(m *metav1.ObjectMeta) *kept {
	k := &kept{ObjectMeta: metav1.ObjectMeta{Name: m.Name, Namespace: m.Namespace, ResourceVersion: m.ResourceVersion}}
	// The reflector looks for this mark on the bookmark that ends the first events.
	if mark, ok := m.Annotations[metav1.InitialEventsAnnotationKey]; ok {
		k.Annotations = map[string]string{metav1.InitialEventsAnnotationKey: mark}
	}
	return k
}

func (k *kept) add(what kind, name, image string, statuses []corev1.ContainerStatus) {
	i := slices.IndexFunc(statuses, func(s corev1.ContainerStatus) bool { return s.Name == name })
	if i < 0 || statuses[i].State.Running == nil {
		return
	}
	status := &statuses[i]
	digest, local := digestOf(status.ImageID)
	if digest == "" {
		k.untold = append(k.untold, name)
		return
	}
	k.containers = append(k.containers, container{
		name: name, image: artifactName(image, status.Image, name), digest: digest, local: local,
		kind: what, startedAt: status.State.Running.StartedAt.UTC(),
	})
}

// artifactName is the name of what a container runs: that of the image that the pod
// asks for, or else that of the one it got, or else that of the container, as an
// image id is no name.
func artifactName(wanted, got, container string) string {
	for _, ref := range []string{wanted, got} {
		if name := agent.ImageName(ref); name != "" && len(name) <= maxName {
			return name
		}
	}
	return container
}

// maxName is the longest name of an image, in bytes: reports have names of 500, and
// that of a container may be added to it, in brackets.
const maxName = 500 - len(" ()") - 63

// GetObjectKind returns no kind: a kept object is never sent.
func (k *kept) GetObjectKind() schema.ObjectKind {
	return schema.EmptyObjectKind
}

// DeepCopyObject returns a copy that shares nothing which could change.
func (k *kept) DeepCopyObject() runtime.Object {
	return &kept{
		ObjectMeta: *k.DeepCopy(),
		containers: slices.Clone(k.containers),
		untold:     slices.Clone(k.untold),
	}
}
