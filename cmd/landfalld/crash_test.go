package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/landfall-dev/landfall/db/dbtest"
	"github.com/landfall-dev/landfall/model"
)

// serverVariable makes the test's program the server that it tests, so that there
// is a process that can be killed.
const serverVariable = "LANDFALL_TEST_IS_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(serverVariable) != "" {
		main()
		return
	}
	dbtest.Main(m)
}

// process is a server in a process of its own, which can be killed and started
// again on the same data.
type process struct {
	t       *testing.T
	env     []string
	command *exec.Cmd
	log     *buffer
	base    string
}

func (p *process) start() {
	p.t.Helper()
	program, err := os.Executable()
	if err != nil {
		p.t.Fatal(err)
	}
	p.log = new(buffer)
	p.command = exec.Command(program, "serve", "--listen", "127.0.0.1:0") //nolint:noctx // it is killed by the test
	p.command.Env, p.command.Stdout, p.command.Stderr = p.env, p.log, p.log
	if err := p.command.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.base = p.address()
}

// address waits for the process to serve.
func (p *process) address() string {
	p.t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		for line := range strings.Lines(p.log.String()) {
			var entry struct{ Msg, Addr string }
			if json.Unmarshal([]byte(line), &entry) == nil && entry.Msg == "serving" {
				return "http://" + entry.Addr
			}
		}
	}
	p.t.Fatalf("it does not serve:\n%s", p.log.String())
	return ""
}

// kill ends the process at once, and returns when it is gone.
func (p *process) kill() {
	p.t.Helper()
	if err := p.command.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	_ = p.command.Wait() // it was killed: that is its error
}

// send sends a request and unpacks the answer. It returns the status, and an error
// if there is no answer.
func (p *process) send(method, path string, header map[string]string, body []byte, into any) (int, error) {
	r, err := http.NewRequestWithContext(context.Background(), method, p.base+path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	r.Header.Set("Content-Type", "application/json")
	for name, value := range header {
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err
	}
	if into != nil {
		err = json.Unmarshal(text, into)
	}
	return answer.StatusCode, err
}

const (
	crashToken  = "lf_token_of_the_crash_test"
	crashSecret = "secret_of_the_crash_test"
)

// ask sends a query and unpacks its data.
func (p *process) ask(query string, into any) {
	p.t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		p.t.Fatal(err)
	}
	var answer struct {
		Data   json.RawMessage
		Errors []struct{ Message string }
	}
	_, err = p.send(http.MethodPost, "/graphql", map[string]string{"Authorization": "Bearer " + crashToken}, body, &answer)
	if err != nil || len(answer.Errors) > 0 {
		p.t.Fatalf("%s: %v %v", query, err, answer.Errors)
	}
	if err := json.Unmarshal(answer.Data, into); err != nil {
		p.t.Fatal(err)
	}
}

// push sends commit n of a sender as GitHub does.
func (p *process) push(sender, n int) (int, error) {
	commit := map[string]any{"id": crashSHA(sender, n), "message": "m", "timestamp": "2022-08-22T09:00:00Z"}
	body, err := json.Marshal(map[string]any{
		"ref": "refs/heads/main", "commits": []any{commit}, "head_commit": commit,
		"repository": map[string]string{"full_name": "acme/runner", "html_url": "https://github.com/acme/runner"},
	})
	if err != nil {
		return 0, err
	}
	mac := hmac.New(sha256.New, []byte(crashSecret))
	mac.Write(body)
	return p.send(http.MethodPost, "/webhooks/acme/github", map[string]string{
		"X-GitHub-Event": "push", "X-GitHub-Delivery": fmt.Sprintf("%d-%d", sender, n),
		"X-Hub-Signature-256": "sha256=" + hex.EncodeToString(mac.Sum(nil)),
	}, body, nil)
}

// report says that artifact n of a sender runs in the sender's environment, and
// nothing else. It returns the snapshot that was made.
func (p *process) report(sender, n int) (int, string, error) {
	name := fmt.Sprintf("runner:%d-%d", sender, n)
	body, err := json.Marshal(map[string]any{"artifacts": []any{map[string]any{
		"digests": map[string]string{name: fmt.Sprintf("%x", sha256.Sum256([]byte(name)))}, "creationTimestamp": 1661160000,
	}}})
	if err != nil {
		return 0, "", err
	}
	var answer struct{ Snapshot string }
	status, err := p.send(http.MethodPut, fmt.Sprintf("/api/v2/environments/acme/env-%d/report/server", sender),
		map[string]string{"Authorization": "Bearer " + crashToken}, body, &answer)
	return status, answer.Snapshot, err
}

