package docker_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/moby/moby/api/types/container"
	imageapi "github.com/moby/moby/api/types/image"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"

	"github.com/landfall-dev/landfall/agent"
)

// Digests of which each is one letter, 64 times: a is before b.
var (
	idHex = strings.Repeat("1d", 32)
	aHex  = strings.Repeat("a", 64)
	bHex  = strings.Repeat("b", 64)
)

const (
	id  = "sha256:1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d1d"
	atA = "@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	atB = "@sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
)

func descriptor(hex string) *ocispec.Descriptor {
	return &ocispec.Descriptor{Digest: digest.NewDigestFromEncoded(digest.SHA256, hex)}
}

// imageCase is a container named web and what the daemon tells of its image.
type imageCase struct {
	ref    string // that the container was created with
	image  *imageapi.InspectResponse
	libpod string // Podman's own answer; empty if it is no Podman
	// manifest is the descriptor that Docker on containerd's store has in containers.
	manifest *ocispec.Descriptor
	want     string
}

func (tt imageCase) run(t *testing.T, images agent.ImageResolver) map[string]int {
	t.Helper()
	d := newDaemon(t)
	c := d.run("web", tt.ref, id)
	c.ImageManifestDescriptor = tt.manifest
	d.containers["web"] = *c
	if tt.image != nil {
		d.images[id] = *tt.image
	}
	if tt.libpod != "" {
		d.podman, d.libpod[idHex] = true, tt.libpod
	}
	return running(look(t, newSource(t, agent.Docker{Host: d.host, ResolveIndex: true}, images)))
}

