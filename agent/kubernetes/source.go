package kubernetes

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/landfall-dev/landfall/agent"
)

// Source looks at the pods of one environment. New makes it.
type Source struct {
	cluster *cluster
	scope   scope
	wide    bool                // its pods are in a feed of all namespaces
	images  agent.ImageResolver // nil if they are not asked for

	mu     sync.Mutex
	pods   []*feed // nil until the first look or watch
	labels *feed   // of the namespaces that have the labels; nil if that is no matter
	closed bool
}

var _ agent.Source = (*Source)(nil)

var errClosed = errors.New("the source is closed")

// maxInstances is how many instances a report may have.
const maxInstances = 20_000

// contactTimeout is for how long the API server may take to say that it is there.
const contactTimeout = 10 * time.Second

// Look returns an instance for each pod in which at least one of the containers to
// be reported runs, in the order of namespaces and names. A container that is said
// to run without saying what is left out, and logged: it must not hide the rest of
// a cluster for as long as it runs.
//
// The first look waits until all pods are listed, for a minute at most. Each asks
// the API server whether it is there, as a connection that is cut off looks like
// one on which nothing happens. If contact is lost, the error says why.
func (s *Source) Look(ctx context.Context) ([]agent.Instance, error) {
	podFeeds, labels, err := s.open()
	if err != nil {
		return nil, err
	}
	if err := s.touch(ctx); err != nil {
		return nil, err
	}
	chosen, err := s.chosen(ctx, labels)
	if err != nil {
		return nil, err
	}
	instances := []agent.Instance{}
	build := s.build(ctx)
	for _, f := range podFeeds {
		all, err := f.read(ctx)
		if err != nil {
			return nil, err
		}
		for _, k := range all {
			if !chosen(k.Namespace) {
				continue
			}
			if instance, ok := s.scope.instance(k, build); ok {
				instances = append(instances, instance)
			}
		}
	}
	if len(instances) > maxInstances {
		return nil, fmt.Errorf("%d pods run, and an environment can have %d: make several of it, by namespaces or labels", len(instances), maxInstances)
	}
	slices.SortFunc(instances, func(a, b agent.Instance) int {
		return cmp.Or(cmp.Compare(a.Pod.Namespace, b.Pod.Namespace), cmp.Compare(a.Pod.Name, b.Pod.Name))
	})
	return instances, ctx.Err()
}

// touch fails if the API server does not answer at this moment.
func (s *Source) touch(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, contactTimeout)
	defer cancel()
	if _, err := s.cluster.api.version(ctx); err != nil {
		return fmt.Errorf("reach the API server %s: %w", s.cluster.api.host(), err)
	}
	return nil
}

// chosen returns which namespaces are in the environment.
func (s *Source) chosen(ctx context.Context, labels *feed) (func(namespace string) bool, error) {
	if labels == nil {
		return s.scope.chooses, nil
	}
	labelled := make(map[string]bool)
	all, err := labels.read(ctx)
	if err != nil {
		return nil, err
	}
	for _, k := range all {
		labelled[k.Name] = true
	}
	return func(namespace string) bool {
		return labelled[namespace] && s.scope.chooses(namespace)
	}, nil
}

// Watch calls changed when a pod comes, goes, or changes in a way that a look
// shows. It finds the way back to an API server that was away by itself, and then
// calls changed. It returns nil when ctx ends.
func (s *Source) Watch(ctx context.Context, changed func()) error {
	podFeeds, labels, err := s.open()
	if err != nil {
		return err
	}
	for _, f := range podFeeds {
		defer f.subscribe(func(before, after *kept) {
			if before == nil && after == nil || s.shows(before, after) {
				changed()
			}
		})()
	}
	if labels != nil {
		defer labels.subscribe(func(before, after *kept) {
			if before == nil || after == nil {
				changed()
			}
		})()
	}
	<-ctx.Done()
	return nil
}

// shows reports whether a look shows a pod otherwise than before.
func (s *Source) shows(before, after *kept) bool {
	was, wasThere := s.seen(before)
	is, isThere := s.seen(after)
	return wasThere != isThere || !reflect.DeepEqual(was, is)
}

func (s *Source) seen(k *kept) (agent.Instance, bool) {
	if k == nil || !s.scope.chooses(k.Namespace) {
		return agent.Instance{}, false
	}
	return s.scope.instance(k, nil)
}

// Close lets go of what the source shares with others; the last one ends it. It may
// be called again.
func (s *Source) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for _, f := range s.pods {
		s.cluster.release(f)
	}
	if s.labels != nil {
		s.cluster.release(s.labels)
	}
	s.pods, s.labels = nil, nil
	return nil
}

// open returns the feeds of the source, and starts them if nobody has.
func (s *Source) open() (podFeeds []*feed, labels *feed, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, nil, errClosed
	}
	if s.pods == nil {
		topics, needed := s.topics()
		for _, t := range topics {
			s.pods = append(s.pods, s.cluster.acquire(t))
		}
		if needed != nil {
			s.labels = s.cluster.acquire(*needed)
		}
	}
	return s.pods, s.labels, nil
}

// topics returns what the source has to know: pods, and which namespaces have the
// labels if that matters.
func (s *Source) topics() (ofPods []topic, ofNamespaces *topic) {
	if s.scope.namespaceLabels != "" {
		ofNamespaces = &topic{resource: namespaces, labels: s.scope.namespaceLabels}
	}
	if s.wide {
		return []topic{{resource: pods, labels: s.scope.labels}}, ofNamespaces
	}
	for _, namespace := range s.scope.named {
		ofPods = append(ofPods, topic{resource: pods, namespace: namespace, labels: s.scope.labels})
	}
	return ofPods, ofNamespaces
}

// build returns what looks up as what an image was built, where that is wanted: it
// asks once for each image of a look.
func (s *Source) build(ctx context.Context) func(image, digest string) string {
	if s.images == nil {
		return nil
	}
	type ran struct{ image, digest string }
	built := make(map[ran]string)
	return func(image, digest string) string {
		key := ran{image, digest}
		if _, asked := built[key]; !asked {
			built[key] = s.images.Built(ctx, image, digest)
		}
		return built[key]
	}
}
