package kubernetes

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/landfall-dev/landfall/agent"
)

// instance says what runs in a pod; ok is false if nothing does that the scope is
// about.
//
// A name that stands for two digests in one pod, as when a tag moved between the
// starts of two containers, is given to the first, and the second has the name of
// its container added: "web:1 (worker)".
//
// The instance started when the first of its main containers that run did. Sidecars
// and debug containers start before and after, and say nothing of how long a
// release has been there; their start counts only where no main container runs.
//
// If built is given, it says what an image was built as, by its name and the digest
// that the runtime shows.
func (sc *scope) instance(k *kept, built func(image, digest string) string) (instance agent.Instance, ok bool) {
	var mainStart, otherStart time.Time
	in := agent.Instance{Digests: make(map[string]string, len(k.containers))}
	for i := range k.containers {
		c := &k.containers[i]
		if c.kind == kindInit && !sc.initContainers {
			continue
		}
		digest := c.digest
		if built != nil && !c.local {
			digest = built(c.image, digest)
		}
		addContainer(&in, c, digest)
		if c.kind == kindMain {
			mainStart = earlier(mainStart, c.startedAt)
		} else {
			otherStart = earlier(otherStart, c.startedAt)
		}
	}
	if len(in.Digests) == 0 {
		return agent.Instance{}, false
	}
	in.StartedAt = mainStart
	if mainStart.IsZero() {
		in.StartedAt = otherStart
	}
	in.Pod = &agent.Pod{Name: k.Name, Namespace: k.Namespace, Owners: owners(k.OwnerReferences)}
	return in, true
}

func addContainer(in *agent.Instance, c *container, digest string) {
	name := c.image
	if other, taken := in.Digests[name]; taken {
		if other == digest {
			return
		}
		name = c.image + " (" + c.name + ")"
	}
	in.Digests[name] = digest
	if note := c.note(); note != "" {
		if in.Notes == nil {
			in.Notes = make(map[string]agent.Note)
		}
		in.Notes[name] = note
	}
}

// note says what is special about a container. That it is no main container is worth
// more than where its image is from.
func (c *container) note() agent.Note {
	switch {
	case c.kind == kindSidecar:
		return agent.NoteSidecar
	case c.kind == kindInit:
		return agent.NoteInit
	case c.kind == kindDebug:
		return agent.NoteDebug
	case c.local:
		return agent.NoteLocalImage
	default:
		return ""
	}
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

func owners(references []metav1.OwnerReference) []agent.Owner {
	var list []agent.Owner
	for _, r := range references {
		list = append(list, agent.Owner{
			APIVersion: r.APIVersion, Kind: r.Kind, Name: r.Name, UID: string(r.UID),
			Controller: r.Controller, BlockOwnerDeletion: r.BlockOwnerDeletion,
		})
	}
	return list
}