func check(t *testing.T, cases map[string]imageCase) {
	t.Helper()
	for name, tt := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(map[string]int{tt.want: 1}, tt.run(t, nil)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func repoDigests(texts ...string) *imageapi.InspectResponse {
	return &imageapi.InspectResponse{ID: id, RepoDigests: texts}
}

func TestLook_Docker(t *testing.T) {
	t.Parallel()
	check(t, map[string]imageCase{
		"Pulled":                 {ref: "ghcr.io/acme/web:1", image: repoDigests("ghcr.io/acme/web" + atA), want: "ghcr.io/acme/web:1@" + aHex},
		"OfDockerHub":            {ref: "nginx:1", image: repoDigests("acme/nginx"+atA, "nginx"+atB), want: "nginx:1@" + bHex},
		"OfDockerHubInFull":      {ref: "docker.io/library/nginx:1", image: repoDigests("acme/nginx"+atA, "nginx"+atB), want: "docker.io/library/nginx:1@" + bHex},
		"OwnRepositoryOfTwo":     {ref: "b.io/web:1", image: repoDigests("a.io/web"+atA, "b.io/web"+atB), want: "b.io/web:1@" + bHex},
		"OthersThatAgree":        {ref: "web:1", image: repoDigests("a.io/web"+atB, "b.io/web"+atB), want: "web:1@" + bHex},
		"OthersThatDoNot":        {ref: "web:1", image: repoDigests("b.io/web"+atA, "a.io/web"+atB), want: "web:1@" + bHex},
		"Pinned":                 {ref: "a.io/web" + atB, image: repoDigests("a.io/web" + atA), want: "a.io/web@" + bHex},
		"PinnedWithTag":          {ref: "a.io/web:1" + atB, image: repoDigests("a.io/web" + atA), want: "a.io/web:1@" + bHex},
		"NeverPushed":            {ref: "web:1", image: repoDigests(), want: "web:1@" + idHex + " local-image"},
		"NoRepository":           {ref: "web:1", image: repoDigests("<none>@<none>", "web", "web@sha256:1", "web@sha512:"+aHex), want: "web:1@" + idHex + " local-image"},
		"ByID":                   {ref: id, image: &imageapi.InspectResponse{RepoTags: []string{"<none>:<none>", "b.io/web:2", "b.io/web:1"}, RepoDigests: []string{"b.io/web" + atA}}, want: "b.io/web:1@" + aHex},
		"ByBareID":               {ref: idHex, image: repoDigests("b.io/web" + atA), want: "b.io/web@" + aHex},
		"ByShortID":              {ref: idHex[:12], image: repoDigests("nginx" + atA), want: "docker.io/library/nginx@" + aHex},
		"ByIDOfNoName":           {ref: id, image: repoDigests(), want: "web@" + idHex + " local-image"},
		"LikeAnID":               {ref: "1d", image: repoDigests(), want: "1d@" + idHex + " local-image"},
		"RemovedImage":           {ref: "a.io/web:1", want: "a.io/web:1@" + idHex + " local-image"},
		"RemovedImageByID":       {ref: id, want: "web@" + idHex + " local-image"},
		"RemovedImageThatWasOne": {ref: "a.io/web" + atA, want: "a.io/web@" + aHex},
	})
}

// TestLook_Containerd is of Docker on containerd's store, where ids are digests.
func TestLook_Containerd(t *testing.T) {
	t.Parallel()
	stored := func(identity *imageapi.Identity, repoDigests ...string) *imageapi.InspectResponse {
		return &imageapi.InspectResponse{ID: id, Descriptor: descriptor(idHex), Identity: identity, RepoDigests: repoDigests}
	}
	built := []imageapi.BuildIdentity{{Ref: "x"}}
	pulled := []imageapi.PullIdentity{{Repository: "a.io/web"}}
	atID := "@" + id
	check(t, map[string]imageCase{
		"Pulled":         {ref: "a.io/web:1", image: stored(nil, "a.io/web"+atID), manifest: descriptor(aHex), want: "a.io/web:1@" + idHex},
		"TagMoved":       {ref: "a.io/web:1", image: stored(nil), manifest: descriptor(aHex), want: "a.io/web:1@" + idHex},
		"BuiltHere":      {ref: "web:1", image: stored(&imageapi.Identity{Build: built}, "web"+atID), manifest: descriptor(aHex), want: "web:1@" + idHex + " local-image"},
		"BuiltAndPushed": {ref: "a.io/web:1", image: stored(&imageapi.Identity{Build: built, Pull: pulled}, "a.io/web"+atID), want: "a.io/web:1@" + idHex},
		"RemovedImage":   {ref: "a.io/web:1", manifest: descriptor(aHex), want: "a.io/web:1@" + idHex},
	})
}

func TestLook_Podman(t *testing.T) {
	t.Parallel()
	const pulled = `{"Digest": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "NamesHistory": ["a.io/web:1"]}`
	const made = `{"Digest": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "NamesHistory": ["localhost/web:1"]}`
	const nameless = `{"Digest": "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "NamesHistory": null}`
	check(t, map[string]imageCase{
		"IndexAndManifest": {ref: "a.io/web:1", image: repoDigests("a.io/web"+atA, "a.io/web"+atB), libpod: pulled, want: "a.io/web:1@" + bHex},
		"TagMoved":         {ref: "a.io/web:1", image: repoDigests(), libpod: pulled, want: "a.io/web:1@" + bHex},
		"MadeHere":         {ref: "localhost/web:1", image: repoDigests("localhost/web" + atB), libpod: made, want: "localhost/web:1@" + idHex + " local-image"},
		"MadeHereByDigest": {ref: "localhost/web" + atB, image: repoDigests("localhost/web" + atB), libpod: made, want: "localhost/web@" + idHex + " local-image"},
		"MadeHereTagMoved": {ref: "localhost/web:1", image: repoDigests(), libpod: made, want: "localhost/web:1@" + idHex + " local-image"},
		"MadeHereNameless": {ref: id, image: repoDigests(), libpod: nameless, want: "web@" + idHex + " local-image"},
		"NoHistory":        {ref: "a.io/web:1", image: repoDigests("a.io/web" + atB), libpod: nameless, want: "a.io/web:1@" + bHex},
		"TaggedHere":       {ref: "localhost/web:1", image: repoDigests("localhost/web"+atB, "a.io/web"+atB), libpod: pulled, want: "localhost/web:1@" + bHex},
	})
}

// inIndex is a resolver to which a digest is in an index, whatever the image.
type inIndex map[string]string

func (i inIndex) Built(_ context.Context, image, digest string) string {
	if index, ok := i[image+" "+digest]; ok {
		return index
	}
	return digest
}

func TestLook_ResolveIndex(t *testing.T) {
	t.Parallel()
	index := strings.Repeat("e", 64)
	for name, tt := range map[string]struct {
		imageCase
		images inIndex
	}{
		"InAnIndex": {
			imageCase{ref: "a.io/web:1", image: repoDigests("a.io/web" + atA), want: "a.io/web:1@" + index},
			inIndex{"a.io/web:1 " + aHex: index},
		},
		"InNone": {
			imageCase{ref: "a.io/web:1", image: repoDigests("a.io/web" + atA), want: "a.io/web:1@" + aHex}, inIndex{},
		},
		"Pinned": {
			imageCase{ref: "a.io/web" + atA, image: repoDigests("a.io/web" + atA), want: "a.io/web@" + index},
			inIndex{"a.io/web" + atA + " " + aHex: index},
		},
		"ByID": {
			imageCase{ref: id, image: repoDigests("a.io/web" + atA), want: "a.io/web@" + index},
			inIndex{"a.io/web" + atA + " " + aHex: index},
		},
		"ManifestAndIndex": {
			imageCase{ref: "a.io/web:1", image: repoDigests("a.io/web"+atB, "a.io/web"+atA), want: "a.io/web:1@" + bHex},
			inIndex{"a.io/web:1 " + aHex: bHex},
		},
		"Local": {
			imageCase{ref: "web:1", image: repoDigests(), want: "web:1@" + idHex + " local-image"},
			inIndex{"web:1 " + idHex: index},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(map[string]int{tt.want: 1}, tt.run(t, tt.images)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestLook_ImageBecomesPushed is of an image that is pushed while it runs.
func TestLook_ImageBecomesPushed(t *testing.T) {
	t.Parallel()
	d := newDaemon(t)
	d.run("web", "a.io/web:1", id)
	d.images[id] = *repoDigests()
	s := newSource(t, agent.Docker{Host: d.host}, nil)
	expect(t, s, "before", map[string]int{"a.io/web:1@" + idHex + " local-image": 1})
	d.images[id] = *repoDigests("a.io/web" + atA)
	expect(t, s, "afterwards", map[string]int{"a.io/web:1@" + aHex: 1})
}

func TestLook_ImageErrors(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		id, ref string
		want    string
	}{
		"NoSHA256": {"sha512:12", "web", "no id that is a SHA-256"},
		"NoID":     {"", "web", "no id that is a SHA-256"},
		"LongName": {id, strings.Repeat("x", 501), "over 500 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDaemon(t)
			d.add("web", tt.ref, tt.id, container.StateRunning)
			if got, err := d.look(); err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "web") {
				t.Errorf("a look returns %v, %v", got, err)
			}
		})
	}
}
