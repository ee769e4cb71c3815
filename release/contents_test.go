package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/CycloneDX/cyclonedx-go"
	"github.com/google/go-cmp/cmp"
	"github.com/sassoftware/go-rpmutils"
)

// TestArchives reads each archive: what is in it, with which modes and times.
func TestArchives(t *testing.T) {
	t.Parallel()
	r := built1(t)
	for _, p := range r.platforms {
		t.Run(p.os+p.arch, func(t *testing.T) {
			t.Parallel()
			dir := r.archiveName(p) + "/"
			var want []string
			for _, name := range p.programs() {
				want = append(want, "-rwxr-xr-x "+dir+name+p.suffix())
			}
			for _, name := range []string{"LICENSE", "README.md", "completions/_landfall", "completions/landfall.bash", "completions/landfall.fish", "completions/landfall.ps1", "man/landfall.1"} {
				want = append(want, "-rw-r--r-- "+dir+name)
			}
			list := listTarGz
			if p.os == "windows" {
				list = listZip
			}
			if diff := cmp.Diff(want, list(t, filepath.Join(r.out, r.archiveFile(p)))); diff != "" {
				t.Errorf("%s (-want +got):\n%s", r.archiveFile(p), diff)
			}
		})
	}
}

func listTarGz(t testing.TB, name string) []string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return listTar(t, unzipped)
}

func listTar(t testing.TB, from io.Reader) []string {
	t.Helper()
	var names []string
	archive := tar.NewReader(from)
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return names
		}
		if err != nil {
			t.Fatal(err)
		}
		if !header.ModTime.Equal(commit) || header.Uid != 0 || header.Uname != "" {
			t.Errorf("%s is of %v and belongs to %d %q", header.Name, header.ModTime, header.Uid, header.Uname)
		}
		names = append(names, header.FileInfo().Mode().String()+" "+header.Name)
	}
}

func listZip(t testing.TB, name string) []string {
	t.Helper()
	archive, err := zip.OpenReader(name)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	var names []string
	for _, f := range archive.File {
		if !f.Modified.Equal(commit) {
			t.Errorf("%s is of %v", f.Name, f.Modified)
		}
		names = append(names, f.Mode().String()+" "+f.Name)
	}
	return names
}

// TestPrograms runs those for this machine, which say their version.
func TestPrograms(t *testing.T) {
	t.Parallel()
	r := built1(t)
	here := platform{runtime.GOOS, runtime.GOARCH}
	if !slices.Contains(r.platforms, here) || here.os == "windows" {
		t.Skip("nothing is built for this machine")
	}
	dir := t.TempDir()
	unpack := exec.CommandContext(t.Context(), "tar", "-xzf", filepath.Join(r.out, r.archiveFile(here)), "-C", dir)
	if out, err := unpack.CombinedOutput(); err != nil {
		t.Fatalf("unpack: %v\n%s", err, out)
	}
	for name, want := range map[string]string{"landfall": "v1.2.3 on dep\n", "landfall-agent": "v1.2.3 on dep\n", "landfalld": "landfalld v1.2.3\n"} {
		program := filepath.Join(dir, r.archiveName(here), name)
		got, err := exec.CommandContext(t.Context(), program).Output()
		if err != nil || string(got) != want {
			t.Errorf("%s says %q, %v, want %q", name, got, err, want)
		}
		checkSBOM(t, r, here, name, program)
	}
}

// checkSBOM compares the list of modules with what the program says of itself.
func checkSBOM(t *testing.T, r *release, p platform, name, program string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(r.out, r.sbomName(p, name)))
	if err != nil {
		t.Fatal(err)
	}
	var bom cyclonedx.BOM
	if err := cyclonedx.NewBOMDecoder(bytes.NewReader(text), cyclonedx.BOMFileFormatJSON).Decode(&bom); err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"pkg:golang/std@" + strings.TrimPrefix(info.GoVersion, "go")}
	for _, module := range info.Deps {
		if module.Replace != nil {
			module = module.Replace
		}
		want = append(want, purl(module.Path, module.Version))
	}
	var got []string
	for _, part := range *bom.Components {
		got = append(got, part.PackageURL)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("modules of %s (-program +list):\n%s", name, diff)
	}
	sum, err := sumOf(program)
	if err != nil {
		t.Fatal(err)
	}
	about := bom.Metadata.Component
	if about.Version != version || (*about.Hashes)[0].Value != sum || bom.Metadata.Timestamp != "2026-11-22T19:14:25Z" {
		t.Errorf("the list is about %+v at %s, and the program has %s", about, bom.Metadata.Timestamp, sum)
	}
}

