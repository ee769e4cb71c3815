package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

var script = strings.Repeat("console.log('landfall');\n", 100)

// built is a dashboard as it is built.
func built() fstest.MapFS {
	files := fstest.MapFS{}
	for name, body := range map[string]string{
		"index.html": "<!doctype html><title>Landfall</title>", "assets/index-3f1c9d1b.js": script, "assets/index-9a.css": "a{}", "assets/mono-1.woff2": strings.Repeat("\x00w", 2000),
		"manifest.webmanifest": "{}", "favicon.svg": "<svg/>", "favicon.ico": "\x00", "icon.png": "\x89PNG", "data.json": "{}",
	} {
		files[name] = &fstest.MapFile{Data: []byte(body)}
	}
	return files
}

func ask(t *testing.T, h http.Handler, method, path string, header http.Header) (*http.Response, string) {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	if header != nil {
		r.Header = header
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	resp := w.Result()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

func TestDashboard(t *testing.T) {
	t.Parallel()
	h, err := newHandler(built())
	if err != nil {
		t.Fatal(err)
	}
	const html, asked, forever = "text/html; charset=utf-8", "no-cache", "public, max-age=31536000, immutable"
	for name, tt := range map[string]struct {
		method, path string
		status       int
		kind, cache  string
	}{
		"Index":         {"GET", "/", 200, html, asked},
		"Head":          {"HEAD", "/", 200, html, asked},
		"Page":          {"GET", "/o/acme/environments/prod", 200, html, asked},
		"PageWithDot":   {"GET", "/o/acme/artifacts/runner.js", 200, html, asked},
		"IndexByName":   {"GET", "/index.html", 200, html, asked},
		"Source":        {"GET", "/web.go", 200, html, asked},
		"Script":        {"GET", "/assets/index-3f1c9d1b.js", 200, "text/javascript; charset=utf-8", forever},
		"Style":         {"GET", "/assets/index-9a.css", 200, "text/css; charset=utf-8", forever},
		"Font":          {"GET", "/assets/mono-1.woff2", 200, "font/woff2", forever},
		"Manifest":      {"GET", "/manifest.webmanifest", 200, "application/manifest+json; charset=utf-8", asked},
		"SVG":           {"GET", "/favicon.svg", 200, "image/svg+xml", asked},
		"Icon":          {"GET", "/favicon.ico", 200, "image/x-icon", asked},
		"PNG":           {"GET", "/icon.png", 200, "image/png", asked},
		"JSON":          {"GET", "/data.json", 200, "application/json; charset=utf-8", asked},
		"NoAsset":       {"GET", "/assets/index-old.js", 404, "application/json; charset=utf-8", "no-store"},
		"NoAssetPost":   {"POST", "/assets/index-old.js", 404, "application/json; charset=utf-8", "no-store"},
		"Assets":        {"GET", "/assets", 404, "application/json; charset=utf-8", "no-store"},
		"AssetsFolder":  {"GET", "/assets/", 404, "application/json; charset=utf-8", "no-store"},
		"OutOfAssets":   {"GET", "/assets/../index.html", 404, "application/json; charset=utf-8", "no-store"},
		"Encoded":       {"GET", "/assets/%2e%2e/index.html", 404, "application/json; charset=utf-8", "no-store"},
		"Post":          {"POST", "/", 405, "application/json; charset=utf-8", "no-store"},
		"PostPage":      {"POST", "/o/acme", 405, "application/json; charset=utf-8", "no-store"},
		"DeleteAsset":   {"DELETE", "/assets/index-9a.css", 405, "application/json; charset=utf-8", "no-store"},
		"Options":       {"OPTIONS", "/", 405, "application/json; charset=utf-8", "no-store"},
		"Playground":    {"GET", "/playground", 200, html, asked},
		"PlaygroundJS":  {"GET", "/playground/app.js", 200, "text/javascript; charset=utf-8", asked},
		"NoPlayground":  {"GET", "/playground/old.js", 404, "application/json; charset=utf-8", "no-store"},
		"LikeTheFolder": {"GET", "/playgrounds", 200, html, asked},
	} {
		resp, body := ask(t, h, tt.method, tt.path, nil)
		if resp.StatusCode != tt.status || resp.Header.Get("Content-Type") != tt.kind || resp.Header.Get("Cache-Control") != tt.cache {
			t.Errorf("%s: got %d %s %s, want %+v", name, resp.StatusCode, resp.Header.Get("Content-Type"), resp.Header.Get("Cache-Control"), tt)
		}
		if tt.status == 200 && resp.Header.Get("ETag") == "" {
			t.Errorf("%s: there is no ETag", name)
		}
		if tt.method == "HEAD" && body != "" {
			t.Errorf("%s: HEAD answers %q", name, body)
		}
		policy := resp.Header.Get("Content-Security-Policy")
		if resp.Header.Get("X-Content-Type-Options") != "nosniff" || resp.Header.Get("Referrer-Policy") != "no-referrer" || resp.Header.Get("Cross-Origin-Opener-Policy") != "same-origin" ||
			!strings.Contains(policy, "default-src 'none'; script-src 'self'; style-src 'self'; ") || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s: the headers are %v", name, resp.Header)
		}
	}
	if resp, _ := ask(t, h, "GET", "/playground/", nil); resp.StatusCode != 301 || resp.Header.Get("Location") != "/playground" {
		t.Errorf("the folder of the playground answers %d to %s", resp.StatusCode, resp.Header.Get("Location"))
	}
}

// What is packed is another representation, with a tag of its own.
func TestDashboard_Packed(t *testing.T) {
	t.Parallel()
	h, err := newHandler(built())
	if err != nil {
		t.Fatal(err)
	}
	const path = "/assets/index-3f1c9d1b.js"
	plain, _ := ask(t, h, "GET", path, nil)
	for accept, want := range map[string]string{
		"": "", "gzip": "gzip", "br, gzip;q=0.8": "gzip", "GZIP": "gzip", "gzip;q=0": "", "gzip; q=0.0": "", "identity": "", "*": "gzip", "gzip;q=0, *": "", "*;q=0": "", "gzip;q=x": "", "x-gzip-not": "",
	} {
		resp, body := ask(t, h, "GET", path, http.Header{"Accept-Encoding": {accept}})
		if resp.Header.Get("Content-Encoding") != want || resp.Header.Get("Vary") != "Accept-Encoding" || resp.Header.Get("Content-Length") != strconv.Itoa(len(body)) {
			t.Errorf("%q: the headers are %v for %d bytes", accept, resp.Header, len(body))
		}
		if want == "" {
			if body != script {
				t.Errorf("%q: got %.20q", accept, body)
			}
			continue
		}
		r, err := gzip.NewReader(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(r); err != nil || string(got) != script || len(body) > len(script)/4 {
			t.Errorf("%q: got %d bytes of %d, %v", accept, len(got), len(body), err)
		}
		tag := resp.Header.Get("ETag")
		if tag == plain.Header.Get("ETag") {
			t.Error("two representations have one ETag")
		}
		again, body := ask(t, h, "GET", path, http.Header{"Accept-Encoding": {accept}, "If-None-Match": {tag}})
		if again.StatusCode != http.StatusNotModified || body != "" || again.Header.Get("Content-Length") != "" {
			t.Errorf("the same answers %d %v", again.StatusCode, again.Header)
		}
		part, body := ask(t, h, "GET", path, http.Header{"Accept-Encoding": {accept}, "Range": {"bytes=0-1"}})
		if part.StatusCode != http.StatusPartialContent || body != "\x1f\x8b" || part.Header.Get("Content-Length") != "2" {
			t.Errorf("a part answers %d %q %v", part.StatusCode, body, part.Header)
		}
	}
	for _, path := range []string{"/assets/mono-1.woff2", "/favicon.svg"} { // packed already, or small
		if resp, _ := ask(t, h, "GET", path, http.Header{"Accept-Encoding": {"gzip"}}); resp.Header.Get("Content-Encoding") != "" || resp.Header.Get("Vary") != "" {
			t.Errorf("%s: the headers are %v", path, resp.Header)
		}
	}
}

func TestDashboard_Refused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(fstest.MapFS){
		"NoIndex": func(files fstest.MapFS) { delete(files, "index.html") },
		"Map":     func(files fstest.MapFS) { files["assets/index.js.map"] = &fstest.MapFile{} },
		"Source":  func(files fstest.MapFS) { files["main.tsx"] = &fstest.MapFile{} },
	} {
		files := built()
		change(files)
		if _, err := newHandler(files); err == nil {
			t.Errorf("%s: it is served", name)
		}
	}
}
