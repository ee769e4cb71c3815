package kubernetes

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes/fake"

	"github.com/landfall-dev/landfall/agent"
)

// fakeAPI is an API server made of the fake clientset, which can break.
type fakeAPI struct {
	clients *fake.Clientset
	streams bool // whether the client lets a watch begin with all there is
	// What the server says to such a watch: an error, or one within the watch.
	noStreams, noStreamsWithin error

	mu       sync.Mutex
	requests []request
	down     error // the answer to everything
	refused  error // the answer to lists and watches
	open     []*fakeWatch
	opened   chan struct{} // gets a value when a watch is opened
}

type request struct {
	Verb, Resource, Namespace, Labels, Fields string
}

type fakeWatch struct {
	source watch.Interface
	end    chan *watch.Event
}

func newFakeAPI() *fakeAPI {
	return &fakeAPI{clients: fake.NewClientset(), opened: make(chan struct{}, 1000)}
}

// IsWatchListSemanticsUnSupported is what a reflector asks fakes.
func (f *fakeAPI) IsWatchListSemanticsUnSupported() bool {
	return !f.streams
}

func (f *fakeAPI) asked(verb, resource, namespace string, opts metav1.ListOptions) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests = append(f.requests, request{verb, resource, namespace, opts.LabelSelector, opts.FieldSelector})
	if f.down != nil {
		return f.down
	}
	return f.refused
}

func (f *fakeAPI) list(ctx context.Context, resource, namespace string, opts metav1.ListOptions) (runtime.Object, error) {
	if err := f.asked("list", resource, namespace, opts); err != nil {
		return nil, err
	}
	if resource == namespaces {
		return f.clients.CoreV1().Namespaces().List(ctx, opts)
	}
	opts.FieldSelector = "" // the fake takes none of these
	return f.clients.CoreV1().Pods(namespace).List(ctx, opts)
}

func (f *fakeAPI) watch(ctx context.Context, resource, namespace string, opts metav1.ListOptions) (watch.Interface, error) {
	if err := f.asked("watch", resource, namespace, opts); err != nil {
		return nil, err
	}
	var source watch.Interface
	var err error
	if resource == namespaces {
		source, err = f.clients.CoreV1().Namespaces().Watch(ctx, metav1.ListOptions{})
	} else {
		source, err = f.clients.CoreV1().Pods(namespace).Watch(ctx, metav1.ListOptions{})
	}
	if err != nil {
		return nil, err
	}
	source, err = labelled(source, opts.LabelSelector)
	if err != nil {
		return nil, err
	}
	var first []watch.Event
	if opts.SendInitialEvents != nil && *opts.SendInitialEvents {
		if f.noStreams != nil {
			return nil, f.noStreams
		}
		if status, ok := errors.AsType[*apierrors.StatusError](f.noStreamsWithin); ok {
			return f.forward(source, []watch.Event{{Type: watch.Error, Object: &status.ErrStatus}}), nil
		}
		first = f.initialEvents(ctx, resource, namespace, opts)
	}
	return f.forward(source, first), nil
}

// labelled leaves out what a selector does not choose: the watches of the fake tell of
// everything.
func labelled(source watch.Interface, selector string) (watch.Interface, error) {
	parsed, err := labels.Parse(selector)
	if err != nil {
		return nil, err
	}
	return watch.Filter(source, func(event watch.Event) (watch.Event, bool) {
		object, err := meta.Accessor(event.Object)
		return event, err == nil && parsed.Matches(labels.Set(object.GetLabels()))
	}), nil
}

func (f *fakeAPI) initialEvents(ctx context.Context, resource, namespace string, opts metav1.ListOptions) []watch.Event {
	mark := metav1.ObjectMeta{ResourceVersion: "1000", Annotations: map[string]string{metav1.InitialEventsAnnotationKey: "true"}}
	var events []watch.Event
	if resource == namespaces {
		all, _ := f.clients.CoreV1().Namespaces().List(ctx, metav1.ListOptions{LabelSelector: opts.LabelSelector})
		for i := range all.Items {
			events = append(events, watch.Event{Type: watch.Added, Object: &all.Items[i]})
		}
		return append(events, watch.Event{Type: watch.Bookmark, Object: &corev1.Namespace{ObjectMeta: mark}})
	}
	all, _ := f.clients.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{LabelSelector: opts.LabelSelector})
	for i := range all.Items {
		events = append(events, watch.Event{Type: watch.Added, Object: &all.Items[i]})
	}
	return append(events, watch.Event{Type: watch.Bookmark, Object: &corev1.Pod{ObjectMeta: mark}})
}

