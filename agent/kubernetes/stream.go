package kubernetes

import (
	"fmt"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/watch"
)

// stream is a watch whose objects are stripped.
type stream struct {
	source  watch.Interface
	contact *contact
	topic   topic
	number  int // as the contact counts
	events  chan watch.Event
	stopped chan struct{}
	stop    func()
}

func newStream(source watch.Interface, c *contact, t topic) *stream {
	s := &stream{
		source: source, contact: c, topic: t, number: c.opened(),
		events: make(chan watch.Event), stopped: make(chan struct{}),
	}
	s.stop = sync.OnceFunc(func() {
		close(s.stopped)
		source.Stop()
	})
	go s.run()
	return s
}

// Stop ends the watch.
func (s *stream) Stop() {
	s.stop()
}

// ResultChan returns the channel of stripped events. It is closed when the watch ends.
func (s *stream) ResultChan() <-chan watch.Event {
	return s.events
}

func (s *stream) run() {
	defer close(s.events)
	defer s.contact.ended(s.number)
	for event := range s.source.ResultChan() {
		if event.Type == watch.Error {
			s.failed(apierrors.FromObject(event.Object))
		}
		select {
		case s.events <- strip(event):
		case <-s.stopped:
			return
		}
	}
}

// failed tells what an error within a watch means. That the version to go on from
// is too old is no loss of contact: everything is asked for anew at once.
func (s *stream) failed(err error) {
	if apierrors.IsResourceExpired(err) || apierrors.IsGone(err) {
		s.contact.begin()
		return
	}
	s.contact.lost(fmt.Errorf("watch %s: %w", s.topic, err))
}

func strip(event watch.Event) watch.Event {
	switch object := event.Object.(type) {
	case *corev1.Pod:
		event.Object = keepPod(object)
	case *corev1.Namespace:
		event.Object = keepNamespace(object)
	}
	return event
}
