package main

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/pem"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/static"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// cycloneDX is the media type of a list of what is in a program.
const cycloneDX = "application/vnd.cyclonedx+json"

// imageKind is an image of which there is one for each platform.
type imageKind struct {
	program, title string
	config         v1.Config
}

// imageKinds are the images of a release.
func imageKinds() []imageKind {
	return []imageKind{
		{"landfall-agent", "Landfall agent", v1.Config{Cmd: []string{"--help"}}},
		{"landfalld", "Landfall server", v1.Config{
			Cmd:          []string{"serve"},
			Env:          []string{"LANDFALL_LISTEN=:8080"},
			ExposedPorts: map[string]struct{}{"8080/tcp": {}},
		}},
	}
}

// built is an image for all platforms, and what is said about each of them.
type built struct {
	index  v1.ImageIndex
	images []v1.Image
	sboms  []v1.Image // of which each has one of the images as its subject
}

// writeImages writes each image as an OCI layout, dist/images/NAME.
func (r *release) writeImages(context.Context) error {
	for _, kind := range imageKinds() {
		b, err := r.buildImage(kind)
		if err != nil {
			return err
		}
		if len(b.images) == 0 {
			continue
		}
		path, err := layout.Write(r.imageDir(kind), empty.Index)
		if err != nil {
			return err
		}
		if err := path.AppendIndex(b.index, layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": r.number()})); err != nil {
			return err
		}
		for _, sbom := range b.sboms {
			if err := path.AppendImage(sbom); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *release) imageDir(kind imageKind) string {
	return filepath.Join(r.out, "images", kind.program)
}

// buildImage makes an image of what was built for Linux.
func (r *release) buildImage(kind imageKind) (*built, error) {
	b := &built{}
	labels := r.labels(kind)
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, p := range r.platforms {
		if p.os != "linux" {
			continue
		}
		image, err := r.platformImage(kind, p, labels)
		if err != nil {
			return nil, err
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add:        image,
			Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: p.os, Architecture: p.arch}},
		})
		sbom, err := r.sbomImage(kind, p, image)
		if err != nil {
			return nil, err
		}
		b.images, b.sboms = append(b.images, image), append(b.sboms, sbom)
	}
	b.index = mutate.Annotations(index, labels).(v1.ImageIndex)
	return b, nil
}

func (r *release) labels(kind imageKind) map[string]string {
	const home = "https://github.com/landfall-dev/landfall"
	return map[string]string{
		"org.opencontainers.image.title":         kind.title,
		"org.opencontainers.image.description":   "Landfall follows a git commit to where it runs",
		"org.opencontainers.image.version":       r.number(),
		"org.opencontainers.image.created":       r.time.Format("2006-01-02T15:04:05Z"),
		"org.opencontainers.image.licenses":      "Apache-2.0",
		"org.opencontainers.image.url":           home,
		"org.opencontainers.image.source":        home,
		"org.opencontainers.image.documentation": home + "/tree/" + r.version + "/docs",
	}
}

// platformImage is one layer of what every program needs, and one of the program.
func (r *release) platformImage(kind imageKind, p platform, labels map[string]string) (v1.Image, error) {
	base, err := r.baseLayer()
	if err != nil {
		return nil, err
	}
	program, err := r.programLayer(r.program(p, kind.program), kind.program)
	if err != nil {
		return nil, err
	}
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	created := v1.Time{Time: r.time}
	image, err = mutate.Append(
		image,
		mutate.Addendum{Layer: base, History: v1.History{Created: created, CreatedBy: "certificates, users and /tmp"}},
		mutate.Addendum{Layer: program, History: v1.History{Created: created, CreatedBy: kind.program}},
	)
	if err != nil {
		return nil, err
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture, config.Created = p.os, p.arch, created
	config.Config = kind.config
	config.Config.Entrypoint = []string{"/" + kind.program}
	config.Config.User = "65532:65532"
	config.Config.WorkingDir = "/"
	config.Config.Labels = labels
	config.Config.Env = append([]string{"PATH=/", "HOME=/tmp"}, kind.config.Env...)
	if image, err = mutate.ConfigFile(image, config); err != nil {
		return nil, err
	}
	return mutate.Annotations(image, labels).(v1.Image), nil
}

// baseLayer has the roots of trust that Mozilla has, a user who is not root, and a
// directory to write to.
func (r *release) baseLayer() (v1.Layer, error) {
	var roots bytes.Buffer
	for root := range bundle.Roots() {
		if err := pem.Encode(&roots, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}); err != nil {
			return nil, err
		}
	}
	const nobody = "nonroot:x:65532:65532:nonroot:/tmp:/sbin/nologin\n"
	return r.layer(
		entry{name: "etc/", mode: 0o755},
		entry{name: "etc/group", mode: 0o644, content: []byte("root:x:0:\nnonroot:x:65532:\n")},
		entry{name: "etc/passwd", mode: 0o644, content: []byte("root:x:0:0:root:/:/sbin/nologin\n" + nobody)},
		entry{name: "etc/ssl/", mode: 0o755},
		entry{name: "etc/ssl/certs/", mode: 0o755},
		entry{name: "etc/ssl/certs/ca-certificates.crt", mode: 0o644, content: roots.Bytes()},
		entry{name: "tmp/", mode: 0o1777},
	)
}

func (r *release) programLayer(from, name string) (v1.Layer, error) {
	content, err := os.ReadFile(from)
	if err != nil {
		return nil, err
	}
	return r.layer(entry{name: name, mode: 0o755, content: content})
}

// entry is a file of a layer, or a directory if its name ends in a slash.
type entry struct {
	name    string
	mode    fs.FileMode
	content []byte
}

func (r *release) layer(entries ...entry) (v1.Layer, error) {
	var text bytes.Buffer
	archive := tar.NewWriter(&text)
	for _, e := range entries {
		header := &tar.Header{Name: e.name, Mode: int64(e.mode), Size: int64(len(e.content)), ModTime: r.time, Format: tar.FormatUSTAR, Typeflag: tar.TypeReg}
		if e.name[len(e.name)-1] == '/' {
			header.Typeflag = tar.TypeDir
		}
		if err := archive.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := archive.Write(e.content); err != nil {
			return nil, err
		}
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text.Bytes())), nil }
	return tarball.LayerFromOpener(open, tarball.WithMediaType(types.OCILayer))
}

// sbomImage is the list of what is in a program, in the form in which registries keep it
// beside the image that it is about.
func (r *release) sbomImage(kind imageKind, p platform, about v1.Image) (v1.Image, error) {
	content, err := os.ReadFile(filepath.Join(r.out, r.sbomName(p, kind.program)))
	if err != nil {
		return nil, err
	}
	subject, err := partial.Descriptor(about)
	if err != nil {
		return nil, err
	}
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), cycloneDX)
	if image, err = mutate.AppendLayers(image, static.NewLayer(content, cycloneDX)); err != nil {
		return nil, err
	}
	return mutate.Subject(image, v1.Descriptor{MediaType: subject.MediaType, Digest: subject.Digest, Size: subject.Size}).(v1.Image), nil
}
