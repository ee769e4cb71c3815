package kubernetes

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"pgregory.net/rapid"

	"github.com/landfall-dev/landfall/agent"
)

const notFinished = "status.phase!=Succeeded,status.phase!=Failed"

// names lists what a look shows, as in "shop/web-1".
func names(instances []agent.Instance) []string {
	list := []string{}
	for _, i := range instances {
		list = append(list, i.Pod.Namespace+"/"+i.Pod.Name)
	}
	return list
}

func webPod(namespace, name string, digest int) *corev1.Pod {
	return testPod(namespace, name, testContainer{name: "web", image: "web:1", imageID: imageID(digest)})
}

func TestSource_LooksWithoutWatch(t *testing.T) {
	t.Parallel()
	for name, streams := range map[string]bool{"Lists": false, "Streams": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFakeAPI()
			f.streams = streams
			f.put(t, webPod("shop", "b", 1))
			f.put(t, webPod("shop", "a", 1))
			f.put(t, webPod("bank", "z", 1))
			f.put(t, testPod("bank", "y", testContainer{name: "web", image: "web:1", state: crashing()}))
			s := sourcesOf(t, f, agent.Kubernetes{})[0]
			if asked := f.asks(); len(asked) > 0 {
				t.Errorf("New asked for %v", asked)
			}
			if diff := cmp.Diff([]string{"bank/z", "shop/a", "shop/b"}, names(look(t, s))); diff != "" {
				t.Errorf("Look (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSource_ServerCannotStream is of servers that are too old for it, or whose etcd
// is: that they say no is no reason for a look to fail.
func TestSource_ServerCannotStream(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*fakeAPI){
		"Refused": func(f *fakeAPI) {
			f.noStreams = apierrors.NewInvalid(corev1.SchemeGroupVersion.WithKind("ListOptions").GroupKind(), "", nil)
		},
		"RefusedWithin": func(f *fakeAPI) {
			f.noStreamsWithin = apierrors.NewInternalError(errors.New("storage feature RequestWatchProgress is disabled"))
		},
	}
	for name, prepare := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFakeAPI()
			f.streams = true
			prepare(f)
			f.put(t, webPod("shop", "web", 1))
			s := sourcesOf(t, f, agent.Kubernetes{})[0]
			for range 20 { // a moment too early or too late is seen by one of them
				if got := names(look(t, s)); len(got) != 1 {
					t.Fatalf("Look = %v", got)
				}
			}
		})
	}
}

func TestSource_NothingRuns(t *testing.T) {
	t.Parallel()
	s := sourcesOf(t, newFakeAPI(), agent.Kubernetes{})[0]
	if got := look(t, s); got == nil || len(got) > 0 {
		t.Errorf("Look = %#v, want an empty slice", got)
	}
}

