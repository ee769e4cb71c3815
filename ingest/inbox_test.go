package ingest_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/landfall-dev/landfall/ingest"
	"github.com/landfall-dev/landfall/model"
)

// settable is a clock that stands still until it is moved on.
type settable struct {
	mu  sync.Mutex
	now time.Time
}

func (c *settable) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *settable) wait(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// inboxServer is a server with an inbox and a clock that the test moves.
type inboxServer struct {
	*server
	clock *settable
	inbox *ingest.Inbox
}

func newInboxServer(t testing.TB) *inboxServer {
	t.Helper()
	s := &inboxServer{server: newServer(t), clock: &settable{now: start.Add(24 * time.Hour)}}
	s.db.Now = s.clock.Now
	s.inbox = &ingest.Inbox{Store: s.db, Log: slog.New(slog.DiscardHandler)}
	return s
}

// breaks makes whatever is about builds impossible until it is mended.
func (s *inboxServer) breaks(t testing.TB) (mend func()) {
	t.Helper()
	rename := func(from, to string) {
		if _, err := s.tables.ExecContext(t.Context(), "ALTER TABLE "+from+" RENAME TO "+to); err != nil {
			t.Fatal(err)
		}
	}
	rename("builds", "builds_gone")
	return func() { rename("builds_gone", "builds") }
}

// kept are the deliveries as `state attempts key: reason`, the oldest first.
func (s *inboxServer) kept(t testing.TB) []string {
	t.Helper()
	lines := []string{}
	s.query(t, &lines, `SELECT state || ' ' || attempts || ' ' || key || coalesce(': ' || reason, '') FROM deliveries ORDER BY id`)
	return lines
}

func (s *inboxServer) wantKept(t testing.TB, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, s.kept(t)); diff != "" {
		t.Fatalf("deliveries (-want +got):\n%s", diff)
	}
}

func (s *inboxServer) try(t testing.TB, want int) {
	t.Helper()
	if got, err := s.inbox.TryDue(t.Context()); err != nil || got != want {
		t.Fatalf("%d deliveries were tried, want %d: %v", got, want, err)
	}
}

func (s *inboxServer) builds(t testing.TB) []string {
	t.Helper()
	lines := []string{}
	s.query(t, &lines, `SELECT run_id || ' ' || state FROM builds ORDER BY 1`)
	return lines
}

const internal = "internal error; the server's log says more"

// What cannot be applied is answered with success, and applied when it can be.
func TestInbox_TriesAgain(t *testing.T) {
	t.Parallel()
	s := newInboxServer(t)
	s.follow(t, s.org)
	mend := s.breaks(t)
	got := s.send(t, delivery("workflow_run", "1", workflowRun("completed", "success", "2022-08-22T09:40:00Z").json(t)))
	if got.Status != http.StatusAccepted || got.Message != "kept, and will be tried again: "+internal {
		t.Fatalf("got %d %s", got.Status, got.Message)
	}
	s.wantKept(t, "waiting 1 1: "+internal)
	s.try(t, 0) // not yet
	s.clock.wait(time.Second)
	s.try(t, 1)
	s.wantKept(t, "waiting 2 1: "+internal)
	mend()
	s.clock.wait(2 * time.Second)
	s.try(t, 1)
	s.wantKept(t, "applied 3 1")
	if diff := cmp.Diff([]string{"2902808452 4"}, s.builds(t)); diff != "" {
		t.Errorf("builds (-want +got):\n%s", diff)
	}
	if got := s.send(t, delivery("workflow_run", "1", workflowRun("completed", "success", "2022-08-22T09:40:00Z").json(t))); got.Message != "seen before" {
		t.Errorf("sent again, it is answered %q", got.Message)
	}
	s.clock.wait(240 * time.Hour)
	s.try(t, 0)
}

