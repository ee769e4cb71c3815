package web_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/landfall-dev/landfall/web"
)

// get asks the handler and reads the answer.
func get(tb testing.TB, method, path string, header http.Header) (*http.Response, string) {
	tb.Helper()
	r := httptest.NewRequest(method, path, nil)
	if header != nil {
		r.Header = header
	}
	w := httptest.NewRecorder()
	web.Handler().ServeHTTP(w, r)
	resp := w.Result()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		tb.Fatal(err)
	}
	return resp, string(body)
}

func TestHandler_Page(t *testing.T) {
	t.Parallel()
	resp, body := get(t, http.MethodGet, "/playground", nil)
	if resp.StatusCode != http.StatusOK || !strings.Contains(body, "<title>Landfall") {
		t.Fatalf("status %d, body %.100q", resp.StatusCode, body)
	}
	for name, want := range map[string]string{
		"Content-Type":           "text/html; charset=utf-8",
		"Cache-Control":          "no-cache",
		"X-Content-Type-Options": "nosniff",
		"Referrer-Policy":        "no-referrer",
	} {
		if got := resp.Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	policy := resp.Header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "frame-ancestors 'none'", "form-action 'none'"} {
		if !strings.Contains(policy, want) {
			t.Errorf("policy %q lacks %s", policy, want)
		}
	}
	if strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") || strings.Contains(policy, "*") {
		t.Errorf("policy %q lets too much in", policy)
	}
}

// The policy forbids what is inline and what comes from elsewhere; the page must
// not rely on either.
func TestHandler_PageKeepsToItsPolicy(t *testing.T) {
	t.Parallel()
	_, body := get(t, http.MethodGet, "/playground", nil)
	for what, pattern := range map[string]string{
		"inline script":  `(?i)<script[^>]*>\s*[^<\s]`,
		"inline style":   `(?i)<style|\sstyle=`,
		"inline handler": `(?i)\son[a-z]+=`,
		"foreign part":   `(?i)(src|href)="(https?:)?//`,
		"named input":    `(?i)<(input|textarea|select)[^>]*\sname=`, // it could end in a URL
	} {
		if found := regexp.MustCompile(pattern).FindString(body); found != "" {
			t.Errorf("the page has an %s: %q", what, found)
		}
	}
	for _, m := range regexp.MustCompile(`(?:src|href)="(/[^"]*)"`).FindAllStringSubmatch(body, -1) {
		if resp, _ := get(t, http.MethodGet, m[1], nil); resp.StatusCode != http.StatusOK {
			t.Errorf("the page refers to %s, which answers %d", m[1], resp.StatusCode)
		}
	}
}

// What one module imports must be there; a typing error would leave a dead page.
func TestHandler_ModulesAreThere(t *testing.T) {
	t.Parallel()
	_, page := get(t, http.MethodGet, "/playground", nil)
	m := regexp.MustCompile(`<script type="module" src="(/playground/[a-z]+\.js)"`).FindStringSubmatch(page)
	if m == nil {
		t.Fatal("the page has no script")
	}
	imports := regexp.MustCompile(`from "\./([a-z]+\.js)"`)
	seen := map[string]bool{}
	queue := []string{m[1]}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		resp, body := get(t, http.MethodGet, path, nil)
		if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "text/javascript; charset=utf-8" {
			t.Errorf("%s: status %d, type %q", path, resp.StatusCode, resp.Header.Get("Content-Type"))
		}
		if strings.Contains(body, "innerHTML") || strings.Contains(body, "localStorage") {
			t.Errorf("%s could show text as HTML, or keep a token for ever", path)
		}
		for _, m := range imports.FindAllStringSubmatch(body, -1) {
			queue = append(queue, "/playground/"+m[1])
		}
	}
	if len(seen) < 3 {
		t.Errorf("found only %v", seen)
	}
}

func TestHandler_Caching(t *testing.T) {
	t.Parallel()
	first, _ := get(t, http.MethodGet, "/playground", nil)
	etag := first.Header.Get("ETag")
	if !regexp.MustCompile(`^"[0-9a-f]{32}"$`).MatchString(etag) {
		t.Fatalf("ETag is %q", etag)
	}
	same, body := get(t, http.MethodGet, "/playground", http.Header{"If-None-Match": {etag}})
	if same.StatusCode != http.StatusNotModified || body != "" {
		t.Errorf("the same page answers %d with %d bytes", same.StatusCode, len(body))
	}
	other, _ := get(t, http.MethodGet, "/playground", http.Header{"If-None-Match": {`"x"`}})
	if other.StatusCode != http.StatusOK {
		t.Errorf("another page answers %d", other.StatusCode)
	}
	script, _ := get(t, http.MethodGet, "/playground/style.css", nil)
	if script.Header.Get("ETag") == etag {
		t.Error("two files have one ETag")
	}
}

func TestHandler_Methods(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		method, path string
		status       int
	}{
		"Get":            {http.MethodGet, "/playground", http.StatusOK},
		"Head":           {http.MethodHead, "/playground", http.StatusOK},
		"Post":           {http.MethodPost, "/playground", http.StatusMethodNotAllowed},
		"Options":        {http.MethodOptions, "/playground/style.css", http.StatusMethodNotAllowed},
		"Delete":         {http.MethodDelete, "/playground/style.css", http.StatusMethodNotAllowed},
		"NoAsset":        {http.MethodGet, "/playground/none.js", http.StatusNotFound},
		"Folder":         {http.MethodGet, "/playground/examples/", http.StatusNotFound},
		"FolderNoSlash":  {http.MethodGet, "/playground/x", http.StatusNotFound},
		"Index":          {http.MethodGet, "/playground/index.html", http.StatusNotFound},
		"OutOfTheFolder": {http.MethodGet, "/playground/../web.go", http.StatusNotFound},
		"Encoded":        {http.MethodGet, "/playground/%2e%2e/web.go", http.StatusNotFound},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp, body := get(t, tt.method, tt.path, nil)
			if resp.StatusCode != tt.status {
				t.Fatalf("status %d, want %d", resp.StatusCode, tt.status)
			}
			if tt.method == http.MethodHead && (body != "" || resp.Header.Get("Content-Length") == "") {
				t.Errorf("HEAD answers %d bytes, length %q", len(body), resp.Header.Get("Content-Length"))
			}
			if tt.status == http.StatusMethodNotAllowed && resp.Header.Get("Allow") != "GET, HEAD" {
				t.Errorf("Allow is %q", resp.Header.Get("Allow"))
			}
			if tt.status < http.StatusBadRequest {
				return
			}
			var e struct{ Message string }
			if err := json.Unmarshal([]byte(body), &e); err != nil || e.Message == "" ||
				!strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
				t.Errorf("the refusal is %q (%v)", body, err)
			}
		})
	}
}
