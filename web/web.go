// Package web serves the pages for people: the dashboard at /, and at /playground a
// page in which to ask the GraphQL API and to read what it offers.
//
// The dashboard is built from src by Node, and embedded with the tag web; without it, a
// page says so. The playground is plain HTML, CSS and JavaScript, embedded as it lies in
// playground. Neither loads anything from elsewhere, and both need nothing but the
// server.
package web

import (
	"embed"
	"io/fs"
	"net/http"
	"strings"
)

//go:embed playground
var playground embed.FS

// Policies let a page load and ask what is its own, and nothing else: no inline script
// or style, no frame around it, no form that leaves it.
const (
	playgroundPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
		"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	dashboardPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
		"connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

// Handler serves the pages and their parts, to GET and HEAD. What is refused is refused
// in JSON.
func Handler() http.Handler {
	built, err := dashboard()
	if err != nil {
		panic(err) // what is embedded is known when the program is built
	}
	h, err := newHandler(built)
	if err != nil {
		panic(err)
	}
	return h
}

// handler serves the playground, and a dashboard.
type handler struct {
	index      *file
	dashboard  map[string]*file
	playground map[string]*file
}

func newHandler(built fs.FS) (*handler, error) {
	pages, err := fs.Sub(playground, "playground")
	if err != nil {
		return nil, err
	}
	h := new(handler)
	if h.playground, err = load(pages, "/playground/"); err != nil {
		return nil, err
	}
	if h.dashboard, err = load(built, "/"); err != nil {
		return nil, err
	}
	// One page, one address.
	h.index = h.dashboard["/index.html"]
	h.playground["/playground"] = h.playground["/playground/index.html"]
	delete(h.dashboard, "/index.html")
	delete(h.playground, "/playground/index.html")
	if h.index == nil {
		return nil, fs.ErrNotExist
	}
	return h, nil
}

// ServeHTTP serves one file. What has a hash in its name is kept by browsers; for all
// else they ask each time whether it is still the same, so that page and server are
// always of one version.
func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", dashboardPolicy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	f, caching := h.find(r.URL.Path)
	if isBelow(r.URL.Path, "/playground") {
		header.Set("Content-Security-Policy", playgroundPolicy)
	}
	switch {
	case r.URL.Path == "/playground/":
		http.Redirect(w, r, "/playground", http.StatusMovedPermanently)
	case f == nil:
		refuse(w, http.StatusNotFound, "there is nothing at this path")
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		header.Set("Allow", "GET, HEAD")
		refuse(w, http.StatusMethodNotAllowed, "only GET and HEAD are possible here")
	default:
		header.Set("Cache-Control", caching)
		f.serve(w, r)
	}
}

// find returns the file of a path, and how long browsers may keep it. Every path that is
// no file leads to the index of the dashboard, which knows what to show there; what a
// page is made of is there or not.
func (h *handler) find(path string) (f *file, caching string) {
	const asked, forever = "no-cache", "public, max-age=31536000, immutable"
	switch {
	case isBelow(path, "/playground"):
		return h.playground[path], asked
	case isBelow(path, "/assets"): // their names have hashes
		return h.dashboard[path], forever
	case h.dashboard[path] != nil:
		return h.dashboard[path], asked
	default:
		return h.index, asked
	}
}

// isBelow reports whether a path is a folder or in it.
func isBelow(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}

// refuse answers as the rest of the server does, in JSON.
func refuse(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = strings.NewReader(`{"message": "` + message + `"}` + "\n").WriteTo(w)
}
