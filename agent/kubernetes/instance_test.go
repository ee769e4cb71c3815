package kubernetes

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/landfall-dev/landfall/agent"
)

func TestInstance_Containers(t *testing.T) {
	t.Parallel()
	web := testContainer{name: "web", image: "acme/web:1", imageID: imageID(1)}
	type digests = map[string]string
	type notes = map[string]agent.Note
	tests := map[string]struct {
		containers     []testContainer
		initContainers bool
		digests        digests // none if nothing runs
		notes          notes
		startedAt      time.Time // zero for noon
	}{
		"One": {containers: []testContainer{web}, digests: digests{"acme/web:1": sum(1)}},
		"PinnedImage": {
			containers: []testContainer{{name: "web", image: "acme/web:1@sha256:" + sum(9), imageID: imageID(1)}},
			digests:    digests{"acme/web:1": sum(1)},
		},
		"LocalImage": {
			containers: []testContainer{{name: "web", image: "web:dev", imageID: "sha256:" + sum(1)}},
			digests:    digests{"web:dev": sum(1)}, notes: notes{"web:dev": agent.NoteLocalImage},
		},
		"NameOfStatus": {
			containers: []testContainer{{name: "web", image: "sha256:" + sum(1), gotImage: "acme/web:1", imageID: imageID(1)}},
			digests:    digests{"acme/web:1": sum(1)},
		},
		"NameOfContainer": {
			containers: []testContainer{{name: "web", image: "sha256:" + sum(1), gotImage: sum(1), imageID: sum(1)}},
			digests:    digests{"web": sum(1)}, notes: notes{"web": agent.NoteLocalImage},
		},
		"NameTooLong": {
			containers: []testContainer{{name: "web", image: strings.Repeat("a", 500), imageID: imageID(1)}},
			digests:    digests{"web": sum(1)},
		},
		"SameImageTwice": {
			containers: []testContainer{web, {name: "worker", image: "acme/web:1", imageID: imageID(1)}},
			digests:    digests{"acme/web:1": sum(1)},
		},
		"SameNameOtherDigest": {
			containers: []testContainer{web, {name: "worker", image: "acme/web:1", imageID: imageID(2)}},
			digests:    digests{"acme/web:1": sum(1), "acme/web:1 (worker)": sum(2)},
		},
		"SidecarOfSameImage": {
			containers: []testContainer{{name: "proxy", image: "acme/web:1", imageID: imageID(1), kind: kindSidecar}, web},
			digests:    digests{"acme/web:1": sum(1)},
		},
		"Sidecar": {
			containers: []testContainer{web, {name: "proxy", image: "proxy:3", imageID: imageID(3), kind: kindSidecar, started: noon.Add(-time.Hour)}},
			digests:    digests{"acme/web:1": sum(1), "proxy:3": sum(3)},
			notes:      notes{"proxy:3": agent.NoteSidecar},
		},
		"Debug": {
			containers: []testContainer{web, {name: "debugger", image: "busybox", imageID: imageID(4), kind: kindDebug, started: noon.Add(time.Hour)}},
			digests:    digests{"acme/web:1": sum(1), "busybox": sum(4)},
			notes:      notes{"busybox": agent.NoteDebug},
		},
		"InitLeftOut": {
			containers: []testContainer{{name: "migrate", image: "migrate:1", imageID: imageID(5), kind: kindInit}},
		},
		"Init": {
			containers:     []testContainer{{name: "migrate", image: "migrate:1", imageID: imageID(5), kind: kindInit}},
			initContainers: true,
			digests:        digests{"migrate:1": sum(5)},
			notes:          notes{"migrate:1": agent.NoteInit},
		},
		"InitEnded": {
			containers:     []testContainer{web, {name: "migrate", image: "migrate:1", imageID: imageID(5), kind: kindInit, state: terminated()}},
			initContainers: true,
			digests:        digests{"acme/web:1": sum(1)},
		},
		"OnlySidecarRuns": {
			containers: []testContainer{
				{name: "web", image: "acme/web:1", imageID: imageID(1), state: crashing()},
				{name: "proxy", image: "proxy:3", imageID: imageID(3), kind: kindSidecar, started: noon.Add(-time.Hour)},
			},
			digests:   digests{"proxy:3": sum(3)},
			notes:     notes{"proxy:3": agent.NoteSidecar},
			startedAt: noon.Add(-time.Hour),
		},
		"CrashLoop":  {containers: []testContainer{{name: "web", image: "acme/web:1", imageID: imageID(1), state: crashing()}}},
		"Terminated": {containers: []testContainer{{name: "web", image: "acme/web:1", imageID: imageID(1), state: terminated()}}},
		"NotStarted": {containers: []testContainer{{name: "web", image: "acme/web:1", noStatus: true}}},
		"Untold":     {containers: []testContainer{{name: "web", image: "acme/web:1", imageID: ""}}},
		"OneUntold": {
			containers: []testContainer{web, {name: "odd", image: "acme/odd:1", imageID: "who knows"}},
			digests:    digests{"acme/web:1": sum(1)},
		},
		"EarliestMainStart": {
			containers: []testContainer{
				{name: "web", image: "acme/web:1", imageID: imageID(1), started: noon.Add(time.Minute)},
				{name: "worker", image: "acme/worker:1", imageID: imageID(2), started: noon},
				{name: "late", image: "acme/late:1", imageID: imageID(3), started: noon.Add(time.Hour)},
			},
			digests: digests{"acme/web:1": sum(1), "acme/worker:1": sum(2), "acme/late:1": sum(3)},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sc := &scope{initContainers: tt.initContainers}
			got, ok := sc.instance(keepPod(testPod("shop", "web-1", tt.containers...)), nil)
			if ok != (tt.digests != nil) {
				t.Fatalf("instance() runs: %v, want %v", ok, tt.digests != nil)
			}
			var want agent.Instance
			if ok {
				want = agent.Instance{
					Digests: tt.digests, Notes: tt.notes, StartedAt: tt.startedAt,
					Pod: &agent.Pod{Name: "web-1", Namespace: "shop"},
				}
				if want.StartedAt.IsZero() {
					want.StartedAt = noon
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("instance() (-want +got):\n%s", diff)
			}
		})
	}
}

