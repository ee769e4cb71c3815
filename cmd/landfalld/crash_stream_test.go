package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/model"
)

const (
	streamRepository = "acme/runner"
	streamHub        = "acme/hub"
	// streamPatience is how long a request may wait for its answer, whatever
	// happens to the server or to its Postgres.
	streamPatience = 25 * time.Second
	// streamPause is how soon a sender sends again what was not acknowledged.
	streamPause = 20 * time.Millisecond
)

// streamed is one request of a stream.
type streamed struct {
	method, path string
	header       map[string]string
	body         []byte
	inbox        string // its source and key in the inbox; empty if it is not kept there
	snapshot     string // what the answer has to name; empty if nothing
}

// stream is what forges and agents send, until it is stopped. What a sender sends is
// the same in every run: only when it is sent is not.
type stream struct {
	t       *testing.T
	client  *http.Client
	started time.Time
	senders sync.WaitGroup
	stopped atomic.Bool
	units   []int // how many stories each sender has told; to be read when all have ended

	mu    sync.Mutex
	bases []string // of the servers that are there

	acknowledged, cut, refused, seen atomic.Int64
}

func newStream(t *testing.T, senders int) *stream {
	transport := &http.Transport{MaxIdleConnsPerHost: senders}
	t.Cleanup(transport.CloseIdleConnections)
	return &stream{
		t: t, client: &http.Client{Transport: transport, Timeout: streamPatience}, units: make([]int, senders),
		started: time.Now().Add(-time.Hour).UTC().Truncate(time.Second),
	}
}

// registry is Docker Hub's, as far as a server asks it: every tag has a digest.
func registry(t *testing.T) (host string) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v2/" {
			return
		}
		w.Header().Set("Content-Type", "application/vnd.docker.distribution.manifest.v2+json")
		w.Header().Set("Content-Length", "1")
		w.Header().Set("Docker-Content-Digest", "sha256:"+hexDigest("hub "+path.Base(r.URL.Path)))
	}))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

// streamServer is a server on an external Postgres, which asks that registry. It is
// started, and killed at the end if it still runs.
func streamServer(t *testing.T, url, registry string) *process {
	t.Helper()
	p := &process{t: t, env: []string{
		serverVariable + "=1", "HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "LANDFALL_DATABASE_URL=" + url,
		"LANDFALL_BOOTSTRAP_ORG=acme", "LANDFALL_BOOTSTRAP_TOKEN=" + crashToken, "LANDFALL_REGISTRY=" + registry,
	}}
	t.Cleanup(func() {
		if p.command.ProcessState == nil {
			p.kill()
		}
		if log := p.log.String(); t.Failed() {
			t.Logf("what the server said at last:\n%s", log[max(0, len(log)-4000):])
		}
	})
	p.start()
	return p
}

// prepare makes what has to be there before anything can be applied.
func (s *stream) prepare(p *process) {
	s.t.Helper()
	for _, forge := range []model.Forge{model.ForgeGitHub, model.ForgeDockerHub} {
		p.ask(fmt.Sprintf(`mutation { createWebhook(input: {organization: "acme", forge: %s, secret: %q}) { created } }`, forge, crashSecret), new(any))
	}
	p.ask(fmt.Sprintf(`mutation { createFlow(input: {organization: "acme", name: "runner", repository: %q}) { created } }`, streamRepository), new(any))
	p.ask(fmt.Sprintf(`mutation { createFlow(input: {organization: "acme", name: %q}) { created } }`, path.Base(streamHub)), new(any))
	for sender := range s.units {
		p.ask(fmt.Sprintf(`mutation { createEnvironment(input: {organization: "acme", name: "env-%d", type: %s}) { created } }`, sender, model.EnvironmentServer), new(any))
	}
}

// to says which servers are there.
func (s *stream) to(bases ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bases = bases
}

// base is the address of one of the servers, another one for the next number.
func (s *stream) base(number int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bases[number%len(s.bases)]
}

// begin lets all senders send.
func (s *stream) begin() {
	for sender := range s.units {
		s.senders.Go(func() {
			for !s.stopped.Load() && s.tell(sender, s.units[sender]) {
				s.units[sender]++
			}
		})
	}
}

