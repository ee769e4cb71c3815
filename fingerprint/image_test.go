package fingerprint_test

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/landfall-dev/landfall/fingerprint"
)

// newRegistry starts a registry and returns its address.
func newRegistry(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

func newImage(t *testing.T) v1.Image {
	t.Helper()
	img, err := random.Image(256, 2)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// hexOf is the digest of an image or an index, as the library computes it.
func hexOf(t *testing.T, x interface{ Digest() (v1.Hash, error) }) string {
	t.Helper()
	h, err := x.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return h.Hex
}

// multi is an index of two platforms, one of them in an index of its own, with
// what buildx attests about one of them.
func multi(t *testing.T) (v1.ImageIndex, []fingerprint.Platform) {
	t.Helper()
	amd, arm, said := newImage(t), newImage(t), newImage(t)
	inner := mutate.AppendManifests(empty.Index, mutate.IndexAddendum{
		Add: arm, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: "arm64", Variant: "v8"}},
	})
	index := mutate.AppendManifests(empty.Index,
		mutate.IndexAddendum{Add: amd, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: "amd64"}}},
		mutate.IndexAddendum{Add: inner},
		mutate.IndexAddendum{Add: amd}, // twice
		mutate.IndexAddendum{Add: said, Descriptor: v1.Descriptor{
			Platform:    &v1.Platform{OS: "unknown", Architecture: "unknown"},
			Annotations: map[string]string{"vnd.docker.reference.type": "attestation-manifest"},
		}},
	)
	return index, []fingerprint.Platform{{Name: "linux/amd64", Digest: hexOf(t, amd)}, {Name: "linux/arm64/v8", Digest: hexOf(t, arm)}}
}

func push(t *testing.T, ref string, what remote.Taggable) {
	t.Helper()
	parsed, err := name.ParseReference(ref)
	if err != nil {
		t.Fatal(err)
	}
	if err := remote.Push(parsed, what); err != nil {
		t.Fatal(err)
	}
}

func imageOf(t *testing.T, ref string) fingerprint.ImageDigests {
	t.Helper()
	got, err := fingerprint.Image(t.Context(), ref, fingerprint.ImageOptions{Keychain: authn.NewMultiKeychain()})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func want(t *testing.T, got, want fingerprint.ImageDigests) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestImage_Registry(t *testing.T) {
	t.Parallel()
	host := newRegistry(t)
	img := newImage(t)
	index, platforms := multi(t)
	push(t, host+"/acme/hello:1", img)
	push(t, host+"/acme/hello:multi", index)
	one := fingerprint.ImageDigests{Source: fingerprint.SourceRegistry, Digest: hexOf(t, img), Of: fingerprint.OfManifest}
	many := fingerprint.ImageDigests{Source: fingerprint.SourceRegistry, Digest: hexOf(t, index), Of: fingerprint.OfIndex, Platforms: platforms}
	want(t, imageOf(t, host+"/acme/hello:1"), one)
	want(t, imageOf(t, host+"/acme/hello@sha256:"+one.Digest), one)
	want(t, imageOf(t, host+"/acme/hello:1@sha256:"+one.Digest), one)
	want(t, imageOf(t, host+"/acme/hello:multi"), many)
	// One of the platforms is an image of its own.
	want(t, imageOf(t, host+"/acme/hello@sha256:"+platforms[0].Digest),
		fingerprint.ImageDigests{Source: fingerprint.SourceRegistry, Digest: platforms[0].Digest, Of: fingerprint.OfManifest})
	for ref, text := range map[string]string{
		host + "/acme/hello:none": "ask " + host,
		host + "/Acme/hello":      "is not the name of an image",
		"":                        "is not the name of an image",
	} {
		_, err := fingerprint.Image(t.Context(), ref, fingerprint.ImageOptions{})
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%q: err = %v, want %q", ref, err, text)
		}
	}
}

// TestImage_NoDockerConfig has no home, as in many containers. It sets variables
// of the process, so it runs alone.
func TestImage_NoDockerConfig(t *testing.T) {
	for _, name := range []string{"HOME", "DOCKER_CONFIG", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "REGISTRY_AUTH_FILE"} {
		t.Setenv(name, "") // restores it
		os.Unsetenv(name)
	}
	ref := newRegistry(t) + "/acme/hello:1"
	img := newImage(t)
	push(t, ref, img)
	got, err := fingerprint.Image(t.Context(), ref, fingerprint.ImageOptions{})
	if err != nil || got.Digest != hexOf(t, img) {
		t.Errorf("Image = %+v, %v", got, err)
	}
}

