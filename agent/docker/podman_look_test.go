//go:build linux

package docker_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"github.com/landfall-dev/landfall/agent"
	"github.com/landfall-dev/landfall/agent/docker"
	"github.com/landfall-dev/landfall/fingerprint"
)

// TestPodman looks at real containers of a real Podman. Each scene has a label of
// its own, so that it sees only its own containers.
func TestPodman(t *testing.T) {
	t.Parallel()
	p := newPodman(t)
	for name, scene := range map[string]func(*testing.T, *podman){
		"Replicas": replicas, "NewVersion": newVersion, "Retag": retag, "Index": index,
		"LocalImage": localImage, "Filters": filters, "Watch": watch, "Vanishing": vanishing,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seen := *p
			seen.t = t
			scene(t, &seen)
		})
	}
}

// labels are those of the containers of a test.
func labels(t *testing.T) map[string]string { return map[string]string{"test": t.Name()} }

// sourceOf looks at the containers of a test.
func (p *podman) sourceOf(t *testing.T) *docker.Source {
	t.Helper()
	return newSource(t, agent.Docker{Host: p.host, Labels: []string{"test=" + t.Name()}}, nil)
}

func replicas(t *testing.T, p *podman) {
	ctx, s := t.Context(), p.sourceOf(t)
	ref := p.registry + "/replicas:1"
	app := ref + "@" + push(t, ref, newImage(t, t.Name()))
	p.pull(ctx, ref)
	expect(t, s, "before", map[string]int{})
	notBefore := time.Now().Add(-time.Second) // clocks of the kernel and of Podman are not the same
	for _, name := range []string{"replica1", "replica2", "replica3"} {
		p.run(ctx, name, ref, labels(t))
	}
	expect(t, s, "three", map[string]int{app: 3})
	for _, i := range look(t, s) {
		if i.StartedAt.Before(notBefore) || i.StartedAt.After(time.Now().Add(time.Second)) {
			t.Errorf("started at %s", i.StartedAt)
		}
	}
	p.run(ctx, "replica4", ref, labels(t))
	p.run(ctx, "replica5", ref, labels(t))
	expect(t, s, "scaled up", map[string]int{app: 5})
	p.stop(ctx, "replica2")
	expect(t, s, "one stopped", map[string]int{app: 4})
	for _, name := range []string{"replica1", "replica3", "replica4", "replica5"} {
		p.remove(ctx, name)
	}
	expect(t, s, "all gone", map[string]int{})
}

func newVersion(t *testing.T, p *podman) {
	ctx, s := t.Context(), p.sourceOf(t)
	before, after := p.registry+"/replaced:1", p.registry+"/replaced:2"
	blue := before + "@" + push(t, before, newImage(t, "1 of "+t.Name()))
	green := after + "@" + push(t, after, newImage(t, "2 of "+t.Name()))
	p.pull(ctx, before)
	p.pull(ctx, after)
	p.run(ctx, "blue", before, labels(t))
	p.run(ctx, "green", after, labels(t))
	expect(t, s, "both", map[string]int{blue: 1, green: 1})
	p.remove(ctx, "blue")
	expect(t, s, "replaced", map[string]int{green: 1})
}

// retag moves a tag to another image while a container runs the one before.
func retag(t *testing.T, p *podman) {
	ctx, s := t.Context(), p.sourceOf(t)
	ref := p.registry + "/moved:latest"
	first := ref + "@" + push(t, ref, newImage(t, "1 of "+t.Name()))
	p.pull(ctx, ref)
	p.run(ctx, "moved1", ref, labels(t))
	second := ref + "@" + push(t, ref, newImage(t, "2 of "+t.Name()))
	p.pull(ctx, ref)
	expect(t, s, "the tag moved", map[string]int{first: 1})
	p.run(ctx, "moved2", ref, labels(t))
	expect(t, s, "both", map[string]int{first: 1, second: 1})
	// An image without a name, run by its id, has the digest that was pulled, and the
	// name of its container as there is no other.
	id := p.imageOf(ctx, "moved1")
	p.run(ctx, "moved3", id, labels(t))
	nameless := "moved3@" + strings.TrimPrefix(first, ref+"@")
	expect(t, s, "by id", map[string]int{first: 1, second: 1, nameless: 1})
}

// imageOf is the id of the image that a container runs.
func (p *podman) imageOf(ctx context.Context, name string) string {
	p.t.Helper()
	c, err := p.client.ContainerInspect(ctx, name, client.ContainerInspectOptions{})
	if err != nil {
		p.t.Fatal(err)
	}
	return c.Container.Image
}

// index runs what was pulled by the tag of an index, of which Podman keeps the digest
// beside that of the manifest, and by the digest of the manifest.
func index(t *testing.T, p *podman) {
	ctx, s := t.Context(), p.sourceOf(t)
	ref := p.registry + "/platforms:1"
	built, here := newIndex(t, t.Name())
	whole := push(t, ref, built)
	manifest, err := here.Digest()
	if err != nil {
		t.Fatal(err)
	}
	p.pull(ctx, ref)
	p.run(ctx, "platforms", ref, labels(t))
	expect(t, s, "by the tag of the index", map[string]int{ref + "@" + whole: 1})

	pinned := p.registry + "/pinned@" + manifest.String()
	push(t, p.registry+"/pinned:1", built)
	p.pull(ctx, pinned)
	p.run(ctx, "pinned", pinned, labels(t))
	name := p.registry + "/pinned"
	expect(t, s, "by the digest of the manifest", map[string]int{ref + "@" + whole: 1, name + "@" + manifest.Hex: 1})

	resolving := newSource(t, agent.Docker{Host: p.host, Names: []string{"pinned", "platforms"}, ResolveIndex: true}, registryResolver{tag: ":1"})
	expect(t, resolving, "resolved", map[string]int{ref + "@" + whole: 1, name + "@" + whole: 1})
}