// end lets each sender tell its last story, and returns when all have.
func (s *stream) end() {
	s.stopped.Store(true)
	s.senders.Wait()
}

// tell sends one story, and reports whether all of it was acknowledged.
func (s *stream) tell(sender, n int) bool {
	for _, one := range s.story(sender, n) {
		if !s.deliver(sender+n, one) {
			return false
		}
	}
	return true
}

// deliver sends a request again and again, under the same id, until it is
// acknowledged.
func (s *stream) deliver(number int, one streamed) bool {
	for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(streamPause) {
		if s.once(s.base(number), one) {
			s.acknowledged.Add(1)
			return true
		}
		number++
	}
	s.t.Errorf("%s is never acknowledged: %s", one.path, one.body)
	return false
}

// once sends a request once, and reports whether it was acknowledged. That nobody
// answers, or that the server asks for patience, is as it should be; any other
// refusal is not.
func (s *stream) once(base string, one streamed) bool {
	r, err := http.NewRequestWithContext(s.t.Context(), one.method, base+one.path, bytes.NewReader(one.body))
	if err != nil {
		s.t.Error(err)
		return false
	}
	for name, value := range one.header {
		r.Header.Set(name, value)
	}
	answer, text, err := s.do(r)
	if err != nil {
		s.cut.Add(1)
		if wait := (interface{ Timeout() bool })(nil); errors.As(err, &wait) && wait.Timeout() {
			s.t.Errorf("%s was not answered: %v", one.path, err)
		}
		return false
	}
	switch {
	case answer.StatusCode == http.StatusServiceUnavailable && answer.Header.Get("Retry-After") != "":
		s.refused.Add(1)
		return false
	case answer.StatusCode/100 != 2:
		s.t.Errorf("%s is answered %d %s", one.path, answer.StatusCode, text)
		return false
	case !strings.Contains(text, one.snapshot):
		s.t.Errorf("%s is answered %s, and made %s", one.path, text, one.snapshot)
	case strings.Contains(text, "seen before"):
		s.seen.Add(1)
	}
	return true
}