func crashSHA(sender, n int) string {
	return fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "commit %d %d", sender, n)))[:40]
}

// acknowledged is what the server said it has.
type acknowledged struct {
	mu        sync.Mutex
	commits   []string
	snapshots map[string]string // by reference, the name of what runs in it
}

func (a *acknowledged) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.commits) + len(a.snapshots)
}

// stream sends pushes and reports until the server is gone, and goes on from what
// was not acknowledged. It returns where to go on.
func (a *acknowledged) stream(t *testing.T, p *process, sender, n int) int {
	for ; ; n++ {
		status, err := p.push(sender, n)
		if err != nil {
			return n
		}
		if status != http.StatusOK {
			t.Errorf("push %d of %d is answered %d", n, sender, status)
		}
		a.mu.Lock()
		a.commits = append(a.commits, crashSHA(sender, n))
		a.mu.Unlock()
		status, snapshot, err := p.report(sender, n)
		if err != nil {
			return n
		}
		if status == http.StatusCreated || status == http.StatusOK {
			a.mu.Lock()
			a.snapshots[snapshot] = fmt.Sprintf("runner:%d-%d", sender, n)
			a.mu.Unlock()
		} else {
			t.Errorf("report %d of %d is answered %d", n, sender, status)
		}
	}
}

// check asks the server for all that it said it has.
func (a *acknowledged) check(p *process) {
	p.t.Helper()
	for chunk := range slices.Chunk(a.commits, 200) {
		var query strings.Builder
		for _, sha := range chunk {
			fmt.Fprintf(&query, "c%s: commit(ref: %q) { ... on Commit { sha } }\n", sha, sha)
		}
		var got struct {
			Organization map[string]struct{ SHA string }
		}
		p.ask(`{ organization(name: "acme") { `+query.String()+` } }`, &got)
		for _, sha := range chunk {
			if got.Organization["c"+sha].SHA != sha {
				p.t.Errorf("commit %s was acknowledged and is lost", sha)
			}
		}
	}
	for ref, name := range a.snapshots {
		var got struct {
			Organization struct {
				Snapshot struct {
					Running struct{ Nodes []struct{ Name string } }
				}
			}
		}
		p.ask(fmt.Sprintf(`{ organization(name: "acme") { snapshot(ref: %q) { running { nodes { name } } } } }`, ref), &got)
		if nodes := got.Organization.Snapshot.Running.Nodes; len(nodes) != 1 || nodes[0].Name != name {
			p.t.Errorf("%s was acknowledged with %s, and has %v", ref, name, nodes)
		}
	}
}

// A server that is killed under a stream of deliveries and reports, and whose
// Postgres ends with it, has after the next start all that it had acknowledged.
func TestKilledServerLosesNothing(t *testing.T) {
	t.Parallel()
	const senders, rounds = 4, 3
	p := &process{t: t, env: []string{
		serverVariable + "=1", "HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "LANDFALL_DATA_DIR=" + t.TempDir(),
		"LANDFALL_BOOTSTRAP_ORG=acme", "LANDFALL_BOOTSTRAP_TOKEN=" + crashToken,
	}}
	t.Cleanup(func() {
		if p.command.ProcessState == nil { // the test failed before it ended
			p.kill()
		}
	})
	p.start()
	p.ask(`mutation { createWebhook(input: {organization: "acme", forge: GITHUB, secret: "`+crashSecret+`"}) { created } }`, new(any))
	for s := range senders {
		p.ask(fmt.Sprintf(`mutation { createEnvironment(input: {organization: "acme", name: "env-%d", type: %s}) { created } }`, s, model.EnvironmentServer), new(any))
	}
	kept := &acknowledged{snapshots: map[string]string{}}
	next := make([]int, senders)
	for range rounds {
		before := kept.count()
		var streams sync.WaitGroup
		for s := range senders {
			streams.Go(func() { next[s] = kept.stream(t, p, s, next[s]) })
		}
		wanted := before + 50 + rand.IntN(200)
		for kept.count() < wanted {
			time.Sleep(time.Millisecond)
		}
		p.kill()
		streams.Wait()
		p.start()
		kept.check(p)
	}
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.command.Wait(); err != nil {
		t.Errorf("it ended with %v:\n%s", err, p.log.String())
	}
}