func TestInstance_Pod(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*corev1.Pod)
		runs   bool
	}{
		"Running":   {func(*corev1.Pod) {}, true},
		"Pending":   {func(p *corev1.Pod) { p.Status.Phase = corev1.PodPending }, true},
		"Unknown":   {func(p *corev1.Pod) { p.Status.Phase, p.Status.Reason = corev1.PodUnknown, "NodeLost" }, true},
		"Deleted":   {func(p *corev1.Pod) { p.DeletionTimestamp = &metav1.Time{Time: noon} }, true},
		"Succeeded": {func(p *corev1.Pod) { p.Status.Phase = corev1.PodSucceeded }, false},
		"Failed":    {func(p *corev1.Pod) { p.Status.Phase = corev1.PodFailed }, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pod := testPod("shop", "web-1", testContainer{name: "web", image: "web:1", imageID: imageID(1)})
			tt.change(pod)
			if _, got := new(scope).instance(keepPod(pod), nil); got != tt.runs {
				t.Errorf("instance() runs: %v, want %v", got, tt.runs)
			}
		})
	}
}

func TestInstance_Owners(t *testing.T) {
	t.Parallel()
	yes := true
	pod := testPod("shop", "web-1", testContainer{name: "web", image: "web:1", imageID: imageID(1)})
	pod.OwnerReferences = []metav1.OwnerReference{
		{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "web-5d", UID: "u-1", Controller: &yes},
		{APIVersion: "example.com/v1", Kind: "Shop", Name: "corner", UID: "u-2"},
	}
	got, _ := new(scope).instance(keepPod(pod), nil)
	want := []agent.Owner{
		{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "web-5d", UID: "u-1", Controller: &yes},
		{APIVersion: "example.com/v1", Kind: "Shop", Name: "corner", UID: "u-2"},
	}
	if diff := cmp.Diff(want, got.Pod.Owners); diff != "" {
		t.Errorf("owners (-want +got):\n%s", diff)
	}
}

func TestInstance_Built(t *testing.T) {
	t.Parallel()
	// The runtime shows another digest for each platform, and both are of one index.
	built := func(image, digest string) string {
		if image == "acme/web:1" {
			return sum(100)
		}
		return digest
	}
	pod := testPod("shop", "web-1",
		testContainer{name: "web", image: "acme/web:1", imageID: imageID(1)},
		testContainer{name: "worker", image: "acme/web:1", imageID: imageID(2)},
		testContainer{name: "dev", image: "acme/web:1", imageID: "sha256:" + sum(3)},
		testContainer{name: "other", image: "acme/other:1", imageID: imageID(4)})
	got, _ := new(scope).instance(keepPod(pod), built)
	want := map[string]string{"acme/web:1": sum(100), "acme/web:1 (dev)": sum(3), "acme/other:1": sum(4)}
	if diff := cmp.Diff(want, got.Digests); diff != "" {
		t.Errorf("digests (-want +got):\n%s", diff)
	}
}

// TestKeepPod_DropsTheRest is what the promise about memory stands on.
func TestKeepPod_DropsTheRest(t *testing.T) {
	t.Parallel()
	pod := testPod("shop", "web-1", testContainer{name: "web", image: "web:1", imageID: imageID(1)})
	pod.ResourceVersion = "7"
	pod.Annotations = map[string]string{"big": "text", metav1.InitialEventsAnnotationKey: "true"}
	pod.Labels = map[string]string{"app": "web"}
	pod.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "kubelet"}}
	want := metav1.ObjectMeta{
		Namespace: "shop", Name: "web-1", ResourceVersion: "7",
		Annotations: map[string]string{metav1.InitialEventsAnnotationKey: "true"},
	}
	if diff := cmp.Diff(want, keepPod(pod).ObjectMeta); diff != "" {
		t.Errorf("metadata kept (-want +got):\n%s", diff)
	}
}