func TestImage_Layout(t *testing.T) {
	t.Parallel()
	index, platforms := multi(t)
	img := newImage(t)
	dir := t.TempDir() + "/layout"
	l, err := layout.Write(dir, empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	named := func(name string) layout.Option {
		return layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": name})
	}
	if err := l.AppendIndex(index, named("1.0")); err != nil {
		t.Fatal(err)
	}
	many := fingerprint.ImageDigests{Source: fingerprint.SourceLayout, Digest: hexOf(t, index), Of: fingerprint.OfIndex, Platforms: platforms}
	want(t, imageOf(t, dir), many)
	want(t, imageOf(t, "oci-layout:"+dir), many)
	if err := l.AppendImage(img, named("ghcr.io/acme/hello:2.0")); err != nil {
		t.Fatal(err)
	}
	one := fingerprint.ImageDigests{Source: fingerprint.SourceLayout, Digest: hexOf(t, img), Of: fingerprint.OfManifest}
	want(t, imageOf(t, "oci-layout:"+dir+":1.0"), many)
	want(t, imageOf(t, dir+":2.0"), one)

	archive := t.TempDir() + "/oci.tar"
	pack(t, dir, archive)
	many.Source, one.Source = fingerprint.SourceOCIArchive, fingerprint.SourceOCIArchive
	want(t, imageOf(t, "oci-archive:"+archive+":1.0"), many)
	want(t, imageOf(t, archive+":2.0"), one)

	for ref, text := range map[string]string{
		"oci-layout:" + dir:            "there are 2 images in it: write :NAME behind it, with one of: 1.0, ghcr.io/acme/hello:2.0",
		"oci-layout:" + dir + ":3.0":   "no image in it is named 3.0",
		"oci-layout:" + t.TempDir():    "index.json",
		"oci-archive:" + dir + "/none": "no such file",
	} {
		if _, err := fingerprint.Image(t.Context(), ref, fingerprint.ImageOptions{}); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: err = %v, want %q", ref, err, text)
		}
	}
}

// TestImage_LayoutBroken has a manifest that is not what its name says.
func TestImage_LayoutBroken(t *testing.T) {
	t.Parallel()
	img := newImage(t)
	dir := t.TempDir()
	l, err := layout.Write(dir, empty.Index)
	if err == nil {
		err = l.AppendImage(img)
	}
	if err != nil {
		t.Fatal(err)
	}
	blob := dir + "/blobs/sha256/" + hexOf(t, img)
	content, err := os.ReadFile(blob)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(blob, append(content, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := fingerprint.Image(t.Context(), dir, fingerprint.ImageOptions{}); err == nil || !strings.Contains(err.Error(), "and it should be") {
		t.Errorf("err = %v", err)
	}
}

func TestImage_DockerArchive(t *testing.T) {
	t.Parallel()
	img, other := newImage(t), newImage(t)
	config, err := img.RawConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(config)
	id := fingerprint.ImageDigests{Source: fingerprint.SourceDockerArchive, Digest: hex.EncodeToString(sum[:]), Of: fingerprint.OfConfig}

	archive := t.TempDir() + "/saved.tar"
	tag, err := name.NewTag("acme/hello:1.0")
	if err == nil {
		err = tarball.WriteToFile(archive, tag, img)
	}
	if err != nil {
		t.Fatal(err)
	}
	want(t, imageOf(t, archive), id)
	want(t, imageOf(t, "docker-archive:"+archive), id)
	want(t, imageOf(t, archive+":1.0"), id)

	second, err := name.NewTag("acme/other:2.0")
	if err == nil {
		err = tarball.MultiWriteToFile(archive, map[name.Tag]v1.Image{tag: img, second: other})
	}
	if err != nil {
		t.Fatal(err)
	}
	want(t, imageOf(t, archive+":1.0"), id)
	if _, err := fingerprint.Image(t.Context(), archive, fingerprint.ImageOptions{}); err == nil || !strings.Contains(err.Error(), "there are 2 images in it") {
		t.Errorf("two images: err = %v", err)
	}
}

// TestImage_Both is a tar file as newer versions of Docker save it.
func TestImage_Both(t *testing.T) {
	t.Parallel()
	img := newImage(t)
	dir := t.TempDir()
	l, err := layout.Write(dir, empty.Index)
	if err == nil {
		err = l.AppendImage(img)
	}
	if err != nil {
		t.Fatal(err)
	}
	config, err := img.ConfigName()
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir+"/manifest.json", `[{"Config":"blobs/sha256/`+config.Hex+`","RepoTags":["a:1"],"Layers":[]}]`)
	archive := t.TempDir() + "/saved.tar"
	pack(t, dir, archive)
	want(t, imageOf(t, archive), fingerprint.ImageDigests{Source: fingerprint.SourceDockerArchive, Digest: config.Hex, Of: fingerprint.OfConfig})
	want(t, imageOf(t, "oci-archive:"+archive), fingerprint.ImageDigests{Source: fingerprint.SourceOCIArchive, Digest: hexOf(t, img), Of: fingerprint.OfManifest})
}

func TestArchiveSource_None(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir+"/text", strings.Repeat("no tar at all ", 100))
	write(t, dir+"/empty", "")
	write(t, dir+"/in/x", "1")
	pack(t, dir+"/in", dir+"/other.tar")
	for _, file := range []string{"text", "empty", "other.tar"} {
		if source, err := fingerprint.ArchiveSource(filepath.Join(dir, file)); source != "" || err != nil {
			t.Errorf("%s: %q, %v", file, source, err)
		}
		if _, err := fingerprint.Image(t.Context(), filepath.Join(dir, file), fingerprint.ImageOptions{}); err == nil || !strings.Contains(err.Error(), "no archive of images") {
			t.Errorf("%s: err = %v", file, err)
		}
	}
}

// pack makes a tar file of a directory, with names as tar makes them of ".".
func pack(t *testing.T, dir, archive string) {
	t.Helper()
	f, err := os.Create(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := tar.NewWriter(f)
	err = fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		if err := w.WriteHeader(&tar.Header{Name: "./" + name, Size: int64(len(content)), Mode: 0o644}); err != nil {
			return err
		}
		_, err = w.Write(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}
