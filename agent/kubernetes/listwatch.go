package kubernetes

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metainternalversion "k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/apimachinery/pkg/watch"
)

// pageSize is how many objects a page of a list has. The pods of a page are in
// memory whole, at some 30 kB each, until they are stripped.
const pageSize = 250

// listWatch asks for what a reflector wants to know, strips each object as soon as
// it is decoded, and keeps account of the contact.
type listWatch struct {
	api     api
	topic   topic
	contact *contact
}

// options are those of every request for the topic. Pods that ended are left to the
// API server: finished jobs can be many times as many as what runs.
func (lw *listWatch) options(opts metav1.ListOptions) metav1.ListOptions {
	opts.LabelSelector = lw.topic.labels
	if lw.topic.resource == pods {
		opts.FieldSelector = "status.phase!=Succeeded,status.phase!=Failed"
	}
	return opts
}

// list returns all objects, stripped. It goes by pages, and asks for the present: the
// list that the reflector wants, of any state that the server has at hand, comes
// whole and may be old.
func (lw *listWatch) list(ctx context.Context, _ metav1.ListOptions) (runtime.Object, error) {
	lw.contact.begin()
	all := &metainternalversion.List{}
	opts := lw.options(metav1.ListOptions{Limit: pageSize})
	for {
		page, err := lw.api.list(ctx, lw.topic.resource, lw.topic.namespace, opts)
		if err != nil {
			err = fmt.Errorf("list %s: %w", lw.topic, err)
			lw.contact.lost(err)
			return nil, err
		}
		if all.Items, err = appendKept(all.Items, page); err != nil {
			lw.contact.lost(err)
			return nil, err
		}
		info, err := meta.ListAccessor(page)
		if err != nil {
			return nil, fmt.Errorf("list %s: %w", lw.topic, err)
		}
		opts.Continue, all.ResourceVersion = info.GetContinue(), info.GetResourceVersion()
		if opts.Continue == "" {
			return all, nil
		}
	}
}

func appendKept(all []runtime.Object, page runtime.Object) ([]runtime.Object, error) {
	switch page := page.(type) {
	case *corev1.PodList:
		for i := range page.Items {
			all = append(all, keepPod(&page.Items[i]))
		}
	case *corev1.NamespaceList:
		for i := range page.Items {
			all = append(all, keepNamespace(&page.Items[i]))
		}
	default:
		return nil, fmt.Errorf("the API server answered with %T", page)
	}
	return all, nil
}

// watch opens a watch whose objects are stripped. The reflector asks for one of two
// kinds: one that begins with all there is, or one that goes on from a version.
func (lw *listWatch) watch(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error) {
	anew := opts.SendInitialEvents != nil && *opts.SendInitialEvents
	if anew {
		lw.contact.begin()
		opts.ResourceVersion = "" // the present, and not just what is no older than what we know
	} else if !lw.contact.mayResume() {
		// This makes the reflector ask for everything anew.
		return nil, apierrors.NewResourceExpired("the watch was interrupted for too long")
	}
	opened, err := lw.api.watch(ctx, lw.topic.resource, lw.topic.namespace, lw.options(opts))
	if err != nil {
		err = fmt.Errorf("watch %s: %w", lw.topic, err)
		if !anew || willAskAgain(err) {
			lw.contact.lost(err)
		}
		return nil, err
	}
	return newStream(opened, lw.contact, lw.topic), nil
}

// willAskAgain reports whether the reflector goes on to ask for a watch after an
// error. After any other, as of a server that cannot begin a watch with all there
// is, it asks for a list at once, and that will tell whether contact is lost.
func willAskAgain(err error) bool {
	return utilnet.IsConnectionRefused(err) || apierrors.IsTooManyRequests(err)
}
