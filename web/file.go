package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

// kinds are those of the files that there may be: the machine's own table may know
// others, or none. Those that are not packed already are packed for who takes that.
var kinds = map[string]struct {
	contentType string
	packed      bool
}{
	".css":         {"text/css; charset=utf-8", false},
	".graphql":     {"application/graphql; charset=utf-8", false},
	".html":        {"text/html; charset=utf-8", false},
	".ico":         {"image/x-icon", true},
	".js":          {"text/javascript; charset=utf-8", false},
	".json":        {"application/json; charset=utf-8", false},
	".png":         {"image/png", true},
	".svg":         {"image/svg+xml", false},
	".webmanifest": {"application/manifest+json; charset=utf-8", false},
	".woff2":       {"font/woff2", true},
}

// file is one file of a page, ready to be served.
type file struct {
	body        []byte
	contentType string
	etag        string        // without quotes
	packed      func() []byte // nil if the file is not worth it
}

// load reads the files by the paths at which they are served.
func load(from fs.FS, at string) (map[string]*file, error) {
	files := map[string]*file{}
	err := fs.WalkDir(from, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		kind, ok := kinds[path.Ext(name)]
		if !ok {
			return fmt.Errorf("%s: unknown kind of file", name)
		}
		sum := sha256.Sum256(body)
		f := &file{body: body, contentType: kind.contentType, etag: hex.EncodeToString(sum[:16])}
		if !kind.packed && len(body) >= 1000 {
			f.packed = sync.OnceValue(func() []byte { return pack(body) })
		}
		files[at+name] = f
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the page: %w", err)
	}
	return files, nil
}

// pack packs a file as well as it goes: it is done once.
func pack(body []byte) []byte {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		panic(err) // there is such a level
	}
	_, _ = w.Write(body) // memory takes it
	_ = w.Close()
	return out.Bytes()
}

// serve serves the file, packed if the client takes it so.
func (f *file) serve(w http.ResponseWriter, r *http.Request) {
	header, body, etag := w.Header(), f.body, f.etag
	header.Set("Content-Type", f.contentType)
	if f.packed != nil {
		header.Set("Vary", "Accept-Encoding")
		if takesGzip(r) {
			body, etag = f.packed(), etag+"-gzip"
			header.Set("Content-Encoding", "gzip")
			header.Set("Content-Length", strconv.Itoa(len(body))) // net/http does not, for what is packed
		}
	}
	header.Set("ETag", `"`+etag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// takesGzip reports whether a client takes what is packed.
func takesGzip(r *http.Request) bool {
	takes := false
	for _, header := range r.Header.Values("Accept-Encoding") {
		for offered := range strings.SplitSeq(header, ",") {
			name, quality, _ := strings.Cut(strings.TrimSpace(offered), ";")
			q, hasQuality := strings.CutPrefix(strings.ReplaceAll(quality, " ", ""), "q=")
			weight, err := strconv.ParseFloat(q, 64)
			refused := hasQuality && (err != nil || weight == 0)
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "gzip":
				return !refused
			case "*":
				takes = !refused
			}
		}
	}
	return takes
}
