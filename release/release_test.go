package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const version = "v1.2.3"

var commit = time.Unix(1_795_374_865, 0).UTC()

// platforms are what tests build for: compilers for other systems are slow to warm up.
func platforms() []platform {
	if testing.Short() {
		return all[:1]
	}
	return all
}

// newProduct makes a repository with a product in small, and with the real files of
// deploy/systemd.
func newProduct(dir string) error {
	for from, to := range map[string]string{"testdata/product": dir, "../deploy/systemd": filepath.Join(dir, "deploy", "systemd")} {
		if err := os.CopyFS(to, os.DirFS(from)); err != nil {
			return err
		}
	}
	license, err := os.ReadFile("../LICENSE")
	return errors.Join(
		err,
		os.WriteFile(filepath.Join(dir, "LICENSE"), license, 0o644),
		os.WriteFile(filepath.Join(dir, "README.md"), []byte("# Landfall\n"), 0o644),
	)
}

// buildIn builds a release of the product in small, all of it below a directory.
func buildIn(dir string) (*release, error) {
	root := filepath.Join(dir, "product")
	if err := newProduct(root); err != nil {
		return nil, err
	}
	r, err := newRelease(root, filepath.Join(dir, "dist"), version, commit, platforms())
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	return r, r.build(ctx)
}

// shared is a release that is built once for all tests.
var shared = sync.OnceValues(func() (*release, error) { return buildIn(sharedDir) })

var sharedDir string

func TestMain(m *testing.M) {
	var err error
	if sharedDir, err = os.MkdirTemp("", "release-test-"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(sharedDir)
	os.Exit(code)
}

func built1(t testing.TB) *release {
	t.Helper()
	r, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// sumsBelow are the SHA-256 of all files below a directory.
func sumsBelow(t testing.TB, dir string) map[string]string {
	t.Helper()
	sums := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		sum := sha256.Sum256(content)
		sums[strings.TrimPrefix(path, dir)] = hex.EncodeToString(sum[:])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sums
}

// TestBuild_Reproducible builds the same in another directory, at another time.
func TestBuild_Reproducible(t *testing.T) {
	t.Parallel()
	want := sumsBelow(t, built1(t).out)
	again, err := buildIn(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, sumsBelow(t, again.out)); diff != "" {
		t.Errorf("another build has other bytes (-first +second):\n%s", diff)
	}
}

func TestBuild_Files(t *testing.T) {
	t.Parallel()
	r := built1(t)
	want := []string{"SHA256SUMS", "images", "landfall.rb"}
	for _, p := range r.platforms {
		want = append(want, r.archiveFile(p))
		for _, name := range p.programs() {
			want = append(want, r.sbomName(p, name))
		}
		switch p.String() {
		case "linux/amd64":
			want = append(want, "landfall_1.2.3_amd64.deb", "landfalld_1.2.3_amd64.deb", "landfall-1.2.3-1.x86_64.rpm", "landfalld-1.2.3-1.x86_64.rpm")
		case "linux/arm64":
			want = append(want, "landfall_1.2.3_arm64.deb", "landfalld_1.2.3_arm64.deb", "landfall-1.2.3-1.aarch64.rpm", "landfalld-1.2.3-1.aarch64.rpm")
		}
	}
	entries, err := os.ReadDir(r.out)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

// TestSums has sha256sum itself check the sums.
func TestSums(t *testing.T) {
	t.Parallel()
	r := built1(t)
	cmd := exec.CommandContext(t.Context(), "sha256sum", "--check", "--strict", sumsName)
	cmd.Dir = r.out
	out, err := cmd.CombinedOutput()
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip("there is no sha256sum")
	}
	entries, _ := os.ReadDir(r.out)
	if lines := strings.Count(string(out), ": OK\n"); err != nil || lines != len(entries)-2 { // itself and images
		t.Errorf("%d of %d files are as they should be: %v\n%s", lines, len(entries)-2, err, out)
	}
}

func TestFormula(t *testing.T) {
	t.Parallel()
	r := built1(t)
	text, err := os.ReadFile(filepath.Join(r.out, "landfall.rb"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.platforms {
		if p.os == "windows" {
			continue
		}
		sum, err := sumOf(filepath.Join(r.out, r.archiveFile(p)))
		if err != nil {
			t.Fatal(err)
		}
		want := "url \"https://github.com/landfall-dev/landfall/releases/download/v1.2.3/" + r.archiveFile(p) + "\"\n      sha256 \"" + sum + "\"\n"
		if !strings.Contains(string(text), want) {
			t.Errorf("the formula lacks\n%s\nand is\n%s", want, text)
		}
	}
}

func TestParse_Refuses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"NoVersion": {[]string{"-epoch", "1"}, "required"},
		"NoEpoch":   {[]string{"-version", "v1.0.0"}, "required"},
		"Platform":  {[]string{"-version", "v1.0.0", "-epoch", "1", "-platforms", "linux/amd64,plan9/386"}, `"plan9/386" is no platform`},
		"OutIsRoot": {[]string{"-version", "v1.0.0", "-epoch", "1", "-root", "x", "-out", "x"}, "directory of its own"},
		"OutAbove":  {[]string{"-version", "v1.0.0", "-epoch", "1", "-root", "x/y", "-out", "x"}, "directory of its own"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, _, err := parse(tt.args)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("parse = %v, want %q", err, tt.want)
			}
		})
	}
}

func TestPackageVersion(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]string{
		"v1.2.3":            "1.2.3",
		"v1.2.3-rc.1":       "1.2.3-rc.1",
		"v1.2.3-4-gabc1234": "1.2.3-4-gabc1234",
		"1234567":           "0.0.0-1234567",
		"abc1234-dirty":     "0.0.0-abc1234-dirty",
		"unknown":           "0.0.0-unknown",
	} {
		if got := packageVersion(version); got != want {
			t.Errorf("packageVersion(%q) = %q, want %q", version, got, want)
		}
	}
}