// do sends a request and reads the whole answer.
func (s *stream) do(r *http.Request) (*http.Response, string, error) {
	answer, err := s.client.Do(r)
	if err != nil {
		return nil, "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return answer, string(text), err
}

// said says how the stream went so far.
func (s *stream) said() string {
	return fmt.Sprintf("%d acknowledged, of which %d had been applied before without an answer; %d not answered, %d asked to come again",
		s.acknowledged.Load(), s.seen.Load(), s.cut.Load(), s.refused.Load())
}

// told calls do for every story that was told.
func (s *stream) told(do func(sender, n int)) {
	for sender, units := range s.units {
		for n := range units {
			do(sender, n)
		}
	}
}

type object map[string]any

// What the n-th story of a sender is about.
func streamNumber(sender, n int) int64 { return int64(sender)*1_000_000 + int64(n) + 1 }
func streamImage(sender, n int) string { return hexDigest("image of " + crashSHA(sender, n)) }
func hubTag(sender, n int) string      { return fmt.Sprintf("hub-%d-%d", sender, n) }
func hasHub(n int) bool                { return n%5 == 0 }
func runs(sender, n int) string        { return fmt.Sprintf("runner:%d-%d", sender, n) }
func hexDigest(text string) string     { return fmt.Sprintf("%x", sha256.Sum256([]byte(text))) }

// story is what one commit makes forges and agents say: it is pushed, built, made
// an image, deployed, and runs. Some images go to Docker Hub too, whose webhooks
// wait until the server has asked for their digests.
func (s *stream) story(sender, n int) []streamed {
	sha, number := crashSHA(sender, n), streamNumber(sender, n)
	at := time.Date(2022, 8, 22, 9, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Minute)
	commit := object{"id": sha, "message": "Change " + sha[:7], "timestamp": at, "author": object{"name": "Ada"}}
	all := []streamed{s.gitHub(sender, n, "push", "", object{"ref": "refs/heads/main", "commits": []object{commit}, "head_commit": commit})}
	for i, status := range []string{"queued", "in_progress", "completed"} {
		run := object{
			"id": number, "run_attempt": 1, "name": "CI", "head_sha": sha, "head_commit": commit, "status": status, "run_started_at": at,
			"updated_at": at.Add(time.Duration(i) * time.Second), "html_url": fmt.Sprintf("https://github.com/%s/actions/runs/%d", streamRepository, number),
		}
		if status == "completed" {
			run["conclusion"] = "success"
		}
		all = append(all, s.gitHub(sender, n, "workflow_run", status, object{"action": status, "workflow_run": run}))
	}
	all = append(all, s.gitHub(sender, n, "package", "", object{"action": "published", "package": object{
		"name": "runner", "namespace": "acme", "package_type": "CONTAINER", "package_version": object{
			"version": "sha256:" + streamImage(sender, n), "created_at": at, "package_url": "ghcr.io/acme/runner:" + sha[:7], "container_metadata": object{
				"tag": object{"name": sha[:7]}, "labels": object{"all_labels": object{"org.opencontainers.image.revision": sha}},
			},
		},
	}}))
	deployment := object{"id": number, "sha": sha, "ref": "main", "environment": fmt.Sprintf("env-%d", sender), "created_at": at, "updated_at": at}
	all = append(all, s.gitHub(sender, n, "deployment", "", object{"action": "created", "deployment": deployment}),
		s.gitHub(sender, n, "deployment_status", "", object{"action": "created", "deployment": deployment, "deployment_status": object{
			"id": number, "state": "success", "created_at": at, "updated_at": at, "description": "done",
		}}))
	if hasHub(n) {
		all = append(all, s.hub(sender, n, at))
	}
	return append(all, s.report(sender, n))
}

// gitHub is a signed delivery of GitHub's.
func (s *stream) gitHub(sender, n int, event, part string, what object) streamed {
	what["repository"] = object{"full_name": streamRepository, "html_url": "https://github.com/" + streamRepository}
	body := s.json(what)
	mac := hmac.New(sha256.New, []byte(crashSecret))
	mac.Write(body)
	id := fmt.Sprintf("%d-%d-%s%s", sender, n, event, part)
	return streamed{method: http.MethodPost, path: "/webhooks/acme/github", body: body, inbox: "github " + id, header: map[string]string{
		"Content-Type": "application/json", "X-GitHub-Event": event, "X-GitHub-Delivery": id, "X-Hub-Signature-256": "sha256=" + hex.EncodeToString(mac.Sum(nil)),
	}}
}

// hub is a delivery of Docker Hub's, which has no id and is known by its body.
func (s *stream) hub(sender, n int, at time.Time) streamed {
	body := s.json(object{
		"push_data":  object{"pushed_at": at.Unix(), "tag": hubTag(sender, n), "pusher": "ada"},
		"repository": object{"repo_name": streamHub, "name": path.Base(streamHub), "namespace": "acme"},
	})
	return streamed{method: http.MethodPost, path: "/webhooks/acme/docker-hub/" + crashSecret, body: body, inbox: model.ForgeDockerHub.Slug() + " " + hexDigest(string(body)), header: map[string]string{
		"Content-Type": "application/json",
	}}
}

// report says that the image runs in the sender's environment, and nothing else.
// Some agents name their reports, others tell when they looked: either tells a
// report that was sent again from a new one.
func (s *stream) report(sender, n int) streamed {
	what := object{"artifacts": []object{{"digests": map[string]string{runs(sender, n): streamImage(sender, n)}, "creationTimestamp": 1661160000}}}
	header := map[string]string{"Content-Type": "application/json", "Authorization": "Bearer " + crashToken}
	if sender%2 == 0 {
		header["Idempotency-Key"] = fmt.Sprintf("%d-%d", sender, n)
	} else {
		what["observedAt"] = s.started.Add(time.Duration(n) * time.Millisecond)
	}
	return streamed{
		method: http.MethodPut, path: fmt.Sprintf("/api/v2/environments/acme/env-%d/report/server", sender), header: header, body: s.json(what),
		snapshot: fmt.Sprintf("\"env-%d#%d\"", sender, n+1),
	}
}

func (s *stream) json(what object) []byte {
	body, err := json.Marshal(what)
	if err != nil {
		s.t.Error(err)
	}
	return body
}
