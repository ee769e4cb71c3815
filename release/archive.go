package main

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"context"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"
)

// file is one that goes into an archive.
type file struct {
	name string // with slashes
	from string // on this machine
	mode fs.FileMode
}

// archiveName is the name of a platform's archive without what says its kind, and of the
// directory in it.
func (r *release) archiveName(p platform) string {
	return "landfall_" + r.number() + "_" + p.os + "_" + p.arch
}

// archiveFile is the name of a platform's archive.
func (r *release) archiveFile(p platform) string {
	if p.os == "windows" {
		return r.archiveName(p) + ".zip"
	}
	return r.archiveName(p) + ".tar.gz"
}

// writeArchives writes an archive for each platform.
func (r *release) writeArchives(context.Context) error {
	for _, p := range r.platforms {
		files, err := r.archiveFiles(p)
		if err != nil {
			return err
		}
		write := writeTarGz
		if p.os == "windows" {
			write = writeZip
		}
		if err := create(filepath.Join(r.out, r.archiveFile(p)), func(w io.Writer) error { return write(w, files, r.time) }); err != nil {
			return err
		}
	}
	return nil
}

// archiveFiles are what is in a platform's archive, in order.
func (r *release) archiveFiles(p platform) ([]file, error) {
	dir := r.archiveName(p)
	var files []file
	for _, name := range p.programs() {
		files = append(files, file{path.Join(dir, name+p.suffix()), r.program(p, name), 0o755})
	}
	for _, name := range []string{"LICENSE", "README.md"} {
		files = append(files, file{path.Join(dir, name), filepath.Join(r.root, name), 0o644})
	}
	err := filepath.WalkDir(r.papers(), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		below, err := filepath.Rel(r.papers(), name)
		files = append(files, file{path.Join(dir, filepath.ToSlash(below)), name, 0o644})
		return err
	})
	return files, err
}

// create writes a file, and leaves none behind if that fails.
func create(name string, write func(io.Writer) error) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	err = write(f)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		_ = os.Remove(name)
	}
	return err
}

// writeTarGz writes an archive whose bytes depend on names, contents and modes only.
func writeTarGz(w io.Writer, files []file, at time.Time) error {
	zipped, err := gzip.NewWriterLevel(w, gzip.BestCompression)
	if err != nil {
		return err
	}
	if err := writeTar(zipped, files, at); err != nil {
		return err
	}
	return zipped.Close()
}

func writeTar(w io.Writer, files []file, at time.Time) error {
	archive := tar.NewWriter(w)
	for _, f := range files {
		info, err := os.Stat(f.from)
		if err != nil {
			return err
		}
		header := &tar.Header{Typeflag: tar.TypeReg, Name: f.name, Size: info.Size(), Mode: int64(f.mode), ModTime: at, Format: tar.FormatUSTAR}
		if err := archive.WriteHeader(header); err != nil {
			return err
		}
		if err := copyFrom(archive, f.from); err != nil {
			return err
		}
	}
	return archive.Close()
}

// writeZip is writeTarGz for Windows.
func writeZip(w io.Writer, files []file, at time.Time) error {
	archive := zip.NewWriter(w)
	for _, f := range files {
		header := &zip.FileHeader{Name: f.name, Method: zip.Deflate, Modified: at}
		header.SetMode(f.mode)
		entry, err := archive.CreateHeader(header)
		if err != nil {
			return err
		}
		if err := copyFrom(entry, f.from); err != nil {
			return err
		}
	}
	return archive.Close()
}

func copyFrom(w io.Writer, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
}