func (f *fakeAPI) forward(source watch.Interface, first []watch.Event) watch.Interface {
	events := make(chan watch.Event)
	proxy := watch.NewProxyWatcher(events)
	fw := &fakeWatch{source: source, end: make(chan *watch.Event, 1)}
	f.mu.Lock()
	f.open = append(f.open, fw)
	f.mu.Unlock()
	f.opened <- struct{}{}
	send := func(event watch.Event) bool {
		select {
		case events <- event:
			return true
		case <-proxy.StopChan():
			return false
		}
	}
	go func() {
		defer close(events)
		defer source.Stop()
		for _, event := range first {
			if !send(event) {
				return
			}
		}
		for {
			select {
			case event := <-source.ResultChan():
				if !send(event) {
					return
				}
			case last := <-fw.end:
				if last != nil {
					send(*last)
				}
				return
			case <-proxy.StopChan():
				return
			}
		}
	}()
	return proxy
}

func (f *fakeAPI) version(context.Context) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return "v1.37.2", f.down
}

func (f *fakeAPI) host() string {
	return "https://fake.example"
}

// set changes what the server answers, and ends all watches, with an event if one
// is given.
func (f *fakeAPI) set(down, refused error, last *watch.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.down, f.refused = down, refused
	for _, w := range f.open {
		w.end <- last
	}
	f.open = nil
}

// asks returns the different requests so far, in order.
func (f *fakeAPI) asks() []request {
	f.mu.Lock()
	defer f.mu.Unlock()
	var list []request
	for _, r := range f.requests {
		if !slices.Contains(list, r) {
			list = append(list, r)
		}
	}
	return list
}

func (f *fakeAPI) put(t testing.TB, pod *corev1.Pod) {
	t.Helper()
	api := f.clients.CoreV1().Pods(pod.Namespace)
	if _, err := api.Get(t.Context(), pod.Name, metav1.GetOptions{}); err != nil {
		if _, err := api.Create(t.Context(), pod, metav1.CreateOptions{}); err != nil {
			t.Fatalf("create pod: %v", err)
		}
		return
	}
	if _, err := api.Update(t.Context(), pod, metav1.UpdateOptions{}); err != nil {
		t.Fatalf("update pod: %v", err)
	}
}

func (f *fakeAPI) remove(t testing.TB, namespace, name string) {
	t.Helper()
	if err := f.clients.CoreV1().Pods(namespace).Delete(t.Context(), name, metav1.DeleteOptions{}); err != nil {
		t.Fatalf("delete pod: %v", err)
	}
}

// sourcesOf makes sources of configurations that all look at the fake.
func sourcesOf(t testing.TB, f *fakeAPI, cfgs ...agent.Kubernetes) []*Source {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	sources, err := newSources(cfgs, nil, log, func(agent.Kubernetes) (api, error) { return f, nil })
	if err != nil {
		t.Fatalf("newSources: %v", err)
	}
	for _, s := range sources {
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		})
	}
	return sources
}

// watched runs Watch of a source, and returns a channel that has a value when
// something changed since it was last taken.
func watched(t testing.TB, s *Source) <-chan struct{} {
	t.Helper()
	changed := make(chan struct{}, 1)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- s.Watch(ctx, func() {
			select {
			case changed <- struct{}{}:
			default:
			}
		})
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("Watch: %v", err)
		}
	})
	return changed
}

// until waits for something that is true after one of the changes to come.
func until[T any](t testing.TB, changed <-chan T, what string, holds func() bool) {
	t.Helper()
	deadline := time.After(time.Minute)
	for !holds() {
		select {
		case <-changed:
		case <-deadline:
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

func look(t testing.TB, s *Source) []agent.Instance {
	t.Helper()
	instances, err := s.Look(t.Context())
	if err != nil {
		t.Fatalf("Look: %v", err)
	}
	return instances
}