// After enough attempts it is parked, with its reason, until somebody replays it.
func TestInbox_Parks(t *testing.T) {
	t.Parallel()
	s := newInboxServer(t)
	s.follow(t, s.org)
	mend := s.breaks(t)
	s.send(t, delivery("workflow_run", "1", workflowRun("in_progress", nil, "2022-08-22T09:40:00Z").json(t)))
	for range model.MaxDeliveryAttempts - 1 {
		s.clock.wait(6 * time.Hour)
		s.try(t, 1)
	}
	s.wantKept(t, fmt.Sprintf("failed %d 1: %s", model.MaxDeliveryAttempts, internal))
	s.clock.wait(240 * time.Hour)
	s.try(t, 0)

	var keys []string
	s.query(t, &keys, `SELECT id::text FROM deliveries`)
	var key int64
	if _, err := fmt.Sscan(keys[0], &key); err != nil {
		t.Fatal(err)
	}
	if err := s.inbox.Replay(t.Context(), s.org, key); err != nil {
		t.Fatal(err)
	}
	s.wantKept(t, "waiting 1 1: "+internal)
	mend()
	if err := s.inbox.Replay(t.Context(), s.org, key); err != nil {
		t.Fatal(err)
	}
	s.wantKept(t, "applied 1 1")
	if err := s.inbox.Replay(t.Context(), s.org, key); err != nil { // once more changes nothing
		t.Fatal(err)
	}
	if got := s.builds(t); len(got) != 1 {
		t.Errorf("builds: %v", got)
	}
	if err := s.inbox.Replay(t.Context(), s.org, key+1); model.KindOf(err) != model.KindNotFound {
		t.Errorf("one that is not there: %v", err)
	}
}

// Deliveries of another organization are not there.
func TestInbox_ReplayOfOthers(t *testing.T) {
	t.Parallel()
	s := newInboxServer(t)
	s.send(t, delivery("push", "1", push().json(t)))
	other, err := s.db.Organization(t.Context(), "globex")
	if err != nil {
		t.Fatal(err)
	}
	before := s.dump(t)
	if err := s.inbox.Replay(t.Context(), other, 1); model.KindOf(err) != model.KindNotFound {
		t.Errorf("it is replayed: %v", err)
	}
	s.unchanged(t, before)
}

// A server that ends while it tries leaves the delivery to another one, which
// takes it when the lease is over and not before. One that ends every server is
// parked.
func TestInbox_LeaseOfTheDead(t *testing.T) {
	t.Parallel()
	s := newInboxServer(t)
	s.follow(t, s.org)
	mend := s.breaks(t)
	s.send(t, delivery("workflow_run", "1", workflowRun("in_progress", nil, "2022-08-22T09:40:00Z").json(t)))
	mend()
	s.clock.wait(time.Second)
	lease := 2 * time.Minute
	if due, err := s.db.DueDeliveries(t.Context(), 10, lease); err != nil || len(due) != 1 || due[0].Organization.Name != "acme" || len(due[0].Delivery.Body) == 0 {
		t.Fatalf("due are %v, %v", due, err)
	}
	s.try(t, 0)
	s.clock.wait(lease - time.Microsecond)
	s.try(t, 0)
	for range model.MaxDeliveryAttempts - 2 {
		s.clock.wait(lease)
		if due, err := s.db.DueDeliveries(t.Context(), 10, lease); err != nil || len(due) != 1 {
			t.Fatalf("due are %v, %v", due, err)
		}
	}
	s.clock.wait(lease)
	s.try(t, 1)
	s.wantKept(t, fmt.Sprintf("failed %d 1: each of %d attempts ended with the server", model.MaxDeliveryAttempts+1, model.MaxDeliveryAttempts))
}

