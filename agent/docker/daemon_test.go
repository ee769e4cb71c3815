package docker_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/moby/moby/api/types/common"
	"github.com/moby/moby/api/types/container"
	imageapi "github.com/moby/moby/api/types/image"

	"github.com/landfall-dev/landfall/agent"
)

// daemon plays a Docker, for what the real ones of other tests do not do when asked.
type daemon struct {
	t          *testing.T
	host       string
	version    string // of the API
	podman     bool   // it says that it is one
	libpod     map[string]string
	listed     []container.Summary
	containers map[string]container.InspectResponse
	images     map[string]imageapi.InspectResponse
	broken     map[string]int // what is asked for to how often it fails yet
	events     http.HandlerFunc

	mu      sync.Mutex
	queries map[string]url.Values
}

func newDaemon(t *testing.T) *daemon {
	t.Helper()
	d := &daemon{
		t: t, version: "1.47", libpod: make(map[string]string), containers: make(map[string]container.InspectResponse),
		images: make(map[string]imageapi.InspectResponse), broken: make(map[string]int), queries: make(map[string]url.Values),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/_ping", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /{version}/containers/json", func(w http.ResponseWriter, _ *http.Request) { d.answer(w, d.listed) })
	mux.HandleFunc("GET /{version}/containers/{id}/json", func(w http.ResponseWriter, r *http.Request) {
		found, ok := d.containers[r.PathValue("id")]
		d.answerIf(w, ok, found)
	})
	mux.HandleFunc("GET /{version}/images/{id}/json", func(w http.ResponseWriter, r *http.Request) {
		found, ok := d.images[r.PathValue("id")]
		d.answerIf(w, ok, found)
	})
	mux.HandleFunc("GET /{version}/libpod/images/{id}/json", func(w http.ResponseWriter, r *http.Request) {
		found, ok := d.libpod[r.PathValue("id")]
		d.answerIf(w, ok, json.RawMessage(found))
	})
	mux.HandleFunc("GET /{version}/events", func(w http.ResponseWriter, r *http.Request) { d.events(w, r) })
	server := httptest.NewServer(d.before(mux))
	t.Cleanup(server.Close)
	d.host = "tcp://" + strings.TrimPrefix(server.URL, "http://")
	return d
}

// before notes what is asked, and fails where it shall.
func (d *daemon) before(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		d.mu.Lock()
		d.queries[path] = r.URL.Query()
		fails := d.broken[path] > 0
		d.broken[path]--
		d.mu.Unlock()
		w.Header().Set("Api-Version", d.version)
		if d.podman {
			w.Header().Set("Libpod-Api-Version", "4.3.1")
		}
		if fails {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusInternalServerError)
			d.answer(w, common.ErrorResponse{Message: "it is broken"})
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (d *daemon) answerIf(w http.ResponseWriter, ok bool, what any) {
	if !ok {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusNotFound)
		what = common.ErrorResponse{Message: "no such thing"}
	}
	d.answer(w, what)
}

func (d *daemon) answer(w http.ResponseWriter, what any) {
	if err := json.NewEncoder(w).Encode(what); err != nil {
		d.t.Error(err)
	}
}

// query is what was asked for last on a path.
func (d *daemon) query(path string) url.Values {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.queries[path]
}

// run adds a running container of an image.
func (d *daemon) run(name, ref, image string) *container.InspectResponse {
	return d.add(name, ref, image, container.StateRunning)
}

// add adds a container in a state, which the caller may change before it is asked for.
func (d *daemon) add(name, ref, image string, state container.ContainerState) *container.InspectResponse {
	d.listed = append(d.listed, container.Summary{ID: name, Names: []string{"/" + name}, Image: ref, ImageID: image, State: state})
	c := container.InspectResponse{
		ID: name, Name: "/" + name, Image: image, Config: &container.Config{Image: ref},
		State: &container.State{Status: state, StartedAt: "2026-11-23T06:28:35.823478624Z"},
	}
	d.containers[name] = c
	return &c
}

func (d *daemon) look() ([]agent.Instance, error) {
	d.t.Helper()
	return newSource(d.t, agent.Docker{Host: d.host}, nil).Look(d.t.Context())
}
