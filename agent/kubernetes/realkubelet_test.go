package kubernetes

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clientset "k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

// kubelet does what a scheduler and the kubelets of a cluster do to pods, and runs
// nothing.
type kubelet struct {
	t     *testing.T
	admin clientset.Interface

	mu   sync.Mutex
	hold bool          // whether pods that are deleted go on running
	held []*corev1.Pod // those
}

// digestOfImage is the digest that the kubelet tells for an image.
func digestOfImage(image string) string {
	digest := sha256.Sum256([]byte(image))
	return hex.EncodeToString(digest[:])
}

func startKubelet(t *testing.T, admin clientset.Interface) *kubelet {
	t.Helper()
	k := &kubelet{t: t, admin: admin}
	ctx, cancel := context.WithCancel(context.Background())
	_, informer := cache.NewInformerWithOptions(cache.InformerOptions{
		ListerWatcher: &cache.ListWatch{
			ListWithContextFunc:  cache.ToListerWithContext(listOfPods(admin)).ListWithContext,
			WatchFuncWithContext: cache.ToWatcherWithContext(listOfPods(admin)).WatchWithContext,
		},
		ObjectType: &corev1.Pod{},
		Handler: cache.ResourceEventHandlerFuncs{
			AddFunc:    func(o any) { k.sync(ctx, o.(*corev1.Pod)) },
			UpdateFunc: func(_, o any) { k.sync(ctx, o.(*corev1.Pod)) },
		},
	})
	done := make(chan struct{})
	go func() {
		defer close(done)
		informer.RunWithContext(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	return k
}

func listOfPods(admin clientset.Interface) *cache.ListWatch {
	return cache.NewListWatchFromClient(admin.CoreV1().RESTClient(), pods, "", noFields)
}

// sync does the next thing to a pod.
func (k *kubelet) sync(ctx context.Context, pod *corev1.Pod) {
	var err error
	switch {
	case pod.DeletionTimestamp != nil:
		if !k.keeps(pod) {
			err = k.end(ctx, pod)
		}
	case pod.Spec.NodeName == "":
		err = k.admin.CoreV1().Pods(pod.Namespace).Bind(ctx, &corev1.Binding{
			ObjectMeta: metav1.ObjectMeta{Namespace: pod.Namespace, Name: pod.Name},
			Target:     corev1.ObjectReference{Kind: "Node", Name: "node-1"},
		}, metav1.CreateOptions{})
	case pod.Status.Phase == corev1.PodPending:
		running := pod.DeepCopy()
		running.Status = runningStatus(pod, digestOfImage)
		_, err = k.admin.CoreV1().Pods(pod.Namespace).UpdateStatus(ctx, running, metav1.UpdateOptions{})
	}
	if err != nil && ctx.Err() == nil && !apierrors.IsConflict(err) && !apierrors.IsNotFound(err) {
		k.t.Logf("kubelet: %v", err)
	}
}

func (k *kubelet) keeps(pod *corev1.Pod) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.hold {
		k.held = append(k.held, pod)
	}
	return k.hold
}

// holdDeleted has pods that are deleted go on running, until what it returns is called.
func (k *kubelet) holdDeleted() (release func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.hold = true
	return func() {
		k.mu.Lock()
		held := k.held
		k.hold, k.held = false, nil
		k.mu.Unlock()
		for _, pod := range held {
			k.sync(k.t.Context(), pod)
		}
	}
}

// end has the containers of a pod end, and the pod go.
func (k *kubelet) end(ctx context.Context, pod *corev1.Pod) error {
	now := int64(0)
	ended, err := k.admin.CoreV1().Pods(pod.Namespace).Get(ctx, pod.Name, metav1.GetOptions{})
	if err != nil || ended.UID != pod.UID {
		return err
	}
	for i := range ended.Status.ContainerStatuses {
		ended.Status.ContainerStatuses[i].State = corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{Reason: "Completed"}}
	}
	if _, err := k.admin.CoreV1().Pods(pod.Namespace).UpdateStatus(ctx, ended, metav1.UpdateOptions{}); err != nil {
		return err
	}
	return k.admin.CoreV1().Pods(pod.Namespace).Delete(ctx, pod.Name, metav1.DeleteOptions{GracePeriodSeconds: &now})
}

// runningStatus is the status of a pod whose containers all run.
func runningStatus(pod *corev1.Pod, digest func(image string) string) corev1.PodStatus {
	now := metav1.Now()
	status := corev1.PodStatus{Phase: corev1.PodRunning, StartTime: &now, PodIP: "10.1.2.3", PodIPs: []corev1.PodIP{{IP: "10.1.2.3"}}, HostIP: "10.0.0.1"}
	for _, what := range []corev1.PodConditionType{corev1.PodScheduled, corev1.PodInitialized, corev1.ContainersReady, corev1.PodReady} {
		status.Conditions = append(status.Conditions, corev1.PodCondition{Type: what, Status: corev1.ConditionTrue, LastTransitionTime: now})
	}
	for i := range pod.Spec.Containers {
		c := &pod.Spec.Containers[i]
		started := true
		status.ContainerStatuses = append(status.ContainerStatuses, corev1.ContainerStatus{
			Name: c.Name, Image: c.Image, ImageID: c.Image + "@sha256:" + digest(c.Image), Ready: true, Started: &started,
			ContainerID: "containerd://" + digestOfImage(pod.Name+c.Name),
			State:       corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: now}},
		})
	}
	return status
}