// Any number of servers try what waits, and each delivery is tried by one.
func TestInbox_ManyServers(t *testing.T) {
	t.Parallel()
	s := newInboxServer(t)
	s.follow(t, s.org)
	mend := s.breaks(t)
	const n = 60
	for i := range n {
		s.send(t, delivery("workflow_run", fmt.Sprint(i), workflowRun("in_progress", nil, "2022-08-22T09:40:00Z").with("workflow_run.id", i+1).json(t)))
	}
	mend()
	s.clock.wait(time.Minute)
	var wait sync.WaitGroup
	tried := make([]int, 4)
	for i := range tried {
		wait.Go(func() {
			var err error
			if tried[i], err = s.inbox.TryDue(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	all := 0
	for _, n := range tried {
		all += n
	}
	if got := s.builds(t); all != n || len(got) != n {
		t.Errorf("%d deliveries were tried %v times, and %d builds are there", n, tried, len(got))
	}
}

// A server that is stopping leaves what it cannot finish as it is.
func TestInbox_StopsWithItsContext(t *testing.T) {
	t.Parallel()
	s := newInboxServer(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.inbox.Run(ctx)
	}()
	cancel()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatal("it does not stop")
	}
}

// What was sent before there was a flow is applied when there is one.
func TestInbox_LateFlow(t *testing.T) {
	t.Parallel()
	s := newInboxServer(t)
	run := workflowRun("completed", "success", "2022-08-22T09:40:00Z")
	s.mustDeliver(t, delivery("workflow_run", "1", run.json(t)), "ignored: no flow follows cyber-dojo/runner")
	s.mustDeliver(t, delivery("workflow_run", "2", run.with("repository.full_name", "cyber-dojo/differ").json(t)), "ignored: no flow follows cyber-dojo/differ")
	s.mustDeliver(t, delivery("push", "3", push().json(t)), "applied")
	s.mustDeliver(t, delivery("watch", "4", []byte("{}")), `ignored: events of kind "watch" are not used`)
	s.follow(t, s.org)
	s.try(t, 1)
	s.wantKept(t, "applied 1 1", "ignored 1 2: no flow follows cyber-dojo/differ", "applied 1 3", `ignored 1 4: events of kind "watch" are not used`)
	repository := "cyber-dojo/differ"
	if _, err := s.db.UpdateFlow(t.Context(), s.org, model.UpdateFlowInput{Flow: "runner", Repository: &repository}); err != nil {
		t.Fatal(err)
	}
	s.try(t, 1)
	if got := s.kept(t)[1]; got != "applied 1 2" {
		t.Errorf("after the flow follows differ: %s", got)
	}
}

// The repository of another organization is as unknown here as any, and nothing
// of it is touched, whatever a delivery says.
func TestInbox_RepositoryOfOthers(t *testing.T) {
	t.Parallel()
	s := newInboxServer(t)
	other, err := s.db.Organization(t.Context(), "globex")
	if err != nil {
		t.Fatal(err)
	}
	s.follow(t, other)
	before := s.state(t, other)
	s.mustDeliver(t, delivery("workflow_run", "1", workflowRun("completed", "success", "2022-08-22T09:40:00Z").json(t)), "ignored: no flow follows cyber-dojo/runner")
	s.mustDeliver(t, delivery("push", "2", push().json(t)), "applied")
	wrong := delivery("push", "3", push().json(t))
	wrong.path = "/webhooks/globex/github"
	if got := s.send(t, wrong); got.Status != http.StatusUnauthorized {
		t.Errorf("what acme signed is taken for globex: %d %s", got.Status, got.Message)
	}
	if diff := cmp.Diff(before, s.state(t, other)); diff != "" {
		t.Errorf("globex was touched (-before +after):\n%s", diff)
	}
}

// The forge that tells of a repository first keeps its name: a mirror elsewhere
// says so.
func TestInbox_RepositoryOfTwoForges(t *testing.T) {
	t.Parallel()
	s := newInboxServer(t)
	s.follow(t, s.org)
	s.mustDeliver(t, delivery("push", "1", push().json(t)), "applied")
	given := "the secret of the GitLab webhook"
	if _, _, err := s.db.CreateWebhook(t.Context(), s.org, model.CreateWebhookInput{Forge: model.ForgeGitLab, Secret: &given}); err != nil {
		t.Fatal(err)
	}
	body := []byte(`{"object_kind":"push","ref":"refs/heads/main","before":"` + head + `","after":"` + head + `","checkout_sha":"` + head + `",
		"project":{"path_with_namespace":"cyber-dojo/runner","web_url":"https://gitlab.example/cyber-dojo/runner"},"commits":[{"id":"` + head + `","message":"m","timestamp":"2022-08-22T09:00:00Z","author":{"name":"Ada"}}]}`)
	c := delivery("push", "2", body)
	c.path = "/webhooks/acme/gitlab"
	c.header = map[string]string{"Content-Type": "application/json", "X-Gitlab-Event": "Push Hook", "X-Gitlab-Event-UUID": "2", "X-Gitlab-Token": given}
	s.mustDeliver(t, c, "ignored: cyber-dojo/runner is a repository of GitHub here, and not of GitLab")
}

// Deliveries that need nothing any more are forgotten after a while; what waits or
// failed is not.
func TestInbox_Prune(t *testing.T) {
	t.Parallel()
	s := newInboxServer(t)
	s.follow(t, s.org)
	s.inbox.KeepFor = 90 * 24 * time.Hour
	s.mustDeliver(t, delivery("push", "old", push().json(t)), "applied")
	s.mustDeliver(t, delivery("watch", "old-too", []byte("{}")), `ignored: events of kind "watch" are not used`)
	s.send(t, delivery("push", "broken", []byte("{")))
	mend := s.breaks(t)
	s.send(t, delivery("workflow_run", "waits", workflowRun("queued", nil, "2022-08-22T09:40:00Z").json(t)))
	mend()
	s.clock.wait(90 * 24 * time.Hour)
	s.mustDeliver(t, delivery("watch", "young", []byte("{ }")), `ignored: events of kind "watch" are not used`)
	s.clock.wait(time.Second)
	if n, err := s.inbox.Prune(t.Context()); err != nil || n != 2 {
		t.Errorf("%d are pruned: %v", n, err)
	}
	var left []string
	for _, line := range s.kept(t) {
		left = append(left, strings.Fields(strings.TrimSuffix(line, ":"))[2])
	}
	if diff := cmp.Diff([]string{"broken:", "waits:", "young:"}, left); diff != "" {
		t.Errorf("left are (-want +got):\n%s", diff)
	}
	s.inbox.KeepFor = 0
	s.clock.wait(10_000 * time.Hour)
	if n, err := s.inbox.Prune(t.Context()); err != nil || n != 0 {
		t.Errorf("without an age %d are pruned: %v", n, err)
	}
}

// asked is a registry that knows one image.
type asked struct{ names []string }

func (a *asked) Digest(_ context.Context, name string) (model.Fingerprint, error) {
	a.names = append(a.names, name)
	if len(a.names) == 1 {
		return "", model.Errorf(model.KindBusy, "Docker Hub could not be asked")
	}
	return model.ParseFingerprint(fingerprint("image"))
}

// Docker Hub tells no digest: the registry is asked for it, again if it has to be.
func TestInbox_AsksTheRegistry(t *testing.T) {
	t.Parallel()
	s := newInboxServer(t)
	given := "the-secret-of-docker-hub"
	if _, _, err := s.db.CreateWebhook(t.Context(), s.org, model.CreateWebhookInput{Forge: model.ForgeDockerHub, Secret: &given}); err != nil {
		t.Fatal(err)
	}
	c := call{
		method: http.MethodPost, path: "/webhooks/acme/docker-hub/" + given, header: map[string]string{"Content-Type": "application/json"},
		body: strings.NewReader(`{"push_data":{"tag":"16d9990","pushed_at":1661160000,"pusher":"ada"},"repository":{"repo_name":"cyberdojo/runner","name":"runner","namespace":"cyberdojo","repo_url":"https://hub.docker.com/r/cyberdojo/runner"},"callback_url":"https://registry.hub.docker.com/u/x"}`),
	}
	s.mustDeliverAccepted(t, c, "kept, and will be tried again: waits for the registry to tell the digest of docker.io/cyberdojo/runner:16d9990")
	registry := new(asked)
	s.inbox.Registry = registry
	s.clock.wait(time.Second)
	s.try(t, 1)
	if got := s.kept(t)[0]; !strings.Contains(got, "waiting 2") || !strings.Contains(got, "Docker Hub could not be asked") {
		t.Errorf("after a registry that does not answer: %s", got)
	}
	s.clock.wait(time.Minute)
	s.try(t, 1)
	if got := s.kept(t)[0]; !strings.Contains(got, "ignored") || !strings.Contains(got, "no flow is called runner") {
		t.Errorf("without a flow: %s", got)
	}
	s.follow(t, s.org)
	s.try(t, 1)
	var artifacts []string
	s.query(t, &artifacts, `SELECT name || ' ' || commit_ref || ' ' || encode(fingerprint, 'hex') FROM artifacts`)
	if diff := cmp.Diff([]string{"docker.io/cyberdojo/runner:16d9990 16d9990 " + fingerprint("image")}, artifacts); diff != "" {
		t.Errorf("artifacts (-want +got):\n%s", diff)
	}
	if want := "docker.io/cyberdojo/runner:16d9990"; registry.names[0] != want {
		t.Errorf("the registry is asked for %s", registry.names[0])
	}
}

func (s *server) mustDeliverAccepted(t testing.TB, c call, want string) {
	t.Helper()
	if got := s.send(t, c); got.Status != http.StatusAccepted || got.Message != want {
		t.Fatalf("got %d %q, want %q", got.Status, got.Message, want)
	}
}
