package cli_test

import (
	"io"
	"log"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/landfall-dev/landfall/cmd/internal/api/apitest"
	"github.com/landfall-dev/landfall/cmd/internal/cli"
)

// pushed is an image for two platforms in a registry of this test.
func pushed(t *testing.T) (ref, digest string, platforms []any) {
	t.Helper()
	server := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	t.Cleanup(server.Close)
	var index v1.ImageIndex = empty.Index
	for _, architecture := range []string{"amd64", "arm64"} {
		image, err := random.Image(64, 1)
		if err != nil {
			t.Fatal(err)
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{
			Add: image, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: "linux", Architecture: architecture}},
		})
		platforms = append(platforms, hexOf(t, image))
	}
	ref = strings.TrimPrefix(server.URL, "http://") + "/acme/hello:1.0"
	parsed, err := name.ParseReference(ref)
	if err == nil {
		err = remote.WriteIndex(parsed, index)
	}
	if err != nil {
		t.Fatal(err)
	}
	return ref, hexOf(t, index), platforms
}

func hexOf(t *testing.T, x interface{ Digest() (v1.Hash, error) }) string {
	t.Helper()
	h, err := x.Digest()
	if err != nil {
		t.Fatal(err)
	}
	return h.Hex
}

func TestFingerprint_Image(t *testing.T) {
	t.Parallel()
	ref, digest, platforms := pushed(t)
	if got := run(t, setting{}, "fingerprint", ref); got != (result{out: digest + "\n"}) {
		t.Errorf("got %+v", got)
	}
	got := run(t, setting{}, "fingerprint", ref, "--type", "image", "-o", "json")
	for _, want := range []string{`"type": "image"`, `"digestOf": "index"`, digest, platforms[1].(string), `"platform": "linux/arm64"`} {
		if !strings.Contains(got.out, want) {
			t.Errorf("%s is not in %+v", want, got)
		}
	}
	if got := run(t, setting{}, "fingerprint", ref+"-none"); got.code != cli.ExitFailed || !strings.Contains(got.err, "ask 127.0.0.1:") {
		t.Errorf("got %+v", got)
	}
}

// TestReportArtifact_Image sends the digests of the platforms too.
func TestReportArtifact_Image(t *testing.T) {
	t.Parallel()
	ref, digest, platforms := pushed(t)
	server := apitest.NewStory(t)
	for _, args := range [][]string{{ref}, {"--image", ref}, {ref, "--image", ref}} {
		got := run(t, setting{env: signedIn(t, server)}, append([]string{"report", "artifact", "--flow", "hello"}, args...)...)
		if got.code != 0 {
			t.Fatalf("%+v", got)
		}
		in := inputOf(t, server)
		digests, _ := in["digests"].([]any)
		if in["fingerprint"] != digest || in["name"] != ref || len(digests) != 2 || digests[0] != platforms[0] || digests[1] != platforms[1] {
			t.Errorf("%v: got %v", args, in)
		}
	}
}

func TestFingerprint_DockerArchive(t *testing.T) {
	t.Parallel()
	image, err := random.Image(64, 1)
	if err != nil {
		t.Fatal(err)
	}
	config, err := image.ConfigName()
	if err != nil {
		t.Fatal(err)
	}
	archive := filepath.Join(t.TempDir(), "saved.tar")
	tag, err := name.NewTag("acme/hello:1.0")
	if err == nil {
		err = tarball.WriteToFile(archive, tag, image)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"docker-archive:" + archive}, {archive, "--type", "docker-archive"}} {
		got := run(t, setting{}, append([]string{"fingerprint"}, args...)...)
		if got.out != config.Hex+"\n" || !strings.HasPrefix(got.err, "This is the image id: ") {
			t.Errorf("%v: %+v", args, got)
		}
	}
	got := run(t, setting{}, "fingerprint", archive)
	if got.code != cli.ExitUsage || !strings.Contains(got.err, "is a file, and an image too: say which with --type file or --type docker-archive") {
		t.Errorf("got %+v", got)
	}
	if got := run(t, setting{}, "fingerprint", archive, "--type", "file"); got.code != 0 || got.out == config.Hex+"\n" {
		t.Errorf("got %+v", got)
	}
}

// TestFingerprint_What names things that may be several, or nothing.
func TestFingerprint_What(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "empty"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		args []string
		code int
		want string
	}{
		"Word":          {[]string{"hello"}, cli.ExitUsage, "there is no file or directory hello; if it is an image, write its tag, or say --type image"},
		"Path":          {[]string{"dist/hello.tgz"}, cli.ExitUsage, "there is no file or directory dist/hello.tgz; if it is an image"},
		"PlainPath":     {[]string{"./hello:1.0"}, cli.ExitUsage, "there is no file or directory ./hello:1.0"},
		"Layout":        {[]string{"testdata/thing/layout"}, cli.ExitUsage, "is a directory, and an image too: say which with --type dir or --type oci-layout"},
		"EmptyDir":      {[]string{filepath.Join(dir, "empty")}, cli.ExitFailed, "nothing is in"},
		"FileAsDir":     {[]string{"testdata/thing/dist/hello.txt", "--type", "dir"}, cli.ExitFailed, "not a directory"},
		"DirAsFile":     {[]string{"testdata/thing/dist", "--type", "file"}, cli.ExitFailed, "is a directory"},
		"ExcludeOfFile": {[]string{"testdata/thing/dist/hello.txt", "--exclude", "x"}, cli.ExitUsage, "--exclude leaves something out of a directory"},
		"BadExclude":    {[]string{"testdata/thing/dist", "--exclude", "["}, cli.ExitFailed, "is no glob"},
		"NoImage":       {[]string{"Hello:1.0"}, cli.ExitFailed, "is not the name of an image"},
		"Alias":         {[]string{"testdata/thing/dist", "--type", "directory"}, cli.ExitOK, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := run(t, setting{}, append([]string{"fingerprint"}, tt.args...)...)
			if got.code != tt.code || !strings.Contains(got.err, tt.want) {
				t.Errorf("got %+v, want %d and %q", got, tt.code, tt.want)
			}
		})
	}
}