// inPackages are the files of each package, with modes.
var inPackages = map[string][]string{
	"landfall": {
		"-rw------- /etc/landfall/agent.env", "-rw-r--r-- /etc/landfall/agent.yaml",
		"-rwxr-xr-x /usr/bin/landfall", "-rwxr-xr-x /usr/bin/landfall-agent",
		"-rw-r--r-- /usr/lib/systemd/system/landfall-agent.service",
		"-rw-r--r-- /usr/share/bash-completion/completions/landfall",
		"-rw-r--r-- /usr/share/doc/landfall/copyright", "-rw-r--r-- /usr/share/doc/landfall/rights.conf",
		"-rw-r--r-- /usr/share/fish/vendor_completions.d/landfall.fish",
		"-rw-r--r-- /usr/share/man/man1/landfall.1.gz",
		"-rw-r--r-- /usr/share/zsh/site-functions/_landfall",
	},
	"landfalld": {
		"-rw------- /etc/landfall/landfalld.env", "-rwxr-xr-x /usr/bin/landfalld",
		"-rw-r--r-- /usr/lib/systemd/system/landfalld.service", "-rw-r--r-- /usr/share/doc/landfalld/copyright",
	},
}

// TestDebs has dpkg-deb read the packages.
func TestDebs(t *testing.T) {
	t.Parallel()
	r := built1(t)
	if _, err := exec.LookPath("dpkg-deb"); err != nil {
		t.Skip("there is no dpkg-deb")
	}
	for name, want := range inPackages {
		deb := filepath.Join(r.out, name+"_1.2.3_amd64.deb")
		out, err := exec.CommandContext(t.Context(), "dpkg-deb", "--fsys-tarfile", deb).Output()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		archive := tar.NewReader(bytes.NewReader(out))
		for header, err := archive.Next(); err == nil; header, err = archive.Next() {
			if header.Typeflag == tar.TypeReg {
				got = append(got, header.FileInfo().Mode().String()+" "+strings.TrimPrefix(header.Name, "."))
			}
		}
		sortByName(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		control, err := exec.CommandContext(t.Context(), "dpkg-deb", "--info", deb, "control", "conffiles", "postinst", "prerm").Output()
		for _, line := range []string{"Package: " + name + "\n", "Version: 1.2.3\n", "Architecture: amd64\n", "daemon-reload", "disable --now", "/etc/landfall/"} {
			if err != nil || !strings.Contains(string(control), line) {
				t.Errorf("%s lacks %q: %v\n%s", name, line, err, control)
			}
		}
	}
}

// sortByName sorts lines of a mode and a name.
func sortByName(lines []string) {
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(strings.Fields(a)[1], strings.Fields(b)[1]) })
}

// TestRPMs reads the packages with other code than wrote them.
func TestRPMs(t *testing.T) {
	t.Parallel()
	r := built1(t)
	for name, want := range inPackages {
		f, err := os.Open(filepath.Join(r.out, name+"-1.2.3-1.x86_64.rpm"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		rpm, err := rpmutils.ReadRpm(f)
		if err != nil {
			t.Fatal(err)
		}
		id, err := rpm.Header.GetNEVRA()
		if err != nil || id.Name != name || id.Version != "1.2.3" || id.Arch != "x86_64" {
			t.Errorf("the package is %+v, %v", id, err)
		}
		infos, err := rpm.Header.GetFiles()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, info := range infos {
			got = append(got, os.FileMode(info.Mode()&0o777).String()+" "+info.Name())
		}
		sortByName(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if host, _ := rpm.Header.GetString(rpmutils.BUILDHOST); host != "localhost" {
			t.Errorf("%s tells the name of the machine: %q", name, host)
		}
	}
}

// asJSON is for messages of tests.
func asJSON(value any) string {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return fmt.Sprint(err)
	}
	return string(text)
}
