package kubernetes

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/tools/cache"
	"k8s.io/klog/v2"
)

// topic is what a feed is about.
type topic struct {
	resource  string
	namespace string // empty for all
	labels    string // selector; empty for all
}

// String is the topic for messages, as in "pods of namespace shop".
func (t topic) String() string {
	text := t.resource
	if t.labels != "" {
		text += " labelled " + t.labels
	}
	if t.namespace != "" {
		return text + " of namespace " + t.namespace
	}
	if t.resource == pods {
		return text + " of all namespaces"
	}
	return text
}

// feed keeps what the API server tells of a topic. It is the store of a reflector,
// which is the part of client-go that lists, watches and begins again when a watch
// breaks.
type feed struct {
	topic   topic
	contact *contact
	log     *slog.Logger
	cancel  context.CancelFunc
	users   int // guarded by the cluster

	mu          sync.Mutex
	objects     map[string]*kept // by namespace/name
	subscribers map[*subscriber]struct{}
}

// subscriber is told of changes. Without objects, anything may have changed.
type subscriber struct {
	tell func(before, after *kept)
}

// retries says when the reflector begins again: soon, as an environment is not known
// meanwhile, but not so often as to harm an API server that comes up.
var retries = wait.Backoff{Duration: 500 * time.Millisecond, Factor: 2, Jitter: 0.5, Steps: 10, Cap: 10 * time.Second}

// startFeed begins to ask for a topic. It goes on until the feed is canceled.
func startFeed(server api, t topic, log *slog.Logger, now func() time.Time) *feed {
	ctx, cancel := context.WithCancel(context.Background())
	f := &feed{
		topic: t, contact: newContact(now), log: log, cancel: cancel,
		objects: make(map[string]*kept), subscribers: make(map[*subscriber]struct{}),
	}
	// What the reflector would log is known by the contact, which tells it when it
	// matters.
	silent := klog.New(nil)
	backoff := retries
	lw := &listWatch{api: server, topic: t, contact: f.contact}
	reflector := cache.NewReflectorWithOptions(
		cache.ToListWatcherWithWatchListSemantics(&cache.ListWatch{
			ListWithContextFunc: lw.list, WatchFuncWithContext: lw.watch,
		}, server),
		&kept{}, f,
		cache.ReflectorOptions{Name: t.String(), Logger: &silent, Backoff: &backoff},
	)
	go reflector.RunWithContext(klog.NewContext(ctx, silent))
	return f
}

// read returns the objects that there are at this moment, which nobody changes. The
// error says why they are not known.
func (f *feed) read(ctx context.Context) ([]*kept, error) {
	if err := f.contact.await(ctx); err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Collect(maps.Values(f.objects)), nil
}

// subscribe has a function told of each change, until the end that is returned is
// called. It is called by the goroutine that takes in changes.
func (f *feed) subscribe(tell func(before, after *kept)) (end func()) {
	s := &subscriber{tell: tell}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.subscribers[s] = struct{}{}
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.subscribers, s)
	}
}

// Add is of the store of a reflector.
func (f *feed) Add(object any) error {
	return f.Update(object)
}

// Update is of the store of a reflector.
func (f *feed) Update(object any) error {
	after, ok := object.(*kept)
	if !ok {
		return fmt.Errorf("keep %s: %T is not stripped", f.topic, object)
	}
	f.mu.Lock()
	before := f.objects[after.key()]
	f.objects[after.key()] = after
	subscribers := f.told()
	f.mu.Unlock()
	f.warn(before, after)
	for _, s := range subscribers {
		s.tell(before, after)
	}
	return nil
}

// Delete is of the store of a reflector.
func (f *feed) Delete(object any) error {
	gone, ok := object.(*kept)
	if !ok {
		return fmt.Errorf("keep %s: %T is not stripped", f.topic, object)
	}
	f.mu.Lock()
	before := f.objects[gone.key()]
	delete(f.objects, gone.key())
	subscribers := f.told()
	f.mu.Unlock()
	for _, s := range subscribers {
		s.tell(before, nil)
	}
	return nil
}

// Replace is of the store of a reflector: it has asked for everything anew.
func (f *feed) Replace(list []any, _ string) error {
	objects := make(map[string]*kept, len(list))
	for _, object := range list {
		k, ok := object.(*kept)
		if !ok {
			return fmt.Errorf("keep %s: %T is not stripped", f.topic, object)
		}
		objects[k.key()] = k
	}
	f.mu.Lock()
	before := f.objects
	f.objects = objects
	subscribers := f.told()
	f.mu.Unlock()
	f.contact.completed()
	for key, k := range objects {
		f.warn(before[key], k)
	}
	for _, s := range subscribers {
		s.tell(nil, nil)
	}
	return nil
}

// Resync is of the store of a reflector, and there is nothing to do.
func (f *feed) Resync() error {
	return nil
}

func (f *feed) told() []*subscriber {
	list := make([]*subscriber, 0, len(f.subscribers))
	for s := range f.subscribers {
		list = append(list, s)
	}
	return list
}

// warn tells once that containers run of which it is not known what.
func (f *feed) warn(before, after *kept) {
	if len(after.untold) == 0 || before != nil && slices.Equal(before.untold, after.untold) {
		return
	}
	f.log.Warn("containers run that tell no digest: they are left out",
		"namespace", after.Namespace, "pod", after.Name, "containers", after.untold)
}

func (k *kept) key() string {
	return k.Namespace + "/" + k.Name
}
