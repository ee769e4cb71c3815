package main

import (
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/CycloneDX/cyclonedx-go"
	"github.com/google/uuid"
)

// sbomName is the name of the list of what is in a program.
func (r *release) sbomName(p platform, name string) string {
	return fmt.Sprintf("%s_%s_%s_%s.cdx.json", name, r.number(), p.os, p.arch)
}

// writeSBOMs writes for each program which modules it is made of.
func (r *release) writeSBOMs(context.Context) error {
	for _, p := range r.platforms {
		for _, name := range p.programs() {
			bom, err := r.sbom(p, name)
			if err != nil {
				return fmt.Errorf("%s for %s: %w", name, p, err)
			}
			err = create(filepath.Join(r.out, r.sbomName(p, name)), func(w io.Writer) error {
				return cyclonedx.NewBOMEncoder(w, cyclonedx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(bom, cyclonedx.SpecVersion1_6)
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// sbom lists the modules that the program itself says it was linked of.
func (r *release) sbom(p platform, name string) (*cyclonedx.BOM, error) {
	info, err := buildinfo.ReadFile(r.program(p, name))
	if err != nil {
		return nil, err
	}
	sum, err := sumOf(r.program(p, name))
	if err != nil {
		return nil, err
	}
	program := cyclonedx.Component{
		Type:       cyclonedx.ComponentTypeApplication,
		BOMRef:     name,
		Name:       name,
		Version:    r.version,
		PackageURL: purl(info.Main.Path, r.version) + "#cmd/" + name,
		Hashes:     &[]cyclonedx.Hash{{Algorithm: cyclonedx.HashAlgoSHA256, Value: sum}},
	}
	parts := []cyclonedx.Component{library("std", strings.TrimPrefix(info.GoVersion, "go"))}
	for _, module := range info.Deps {
		parts = append(parts, moduleComponent(module))
	}
	var refs []string
	for _, part := range parts {
		refs = append(refs, part.BOMRef)
	}
	bom := cyclonedx.NewBOM()
	bom.SerialNumber = "urn:uuid:" + uuid.NewSHA1(uuid.NameSpaceURL, []byte(sum)).String()
	bom.Metadata = &cyclonedx.Metadata{Timestamp: r.time.Format(time.RFC3339), Component: &program, Properties: settings(info)}
	bom.Components = &parts
	bom.Dependencies = &[]cyclonedx.Dependency{{Ref: name, Dependencies: &refs}}
	return bom, nil
}

// moduleComponent is a module, or the one that is built in its place.
func moduleComponent(module *debug.Module) cyclonedx.Component {
	if module.Replace != nil {
		module = module.Replace
	}
	return library(module.Path, module.Version)
}

func library(path, version string) cyclonedx.Component {
	url := purl(path, version)
	return cyclonedx.Component{Type: cyclonedx.ComponentTypeLibrary, BOMRef: url, Name: path, Version: version, PackageURL: url}
}

// purl is the package URL of a module of Go.
func purl(path, version string) string {
	if version != "" {
		version = "@" + strings.ReplaceAll(version, "+", "%2B")
	}
	return "pkg:golang/" + path + version
}

// settings are what the program was built with.
func settings(info *debug.BuildInfo) *[]cyclonedx.Property {
	var all []cyclonedx.Property
	for _, s := range info.Settings {
		all = append(all, cyclonedx.Property{Name: "go:build:" + s.Key, Value: s.Value})
	}
	return &all
}

// sumOf is the SHA-256 of a file.
func sumOf(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}