// registryResolver asks registries as the agent does. What is pinned is looked up by
// a tag.
type registryResolver struct{ tag string }

func (r registryResolver) Built(ctx context.Context, image, digest string) string {
	repository, _, pinned := strings.Cut(image, "@")
	if pinned {
		image = repository + r.tag
	}
	found, err := fingerprint.Image(ctx, image, fingerprint.ImageOptions{})
	if err != nil {
		return digest
	}
	for _, platform := range found.Platforms {
		if platform.Digest == digest {
			return found.Digest
		}
	}
	return digest
}

func localImage(t *testing.T, p *podman) {
	ctx, s := t.Context(), p.sourceOf(t)
	source := client.ImageImportSource{Source: bytes.NewReader(sleeperTar(t)), SourceName: "-"}
	options := client.ImageImportOptions{Changes: []string{`ENTRYPOINT ["/sleeper"]`, "LABEL test=" + t.Name()}}
	imported, err := p.client.ImageImport(ctx, source, "localhost/made-here:1", options)
	if err != nil {
		t.Fatal(err)
	}
	defer imported.Close()
	if _, err := new(bytes.Buffer).ReadFrom(imported); err != nil {
		t.Fatal(err)
	}
	p.run(ctx, "made-here", "localhost/made-here:1", labels(t))
	id := strings.TrimPrefix(p.imageOf(ctx, "made-here"), "sha256:")
	here := "localhost/made-here:1@" + id + " local-image"
	expect(t, s, "imported", map[string]int{here: 1})

	p.build(ctx, "localhost/built-here:1", "FROM localhost/made-here:1\nLABEL built=here\n")
	p.run(ctx, "built-here", "localhost/built-here:1", labels(t))
	builtID := strings.TrimPrefix(p.imageOf(ctx, "built-here"), "sha256:")
	expect(t, s, "built", map[string]int{here: 1, "localhost/built-here:1@" + builtID + " local-image": 1})
	if id == builtID {
		t.Error("both images are the same, which shows nothing")
	}
}

func filters(t *testing.T, p *podman) {
	ctx := t.Context()
	ref := p.registry + "/filters:1"
	app := ref + "@" + push(t, ref, newImage(t, t.Name()))
	p.pull(ctx, ref)
	p.run(ctx, "filters-web-1", ref, map[string]string{"tier": "web", "team": "a"})
	p.run(ctx, "filters-web-2", ref, map[string]string{"tier": "web", "team": "b"})
	p.run(ctx, "filters-db", ref, map[string]string{"tier": "db", "team": "a"})
	for name, tt := range map[string]struct {
		cfg  agent.Docker
		want int
	}{
		"ByName":           {agent.Docker{Names: []string{"filters-*"}}, 3},
		"ByOneName":        {agent.Docker{Names: []string{"filters-db"}}, 1},
		"WithoutSome":      {agent.Docker{Names: []string{"filters-*"}, ExcludeNames: []string{"*-db"}}, 2},
		"ByLabel":          {agent.Docker{Labels: []string{"tier"}}, 3},
		"ByValue":          {agent.Docker{Labels: []string{"tier=web"}}, 2},
		"ByAllLabels":      {agent.Docker{Labels: []string{"tier=web", "team=a"}}, 1},
		"ByLabelAndName":   {agent.Docker{Labels: []string{"team=a"}, Names: []string{"filters-web-?"}}, 1},
		"NoSuchLabel":      {agent.Docker{Labels: []string{"tier=cache"}}, 0},
		"NameIsWhole":      {agent.Docker{Names: []string{"filters"}}, 0},
		"LabelIsWholeText": {agent.Docker{Labels: []string{"tier=we"}}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			tt.cfg.Host = p.host
			if got := running(look(t, newSource(t, tt.cfg, nil)))[app]; got != tt.want {
				t.Errorf("%d are seen, want %d", got, tt.want)
			}
		})
	}
}

// vanishing looks all the time while containers come and go: no look may fail, and
// none may miss one that stays.
func vanishing(t *testing.T, p *podman) {
	ctx, s := t.Context(), p.sourceOf(t)
	ref := p.registry + "/vanishing:1"
	app := ref + "@" + push(t, ref, newImage(t, t.Name()))
	p.pull(ctx, ref)
	p.run(ctx, "stays", ref, labels(t))
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 6 {
			p.run(ctx, "goes", ref, labels(t))
			p.remove(ctx, "goes")
		}
	}()
	for looks := 0; ; looks++ {
		select {
		case <-done:
			t.Logf("%d looks", looks)
			expect(t, s, "afterwards", map[string]int{app: 1})
			return
		default:
			if n := running(look(t, s))[app]; n != 1 && n != 2 {
				t.Fatalf("%d run", n)
			}
		}
	}
}
