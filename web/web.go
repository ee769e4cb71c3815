// Package web serves the page for people: a playground in which to ask the
// GraphQL API and to read what it offers.
//
// The page is plain HTML, CSS and JavaScript, embedded as it lies in assets. It
// loads nothing from elsewhere and needs nothing but the API at /graphql.
package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

//go:embed assets
var assets embed.FS

// policy lets the page load and ask what is its own, and nothing else: no inline
// script or style, no frame around it, no form that leaves it.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// contentTypes are those of the files that there are. The machine's own table
// may know others, or none.
var contentTypes = map[string]string{
	".css":     "text/css; charset=utf-8",
	".graphql": "application/graphql; charset=utf-8",
	".html":    "text/html; charset=utf-8",
	".js":      "text/javascript; charset=utf-8",
	".json":    "application/json; charset=utf-8",
	".svg":     "image/svg+xml",
}

// file is one file of the page, ready to be served.
type file struct {
	body        []byte
	contentType string
	etag        string
}

// Handler serves the page at / and its parts below /assets/, to GET and HEAD.
// Everything else is not found, and says so in JSON.
func Handler() http.Handler {
	files, err := load(assets)
	if err != nil {
		panic(err) // what is embedded is known when the program is built
	}
	return handler(files)
}

// load reads the files by the paths at which they are served.
func load(from fs.FS) (map[string]file, error) {
	files := map[string]file{}
	err := fs.WalkDir(from, "assets", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		contentType, ok := contentTypes[path.Ext(name)]
		if !ok {
			return fmt.Errorf("%s: unknown kind of file", name)
		}
		sum := sha256.Sum256(body)
		files["/"+name] = file{body, contentType, `"` + hex.EncodeToString(sum[:16]) + `"`}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the page: %w", err)
	}
	files["/"] = files["/assets/index.html"]
	delete(files, "/assets/index.html") // one page, one address
	return files, nil
}

type handler map[string]file

// ServeHTTP serves one file. Browsers keep it but ask each time whether it is
// still the same, so that page and server are always of one version.
func (h handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", policy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	f, ok := h[r.URL.Path]
	switch {
	case !ok:
		refuse(w, http.StatusNotFound, "there is nothing at this path")
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		header.Set("Allow", "GET, HEAD")
		refuse(w, http.StatusMethodNotAllowed, "only GET and HEAD are possible here")
	default:
		header.Set("Content-Type", f.contentType)
		header.Set("Cache-Control", "no-cache")
		header.Set("ETag", f.etag)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(f.body))
	}
}

// refuse answers as the rest of the server does, in JSON.
func refuse(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = strings.NewReader(`{"message": "` + message + `"}` + "\n").WriteTo(w)
}