func TestSource_Scopes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		cfg   agent.Kubernetes
		names []string
		asks  []request
	}{
		"Named": {
			cfg:   agent.Kubernetes{Namespaces: []string{"shop", "bank"}},
			names: []string{"bank/web", "shop/web"},
			asks: []request{
				{"list", pods, "bank", "", notFinished},
				{"list", pods, "shop", "", notFinished},
				{"watch", pods, "bank", "", notFinished},
				{"watch", pods, "shop", "", notFinished},
			},
		},
		"NamedAndExcluded": {
			cfg:   agent.Kubernetes{Namespaces: []string{"shop", "bank", "shop"}, ExcludeNamespaces: []string{"b*"}},
			names: []string{"shop/web"},
			asks:  []request{{"list", pods, "shop", "", notFinished}, {"watch", pods, "shop", "", notFinished}},
		},
		"Patterns": {
			cfg:   agent.Kubernetes{Namespaces: []string{"s*", "bank"}, ExcludeNamespaces: []string{"staging"}},
			names: []string{"bank/web", "shop/web"},
			asks:  []request{{"list", pods, "", "", notFinished}, {"watch", pods, "", "", notFinished}},
		},
		"All": {
			cfg:   agent.Kubernetes{Labels: "app = web"},
			names: []string{"bank/web", "shop/web", "staging/web"},
			asks:  []request{{"list", pods, "", "app=web", notFinished}, {"watch", pods, "", "app=web", notFinished}},
		},
		"NamespaceLabels": {
			cfg:   agent.Kubernetes{Namespaces: []string{"bank", "staging"}, NamespaceLabels: "tier=prod"},
			names: []string{"bank/web"},
			asks: []request{
				{"list", namespaces, "", "tier=prod", ""},
				{"list", pods, "", "", notFinished},
				{"watch", namespaces, "", "tier=prod", ""},
				{"watch", pods, "", "", notFinished},
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFakeAPI()
			for _, namespace := range []string{"shop", "bank", "staging"} {
				tier := "prod"
				if namespace == "staging" {
					tier = "test"
				}
				ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace, Labels: map[string]string{"tier": tier}}}
				if _, err := f.clients.CoreV1().Namespaces().Create(t.Context(), ns, metav1.CreateOptions{}); err != nil {
					t.Fatal(err)
				}
				pod := webPod(namespace, "web", 1)
				pod.Labels = map[string]string{"app": "web"}
				f.put(t, pod)
			}
			s := sourcesOf(t, f, tt.cfg)[0]
			if diff := cmp.Diff(tt.names, names(look(t, s))); diff != "" {
				t.Errorf("Look (-want +got):\n%s", diff)
			}
			asks := f.asks()
			slices.SortFunc(asks, func(a, b request) int {
				return strings.Compare(a.Verb+a.Resource+a.Namespace, b.Verb+b.Resource+b.Namespace)
			})
			if diff := cmp.Diff(tt.asks, asks); diff != "" {
				t.Errorf("requests (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSource_NamespaceGetsLabel(t *testing.T) {
	t.Parallel()
	f := newFakeAPI()
	f.put(t, webPod("shop", "web", 1))
	s := sourcesOf(t, f, agent.Kubernetes{NamespaceLabels: "tier=prod"})[0]
	changed := watched(t, s)
	if got := names(look(t, s)); len(got) > 0 {
		t.Fatalf("Look = %v before the namespace is chosen", got)
	}
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop", Labels: map[string]string{"tier": "prod"}}}
	if _, err := f.clients.CoreV1().Namespaces().Create(t.Context(), ns, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	until(t, changed, "the pod is in", func() bool { return len(look(t, s)) == 1 })
}

func TestSource_ShareFeeds(t *testing.T) {
	t.Parallel()
	f := newFakeAPI()
	f.put(t, webPod("shop", "web", 1))
	f.put(t, webPod("bank", "web", 1))
	sources := sourcesOf(t, f,
		agent.Kubernetes{Namespaces: []string{"shop"}},
		agent.Kubernetes{Namespaces: []string{"b*"}},
		agent.Kubernetes{Namespaces: []string{"shop"}, Labels: "app=web"})
	for i, want := range [][]string{{"shop/web"}, {"bank/web"}, {}} {
		if diff := cmp.Diff(want, names(look(t, sources[i]))); diff != "" {
			t.Errorf("source %d (-want +got):\n%s", i, diff)
		}
	}
	want := []request{
		{"list", pods, "", "", notFinished},
		{"watch", pods, "", "", notFinished},
		{"list", pods, "shop", "app=web", notFinished},
		{"watch", pods, "shop", "app=web", notFinished},
	}
	if diff := cmp.Diff(want, f.asks()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
	// What is shared lasts until the last one closes.
	if err := sources[0].Close(); err != nil {
		t.Fatal(err)
	}
	if got := names(look(t, sources[1])); len(got) != 1 {
		t.Errorf("Look after the other closed = %v", got)
	}
	if _, err := sources[0].Look(t.Context()); err == nil {
		t.Error("Look of a closed source succeeds")
	}
}

func TestSource_WatchTellsOfWhatShows(t *testing.T) {
	t.Parallel()
	f := newFakeAPI()
	f.put(t, webPod("shop", "web", 1))
	f.put(t, webPod("bank", "web", 1))
	s := sourcesOf(t, f, agent.Kubernetes{Namespaces: []string{"s*"}})[0]
	changed := make(chan struct{}, 100)
	feeds, _, err := s.open()
	if err != nil {
		t.Fatal(err)
	}
	look(t, s) // so that the changes below are told one by one
	go func() { _ = s.Watch(t.Context(), func() { changed <- struct{}{} }) }()
	handled := make(chan string, 100)
	defer feeds[0].subscribe(func(_, after *kept) {
		if after != nil {
			handled <- after.Name
		}
	})()
	// settle waits until all that was put is told to everybody: it is when one of them
	// is told of what came after what came after.
	marks := 0
	settle := func() {
		for range 2 {
			marks++
			mark := fmt.Sprintf("mark-%d", marks)
			f.put(t, webPod("bank", mark, 1)) // another environment's
			for <-handled != mark {
			}
		}
	}
	// From the first call on it is known that Watch is told of changes.
	for digest := 10; len(changed) == 0; digest++ {
		f.put(t, webPod("shop", "web", digest))
		settle()
	}
	f.put(t, webPod("shop", "web", 1))
	settle()
	for len(changed) > 0 {
		<-changed
	}

	heartbeat := webPod("shop", "web", 1)
	heartbeat.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, LastProbeTime: metav1.Now()}}
	f.put(t, heartbeat)
	f.put(t, webPod("bank", "web", 2))
	f.put(t, testPod("shop", "waiting", testContainer{name: "web", image: "web:1", noStatus: true}))
	settle()
	if len(changed) > 0 {
		t.Error("changed was called, and a look shows nothing new")
	}
	f.put(t, webPod("shop", "web", 2))
	settle()
	if len(changed) != 1 {
		t.Errorf("changed was called %d times for a new digest", len(changed))
	}
}

func TestSource_LosesAndFindsContact(t *testing.T) {
	t.Parallel()
	gone := &watch.Event{Type: watch.Error, Object: &metav1.Status{
		Status: metav1.StatusFailure, Code: 410, Reason: metav1.StatusReasonExpired, Message: "too old resource version",
	}}
	broken := &watch.Event{Type: watch.Error, Object: &metav1.Status{
		Status: metav1.StatusFailure, Code: 500, Reason: metav1.StatusReasonUnknown, Message: "etcd lost its leader",
	}}
	forbidden := apierrors.NewForbidden(corev1.Resource("pods"), "", errors.New("no RBAC rule"))
	tests := map[string]struct {
		down, refused error
		last          *watch.Event
		says          string // what a look says meanwhile; empty if it waits
	}{
		"Unreachable":      {down: errors.New("connection refused"), says: "reach the API server https://fake.example: connection refused"},
		"RightsRevoked":    {refused: forbidden, says: "no RBAC rule"},
		"WatchBreaks":      {refused: errors.New("not yet"), last: broken, says: "pods of all namespaces"},
		"VersionTooOld":    {last: gone},
		"EndsAndGoesOn":    {},
		"TooOldAndRefused": {refused: forbidden, last: gone, says: "no RBAC rule"},
	}
	for name, tt := range tests {
		for _, streams := range []bool{false, true} {
			t.Run(fmt.Sprintf("%sStreams%v", name, streams), func(t *testing.T) {
				t.Parallel()
				f := newFakeAPI()
				f.streams = streams
				f.put(t, webPod("shop", "old", 1))
				s := sourcesOf(t, f, agent.Kubernetes{})[0]
				changed := watched(t, s)
				look(t, s)

				f.set(tt.down, tt.refused, tt.last)
				f.remove(t, "shop", "old")
				f.put(t, webPod("shop", "new", 1))
				if tt.says != "" {
					awaitLoss(t, s)
					_, err := s.Look(t.Context())
					if err == nil || !strings.Contains(err.Error(), tt.says) {
						t.Errorf("Look meanwhile = %v, want an error that says %q", err, tt.says)
					}
				}
				f.set(nil, nil, nil)
				if name == "EndsAndGoesOn" {
					return // the fake does not tell what happened between two watches
				}
				until(t, changed, "the new pod alone is seen", func() bool {
					instances, err := s.Look(t.Context())
					return err == nil && cmp.Equal([]string{"shop/new"}, names(instances))
				})
			})
		}
	}
}

// awaitLoss waits until the source knows that it lost contact.
func awaitLoss(t testing.TB, s *Source) {
	t.Helper()
	c := s.pods[0].contact
	deadline := time.After(20 * time.Second)
	for {
		c.mu.Lock()
		err, turned := c.err, c.turned
		c.mu.Unlock()
		if err != nil {
			return
		}
		select {
		case <-turned:
		case <-deadline:
			t.Fatal("contact is not lost")
		}
	}
}

// TestSource_LookIsAFunctionOfThePods changes pods at random, and expects that a look
// shows in the end what instance makes of those that are there.
func TestSource_LookIsAFunctionOfThePods(t *testing.T) {
	t.Parallel()
	f := newFakeAPI()
	s := sourcesOf(t, f, agent.Kubernetes{Namespaces: []string{"shop*"}})[0]
	changed := watched(t, s)
	look(t, s)
	there := make(map[string]*corev1.Pod)
	breaks := 0 // each takes longer to mend, as the reflector waits longer
	rapid.Check(t, func(rt *rapid.T) {
		for range rapid.IntRange(1, 8).Draw(rt, "changes") {
			pod := randomPod(rt)
			key := pod.Namespace + "/" + pod.Name
			if there[key] != nil && rapid.Bool().Draw(rt, "delete") {
				f.remove(t, pod.Namespace, pod.Name)
				delete(there, key)
				continue
			}
			f.put(t, pod)
			there[key] = pod
		}
		if breaks < 3 && rapid.IntRange(0, 20).Draw(rt, "break") == 0 {
			breaks++
			f.set(nil, nil, &watch.Event{Type: watch.Error, Object: &metav1.Status{Code: 410, Reason: metav1.StatusReasonExpired}})
		}
		want := instancesOf(there)
		var got []agent.Instance
		until(t, changed, "a look shows what runs", func() bool {
			var err error
			got, err = s.Look(t.Context())
			return err == nil && cmp.Equal(want, got)
		})
	})
}

func instancesOf(there map[string]*corev1.Pod) []agent.Instance {
	list := []agent.Instance{}
	keys := make([]string, 0, len(there))
	for key := range there {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		instance, ok := new(scope).instance(keepPod(there[key]), nil)
		if ok && strings.HasPrefix(key, "shop") {
			list = append(list, instance)
		}
	}
	return list
}

func randomPod(t *rapid.T) *corev1.Pod {
	containers := []testContainer{
		{name: "web", image: "web:1", imageID: imageID(rapid.IntRange(1, 3).Draw(t, "digest"))},
		{name: "side", image: "side:1", imageID: imageID(9), kind: kindSidecar},
	}
	for i := range containers {
		if rapid.IntRange(0, 3).Draw(t, "stopped") == 0 {
			containers[i].state = crashing()
		}
	}
	// A separator that sorts below all names keeps the order of keys and of looks alike.
	namespace := rapid.SampledFrom([]string{"shop", "shopb", "bank"}).Draw(t, "namespace")
	pod := testPod(namespace, rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "name"), containers...)
	pod.Status.Phase = rapid.SampledFrom([]corev1.PodPhase{corev1.PodRunning, corev1.PodPending, corev1.PodFailed}).Draw(t, "phase")
	return pod
}
