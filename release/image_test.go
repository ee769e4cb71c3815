package main

import (
	"crypto/x509"
	"io"
	"log"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/validate"
)

// indexOf is the image for all platforms that a layout has, and the manifests beside it.
func indexOf(t testing.TB, dir string) (v1.ImageIndex, []v1.Descriptor) {
	t.Helper()
	all, err := layout.ImageIndexFromPath(dir)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := all.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	index, err := all.ImageIndex(manifest.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	return index, manifest.Manifests[1:]
}

func linux(r *release) []platform {
	return slices.DeleteFunc(slices.Clone(r.platforms), func(p platform) bool { return p.os != "linux" })
}

func TestImages(t *testing.T) {
	t.Parallel()
	r := built1(t)
	for _, kind := range imageKinds() {
		t.Run(kind.program, func(t *testing.T) {
			t.Parallel()
			index, beside := indexOf(t, r.imageDir(kind))
			if err := validate.Index(index); err != nil {
				t.Error(err)
			}
			manifest, err := index.IndexManifest()
			if err != nil {
				t.Fatal(err)
			}
			var subjects []string
			for i, p := range linux(r) {
				d := manifest.Manifests[i]
				if d.Platform.String() != p.String() {
					t.Errorf("image %d is for %s, want %s", i, d.Platform, p)
				}
				image, err := index.Image(d.Digest)
				if err != nil {
					t.Fatal(err)
				}
				checkImage(t, image, kind.program, p)
				subjects = append(subjects, d.Digest.String())
			}
			if len(beside) != len(subjects) {
				t.Fatalf("beside the image is %s", asJSON(beside))
			}
		})
	}
}

// checkImage compares an image with what it is to be.
func checkImage(t *testing.T, image v1.Image, program string, p platform) {
	t.Helper()
	config, err := image.ConfigFile()
	if err != nil {
		t.Fatal(err)
	}
	if config.OS != p.os || config.Architecture != p.arch || !config.Created.Equal(commit) {
		t.Errorf("the image is %s/%s of %v", config.OS, config.Architecture, config.Created)
	}
	c := config.Config
	if diff := cmp.Diff([]string{"/" + program}, c.Entrypoint); diff != "" || c.User != "65532:65532" {
		t.Errorf("the user is %s, the entrypoint %v", c.User, c.Entrypoint)
	}
	for label, want := range map[string]string{"version": "1.2.3", "licenses": "Apache-2.0", "created": "2026-11-22T19:14:25Z", "source": "https://github.com/landfall-dev/landfall"} {
		if got := c.Labels["org.opencontainers.image."+label]; got != want {
			t.Errorf("the label %s is %q, want %q", label, got, want)
		}
	}
	layers, err := image.Layers()
	if err != nil || len(layers) != 2 {
		t.Errorf("there are %d layers: %v", len(layers), err)
	}
	content := mutate.Extract(image)
	defer content.Close()
	want := []string{
		"-rwxr-xr-x " + program, "drwxr-xr-x etc", "-rw-r--r-- etc/group", "-rw-r--r-- etc/passwd",
		"drwxr-xr-x etc/ssl", "drwxr-xr-x etc/ssl/certs", "-rw-r--r-- etc/ssl/certs/ca-certificates.crt", "dtrwxrwxrwx tmp",
	}
	got := listTar(t, content)
	sortByName(got)
	sortByName(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

// TestBaseLayer_Roots: the certificates are in the form that programs read.
func TestBaseLayer_Roots(t *testing.T) {
	t.Parallel()
	layer, err := (&release{time: commit}).baseLayer()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := layer.Uncompressed()
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	text, err := io.ReadAll(raw)
	if err != nil {
		t.Fatal(err)
	}
	if !x509.NewCertPool().AppendCertsFromPEM(text) || strings.Count(string(text), "BEGIN CERTIFICATE") < 100 {
		t.Error("there are too few certificates")
	}
}

// TestPush sends the images to a registry, and asks it as anybody would.
func TestPush(t *testing.T) {
	t.Parallel()
	r := built1(t)
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0)), registry.WithReferrersSupport(true)))
	t.Cleanup(server.Close)
	host := strings.TrimPrefix(server.URL, "http://")
	if err := r.push(t.Context(), host+"/acme"); err != nil {
		t.Fatal(err)
	}
	for _, kind := range imageKinds() {
		ref, err := name.ParseReference(host + "/acme/" + kind.program + ":1.2.3")
		if err != nil {
			t.Fatal(err)
		}
		want, _ := indexOf(t, filepath.Join(r.out, "images", kind.program))
		got, err := remote.Index(ref)
		if err != nil {
			t.Fatal(err)
		}
		sent, _ := want.Digest()
		if arrived, err := got.Digest(); err != nil || arrived != sent {
			t.Errorf("%s arrived, and %s was sent: %v", arrived, sent, err)
		}
		manifest, err := got.IndexManifest()
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range linux(r) {
			wantSBOM(t, r, ref.Context().Digest(manifest.Manifests[i].Digest.String()), kind.program, p)
		}
	}
}

// wantSBOM finds the list of what is in an image by asking the registry what refers to
// the image.
func wantSBOM(t *testing.T, r *release, image name.Digest, program string, p platform) {
	t.Helper()
	referrers, err := remote.Referrers(image)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := referrers.IndexManifest()
	if err != nil || len(manifest.Manifests) != 1 || manifest.Manifests[0].ArtifactType != cycloneDX {
		t.Fatalf("%s: %s, %v", image, asJSON(manifest), err)
	}
	sbom, err := remote.Image(image.Context().Digest(manifest.Manifests[0].Digest.String()))
	if err != nil {
		t.Fatal(err)
	}
	layers, err := sbom.Layers()
	if err != nil || len(layers) != 1 {
		t.Fatalf("%d layers: %v", len(layers), err)
	}
	digest, err := layers[0].Digest()
	if err != nil {
		t.Fatal(err)
	}
	if want, err := sumOf(filepath.Join(r.out, r.sbomName(p, program))); err != nil || digest.Hex != want {
		t.Errorf("the list in the registry is %s, the file %s: %v", digest.Hex, want, err)
	}
}
