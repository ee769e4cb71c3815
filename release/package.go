package main

import (
	"compress/gzip"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/goreleaser/nfpm/v2"
	_ "github.com/goreleaser/nfpm/v2/deb" // packages of Debian
	"github.com/goreleaser/nfpm/v2/files"
	_ "github.com/goreleaser/nfpm/v2/rpm" // packages of RPM
)

// writePackages writes the packages of Linux: landfall with the CLI and the agent, and
// landfalld with the server.
func (r *release) writePackages(context.Context) error {
	for _, p := range r.platforms {
		if p.os != "linux" {
			continue
		}
		client, err := r.clientPackage(p)
		if err != nil {
			return err
		}
		for _, kind := range []string{"deb", "rpm"} {
			for _, info := range []*nfpm.Info{client, r.serverPackage(p)} {
				if err := r.writePackage(kind, info); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// writePackage writes one package, as one of the kinds that nfpm knows.
func (r *release) writePackage(kind string, info *nfpm.Info) error {
	packager, err := nfpm.Get(kind)
	if err != nil {
		return err
	}
	copied := *info
	prepared := nfpm.WithDefaults(&copied)
	if err := nfpm.PrepareForPackager(prepared, kind); err != nil {
		return err
	}
	name := filepath.Join(r.out, packager.ConventionalFileName(prepared))
	return create(name, func(w io.Writer) error { return packager.Package(prepared, w) })
}

// clientPackage is the CLI and the agent.
func (r *release) clientPackage(p platform) (*nfpm.Info, error) {
	info := r.packageInfo(p, "landfall", "Follows a git commit to where it runs: the CLI and the agent")
	r.add(info, r.program(p, "landfall"), "/usr/bin/landfall", 0o755)
	r.add(info, r.program(p, "landfall-agent"), "/usr/bin/landfall-agent", 0o755)
	r.add(info, r.deploy("landfall-agent.service"), "/usr/lib/systemd/system/landfall-agent.service", 0o644)
	r.add(info, r.deploy("rights.conf"), "/usr/share/doc/landfall/rights.conf", 0o644)
	r.config(info, "agent.env", 0o600)
	r.config(info, "agent.yaml", 0o644)
	return info, r.addPapers(info)
}

// serverPackage is the server.
func (r *release) serverPackage(p platform) *nfpm.Info {
	info := r.packageInfo(p, "landfalld", "Follows a git commit to where it runs: the server")
	info.Suggests = []string{"postgresql"}
	r.add(info, r.program(p, "landfalld"), "/usr/bin/landfalld", 0o755)
	r.add(info, r.deploy("landfalld.service"), "/usr/lib/systemd/system/landfalld.service", 0o644)
	r.config(info, "landfalld.env", 0o600)
	return info
}

func (r *release) packageInfo(p platform, name, what string) *nfpm.Info {
	info := &nfpm.Info{
		Name:            name,
		Arch:            p.arch,
		Platform:        "linux",
		Version:         packageVersion(r.version),
		Section:         "devel",
		Maintainer:      "Landfall <maintainers@landfall.dev>",
		Vendor:          "Landfall",
		Homepage:        "https://github.com/landfall-dev/landfall",
		License:         "Apache-2.0",
		Description:     what,
		MTime:           r.time,
		DisableGlobbing: true,
	}
	info.Scripts.PostInstall = r.deploy("postinstall.sh")
	info.Scripts.PreRemove = r.deploy("preremove-" + name + ".sh")
	info.RPM.BuildHost = "localhost"
	r.add(info, filepath.Join(r.root, "LICENSE"), "/usr/share/doc/"+name+"/copyright", 0o644)
	return info
}

// packageVersion is a version that packages can have, which begins with a number. That
// of a commit without a tag is before all others.
func packageVersion(version string) string {
	if regexp.MustCompile(`^v?\d`).MatchString(version) && strings.Contains(version, ".") {
		return strings.TrimPrefix(version, "v")
	}
	return "0.0.0-" + version
}

func (r *release) deploy(name string) string { return filepath.Join(r.root, "deploy", "systemd", name) }

func (r *release) add(info *nfpm.Info, from, to string, mode os.FileMode) {
	info.Contents = append(info.Contents, &files.Content{
		Source: from, Destination: to, FileInfo: &files.ContentFileInfo{Mode: mode, MTime: r.time},
	})
}

// config adds a file that is the administrator's from then on.
func (r *release) config(info *nfpm.Info, name string, mode os.FileMode) {
	r.add(info, r.deploy(name), "/etc/landfall/"+name, mode)
	info.Contents[len(info.Contents)-1].Type = files.TypeConfigNoReplace
}

// addPapers adds completions where shells look for them, and manual pages, which are
// packed as distributions have them.
func (r *release) addPapers(info *nfpm.Info) error {
	places := map[string]string{
		"landfall.bash": "/usr/share/bash-completion/completions/landfall",
		"_landfall":     "/usr/share/zsh/site-functions/_landfall",
		"landfall.fish": "/usr/share/fish/vendor_completions.d/landfall.fish",
	}
	for name, place := range places {
		if from := filepath.Join(r.papers(), "completions", name); exists(from) {
			r.add(info, from, place, 0o644)
		}
	}
	pages, err := filepath.Glob(filepath.Join(r.papers(), "man", "*.1"))
	if err != nil {
		return err
	}
	for _, page := range pages {
		packed := filepath.Join(r.scratch, filepath.Base(page)+".gz")
		if err := create(packed, func(w io.Writer) error { return pack(w, page) }); err != nil {
			return err
		}
		r.add(info, packed, "/usr/share/man/man1/"+filepath.Base(packed), 0o644)
	}
	return nil
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

func pack(w io.Writer, from string) error {
	zipped, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	if err := copyFrom(zipped, from); err != nil {
		return err
	}
	return zipped.Close()
}
